"""What the embedding model is tuned on: questions beside what answers them and what does not."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import torch

from eval.questions import load_questions
from eval.tune import as_searched, embed, examples
from index.build import chunk_texts, sentence_texts, titles_among
from index.search import Signal
from index.store import Index

NEAREST = 25
"""Hard negatives are taken from so many passages that are nearest to a question."""

NEAR_TEXT = ("fact", "list", "false_premise")
"""Questions on absent facts are in the document's words, and are set against answerable ones that
are too: the model is not to learn that whoever words a question freely has an answer."""

Key = tuple[str, int, int]
"""A passage: its set, 0 for a chunk and 1 for a sentence, its number."""


@dataclass(frozen=True)
class Unanswerable:
    """A question on the right topic whose fact is absent, and the sentences nearest to it."""

    text: str
    nearest: tuple[Key, ...]


@dataclass(frozen=True)
class Pair:
    """A question beside, for chunks and for sentences, the gold passage that is nearest, hard
    negatives, and all that is gold. ``near_text`` says whether it is in the document's words."""

    text: str
    before: torch.Tensor
    gold: tuple[Key, Key]
    hard: tuple[list[Key], list[Key]]
    all_gold: tuple[frozenset[Key], frozenset[Key]]
    near_text: bool = False


def texts_of(index: Index) -> tuple[list[str], list[str]]:
    """What the model reads for the chunks and for the sentences of ``index``."""
    paragraphs = list(index.paragraphs())
    chunks, _ = index.searcher.embedded(Signal.DENSE)
    sentences, _ = index.searcher.embedded(Signal.SENTENCE)
    titles = titles_among(index.documents)
    return chunk_texts(paragraphs, chunks, titles), sentence_texts(paragraphs, sentences)


def unanswerable_of(
    name: str, index: Index, model: Any, texts: dict[Key, str]
) -> list[Unanswerable]:
    """The questions of a set on facts that are absent from its ``index``; ``texts`` is given
    what lies near them."""
    _, rows = index.searcher.embedded(Signal.SENTENCE)
    _, read = texts_of(index)
    found = []
    for question in load_questions(name):
        if question.kind != "absent" or question.history:
            continue
        text = as_searched(question)
        with torch.no_grad():
            scores = torch.from_numpy(rows) @ embed(model, [text])[0]
        nearest = [(name, 1, at) for at in scores.topk(min(5, len(scores))).indices.tolist()]
        texts.update({key: read[key[2]] for key in nearest})
        found.append(Unanswerable(text, tuple(nearest)))
    return found


def pairs_of(name: str, index: Index, model: Any, texts: dict[Key, str]) -> list[Pair]:
    """The pairs of a set and its ``index``; ``texts`` is given what their passages say."""
    read = texts_of(index)
    found = []
    asked = [q for q in load_questions(name) if q.gold and not q.history]
    for question, example in zip(asked, examples(index, asked), strict=True):
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
                question.kind in NEAR_TEXT,
            )
        )
    return found
