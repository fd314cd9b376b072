"""Blocks to a document: title, headings, front matter, numbering and labels."""

from __future__ import annotations

import re
from dataclasses import dataclass, field, replace

from index.document import Document, Heading, Metadata, Paragraph
from index.reading.blocks import Block, Kind
from index.reading.contents import without_contents
from index.reading.labels import (
    ArticleLabels,
    SectionLabels,
    annex_name,
    chinese,
    heading_level,
    is_article,
    is_article_heading,
    is_division,
    ordinal,
)

_DATE = re.compile(r"(\d{4})\s*[-./年]\s*(\d{1,2})\s*[-./月]\s*(\d{1,2})\s*日?")
_FRONT = re.compile(
    r"[【\[〔(（]?\s*(?:摘\s*要|关\s*键\s*词|内容提要|作\s*者|来\s*源|发布(?:日期|时间|机构|机关)|文\s*号|"
    r"发文(?:字号|机关)|成文日期|索\s*引\s*号|主题分类|Abstract|Key\s*words)\s*[】\]〕)）::]?"
    r"|文\s*/|[\u3400-\u9fff]{2,10}[〔\[（(]\d{4}[〕\])）]\s*第?\d{1,5}号$"
)
_BACK = re.compile(r"(?:文章|信息|稿件|资料)?(?:来源|作者|出处|责任编辑|编辑|供稿)\s*[::]")
NOTHING_GIVEN = Metadata()
_TITLE_LIMIT = 120
_FRONT_LIMIT = 80
_FRONT_LINES = 8
"""How far below the title the first line may stand that is surely front matter."""

_SUBTITLE = re.compile("[—–-]{1,2}(?!\\s)")
_AUTHORS = re.compile(r"(?:.{0,2}作\s*者|文|撰文|撰稿)\s*[/:\uff1a]\s*(.+)")
_SOURCE = re.compile(
    r"(?:来\s*源|出\s*处)\s*[:\uff1a]\s*([^\s\u3000]+)|(?:刊于|原载于?|载于?)\s*(《[^》]+》\S*)"
)
_ABSTRACT = re.compile(r"\W*(?:摘\s*要|关\s*键\s*词|内容提要|Abstract|Key\s*words)", re.IGNORECASE)
_AT_HOME = re.compile(
    r"([\u3400-\u9fff·]{2,6})\s*[（(][^（()）]*"
    r"(?:大学|学院|学校|研究[院所]|中心|智库|学会|协会|委员会|[局厅部室])[^（()）]*[)）]"
)
"""Somebody with an institution in brackets, as lines of authors have it."""


def lay_out(
    blocks: list[Block],
    *,
    name: str,
    sha256: str,
    encoding: str,
    markdown: bool,
    given: Metadata = NOTHING_GIVEN,
) -> Document:
    """The document that ``blocks`` make up. ``name`` is how it will be cited; what ``given``
    says about it goes before what its edges say."""
    title, rest = _take_title(blocks, markdown=markdown)
    rest = without_contents(rest)
    if not markdown or not any(b.kind is Kind.HEADING for b in rest):
        rest = _plain_headings(rest)
    rest = _keep_paragraphs(rest)
    back_from = _back_matter(rest)
    front_to = _front_matter(rest)
    writer = _Writer(name, articles=sum(is_article(b.text) for b in rest) >= 2)
    if not any(b.kind is Kind.HEADING for b in rest):
        writer.section_labels.enter("正文")
        writer.by_ordinal = not writer.articles and _is_numbered(rest)
    for at, block in enumerate(rest):
        if block.kind is Kind.HEADING:
            writer.heading(block)
        elif at < front_to:
            writer.front(block)
        elif at >= back_from:
            writer.back(block)
        else:
            writer.body(block)
    return Document(
        name=name,
        metadata=_preferring(given, _metadata(title, rest, front_to, back_from)),
        paragraphs=tuple(writer.paragraphs),
        sha256=sha256,
        encoding=encoding,
        headings=tuple(writer.headings),
    )


