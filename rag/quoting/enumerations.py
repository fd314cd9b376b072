"""Lists as texts write them: 首先…其次…最后, 其一…其二, 一种路径…另一种路径, （一）（二） items.

Their members, like all that is quoted, are :func:`whole_sentences`.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import TYPE_CHECKING

from index.document import Document, Paragraph
from index.folding import fold
from index.segment import Span, sentences
from rag.quoting.candidates import Candidate

if TYPE_CHECKING:
    from index.store import Index

_FAMILIES = tuple(
    re.compile(pattern)
    for pattern in (
        r"(?:首先|其次|再次|再者|此外|最后|另外|同时)",
        r"其[一二三四五六七八九]",
        r"第[一二三四五六七八九十](?![章节条款项年月届])",
        r"[一二三四五六七八九十](?:是|要|来|则)(?![一-鿿]?个)",
        r"(?:一种|另一种|还有一种|第[二三四五]种)",
        r"[(（][一二三四五六七八九十\d]+[)）]",
        r"\d+[.、．]",
    )
)
_SERIES = re.compile(
    r"[^,，。;；]{0,10}(?:一种(?:可能的?)?|另一种|还有一种|第[一二三四五]种(?:可能的?)?)[^,，。]{0,6}(?:路径|方式|观点|模式|情形|可能|类型|思路|做法)"
)
_ITEM = re.compile(r"\s*[(（][一二三四五六七八九十百\d]+[)）]|\s*\d+[.、．]")
_TERMS = re.compile("用语|术语|含义|定义")
"""In the lead of a list in which each member explains a word of its own."""

_OPENED_BY = dict(zip("”’」』）)】》〉", "“‘「『（(【《〈", strict=True))
_AFTER_STOP = re.compile(r"[。！？!?…][”’」』）)】]*[）)】]$")
_NOTE = re.compile(r"[（(【][^（(【）)】]*[）)】]")
_GOES_ON = re.compile(r"[，,、；;：:]|的(?!确)")
"""What cannot open a sentence."""

GOING_ON = 420
"""Code points that may be added to a sentence that goes on after its brackets: one that is
never closed must not take the rest of the text along."""

_LIMIT = 24
_NAME = 3
"""Characters of a word that can name a member."""

Place = tuple[Paragraph, Span]


def whole_sentences(text: str) -> list[Span]:
    """The sentences of ``text`` as they are quoted: one that a full stop inside brackets cut in
    two is one again, since a 不得 or 除外 may stand after the bracket. Indexes keep the finer
    cut, as every sentence of theirs has a vector.

    >>> text = "住址（含门牌。及楼层。）不得公开。（附注。）电话可以公开。"
    >>> [s.of(text) for s in whole_sentences(text)]
    ['住址（含门牌。及楼层。）不得公开。', '（附注。）', '电话可以公开。']
    """
    spans = sentences(text)
    found: list[Span] = []
    at = 0
    while at < len(spans):
        last = _last_of_whole(text, spans, at)
        found.append(Span(spans[at].start, spans[last].end))
        at = last + 1
    return found


def _last_of_whole(text: str, spans: Sequence[Span], first: int) -> int:
    """The number of the span that ends the sentence which ``spans[first]`` begins; ``first``
    where an opened bracket is closed nowhere near."""
    start, end = spans[first]
    last = complete = first
    while last + 1 < len(spans) and spans[last + 1].end - end <= GOING_ON:
        is_open = _is_open(text[start : spans[last].end])
        if not is_open and not _goes_on(text, start, spans[last], spans[last + 1]):
            return last
        last += 1
        if not _is_open(text[start : spans[last].end]):
            complete = last
    return complete


def _is_open(text: str) -> bool:
    """Whether a bracket or quotation mark is opened in ``text`` and not closed in it."""
    opened: list[str] = []
    for char in text:
        if char in _OPENED_BY.values():
            opened.append(char)
        elif _OPENED_BY.get(char) in opened:
            while opened.pop() != _OPENED_BY[char]:
                pass
    return bool(opened)


def _goes_on(text: str, start: int, span: Span, after: Span) -> bool:
    """Whether ``after`` only goes on with the sentence from ``start`` to the end of ``span``: a
    bracket inside it ends in a full stop, and none follows the bracket; or ``after`` opens as
    no sentence does. （附注。） alone is a sentence of its own."""
    if span.end < after.start:
        return False
    said = text[start : span.end]
    in_brackets = _AFTER_STOP.search(said) and not _NOTE.fullmatch(said)
    return bool(in_brackets or _GOES_ON.match(after.of(text)))


def members(candidate: Candidate, index: Index, asked: Sequence[str]) -> set[Place]:
    """The other members of the list that ``candidate`` belongs to or announces; empty if it
    does neither. ``asked`` are the folded content words of the question: a series of which one
    member alone is named is not asked for."""
    document = index.document(candidate.paragraph.document)
    items = _items(candidate, document)
    if items:
        return items
    series = _series(candidate, document)
    if series and not _names_one(candidate, series, asked):
        return series
    return _in_paragraph(candidate)


def _names_one(candidate: Candidate, series: set[Place], asked: Sequence[str]) -> bool:
    own = fold(candidate.paragraph.text)
    others = [fold(p.text) for p, _ in series if p != candidate.paragraph]
    return any(
        len(word) >= _NAME and word in own and not any(word in other for other in others)
        for word in asked
    )


def _items(candidate: Candidate, document: Document) -> set[Place]:
    """（一）（二） paragraphs after a lead, or around an item, with the lead itself; items that
    open a document have none."""
    paragraph = candidate.paragraph
    is_item = bool(_ITEM.match(paragraph.text))
    if not is_item and not announces(candidate.text):
        return set()
    lead = paragraph.number
    while lead > 1 and _ITEM.match(document.paragraph(lead).text):
        lead -= 1
    found: set[Place] = set()
    first = document.paragraph(lead)
    has_lead = not _ITEM.match(first.text)
    announcing = _announcing(first) if has_lead else None
    if announcing is not None:
        if is_item and _TERMS.search(announcing[1].of(first.text)):
            return {(paragraph, _whole(paragraph))}
        found.add(announcing)
    elif len(whole_sentences(paragraph.text)) > 1:
        return set()  # （一）指导思想。坚持…。推进…。 is a section, the next one another matter
    for number in range(lead + int(has_lead), min(len(document.paragraphs), lead + _LIMIT) + 1):
        item = document.paragraph(number)
        if not _ITEM.match(item.text):
            break
        found.add((item, _whole(item)))
    return found


def lead_of(paragraph: Paragraph, index: Index) -> Place | None:
    """The sentence that announces the list of which ``paragraph`` is an item, without which
    （二）律师； may be those who must or who must not; none for other paragraphs."""
    if not _ITEM.match(paragraph.text):
        return None
    document = index.document(paragraph.document)
    for number in range(paragraph.number - 1, max(0, paragraph.number - _LIMIT - 1), -1):
        before = document.paragraph(number)
        announcing = _announcing(before)
        if announcing is not None or not _ITEM.match(before.text):
            return announcing
    return None


def announces(sentence: str) -> bool:
    """Whether what a sentence is about follows it.

    >>> announces("有下列情形之一的，不予公开："), announces("不予公开。")
    (True, False)
    """
    return sentence.rstrip().endswith((":", "："))


def _announcing(paragraph: Paragraph) -> Place | None:
    """The last sentence of a paragraph, if it ends in a colon."""
    if not announces(paragraph.text):
        return None
    return paragraph, whole_sentences(paragraph.text)[-1]


def _series(candidate: Candidate, document: Document) -> set[Place]:
    """Neighbouring paragraphs that each open a member: 一种路径…, 另一种路径…, 第三种…."""
    if not any(
        _SERIES.match(s.of(candidate.paragraph.text))
        for s in whole_sentences(candidate.paragraph.text)[:3]
    ):
        return set()
    found: set[Place] = set()
    for step in (-1, 1):
        number = candidate.paragraph.number
        while 1 <= number <= len(document.paragraphs):
            paragraph = document.paragraph(number)
            opening = next(
                (
                    s
                    for s in whole_sentences(paragraph.text)[:3]
                    if _SERIES.match(s.of(paragraph.text))
                ),
                None,
            )
            if opening is None:
                break
            found.add((paragraph, opening))
            number += step
    return found if len(found) > 1 else set()


def _in_paragraph(candidate: Candidate) -> set[Place]:
    """Sentences of the candidate's paragraph that open with markers of one family, each with
    the sentences it needs to say something."""
    text = candidate.paragraph.text
    spans = whole_sentences(text)
    at = next((n for n, span in enumerate(spans) if span == candidate.span), 0)
    for family in _FAMILIES:
        opening = [n for n, span in enumerate(spans) if _opens(family, span.of(text))]
        near = opening and opening[0] - 2 <= at <= opening[-1] + 2
        if len(opening) >= 2 and near:
            return {(candidate.paragraph, span) for span in _with_bodies(spans, opening, text)}
    return set()


def _opens(family: re.Pattern[str], sentence: str) -> bool:
    """The marker stands at the start, or right after a lead-in that ends in a colon."""
    return bool(family.match(sentence) or re.search(rf"[:：]{family.pattern}", sentence))


def _with_bodies(spans: Sequence[Span], opening: Sequence[int], text: str) -> list[Span]:
    """A member such as 首先是主体性重构层面。 only names; what it says is in the next sentence."""
    found = []
    for at in opening:
        found.append(spans[at])
        follows = at + 1 < len(spans) and at + 1 not in opening
        if follows and len(spans[at].of(text)) < 18:
            found.append(spans[at + 1])
    return found


def _whole(paragraph: Paragraph) -> Span:
    spans = sentences(paragraph.text)
    return Span(spans[0].start, spans[-1].end)
