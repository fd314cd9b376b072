"""What every system can be asked for: passages of a source, as offsets, best first.

Peers cut sources into chunks that know no paragraphs, so passages are compared with gold by
their place in the source's text, for all systems alike, ours included.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

from eval.questions import EvalQuestion
from index.document import Document
from index.reading.decode import decode

DEPTH = 5


@dataclass(frozen=True, slots=True)
class Passage:
    """Code points ``start`` to ``end`` of the source called ``document``."""

    document: str
    start: int
    end: int


@dataclass(frozen=True, slots=True)
class Source:
    """A document as a peer gets it: its name and its whole text."""

    name: str
    text: str

    @classmethod
    def read(cls, document: Document, path: Path) -> Source:
        return cls(document.name, decode(path.read_bytes(), path.name)[0])


class Peer(Protocol):
    """A system over some sources, opened with our embedding model; ``package`` is what it is
    installed from."""

    package: str

    @property
    def name(self) -> str: ...

    def retrieve(self, question: str, k: int) -> Sequence[Passage]: ...


class Absent(Exception):
    """The peer is not installed; the message says which package is missing."""


def gold_passages(question: EvalQuestion, documents: Sequence[Document]) -> list[Passage]:
    """The question's gold spans at their places in the sources."""
    found = []
    for gold in question.gold:
        for document in documents:
            if not gold.document or document.name.endswith(gold.document):
                start = document.paragraph(gold.paragraph).start
                found.append(Passage(document.name, start + gold.start, start + gold.end))
    return found


def overlap(one: Passage, other: Passage) -> bool:
    """
    >>> one = Passage("a", 0, 5)
    >>> overlap(one, Passage("a", 4, 9)), overlap(one, Passage("a", 5, 9))
    (True, False)
    """
    return one.document == other.document and one.start < other.end and other.start < one.end


def locate(chunk: str, source: Source, after: int = 0) -> Passage:
    """Where ``chunk`` stands in its source: at ``after`` or later, else anywhere."""
    bare = chunk.strip()
    at = source.text.find(bare, after)
    at = at if at >= 0 else source.text.find(bare)
    if at < 0:  # a splitter that normalised white space: its first words place it
        at = max(0, source.text.find(bare[:12]))
    return Passage(source.name, at, at + len(bare))
