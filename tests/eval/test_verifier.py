"""The verifier's report: shares, intervals, targets, and what it keeps to itself."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from eval import verifier
from eval.questions import Split
from eval.verifier import GROUPS, Judged, judge, markdown, rows, share, to_json
from eval.verifier_sets import (
    Pair,
    bigram_overlap,
    load_fresh_pairs,
    load_near_pairs,
    load_pairs,
)

SOURCE = ("申请应当在十五个工作日内办结，但需要听证的除外。",)
PAIRS = (
    Pair("a", "faithful", "除需要听证的以外，申请应当在15个工作日内办结。", SOURCE),
    Pair("b", "number", "除需要听证的以外，申请应当在5个工作日内办结。", SOURCE),
    Pair("c", "negation_in", "除需要听证的以外，申请不应当在15个工作日内办结。", SOURCE),
)


def test_shares_worked_by_hand() -> None:
    found = rows(judge(PAIRS))
    assert found["numbers and dates"].value == 1.0
    assert found["all falsified"].count == 2
    assert found["faithful, rejected"].value == 0.0
    # Wilson's interval for 1 of 2: (0.095, 0.905)
    half = share([Judged(PAIRS[0], said, (), 1.0) for said in (True, False)])
    assert (round(half.low, 3), round(half.high, 3)) == (0.095, 0.905)


def test_every_kind_of_the_sets_belongs_to_one_group() -> None:
    kinds = {p.kind for half in Split for p in load_pairs(half) if not p.faithful}
    grouped = [kind for group in GROUPS for kind in group.kinds]
    assert len(grouped) == len(set(grouped))
    assert kinds <= set(grouped)


def test_sealed_pairs_are_counted_not_shown() -> None:
    wrong = [Judged(PAIRS[0], True, ("number",), 1.0)]
    body = json.loads(json.dumps(to_json({"sealed": wrong, "fresh": wrong})))
    assert body["sealed"]["wrong"] == []
    assert body["fresh"]["wrong"] == [{"id": "a", "kind": "faithful", "reasons": ["number"]}]
    assert body["sealed"]["rows"]["faithful, rejected"]["count"] == 1


def test_the_table_has_targets_and_intervals() -> None:
    told = markdown({"fresh": judge(PAIRS)})
    assert "| numbers and dates | ≥ 0.99 | 1.00 [0.21, 1.00] of 1 |" in told
    assert "ms (median)" in told


def test_one_command_reports_pairs_and_model_sentences(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(verifier, "load_pairs", lambda half: PAIRS)
    monkeypatch.setattr(verifier, "load_fresh_pairs", lambda: PAIRS)
    monkeypatch.setattr(verifier, "load_near_pairs", lambda: PAIRS)
    monkeypatch.setattr(verifier, "load_model_sentences", lambda: ())
    assert verifier.main(["--out", str(tmp_path / "report")]) == 0
    assert "# Faithfulness of drafted sentences" in capsys.readouterr().out
    body = json.loads((tmp_path / "report" / "verifier.json").read_text(encoding="utf-8"))
    assert set(body) == {"pairs", "faithfulness"}
    assert set(body["pairs"]) == {"development", "sealed", "fresh", "near"}


def test_fresh_pairs_are_rewordings_of_other_sources() -> None:
    pairs = load_fresh_pairs()
    if len(pairs) < 300:
        pytest.skip("the laws are not beside this checkout")
    assert len({p.id for p in pairs}) == len(pairs)
    faithful = [p for p in pairs if p.faithful]
    assert len(faithful) >= 90
    overlaps = sorted(bigram_overlap(p.claim, "".join(p.evidence)) for p in faithful)
    assert overlaps[len(overlaps) // 2] <= 0.6
    used = {text for half in Split for p in load_pairs(half) for text in p.evidence}
    laws = [p for p in pairs if "第" in p.evidence[0][:3]]
    assert not any(text in used for p in laws for text in p.evidence)


def test_near_pairs_keep_to_their_sources_words() -> None:
    pairs = load_near_pairs()
    if not pairs:
        pytest.skip("no laws beside this checkout")
    shares = sorted(bigram_overlap(p.claim, "".join(p.evidence)) for p in pairs)
    assert shares[len(shares) // 2] > 0.6
    assert {p.kind for p in pairs} - {"faithful"} == {k for g in GROUPS for k in g.kinds}
