"""Indexes of invented texts, and readings of a question in which it is plain which sentences are
near: the cosines are given, so that rules are tested without a model, whatever its weights."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from pathlib import Path

import numpy as np

from index.build import build_index
from index.document import Document, Metadata, Paragraph
from index.encoder import EncoderIdentity
from index.search import Hit, SentenceScore
from index.segment import sentences
from index.store import Index, open_index
from rag.answer import Citation
from rag.quoting import Reading, read, select, understand

NEAR, FAR = 0.98, 0.2
"""Cosines: of a sentence that answers if any does, and of one about something else."""


class CountingEncoder:
    """Vectors from characters: an index needs an encoder, these tests need no model."""

    identity = EncoderIdentity("counting", "test", 16, "0" * 64)

    def encode_queries(self, texts: Sequence[str]) -> np.ndarray:
        return self.encode_passages(texts)

    def encode_passages(self, texts: Sequence[str], progress: object = None) -> np.ndarray:
        vectors = np.full((len(texts), 16), 1e-3, np.float32)
        for row, text in enumerate(texts):
            for char in text:
                vectors[row, ord(char) % 16] += 1
        vectors /= np.linalg.norm(vectors, axis=1, keepdims=True)
        return vectors


def document(name: str, texts: Sequence[str], title: str = "") -> Document:
    """A document whose paragraphs are ``texts``."""
    found, start = [], 0
    for number, text in enumerate(texts, start=1):
        found.append(Paragraph(name, number, f"第{number}段", "", text, start))
        start += len(text) + 2
    digest = hashlib.sha256("\n\n".join(texts).encode()).hexdigest()
    return Document(name, Metadata(title), tuple(found), digest)


def index_of(folder: Path, *documents: Document) -> Index:
    encoder = CountingEncoder()
    build_index(documents, folder / "index", encoder)
    return open_index(folder / "index", encoder)


def reading_of(question: str, index: Index, *near: str) -> Reading:
    """``question`` read against all paragraphs; the sentences that hold one of ``near`` are
    near it, and no others."""
    hits = []
    for paragraph in index.paragraphs():
        scores = tuple(
            SentenceScore(span, NEAR if any(n in span.of(paragraph.text) for n in near) else FAR)
            for span in sentences(paragraph.text)
        )
        best = max(score.cosine for score in scores)
        hits.append(Hit(paragraph, 3.0 if best == NEAR else -1.0, (), scores))
    hits.sort(key=lambda hit: -hit.score)
    return read(understand(question), hits, index)


def quoted(question: str, index: Index, *near: str) -> list[str]:
    """What is quoted in answer to ``question``, in the order in which it is shown."""
    return [citation.quote for citation in select(reading_of(question, index, *near), index)]


def is_whole(citation: Citation) -> bool:
    """Whether what is quoted starts where a sentence starts and ends where one ends."""
    spans = sentences(citation.paragraph.text)
    return citation.start in {s.start for s in spans} and citation.end in {s.end for s in spans}
