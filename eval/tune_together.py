"""Tunes the default embedding model for questions and passages together.

    python -m eval.tune_together [SET…] [--epochs N] [--further] [--write] [--committed]

Goes on from what :mod:`eval.tune` made for questions alone, or with ``--further`` from what is
committed. Low-rank changes (LoRA, Hu et al.
2021) for questions in every layer, for passages in the upper half: what the lower half makes of
a passage is computed once. Contrastive loss (InfoNCE, van den Oord et al. 2018) over a batch's
gold passages and hard negatives, which are near a question and answer it not (Xiong et al. 2021);
vectors made before the change are no negatives, or the model would learn to tell old from new.
Questions without an answer take part too: what is nearest to them is to lie farther than the
answers to others do (a pairwise ranking loss, Burges et al. 2005). Prints hit@1, hit@5 and how
well the nearest sentence's cosine tells absent facts, on sets left out, before and after. About
an hour on two cores, once the indexes are built.
"""

from __future__ import annotations

import argparse
import math
import random
import sys
import tempfile
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import torch

from eval.fit import auc
from eval.library import SPARE, TUNING, open_set, open_to_fitting
from eval.questions import Expect
from eval.tune import (
    NEARNESS,
    SEED,
    TEMPERATURE,
    Example,
    LowRank,
    as_searched,
    attach,
    embed,
    examples,
    hits,
    published_model,
    vectors_of,
)
from eval.tune_pairs import Key, Pair, Unanswerable, pairs_of, texts_of, unanswerable_of
from index.encoder.tuning import (
    MODULES,
    PASSAGES,
    QUESTIONS,
    TOGETHER,
    save_changes,
    tuned_for_passages,
    tuned_for_questions,
)

EPOCHS = 2
FURTHER = 1
"""Epochs when it goes on from what is committed."""

BATCH = 16
RANKS = {QUESTIONS: 8, PASSAGES: 16}
ADDED_RANKS = {QUESTIONS: 16, PASSAGES: 32}
RATES = {QUESTIONS: 5e-4, PASSAGES: 1e-3}
APART = 0.5
"""Weight of the loss that keeps what is near to a question without an answer farther than
answers are; :data:`UNANSWERABLE` such questions a batch."""

APART_TEMPERATURE = 0.05
UNANSWERABLE = 5
CHANGED = {QUESTIONS: ("query", "value"), PASSAGES: tuple(MODULES)}
FIRST_LAYER = {QUESTIONS: 0, PASSAGES: 6}
KEPT = {QUESTIONS: 0.8, PASSAGES: 0.7}
"""The share of what was learnt first that is kept (Wortsman et al. 2022), set on sets left out;
of what is learnt further, all."""

WARM_UP = 15
NEGATIVES = (1, 3)
"""So many hard negatives beside each gold chunk and sentence, drawn anew each time."""

TOKENS = (112, 80)
"""Tokens that are read of a chunk and of a sentence; of a question, 64."""

LEFT_OUT = ("article", "sample", "fit5", "fit6", "fit7", "fit8", "fit9", "fit10")


class Passages:
    """Vectors of passages; what the lower layers make of them is kept, since it stays."""

    def __init__(self, model: Any, texts: dict[Key, str]) -> None:
        self._model = model[0].auto_model
        first = FIRST_LAYER[PASSAGES]
        self._lower: dict[Key, torch.Tensor] = {}
        ids = {
            key: model.tokenizer(f"passage: {text}", truncation=True, max_length=TOKENS[key[1]])[
                "input_ids"
            ]
            for key, text in texts.items()
        }
        keys = sorted(ids, key=lambda key: len(ids[key]))
        with torch.no_grad():
            for start in range(0, len(keys), 32):
                batch = keys[start : start + 32]
                rows = [torch.tensor(ids[key]) for key in batch]
                padded = torch.nn.utils.rnn.pad_sequence(rows, batch_first=True, padding_value=1)
                hidden = self._model.embeddings(input_ids=padded)
                hidden = self._through(hidden, _mask(rows), 0, first)
                for row, key in enumerate(batch):
                    self._lower[key] = hidden[row, : len(ids[key])].half()

    def vectors(self, keys: Sequence[Key]) -> torch.Tensor:
        """Unit vectors with gradients, shape ``(len(keys), dimension)``."""
        rows = [self._lower[key].float() for key in keys]
        mask = _mask(rows)
        hidden = torch.nn.utils.rnn.pad_sequence(rows, batch_first=True)
        hidden = self._through(hidden, mask, FIRST_LAYER[PASSAGES], None)
        pooled = (hidden * mask[..., None]).sum(1) / mask.sum(1, keepdim=True)
        return torch.nn.functional.normalize(pooled, dim=1)

    def _through(
        self, hidden: torch.Tensor, mask: torch.Tensor, first: int, last: int | None
    ) -> Any:
        away = (1 - mask)[:, None, None, :] * -1e4
        for layer in self._model.encoder.layer[first:last]:
            made = layer(hidden, attention_mask=away)
            hidden = made[0] if isinstance(made, tuple) else made
        return hidden


