"""What was asked: cleaned, bounded, and made whole where it leans on what came before."""

from __future__ import annotations

from dataclasses import dataclass

from index.folding import clean

LENGTH_LIMIT = 4000
"""Code points of a question; a longer one is refused as ``too_long``."""


@dataclass(frozen=True, slots=True)
class Turn:
    """An earlier question and the text of its answer."""

    question: str
    answer: str = ""


@dataclass(frozen=True, slots=True)
class Question:
    """``asked`` is what the person wrote, ``text`` what is searched and answered: cleaned,
    without instructions to the program, and rewritten into a full question where it was a
    follow-up. ``only_instructs`` when nothing but instructions was there. ``also`` is what its
    words are called in administrative texts, separated by spaces. ``said`` is what was answered
    before, folded, where something beyond it is wanted (还有呢?)."""

    asked: str
    text: str
    only_instructs: bool = False
    also: str = ""
    said: str = ""

    @property
    def rewritten(self) -> str | None:
        return self.text if self.text != clean(self.asked) else None
