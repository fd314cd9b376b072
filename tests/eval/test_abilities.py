"""Evidence is mixed, withheld and altered as said, and outcomes are judged as said."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path

import pytest

from eval.abilities import by_kind, tried
from eval.abilities.material import (
    ALTERED,
    alterations,
    altered_words,
    given,
    gold_places,
    mixed,
    place_of,
    write_altered,
)
from eval.abilities.trials import whole
from eval.library import SAMPLE, open_set
from eval.outcome import CitedSpan, Outcome, SaidClaim
from eval.questions import EvalQuestion, Expect, Gold, load_questions
from index.reading import read_document
from index.reading.decode import decode
from rag.pipeline import DEPTH, Pipeline
from rag.settings import Settings


@pytest.fixture(scope="module")
def pipeline(home: Path) -> Pipeline:
    return open_set("sample", Settings(home=home))


@pytest.fixture(scope="module")
def questions() -> tuple[EvalQuestion, ...]:
    return load_questions("sample")


@pytest.mark.parametrize(("noise", "beside"), [(0.0, 0), (0.5, 1), (0.8, 4), (0.9, 9)])
def test_noise_has_the_share_it_is_said_to_have(
    pipeline: Pipeline, questions: tuple[EvalQuestion, ...], noise: float, beside: int
) -> None:
    question = next(q for q in questions if len(q.gold) == 1)
    gold = gold_places(question, pipeline.index.documents)
    places = mixed(question, pipeline.index, noise)
    assert places[: len(gold)] == gold
    assert len(places) == len(set(places)) == len(gold) + beside


def test_all_noise_withholds_the_gold(
    pipeline: Pipeline, questions: tuple[EvalQuestion, ...]
) -> None:
    question = next(q for q in questions if q.gold)
    places = mixed(question, pipeline.index, 1.0)
    assert len(places) == DEPTH
    assert not set(places) & set(gold_places(question, pipeline.index.documents))


def test_only_what_was_handed_over_is_found_and_cited(
    pipeline: Pipeline, questions: tuple[EvalQuestion, ...]
) -> None:
    question = next(q for q in questions if q.id == "sample-003")
    places = mixed(question, pipeline.index, 0.5)
    handed = given(pipeline, places)
    assert {place_of(hit) for hit in handed.index.search("委员", 20)} == set(places)
    answer = handed.answer(question.question).to_json()
    assert {(h["document"], h["paragraph"]) for h in answer["hits"]} <= set(places)  # type: ignore[attr-defined]
    assert place_of(pipeline.index.search("施行", 1)[0]) not in places  # the whole is untouched


@pytest.mark.parametrize("words", ["2025年7月1日", "二个月", "98天", "第九项", "百分之5.5"])
def test_altered_figures_differ_and_keep_their_length(words: str) -> None:
    after = altered_words(words)
    assert after != words
    assert len(after) == len(words)


def test_altered_documents_differ_only_where_they_were_altered(
    pipeline: Pipeline, questions: tuple[EvalQuestion, ...], tmp_path: Path
) -> None:
    documents = pipeline.index.documents
    paths = sorted(SAMPLE.glob("*.md"))
    texts = [decode(path.read_bytes(), path.name)[0] for path in paths]
    changes = alterations(questions, documents)
    assert len(changes) >= 10
    files = write_altered(changes, documents, texts, tmp_path)
    altered = [read_document(path, name) for name, path in files]
    assert [d.name for d in altered] == [ALTERED + d.name for d in documents]
    for change in changes:
        name, number = change.place
        at = next(i for i, d in enumerate(documents) if d.name == name)
        assert documents[at].paragraph(number).text[change.start : change.end] == change.before
        assert altered[at].paragraph(number).text[change.start : change.end] == change.after
    places = {change.place for change in changes}
    for before, after in zip(documents, altered, strict=True):
        for one, other in zip(before, after, strict=True):
            assert (one.text != other.text) == ((before.name, one.number) in places)


def test_the_trials_are_counted(
    pipeline: Pipeline, questions: tuple[EvalQuestion, ...], home: Path, tmp_path: Path
) -> None:
    few = [q for q in questions if q.gold and not q.history][:6]
    few += [q for q in questions if q.kind == "list"][:1]
    texts = [decode(path.read_bytes(), path.name)[0] for path in sorted(SAMPLE.glob("*.md"))]
    rows = tried(
        pipeline,
        few,
        texts,
        lambda files: open_set("sample", Settings(home=home), also=files),
        None,
        lambda key: tmp_path / f"{key}.jsonl",
    )
    counts = {(row.name, row.condition): row.right.count for row in rows}
    assert len(counts) == 11  # noise and integration four times each, withheld, two altered
    assert {n for (name, _), n in counts.items() if name == "noise robustness"} == {7}
    assert {n for (name, _), n in counts.items() if name == "information integration"} == {1}
    # Handed the gold alone, a quoting answerer has nothing else to say.
    kept = (tmp_path / "noise-0.0.jsonl").read_text(encoding="utf-8").splitlines()[1:]
    gold = {q.id: gold_places(q, pipeline.index.documents) for q in few}
    for body in map(json.loads, kept):
        cited = [c for claim in body["answer"]["claims"] for c in claim["citations"]]
        assert all((c["document"], c["paragraph"]) in gold[body["id"]] for c in cited)


def outcome(kind: str, expect: Expect, status: str, text: str = "") -> Outcome:
    gold = (Gold("", 1, 0, 9),) if expect is Expect.ANSWERED else ()
    asked = EvalQuestion(kind, kind, "?", (), gold, (("甲",), ("乙",)), expect)
    claims = (SaidClaim(text, (CitedSpan("a", 1, 0, 3, text),), "quoted"),) if text else ()
    return Outcome(asked, status, claims, (), (), 0.0)


def test_right_means_all_of_it() -> None:
    part = outcome("list", Expect.ANSWERED, "answered", "甲")
    assert not whole(part)
    assert whole(outcome("list", Expect.ANSWERED, "answered", "甲和乙"))
    assert not whole(replace(part, status="refused", claims=()))


def test_abilities_by_kind_worked_by_hand() -> None:
    rows = by_kind(
        [
            outcome("absent", Expect.REFUSED, "refused"),
            outcome("far_off", Expect.REFUSED, "answered", "甲"),
            outcome("several", Expect.ANSWERED, "answered", "甲乙"),
            outcome("list", Expect.ANSWERED, "answered", "甲"),
            outcome("false_premise", Expect.ANSWERED, "answered", "丙"),
        ]
    )
    assert {row.name: (row.right.value, row.right.count) for row in rows} == {
        "negative rejection": (0.5, 2),
        "information integration": (0.5, 2),
        "counterfactual robustness": (1.0, 1),
    }
    assert by_kind([]) == []
