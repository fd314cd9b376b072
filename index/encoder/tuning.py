"""What the default model has learnt about questions and answers, apart from its weights.

A layman's words for a law's are not in the model as published. Two files hold low-rank changes
(LoRA, Hu et al. 2021) of its weights: ``questions.npz`` for questions alone, made by ``python -m
eval.tune``; ``together.npz`` for questions and for passages, made from there by ``python -m
eval.tune_together``. They are added once, when the model is converted.
"""

from __future__ import annotations

import copy
import hashlib
from collections.abc import Iterable, Mapping
from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from index.errors import EncoderError

if TYPE_CHECKING:
    from sentence_transformers import SentenceTransformer

FILE = Path(__file__).with_name("questions.npz")
TOGETHER = Path(__file__).with_name("together.npz")

MODULES = {
    "query": "attention.self.query",
    "value": "attention.self.value",
    "attended": "attention.output.dense",
    "output": "output.dense",
}
"""The weights that may be changed, by the names that the files have for them."""

QUESTIONS, PASSAGES = "questions.", "passages."
"""What the names in ``together.npz`` begin with."""


def tuned_for_questions(
    model: SentenceTransformer, path: Path = FILE, together: Path | None = TOGETHER
) -> SentenceTransformer:
    """A copy of ``model`` with the changes for questions added to its weights.

    Raises :class:`EncoderError` if they do not fit.
    """
    ours = [(path, "")] if together is None else [(path, ""), (together, QUESTIONS)]
    return _changed(model, ours)


def tuned_for_passages(model: SentenceTransformer, path: Path = TOGETHER) -> SentenceTransformer:
    """The same for passages."""
    return _changed(model, [(path, PASSAGES)])


def _changed(model: SentenceTransformer, files: Iterable[tuple[Path, str]]) -> SentenceTransformer:
    """A copy with all changes in ``files`` whose names begin as said beside each file."""
    tuned = copy.deepcopy(model)
    layers = tuned[0].auto_model.encoder.layer
    for path, prefix in files:
        with np.load(path, allow_pickle=False) as changes:
            for name, factors in _pairs(changes).items():
                if name.startswith(prefix):
                    _add(layers, name.removeprefix(prefix), factors, path)
    return tuned


def _add(layers: Any, name: str, factors: tuple[Any, Any], path: Path) -> None:
    import torch

    down, up = factors
    try:
        layer, module = name.split(".")
        with torch.no_grad():
            weight = layers[int(layer)].get_submodule(MODULES[module]).weight
            weight += torch.from_numpy(up @ down)
    except (AttributeError, IndexError, KeyError, RuntimeError, ValueError) as error:
        raise EncoderError(
            f"{path.name} does not fit the model at {name}: {error}. Install again."
        ) from error


@lru_cache(maxsize=1)
def changes_sha256() -> str:
    """The hash of the committed changes: a model that was converted with others is made anew."""
    return hashlib.sha256(FILE.read_bytes() + TOGETHER.read_bytes()).hexdigest()


def save_changes(changes: Mapping[str, tuple[Any, Any]], path: Path = FILE) -> None:
    """Writes low-rank factors ``(down, up)``, shapes ``(rank, in)`` and ``(out, rank)``, in half
    precision, by ``LAYER.MODULE`` after what they are for, in ``together.npz``."""
    arrays: dict[str, Any] = {}
    for name, (down, up) in changes.items():
        arrays[f"{name}.down"] = np.asarray(down, np.float16)
        arrays[f"{name}.up"] = np.asarray(up, np.float16)
    np.savez(path, **arrays)


def _pairs(
    changes: Mapping[str, Any],
) -> dict[str, tuple[NDArray[np.float32], NDArray[np.float32]]]:
    names = sorted(name.removesuffix(".down") for name in changes if name.endswith(".down"))
    return {
        name: (
            changes[f"{name}.down"].astype(np.float32),
            changes[f"{name}.up"].astype(np.float32),
        )
        for name in names
    }