def _take_title(blocks: list[Block], *, markdown: bool) -> tuple[str, list[Block]]:
    """A Markdown title is the first heading of level 1; a plain one the first line, if it
    reads as one: short, no full stop, with text below it."""
    if markdown:
        for at, block in enumerate(blocks):
            if block.kind is Kind.HEADING:
                if block.level == 1 and not any(b.kind is Kind.BODY for b in blocks[:at]):
                    return block.text, blocks[:at] + blocks[at + 1 :]
                break
    if len(blocks) < 2:
        return "", blocks
    first = blocks[0]
    reads_as_title = (
        first.kind is Kind.BODY
        and len(first.text) <= _TITLE_LIMIT
        and first.text[-1] not in "。；;，,、…"
        and not _DATE.fullmatch(first.text)
        and not _FRONT.match(first.text)
        and not is_article(first.text)
        and not heading_level(first.text)
        and "。" not in first.text
        and (not markdown or not any(b.kind is Kind.HEADING for b in blocks))
    )
    if not reads_as_title:
        return "", blocks
    below = blocks[1]
    is_subtitle = (
        len(blocks) > 2
        and below.kind is Kind.BODY
        and len(below.text) <= _FRONT_LIMIT
        and "。" not in below.text
        and _SUBTITLE.match(below.text)
    )
    return (first.text + below.text, blocks[2:]) if is_subtitle else (first.text, blocks[1:])


def _plain_headings(blocks: list[Block]) -> list[Block]:
    """Finds headings by how they are numbered. In a law only 编, 章, 节 and an article's number
    alone are headings, and lines numbered alike with no text between them are a list: both must
    stay citable."""
    law = sum(is_article(block.text) for block in blocks) >= 2
    levels = [
        0
        if law and not is_division(block.text) and not is_article_heading(block.text)
        else heading_level(block.text)
        for block in blocks
    ]
    return [
        replace(block, kind=Kind.HEADING, level=level)
        if level
        and (
            is_division(block.text)
            or level not in levels[max(0, at - 1) : at] + levels[at + 1 : at + 2]
        )
        else block
        for at, (block, level) in enumerate(zip(blocks, levels, strict=True))
    ]


def _keep_paragraphs(blocks: list[Block]) -> list[Block]:
    """A document of headings only would have nothing to cite: then its lines are its text."""
    if any(b.kind is Kind.BODY for b in blocks):
        return blocks
    return [replace(b, kind=Kind.BODY, level=0) for b in blocks]


def _front_matter(blocks: list[Block]) -> int:
    """How many leading blocks are front matter: in a law, all before its first chapter or
    article; elsewhere dates, abstract, keywords and short lines that are no sentence."""
    if sum(is_article(block.text) for block in blocks) >= 2:
        opens = (at for at, b in enumerate(blocks) if b.kind is Kind.HEADING or is_article(b.text))
        return next(opens)
    sure = 0
    for count, block in enumerate(blocks, start=1):
        plain = block.kind is Kind.BODY and not is_article(block.text)
        short = len(block.text) <= _FRONT_LIMIT and "。" not in block.text
        open_ended = short and block.text[-1] not in "；;：:！？!?，,"
        dated = bool(_DATE.search(block.text)) and (open_ended or block.text[0] in "（(")
        named = bool(_FRONT.match(block.text)) or dated
        if not plain or ordinal(block.text) or not (named or open_ended):
            break
        if named or sure:
            sure = count
        elif count > _FRONT_LINES:
            break
    return sure if sure < sum(b.kind is Kind.BODY for b in blocks) else 0


def _back_matter(blocks: list[Block]) -> int:
    """The index from which only source and author lines follow."""
    at = len(blocks)
    while at > 1 and blocks[at - 1].kind is Kind.BODY and _BACK.match(blocks[at - 1].text):
        at -= 1
    return at


def _metadata(title: str, blocks: list[Block], front_to: int, back_from: int) -> Metadata:
    edges = [b.text for b in (*blocks[:front_to], *blocks[back_from:]) if b.kind is Kind.BODY]
    date = ""
    source = ""
    authors: tuple[str, ...] = ()
    for text in edges:
        signed, given_source, found = _AUTHORS.match(text), _SOURCE.search(text), _DATE.search(text)
        if not authors:
            authors = _names(signed[1]) if signed else _at_home(text)
        if given_source and not source:
            source = given_source[1] or given_source[2]
        if found and not date and not _ABSTRACT.match(text):
            date = f"{found[1]}-{int(found[2]):02}-{int(found[3]):02}"
    return Metadata(title=title, authors=authors, source=source, date=date)


