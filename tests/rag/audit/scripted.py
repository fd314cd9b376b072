"""Answers to record without an index or a model: a document of three paragraphs, quoted."""

from __future__ import annotations

import hashlib
import uuid
from collections.abc import Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import cast

from index.document import Document, Metadata, Paragraph
from index.search import Hit
from index.store import Index
from rag.answer import Answer, Answered, Citation, Claim, Rejection, Trace
from rag.audit.recorder import AnswerRecording, AuditRecorder
from rag.recording import Asked, Checked, Exchange
from rag.settings import Settings

TEXTS = (
    "数据局负责统筹公共数据。",
    "申请应当在十五个工作日内办结,需要听证的除外。",
    "本规则自2024年5月1日起施行。",
)


@dataclass(frozen=True)
class Shelf:
    """As much of an index as recording asks for."""

    documents: tuple[Document, ...]

    @property
    def sha256(self) -> str:
        return hashlib.sha256(repr(self.documents).encode()).hexdigest()

    def document(self, name: str) -> Document:
        return next(document for document in self.documents if document.name == name)


def document(texts: tuple[str, ...] = TEXTS, name: str = "rules.txt") -> Document:
    """A document with one paragraph per text."""
    paragraphs, start = [], 0
    for number, text in enumerate(texts, start=1):
        paragraphs.append(Paragraph(name, number, f"一/{number}", "一", text, start))
        start += len(text) + 1
    source = "\n".join(texts).encode()
    return Document(name, Metadata("规则"), tuple(paragraphs), hashlib.sha256(source).hexdigest())


def shelf(*documents: Document) -> Index:
    return cast("Index", Shelf(documents or (document(),)))


def settings_for(home: Path, **more: str) -> Settings:
    """Settings of a home of its own, untouched by the tests' environment."""
    environment: Mapping[str, str] = {
        "SUYUAN_HOME": str(home), "SUYUAN_OPERATOR": "某市数据局", "SUYUAN_OFFICE": "政策法规处",
        "SUYUAN_CONTACT": "12345", **more,
    }  # fmt: skip
    return Settings.load(environment)


def begin(recorder: AuditRecorder, question: str, index: Index) -> tuple[Trace, AnswerRecording]:
    hits = tuple(Hit(p, 1.0 / p.number) for p in index.documents[0].paragraphs)
    trace = Trace(id=uuid.uuid4().hex, question=question, hits=hits, index_sha256=index.sha256)
    return trace, recorder.begin(Asked(question, rewritten=question), trace, index)


def record_one(recorder: AuditRecorder, question: str, index: Index | None = None) -> Answer:
    """One whole answer on record: two sentences shown, one rejected."""
    index = index or shelf()
    trace, recording = begin(recorder, question, index)
    claims = []
    for paragraph in index.documents[0].paragraphs[:2]:
        claim = Claim.quoted(Citation(paragraph, 0, len(paragraph.text)))
        recording.show([Checked(claim, ("verbatim",))])
        claims.append(claim)
    recording.reject(Rejection("数据局不负责。", ("negation",)))
    answer = Answered(replace(trace, record=recording.record), tuple(claims))
    recording.close(answer, Exchange(["数据局负责。[P1]"]))
    return answer
