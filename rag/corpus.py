"""Which corpus a bare command answers from, and where its index is kept."""

from __future__ import annotations

import os
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

import index as index_package
from index.build import build_index, corpus_sha256, silent
from index.document import Document
from index.errors import IndexFault
from index.reading import read_document, read_sources
from index.store import Index, open_index
from rag.settings import Settings

if TYPE_CHECKING:
    from index.encoder import Encoder

LAYOUT = 4
"""Counts up when what is embedded or how it is searched changes, or what paragraphs are called."""

_ROOT = Path(index_package.__file__).resolve().parent.parent
_SAMPLE = Path(index_package.__file__).resolve().parent / "sample"


def default_sources(settings: Settings) -> list[Path]:
    """``$SUYUAN_CORPUS`` if set; else the article beside a source checkout, if it is there;
    else the sample document that ships with the package."""
    if settings.corpus:
        return [Path(part).expanduser() for part in settings.corpus.split(os.pathsep) if part]
    article = _ROOT.parent / "shared" / "corpora" / "article.txt"
    if (_ROOT / "pyproject.toml").is_file() and article.is_file():
        return [article]
    return sorted(_SAMPLE.glob("*.md"))


def open_default(settings: Settings, progress: Callable[[str], None] = silent) -> Index:
    """The default index, built on first use."""
    return open_sources(default_sources(settings), settings, progress)


def open_sources(
    sources: Sequence[Path],
    settings: Settings,
    progress: Callable[[str], None] = silent,
    names: Sequence[str] | None = None,
) -> Index:
    """The index of ``sources``, kept under ``SUYUAN_HOME`` by the corpus's and the model's
    hash: built on first use, and again when it turns out damaged. ``names`` are what the
    documents are called, if not by their files' names."""
    from index.encoder import open_encoder

    documents = (
        tuple(read_sources(sources)) if names is None else tuple(map(read_document, sources, names))
    )
    encoder = open_encoder(settings.embedder or None, home=settings.home, progress=progress)
    folder = index_folder(documents, encoder, settings)
    try:
        return open_index(folder, encoder)
    except IndexFault:
        progress("building the index (once)")
        build_index(documents, folder, encoder, progress)
        return open_index(folder, encoder)


def index_folder(documents: Sequence[Document], encoder: Encoder, settings: Settings) -> Path:
    """Where the index of ``documents`` under ``encoder`` is kept, built or not yet."""
    key = f"{corpus_sha256(documents)[:16]}-{encoder.identity.sha256[:8]}-{LAYOUT}"
    return settings.home / "indexes" / key
