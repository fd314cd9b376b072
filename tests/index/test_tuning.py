"""The default model's changes for questions: they fit, they are used, and only for questions."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from index.encoder import open_encoder
from index.encoder.cache import weights_sha256
from index.encoder.tuning import FILE, MODULES, save_changes, tuned_for_questions
from index.errors import EncoderError


def test_questions_have_a_model_of_their_own() -> None:
    encoder = open_encoder()
    text = "被炒鱿鱼了能拿多少钱?"
    question, passage = encoder.encode_queries([text])[0], encoder.encode_passages([text])[0]
    assert np.isclose(np.linalg.norm(question), 1.0, atol=1e-5)
    assert 0.3 < float(question @ passage) < 0.999


def test_the_committed_changes_are_small_and_for_every_layer() -> None:
    with np.load(FILE, allow_pickle=False) as changes:
        names = {
            f"{layer}.{m}.{side}" for layer in range(12) for m in MODULES for side in ("down", "up")
        }
        assert set(changes) == names
        assert all(np.isfinite(changes[name]).all() for name in names)
        assert any(np.abs(changes[name]).max() > 0 for name in names if name.endswith("up"))
    assert FILE.stat().st_size < 512 * 1024


def test_changes_that_do_not_fit_are_refused(tmp_path: Path) -> None:
    sentence_transformers = pytest.importorskip("sentence_transformers")
    models = Path(open_encoder()._folder).parent / "st"  # type: ignore[attr-defined]
    model = sentence_transformers.SentenceTransformer(str(models), device="cpu")
    path = tmp_path / "changes.npz"
    for name, width in (("0.query", 7), ("99.query", 384), ("0.nothing", 384)):
        save_changes({name: (np.zeros((2, width)), np.zeros((384, 2)))}, path)
        with pytest.raises(EncoderError, match=name):
            tuned_for_questions(model, path)
    save_changes({"3.value": (np.ones((1, 384)), np.ones((384, 1)))}, path)
    tuned = tuned_for_questions(model, path)
    moved = tuned[0].auto_model.encoder.layer[3].attention.self.value.weight
    kept = model[0].auto_model.encoder.layer[3].attention.self.value.weight
    assert np.allclose((moved - kept).detach().numpy(), 1.0, atol=1e-5), "added to a copy"


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
