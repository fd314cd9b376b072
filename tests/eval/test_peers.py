"""Peers are judged by gold and by place; one that is not installed is absent, never guessed."""

from __future__ import annotations

import json
from collections.abc import Sequence
from pathlib import Path

import pytest

from eval.library import SAMPLE
from eval.peers import compare as comparing
from eval.peers.__main__ import main
from eval.peers.compare import OUR_RULE, OURS, compare
from eval.peers.passage import Absent, Passage, Source, gold_passages, locate
from eval.peers.table import citation_table, retrieval_table
from eval.questions import EvalQuestion, Split, load_questions
from index.store import Index


class Missing:
    name = "Missing"
    package = "missing"

    def __init__(self, sources: Sequence[Source]) -> None:
        raise Absent("missing: pip install missing")


class First:
    """Retrieves the first five hundred code points, then the next, and so on."""

    name = "First"
    package = "pytest"

    def __init__(self, sources: Sequence[Source]) -> None:
        self._source = sources[0]

    def retrieve(self, question: str, k: int) -> list[Passage]:
        return [Passage(self._source.name, at * 500, at * 500 + 500) for at in range(k)]


@pytest.fixture
def compared(monkeypatch: pytest.MonkeyPatch, home: Path) -> dict[str, object]:
    few = tuple(q for q in load_questions("sample") if q.gold and not q.history)[:12]
    monkeypatch.setattr(comparing, "PEERS", (Missing, First))
    monkeypatch.setattr(comparing, "load_questions", lambda name: few)
    return compare("sample")


def test_gold_is_compared_by_its_place_in_the_source(sample_index: Index) -> None:
    asked = next(q for q in load_questions("sample") if q.id == "sample-003")
    (gold,) = gold_passages(asked, sample_index.documents)
    text = (SAMPLE / Path(gold.document).name).read_text(encoding="utf-8")
    assert "15人" in text[gold.start : gold.end]
    assert locate(f"  {text[gold.start : gold.end]}\n", Source(gold.document, text)) == gold


def test_every_system_is_judged_by_gold(
    compared: dict[str, dict[str, dict[str, object]]], sample_index: Index
) -> None:
    retrieval = compared["retrieval"]
    assert retrieval["Missing"] == {"absent": "missing: pip install missing"}
    assert str(retrieval["First"]["version"]).startswith("pytest ")
    few = tuple(q for q in load_questions("sample") if q.gold and not q.history)[:12]

    def by_hand(question: EvalQuestion, size: int) -> bool:
        return any(g.start < size for g in gold_passages(question, sample_index.documents))

    for half in Split:
        chosen = [q for q in few if q.split is half]
        found = retrieval["First"][half.value]
        for measure, size in (("hit@1", 500), ("hit@5", 2500)):
            share = sum(by_hand(q, size) for q in chosen) / len(chosen)
            assert found[measure]["value"] == pytest.approx(share, abs=1e-4)  # type: ignore[index]


def test_tables_name_the_absent_and_us(compared: dict[str, object]) -> None:
    table = "\n".join(retrieval_table({"sample": compared}, Split.SEALED))
    assert "| Missing | absent | absent |" in table
    assert f"| **{OURS}** |" in table
    assert f"| **{OUR_RULE}** |" in "\n".join(citation_table({"sample": compared}, Split.SEALED))


def test_figures_are_not_kept_while_a_peer_is_absent(
    compared: dict[str, object],
    monkeypatch: pytest.MonkeyPatch,
    tmp_path: Path,
    capsys: pytest.CaptureFixture[str],
) -> None:
    monkeypatch.setattr("eval.peers.__main__.FILE", tmp_path / "peers.json")
    assert main(["sample", "--write"]) == 1
    assert "Missing absent" in capsys.readouterr().err
    assert not (tmp_path / "peers.json").exists()
    monkeypatch.setattr(comparing, "PEERS", (First,))
    assert main(["sample", "--write"]) == 0
    assert "First" in json.loads((tmp_path / "peers.json").read_text())["sample"]["retrieval"]
