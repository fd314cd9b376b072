"""Documents on disk: one JSON object per line, nothing that could run code when read."""

from __future__ import annotations

import json
from collections.abc import Iterable
from pathlib import Path

import numpy as np

from index.chunk import Chunk
from index.document import Document, Heading, Metadata, Paragraph


def write_documents(path: Path, documents: Iterable[Document]) -> None:
    with path.open("w", encoding="utf-8", errors="surrogatepass", newline="\n") as file:
        for document in documents:
            file.write(json.dumps(_to_json(document), ensure_ascii=False) + "\n")


def read_documents(path: Path) -> tuple[Document, ...]:
    """Raises ``ValueError``, ``KeyError`` or ``TypeError`` for what :func:`write_documents`
    did not write."""
    with path.open(encoding="utf-8", errors="surrogatepass", newline="\n") as file:
        return tuple(_from_json(json.loads(line)) for line in file if line.strip())


def write_chunks(path: Path, chunks: Iterable[Chunk]) -> None:
    rows = [(chunk.row, chunk.start, chunk.end) for chunk in chunks]
    np.save(path, np.array(rows, np.int32).reshape(-1, 3), allow_pickle=False)


def read_chunks(path: Path) -> list[Chunk]:
    return [Chunk(*row) for row in np.load(path, allow_pickle=False).tolist()]


def _to_json(document: Document) -> dict[str, object]:
    meta = document.metadata
    return {
        "name": document.name,
        "sha256": document.sha256,
        "encoding": document.encoding,
        "title": meta.title,
        "authors": meta.authors,
        "source": meta.source,
        "date": meta.date,
        "headings": [[h.level, h.text, h.before] for h in document.headings],
        "paragraphs": [[p.label, p.section, p.text, p.start] for p in document.paragraphs],
    }


def _from_json(body: dict[str, object]) -> Document:
    def text(key: str) -> str:
        return str(body[key])

    def rows(key: str) -> list[list[object]]:
        value = body[key]
        if not isinstance(value, list):
            raise TypeError(f"{key} is no list")
        return value

    name = text("name")
    return Document(
        name=name,
        metadata=Metadata(
            text("title"), tuple(str(a) for a in rows("authors")), text("source"), text("date")
        ),
        paragraphs=tuple(
            Paragraph(name, number, str(label), str(section), str(words), int(str(start)))
            for number, (label, section, words, start) in enumerate(rows("paragraphs"), start=1)
        ),
        sha256=text("sha256"),
        encoding=text("encoding"),
        headings=tuple(
            Heading(int(str(level)), str(words), int(str(before)))
            for level, words, before in rows("headings")
        ),
    )
