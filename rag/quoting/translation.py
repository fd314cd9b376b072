"""What a question's words are called in administrative texts: English words in Chinese, and
everyday words as officials write them.

The embedding model bridges much of that by itself; terms cannot. Two small glossaries
(``glossary.tsv``, ``colloquial.tsv``) give BM25 and coverage something to hold on to. They are
about the language, not about any document.
"""

from __future__ import annotations

import re
from functools import lru_cache
from pathlib import Path

_FOLDER = Path(__file__).parent
_CHINESE = re.compile("[\u3400-\u9fff]")
LIMIT = 8
"""Words added at most: a long question has enough of them."""


def is_foreign(text: str) -> bool:
    """Whether ``text`` shares no script with Chinese texts."""
    return not _CHINESE.search(text)


def in_official_terms(text: str) -> str:
    """What the words of a question are called in administrative texts, those that the
    glossaries know and the question does not say itself.

    >>> in_official_terms("When do these rules take effect?")
    '施行 生效 规则 办法'
    >>> in_official_terms("老板不发工资怎么罚?"), in_official_terms("什么是承租人?")
    ('用人单位 雇主 支付工资', '')
    """
    name = "glossary.tsv" if is_foreign(text) else "colloquial.tsv"
    rest, found = text.lower(), list[str]()
    for pattern, words in _entries(name):
        rest, count = pattern.subn(" ", rest)
        if count:
            found += [word for word in words if word not in text]
    return " ".join(list(dict.fromkeys(found))[:LIMIT])


@lru_cache(maxsize=2)
def _entries(name: str) -> tuple[tuple[re.Pattern[str], tuple[str, ...]], ...]:
    """Entries, longer ones first: 大语言模型 before 模型."""
    entries = []
    for line in (_FOLDER / name).read_text(encoding="utf-8").splitlines():
        said, tab, written = line.partition("\t")
        if tab and not line.startswith("#"):
            pattern = re.escape(said.removesuffix("*").lower())
            if said.isascii():
                pattern = rf"\b{pattern}\w*\b" if said.endswith("*") else rf"\b{pattern}\b"
            entries.append((said, re.compile(pattern, re.ASCII), tuple(written.split())))
    entries.sort(key=lambda entry: (-entry[0].count(" "), -len(entry[0])))
    return tuple((pattern, words) for _, pattern, words in entries)
