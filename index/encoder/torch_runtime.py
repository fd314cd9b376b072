"""Any sentence-transformers model, run by torch: slower to load, nothing to convert."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from index.encoder.identity import EncoderIdentity
from index.folding import clean

CHARACTERS_LIMIT = 8192


class TorchEncoder:
    """The model as sentence-transformers runs it, with the prompts it was saved with."""

    def __init__(self, name: str) -> None:
        from index.encoder.convert import load_sentence_transformer

        self._model = load_sentence_transformer(name)
        dimension = int(self._model.get_embedding_dimension() or 0)
        self.identity = EncoderIdentity(name, "torch-fp32", dimension, _sha256(self._model))
        prompts = self._model.prompts or {}
        self._query_prefix = prompts.get("query") or ""
        self._passage_prefix = prompts.get("document") or prompts.get("passage") or ""

    def encode_queries(self, texts: Sequence[str]) -> NDArray[np.float32]:
        return self._encode(texts, self._query_prefix)

    def encode_passages(
        self, texts: Sequence[str], progress: Callable[[int, int], None] | None = None
    ) -> NDArray[np.float32]:
        vectors = self._encode(texts, self._passage_prefix)
        if progress is not None:
            progress(len(texts), len(texts))
        return vectors

    def _encode(self, texts: Sequence[str], prefix: str) -> NDArray[np.float32]:
        vectors = self._model.encode(
            [prefix + clean(text[:CHARACTERS_LIMIT]) for text in texts],
            prompt="",
            normalize_embeddings=True,
            convert_to_numpy=True,
            show_progress_bar=False,
        )
        return np.asarray(vectors, np.float32).reshape(len(texts), self.identity.dimension)


def _sha256(model: Any) -> str:
    digest = hashlib.sha256()
    for name, tensor in sorted(model.state_dict().items()):
        digest.update(name.encode())
        digest.update(tensor.detach().cpu().float().numpy().tobytes())
    return digest.hexdigest()
