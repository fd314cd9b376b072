"""Calendar dates as said, and which end of a period they are."""

from __future__ import annotations

import re
from dataclasses import dataclass

from rag.verify.numerals import CN, value_of
from rag.verify.text import ends_before

START, FINISH = "start", "finish"
"""Ends of a period."""

DATE = re.compile(
    rf"(?P<y>\d{{4}}|[〇零一二三四五六七八九]{{4}})\s*(?:年|[-./])\s*(?:(?P<m>\d{{1,2}}|[{CN}]{{1,3}})\s*(?:月|[-./])?\s*(?:(?P<d>\d{{1,2}}|[{CN}]{{1,3}})\s*[日号]?)?)?"
    rf"|(?P<m2>\d{{1,2}}|[{CN}]{{1,3}})月(?:(?P<d2>\d{{1,2}}|[{CN}]{{1,3}})[日号])?(?!龄)"
)
_PERIOD = re.compile(
    r"十[一二三四五六七八九]五|(?:上|下|本|去|今|明)(?:半)?年|年初|年底|年末|上午|下午|世纪"
)


@dataclass(frozen=True, slots=True)
class Date:
    """Year, month and day, as far as given; ``end`` is which end of a period it is said to
    be, :data:`START` or :data:`FINISH`, or empty."""

    year: int | None
    month: int | None
    day: int | None
    words: str
    end: str = ""

    def covers(self, other: Date) -> bool:
        """Whether this date says all that ``other`` says."""
        pairs = ((self.year, other.year), (self.month, other.month), (self.day, other.day))
        return all(theirs is None or ours == theirs for ours, theirs in pairs)


def dates(text: str) -> list[Date]:
    """Calendar dates, as far as they are given; 三个月 is none. One that no calendar has
    (1913年13月) is one all the same: a claim may not say it unless the evidence does."""
    found = []
    for match in DATE.finditer(text):
        year = value_of(match["y"]) if match["y"] else None
        month = match["m"] or match["m2"]
        day = match["d"] or match["d2"]
        m = value_of(month) if month else None
        d = value_of(day) if day else None
        found.append(
            Date(
                int(year) if year is not None else None,
                int(m) if m is not None else None,
                int(d) if d is not None else None,
                match.group(),
                _end_said(text, *match.span()),
            )
        )
    return found


_THEREABOUTS = "(?:[初底末前]|[上中下]旬)?"
_UP_TO = re.compile(rf"{_THEREABOUTS}(?:之?日?[起始]|开始)?[,、]?(?:至(?!迟)|到|—|–|-|~)(?!期)")
_STARTS = re.compile(rf"{_THEREABOUTS}(?:之?日?起|[就才]?(?:开始|启动))")
_FINISHES = re.compile(rf"{_THEREABOUTS}[就便]?(?:为?止|结束|截止|终止|期满|届满|到期)")
_STARTED_BY = re.compile("(?:[自从]|始于|开始于|(?:开始|起始)(?:时间|日期|日)?[为是]?)$")
_FINISHED_BY = re.compile(
    r"(?:(?<![推延迟前改整后移])[至到—–~]|(?<=[年月日号\d])-|[止束]于|截止|(?:结束|截止|终止)(?:时间|日期|日)?[为是])$"
)
_NO_LONGER = re.compile("[^,;。]{0,8}?(?:失效|废止|作废|停止|不再|终止|结束)")


def _end_said(text: str, start: int, stop: int) -> str:
    """Which end of a period the date at ``start`` to ``stop`` is said to be. 自明年起废止 says
    when something starts to be over: neither.

    >>> [date.end for date in dates("2023年10月至2024年3月试点")]
    ['start', 'finish']
    >>> [dates(text)[0].end for text in ("从2024年3月开始", "2024年3月结束", "2024年3月发布")]
    ['start', 'finish', '']
    """
    if _FINISHES.match(text, stop):
        return FINISH
    if _UP_TO.match(text, stop):
        return START
    begins = _STARTS.match(text, stop)
    if begins or ends_before(_STARTED_BY, text, start):
        return "" if _NO_LONGER.match(text, begins.end() if begins else stop) else START
    return FINISH if ends_before(_FINISHED_BY, text, start) else ""


def periods(text: str) -> set[str]:
    """“十四五”, 下半年 and the like."""
    return set(_PERIOD.findall(text))
