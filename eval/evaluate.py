"""One set from questions to result: what ``suyuan eval`` does for each set it is given."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from eval.library import available_sets, open_set
from eval.outcome import Outcome
from eval.questions import EvalQuestion, load_questions
from eval.results import SetResult
from eval.runner import PipelineAnswerer, Progress, run
from index.build import silent
from index.store import Index
from rag.pipeline import DEPTH, Pipeline
from rag.quoting import assess, read, understand
from rag.settings import Settings


def evaluate(
    name: str,
    out: Path,
    settings: Settings | None = None,
    *,
    noise: bool = False,
    progress: Progress | None = None,
    say: Callable[[str], None] = silent,
) -> SetResult:
    """The set ``name``, answered and judged. With ``noise``, asked once more with the documents
    of all other sets in the index."""
    questions = load_questions(name)
    pipeline = open_set(name, settings, say)
    answerer = PipelineAnswerer(pipeline)
    kept = out / "answers" / f"{name}.jsonl"
    outcomes = run(answerer, questions, keep=kept, progress=progress)
    noisy: list[Outcome] = []
    others = [other for other in available_sets() if other != name]
    if noise and others:
        crowded = PipelineAnswerer(open_set([name, *others], settings, say))
        noisy = run(crowded, questions, progress=progress)
    chances = {q.id: chance(pipeline.index, q) for q in questions}
    return SetResult(name, answerer.name, tuple(outcomes), tuple(noisy), chances)


def chance(index: Index, question: EvalQuestion) -> float:
    """How likely the quoting answerer holds it that the question can be answered, 0 to 1."""
    asked = understand(question.question, question.history)
    if not asked.text:
        return 0.0
    return assess(read(asked, index.search(asked.searched, DEPTH), index)).score


def evaluate_file(path: Path, pipeline: Pipeline, out: Path, progress: Progress) -> SetResult:
    """Questions of one's own over a pipeline of one's own."""
    questions = load_questions(path)
    answerer = PipelineAnswerer(pipeline)
    kept = out / "answers" / f"{path.stem}.jsonl"
    outcomes = run(answerer, questions, keep=kept, progress=progress)
    chances = {q.id: chance(pipeline.index, q) for q in questions}
    return SetResult(path.stem, answerer.name, tuple(outcomes), (), chances)
