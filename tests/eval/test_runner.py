"""A run is complete, in order, resumable, and says the same twice."""

from __future__ import annotations

import json
import threading
from collections.abc import Mapping
from pathlib import Path

import pytest

from eval.evaluate import evaluate
from eval.outcome import Outcome
from eval.questions import EvalQuestion, Expect, Gold, Split, load_questions
from eval.report import write_report
from eval.report.page import badness, worst
from eval.results import SetResult, to_json
from eval.runner import PipelineAnswerer, run
from index.errors import UsageError, WriteError
from index.store import Index
from rag.pipeline import Pipeline
from rag.settings import Settings
from ui.cli import main


class Scripted:
    """Answers with the question's gold; counts how often it is asked."""

    name = "scripted"

    def __init__(self, identity: str = "one", fails_at: int = 10**9) -> None:
        self.identity = identity
        self.asked: list[str] = []
        self._fails_at = fails_at
        self._lock = threading.Lock()

    def answer(self, question: EvalQuestion) -> Mapping[str, object]:
        with self._lock:
            self.asked.append(question.id)
            if len(self.asked) > self._fails_at:
                raise RuntimeError("stopped")
        citations = [
            {"document": "a.md", "paragraph": g.paragraph, "start": g.start, "end": g.end,
             "quote": "甲"}
            for g in question.gold
        ]  # fmt: skip
        claims = [{"text": "<b>甲</b>", "citations": citations, "method": "quoted"}]
        return {"status": question.expect.value, "claims": claims if citations else [], "hits": []}


QUESTIONS = tuple(
    EvalQuestion(
        f"q-{n}", "fact", f"问题{n}", (), (Gold("", n, 0, 3),), (("甲",),), Expect.ANSWERED
    )
    for n in range(1, 13)
)


def test_outcomes_come_in_the_order_of_the_questions() -> None:
    outcomes = run(Scripted(), QUESTIONS, workers=4)
    assert [o.question.id for o in outcomes] == [q.id for q in QUESTIONS]
    assert all(o.answered and o.is_gold(o.citations[0]) for o in outcomes)


def test_a_broken_off_run_goes_on_where_it_stopped(tmp_path: Path) -> None:
    keep = tmp_path / "answers.jsonl"
    broken = Scripted(fails_at=5)
    with pytest.raises(RuntimeError):
        run(broken, QUESTIONS, keep=keep, workers=1)
    again = Scripted()
    outcomes = run(again, QUESTIONS, keep=keep, workers=1)
    assert len(again.asked) == len(QUESTIONS) - 5
    assert [o.question.id for o in outcomes] == [q.id for q in QUESTIONS]


def test_another_answerer_starts_afresh(tmp_path: Path) -> None:
    keep = tmp_path / "answers.jsonl"
    run(Scripted(), QUESTIONS, keep=keep)
    other = Scripted("two")
    run(other, QUESTIONS, keep=keep)
    assert len(other.asked) == len(QUESTIONS)


def test_who_answered_is_kept_without_the_secrets_of_its_address(sample_index: Index) -> None:
    """It stands in a file that may be passed on; another address is another answerer still."""

    def identity(url: str) -> str:
        settings = Settings(llm="openai:x", llm_base_url=url)
        return PipelineAnswerer(Pipeline(sample_index, settings)).identity

    urls = [
        "", "https://host/v1", "https://host/v2", "https://me:pw@host/v1?key=sk-1",
        "https://host/v1?deployment=a", "https://host/v1?deployment=b",
    ]  # fmt: skip
    found = [identity(url) for url in urls]
    assert len(set(found)) == len(urls)
    assert found == [identity(url) for url in urls]
    assert "https://host/v1 " in found[3]
    assert not any(word in found[3] for word in ("me:", "pw", "sk-1"))


def test_a_line_cut_short_is_asked_again(tmp_path: Path) -> None:
    keep = tmp_path / "answers.jsonl"
    run(Scripted(), QUESTIONS, keep=keep, workers=1)
    text = keep.read_text(encoding="utf-8")
    keep.write_text(text[: len(text) - 20], encoding="utf-8")
    again = Scripted()
    run(again, QUESTIONS, keep=keep, workers=1)
    assert len(again.asked) == 1


def test_a_place_that_cannot_be_written_is_said(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    with pytest.raises(WriteError, match="--out"):
        run(Scripted(), QUESTIONS, keep=tmp_path / "file" / "answers.jsonl")


def test_the_report_escapes_what_documents_and_models_say(tmp_path: Path) -> None:
    class Attacker(Scripted):
        def answer(self, question: EvalQuestion) -> Mapping[str, object]:
            claim = {"text": "<script>x</script>", "citations": [], "method": "drafted"}
            return {"status": "answered", "claims": [claim], "hits": []}

    result = SetResult("a", "scripted", tuple(run(Attacker(), QUESTIONS)))
    write_report([result], tmp_path)
    page = (tmp_path / "report.html").read_text(encoding="utf-8")
    assert "&lt;script&gt;" in page
    assert "<script" not in page
    assert "http" not in page.replace("http://www.w3.org", "").replace(
        "http://purl.org", ""
    ).replace("http://creativecommons.org", "")


def test_only_the_development_half_is_shown_question_by_question() -> None:
    outcomes = tuple(Outcome(q, "refused", (), (), (), 0.0) for q in QUESTIONS)
    shown = worst(SetResult("a", "scripted", outcomes))
    assert shown
    assert {o.question.split for o in shown} == {Split.DEVELOPMENT}
    assert all(badness(o) > 0 for o in shown)


def test_the_sample_set_gives_the_same_figures_twice(home: Path, tmp_path: Path) -> None:
    one = to_json(evaluate("sample", tmp_path / "1"))
    two = to_json(evaluate("sample", tmp_path / "2"))
    assert json.dumps(one, sort_keys=True) == json.dumps(two, sort_keys=True)


def test_wrong_names_are_told_what_there_is(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["eval", "nothing"]) == UsageError.exit_code
    assert "article, laws, sample" in capsys.readouterr().err
    assert main(["eval", "nothing.jsonl"]) == UsageError.exit_code
    assert "nothing.jsonl" in capsys.readouterr().err


@pytest.mark.parametrize("name", ["article", "sample", "laws"])
def test_every_set_has_both_halves_and_unique_ids(name: str) -> None:
    questions = load_questions(name)
    assert {q.split for q in questions} == set(Split)
    assert len({q.id for q in questions}) == len(questions)
    assert all(bool(q.gold) == (q.expect is Expect.ANSWERED) for q in questions)
