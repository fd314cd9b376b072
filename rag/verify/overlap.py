"""How much of what one text says stands in another: words, their synonyms, their characters."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache

from rag.verify.lexicon import is_meant_in, synonym_groups, word_sizes
from rag.verify.text import FUNCTION, bigrams, normalise


def shared_bigrams(claim: str, evidence: str) -> float:
    """The share of the claim's bigrams that stand in the evidence, 0 to 1.

    >>> shared_bigrams("市数据局负责", "由市数据局负责解释")
    1.0
    """
    wanted = bigrams(normalise(claim))
    return len(wanted & bigrams(normalise(evidence))) / len(wanted) if wanted else 0.0


@dataclass(frozen=True, slots=True)
class Unit:
    """A piece of a claim: a word of the lexicon, or what stands between such words.
    ``weight`` is its number of content characters."""

    text: str
    weight: int


@lru_cache(maxsize=2048)
def units(text: str) -> tuple[Unit, ...]:
    """Normalised ``text`` cut into lexicon words (longest first) and single content
    characters; other scripts' words and numbers whole."""
    known, sizes = synonym_groups(), word_sizes()
    found: list[Unit] = []
    at = 0
    while at < len(text):
        word = next(
            (
                text[at : at + size]
                for size in sizes.get(text[at], ())
                if size > 1 and text[at : at + size] in known
            ),
            "",
        )
        if word:
            found.append(Unit(word, _weight(word)))
            at += len(word)
            continue
        end = at + 1
        if _spelled(text[at]):
            while end < len(text) and _spelled(text[end]):
                end += 1
            spelled = text[at:end]
            # a number is compared by value elsewhere, whatever its numerals
            found.append(Unit(spelled, 0 if spelled.isdecimal() else 2))
        elif _is_chinese(text[at]):
            found.append(Unit(text[at], _weight(text[at])))
        at = end
    return tuple(unit for unit in found if unit.weight)


def _is_chinese(char: str) -> bool:
    return "\u3400" <= char <= "\u9fff"


def _spelled(char: str) -> bool:
    """A letter of any script that spells words, or a digit."""
    return char.isalnum() and not _is_chinese(char)


def _weight(word: str) -> int:
    return sum(char not in FUNCTION for char in word) or int(len(word) > 1)


def covered_share(claim: str, evidence: str) -> float:
    """The share of the claim's content, by characters, that the evidence holds: the same
    word, a synonym, or for a single character the character next to a neighbour it has in the
    claim (a loose character alone counts half). Both normalised. 1 for an empty claim."""
    total = held = 0.0
    for unit, share in _shares(claim, evidence):
        total += unit.weight
        held += unit.weight * share
    return held / total if total else 1.0


def anchored_share(claim: str, evidence: str) -> float:
    """The same, without characters and parts of words that stand loose in the evidence: any
    long text holds most of the common ones."""
    total = held = 0
    for unit, share in _shares(claim, evidence):
        total += unit.weight
        held += unit.weight * (share == 1.0)
    return held / total if total else 1.0


def unheld(claim: str, evidence: str) -> list[str]:
    """The claim's units with content that do not stand in the evidence, or only loosely.

    >>> unheld("网上办理", "办理时限")
    ['网上']
    """
    return [
        unit.text
        for unit, share in _shares(claim, evidence)
        if share < 1.0 and any(char not in FUNCTION for char in unit.text)
    ]


def _shares(claim: str, evidence: str) -> Iterator[tuple[Unit, float]]:
    """The claim's units, each with how much of it the evidence holds."""
    previous = ""
    sequence = units(claim)
    for number, unit in enumerate(sequence):
        following = sequence[number + 1].text[:1] if number + 1 < len(sequence) else ""
        yield unit, _held(unit.text, evidence, previous, following)
        previous = unit.text[-1:]


def _held(word: str, evidence: str, previous: str, following: str) -> float:
    if len(word) > 1 and word in evidence:
        return 1.0
    if is_meant_in(word, evidence):
        return 1.0
    if len(word) == 1:
        if not _is_chinese(word):
            return float(word in evidence)
        if _stand_together(previous, word, evidence) or _stand_together(word, following, evidence):
            return 1.0
        return 0.6 if word in evidence else 0.0
    return 0.7 * sum(char in evidence for char in word) / len(word)


def _stand_together(first: str, second: str, evidence: str) -> bool:
    """Whether two Chinese characters stand side by side in ``evidence``."""
    pair = first + second
    return len(pair) == 2 and all(map(_is_chinese, pair)) and pair in evidence
