"""A sentence-transformers model as ONNX: the graph, its quantisation, its tokeniser.

Heavy, as :mod:`index.encoder.convert` is: a cold question never comes this way.
"""

from __future__ import annotations

import json
import re
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal

from index.encoder.convert import quiet_torch
from index.encoder.fusing import fuse
from index.encoder.identity import QUESTIONS
from index.errors import EncoderError

if TYPE_CHECKING:
    from sentence_transformers import SentenceTransformer


@dataclass(frozen=True, slots=True)
class Int8:
    """Multiplications in int8, but for those of the modules ``exact``, which stay in floating
    point.

    Weights have seven ``bits``: with eight, the sums of pairs of products that processors without
    int8 instructions form in sixteen bits overflow, and a text has another vector on each kind of
    processor.
    """

    exact: tuple[str, ...] = ()
    bits: Literal[7, 8] = 7


def export_onnx(
    model: SentenceTransformer,
    folder: Path,
    *,
    int8: Int8 | None,
    questions: SentenceTransformer | None = None,
) -> None:
    """``model`` (transformer, pooling, perhaps normalisation) as ``model.onnx`` in ``folder``,
    with its tokeniser and ``encoder.json``. Ids and mask in, unit vectors out. ``questions``
    is the same model with other weights, for questions: ``questions.onnx``. Without ``int8`` in
    floating point.

    Raises :class:`EncoderError` for models of other parts.
    """
    folder.mkdir(parents=True, exist_ok=True)
    _export_graph(model, folder / "model.onnx", int8)
    if questions is not None:
        questions[0].auto_model.set_attn_implementation("eager")  # the form that can be fused
        _export_graph(questions, folder / QUESTIONS, int8, fused=True)
    _save_tokenizer(model, folder)


def _export_graph(
    model: SentenceTransformer,
    target: Path,
    int8: Int8 | None,
    *,
    fused: bool = False,
) -> None:
    import torch

    graph = _graph(model)
    ids = torch.ones((2, 8), dtype=torch.long)
    plain = target.with_name("model-fp32.onnx") if int8 else target
    with quiet_torch(), torch.no_grad():
        torch.onnx.export(
            graph,
            (ids, torch.ones_like(ids)),
            str(plain),
            input_names=["input_ids", "attention_mask"],
            output_names=["embedding"],
            dynamic_axes={
                "input_ids": {0: "batch", 1: "tokens"},
                "attention_mask": {0: "batch", 1: "tokens"},
                "embedding": {0: "batch"},
            },
            opset_version=17,
            dynamo=False,
        )
    if fused:
        fuse(model, plain)
    if int8:
        _quantize(plain, target, int8)
        plain.unlink()
    _optimise(target)


def _graph(model: SentenceTransformer) -> Any:
    import torch

    names = [type(module).__name__ for module in model]
    if names[:2] != ["Transformer", "Pooling"] or names[2:] not in ([], ["Normalize"]):
        raise EncoderError(
            f"a model of {', '.join(names)} cannot be exported to ONNX. Name it without onnx: to "
            "run it on torch."
        )
    pooling = model[1]
    mode = str(getattr(pooling, "pooling_mode", ""))
    if mode not in ("mean", "cls"):
        raise EncoderError(
            f"{mode or 'this'} pooling cannot be exported to ONNX. Name the model without onnx: "
            "to run it on torch."
        )

    class Graph(torch.nn.Module):
        def __init__(self) -> None:
            super().__init__()
            self.transformer = model[0].auto_model

        def forward(self, input_ids: Any, attention_mask: Any) -> Any:
            hidden = self.transformer(
                input_ids=input_ids, attention_mask=attention_mask
            ).last_hidden_state
            if mode == "cls":
                pooled = hidden[:, 0]
            else:
                mask = attention_mask.unsqueeze(-1).to(hidden.dtype)
                pooled = (hidden * mask).sum(1) / mask.sum(1).clamp(min=1e-9)
            return torch.nn.functional.normalize(pooled, p=2.0, dim=1)

    return Graph().eval()


def _quantize(source: Path, target: Path, int8: Int8) -> None:
    with quiet_torch():
        import onnx
        from onnxruntime.quantization import QuantType, quantize_dynamic

        quantize_dynamic(
            str(source),
            str(target),
            weight_type=QuantType.QInt8,
            per_channel=True,
            reduce_range=int8.bits < 8,
            nodes_to_exclude=[f"/transformer/{_scope(module)}/MatMul" for module in int8.exact],
            # what fused nodes give has no type that the quantiser could infer
            extra_options={"DefaultTensorType": onnx.TensorProto.FLOAT},
        )


def _scope(module: str) -> str:
    """The place of a module in the names of an exported graph.

    >>> _scope("encoder.layer.4.output.dense")
    'encoder/layer.4/output/dense'
    """
    return re.sub(r"\.(?!\d)", "/", module)


def _optimise(path: Path) -> None:
    """Does once what a session would do to the graph each time it opens: half of its start."""
    import onnxruntime

    options = onnxruntime.SessionOptions()
    options.log_severity_level = 3
    options.graph_optimization_level = onnxruntime.GraphOptimizationLevel.ORT_ENABLE_EXTENDED
    optimised = path.with_name("optimised.onnx")
    options.optimized_model_filepath = str(optimised)
    onnxruntime.InferenceSession(str(path), options, providers=["CPUExecutionProvider"])
    optimised.replace(path)


def _save_tokenizer(model: SentenceTransformer, folder: Path) -> None:
    tokenizer = model.tokenizer
    backend = getattr(tokenizer, "backend_tokenizer", None)
    if backend is None:
        raise EncoderError("a model without a fast tokeniser cannot be exported to ONNX.")
    (folder / "tokenizer.json").write_text(backend.to_str(), encoding="utf-8")
    prompts = model.prompts or {}
    settings = {
        "query": _prefix(backend, prompts.get("query") or ""),
        "passage": _prefix(backend, prompts.get("document") or prompts.get("passage") or ""),
        "max_tokens": int(min(model.max_seq_length or 512, 512)),
        "pad_id": int(tokenizer.pad_token_id or 0),
        "dimension": int(model.get_embedding_dimension() or 0),
    }
    (folder / "encoder.json").write_text(json.dumps(settings, indent=2), encoding="utf-8")


def _prefix(backend: Any, text: str) -> dict[str, object]:
    """The prefix and its tokens, without the closing special token."""
    return {"text": text, "ids": backend.encode(text.strip()).ids[:-1] if text else []}
