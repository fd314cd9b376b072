"""Citation recall and precision as ALCE defines them (Gao et al., EMNLP 2023, section 3.3).

Recall: a sentence counts if all it cites, taken together, entails it. Precision: a citation
counts if its sentence does, and if it either entails the sentence alone or the others without
it do not. The judge of entailment is our verifier; :mod:`eval.metrics.agreement` adds a second
one. For quotes both are 1 by construction, so they say nothing there.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence

from eval.metrics.measure import Measure
from eval.outcome import Outcome, SaidClaim
from rag.verify import verify

_SOURCE = "ALCE (Gao et al. 2023), judged by our verifier"
Judge = Callable[[str, Sequence[str]], bool]


def by_verifier(claim: str, evidence: Sequence[str]) -> bool:
    return verify(claim, evidence).supported


def claim_recall(claim: SaidClaim, judge: Judge = by_verifier) -> float:
    return float(judge(claim.text, [c.quote for c in claim.citations]))


def claim_precision(claim: SaidClaim, judge: Judge = by_verifier) -> tuple[float, float]:
    """Citations that count, and all."""
    quotes = [c.quote for c in claim.citations]
    if not judge(claim.text, quotes):
        return 0.0, float(len(quotes))
    good = 0
    for at, quote in enumerate(quotes):
        others = quotes[:at] + quotes[at + 1 :]
        good += judge(claim.text, [quote]) or not (others and judge(claim.text, others))
    return float(good), float(len(quotes))


def _recall(outcome: Outcome) -> tuple[float, float]:
    return float(sum(map(claim_recall, outcome.claims))), float(len(outcome.claims))


def _precision(outcome: Outcome) -> tuple[float, float]:
    parts = [claim_precision(claim) for claim in outcome.claims]
    return sum(p[0] for p in parts), sum(p[1] for p in parts)


ALCE = (
    Measure("ALCE citation recall", "sentences entailed by what they cite", _SOURCE, _recall),
    Measure("ALCE citation precision", "citations that are needed or enough", _SOURCE, _precision),
)
