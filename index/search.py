"""Three kinds of evidence for a paragraph, fused: its terms, its meaning, its best sentence.

Each signal is turned into z-scores over the whole collection and the three are averaged
(score fusion by standardisation; Montague & Aslam, CIKM 2001). Ranks are not used: a signal
that says nothing, such as BM25 on an English question, is flat and so drops out by itself.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING, Any, Protocol

import numpy as np
from numpy.typing import NDArray

from index.chunk import Chunk
from index.document import Paragraph
from index.folding import clean, simplify
from index.segment import Span

if TYPE_CHECKING:
    from index.lexical import LexicalIndex

Floats = NDArray[np.float32]


class Signal(StrEnum):
    """A kind of evidence that search uses; left out one by one in ablations."""

    LEXICAL = "lexical"
    DENSE = "dense"
    SENTENCE = "sentence"


DEPTH = 4096
"""How many nearest vectors are looked at; a collection up to this size is searched whole."""

ALL_SIGNALS = frozenset(Signal)

SHARES = {Signal.LEXICAL: 0.5, Signal.DENSE: 1.0, Signal.SENTENCE: 1.0}
"""What each signal counts beside the others. (Set on fitting questions: the model is tuned, its
vectors say more than terms do.)"""

ALSO = 0.5
"""What the BM25 score of other words for the question counts beside that of its own words."""


class QueryEncoder(Protocol):
    """What search needs of an embedding model: unit vectors, shape ``(n, dimension)``."""

    def encode_queries(self, texts: Sequence[str]) -> Floats: ...


@dataclass(frozen=True, slots=True)
class SentenceScore:
    """A sentence of a paragraph and its cosine with the question."""

    span: Span
    cosine: float


@dataclass(frozen=True, slots=True)
class Hit:
    """A paragraph that search found. ``score`` is the weighted mean of the signals'
    z-scores; ``signals`` holds each signal's own value: BM25, cosine, best sentence's cosine."""

    paragraph: Paragraph
    score: float
    signals: tuple[tuple[Signal, float], ...] = ()
    sentences: tuple[SentenceScore, ...] = ()

    def to_json(self) -> dict[str, object]:
        return {
            "document": self.paragraph.document,
            "paragraph": self.paragraph.number,
            "label": self.paragraph.label,
            "score": round(self.score, 4),
            "text": self.paragraph.text,
        }


def standardise(values: Floats) -> Floats:
    """z-scores; zeros where all values are the same.

    >>> standardise(np.array([1, 1, 4, 4], np.float32)).tolist()
    [-1.0, -1.0, 1.0, 1.0]
    """
    spread = float(values.std())
    if spread < 1e-9:
        return np.zeros_like(values)
    return np.asarray((values - values.mean()) / spread, np.float32)


def _first(scores: Floats, k: int) -> NDArray[np.int64]:
    """Where the ``k`` highest scores stand, highest first; equal ones in reading order, on
    every machine.

    >>> _first(np.array([1, 3, 2, 3], np.float32), 3).tolist()
    [1, 3, 2]
    """
    if k < len(scores):
        least = np.partition(scores, len(scores) - k)[len(scores) - k]
        candidates = np.flatnonzero(scores >= least)
    else:
        candidates = np.arange(len(scores))
    order = np.argsort(-scores[candidates], kind="stable")
    return np.asarray(candidates[order[:k]], np.int64)


class Searcher:
    """Search over paragraphs whose vectors and terms are in memory. Thread-safe: it is only
    read."""

    def __init__(
        self,
        paragraphs: Sequence[Paragraph],
        chunks: Sequence[Chunk],
        sentences: Sequence[Chunk],
        chunk_vectors: Any,
        sentence_vectors: Any,
        lexical: LexicalIndex,
        encoder: QueryEncoder,
    ) -> None:
        self._paragraphs = paragraphs
        names = {p.document: None for p in paragraphs}
        codes = {name: code for code, name in enumerate(names)}
        self._documents = np.array(list(names), object)
        self._document_of = np.array([codes[p.document] for p in paragraphs], np.int64)
        self._chunk_rows = np.array([c.row for c in chunks], np.int64)
        self._sentence_rows = np.array([c.row for c in sentences], np.int64)
        self._chunks, self._sentences = chunks, sentences
        self._sentence_from = np.searchsorted(self._sentence_rows, np.arange(len(paragraphs) + 1))
        self._chunk_vectors = chunk_vectors
        self._sentence_vectors = sentence_vectors
        self._lexical = lexical
        self._encoder = encoder

    def embedded(self, signal: Signal) -> tuple[Sequence[Chunk], Floats]:
        """What was embedded for ``DENSE`` (chunks) or ``SENTENCE``, and its unit vectors, shape
        ``(len(chunks), dimension)``: what a model for questions is tuned against."""
        if signal is Signal.DENSE:
            chunks, vectors = self._chunks, self._chunk_vectors
        else:
            chunks, vectors = self._sentences, self._sentence_vectors
        return chunks, vectors.reconstruct_n(0, len(chunks))

    def search(
        self,
        question: str,
        k: int = 10,
        *,
        also: str = "",
        documents: Collection[str] | None = None,
        signals: frozenset[Signal] = ALL_SIGNALS,
    ) -> tuple[Hit, ...]:
        """The ``k`` best paragraphs, one hit each, best first; among ``documents`` only, if
        given. ``also`` holds other words for what is asked: BM25 looks for them too, the
        embedding model, which knows what words mean, does not. Empty when the question has
        nothing to search for."""
        text = clean(question)
        if not text or k < 1 or not self._paragraphs:
            return ()
        vector = self._encoder.encode_queries([simplify(text)])
        of_sentences = self._cosines(self._sentence_vectors, vector)
        values = {
            Signal.LEXICAL: self._lexical.scores(text) + ALSO * self._lexical.scores(also),
            Signal.DENSE: self._best(self._cosines(self._chunk_vectors, vector), self._chunk_rows),
            Signal.SENTENCE: self._best(of_sentences, self._sentence_rows),
        }
        fused = np.zeros(len(self._paragraphs), np.float32)
        shares = {signal: SHARES[signal] for signal in Signal if signal in signals}
        for signal, share in shares.items():
            fused += standardise(values[signal]) * (share / sum(shares.values()))
        if documents is not None:
            among = np.array([name in documents for name in self._documents], bool)
            fused[~among[self._document_of]] = -np.inf
        best = _first(fused, k)
        return tuple(
            Hit(
                self._paragraphs[row],
                float(fused[row]),
                tuple((signal, float(values[signal][row])) for signal in Signal),
                self._sentence_scores(int(row), vector, of_sentences),
            )
            for row in best
            if np.isfinite(fused[row])
        )

    def _cosines(self, vectors: Any, vector: Floats) -> Floats:
        """The cosine of every vector; beyond the :data:`DEPTH` nearest, that of the last one
        of them, which is an upper bound."""
        count = int(vectors.ntotal)
        scores, rows = vectors.search(vector, min(count, DEPTH))
        found = np.full(count, scores[0, -1], np.float32)
        found[rows[0]] = scores[0]
        return found

    def _best(self, cosines: Floats, rows: NDArray[np.int64]) -> Floats:
        best = np.full(len(self._paragraphs), -1.0, np.float32)
        np.maximum.at(best, rows, cosines)
        return best

    def _sentence_scores(
        self, row: int, vector: Floats, of_all: Floats
    ) -> tuple[SentenceScore, ...]:
        begin, end = self._sentence_from[row : row + 2].tolist()
        if len(of_all) <= DEPTH:  # all were compared
            cosines = of_all[begin:end]
        else:
            cosines = self._sentence_vectors.reconstruct_n(begin, end - begin) @ vector[0]
        return tuple(
            SentenceScore(Span(sentence.start, sentence.end), cosine)
            for sentence, cosine in zip(self._sentences[begin:end], cosines.tolist(), strict=True)
        )
