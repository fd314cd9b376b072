"""The committed figures hold: a change that loses quality fails here."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path

import pytest

from eval.evaluate import evaluate
from eval.gate import BASELINE, drops, figures
from eval.library import available_sets
from eval.results import SetResult


@pytest.fixture(scope="module", params=available_sets())
def result(request: pytest.FixtureRequest, home: Path, tmp_path_factory: object) -> SetResult:
    folder = tmp_path_factory.mktemp("gate")  # type: ignore[attr-defined]
    return evaluate(request.param, folder)


@pytest.mark.slow
def test_nothing_is_worse_than_the_baseline(result: SetResult) -> None:
    baseline = json.loads(BASELINE.read_text(encoding="utf-8"))
    assert drops(result, baseline[result.name]) == []


@pytest.mark.slow
def test_a_drop_is_seen(result: SetResult) -> None:
    """The same run with every answer taken away."""
    gone = tuple(replace(o, status="refused", claims=(), hits=()) for o in result.outcomes)
    found = " ".join(drops(SetResult(result.name, "none", gone), figures(result)))
    for measure in ("hit@1", "gold block cited", "nugget recall", "false refusals"):
        assert measure in found
