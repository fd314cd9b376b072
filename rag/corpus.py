"""Which corpus a bare command answers from, and where its index is kept."""

from __future__ import annotations

import os
from collections.abc import Callable
from pathlib import Path

import index as index_package
from index.build import build_index, corpus_sha256, silent
from index.errors import IndexFault
from index.reading import read_sources
from index.store import Index, open_index
from rag.settings import Settings

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
    """The default index, built on first use under ``SUYUAN_HOME`` by its corpus's hash, and
    built again when it turns out damaged or made with another model."""
    from index.encoder import open_encoder

    documents = tuple(read_sources(default_sources(settings)))
    folder = settings.home / "indexes" / corpus_sha256(documents)[:16]
    if settings.embedder:
        encoder = open_encoder(settings.embedder, home=settings.home, progress=progress)
        folder = folder.with_name(f"{folder.name}-{encoder.identity.sha256[:8]}")
    else:
        encoder = open_encoder(None, home=settings.home, progress=progress)
    try:
        return open_index(folder, encoder)
    except IndexFault:
        progress("building the index (once)")
        build_index(documents, folder, encoder, progress)
        return open_index(folder, encoder)
