"""BM25 over characters, character bigrams and words of other scripts.

Chinese is searched by characters and bigrams: no dictionary, so an open vocabulary (new
institutions, new technology) is found as well as any other. On law articles this found the
right one first nearly twice as often as a word segmenter did.
"""

from __future__ import annotations

import json
import logging
import re
from collections.abc import Mapping, Sequence
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from index.folding import fold

_RUN = re.compile(r"[\u3400-\u9fff\U00020000-\U0003ffff]+|[a-z]+|\d+(?:\.\d+)?")

DESCRIPTION = "BM25 (lucene, k1 1.5, b 0.75) over characters and bigrams"


def terms(text: str) -> list[str]:
    """The terms of ``text``: Chinese characters, their bigrams, other words, numbers.

    >>> terms("數字政府 AI 40")
    ['数', '字', '政', '府', '数字', '字政', '政府', 'ai', '40']
    """
    found: list[str] = []
    for run in _RUN.findall(fold(text)):
        if run[0] < "\u3400":
            found.append(run)
        else:
            found.extend(run)
            found.extend(run[at : at + 2] for at in range(len(run) - 1))
    return found


class LexicalIndex:
    """A BM25 index over texts, kept in plain arrays and JSON.

    The score of every term in every text is computed when the index is built (eagerly, as
    `bm25s` does it); a search adds up columns. Only building imports bm25s: SciPy comes with
    it, a third of a cold question's time.

    ``data``, ``rows`` and ``bounds`` are a sparse matrix by columns: the scores of the term
    with column ``c`` are ``data[bounds[c]:bounds[c + 1]]``, of the texts ``rows[…]``.
    """

    def __init__(
        self,
        vocabulary: Mapping[str, int],
        data: NDArray[np.float32],
        rows: NDArray[np.int32],
        bounds: NDArray[np.int64],
        size: int,
    ) -> None:
        whole = (
            len(data) == len(rows) == bounds[-1]
            and bounds[0] == 0
            and bool((np.diff(bounds) >= 0).all())
            and (not len(rows) or 0 <= rows.min() <= rows.max() < size)
            and max(vocabulary.values(), default=0) < len(bounds) - 1
        )
        if not whole:
            raise ValueError("the BM25 index does not fit together")
        self._vocabulary = vocabulary
        self._data = data
        self._rows = rows
        self._bounds = bounds
        self.size = size
        """How many texts are indexed."""

    @classmethod
    def load(cls, folder: Path) -> LexicalIndex:
        """What :func:`write_lexical` wrote; ``ValueError``, ``KeyError`` or ``OSError`` for
        anything else."""
        data, rows, bounds = (
            np.load(folder / f"{name}.csc.index.npy", allow_pickle=False)
            for name in ("data", "indices", "indptr")
        )
        vocabulary = json.loads((folder / "vocab.index.json").read_text("utf-8"))
        vocabulary.pop("", None)  # what bm25s calls a text without terms; it has no column
        params = json.loads((folder / "params.index.json").read_text("utf-8"))
        return cls(vocabulary, data, rows, bounds, int(params["num_docs"]))

    def document_frequency(self, term: str) -> int:
        """In how many texts ``term`` stands."""
        column = self._vocabulary.get(term)
        return 0 if column is None else int(self._bounds[column + 1] - self._bounds[column])

    def scores(self, question: str) -> NDArray[np.float32]:
        """The BM25 score of every text, shape ``(texts,)``; zeros when no term is known."""
        scores = np.zeros(self.size, np.float32)
        for term in terms(question):
            column = self._vocabulary.get(term)
            if column is not None:
                span = slice(self._bounds[column], self._bounds[column + 1])
                scores[self._rows[span]] += self._data[span]
        return scores


def write_lexical(texts: Sequence[str], folder: Path) -> None:
    """Builds the BM25 index of ``texts`` in ``folder``. Terms are numbered as they first come:
    left to bm25s, a set of strings would number them in another order each time."""
    import bm25s

    logging.getLogger("bm25s").setLevel(logging.WARNING)
    bm25 = bm25s.BM25(k1=1.5, b=0.75, method="lucene", backend="numpy")
    vocabulary: dict[str, int] = {}
    numbered = [
        [vocabulary.setdefault(term, len(vocabulary)) for term in terms(text) or [""]]
        for text in texts
    ]
    bm25.index((numbered, vocabulary), show_progress=False)
    bm25.save(folder, allow_pickle=False, show_progress=False)
