"""Indexes made while the server runs: the library with what visitors brought."""

from __future__ import annotations

import hashlib
import threading
from collections import OrderedDict
from collections.abc import Callable, Sequence
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

from index.build import build_index, corpus_sha256
from index.document import Document
from index.errors import IndexFault
from index.store import open_index
from rag.pipeline import Pipeline

if TYPE_CHECKING:
    from index.encoder import Encoder

_REMEMBERED = 60_000
"""Vectors kept in memory: at 384 float32 each, at most 92 MB."""


class Remembering:
    """An encoder that embeds no passage twice, so that adding a document costs that document."""

    def __init__(self, encoder: Encoder) -> None:
        self._encoder = encoder
        self._vectors: OrderedDict[bytes, Any] = OrderedDict()
        self._lock = threading.Lock()

    def __getattr__(self, name: str) -> Any:
        return getattr(self._encoder, name)

    def encode_passages(
        self, texts: Sequence[str], *, progress: Callable[[int, int], None] | None = None
    ) -> Any:
        """As the encoder's own: unit vectors, shape ``(n, dimension)``."""
        import numpy as np

        keys = [hashlib.sha256(t.encode("utf-8", "surrogatepass")).digest() for t in texts]
        with self._lock:
            known = {key: self._vectors[key] for key in keys if key in self._vectors}
        fresh = {k: t for k, t in zip(keys, texts, strict=True) if k not in known}
        if fresh:
            made = self._encoder.encode_passages(list(fresh.values()), progress=progress)
            known.update(zip(fresh, made, strict=True))
            with self._lock:
                self._vectors.update((key, known[key]) for key in fresh)
                while len(self._vectors) > _REMEMBERED:
                    self._vectors.popitem(last=False)
        return np.stack([known[key] for key in keys])


def builder(
    library: Pipeline, folder: Path
) -> Callable[[Sequence[Document], Callable[[str], None]], Pipeline]:
    """Builds (or opens, if it was built before) the index of some documents; the pipeline over
    it is ``library``'s in all else."""
    encoder: Any = Remembering(library.index.encoder)

    def build(documents: Sequence[Document], progress: Callable[[str], None]) -> Pipeline:
        where = folder / corpus_sha256(documents)[:24]
        try:
            opened = open_index(where, encoder)
        except IndexFault:
            build_index(documents, where, encoder, progress)
            opened = open_index(where, encoder)
        return replace(library, index=opened)

    return build
