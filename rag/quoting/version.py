"""Which way of finding and choosing this is, for records and replay."""

from __future__ import annotations

import hashlib
from functools import lru_cache
from pathlib import Path

from index.encoder.tuning import changes_sha256


@lru_cache(maxsize=1)
def choosing_version() -> str:
    """Identifies the code, glossaries and fitted models that choose an answer's sentences, and
    what the embedding model has learnt about questions."""
    digest = hashlib.sha256(changes_sha256().encode())
    for path in sorted(Path(__file__).parent.iterdir()):
        if path.suffix in (".py", ".json", ".tsv"):
            digest.update(path.name.encode() + b"\0" + path.read_bytes())
    return digest.hexdigest()[:16]
