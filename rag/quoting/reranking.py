"""Paragraphs in the order in which their best sentences answer.

Search ranks by terms and meaning; whether a paragraph has a sentence of the asked type, that
covers what was asked, is known only to the sentence model. The two are added.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import replace

from index.search import Hit
from index.store import Index
from rag.question import Question
from rag.quoting.candidates import read
from rag.quoting.weights import load_weights

DEPTH = 10
"""Hits that are reordered; the others keep their places after them."""

WEIGHT = 1.5
"""What the sentence's log odds count beside the search score (set on development questions)."""


def rerank(question: Question, hits: Sequence[Hit], index: Index) -> tuple[Hit, ...]:
    """``hits`` in their new order; a reordered hit's score is the sum that put it there."""
    if not hits:
        return ()
    model = load_weights().sentence
    best = [-math.inf] * min(len(hits), DEPTH)
    for candidate in read(question, hits, index).sentences_of(DEPTH):
        odds = model.log_odds(candidate.values)
        best[candidate.rank] = max(best[candidate.rank], odds)
    scored = [
        replace(hit, score=hit.score + WEIGHT * odds)
        for hit, odds in zip(hits[:DEPTH], best, strict=True)
        if odds > -math.inf
    ]
    scored.sort(key=lambda hit: -hit.score)
    floor = scored[-1].score if scored else 0.0
    rest = [replace(hit, score=min(floor, hit.score)) for hit in hits[DEPTH:]]
    return (*scored, *rest)
