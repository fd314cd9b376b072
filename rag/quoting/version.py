"""Which way of finding and choosing this is, for records and replay."""

from __future__ import annotations

import hashlib
from functools import lru_cache
from pathlib import Path

import index.search
from index.encoder.tuning import changes_sha256

_SEARCH = [Path(index.search.__file__).with_name(f"{name}.py") for name in ("search", "lexical")]


@lru_cache(maxsize=1)
def choosing_version() -> str:
    """Identifies the code, glossaries and fitted models that find and choose an answer's
    sentences, and what the embedding model has learnt."""
    digest = hashlib.sha256(changes_sha256().encode())
    ours = (p for p in Path(__file__).parent.iterdir() if p.suffix in (".py", ".json", ".tsv"))
    for path in (*_SEARCH, *sorted(ours)):
        digest.update(path.name.encode() + b"\0" + path.read_bytes())
    return digest.hexdigest()[:16]
