"""Text to blocks: what stands on its own in a source, each with its place.

A block is a non-empty line. Lines that a writer's editor wrapped (no closing punctuation, no
blank line between, about as wide as the text gets) are one block, with the line break inside,
exactly as it stands.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from dataclasses import dataclass
from enum import Enum, auto
from unicodedata import east_asian_width

from index.reading.furniture import furniture

_LINE = re.compile(r"[^\r\n\u2028\u2029\f\v]+")
_COMMENT = re.compile(r"<!--.*?-->", re.DOTALL)
_RULE = re.compile(r"(?:[-*_=]\s*){3,}|\|?(?:\s*:?-{2,}:?\s*\|)+(?:\s*:?-{2,}:?\s*)?")
_SENTENCE_HEADING = 24
"""A heading this long that ends as a sentence does was marked as one for its looks."""
_ATX = re.compile(r"(#{1,6})[ \t\u3000]+(.*?)[ \t]*#*")
_MARKER = re.compile(
    r"(?:[（(][一二三四五六七八九十百\d]+[)）]|[一二三四五六七八九十]+[、.．]|\d+[、.．)）]|[-*+•·]\s|>"
    r"|第[一二三四五六七八九十百千零〇\d]+[编章节条款])"
)
_TERMINAL = "。！？!?；;：:…”’」』)）】》,，、"
_WRAPPED_WIDTH = 20
_WIDER = 1.25
"""How much wider than a wrapped line another may be."""

_STRAY = 0.05
"""The share of a wrapped text's lines that may be wider all the same: addresses, tables."""


class Kind(Enum):
    TITLE = auto()
    HEADING = auto()
    BODY = auto()


@dataclass(frozen=True, slots=True)
class Block:
    """``text == source[start : start + len(text)]``, except for a heading, whose marks are
    left out of ``text`` (headings are labels, not quotable)."""

    kind: Kind
    text: str
    start: int
    level: int = 0


def split_blocks(source: str, *, markdown: bool, begin: int = 0) -> list[Block]:
    """The blocks of ``source`` from ``begin`` on, in reading order, page furniture left out.

    >>> source = "# 规定\\n\\n第一条 为了规范。\\r\\n\\r\\n第二条 适用。"
    >>> [b.text for b in split_blocks(source, markdown=True)]
    ['规定', '第一条 为了规范。', '第二条 适用。']
    """
    hidden = [m.span() for m in _COMMENT.finditer(source)] if markdown else []
    lines = [
        (start, text)
        for start, text in _lines(source, begin)
        if not any(a <= start < b for a, b in hidden) and not _RULE.fullmatch(text)
    ]
    left_out = furniture([text for _, text in lines])
    lines = [line for at, line in enumerate(lines) if at not in left_out]
    widths = sorted(_width(text) for _, text in lines)
    blocks: list[Block] = []
    for start, text in lines:
        atx = _ATX.fullmatch(text) if markdown else None
        if atx:
            if atx[2]:
                blocks.append(_heading(atx[2], start + atx.start(2), len(atx[1])))
            continue
        last = blocks[-1] if blocks else None
        if last and last.kind is Kind.BODY and _continues(source, last, start, text, widths):
            joined = source[last.start : start + len(text)]
            blocks[-1] = Block(Kind.BODY, joined, last.start)
        else:
            blocks.append(Block(Kind.BODY, text, start))
    return blocks


def _heading(text: str, start: int, level: int) -> Block:
    if len(text) >= _SENTENCE_HEADING and text[-1] in "。；;":
        return Block(Kind.BODY, text, start)
    return Block(Kind.HEADING, text, start, level)


def _lines(source: str, begin: int) -> list[tuple[int, str]]:
    found = []
    for match in _LINE.finditer(source, begin):
        text = match.group().strip().strip("\ufeff\u200b")
        if text:
            found.append((match.start() + match.group().index(text), text))
    return found


def _continues(source: str, last: Block, start: int, text: str, widths: list[int]) -> bool:
    between = source[last.start + len(last.text) : start]
    one_break = len(between.replace("\r\n", "\n").strip(" \t\u3000")) == 1
    previous_line = last.text.rsplit("\n", 1)[-1].strip()
    return (
        one_break
        and "\u3000" not in between
        and len(previous_line) >= _WRAPPED_WIDTH
        and previous_line[-1] not in _TERMINAL
        and not _MARKER.match(text)
        and _is_full(_width(previous_line), widths)
    )


def _is_full(width: int, widths: list[int]) -> bool:
    """Whether a line of ``width`` columns can have been wrapped. A title or heading above
    paragraphs of one line each cannot: nearly all lines there are wider."""
    wider = len(widths) - bisect_right(widths, width * _WIDER)
    return wider <= max(1, _STRAY * len(widths))


def _width(text: str) -> int:
    """Columns on a screen: a Chinese character takes two.

    >>> _width("第3条")
    5
    """
    return sum(2 if east_asian_width(char) in "WF" else 1 for char in text)
