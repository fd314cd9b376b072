"""How far our verifier and a second judge of entailment agree, and each of them with people.

The judge is asked about every sentence that was answered and what it cites, and about the
sealed half of the hand-labelled pairs, which says how far the judge itself can be trusted.
Agreement is given raw and as Cohen's kappa (Educational and Psychological Measurement 1960),
which takes away what two judges agree on by chance.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass

from eval.judges import SecondJudge, Undecided
from eval.metrics.alce import Judge, by_verifier, claim_precision, claim_recall
from eval.metrics.measure import Estimate, interval
from eval.outcome import Outcome, SaidClaim
from eval.questions import Split
from eval.verifier_sets import load_pairs


@dataclass(frozen=True, slots=True)
class Agreement:
    """Two judges on the same pairs; ``undecided`` pairs got no verdict from the second."""

    both: int
    only_first: int
    only_second: int
    neither: int
    undecided: int = 0

    @property
    def count(self) -> int:
        return self.both + self.only_first + self.only_second + self.neither

    @property
    def raw(self) -> float:
        """The share of pairs on which they say the same; NaN without pairs."""
        return (self.both + self.neither) / self.count if self.count else math.nan

    @property
    def kappa(self) -> float:
        """Cohen's kappa; NaN where one judge's verdicts leave nothing to chance.

        >>> round(Agreement(20, 5, 10, 15).kappa, 2)
        0.4
        >>> Agreement(20, 0, 0, 0).kappa
        nan
        """
        if not self.count:
            return math.nan
        first = (self.both + self.only_first) / self.count
        second = (self.both + self.only_second) / self.count
        chance = first * second + (1 - first) * (1 - second)
        return (self.raw - chance) / (1 - chance) if chance < 1 else math.nan

    def to_json(self) -> dict[str, object]:
        return {
            "pairs": self.count,
            "undecided": self.undecided,
            "raw": None if math.isnan(self.raw) else round(self.raw, 4),
            "kappa": None if math.isnan(self.kappa) else round(self.kappa, 4),
            "both say yes": self.both,
            "only the first": self.only_first,
            "only the second": self.only_second,
            "both say no": self.neither,
        }


def agreement(verdicts: Sequence[tuple[bool, bool | None]]) -> Agreement:
    """Counts pairs of verdicts; ``None`` is a second judge that could not decide."""
    return Agreement(
        sum(one and other is True for one, other in verdicts),
        sum(one and other is False for one, other in verdicts),
        sum(not one and other is True for one, other in verdicts),
        sum(not one and other is False for one, other in verdicts),
        sum(other is None for _, other in verdicts),
    )


@dataclass(frozen=True, slots=True)
class SecondOpinion:
    """ALCE's measures by the second judge, how far it agrees with our verifier on the answers'
    sentences, and how far each agrees with people on the labelled pairs."""

    judge: str
    recall: Estimate
    precision: Estimate
    with_verifier: Agreement
    people_and_verifier: Agreement
    people_and_judge: Agreement

    def to_json(self) -> dict[str, object]:
        return {
            "judge": self.judge,
            "ALCE citation recall": self.recall.to_json(),
            "ALCE citation precision": self.precision.to_json(),
            "with our verifier": self.with_verifier.to_json(),
            "people and our verifier": self.people_and_verifier.to_json(),
            "people and the judge": self.people_and_judge.to_json(),
        }


def second_opinion(
    judge: SecondJudge, outcomes: Sequence[Outcome], *, workers: int = 2
) -> SecondOpinion:
    """Raises :class:`ModelError` when the judge cannot be reached."""
    claims = [(c.text, [s.quote for s in c.citations]) for o in outcomes for c in o.claims]
    labelled = load_pairs(Split.SEALED)
    pairs = [*claims, *((pair.claim, list(pair.evidence)) for pair in labelled)]

    def verdict(pair: tuple[str, list[str]]) -> bool | None:
        try:
            return judge.entails(*pair)
        except Undecided:
            return None

    with ThreadPoolExecutor(max(1, workers)) as pool:
        second = list(pool.map(verdict, pairs))
    first = [by_verifier(*pair) for pair in pairs]
    hand = [pair.faithful for pair in labelled]
    recall, precision = [], []
    for outcome in outcomes:
        parts = [_alce(claim, judge.entails) for claim in outcome.claims]
        known = [part for part in parts if part is not None]
        if known:
            recall.append((sum(r for r, _ in known), float(len(known))))
            precision.append((sum(p[0] for _, p in known), sum(p[1] for _, p in known)))
    at = len(claims)
    return SecondOpinion(
        judge.name,
        interval(recall),
        interval(precision),
        agreement(list(zip(first[:at], second[:at], strict=True))),
        agreement(list(zip(hand, first[at:], strict=True))),
        agreement(list(zip(hand, second[at:], strict=True))),
    )


def _alce(claim: SaidClaim, judge: Judge) -> tuple[float, tuple[float, float]] | None:
    """Recall and precision of one sentence; ``None`` where the judge could not decide."""
    try:
        return claim_recall(claim, judge), claim_precision(claim, judge)
    except Undecided:
        return None
