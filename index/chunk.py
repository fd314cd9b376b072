"""Paragraphs to chunks: what is embedded as one vector.

A chunk never crosses a paragraph; a long paragraph is split at sentence ends. The text that
is embedded may carry the section's name, the text that is quoted never does: they are two
things, and only :func:`embedded_text` knows the first.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from index.document import Paragraph
from index.segment import Span, sentences

CHUNK_LIMIT = 420
"""Code points in a chunk, unless one sentence alone is longer. About 300 tokens of Chinese."""


@dataclass(frozen=True, slots=True)
class Chunk:
    """A span of paragraph ``row`` (its position among all paragraphs, from 0)."""

    row: int
    start: int
    end: int


def paragraph_chunks(paragraphs: Sequence[Paragraph]) -> list[Chunk]:
    """Chunks of whole sentences, at most :data:`CHUNK_LIMIT` code points where sentences
    allow it.

    >>> p = Paragraph("a", 1, "一/1", "一", "甲" * 300 + "。" + "乙" * 300 + "。", 0)
    >>> [(c.start, c.end) for c in paragraph_chunks([p])]
    [(0, 301), (301, 602)]
    """
    chunks: list[Chunk] = []
    for row, paragraph in enumerate(paragraphs):
        if len(paragraph.text) <= CHUNK_LIMIT:
            chunks.append(Chunk(row, 0, len(paragraph.text)))
            continue
        open_from = open_to = None
        for start, end in _bounded(paragraph.text):
            if open_from is None or open_to is None:
                open_from = start
            elif end - open_from > CHUNK_LIMIT:
                chunks.append(Chunk(row, open_from, open_to))
                open_from = start
            open_to = end
        if open_from is not None and open_to is not None:
            chunks.append(Chunk(row, open_from, open_to))
    return chunks


def sentence_chunks(paragraphs: Sequence[Paragraph]) -> list[Chunk]:
    """One chunk per sentence."""
    return [
        Chunk(row, span.start, span.end)
        for row, paragraph in enumerate(paragraphs)
        for span in _bounded(paragraph.text)
    ]


def embedded_text(paragraph: Paragraph, chunk: Chunk, *, with_section: bool) -> str:
    """What the embedding model reads for ``chunk``."""
    text = paragraph.text[chunk.start : chunk.end]
    return f"{paragraph.section} {text}" if with_section and paragraph.section else text


def _bounded(text: str) -> list[Span]:
    """Sentences; one without end, such as a table in a line, in pieces of a bounded size."""
    found: list[Span] = []
    for start, end in sentences(text):
        found.extend(Span(at, min(at + CHUNK_LIMIT, end)) for at in range(start, end, CHUNK_LIMIT))
    return found
