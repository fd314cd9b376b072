"""What a reader calls a paragraph: 二/3 in an essay, 第三十三条第二款 in a law."""

from __future__ import annotations

import re
from dataclasses import dataclass, field

_NUMERAL = "一二三四五六七八九十百千零〇两"
_ARTICLE = re.compile(
    rf"\*{{0,2}}(第[{_NUMERAL}\d]+\s?条(?:之[{_NUMERAL}\d]+)?)\*{{0,2}}"
    r"(?=[\s\u3000:：]|[^\s的规至、，,。之和与或及]|$)"
)
_MARKS = tuple(
    re.compile(mark)
    for mark in (
        rf"([{_NUMERAL}]+)、(?![{_NUMERAL}])",
        rf"[（(]([{_NUMERAL}]+)[)）]",
        r"(\d{1,3})[.．、](?!\d)",
        r"[（(](\d{1,3})[)）]",
    )
)
"""How the parts of a clause are numbered. Which stands below which is each text's own choice."""
_DIVISION = re.compile(
    rf"第[{_NUMERAL}\d]+(编|分编|章|节)(?:[\s\u3000].*|[^的规第。，]{{0,30}})?|附\s*则"
)
_ORDINAL = re.compile(rf"([{_NUMERAL}]+)[、.．]\s*\S.*")
_DECIMAL = re.compile(r"(\d{1,2}(?:\.\d{1,2}){0,3})[、.．\s]\s*\S.*")
_BRACKETED = re.compile(rf"[（(]([{_NUMERAL}]+)[)）]\s*\S.*")
_ANNEX = re.compile(
    rf"(附(?:件|表|录|图)?)\s?[（(]?([{_NUMERAL}\d]*)[)）]?(?:\s*[:：].*|[\s\u3000].*)?"
)
_UNNUMBERED = re.compile(
    "(?:引|前|导|序)\\s*言|[导绪引]\\s*论|背\\s*景|结\\s*[语论]|余\\s*论|小\\s*结|尾\\s*声|结束语|参考文献|致\\s*谢"
)
"""Headings of an essay that carry no number."""
_HEADING_LIMIT = 60
_BRACKETED_LIMIT = 26
_ANNEX_LIMIT = 40
_LEVELS = {"编": 1, "分编": 2, "章": 2, "节": 3}
_ARTICLE_LEVEL = 4


def is_article(text: str) -> bool:
    """Whether ``text`` opens an article of a law.

    >>> is_article("第三十三条 国家鼓励……"), is_article("第三十三条规定的情形")
    (True, False)
    """
    return bool(_ARTICLE.match(text))


def is_article_heading(text: str) -> bool:
    """Whether ``text`` is an article's number and nothing else; its words stand below.

    >>> is_article_heading("第三条"), is_article_heading("第三条 公开。")
    (True, False)
    """
    opened = _ARTICLE.match(text)
    return opened is not None and opened.end() == len(text)


def is_division(text: str) -> bool:
    """Whether ``text`` is the heading of a part, chapter or section of a law."""
    return len(text) <= _HEADING_LIMIT and bool(_DIVISION.fullmatch(text))


def annex_name(text: str) -> str:
    """What the annex that the line ``text`` opens is called; empty if it opens none.

    >>> annex_name("附件2：收费标准"), annex_name("附："), annex_name("附利息的债权停止计息。")
    ('附件2', '附件', '')
    """
    found = _ANNEX.fullmatch(text)
    if not found or len(text) > _ANNEX_LIMIT or re.search("[。；，,;]", text) or is_division(text):
        return ""
    return (found[1] if len(found[1]) > 1 else "附件") + found[2]


