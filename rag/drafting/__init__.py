"""Sentences drafted by a language model. Nothing here is trusted: see :mod:`rag.gate`."""

from rag.drafting.draft import DraftSentence, declines, read_draft
from rag.drafting.model import Drafter, open_drafter
from rag.drafting.prompt import Evidence, drafting_messages, number_evidence, prompt_sha256

__all__ = [
    "DraftSentence",
    "Drafter",
    "Evidence",
    "declines",
    "drafting_messages",
    "number_evidence",
    "open_drafter",
    "prompt_sha256",
    "read_draft",
]