def _mask(rows: Sequence[torch.Tensor]) -> torch.Tensor:
    return torch.nn.utils.rnn.pad_sequence([torch.ones(len(row)) for row in rows], batch_first=True)


def train(
    questions: Any,
    passages: Any,
    given: Sequence[Pair],
    texts: dict[Key, str],
    epochs: int,
    unanswerable: Sequence[Unanswerable] = (),
) -> dict[str, LowRank]:
    """Trains the changes; both models have them afterwards."""
    torch.manual_seed(SEED)
    drawn = random.Random(SEED)
    sides = {
        side: attach(model, CHANGED[side], FIRST_LAYER[side], RANKS[side])
        for side, model in ((QUESTIONS, questions), (PASSAGES, passages))
    }
    read = Passages(passages, texts)
    optimiser = torch.optim.AdamW(
        [
            {"params": [p for c in changes.values() for p in (c.down, c.up)], "lr": RATES[side]}
            for side, changes in sides.items()
        ],
        weight_decay=0.0,
    )
    step, steps = 0, epochs * math.ceil(len(given) / BATCH)
    for epoch in range(epochs):
        order = np.random.RandomState(epoch).permutation(len(given))
        total = 0.0
        for start in range(0, len(given), BATCH):
            batch = [given[at] for at in order[start : start + BATCH]]
            vectors = embed(questions, [pair.text for pair in batch])
            away = ((vectors - torch.stack([pair.before for pair in batch])) ** 2).sum(1).mean()
            loss = NEARNESS * away
            chunks, _ = _loss(vectors, batch, 0, read, drawn)
            sentences, answers = _loss(vectors, batch, 1, read, drawn)
            loss = loss + chunks + sentences
            near = torch.tensor([pair.near_text for pair in batch])
            if unanswerable and near.any():
                without = drawn.sample(unanswerable, min(UNANSWERABLE, len(unanswerable)))
                asked = embed(questions, [u.text for u in without])
                loss = loss + APART * _apart(asked, without, answers[near], read, drawn)
            pace = min(1.0, (step + 1) / WARM_UP) * max(0.02, 1 - step / steps)
            for group, rate in zip(optimiser.param_groups, RATES.values(), strict=True):
                group["lr"] = rate * pace
            loss.backward()  # type: ignore[no-untyped-call]
            optimiser.step()
            optimiser.zero_grad()
            step += 1
            total += loss.item()
        print(f"epoch {epoch + 1}: loss {total * BATCH / len(given):.3f}", flush=True)
    return {
        f"{side}{name}": change
        for side, changes in sides.items()
        for name, change in changes.items()
    }


def _loss(
    vectors: torch.Tensor, batch: Sequence[Pair], kind: int, read: Passages, drawn: random.Random
) -> tuple[torch.Tensor, torch.Tensor]:
    """The loss, and the cosine of each question with its gold passage."""
    chosen: Iterable[Key] = (
        key
        for pair in batch
        for key in (
            pair.gold[kind],
            *drawn.sample(pair.hard[kind], min(NEGATIVES[kind], len(pair.hard[kind]))),
        )
    )
    keys = sorted(set(chosen))
    scores = vectors @ read.vectors(keys).T / TEMPERATURE
    gold = torch.tensor([[key in pair.all_gold[kind] for key in keys] for pair in batch])
    right = torch.logsumexp(scores.masked_fill(~gold, -1e4), 1)
    at = torch.tensor([keys.index(pair.gold[kind]) for pair in batch])
    answers = scores.gather(1, at[:, None])[:, 0] * TEMPERATURE
    return (torch.logsumexp(scores, 1) - right).mean(), answers


def _apart(
    vectors: torch.Tensor,
    without: Sequence[Unanswerable],
    answers: torch.Tensor,
    read: Passages,
    drawn: random.Random,
) -> torch.Tensor:
    """The ranking loss: every question ``without`` an answer against every one of ``answers``."""
    keys = [key for u in without for key in drawn.sample(u.nearest, min(3, len(u.nearest)))]
    own = torch.tensor([[key in u.nearest for key in keys] for u in without])
    nearest = (vectors @ read.vectors(keys).T).masked_fill(~own, -1.0).max(1).values
    gap = (nearest[:, None] - answers[None, :]) / APART_TEMPERATURE
    return torch.nn.functional.softplus(gap).mean()


@dataclass(frozen=True)
class Figures:
    """On how many questions; hit@1 and hit@5 by chunks' vectors; the chance that the sentence
    nearest to an answerable question is nearer than that nearest to one on an absent fact."""

    questions: int
    one: float
    five: float
    apart: float


