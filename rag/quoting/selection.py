"""Which of the source's own words answer the question."""

from __future__ import annotations

from collections.abc import Sequence

from index.search import Hit
from rag.answer import Citation
from rag.question import Question


def select(question: Question, hits: Sequence[Hit]) -> tuple[Citation, ...]:
    """The citations that answer the question, in source order; empty if none does."""
    ranked = sorted(
        ((s.cosine, hit.paragraph, s.span) for hit in hits for s in hit.sentences),
        key=lambda entry: -entry[0],
    )
    return tuple(Citation(paragraph, span.start, span.end) for _, paragraph, span in ranked[:2])
