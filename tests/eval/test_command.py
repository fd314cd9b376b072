"""``suyuan eval`` as a user runs it: what it is given wrong is told, with what to do."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from eval.questions import check_gold, load_questions
from eval.runner import run
from index.errors import UsageError, WriteError
from index.store import Index
from tests.eval.test_runner import QUESTIONS, Scripted
from ui.cli import main

GOOD = {"id": "a", "kind": "fact", "question": "?", "expect": "answered", "nuggets": [],
        "gold": [{"paragraph": 1, "start": 0, "end": 3}]}  # fmt: skip


def written(folder: Path, *lines: object) -> Path:
    path = folder / "mine.jsonl"
    texts = [line if isinstance(line, str) else json.dumps(line) for line in lines]
    path.write_text("\n".join(texts), encoding="utf-8")
    return path


@pytest.mark.parametrize(
    ("line", "says"),
    [
        ("{", "line 1"),
        ("[" * 100_000, "line 1"),
        ("[]", "no JSON object"),
        ({**GOOD, "id": None, "kind": "fact", "expect": "maybe"}, "maybe"),
        ({k: v for k, v in GOOD.items() if k != "question"}, "'question' is missing"),
        ({**GOOD, "gold": {}}, "gold spans belong"),
        ({**GOOD, "gold": "1-3"}, "'gold' is no list"),
        ({**GOOD, "gold": [3]}, "'gold' is no list of objects"),
        ({**GOOD, "nuggets": ["甲"]}, "'nuggets' is no list of lists"),
        ({**GOOD, "gold": [{"paragraph": 0, "start": 0, "end": 3}]}, "from 1"),
        ({**GOOD, "gold": [{"paragraph": 1, "start": 3, "end": 3}]}, "start < end"),
        ({**GOOD, "gold": [{"paragraph": "x", "start": 0, "end": 3}]}, "line 1"),
        ({**GOOD, "expect": "refused"}, "only there"),
    ],
)
def test_a_line_that_is_no_question_is_told(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], line: object, says: str
) -> None:
    path = written(tmp_path, line)
    assert main(["eval", str(path), "--out", str(tmp_path / "r")]) == UsageError.exit_code
    error = capsys.readouterr().err
    assert says in error
    assert "docs/evaluation.md" in error
    assert "Traceback" not in error


def test_an_id_twice_and_an_empty_file_are_told(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match=r"line 2.*earlier line"):
        load_questions(written(tmp_path, GOOD, GOOD))
    with pytest.raises(UsageError, match="no questions"):
        load_questions(written(tmp_path, "", ""))


def test_gold_that_is_not_in_the_index_is_told(tmp_path: Path, sample_index: Index) -> None:
    for gold in (
        {"paragraph": 9999, "start": 0, "end": 3},
        {"paragraph": 1, "start": 0, "end": 99999},
        {"document": "other.md", "paragraph": 1, "start": 0, "end": 3},
    ):
        questions = load_questions(written(tmp_path, {**GOOD, "gold": [gold]}))
        with pytest.raises(UsageError, match=r"'a'.*not in the index"):
            check_gold(questions, sample_index.documents)
    check_gold(load_questions("sample"), sample_index.documents)


@pytest.mark.parametrize(
    ("given", "says"),
    [
        (["nothing"], "article, laws, sample"),
        (["nothing.jsonl"], "nothing.jsonl"),
        (["sample", "--jobs", "0"], "--jobs"),
        (["sample", "laws", "--answers", "x.jsonl"], "one SET"),
        (["sample", "--answers", "x.jsonl"], "x.jsonl"),
        (["sample", "--judge", "no-such:model"], "no-such"),
        (["sample", "--llm", "no-such:model"], "no-such"),
    ],
)
def test_wrong_usage_is_told(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], given: list[str], says: str
) -> None:
    assert main(["eval", *given, "--out", str(tmp_path / "r")]) == UsageError.exit_code
    error = capsys.readouterr().err
    assert says in error
    assert "Traceback" not in error


def test_a_place_for_the_report_that_cannot_be_written_is_told_before_anything_is_asked(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "file").write_text("")
    assert main(["eval", "sample", "--out", str(tmp_path / "file")]) == WriteError.exit_code
    assert "Choose another --out" in capsys.readouterr().err


def test_answers_of_another_program_are_judged(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """Gold cited word for word by everyone but the last, who refuses."""
    questions = written(tmp_path, *({**GOOD, "id": f"q{n}"} for n in range(8)))
    citation = {"document": "a.md", "paragraph": 1, "start": 0, "end": 3, "quote": "甲乙丙"}
    claim = {"text": "甲乙丙", "method": "drafted", "citations": [citation]}
    hit = {"document": "a.md", "paragraph": 1}
    lines = [
        {"id": f"q{n}", "status": "answered", "claims": [claim], "hits": [hit]} for n in range(7)
    ]
    lines.append({"id": "q7", "status": "refused", "claims": [], "hits": []})
    answers = tmp_path / "answers.jsonl"
    answers.write_text("\n".join(map(json.dumps, lines)), encoding="utf-8")
    given = ["eval", str(questions), "--answers", str(answers), "--out", str(tmp_path / "r")]
    assert main(given) == 0
    capsys.readouterr()
    report = json.loads((tmp_path / "r" / "report.json").read_text(encoding="utf-8"))
    halves = report["sets"][0]["halves"].values()
    cited = [half["gold block cited"] for half in halves]
    assert sum(c["value"] * c["questions"] for c in cited) == pytest.approx(7, abs=0.01)
    assert {half["gold-citation precision"]["value"] for half in halves} == {1.0}

    answers.write_text("\n".join(map(json.dumps, lines[:-1])), encoding="utf-8")
    assert main(given) == UsageError.exit_code
    assert "'q7'" in capsys.readouterr().err
    answers.write_text('{"id": "q0", "status": "answered", "claims": 3}', encoding="utf-8")
    assert main(given) == UsageError.exit_code
    assert "line 1 is no answer" in capsys.readouterr().err


def test_a_question_whose_words_changed_is_asked_again(tmp_path: Path) -> None:
    from dataclasses import replace

    keep = tmp_path / "answers.jsonl"
    run(Scripted(), QUESTIONS, keep=keep)
    again = Scripted()
    run(again, (replace(QUESTIONS[0], question="别的问题"), *QUESTIONS[1:]), keep=keep)
    assert again.asked == [QUESTIONS[0].id]


def test_answers_that_failed_are_asked_again(tmp_path: Path) -> None:
    class Failing(Scripted):
        def answer(self, question: object) -> dict[str, object]:
            return {"status": "failed", "claims": [], "hits": []}

    keep = tmp_path / "answers.jsonl"
    run(Failing(), QUESTIONS, keep=keep)
    again = Scripted()
    assert all(o.answered for o in run(again, QUESTIONS, keep=keep))
    assert len(again.asked) == len(QUESTIONS)


def test_a_run_cut_short_twice_loses_one_line(tmp_path: Path) -> None:
    """The broken line of the first run does not swallow what the second one kept."""
    keep = tmp_path / "answers.jsonl"
    run(Scripted(), QUESTIONS, keep=keep, workers=1)
    text = keep.read_text(encoding="utf-8")
    keep.write_text(text[: len(text) - 20], encoding="utf-8")
    run(Scripted(), QUESTIONS, keep=keep, workers=1)
    third = Scripted()
    run(third, QUESTIONS, keep=keep, workers=1)
    assert third.asked == []
