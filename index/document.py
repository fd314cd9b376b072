"""What a source becomes: a document made of numbered, citable paragraphs.

A paragraph is a block of the source *as it stands there*: its text equals
``source[start:end]`` code point for code point, so that whatever is quoted from it can
be shown in place. Headings are not paragraphs; they give paragraphs their labels.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True)
class Paragraph:
    """One block of a document.

    ``number`` counts from 1 in reading order, ``label`` is what a reader would say
    (``二/3``, ``第三十三条第二款``), ``section`` the headings above it, ``start`` its offset
    in the decoded source, in Unicode code points.

    >>> Paragraph("a.txt", 1, "引言/1", "引言", "数字政府。", 0).end
    5
    """

    document: str
    number: int
    label: str
    section: str
    text: str
    start: int

    def __post_init__(self) -> None:
        if self.number < 1 or self.start < 0 or not self.text.strip():
            raise ValueError(f"not a paragraph: number {self.number}, start {self.start}")

    @property
    def end(self) -> int:
        return self.start + len(self.text)

    @property
    def sha256(self) -> str:
        return hashlib.sha256(self.text.encode("utf-8", "surrogatepass")).hexdigest()


@dataclass(frozen=True, slots=True)
class Heading:
    """A heading: ``level`` 1 is the outermost below the title; ``before`` is the number of
    the paragraph that follows it (one past the last, if none does)."""

    level: int
    text: str
    before: int


@dataclass(frozen=True, slots=True)
class Metadata:
    """What the front and back matter say about a document, where they say it."""

    title: str = ""
    authors: tuple[str, ...] = ()
    source: str = ""
    date: str = ""


@dataclass(frozen=True, slots=True)
class Document:
    """A source that was read: its paragraphs in reading order, numbered from 1.

    ``name`` is the file's name within what was built; ``sha256`` is that of the source's
    bytes, ``encoding`` how they were decoded.
    """

    name: str
    metadata: Metadata
    paragraphs: tuple[Paragraph, ...]
    sha256: str
    encoding: str = "utf-8"
    headings: tuple[Heading, ...] = field(default=())

    def __post_init__(self) -> None:
        for expected, paragraph in enumerate(self.paragraphs, start=1):
            if paragraph.number != expected or paragraph.document != self.name:
                raise ValueError(f"{self.name}: paragraph {paragraph.number} out of order")

    def __iter__(self) -> Iterator[Paragraph]:
        return iter(self.paragraphs)

    def paragraph(self, number: int) -> Paragraph:
        """The paragraph with this number, from 1; ``IndexError`` if there is none."""
        if number < 1:
            raise IndexError(f"{self.name}: paragraphs count from 1, not {number}")
        return self.paragraphs[number - 1]
