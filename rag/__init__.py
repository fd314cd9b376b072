"""Answers from an index: retrieve, draft, verify, record."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from rag.answer import (
    Answer,
    Answered,
    Citation,
    Claim,
    Failed,
    Hit,
    Method,
    Referred,
    Refused,
    Rejection,
)
from rag.question import Turn

if TYPE_CHECKING:
    from rag.settings import Settings

__all__ = [
    "Answer",
    "Answered",
    "Citation",
    "Claim",
    "Failed",
    "Hit",
    "Method",
    "Referred",
    "Refused",
    "Rejection",
    "Turn",
    "answer",
]


def answer(
    question: str,
    history: Sequence[Turn] = (),
    *,
    index: Path | str | None = None,
    settings: Settings | None = None,
) -> Answer:
    """The answer to ``question`` from the index in ``index``, or from the default one.

    To ask more than once, keep a :class:`rag.pipeline.Pipeline`: opening an index takes a
    second, an answer milliseconds.
    """
    from rag.pipeline import Pipeline

    return Pipeline.open(index, settings).answer(question, history)
