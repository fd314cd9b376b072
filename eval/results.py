"""All measures over the outcomes of one set, by half and by kind of question."""

from __future__ import annotations

import math
import statistics
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from eval.metrics.alce import ALCE
from eval.metrics.answers import ANSWERS
from eval.metrics.measure import Estimate, Measure, estimate
from eval.metrics.retrieval import RETRIEVAL
from eval.outcome import Outcome
from eval.questions import Split

MEASURES: tuple[Measure, ...] = (*RETRIEVAL, *ANSWERS, *ALCE)
BY_NAME = {measure.name: measure for measure in MEASURES}
GROUP_MEASURES = ("hit@1", "hit@5", "gold-citation precision", "gold block cited", "nugget recall")
ABILITIES = {
    "negative rejection": ("absent", "far_off"),
    "information integration": ("several", "list"),
    "counterfactual robustness": ("false_premise",),
}
"""RGB's abilities (Chen et al., AAAI 2024) and our kinds of question that try them. The fourth,
noise robustness, is the set asked again with all other documents in the index."""


@dataclass(frozen=True, slots=True)
class SetResult:
    """A set and its outcomes; ``noisy`` are those with other documents in the index too,
    ``chances`` how likely each question seemed answerable, by id."""

    name: str
    answerer: str
    outcomes: tuple[Outcome, ...]
    noisy: tuple[Outcome, ...] = ()
    chances: Mapping[str, float] = field(default_factory=dict)

    def of(self, half: Split | None) -> list[Outcome]:
        return [o for o in self.outcomes if half in (None, o.question.split)]

    def kinds(self) -> list[str]:
        return sorted({o.question.kind for o in self.outcomes})

    def missed(self, half: Split) -> list[tuple[Measure, Estimate]]:
        """Targets that this half does not reach."""
        found = [(m, estimate(m, self.of(half))) for m in MEASURES if m.target is not None]
        return [(m, e) for m, e in found if e.meets(m) is False]


def to_json(result: SetResult) -> dict[str, object]:
    """Everything but the times: two runs give the same."""
    return {
        "set": result.name,
        "answerer": result.answerer,
        "questions": len(result.outcomes),
        "halves": {
            half.value: {m.name: estimate_json(estimate(m, result.of(half))) for m in MEASURES}
            for half in Split
        },
        "kinds": {kind: _kind_json(result, kind) for kind in result.kinds()},
        "abilities": _abilities(result),
        "missed": {half.value: [m.name for m, _ in result.missed(half)] for half in Split},
        "rejected": dict(
            Counter(code for o in result.outcomes for reasons in o.rejected for code in reasons)
        ),
        "statuses": {o.question.id: o.status for o in result.outcomes},
    }


def latency(result: SetResult) -> dict[str, float]:
    """Milliseconds an answer took: median and 95th percentile. Depends on the machine."""
    times = sorted(1000 * o.seconds for o in result.outcomes)
    if not times:
        return {}
    at = min(len(times) - 1, math.ceil(0.95 * len(times)) - 1)
    return {"p50_ms": round(statistics.median(times), 1), "p95_ms": round(times[at], 1)}


def estimate_json(found: Estimate) -> dict[str, object] | None:
    if not found.count:
        return None
    return {
        "value": round(found.value, 4),
        "low": round(found.low, 4),
        "high": round(found.high, 4),
        "questions": found.count,
    }


def _kind_json(result: SetResult, kind: str) -> dict[str, object]:
    of_kind = [o for o in result.outcomes if o.question.kind == kind]
    right = sum(o.status == o.question.expect.value for o in of_kind)
    return {
        "questions": len(of_kind),
        "expected status": right / len(of_kind),
        **{
            name: estimate_json(estimate(BY_NAME[name], of_kind))
            for name in GROUP_MEASURES
            if any(o.question.gold for o in of_kind)
        },
    }


def _abilities(result: SetResult) -> dict[str, object]:
    """Share of right outcomes: refused where it must be, gold cited where it can be."""
    found: dict[str, object] = {}
    for ability, kinds in ABILITIES.items():
        outcomes = [o for o in result.outcomes if o.question.kind in kinds]
        if outcomes:
            found[ability] = {"right": _right(outcomes), "questions": len(outcomes)}
    answerable = [o for o in result.noisy if o.question.gold]
    if answerable:
        alone = [o for o in result.outcomes if o.question.gold]
        found["noise robustness"] = {
            "right": _right(answerable),
            "without noise": _right(alone),
            "questions": len(answerable),
        }
    return found


def _right(outcomes: Sequence[Outcome]) -> float:
    good = sum(
        any(map(o.is_gold, o.citations)) if o.question.gold else not o.answered for o in outcomes
    )
    return round(good / len(outcomes), 4)
