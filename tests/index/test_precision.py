"""What int8 takes from vectors, and that few nodes give what many gave."""

from __future__ import annotations

from collections import Counter
from pathlib import Path

import numpy as np
import onnx
import onnxruntime
import pytest

from index.encoder import Encoder
from index.encoder.convert import EXACT, load_sentence_transformer
from index.encoder.export import export_onnx
from index.encoder.tuning import tuned_for_passages, tuned_for_questions

SAMPLE = Path(__file__).resolve().parents[2] / "index" / "sample" / "wangchuan-ai-rules.md"
LAYERS = 12


@pytest.fixture(scope="module")
def folder(encoder: Encoder, home: Path) -> Path:
    made = (home / "models").glob("multilingual-e5-small-int8-*/")
    return max(made, key=lambda path: path.stat().st_mtime)


def test_int8_hardly_moves_a_vector(encoder: Encoder, folder: Path) -> None:
    """Against the model's own weights on torch; with all multiplications in int8 .987."""
    model = load_sentence_transformer(str(folder / "st"))
    lines = [line for line in SAMPLE.read_text("utf-8").splitlines() if len(line) > 20][:40]
    passages = tuned_for_passages(model).encode_document(lines)
    assert (encoder.encode_passages(lines) * passages).sum(axis=1).mean() > 0.99
    asked = [line[:20] for line in lines]
    questions = tuned_for_questions(model).encode_query(asked)
    assert (encoder.encode_queries(asked) * questions).sum(axis=1).mean() > 0.99


@pytest.mark.parametrize("name", ["model.onnx", "questions.onnx"])
def test_the_exact_modules_stay_in_floating_point(folder: Path, name: str) -> None:
    nodes = onnx.load(folder / "onnx" / name).graph.node
    exact = [node.name for node in nodes if node.op_type in ("MatMul", "FusedMatMul")]
    for module in EXACT:
        layer = module.split(".")[2]
        assert any(f"layer.{layer}/output/dense" in node for node in exact), module
    assert sum("/dense/" in node for node in exact) == len(EXACT)


def test_query_key_and_value_are_multiplied_once(folder: Path) -> None:
    counts = Counter(node.op_type for node in onnx.load(folder / "onnx/questions.onnx").graph.node)
    assert (counts["MultiHeadAttention"], counts["Split"]) == (LAYERS, LAYERS)


def test_fused_nodes_give_the_same_vectors(folder: Path, tmp_path: Path) -> None:
    """The same weights on both sides, in floating point: one graph fused, one not."""
    model = load_sentence_transformer(str(folder / "st"))
    export_onnx(model, tmp_path, int8=None, questions=model)
    paths = [tmp_path / name for name in ("model.onnx", "questions.onnx")]
    ids = np.arange(10, 40).reshape(1, -1)
    given = {"input_ids": ids, "attention_mask": np.ones_like(ids)}
    was, now = (onnxruntime.InferenceSession(str(path)).run(None, given)[0] for path in paths)
    assert np.allclose(was, now, atol=1e-5)
    counts = [len(onnx.load(path).graph.node) for path in paths]
    assert counts[1] < counts[0] / 2
