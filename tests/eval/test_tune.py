"""Tuning for questions learns something, changes only what it may, and can be read back."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import numpy as np
import pytest
import torch

from eval.library import open_set
from eval.questions import Split, load_questions
from eval.tune import Example, examples, hits, published_model, train, vectors_of
from index.encoder.tuning import save_changes, tuned_for_questions


@pytest.mark.slow
def test_a_short_training_brings_questions_nearer_to_their_answers(tmp_path: Path) -> None:
    questions = [q for q in load_questions("sample") if q.split is Split.DEVELOPMENT and q.gold]
    given = examples(open_set("sample").index, questions[:8])
    assert len(given) == 8
    assert all(int(gold.sum()) >= 1 for e in given for _, gold in e.targets)
    model = published_model(tmp_path)
    texts = [example.text for example in given]
    plain, before = vectors_of(model, texts), hits(model, given)
    changes = train(model, given, epochs=4)
    moved, after = vectors_of(model, texts), hits(model, given)
    assert after >= before
    assert _gold_cosine(moved, given) > _gold_cosine(plain, given)

    path = tmp_path / "changes.npz"
    save_changes({name: change.factors() for name, change in changes.items()}, path)
    again = vectors_of(tuned_for_questions(published_model(tmp_path), path, None), texts)
    assert np.allclose(again, moved, atol=5e-3), "what is shipped is what was trained"


def _gold_cosine(vectors: torch.Tensor, given: Sequence[Example]) -> float:
    """How much nearer the best gold passage is than the mean of all, on average."""
    gaps = []
    for vector, example in zip(vectors, given, strict=True):
        rows, gold = example.targets[0]
        cosines = rows @ vector
        gaps.append(float(cosines[gold].max() - cosines.mean()))
    return sum(gaps) / len(gaps)
