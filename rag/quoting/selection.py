"""Which of the source's own words answer the question.

Whole sentences, never altered, so that no 不, 除…外 or 但 is cut off. One to four; more where a
list is asked for, whose members are then taken whole and in source order.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from index.document import Paragraph
from index.segment import Span
from rag.answer import Citation
from rag.quoting.candidates import Candidate, Reading
from rag.quoting.enumerations import members
from rag.quoting.kinds import Kind
from rag.quoting.weights import load_weights

if TYPE_CHECKING:
    from index.store import Index

CLAIMS = 3
LIST_CLAIMS = 12
RELATIVE = 0.62
"""A further sentence must be this likely, relative to the best one."""


def select(reading: Reading, index: Index) -> tuple[Citation, ...]:
    """The citations that answer the question, in source order; empty without candidates."""
    if not reading.candidates:
        return ()
    model = load_weights().sentence
    ranked = sorted(
        ((model.probability(c.values), c) for c in reading.candidates), key=lambda e: -e[0]
    )
    best_chance, best = ranked[0]
    chosen = [best]
    for chance, candidate in ranked[1:]:
        if len(chosen) >= CLAIMS:
            break
        if chance >= model.threshold and chance >= RELATIVE * best_chance:
            chosen.append(candidate)
    spans = {(c.paragraph, c.span) for c in chosen}
    if _wants_several(reading):
        for candidate in chosen[:2]:
            spans |= members(candidate, index)
    else:
        spans |= _items_of(best, index)
    places = {document.name: at for at, document in enumerate(index.documents)}
    ordered = sorted(
        _merged(spans), key=lambda e: (places.get(e[0].document, 0), e[0].number, e[1])
    )
    return tuple(Citation(p, span.start, span.end) for p, span in ordered[:LIST_CLAIMS])


def _wants_several(reading: Reading) -> bool:
    return bool(reading.kinds & {Kind.LIST, Kind.HOW_MANY, Kind.HOW}) or (
        Kind.LIST in reading.kinds
    )


def _items_of(best: Candidate, index: Index) -> set[tuple[Paragraph, Span]]:
    """A sentence that ends in a colon says nothing without what it announces."""
    return members(best, index) if best.text.endswith((":", "：")) else set()


def _merged(spans: set[tuple[Paragraph, Span]]) -> list[tuple[Paragraph, Span]]:
    """No span inside another of the same paragraph."""
    return [
        (paragraph, span)
        for paragraph, span in spans
        if not any(
            other is not span
            and paragraph == p
            and other.start <= span.start
            and span.end <= other.end
            and other != span
            for p, other in spans
        )
    ]
