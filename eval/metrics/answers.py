"""Are the citations gold, is the answer whole, and is what cannot be answered refused?

Gold decides here, never our own verifier.
"""

from __future__ import annotations

from collections.abc import Callable

from eval.metrics.measure import Measure
from eval.outcome import Outcome

_OURS = "this project's gold spans"
_NUGGETS = "nuggets as in TREC QA (Voorhees 2003): short strings that a right answer holds"


def _cited_gold(outcome: Outcome) -> tuple[float, float]:
    if not outcome.question.gold:
        return 0.0, 0.0
    cited = outcome.citations
    return float(sum(map(outcome.is_gold, cited))), float(len(cited))


def _any_gold(outcome: Outcome) -> tuple[float, float]:
    if not outcome.question.gold:
        return 0.0, 0.0
    return float(any(map(outcome.in_gold_block, outcome.citations))), 1.0


def _nugget_recall(outcome: Outcome) -> tuple[float, float]:
    if not outcome.question.gold:
        return 0.0, 0.0
    nuggets = outcome.question.nuggets
    return float(sum(map(outcome.says, nuggets))), float(len(nuggets))


def _claim_precision(outcome: Outcome) -> tuple[float, float]:
    """Claims that cite gold or hold a nugget, of all claims."""
    if not outcome.question.gold:
        return 0.0, 0.0
    good = 0
    for claim in outcome.claims:
        alone = Outcome(outcome.question, "answered", (claim,), (), (), 0.0)
        good += any(map(outcome.is_gold, claim.citations)) or any(
            map(alone.says, outcome.question.nuggets)
        )
    return float(good), float(len(outcome.claims))


def _false_refusal(outcome: Outcome) -> tuple[float, float]:
    return (float(not outcome.answered), 1.0) if outcome.answerable else (0.0, 0.0)


def _refusal_precision(outcome: Outcome) -> tuple[float, float]:
    return (0.0, 0.0) if outcome.answered else (float(not outcome.answerable), 1.0)


def _refusal_recall(outcome: Outcome) -> tuple[float, float]:
    return (0.0, 0.0) if outcome.answerable else (float(not outcome.answered), 1.0)


def _kind(kind: str, status: str | None = None) -> Callable[[Outcome], tuple[float, float]]:
    def share(outcome: Outcome) -> tuple[float, float]:
        if outcome.question.kind != kind or outcome.answerable:
            return 0.0, 0.0
        right = not outcome.answered if status is None else outcome.status == status
        return float(right), 1.0

    return share


ANSWERS = (
    Measure("gold-citation precision", "citations that overlap a gold span, of all citations",
            _OURS, _cited_gold, 0.80),
    Measure("gold block cited", "answerable questions with a citation in a gold paragraph",
            _OURS, _any_gold, 0.95),
    Measure("nugget recall", "nuggets that the answer holds", _NUGGETS, _nugget_recall, 0.85),
    Measure("nugget precision", "sentences that cite gold or hold a nugget", _NUGGETS,
            _claim_precision),
    Measure("refusal precision", "unanswerable, of all that got no answer", _OURS,
            _refusal_precision),
    Measure("refusal recall", "without an answer, of all unanswerable", _OURS, _refusal_recall),
    Measure("false refusals", "without an answer, of all answerable", _OURS, _false_refusal, 0.10,
            at_most=True),
    Measure("absent refused", "right topic, fact absent: refused", _OURS, _kind("absent"), 0.65),
    Measure("far off refused", "another topic: refused", _OURS, _kind("far_off"), 1.0),
    Measure("decisions referred", "asks to decide a case: referred to a person", _OURS,
            _kind("decision", "referred")),
)  # fmt: skip
