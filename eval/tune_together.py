"""Tunes the default embedding model for questions and passages together.

    python -m eval.tune_together [--epochs N] [--write] [--committed]

Goes on from what :mod:`eval.tune` made for questions alone. Low-rank changes (LoRA, Hu et al.
2021) for questions in every layer, for passages in the upper half: what the lower half makes of
a passage is computed once. Contrastive loss (InfoNCE, van den Oord et al. 2018) over a batch's
gold passages and hard negatives, which are near a question and answer it not (Xiong et al. 2021);
vectors made before the change are no negatives, or the model would learn to tell old from new.
Prints hit@1 and hit@5 by vectors alone on sets left out, before and after. Forty minutes on two
cores, once the indexes are built.
"""

from __future__ import annotations

import argparse
import math
import random
import sys
import tempfile
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import torch

from eval.library import TUNING, open_set, open_to_fitting
from eval.questions import load_questions
from eval.tune import (
    NEARNESS,
    SEED,
    TEMPERATURE,
    Example,
    LowRank,
    attach,
    embed,
    examples,
    published_model,
)
from eval.tune import hits as hits_by_vectors
from index.build import chunk_texts, sentence_texts, titles_among
from index.encoder.tuning import (
    MODULES,
    PASSAGES,
    QUESTIONS,
    TOGETHER,
    save_changes,
    tuned_for_passages,
    tuned_for_questions,
)
from index.search import Signal
from index.store import Index

EPOCHS = 2
BATCH = 16
RANKS = {QUESTIONS: 8, PASSAGES: 16}
RATES = {QUESTIONS: 5e-4, PASSAGES: 1e-3}
CHANGED = {QUESTIONS: ("query", "value"), PASSAGES: tuple(MODULES)}
FIRST_LAYER = {QUESTIONS: 0, PASSAGES: 6}
KEPT = {QUESTIONS: 0.8, PASSAGES: 0.7}
"""The share of what was learnt that is kept (Wortsman et al. 2022), set on sets left out."""

WARM_UP = 15
NEAREST = 25
"""Hard negatives are taken from so many passages that are nearest to a question."""

NEGATIVES = (2, 3)
"""Of these, so many chunks and sentences beside each gold one, drawn anew each time."""

TOKENS = (112, 80)
"""Tokens that are read of a chunk and of a sentence; of a question, 64."""

LEFT_OUT = ("article", "sample", "fit5", "fit6", "fit7", "fit8")
Key = tuple[str, int, int]
"""A passage: its set, 0 for a chunk and 1 for a sentence, its number."""


@dataclass(frozen=True)
class Pair:
    """A question beside, for chunks and for sentences, the gold passage that is nearest, hard
    negatives, and all that is gold."""

    text: str
    before: torch.Tensor
    gold: tuple[Key, Key]
    hard: tuple[list[Key], list[Key]]
    all_gold: tuple[frozenset[Key], frozenset[Key]]


def texts_of(index: Index) -> tuple[list[str], list[str]]:
    """What the model reads for the chunks and for the sentences of ``index``."""
    paragraphs = list(index.paragraphs())
    chunks, _ = index.searcher.embedded(Signal.DENSE)
    sentences, _ = index.searcher.embedded(Signal.SENTENCE)
    titles = titles_among(index.documents)
    return chunk_texts(paragraphs, chunks, titles), sentence_texts(paragraphs, sentences)


def pairs_of(name: str, model: Any, texts: dict[Key, str]) -> list[Pair]:
    """The pairs of a set; ``texts`` is given what their passages say."""
    index = open_set(name).index
    read = texts_of(index)
    found = []
    for example in examples(index, load_questions(name)):
        if len(example.targets) < 2:
            continue
        with torch.no_grad():
            before = embed(model, [example.text])[0]
        nearest, hard, gold = [], [], []
        for kind, (rows, is_gold) in enumerate(example.targets):
            order = (rows @ before).argsort(descending=True).tolist()
            nearest.append((name, kind, next(at for at in order if is_gold[at])))
            hard.append([(name, kind, at) for at in order[:NEAREST] if not is_gold[at]][:8])
            gold.append(frozenset((name, kind, at) for at in order if is_gold[at]))
            texts.update({key: read[kind][key[2]] for key in (nearest[-1], *hard[-1])})
        found.append(
            Pair(
                example.text,
                before,
                (nearest[0], nearest[1]),
                (hard[0], hard[1]),
                (gold[0], gold[1]),
            )
        )
    return found


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
    questions: Any, passages: Any, given: Sequence[Pair], texts: dict[Key, str], epochs: int
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
            for kind in (0, 1):
                loss = loss + _loss(vectors, batch, kind, read, drawn)
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
) -> torch.Tensor:
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
    return (torch.logsumexp(scores, 1) - right).mean()


@torch.no_grad()
def hits(questions: Any, passages: Any, name: str) -> tuple[int, float, float]:
    """How many questions a set has, and the shares of them whose nearest chunk, and one of whose
    five nearest, is gold."""
    index = open_set(name).index
    given = [e for e in examples(index, open_to_fitting(name)) if len(e.targets) == 2]
    rows = torch.from_numpy(passages.encode_document(texts_of(index)[0]))
    anew = [Example(e.text, ((rows, e.targets[0][1]),)) for e in given]
    return len(given), *hits_by_vectors(questions, anew)


def main(arguments: Sequence[str] | None = None) -> int:
    parser = argparse.ArgumentParser(prog="python -m eval.tune_together", description=__doc__)
    parser.add_argument("--epochs", type=int, default=EPOCHS)
    parser.add_argument("--write", action="store_true", help="replace the committed changes")
    parser.add_argument("--committed", action="store_true", help="measure what is committed")
    options = parser.parse_args(arguments)
    with tempfile.TemporaryDirectory() as folder:
        passages = published_model(Path(folder))
        questions = tuned_for_questions(passages, together=None)
        before = {name: hits(questions, passages, name) for name in LEFT_OUT}
        changes: dict[str, LowRank] = {}
        if options.committed:
            questions, passages = tuned_for_questions(passages), tuned_for_passages(passages)
        else:
            texts: dict[Key, str] = {}
            given = [pair for name in TUNING for pair in pairs_of(name, questions, texts)]
            print(f"{len(given)} questions, {len(texts)} passages", flush=True)
            changes = train(questions, passages, given, texts, options.epochs)
        for name, change in changes.items():
            change.up.data *= KEPT[QUESTIONS if name.startswith(QUESTIONS) else PASSAGES]
        print("\n| set | questions | hit@1 | hit@5 |\n|---|---|---|---|")
        for name, were in before.items():
            now = hits(questions, passages, name)
            one, five = (f"{a:.2f} -> {b:.2f}" for a, b in zip(were[1:], now[1:], strict=True))
            print(f"| {name} | {now[0]} | {one} | {five} |")
    if options.write and changes:
        save_changes({name: change.factors() for name, change in changes.items()}, TOGETHER)
    return 0


if __name__ == "__main__":
    sys.exit(main())
