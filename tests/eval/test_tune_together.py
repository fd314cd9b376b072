"""Tuning both sides learns something, and what is shipped is what was trained."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
import torch

from eval.library import open_set
from eval.tune import embed, published_model
from eval.tune_pairs import Key, Pair, pairs_of, unanswerable_of
from eval.tune_together import Passages, added, train
from index.encoder.tuning import save_changes, tuned_for_passages, tuned_for_questions


@pytest.mark.slow
def test_a_short_training_tells_gold_from_what_is_near(tmp_path: Path) -> None:
    passages = published_model(tmp_path)
    questions = tuned_for_questions(passages, together=None)
    texts: dict[Key, str] = {}
    index = open_set("sample").index
    found = pairs_of("sample", index, questions, texts)
    assert any(pair.near_text for pair in found)
    assert not all(pair.near_text for pair in found)
    pairs = found[:8]
    without = unanswerable_of("sample", index, questions, texts)[:4]
    assert all(len(u.nearest) == 5 for u in without)
    kept = {key for p in pairs for kind in (0, 1) for key in (p.gold[kind], *p.hard[kind])}
    kept |= {key for u in without for key in u.nearest}
    texts = {key: text for key, text in texts.items() if key in kept}
    assert all(not set(p.hard[kind]) & p.all_gold[kind] for p in pairs for kind in (0, 1))
    plain = gaps(questions, Passages(passages, texts), pairs)
    changes = train(questions, passages, pairs, texts, 6, without)
    moved = passages.encode_document([texts[pairs[0].gold[0]]])

    assert gaps(questions, Passages(passages, texts), pairs) > plain
    path = tmp_path / "together.npz"
    save_changes({name: change.factors() for name, change in changes.items()}, path)
    again = tuned_for_passages(published_model(tmp_path / "again"), path)
    assert np.allclose(again.encode_document([texts[pairs[0].gold[0]]]), moved, atol=5e-3)
    twice = tmp_path / "twice.npz"
    save_changes(added(changes, path), twice)
    more = tuned_for_passages(published_model(tmp_path / "more"), twice)
    plainly = published_model(tmp_path / "plainly").encode_document([texts[pairs[0].gold[0]]])
    far, near = (
        np.abs(m - plainly).max() for m in (more.encode_document([texts[pairs[0].gold[0]]]), moved)
    )
    assert far > near, "what is learnt later is added to what was there"
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
