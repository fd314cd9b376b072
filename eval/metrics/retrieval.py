"""Is the right paragraph found, and how high: computed by ``ir-measures`` (trec_eval)."""

from __future__ import annotations

from collections.abc import Callable
from functools import lru_cache

import ir_measures

from eval.metrics.measure import Measure
from eval.outcome import Outcome
from eval.questions import same_document

_SOURCE = "trec_eval, through ir-measures"
_MEASURES = {
    "hit@1": ir_measures.Success @ 1,
    "hit@3": ir_measures.Success @ 3,
    "hit@5": ir_measures.Success @ 5,
    "hit@10": ir_measures.Success @ 10,
    "MRR": ir_measures.RR,
    "nDCG@10": ir_measures.nDCG @ 10,
    "recall@10": ir_measures.R @ 10,
}
_DEFINITIONS = {
    "hit@1": "a gold paragraph is the first hit",
    "hit@3": "a gold paragraph is among the first 3 hits",
    "hit@5": "a gold paragraph is among the first 5 hits",
    "hit@10": "a gold paragraph is among the first 10 hits",
    "MRR": "one over the rank of the first gold paragraph",
    "nDCG@10": "discounted gain of gold paragraphs over the best possible",
    "recall@10": "share of the gold paragraphs among the first 10 hits",
}
_TARGETS = {"hit@1": 0.80, "hit@5": 0.98}


@lru_cache(maxsize=4096)
def retrieval_values(outcome: Outcome) -> dict[str, float]:
    """Every measure for one question with gold; empty without."""
    if not outcome.question.gold:
        return {}
    gold = {(g.document, g.paragraph) for g in outcome.question.gold}
    qrels = [ir_measures.Qrel("q", f"{name}\t{number}", 1) for name, number in gold]
    run = []
    for rank, (document, paragraph) in enumerate(outcome.hits):
        name = next(
            (n for n, number in gold if number == paragraph and same_document(n, document)),
            document,
        )
        run.append(ir_measures.ScoredDoc("q", f"{name}\t{paragraph}", -float(rank)))
    if not run:
        return dict.fromkeys(_MEASURES, 0.0)
    found = {str(m.measure): m.value for m in ir_measures.iter_calc(_MEASURES.values(), qrels, run)}
    return {name: float(found[str(measure)]) for name, measure in _MEASURES.items()}


def _share(name: str) -> Callable[[Outcome], tuple[float, float]]:
    def share(outcome: Outcome) -> tuple[float, float]:
        values = retrieval_values(outcome)
        return (values[name], 1.0) if values else (0.0, 0.0)

    return share


RETRIEVAL = tuple(
    Measure(name, _DEFINITIONS[name], _SOURCE, _share(name), _TARGETS.get(name))
    for name in _MEASURES
)
