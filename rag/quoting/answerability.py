"""Whether the passages found hold an answer to the question."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from index.search import Hit
from rag.question import Question


@dataclass(frozen=True, slots=True)
class Answerability:
    """``score`` between 0 and 1; ``answerable`` when it reaches the threshold."""

    score: float
    answerable: bool


def assess(question: Question, hits: Sequence[Hit]) -> Answerability:
    """How likely ``hits`` hold the answer."""
    best = max((s.cosine for hit in hits for s in hit.sentences), default=0.0)
    return Answerability(best, best >= 0.82)
