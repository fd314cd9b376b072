"""A measure is a sum over questions divided by another; its interval comes from drawing the
questions anew (percentile bootstrap: Efron and Tibshirani, An Introduction to the Bootstrap,
1993, chapter 13), a thousand times with a fixed seed, so that two runs give the same table.

Where all questions came out right, or all wrong, every draw is the same and the bootstrap would
claim certainty; there the bound is the exact binomial one (Clopper and Pearson, Biometrika 1934):
13 of 13 right is 1.00 [0.75, 1.00]."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np

from eval.outcome import Outcome

DRAWS = 1000
SEED = 20250427
LEVEL = 0.95


@dataclass(frozen=True, slots=True)
class Measure:
    """``share`` gives a question's part of numerator and denominator; ``(0, 0)`` leaves it
    out. ``target`` is what the project set itself, ``at_most`` when less is better."""

    name: str
    definition: str
    source: str
    share: Callable[[Outcome], tuple[float, float]]
    target: float | None = None
    at_most: bool = False


@dataclass(frozen=True, slots=True)
class Estimate:
    """``value`` with its 95 % interval, from ``count`` questions; ``value`` is NaN for none."""

    value: float
    low: float
    high: float
    count: int

    def to_json(self) -> dict[str, object] | None:
        """Rounded to four digits; ``None`` for no questions."""
        if not self.count:
            return None
        return {
            "value": round(self.value, 4),
            "low": round(self.low, 4),
            "high": round(self.high, 4),
            "questions": self.count,
        }

    def meets(self, measure: Measure) -> bool | None:
        """Whether the target is met; ``None`` without a target or without questions."""
        if measure.target is None or not self.count:
            return None
        if measure.at_most:
            return self.value <= measure.target
        return self.value >= measure.target


def estimate(measure: Measure, outcomes: Sequence[Outcome]) -> Estimate:
    """The measure over ``outcomes``."""
    parts = [part for part in map(measure.share, outcomes) if part[1]]
    return interval(parts)


def interval(parts: Sequence[tuple[float, float]]) -> Estimate:
    """The ratio of sums with its bootstrap interval.

    >>> e = interval([(1, 1)] * 8 + [(0, 1)] * 2)
    >>> (round(e.value, 2), e.low < 0.8 < e.high, e.count)
    (0.8, True, 10)
    >>> round(interval([(1, 1)] * 13).low, 2), round(interval([(0, 1)] * 13).high, 2)
    (0.75, 0.25)
    """
    if not parts:
        return Estimate(float("nan"), float("nan"), float("nan"), 0)
    values = np.asarray(parts, np.float64)
    draws = np.random.default_rng(SEED).integers(0, len(values), (DRAWS, len(values)))
    sums = values[draws].sum(axis=1)
    ratios = sums[:, 0] / sums[:, 1]
    tail = (1 - LEVEL) / 2
    low, high = np.quantile(ratios, [tail, 1 - tail])
    total = values.sum(axis=0)
    value = float(total[0] / total[1])
    if value in (0.0, 1.0):
        bound = tail ** (1 / len(values))
        low, high = (bound, 1.0) if value else (0.0, 1 - bound)
    return Estimate(value, float(low), float(high), len(values))