@torch.no_grad()
def measure(questions: Any, passages: Any, name: str) -> Figures:
    """How the models do on a set, by vectors alone."""
    index = open_set(name).index
    asked = [q for q in open_to_fitting(name) if q.expect is not Expect.REFERRED and not q.history]
    given = [e for e in examples(index, asked) if len(e.targets) == 2]
    chunks, sentences = (
        torch.from_numpy(passages.encode_document(texts)) for texts in texts_of(index)
    )
    anew = [Example(e.text, ((chunks, e.targets[0][1]),)) for e in given]
    absent = [as_searched(q) for q in asked if q.kind == "absent"]
    texts = [*(e.text for e in given), *absent]
    nearest = (vectors_of(questions, texts) @ sentences.T).max(1).values.numpy()
    answerable = np.array([1.0] * len(given) + [0.0] * len(absent))
    return Figures(len(given), *hits(questions, anew), auc(nearest, answerable))


def added(changes: Mapping[str, LowRank], path: Path) -> dict[str, tuple[Any, Any]]:
    """The factors of what is in ``path`` and of ``changes`` on top of it, of rank
    :data:`ADDED_RANKS` at most."""
    found = {}
    with np.load(path, allow_pickle=False) as before:
        for name, change in changes.items():
            down, up = change.factors()
            found[name] = nearest_of_rank(
                np.concatenate([before[f"{name}.down"].astype(np.float32), down]),
                np.concatenate([before[f"{name}.up"].astype(np.float32), up], axis=1),
                ADDED_RANKS[_side(name)],
            )
    return found


def _side(name: str) -> str:
    return QUESTIONS if name.startswith(QUESTIONS) else PASSAGES


def nearest_of_rank(down: Any, up: Any, rank: int) -> tuple[Any, Any]:
    """Factors of at most ``rank`` whose product is nearest to ``up @ down`` (Eckart and Young
    1936).

    >>> down, up = nearest_of_rank(np.eye(3), np.diag([3.0, 2.0, 0.1]), 2)
    >>> down.shape, np.abs(up @ down).round(1).diagonal().tolist()
    ((2, 3), [3.0, 2.0, 0.0])
    """
    left, sizes, right = np.linalg.svd(up @ down, full_matrices=False)
    root = np.sqrt(sizes[:rank])
    return root[:, None] * right[:rank], left[:, :rank] * root


def main(arguments: Sequence[str] | None = None) -> int:
    parser = argparse.ArgumentParser(prog="python -m eval.tune_together", description=__doc__)
    parser.add_argument("sets", nargs="*", default=TUNING, help="tuning sets to learn from")
    parser.add_argument("--epochs", type=int)
    parser.add_argument("--further", action="store_true", help="go on from what is committed")
    parser.add_argument("--write", action="store_true", help="replace the committed changes")
    parser.add_argument("--committed", action="store_true", help="measure what is committed")
    options = parser.parse_args(arguments)
    if unknown := sorted(set(options.sets) - {*TUNING, *SPARE}):
        parser.error(f"no tuning set: {', '.join(unknown)}")
    epochs = options.epochs or (FURTHER if options.further else EPOCHS)
    with tempfile.TemporaryDirectory() as folder:
        published = published_model(Path(folder))
        first = tuned_for_questions(published, together=None), published
        committed = first
        if options.further or options.committed:
            committed = tuned_for_questions(published), tuned_for_passages(published)
    questions, passages = committed if options.further else first
    before = {name: measure(questions, passages, name) for name in LEFT_OUT}
    changes: dict[str, LowRank] = {}
    if options.committed:
        questions, passages = committed
    else:
        changes = _trained(questions, passages, epochs, options.sets)
    if not options.further:
        for name, change in changes.items():
            change.up.data *= KEPT[_side(name)]
    print("\n| set | questions | hit@1 | hit@5 | absent told |\n|---|---|---|---|---|")
    for name, were in before.items():
        now = measure(questions, passages, name)
        figures = zip(
            (were.one, were.five, were.apart), (now.one, now.five, now.apart), strict=True
        )
        cells = " | ".join(f"{a:.3f} -> {b:.3f}" for a, b in figures)
        print(f"| {name} | {now.questions} | {cells} |")
    if options.write and changes:
        alone = {name: change.factors() for name, change in changes.items()}
        save_changes(added(changes, TOGETHER) if options.further else alone, TOGETHER)
    return 0


def _trained(questions: Any, passages: Any, epochs: int, sets: Sequence[str]) -> dict[str, LowRank]:
    """The changes learnt from ``sets``."""
    texts: dict[Key, str] = {}
    given: list[Pair] = []
    without: list[Unanswerable] = []
    for name in sets:
        index = open_set(name).index
        given += pairs_of(name, index, questions, texts)
        without += unanswerable_of(name, index, questions, texts)
    print(f"{len(given)} + {len(without)} questions, {len(texts)} passages", flush=True)
    return train(questions, passages, given, texts, epochs, without)


if __name__ == "__main__":
    sys.exit(main())
