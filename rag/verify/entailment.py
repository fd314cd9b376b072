"""A learned second opinion: any sentence-transformers cross-encoder, run by onnxruntime.

Off unless ``SUYUAN_ENTAILMENT`` names one: a hub name or a folder, with ``@0.7`` after it for
a threshold other than one half. It can only object: what the rules reject stays rejected. The
model is exported once and kept under ``SUYUAN_HOME``; its weights are never pickled.
"""

from __future__ import annotations

import hashlib
import json
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from index.encoder.cache import cached, weights_sha256
from index.errors import EncoderError, SettingsError
from index.folding import clean
from rag.verify.verifier import Entailment

if TYPE_CHECKING:
    from sentence_transformers import CrossEncoder

DEFAULT_THRESHOLD = 0.5
EXPORT = "1"
"""Part of the cache's name: a change in how models are exported makes them anew."""

TOKENS = 512
CHARACTERS_PER_TOKEN = 8
"""Longer texts are cut before they are tokenised: no text takes longer than a full model."""


class OnnxCrossEncoder:
    """An exported cross-encoder in a folder. Safe to share between threads."""

    def __init__(self, folder: Path, threshold: float) -> None:
        import onnxruntime
        from tokenizers import Tokenizer

        settings = json.loads((folder / "entailment.json").read_text(encoding="utf-8"))
        self.threshold = threshold
        self.sha256 = weights_sha256(folder)
        self._label: int | None = settings["label"]
        self._limit = int(settings["max_tokens"])
        self._tokenizer = Tokenizer.from_file(str(folder / "tokenizer.json"))
        self._tokenizer.enable_truncation(self._limit, strategy="longest_first")
        options = onnxruntime.SessionOptions()
        options.intra_op_num_threads = 2
        options.log_severity_level = 3
        self._session = onnxruntime.InferenceSession(
            str(folder / "model.onnx"), options, providers=["CPUExecutionProvider"]
        )
        self._inputs = [entry.name for entry in self._session.get_inputs()]

    def chance(self, claim: str, evidence: str) -> float:
        """How likely the model holds it that ``evidence`` entails ``claim``, 0 to 1."""
        limit = self._limit * CHARACTERS_PER_TOKEN
        read = self._tokenizer.encode(clean(evidence[:limit]), clean(claim[:limit]))
        values = {
            "input_ids": read.ids,
            "attention_mask": read.attention_mask,
            "token_type_ids": read.type_ids,
        }
        fed = {name: np.asarray([values[name]], np.int64) for name in self._inputs}
        return chance_of(self._session.run(["logits"], fed)[0][0], self._label)


def chance_of(logits: NDArray[np.float32], label: int | None) -> float:
    """One output: its sigmoid. Several: the softmax share of the one for entailment.

    >>> chance_of(np.zeros(1, np.float32), None), chance_of(np.zeros(4, np.float32), 2)
    (0.5, 0.25)
    """
    values = logits.astype(np.float64)
    if label is None:
        return float(1 / (1 + np.exp(-np.clip(values[0], -60, 60))))
    powers = np.exp(values - values.max())
    return float(powers[label] / powers.sum())


def load_entailment(name: str, home: Path) -> Entailment:
    """The cross-encoder ``name``, exported under ``home`` when it is first asked for.

    Raises :class:`SettingsError` for a name that cannot be used, :class:`EncoderError` for a
    model that says nothing of entailment.
    """
    source, threshold = _name_and_threshold(name)
    key = hashlib.sha256(f"{EXPORT} {source} {_fingerprint(source)}".encode()).hexdigest()[:16]
    folder = cached(home / "models" / f"entailment-{key}", lambda aside: _export(source, aside))
    return OnnxCrossEncoder(folder, threshold)


def _name_and_threshold(name: str) -> tuple[str, float]:
    source, at, number = name.rpartition("@")
    if not at:
        return name, DEFAULT_THRESHOLD
    try:
        threshold = float(number)
    except ValueError:
        threshold = -1.0
    if not 0 < threshold < 1 or not source:
        raise SettingsError(
            f"SUYUAN_ENTAILMENT is {name!r}; give a model, or MODEL@T with T between 0 and 1."
        )
    return source, threshold


def _fingerprint(source: str) -> str:
    """A folder's files by name, size and time: a changed model is exported anew."""
    folder = Path(source).expanduser()
    files = sorted(p for p in folder.rglob("*") if p.is_file()) if folder.is_dir() else []
    return ",".join(f"{p.name}:{p.stat().st_size}:{p.stat().st_mtime_ns}" for p in files)


def _export(source: str, folder: Path) -> None:
    """The model as ``model.onnx`` with its tokeniser and ``entailment.json``."""
    import torch

    from index.encoder.convert import quiet_torch

    model = _open(source)
    label = _entailment_label(model, source)
    with quiet_torch(), torch.no_grad():
        names = [
            name
            for name in ("input_ids", "attention_mask", "token_type_ids")
            if name in model.tokenizer.model_input_names
        ]
        example = torch.ones((2, 8), dtype=torch.long)
        axes: dict[str, dict[int, str]] = {name: {0: "batch", 1: "tokens"} for name in names}
        torch.onnx.export(
            _graph(model, names),
            tuple(example if name != "token_type_ids" else example * 0 for name in names),
            str(folder / "model.onnx"),
            input_names=names,
            output_names=["logits"],
            dynamic_axes={**axes, "logits": {0: "batch"}},
            opset_version=17,
            dynamo=False,
        )
    model.tokenizer.backend_tokenizer.save(str(folder / "tokenizer.json"))
    known = int(model.tokenizer.model_max_length)
    settings = {"label": label, "max_tokens": min(known, TOKENS)}
    (folder / "entailment.json").write_text(json.dumps(settings), encoding="utf-8")


def _open(source: str) -> CrossEncoder:
    from sentence_transformers import CrossEncoder

    from index.encoder.convert import quiet_torch

    folder = Path(source).expanduser()
    try:
        with quiet_torch():
            return CrossEncoder(str(folder) if folder.is_dir() else source, device="cpu")
    except (OSError, ValueError, ImportError, LookupError, RuntimeError, TypeError) as error:
        reason = (str(error).strip().splitlines() or [type(error).__name__])[0][:300]
        raise SettingsError(
            f"the entailment model {source} cannot be loaded: {reason.rstrip('.')}. Check "
            "SUYUAN_ENTAILMENT: a hub name, or a folder with a cross-encoder."
        ) from error


def _entailment_label(model: CrossEncoder, source: str) -> int | None:
    """Which output says entailment; ``None`` for a model with one output only."""
    count = int(model.model.config.num_labels)
    if count == 1:
        return None
    names = {int(at): str(n).lower() for at, n in model.model.config.id2label.items()}
    found = [at for at, n in names.items() if n.startswith("entail")]
    if len(found) != 1:
        raise EncoderError(
            f"none of the {count} outputs of {source} is named entailment "
            f"({', '.join(names.values())}). Choose a cross-encoder trained on entailment."
        )
    return found[0]


def _graph(model: CrossEncoder, names: list[str]) -> Any:
    import torch

    class Graph(torch.nn.Module):
        def __init__(self) -> None:
            super().__init__()
            self.classifier = model.model

        def forward(self, *inputs: Any) -> Any:
            return self.classifier(**dict(zip(names, inputs, strict=True))).logits

    return Graph().eval()
