"""What a question's words are called in laws and administrative texts: English words in Chinese,
and everyday words as officials write them.

The embedding model bridges much of that by itself; terms cannot. Two glossaries
(``glossary.tsv``, ``colloquial.tsv``) give BM25 and coverage something to hold on to. They are
about the language, not about any document.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

from index.folding import fold

_FOLDER = Path(__file__).parent
_CHINESE = re.compile("[\u3400-\u9fff]")
_WORD = re.compile(r"[a-z0-9]+(?:[-'][a-z0-9]+)*")
LIMIT = 12
"""Words added at most: a long question has enough of them."""

STEM = 3
"""Letters that an English stem has at least."""


def is_foreign(text: str) -> bool:
    """Whether ``text`` shares no script with Chinese texts."""
    return not _CHINESE.search(text)


def in_official_terms(text: str) -> str:
    """What the words of a question are called in administrative texts, those that the
    glossaries know and the question does not say itself.

    >>> in_official_terms("老板炒鱿鱼"), in_official_terms("什么是承租人?")
    ('用人单位 雇主 解除劳动合同', '')
    >>> "罚款" in in_official_terms("appeal the fine").split()
    True
    """
    folded = fold(text)
    found = _english(folded) if is_foreign(folded) else _colloquial(folded)
    words = [word for entry in found for word in entry if word not in folded]
    return " ".join(list(dict.fromkeys(words))[:LIMIT])


@dataclass(frozen=True, slots=True)
class _Glossary:
    """``entries`` by what is said; ``longest``, in characters or in words."""

    entries: Mapping[str, tuple[str, ...]]
    longest: int


def _colloquial(text: str) -> Iterator[tuple[str, ...]]:
    """Entries character by character."""
    glossary = _load("colloquial.tsv")

    def entry(start: int, end: int) -> tuple[str, ...] | None:
        return glossary.entries.get(text[start:end])

    return _longest(entry, len(text), glossary.longest)


def _english(text: str) -> Iterator[tuple[str, ...]]:
    """Entries word by word; whole words before stems (``appeal*``)."""
    glossary = _load("glossary.tsv")
    words = _WORD.findall(text)

    def entry(start: int, end: int) -> tuple[str, ...] | None:
        return _stemmed(glossary, " ".join(words[start:end]))

    return _longest(entry, len(words), glossary.longest)


def _longest(
    entry: Callable[[int, int], tuple[str, ...] | None], size: int, longest: int
) -> Iterator[tuple[str, ...]]:
    """Entries from left to right, the longest at each place, none over another."""
    at = 0
    while at < size:
        for end in range(min(at + longest, size), at, -1):
            found = entry(at, end)
            if found is not None:
                yield found
                at = end
                break
        else:
            at += 1


def _stemmed(glossary: _Glossary, phrase: str) -> tuple[str, ...] | None:
    """The entry of ``phrase``, as it stands or up to a stem, which is cut off in the last word:
    "appeal the fine" is no form of ``appeal*``."""
    found = glossary.entries.get(phrase)
    last_word = phrase.rfind(" ") + 1
    for end in range(len(phrase), max(STEM - 1, last_word), -1):
        if found is not None:
            break
        found = glossary.entries.get(f"{phrase[:end]}*")
    return found


@lru_cache(maxsize=2)
def _load(name: str) -> _Glossary:
    entries: dict[str, tuple[str, ...]] = {}
    for line in (_FOLDER / name).read_text(encoding="utf-8").splitlines():
        said, tab, written = line.partition("\t")
        if tab and not line.startswith("#"):
            entries[said] = tuple(written.split())
    by_words = name == "glossary.tsv"
    return _Glossary(
        entries, max(said.count(" ") + 1 if by_words else len(said) for said in entries)
    )
