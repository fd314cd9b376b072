"""BM25 over characters, character bigrams and words of other scripts.

Chinese is searched by characters and bigrams: no dictionary, so an open vocabulary (new
institutions, new technology) is found as well as any other. On law articles this found the
right one first nearly twice as often as a word segmenter did.
"""

from __future__ import annotations

import logging
import re
from collections.abc import Sequence
from pathlib import Path
from typing import Any

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
    """A BM25 index over texts, kept in plain arrays and JSON."""

    def __init__(self, bm25: Any) -> None:
        self._bm25 = bm25

    @classmethod
    def over(cls, texts: Sequence[str]) -> LexicalIndex:
        import bm25s  # a quarter of a second of imports: only where BM25 is used

        logging.getLogger("bm25s").setLevel(logging.WARNING)

        bm25 = bm25s.BM25(k1=1.5, b=0.75, method="lucene", backend="numpy")
        bm25.index([terms(text) or [""] for text in texts], show_progress=False)
        return cls(bm25)

    @classmethod
    def load(cls, folder: Path) -> LexicalIndex:
        import bm25s

        return cls(
            bm25s.BM25.load(
                folder, load_corpus=False, allow_pickle=False, verbosity=0, show_progress=False
            )
        )

    def save(self, folder: Path) -> None:
        self._bm25.save(folder, allow_pickle=False, show_progress=False)

    @property
    def size(self) -> int:
        """How many texts are indexed."""
        return int(self._bm25.scores["num_docs"])

    def document_frequency(self, term: str) -> int:
        """In how many texts ``term`` stands."""
        column = self._bm25.vocab_dict.get(term)
        if column is None:
            return 0
        bounds = self._bm25.scores["indptr"]
        return int(bounds[column + 1] - bounds[column])

    def scores(self, question: str) -> NDArray[np.float32]:
        """The BM25 score of every text, shape ``(texts,)``; zeros when no term is known."""
        known = [t for t in terms(question) if t in self._bm25.vocab_dict]
        if not known:
            return np.zeros(self.size, np.float32)
        return np.asarray(self._bm25.get_scores(known), np.float32)
