"""One set from questions to result: what ``suyuan eval`` does for each set it is given."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

from eval.abilities import Ability, by_kind, tried
from eval.answers_file import read_answers
from eval.judges import SecondJudge
from eval.library import available_sets, open_set, sources_of
from eval.metrics.agreement import second_opinion
from eval.metrics.ragas_judge import gold_text, ragas_scores
from eval.outcome import Outcome
from eval.questions import EvalQuestion, check_gold, load_questions
from eval.results import SetResult
from eval.runner import PipelineAnswerer, Progress, run
from index.build import silent
from index.reading.decode import decode
from index.store import Index
from rag.pipeline import Pipeline
from rag.quoting import assess, find, understand
from rag.settings import Settings


@dataclass(frozen=True, slots=True)
class Plan:
    """What is done besides asking: how likely each question seemed answerable is kept for the
    ``curve`` of refusals, RGB's ``abilities`` are tried, a second ``judge`` is asked. ``jobs``
    questions are asked at a time."""

    jobs: int = 2
    curve: bool = False
    abilities: bool = False
    judge: SecondJudge | None = None


def evaluate(
    name: str,
    out: Path,
    settings: Settings | None = None,
    plan: Plan | None = None,
    *,
    progress: Progress | None = None,
    say: Callable[[str], None] = silent,
) -> SetResult:
    """The set ``name``, answered and judged; answers are kept under ``out``."""
    plan = plan or Plan()
    questions = load_questions(name)
    pipeline = open_set(name, settings, say)
    outcomes = _asked(pipeline, questions, out / "answers" / f"{name}.jsonl", plan, progress)
    abilities = by_kind(outcomes)
    if plan.abilities:
        say(f"{name}: abilities")
        abilities += _abilities(name, pipeline, questions, out, settings, plan, progress)
    return _result(name, pipeline, outcomes, abilities, plan, say)


def evaluate_file(
    path: Path,
    pipeline: Pipeline,
    out: Path,
    plan: Plan | None = None,
    *,
    progress: Progress | None = None,
    say: Callable[[str], None] = silent,
) -> SetResult:
    """Questions of one's own over a pipeline of one's own."""
    plan = plan or Plan()
    questions = load_questions(path)
    kept = out / "answers" / f"{path.stem}.jsonl"
    outcomes = _asked(pipeline, questions, kept, plan, progress)
    return _result(path.stem, pipeline, outcomes, by_kind(outcomes), plan, say)


def judge_answers(name: str, answers: Path, plan: Plan | None = None) -> SetResult:
    """The answers that another program gave to the set ``name``, judged as ours are."""
    outcomes = read_answers(answers, load_questions(name))
    judge = (plan or Plan()).judge
    return SetResult(
        Path(name).stem,
        answers.name,
        tuple(outcomes),
        abilities=tuple(by_kind(outcomes)),
        second=second_opinion(judge, outcomes) if judge else None,
    )


def chance(index: Index, question: EvalQuestion) -> float:
    """How likely the quoting answerer holds it that the question can be answered, 0 to 1."""
    asked = understand(question.question, question.history)
    if not asked.text:
        return 0.0
    return assess(find(asked, index)).score


def _asked(
    pipeline: Pipeline,
    questions: Sequence[EvalQuestion],
    keep: Path,
    plan: Plan,
    progress: Progress | None,
) -> list[Outcome]:
    check_gold(questions, pipeline.index.documents)
    answerer = PipelineAnswerer(pipeline)
    return run(answerer, questions, keep=keep, workers=plan.jobs, progress=progress)


def _abilities(
    name: str,
    pipeline: Pipeline,
    questions: Sequence[EvalQuestion],
    out: Path,
    settings: Settings | None,
    plan: Plan,
    progress: Progress | None,
) -> list[Ability]:
    texts = [decode(path.read_bytes(), path.name)[0] for path in sources_of(name)]
    others = [other for other in available_sets() if other != name]
    return tried(
        pipeline,
        questions,
        texts,
        lambda files: open_set(name, settings, also=files),
        open_set([name, *others], settings) if others else None,
        lambda key: out / "answers" / f"{name}.{key}.jsonl",
        workers=plan.jobs,
        progress=progress,
    )


def _result(
    name: str,
    pipeline: Pipeline,
    outcomes: Sequence[Outcome],
    abilities: Sequence[Ability],
    plan: Plan,
    say: Callable[[str], None],
) -> SetResult:
    second, ragas, chances = None, None, {}
    if plan.curve:
        chances = {o.question.id: chance(pipeline.index, o.question) for o in outcomes}
    if plan.judge is not None:
        say(f"{name}: second judge {plan.judge.name}")
        second = second_opinion(plan.judge, outcomes, workers=plan.jobs)
        ragas = ragas_scores(plan.judge, outcomes, pipeline.index, workers=plan.jobs)
    return SetResult(
        name,
        PipelineAnswerer(pipeline).name,
        tuple(outcomes),
        abilities=tuple(abilities),
        chances=chances,
        second=second,
        ragas=ragas,
        gold={o.question.id: gold_text(o, pipeline.index) for o in outcomes},
    )
