"""How large systems attach citations to an answer's sentence, rebuilt from their description.

Each rule is given the same answer (ours, sentence by sentence) and the same retrieved
paragraphs, and says which of them it would cite. What it cites is judged by gold.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import lru_cache

import numpy as np
from numpy.typing import NDArray
from rapidfuzz import fuzz

from index.encoder import Encoder
from index.search import Hit

Rule = Callable[[str, Sequence[Hit], Encoder], list[Hit]]


def everything_retrieved(sentence: str, hits: Sequence[Hit], encoder: Encoder) -> list[Hit]:
    """Cite all that was put before the model."""
    return list(hits)


def falling_threshold(sentence: str, hits: Sequence[Hit], encoder: Encoder) -> list[Hit]:
    """Cite what is similar; where nothing is, ask for less: .63, then times .8 down to .3."""
    vector = encoder.encode_queries([sentence])[0]
    # A protocol says nothing of hashing; every encoder hashes by identity.
    passages = [_passage_vector(encoder, hit.paragraph.text) for hit in hits]  # type: ignore[arg-type]
    likeness = np.asarray(passages) @ vector
    threshold = 0.63
    while threshold > 0.3:
        cited = [hit for hit, value in zip(hits, likeness, strict=True) if value >= threshold]
        if cited:
            return cited[:4]
        threshold *= 0.8
    return []


@lru_cache(maxsize=4096)
def _passage_vector(encoder: Encoder, text: str) -> NDArray[np.float32]:
    """The same paragraphs are found again and again."""
    return np.asarray(encoder.encode_passages([text])[0], np.float32)


def fuzzy_match(sentence: str, hits: Sequence[Hit], encoder: Encoder) -> list[Hit]:
    """Cite what matches the sentence's characters to 35 in 100."""
    return [hit for hit in hits if fuzz.ratio(sentence, hit.paragraph.text) >= 35]


RULES: dict[str, Rule] = {
    "cite everything retrieved": everything_retrieved,
    "similarity with a falling threshold": falling_threshold,
    "fuzzy match at 35 %": fuzzy_match,
}
