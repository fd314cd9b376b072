"""Words that mean the same, and words that mean the opposite, in policy language.

Groups of synonyms let a faithful paraphrase keep its coverage; pairs of antonyms tell a
reversal from a paraphrase. Both are data about the language, by kinds, not about any text.
"""

from __future__ import annotations

from functools import lru_cache
from pathlib import Path

_FOLDER = Path(__file__).parent


@lru_cache(maxsize=1)
def synonym_groups() -> dict[str, frozenset[int]]:
    """Each word's groups; two words are synonyms when they share one."""
    groups: dict[str, set[int]] = {}
    for number, line in enumerate(_lines("synonyms.txt")):
        for word in line.split():
            groups.setdefault(word, set()).add(number)
    return {word: frozenset(numbers) for word, numbers in groups.items()}


@lru_cache(maxsize=1)
def antonym_pairs() -> tuple[tuple[tuple[str, ...], tuple[str, ...]], ...]:
    """Pairs of sides; any word of one side reverses any word of the other."""
    pairs = []
    for line in _lines("antonyms.txt"):
        left, _, right = line.partition("|")
        pairs.append((tuple(left.split()), tuple(right.split())))
    return tuple(pairs)


@lru_cache(maxsize=1)
def word_sizes() -> dict[str, tuple[int, ...]]:
    """By first character, how long the words are that begin with it, longest first."""
    sizes: dict[str, set[int]] = {}
    for word in synonym_groups():
        sizes.setdefault(word[0], set()).add(len(word))
    return {first: tuple(sorted(found, reverse=True)) for first, found in sizes.items()}


@lru_cache(maxsize=1)
def _members() -> tuple[tuple[str, ...], ...]:
    return tuple(tuple(line.split()) for line in _lines("synonyms.txt"))


@lru_cache(maxsize=4096)
def synonyms_of(word: str) -> tuple[str, ...]:
    """``word`` and all words that share a group with it; empty for a word of no group."""
    groups = synonym_groups().get(word, frozenset())
    return tuple(sorted({other for group in groups for other in _members()[group]}))


def is_meant_in(word: str, text: str) -> bool:
    """Whether ``word``, being in the lexicon, or a synonym of it stands in ``text``.

    >>> is_meant_in("提升", "效率得到提高"), is_meant_in("张三", "张三说")
    (True, False)
    """
    return any(other in text for other in synonyms_of(word))


def _lines(name: str) -> list[str]:
    text = (_FOLDER / name).read_text(encoding="utf-8")
    return [line for line in text.splitlines() if line.strip() and not line.startswith("#")]
