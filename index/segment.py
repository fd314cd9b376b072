"""Sentences and clauses of a Chinese text, as spans of it.

Spans are ``(start, end)`` in code points, in order, without gaps except white space, and
never cut a character: a sentence keeps its closing quotation marks, a clause its mark.
"""

from __future__ import annotations

import re
from typing import NamedTuple

_CLOSERS = "”’」』）)】》〉\"'"
_OPENERS = "“‘「『（(【《〈"
_SENTENCE_ENDS = "。｡！？!?…"
_DOTS = ".．"
_FULL_STOPS = "。｡" + _DOTS
_CLAUSE_ENDS = "，,；;：:"
_BEFORE_DOT = "%％‰" + _CLOSERS + "]］〕"
_NUMERALS = "〇零一二三四五六七八九十百0123456789０１２３４５６７８９"
_ITEM_MARK = re.compile(
    rf"(?<!\w)[（(]?第?[{_NUMERALS}]{{1,4}}[章节条款项]?[）)]?\Z"  # 一.总则, (二). 分则
)
_ITEM_MARK_LENGTH = 8


class Span(NamedTuple):
    """A half-open range of code points."""

    start: int
    end: int

    def of(self, text: str) -> str:
        return text[self.start : self.end]


def sentences(text: str) -> list[Span]:
    """The sentences of ``text``. A question or exclamation mark inside quotation marks or
    brackets does not end one; an English full stop does when white space or the end follows.
    Some write Chinese with a dot for 。, which is told from the dots of numbers and of numbered
    headings.

    >>> text = "他问：“谁负责？”并作答。第二句!"
    >>> [s.of(text) for s in sentences(text)]
    ['他问：“谁负责？”并作答。', '第二句!']
    >>> text = "一.甲部门按第1.2条负责3.5%. 乙部门协助．其余不变｡"
    >>> [s.of(text) for s in sentences(text)]
    ['一.甲部门按第1.2条负责3.5%.', '乙部门协助．', '其余不变｡']
    """
    found: list[Span] = []
    start = depth = at = 0
    while at < len(text):
        char = text[at]
        if char == "\n":
            _append(found, text, start, at)
            start, depth, at = at + 1, 0, at + 1
            continue
        if not _ends_sentence(text, at):
            depth = _depth_after(char, depth)
            at += 1
            continue
        quoted = depth > 0
        at += 1
        while at < len(text) and text[at] in _SENTENCE_ENDS + _CLOSERS:
            depth = _depth_after(text[at], depth)
            at += 1
        # “谁负责？”这一问 goes on; “照办。”他说 does not. A full stop inside quotation marks
        # that nobody closes would swallow the rest of the text.
        goes_on = quoted and (char not in _FULL_STOPS if depth == 0 else _closed_later(text, at))
        if not goes_on or at == len(text):
            _append(found, text, start, at)
            start, depth = at, 0
    _append(found, text, start, len(text))
    return found


def clauses(text: str, within: Span | None = None) -> list[Span]:
    """The clauses of ``text`` (of the sentence ``within`` it, if given): parts ended by a
    comma, semicolon or colon outside quotation marks and brackets, mark included.

    >>> [c.of("一是公开,二是“准确,及时”。") for c in clauses("一是公开,二是“准确,及时”。")]
    ['一是公开,', '二是“准确,及时”。']
    """
    begin, stop = within if within is not None else Span(0, len(text))
    found: list[Span] = []
    start, depth = begin, 0
    for at in range(begin, stop):
        char = text[at]
        depth = _depth_after(char, depth)
        if char in _CLAUSE_ENDS and depth == 0 and not _inside_number(text, at):
            _append(found, text, start, at + 1)
            start = at + 1
    _append(found, text, start, stop)
    return found


def _append(found: list[Span], text: str, start: int, end: int) -> None:
    while start < end and text[start].isspace():
        start += 1
    while end > start and text[end - 1].isspace():
        end -= 1
    if start < end:
        found.append(Span(start, end))


def _ends_sentence(text: str, at: int) -> bool:
    char = text[at]
    if char in _SENTENCE_ENDS:
        return True
    if char not in _DOTS or at == 0:
        return False
    if char == "." and text[at - 1].isascii() and text[at - 1].isalpha():
        if at + 1 == len(text):
            return True
        return text[at + 1].isspace() and text[max(0, at - 3) : at].lower() not in ("e.g", "i.e")
    return _ends_chinese(text, at)


def _ends_chinese(text: str, at: int) -> bool:
    """Whether the dot at ``at`` stands for 。: after a Chinese character, a percentage or what
    closes, before what can begin a sentence.

    >>> [_ends_chinese(text, text.index(".")) for text in ("负责.乙", "3.5", "五.四", "一. 总则")]
    [True, False, False, False]
    """
    before = text[at - 1]
    if not (_is_chinese(before) or before in _BEFORE_DOT):
        return False
    after = at + 1
    while after < len(text) and text[after] in _CLOSERS:
        after += 1
    if _ITEM_MARK.search(text, max(0, at - _ITEM_MARK_LENGTH), at):
        return False
    if after == len(text):
        return True
    following = text[after]
    if before in _NUMERALS and following in _NUMERALS:  # 五.四运动
        return False
    # Only a half-width dot is part of names such as 附件.docx.
    return (
        following.isspace()
        or following in _OPENERS
        or _is_chinese(following)
        or (text[at] == "．" and following.isalnum())
    )


def _is_chinese(char: str) -> bool:
    return "\u3400" <= char <= "\u9fff" or char in "〇々" or char >= "\U00020000"


def _depth_after(char: str, depth: int) -> int:
    if char in _OPENERS:
        return depth + 1
    if char in _CLOSERS and char not in "\"'":
        return max(0, depth - 1)
    return depth


def _closed_later(text: str, at: int) -> bool:
    line_end = text.find("\n", at)
    rest = text[at : line_end if line_end >= 0 else len(text)]
    return any(char in rest for char in _CLOSERS)


def _inside_number(text: str, at: int) -> bool:
    """1,000 and 10:30 are one thing."""
    return (
        0 < at < len(text) - 1
        and text[at] in ",:，："
        and text[at - 1].isdigit()
        and text[at + 1].isdigit()
    )
