"""The default model's changes for questions and passages: they fit, each on its side."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from index.encoder import open_encoder
from index.encoder.cache import weights_sha256
from index.encoder.tuning import (
    FILE,
    MODULES,
    PASSAGES,
    QUESTIONS,
    TOGETHER,
    save_changes,
    tuned_for_passages,
    tuned_for_questions,
)
from index.errors import EncoderError


def test_questions_have_a_model_of_their_own() -> None:
    encoder = open_encoder()
    text = "被炒鱿鱼了能拿多少钱?"
    question, passage = encoder.encode_queries([text])[0], encoder.encode_passages([text])[0]
    assert np.isclose(np.linalg.norm(question), 1.0, atol=1e-5)
    assert 0.3 < float(question @ passage) < 0.999


def layers(first: int, modules: Iterable[str], prefix: str = "") -> set[str]:
    return {
        f"{prefix}{layer}.{module}.{factor}"
        for layer in range(first, 12)
        for module in modules
        for factor in ("down", "up")
    }


@pytest.mark.parametrize(
    ("path", "names"),
    [
        (FILE, layers(0, ("query", "value"))),
        (TOGETHER, layers(0, ("query", "value"), QUESTIONS) | layers(6, MODULES, PASSAGES)),
    ],
)
def test_the_committed_changes_are_small_and_complete(path: Path, names: set[str]) -> None:
    with np.load(path, allow_pickle=False) as changes:
        assert set(changes) == names
        assert all(np.isfinite(changes[name]).all() for name in names)
        assert any(np.abs(changes[name]).max() > 0 for name in names if name.endswith("up"))
    assert path.stat().st_size < 2560 * 1024


@pytest.fixture(scope="module")
def model() -> Any:
    """The default model as published, on torch."""
    sentence_transformers = pytest.importorskip("sentence_transformers")
    folder = Path(open_encoder()._folder).parent / "st"  # type: ignore[attr-defined]
    return sentence_transformers.SentenceTransformer(str(folder), device="cpu")


def test_changes_that_do_not_fit_are_refused(tmp_path: Path, model: Any) -> None:
    path = tmp_path / "changes.npz"
    for name, width in (("0.query", 7), ("99.query", 384), ("0.nothing", 384)):
        save_changes({name: (np.zeros((2, width)), np.zeros((384, 2)))}, path)
        with pytest.raises(EncoderError, match=name):
            tuned_for_questions(model, path)
    save_changes({"3.value": (np.ones((1, 384)), np.ones((384, 1)))}, path)
    assert np.allclose(added(model, tuned_for_questions(model, path, None)), 1.0, atol=1e-5)


def test_each_side_takes_its_own_changes(tmp_path: Path, model: Any) -> None:
    alone, together = tmp_path / "alone.npz", tmp_path / "together.npz"
    save_changes({"3.value": (np.ones((1, 384)), np.ones((384, 1)))}, alone)
    change = (np.ones((1, 384)), 2 * np.ones((384, 1)))
    save_changes({"questions.3.value": change, "passages.4.value": change}, together)
    questions, passages = (
        tuned_for_questions(model, alone, together),
        tuned_for_passages(model, together),
    )
    assert np.allclose(added(model, questions), 3.0, atol=1e-5), "on top of the first"
    assert np.allclose(added(model, passages), 0.0, atol=1e-5)
    assert np.allclose(added(model, passages, 4), 2.0, atol=1e-5), "to a copy"


def added(model: Any, tuned: Any, layer: int = 3) -> np.ndarray:
    """What was added to the value weights of a layer."""
    moved, kept = (
        m[0].auto_model.encoder.layer[layer].attention.self.value.weight for m in (tuned, model)
    )
    return np.asarray((moved - kept).detach().numpy())


def test_an_index_does_not_depend_on_what_questions_are_tuned_to(tmp_path: Path) -> None:
    """Nor on files that are kept but not run."""
    manifest = '{"files": {%s}}'
    entry = '"%s": {"bytes": 1, "sha256": "%s"}'
    told = []
    for questions, torch_only in (("aa", "bb"), ("cc", "dd")):
        entries = (
            entry % ("onnx/model.onnx", "11"),
            entry % ("onnx/questions.onnx", questions),
            entry % ("st/model.safetensors", torch_only),
        )
        (tmp_path / "manifest.json").write_text(manifest % ", ".join(entries), "utf-8")
        told.append(weights_sha256(tmp_path))
    assert told[0] == told[1]
