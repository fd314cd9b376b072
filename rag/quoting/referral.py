"""Questions that a person must answer: decisions, and judgements on somebody's case."""

from __future__ import annotations

from rag.question import Question


def wants_decision(question: Question) -> bool:
    """Whether the question asks the program to decide a case."""
    return False
