"""Follow-up questions, made whole from what was asked before."""

from __future__ import annotations

from collections.abc import Sequence

from index.folding import clean
from rag.question import Question, Turn


def understand(asked: str, history: Sequence[Turn] = ()) -> Question:
    """The question behind the words, given the earlier turns (oldest first)."""
    return Question(asked, clean(asked))
