"""What a reader calls a paragraph: 二/3 in an essay, 第三十三条第二款 in a law."""

from __future__ import annotations

import re
from dataclasses import dataclass, field

_NUMERAL = "一二三四五六七八九十百千零〇两"
_ARTICLE = re.compile(
    rf"(第[{_NUMERAL}\d]+条(?:之[{_NUMERAL}\d]+)?)(?=[\s\u3000:：]|[^\s的规至、，,。之和与或及])"
)
_ITEM = re.compile(rf"[（(]([{_NUMERAL}\d]+)[)）]")
_DIVISION = re.compile(rf"第[{_NUMERAL}\d]+(编|分编|章|节)(?:[\s\u3000].*|[^的规第。，]{{0,30}})?")
_ORDINAL = re.compile(rf"([{_NUMERAL}]+)[、.．]\s*\S.*")
_DECIMAL = re.compile(r"(\d{1,2}(?:\.\d{1,2}){0,3})[、.．\s]\s*\S.*")
_BRACKETED = re.compile(rf"[（(]([{_NUMERAL}]+)[)）]\s*\S.*")
_HEADING_LIMIT = 60
_BRACKETED_LIMIT = 26
_LEVELS = {"编": 1, "分编": 2, "章": 2, "节": 3}


def is_article(text: str) -> bool:
    """Whether ``text`` opens an article of a law.

    >>> is_article("第三十三条 国家鼓励……"), is_article("第三十三条规定的情形")
    (True, False)
    """
    return bool(_ARTICLE.match(text))


def is_division(text: str) -> bool:
    """Whether ``text`` is the heading of a part, chapter or section of a law."""
    return len(text) <= _HEADING_LIMIT and bool(_DIVISION.fullmatch(text))


def heading_level(text: str) -> int:
    """The level of a plain-text heading, 0 if ``text`` is none: one short line, numbered as
    headings are, that does not end as a sentence does.

    >>> heading_level("一、历史关口"), heading_level("第二章 总则"), heading_level("一、应当公开。")
    (2, 2, 0)
    """
    if len(text) > _HEADING_LIMIT or text[-1] in "。；;，,、：:" or "。" in text or "\n" in text:
        return 0
    division = _DIVISION.fullmatch(text)
    if division:
        return _LEVELS[division[1]]
    if _ORDINAL.fullmatch(text):
        return 2
    if _BRACKETED.fullmatch(text) and len(text) <= _BRACKETED_LIMIT:
        return 3
    decimal = _DECIMAL.fullmatch(text)
    if decimal and len(text) <= _BRACKETED_LIMIT and not re.search(r"[年月日%元]", text):
        return 2 + decimal[1].count(".")
    return 0


def _short_name(heading: str) -> str:
    """二 for 二、从工程逻辑…; 第二章 for 第二章 总则; 附件一 for 附件一 说明; otherwise the heading
    itself, cut."""
    for pattern in (_ORDINAL, _DECIMAL, _BRACKETED):
        found = pattern.fullmatch(heading)
        if found:
            return found[1]
    division = re.match(rf"第[{_NUMERAL}\d]+(?:编|分编|章|节)|附件[{_NUMERAL}\d]+", heading)
    return division.group() if division else heading[:16].replace("/", "-")


@dataclass(slots=True)
class SectionLabels:
    """Counts paragraphs within the section they stand in."""

    section: str = "引言"
    counts: dict[str, int] = field(default_factory=dict)

    def enter(self, heading: str) -> None:
        self.section = _short_name(heading)

    def front(self) -> str:
        return self._label("题头")

    def back(self) -> str:
        return self._label("文末")

    def next(self) -> str:
        return self._label(self.section)

    def _label(self, section: str) -> str:
        self.counts[section] = self.counts.get(section, 0) + 1
        return f"{section}/{self.counts[section]}"


@dataclass(slots=True)
class ArticleLabels:
    """Counts 款 and 项 within an article. An article of one 款 is cited without its number,
    which is known only when the second one comes; its paragraphs are then relabelled."""

    article: str = ""
    clause: int = 0
    seen: list[tuple[int, int, str]] = field(default_factory=list)

    @property
    def inside(self) -> bool:
        return bool(self.article)

    def leave(self) -> None:
        self.article, self.clause, self.seen = "", 0, []

    def next(self, text: str, at: int) -> str:
        """The label of the paragraph ``text``, the ``at``-th of the document from 0."""
        opened = _ARTICLE.match(text)
        item = _ITEM.match(text)
        if opened:
            self.article, self.clause, self.seen = opened[1], 1, []
            self.seen.append((at, 1, ""))
        elif item:
            self.seen.append((at, self.clause, f"第{item[1]}项"))
        else:
            self.clause += 1
            self.seen.append((at, self.clause, ""))
        return self._name(self.clause, self.seen[-1][2])

    def relabelled(self) -> list[tuple[int, str]]:
        """Positions and new labels of earlier paragraphs of an article that just got its
        second 款; empty otherwise."""
        if self.clause != 2 or self.seen[-1][2] or len(self.seen) < 2:
            return []
        return [(at, self._name(clause, item)) for at, clause, item in self.seen[:-1]]

    def _name(self, clause: int, item: str) -> str:
        ordinal = f"第{_chinese(clause)}款" if self.clause > 1 else ""
        return self.article + ordinal + item


def _chinese(number: int) -> str:
    """1 to 99 in Chinese numerals.

    >>> [_chinese(n) for n in (2, 10, 13, 21)]
    ['二', '十', '十三', '二十一']
    """
    digits = "〇一二三四五六七八九"
    tens, ones = divmod(number, 10)
    head = ("" if tens == 1 else digits[tens]) + "十" if tens else ""
    return head + (digits[ones] if ones or not tens else "")
