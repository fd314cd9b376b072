"""A table of contents names what comes later: it is no text of its own."""

from __future__ import annotations

import re

from index.reading.blocks import Block, Kind
from index.reading.labels import is_division

_CONTENTS = re.compile(r"目\s*[录次]\s*[:：]?|(?:Table of )?Contents", re.IGNORECASE)
_PAGE = re.compile(r"[\s.…·．]*(?:[（(]?\d{1,4}[)）]?)?$")


def without_contents(blocks: list[Block]) -> list[Block]:
    """``blocks`` without a table of contents: from the line 目录, or from the first of two or
    more headings in a row, what stands again, word for word, further down.

    >>> lines = "目录|第一章 总则…1|第二章 附则…9|第一章 总则|第一条 公开。|第二章 附则".split("|")
    >>> blocks = [Block(Kind.BODY, line, 0) for line in lines]
    >>> [b.text for b in without_contents(blocks)]
    ['第一章 总则', '第一条 公开。', '第二章 附则']
    """
    for at, block in enumerate(blocks):
        if not _CONTENTS.fullmatch(block.text):
            continue
        later = [_bare(b.text) for b in blocks[at + 1 :]]
        count = 0
        while count < len(later) and later[count] in later[count + 1 :]:
            count += 1
        if count > 1:
            return blocks[:at] + blocks[at + 1 + count :]
    return _without_repeated(blocks)


def _without_repeated(blocks: list[Block]) -> list[Block]:
    """Headings that follow one another at the start and come again later: contents whose
    title line was left out with the page's furniture."""
    heads = [b.kind is Kind.HEADING or is_division(b.text) for b in blocks]
    if not any(heads):
        return blocks
    start = heads.index(True)
    stop = start
    later = [_bare(b.text) for b in blocks]
    while stop < len(blocks) and heads[stop] and later[stop] in later[stop + 1 :]:
        stop += 1
    return blocks[:start] + blocks[stop:] if stop - start > 1 else blocks


def _bare(text: str) -> str:
    return re.sub(r"\s+", " ", _PAGE.sub("", text))
