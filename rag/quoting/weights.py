"""The coefficients of the two small models, from the file that ``eval.fit`` writes."""

from __future__ import annotations

import json
import math
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from operator import mul
from pathlib import Path

FILE = Path(__file__).parent / "weights.json"


@dataclass(frozen=True, slots=True)
class Logistic:
    """A logistic regression: named features, their coefficients, and the threshold at which
    its answer turns to yes."""

    features: tuple[str, ...]
    coefficients: tuple[float, ...]
    intercept: float
    threshold: float

    def __post_init__(self) -> None:
        if len(self.features) != len(self.coefficients):
            raise ValueError("a coefficient for each feature")

    def probability(self, values: Sequence[float]) -> float:
        """
        >>> Logistic(("a",), (2.0,), -1.0, 0.5).probability([0.5])
        0.5
        """
        return chance_of(self.log_odds(values))

    def log_odds(self, values: Sequence[float]) -> float:
        """The logarithm of the odds, between -30 and 30."""
        if len(values) != len(self.coefficients):
            raise ValueError("a value for each feature")
        score = sum(map(mul, self.coefficients, values), self.intercept)
        return max(-30.0, min(30.0, score))


@dataclass(frozen=True, slots=True)
class Weights:
    """``sentence``: does this sentence answer; ``answerable``: is the question answered at
    all."""

    sentence: Logistic
    answerable: Logistic


def chance_of(log_odds: float) -> float:
    """The probability that has these log odds."""
    return 1 / (1 + math.exp(-log_odds))


@lru_cache(maxsize=1)
def load_weights() -> Weights:
    body = json.loads(FILE.read_text(encoding="utf-8"))
    return Weights(**{name: _logistic(body[name]) for name in ("sentence", "answerable")})


def _logistic(body: dict[str, object]) -> Logistic:
    coefficients = body["coefficients"]
    assert isinstance(coefficients, dict)
    return Logistic(
        tuple(coefficients),
        tuple(float(value) for value in coefficients.values()),
        float(str(body["intercept"])),
        float(str(body["threshold"])),
    )
