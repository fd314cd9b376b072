"""All measures over the outcomes of one set, by half and by kind of question."""

from __future__ import annotations

import math
import statistics
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from eval.abilities import Ability
from eval.metrics.agreement import SecondOpinion
from eval.metrics.alce import ALCE
from eval.metrics.answers import ANSWERS
from eval.metrics.measure import Estimate, Measure, estimate
from eval.metrics.ragas_judge import RagasScores
from eval.metrics.retrieval import RETRIEVAL
from eval.outcome import Outcome
from eval.questions import Split

MEASURES: tuple[Measure, ...] = (*RETRIEVAL, *ANSWERS, *ALCE)
BY_NAME = {measure.name: measure for measure in MEASURES}
GROUP_MEASURES = ("hit@1", "hit@5", "gold-citation precision", "gold block cited", "nugget recall")


@dataclass(frozen=True, slots=True)
class SetResult:
    """A set and its outcomes; ``chances`` say how likely each question seemed answerable, by
    id. ``second`` and ``ragas`` are there where a second judge was asked; ``gold`` holds the
    gold spans' own words, by id."""

    name: str
    answerer: str
    outcomes: tuple[Outcome, ...]
    abilities: tuple[Ability, ...] = ()
    chances: Mapping[str, float] = field(default_factory=dict)
    second: SecondOpinion | None = None
    ragas: RagasScores | None = None
    gold: Mapping[str, str] = field(default_factory=dict)

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
            half.value: {m.name: estimate(m, result.of(half)).to_json() for m in MEASURES}
            for half in Split
        },
        "kinds": {kind: _kind_json(result, kind) for kind in result.kinds()},
        "abilities": [ability.to_json() for ability in result.abilities],
        "second judge": result.second.to_json() if result.second else None,
        "ragas": result.ragas.to_json() if result.ragas else None,
        "missed": {half.value: [m.name for m, _ in result.missed(half)] for half in Split},
        "rejected": dict(
            Counter(code for o in result.outcomes for reasons in o.rejected for code in reasons)
        ),
        "notices": dict(Counter(notice for o in result.outcomes for notice in o.notices)),
        "statuses": {o.question.id: o.status for o in result.outcomes},
    }


def latency(result: SetResult) -> dict[str, dict[str, float]]:
    """Milliseconds an answer took, median and 95th percentile: of all, and by what came of it.
    They depend on the machine."""
    groups = {"all": list(result.outcomes)}
    for outcome in result.outcomes:
        groups.setdefault(outcome.status, []).append(outcome)
    return {label: _times(outcomes) for label, outcomes in groups.items() if outcomes}


def _times(outcomes: Sequence[Outcome]) -> dict[str, float]:
    times = sorted(1000 * outcome.seconds for outcome in outcomes)
    at = math.ceil(0.95 * len(times)) - 1
    return {
        "count": len(times),
        "p50_ms": round(statistics.median(times), 1),
        "p95_ms": round(times[at], 1),
    }


def _kind_json(result: SetResult, kind: str) -> dict[str, object]:
    of_kind = [o for o in result.outcomes if o.question.kind == kind]
    right = sum(o.status == o.question.expect.value for o in of_kind)
    return {
        "questions": len(of_kind),
        "expected status": right / len(of_kind),
        **{
            name: estimate(BY_NAME[name], of_kind).to_json()
            for name in GROUP_MEASURES
            if any(o.question.gold for o in of_kind)
        },
    }
