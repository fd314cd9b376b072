"""Text to blocks: what stands on its own in a source, each with its place.

A block is a non-empty line. Lines that a writer's editor wrapped (no closing punctuation, no
blank line between, long enough to have been wrapped) are one block, with the line break
inside, exactly as it stands.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from enum import Enum, auto

from index.reading.furniture import is_furniture

_LINE = re.compile(r"[^\r\n\u2028\u2029\f\v]+")
_COMMENT = re.compile(r"<!--.*?-->", re.DOTALL)
_RULE = re.compile(r"(?:[-*_=]\s*){3,}")
_ATX = re.compile(r"(#{1,6})[ \t\u3000]+(.*?)[ \t]*#*")
_MARKER = re.compile(
    r"(?:[（(][一二三四五六七八九十百\d]+[)）]|[一二三四五六七八九十]+[、.．]|\d+[、.．)）]|[-*+•·]\s|>"
    r"|第[一二三四五六七八九十百千零〇\d]+[编章节条款])"
)
_TERMINAL = "。！？!?；;：:…”’」』)）】》,，、"
_WRAPPED_WIDTH = 20


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


def split_blocks(source: str, *, markdown: bool) -> list[Block]:
    """The blocks of ``source`` in reading order, page furniture left out.

    >>> source = "# 规定\\n\\n第一条 为了规范。\\r\\n\\r\\n第二条 适用。"
    >>> [b.text for b in split_blocks(source, markdown=True)]
    ['规定', '第一条 为了规范。', '第二条 适用。']
    """
    hidden = [m.span() for m in _COMMENT.finditer(source)] if markdown else []
    lines = [
        (start, text)
        for start, text in _lines(source)
        if not any(a <= start < b for a, b in hidden) and not _RULE.fullmatch(text)
    ]
    lines = [
        line
        for at, line in enumerate(lines)
        if not is_furniture(line[1], from_start=at, from_end=len(lines) - 1 - at)
    ]
    blocks: list[Block] = []
    for start, text in lines:
        atx = _ATX.fullmatch(text) if markdown else None
        if atx:
            if atx[2]:
                blocks.append(Block(Kind.HEADING, atx[2], start + atx.start(2), len(atx[1])))
            continue
        last = blocks[-1] if blocks else None
        if last and last.kind is Kind.BODY and _continues(source, last, start, text):
            joined = source[last.start : start + len(text)]
            blocks[-1] = Block(Kind.BODY, joined, last.start)
        else:
            blocks.append(Block(Kind.BODY, text, start))
    return blocks


def _lines(source: str) -> list[tuple[int, str]]:
    found = []
    for match in _LINE.finditer(source):
        text = match.group().strip().strip("\ufeff\u200b")
        if text:
            found.append((match.start() + match.group().index(text), text))
    return found


def _continues(source: str, last: Block, start: int, text: str) -> bool:
    between = source[last.start + len(last.text) : start]
    one_break = len(between.replace("\r\n", "\n").strip(" \t\u3000")) == 1
    previous_line = last.text.rsplit("\n", 1)[-1].strip()
    return (
        one_break
        and "\u3000" not in between
        and len(previous_line) >= _WRAPPED_WIDTH
        and previous_line[-1] not in _TERMINAL
        and not _MARKER.match(text)
    )
