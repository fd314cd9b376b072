"""The parts of an answer's JSON (``rag.schema``) that the standards' forms are made from.

A kept record holds an answer as JSON, and its documents may have changed since. So these
forms are made from the JSON alone, not from an :data:`rag.answer.Answer`.
"""

from __future__ import annotations

from typing import TypedDict


class CitationJson(TypedDict):
    document: str
    paragraph: int
    label: str
    start: int
    end: int
    quote: str


class ClaimJson(TypedDict):
    text: str
    citations: list[CitationJson]
    method: str


class RejectedJson(TypedDict):
    text: str
    reasons: list[str]


class LabelJson(TypedDict):
    text: str
    AIGC: dict[str, str]


class AnswerJson(TypedDict):
    id: str
    question: str
    status: str
    reason: str | None
    claims: list[ClaimJson]
    rejected: list[RejectedJson]
    model: str | None
    index_sha256: str | None
    record: str | None
    label: LabelJson