def heading_level(text: str) -> int:
    """The level of a plain-text heading, 0 if ``text`` is none: one short line, numbered as
    headings are or one of those that go without, that does not end as a sentence does.

    >>> heading_level("一、历史关口"), heading_level("第二章 总则"), heading_level("一、应当公开。")
    (2, 2, 0)
    """
    if len(text) > _HEADING_LIMIT or text[-1] in "。；;，,、：:" or "。" in text or "\n" in text:
        return 0
    division = _DIVISION.fullmatch(text)
    if division:
        return _LEVELS[division[1] or "章"]
    if is_article_heading(text):
        return _ARTICLE_LEVEL
    if _ORDINAL.fullmatch(text) or _UNNUMBERED.fullmatch(text):
        return 2
    if _BRACKETED.fullmatch(text) and len(text) <= _BRACKETED_LIMIT:
        return 3
    decimal = _DECIMAL.fullmatch(text)
    if decimal and len(text) <= _BRACKETED_LIMIT and not re.search(r"[年月日%元]", text):
        return 2 + decimal[1].count(".")
    return 0


def ordinal(text: str) -> str:
    """The number that ``text`` opens with, as the articles of an amendment do.

    >>> ordinal("二、将第七条修改为:"), ordinal("二、三级医院应当公开。")
    ('二', '')
    """
    found = _MARKS[0].match(text)
    return found[1] if found else ""


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
    annex: str = ""
    counts: dict[str, int] = field(default_factory=dict)

    def enter(self, heading: str) -> None:
        name = _short_name(heading)
        self.section = f"{self.annex} {name}" if self.annex else name

    def enter_annex(self, name: str) -> None:
        self.section = self.annex = name

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
    """Counts 款, 项 and 目 within an article. An article of one 款 is cited without its number,
    which is known only when the second one comes; its paragraphs are then relabelled."""

    annex: str = ""
    article: str = ""
    clause: int = 0
    parts: list[tuple[int, str]] = field(default_factory=list)
    seen: list[tuple[int, int, str]] = field(default_factory=list)

    @property
    def inside(self) -> bool:
        return bool(self.article)

    def leave(self) -> None:
        self.article, self.clause, self.parts, self.seen = "", 0, [], []

    def open(self, heading: str) -> None:
        """The article whose number stands in a line of its own."""
        self.leave()
        opened = _ARTICLE.match(heading)
        self.article = _name_of(opened[1]) if opened else ""

    def next(self, text: str, at: int) -> str:
        """The label of the paragraph ``text``, the ``at``-th of the document from 0."""
        opened, part = _ARTICLE.match(text), _part(text)
        if opened:
            self.leave()
            self.article, self.clause = _name_of(opened[1]), 1
        elif part is not None:
            self._enter(*part)
        else:
            self.clause, self.parts = self.clause + 1, []
        named = zip(self.parts, ("项", "目", "点", "点"), strict=False)
        self.seen.append((at, self.clause, "".join(f"第{n}{unit}" for (_, n), unit in named)))
        return self._name(self.clause, self.seen[-1][2])

    def _enter(self, mark: int, number: str) -> None:
        """A part numbered by ``mark``: beside the last one numbered so, else below the last."""
        marks = [known for known, _ in self.parts]
        if mark in marks:
            del self.parts[marks.index(mark) :]
        self.parts.append((mark, number))

    def relabelled(self) -> list[tuple[int, str]]:
        """Positions and new labels of earlier paragraphs of an article that just got its
        second 款; empty otherwise."""
        if self.clause != 2 or self.seen[-1][2] or len(self.seen) < 2:
            return []
        return [(at, self._name(clause, item)) for at, clause, item in self.seen[:-1]]

    def _name(self, clause: int, item: str) -> str:
        ordinal = f"第{chinese(clause)}款" if clause and self.clause > 1 else ""
        return self.annex + self.article + ordinal + item


def _part(text: str) -> tuple[int, str] | None:
    """Which of the marks opens ``text``, and its number."""
    for at, mark in enumerate(_MARKS):
        found = mark.match(text)
        if found:
            return at, found[1]
    return None


def _name_of(article: str) -> str:
    return re.sub(r"\s", "", article)


def chinese(number: int) -> str:
    """1 to 99 in Chinese numerals.

    >>> [chinese(n) for n in (2, 10, 13, 21)]
    ['二', '十', '十三', '二十一']
    """
    digits = "〇一二三四五六七八九"
    tens, ones = divmod(number, 10)
    head = ("" if tens == 1 else digits[tens]) + "十" if tens else ""
    return head + (digits[ones] if ones or not tens else "")
