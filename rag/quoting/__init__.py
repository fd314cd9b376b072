"""Answers without a model: the source's own sentences, or an honest refusal."""

from rag.quoting.answerability import Answerability, addresses, assess
from rag.quoting.candidates import Reading, find, read
from rag.quoting.follow_up import understand
from rag.quoting.referral import wants_decision
from rag.quoting.selection import select

__all__ = [
    "Answerability",
    "Reading",
    "addresses",
    "assess",
    "find",
    "read",
    "select",
    "understand",
    "wants_decision",
]
