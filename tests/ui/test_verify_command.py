"""``suyuan verify``: lines of claims in, a verdict for each of them out, in the same order."""

from __future__ import annotations

import json
from dataclasses import dataclass
from pathlib import Path

import pytest

from ui.cli import main

SOURCE = "申请应当在十五个工作日内办结,但需要听证的除外。"
CLAIM = "除需要听证的以外,申请应当在15个工作日内办结。"
WRONG = "申请应当在五个工作日内办结,但需要听证的除外。"

Row = dict[str, object]


@pytest.fixture(autouse=True)
def no_second_opinion(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("SUYUAN_ENTAILMENT", raising=False)


def verified(folder: Path, *lines: object) -> list[Row]:
    """The verdicts on ``lines``: text as it is, anything else as JSON."""
    source, target = folder / "in.jsonl", folder / "out.jsonl"
    said = [line if isinstance(line, str) else json.dumps(line) for line in lines]
    source.write_text("\n".join(said) + "\n", encoding="utf-8")
    assert main(["verify", str(source), str(target)]) == 0
    return [json.loads(line) for line in target.read_text(encoding="utf-8").splitlines()]


def test_every_line_gets_its_verdict_in_order(tmp_path: Path) -> None:
    found = verified(
        tmp_path,
        {"id": "right", "claim": CLAIM, "evidence": [SOURCE]},
        {"id": 7, "claim": WRONG, "evidence": [SOURCE]},
        {"claim": SOURCE, "evidence": SOURCE},
        {"id": "both", "claim": CLAIM, "evidence": ["数据局负责统筹公共数据。", SOURCE]},
    )
    assert found == [
        {"id": "right", "supported": True, "reasons": []},
        {"id": 7, "supported": False, "reasons": ["number"]},
        {"id": "line:3", "supported": True, "reasons": []},
        {"id": "both", "supported": True, "reasons": []},
    ]


@pytest.mark.parametrize("evidence", [[], "", [""], [" \u3000", "\n"]])
def test_a_claim_without_evidence_is_uncited(tmp_path: Path, evidence: object) -> None:
    [row] = verified(tmp_path, {"id": "a", "claim": CLAIM, "evidence": evidence})
    assert row == {"id": "a", "supported": False, "reasons": ["uncited"]}


@pytest.mark.parametrize("bad", ["{broken", "\x00", "[" * 100_000, "[]", '"text"', "3"])
def test_a_bad_line_is_told_by_its_number_and_costs_no_other(tmp_path: Path, bad: str) -> None:
    good = {"id": "a", "claim": CLAIM, "evidence": [SOURCE]}
    before, row, after = verified(tmp_path, good, bad, good)
    assert before == after == {"id": "a", "supported": True, "reasons": []}
    assert (row["id"], row["supported"]) == ("line:2", False)
    assert str(row["error"]).startswith("line 2 is not ")


def test_blank_lines_are_counted_and_not_answered(tmp_path: Path) -> None:
    [row] = verified(tmp_path, "", "  ", "{broken")
    assert row["id"] == "line:3"


@pytest.mark.parametrize(
    "line",
    [{}, {"claim": CLAIM}, {"evidence": [SOURCE]}, {"claim": 3, "evidence": [SOURCE]},
     {"claim": CLAIM, "evidence": [3]}, {"claim": CLAIM, "evidence": {"a": SOURCE}}],
)  # fmt: skip
def test_a_line_of_another_shape_is_told_what_it_needs(tmp_path: Path, line: Row) -> None:
    [row] = verified(tmp_path, {"id": "a", **line})
    assert (row["id"], row["supported"]) == ("a", False)
    assert '"evidence" (list of texts)' in str(row["error"])


@dataclass(frozen=True)
class Objects:
    """A second opinion that finds nothing likely."""

    threshold: float = 0.5

    def chance(self, claim: str, evidence: str) -> float:
        return 0.1


def test_a_second_opinion_may_object_to_what_is_not_word_for_word(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("SUYUAN_ENTAILMENT", "scripted")
    monkeypatch.setattr("rag.verify.entailment.load_entailment", lambda *_: Objects())
    free, verbatim, wrong = verified(
        tmp_path, *({"claim": said, "evidence": [SOURCE]} for said in (CLAIM, SOURCE, WRONG))
    )
    assert (free["supported"], free["reasons"]) == (False, ["uncovered"])
    assert verbatim["supported"]
    assert wrong["reasons"] == ["number"], "the rules had objected already"
