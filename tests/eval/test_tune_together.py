"""Tuning both sides learns something, and what is shipped is what was trained."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
import torch

from eval.tune import embed, published_model
from eval.tune_together import Key, Pair, Passages, pairs_of, train
from index.encoder.tuning import save_changes, tuned_for_passages, tuned_for_questions


@pytest.mark.slow
def test_a_short_training_tells_gold_from_what_is_near(tmp_path: Path) -> None:
    passages = published_model(tmp_path)
    questions = tuned_for_questions(passages, together=None)
    texts: dict[Key, str] = {}
    pairs = pairs_of("sample", questions, texts)[:8]
    kept = {key for p in pairs for kind in (0, 1) for key in (p.gold[kind], *p.hard[kind])}
    texts = {key: text for key, text in texts.items() if key in kept}
    assert all(not set(p.hard[kind]) & p.all_gold[kind] for p in pairs for kind in (0, 1))
    plain = gaps(questions, Passages(passages, texts), pairs)
    changes = train(questions, passages, pairs, texts, epochs=6)
    moved = passages.encode_document([texts[pairs[0].gold[0]]])

    assert gaps(questions, Passages(passages, texts), pairs) > plain
    path = tmp_path / "together.npz"
    save_changes({name: change.factors() for name, change in changes.items()}, path)
    again = tuned_for_passages(published_model(tmp_path / "again"), path)
    assert np.allclose(again.encode_document([texts[pairs[0].gold[0]]]), moved, atol=5e-3)
    first = tuned_for_questions(published_model(tmp_path / "once"), together=path)
    asked = [pair.text for pair in pairs]
    with torch.no_grad():
        assert np.allclose(embed(first, asked), embed(questions, asked), atol=5e-3)


@torch.no_grad()
def gaps(questions: object, read: Passages, pairs: list[Pair]) -> float:
    """How much nearer gold is to its question than the nearest hard negative, on average."""
    found = []
    for pair in pairs:
        vector = embed(questions, [pair.text])[0]  # type: ignore[arg-type]
        gold, hard = read.vectors([pair.gold[0]]) @ vector, read.vectors(pair.hard[0]) @ vector
        found.append(float(gold.max() - hard.max()))
    return sum(found) / len(found)
