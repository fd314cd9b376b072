"""Words that mean the same, and words that mean the opposite, in policy language.

Groups of synonyms let a faithful paraphrase keep its coverage; pairs of antonyms tell a
reversal from a paraphrase. Both are data about the language, by kinds, not about any text.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from functools import lru_cache
from pathlib import Path

from rag.verify.text import normalise

_FOLDER = Path(__file__).parent


@lru_cache(maxsize=1)
def _members() -> tuple[tuple[str, ...], ...]:
    """The groups of synonyms, by number."""
    return tuple(tuple(line.split()) for line in _lines("synonyms.txt"))


@lru_cache(maxsize=1)
def synonym_groups() -> dict[str, frozenset[int]]:
    """Each word's groups; two words are synonyms when they share one."""
    return {word: frozenset(numbers) for word, numbers in _numbers(_members()).items()}


def _numbers(groups: Iterable[Sequence[str]]) -> dict[str, set[int]]:
    """The numbers of the groups that each word is in."""
    found: dict[str, set[int]] = {}
    for number, words in enumerate(groups):
        for word in words:
            found.setdefault(word, set()).add(number)
    return found


Sides = tuple[tuple[str, ...], tuple[str, ...]]


@lru_cache(maxsize=1)
def _antonyms() -> tuple[Sides, ...]:
    """Pairs of sides, each pair both ways round, in the form of the texts that are compared."""
    pairs: list[Sides] = []
    for line in _lines("antonyms.txt"):
        left, right = (tuple(map(normalise, side.split())) for side in line.split("|", 1))
        pairs += [(left, right), (right, left)]
    return tuple(pairs)


@lru_cache(maxsize=1)
def _antonyms_by_word() -> dict[str, set[int]]:
    return _numbers(side for side, _ in _antonyms())


@lru_cache(maxsize=1)
def _antonym_sizes() -> dict[str, tuple[int, ...]]:
    return _sizes(_antonyms_by_word())


def antonyms_in(text: str) -> list[Sides]:
    """The sides that have a word in ``text``, each with the side that it reverses: any word of
    one reverses any word of the other.

    >>> any("收费" in theirs for _, theirs in antonyms_in("免费乘车"))
    True
    """
    by_word, sizes = _antonyms_by_word(), _antonym_sizes()
    numbers = {
        number
        for at, char in enumerate(text)
        for size in sizes.get(char, ())
        for number in by_word.get(text[at : at + size], ())
    }
    return [_antonyms()[number] for number in sorted(numbers)]


@lru_cache(maxsize=1)
def word_sizes() -> dict[str, tuple[int, ...]]:
    """By first character, how long the words are that begin with it, longest first."""
    return _sizes(synonym_groups())


def _sizes(words: Iterable[str]) -> dict[str, tuple[int, ...]]:
    sizes: dict[str, set[int]] = {}
    for word in words:
        sizes.setdefault(word[0], set()).add(len(word))
    return {first: tuple(sorted(found, reverse=True)) for first, found in sizes.items()}


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
