"""What the verifier is measured on: faithful paraphrases, falsified ones, model sentences.

Written by hand before anything was tuned on them; never changed to please a checker. The
evidence is not stored: a line points into the article, a law or the sample document, and
:func:`evidence_of` reads it there. A falsified line belongs to the half of the paraphrase
that it was made from, so that no half ever shows the other's sources.
"""

from __future__ import annotations

import json
import unicodedata
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from enum import StrEnum
from functools import lru_cache
from pathlib import Path

import index as index_package
from eval.questions import SETS, Split, split_of
from index.document import Document
from index.errors import SourceMissing
from index.reading import read_document

SAMPLE = Path(index_package.__file__).resolve().parent / "sample"
CORPORA = SAMPLE.parent.parent.parent / "shared" / "corpora"
"""Beside a source checkout; the article and the laws are the reader's own data."""

ARTICLE = "article.txt"


class Label(StrEnum):
    FAITHFUL = "faithful"
    UNFAITHFUL = "unfaithful"


@dataclass(frozen=True, slots=True)
class Span:
    """Whole sentences of a paragraph: code points ``start`` to ``end`` of its text."""

    paragraph: int
    start: int
    end: int


@dataclass(frozen=True, slots=True)
class Paraphrase:
    """A claim that follows from ``spans`` of ``document``; ``types`` say how it was reworded."""

    id: str
    document: str
    spans: tuple[Span, ...]
    claim: str
    types: tuple[str, ...]

    @property
    def split(self) -> Split:
        return split_of(self.id)

    @property
    def paragraphs(self) -> tuple[int, ...]:
        """The paragraphs that are its evidence, each once, in reading order."""
        return tuple(sorted({span.paragraph for span in self.spans}))


@dataclass(frozen=True, slots=True)
class Falsified:
    """A paraphrase made false; any code of ``expect`` names what is wrong with it."""

    id: str
    of: str
    kind: str
    claim: str
    expect: tuple[str, ...]

    @property
    def split(self) -> Split:
        return split_of(self.of)


@dataclass(frozen=True, slots=True)
class ModelSentence:
    """A sentence such as a model writes from ``evidence`` paragraphs of the article."""

    id: str
    question: str
    evidence: tuple[int, ...]
    sentence: str
    label: Label
    why: str
    origin: str

    @property
    def split(self) -> Split:
        return split_of(self.id)


def load_paraphrases() -> tuple[Paraphrase, ...]:
    """The paraphrases, in the file's order.

    >>> paraphrases = load_paraphrases()
    >>> len({p.id for p in paraphrases}) == len(paraphrases) >= 180
    True
    """
    return tuple(
        Paraphrase(
            str(row["id"]),
            str(row["document"]),
            tuple(_span(span) for span in _rows(row["spans"])),
            str(row["claim"]),
            _strings(row["types"]),
        )
        for row in _lines("paraphrases")
    )


def load_falsified() -> tuple[Falsified, ...]:
    """The falsified paraphrases, in the file's order."""
    return tuple(
        Falsified(
            str(row["id"]),
            str(row["of"]),
            str(row["kind"]),
            str(row["claim"]),
            _strings(row["expect"]),
        )
        for row in _lines("falsified")
    )


def load_model_sentences() -> tuple[ModelSentence, ...]:
    """The sentences as models write them, in the file's order."""
    return tuple(
        ModelSentence(
            str(row["id"]),
            str(row["question"]),
            tuple(int(number) for number in _strings(row["evidence"])),
            str(row["sentence"]),
            Label(str(row["label"])),
            str(row["why"]),
            str(row["origin"]),
        )
        for row in _lines("model_sentences")
    )


@dataclass(frozen=True, slots=True)
class Pair:
    """A claim beside its evidence. ``kind`` is ``faithful`` or how it was made false; ``types``
    how a faithful one was reworded, where that was noted."""

    id: str
    kind: str
    claim: str
    evidence: tuple[str, ...]
    types: tuple[str, ...] = ()

    @property
    def faithful(self) -> bool:
        return self.kind == "faithful"


def load_pairs(split: Split) -> tuple[Pair, ...]:
    """The paraphrases and falsified paraphrases of one half whose documents are here."""
    by_id = {p.id: p for p in load_paraphrases() if p.split is split and _is_here(p.document)}
    faithful = [Pair(p.id, "faithful", p.claim, evidence_of(p), p.types) for p in by_id.values()]
    falsified = [
        Pair(f.id, f.kind, f.claim, evidence_of(by_id[f.of]))
        for f in load_falsified()
        if f.of in by_id
    ]
    return (*faithful, *falsified)


def load_fresh_pairs() -> tuple[Pair, ...]:
    """Pairs from sources that the other sets do not use, written and measured once before the
    rules were tuned on them; the documents that are here."""
    return _by_paragraphs("fresh")


def load_near_pairs() -> tuple[Pair, ...]:
    """Pairs close to their source's wording, as a model writes that keeps to it: the same."""
    return _by_paragraphs("near")


def _by_paragraphs(name: str) -> tuple[Pair, ...]:
    pairs = []
    for row in _lines(name):
        document = str(row["document"])
        if _is_here(document):
            found = document_of(document)
            texts = tuple(found.paragraph(int(n)).text for n in _strings(row["paragraphs"]))
            pairs.append(Pair(str(row["id"]), str(row["kind"]), str(row["claim"]), texts))
    return tuple(pairs)


def _is_here(document: str) -> bool:
    try:
        document_of(document)
    except SourceMissing:
        return False
    return True


def document_of(name: str) -> Document:
    """The document called ``name`` in the sets; :exc:`SourceMissing` if it is not here."""
    return _read(name)


def evidence_of(item: Paraphrase | ModelSentence) -> tuple[str, ...]:
    """The texts of the paragraphs that ``item`` is checked against."""
    if isinstance(item, Paraphrase):
        name, numbers = item.document, item.paragraphs
    else:
        name, numbers = ARTICLE, item.evidence
    document = document_of(name)
    return tuple(document.paragraph(number).text for number in numbers)


def bigram_overlap(claim: str, source: str) -> float:
    """The share of ``claim``'s character bigrams that ``source`` holds, from 0 to 1; NFKC,
    letters and digits only.

    >>> bigram_overlap("产假98天", "产假为９８天")
    0.75
    """
    wanted = _bigrams(claim)
    found = set(_bigrams(source))
    return sum(bigram in found for bigram in wanted) / len(wanted) if wanted else 1.0


def _bigrams(text: str) -> list[str]:
    kept = "".join(c for c in unicodedata.normalize("NFKC", text) if c.isalnum())
    return [kept[i : i + 2] for i in range(len(kept) - 1)]


@lru_cache(maxsize=64)
def _read(name: str) -> Document:
    path = next((p for p in (SAMPLE / name, CORPORA / name) if p.is_file()), None)
    if path is None:
        raise SourceMissing(f"{name} is not here: put the corpora at {CORPORA} to use this pair")
    return read_document(path, name)


def _lines(name: str) -> Iterator[Mapping[str, object]]:
    for line in (SETS / f"{name}.jsonl").read_text(encoding="utf-8").splitlines():
        if line.strip():
            row = json.loads(line)
            assert isinstance(row, dict)
            yield row


def _rows(value: object) -> list[Mapping[str, object]]:
    assert isinstance(value, list)
    return value


def _strings(value: object) -> tuple[str, ...]:
    assert isinstance(value, list)
    return tuple(str(one) for one in value)


def _span(row: Mapping[str, object]) -> Span:
    return Span(int(str(row["paragraph"])), int(str(row["start"])), int(str(row["end"])))