def _preferring(given: Metadata, found: Metadata) -> Metadata:
    return Metadata(
        title=given.title or found.title,
        authors=given.authors or found.authors,
        source=given.source or found.source,
        date=given.date or found.date,
    )


def _is_numbered(blocks: list[Block]) -> bool:
    """Whether 一、, 二、 and so on count through a text without headings, as an amendment's
    articles do."""
    numbers = [number for block in blocks if (number := ordinal(block.text))]
    return len(numbers) > 1 and numbers == [chinese(n + 1) for n in range(len(numbers))]


def _at_home(text: str) -> tuple[str, ...]:
    """The names in a line that holds nothing else than names with their institutions.

    >>> _at_home("甲大明(某大学公共管理学院)、乙小红(某市研究中心)")
    ('甲大明', '乙小红')
    """
    if len(text) > _FRONT_LIMIT or _AT_HOME.sub("", text).strip(" \u3000、,，;；和与"):
        return ()
    return tuple(found[1] for found in _AT_HOME.finditer(text))


def _names(value: str) -> tuple[str, ...]:
    """The names that open each part of an author line: ``甲,女,教授;乙,男,学生`` -> 甲, 乙."""
    value = re.sub(r"[(（][^()（）]*[)）]", "", value)
    people = [
        re.split(r"[,，\s]", part.strip(), maxsplit=1)[0] for part in re.split("[;；]", value)
    ]
    if len(people) == 1 and "、" in people[0]:
        people = people[0].split("、")
    return tuple(person.rstrip("。") for person in people if person)


@dataclass(slots=True)
class _Writer:
    """Numbers and labels blocks as they come."""

    name: str
    articles: bool
    by_ordinal: bool = False
    paragraphs: list[Paragraph] = field(default_factory=list)
    headings: list[Heading] = field(default_factory=list)
    path: list[tuple[int, str]] = field(default_factory=list)
    section_labels: SectionLabels = field(default_factory=SectionLabels)
    article_labels: ArticleLabels = field(default_factory=ArticleLabels)

    def heading(self, block: Block) -> None:
        self.path = [(level, text) for level, text in self.path if level < block.level]
        self.path.append((block.level, block.text))
        self.headings.append(Heading(block.level, block.text, len(self.paragraphs) + 1))
        self.section_labels.enter(block.text)
        self.article_labels.leave()
        if self.articles and is_article(block.text):
            self.article_labels.open(block.text)

    def front(self, block: Block) -> None:
        self._add(block, self.section_labels.front(), "题头")

    def back(self, block: Block) -> None:
        self._add(block, self.section_labels.back(), "文末")

    def body(self, block: Block) -> None:
        if self.articles and self.paragraphs:
            self._leave_article(block.text)
        section = " ".join(text for _, text in self.path)
        if self.articles and (is_article(block.text) or self.article_labels.inside):
            number = len(self.paragraphs)
            label = self.article_labels.next(block.text, number)
            for at, relabelled in self.article_labels.relabelled():
                self.paragraphs[at] = replace(self.paragraphs[at], label=relabelled)
        else:
            section = section or self.section_labels.section
            if self.by_ordinal and ordinal(block.text):
                self.section_labels.enter(block.text)
            label = self.section_labels.next()
        self._add(block, label, section if not self.by_ordinal else "正文")

    def _leave_article(self, text: str) -> None:
        """An annex, or a division whose mark was lost: no longer part of the last article."""
        annex = annex_name(text)
        if annex:
            self.path = [(1, annex)]
            self.section_labels.enter_annex(annex)
            self.article_labels = ArticleLabels(annex=annex)
        elif is_division(text):
            self.path = [(1, text)]
            self.section_labels.enter(text)
            self.article_labels.leave()

    def _add(self, block: Block, label: str, section: str) -> None:
        number = len(self.paragraphs) + 1
        self.paragraphs.append(
            Paragraph(self.name, number, label, section, block.text, block.start)
        )
