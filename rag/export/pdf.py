"""An answer as a PDF, set by Typst: real footnotes, embedded font, tags for screen readers.

The template is fixed and everything else reaches it as values, never as markup, so no text
can be taken for an instruction to the typesetter.
"""

from __future__ import annotations

import json
from dataclasses import asdict
from io import BytesIO
from typing import Final
from xml.sax.saxutils import escape

import pypdf
import typst

from index.errors import WriteError
from rag.export.sheet import Sheet
from rag.outcomes import NEAREST

CHINESE_FONTS: Final = (
    "Noto Serif CJK SC", "Source Han Serif SC", "Source Han Serif CN", "Noto Serif SC",
    "FandolSong", "SimSun", "Songti SC", "AR PL UMing CN", "Noto Sans CJK SC",
    "Source Han Sans SC", "Source Han Sans CN", "Noto Sans SC", "Microsoft YaHei", "PingFang SC",
    "WenQuanYi Micro Hei", "WenQuanYi Zen Hei",
)  # fmt: skip
"""Families with simplified Chinese, the most readable on paper first."""

_AIGC_NAMESPACE: Final = "http://www.tc260.org.cn/ns/AIGC/1.0/"
"""As in TC260-PG-20258A, the practice guide to GB 45438-2025 on files' metadata."""

_TEMPLATE: Final = """
#let sheet = json(bytes(sys.inputs.sheet))
#set document(title: sheet.title, author: sheet.producer, description: sheet.label)
#set page(paper: "a4", margin: 25mm, numbering: "1", footer: context {
  set text(8pt, luma(35%))
  grid(columns: (1fr, auto), sheet.label, counter(page).display())
})
#set text(font: sheet.font, lang: "zh", region: "cn", size: 11pt)
#set footnote(numbering: "[1]")
#set par(leading: 0.9em, justify: true)
#show heading: set block(above: 1.6em, below: 1em)
#let note(words) = block(text(9pt, luma(35%), words))
#let passage(source) = [#source.document，#source.place：“#source.words”]
#let mark(number, first) = if first [
  #footnote(passage(sheet.sources.at(number - 1)))#label("source-" + str(number))
] else { footnote(label("source-" + str(number))) }

= #sheet.title
#block(fill: luma(95%), inset: 8pt, width: 100%, text(9pt)[*#sheet.badge* · #sheet.label])
#for words in sheet.notices { note(words) }
#if sheet.outcome != "" { block(strong(sheet.outcome)) }
#for sentence in sheet.sentences {
  block({
    sentence.text
    for citation in sentence.marks { mark(citation.number, citation.first) }
  })
}
#if sheet.nearest.len() > 0 {
  heading(level: 2, sheet.heading)
  list(..sheet.nearest.map(passage))
}
#v(1em)
#line(length: 100%, stroke: 0.5pt + luma(60%))
#note("记录编号：" + sheet.record)
#note(sheet.label)
"""


def pdf_of(sheet: Sheet) -> bytes:
    """The bytes of the PDF. Raises :class:`WriteError` without a Chinese font."""
    values = json.dumps(_values(sheet, chinese_font(typst.Fonts().families())), ensure_ascii=False)
    try:
        page = typst.compile(
            _TEMPLATE.encode(), format="pdf", sys_inputs={"sheet": values}, font_paths=[]
        )
    except typst.TypstError as error:
        raise WriteError(
            f"the PDF could not be set: {error}. Export as Markdown or DOCX instead."
        ) from error
    writer = pypdf.PdfWriter(clone_from=BytesIO(page))
    _describe(writer, sheet)
    buffer = BytesIO()
    writer.write(buffer)
    return buffer.getvalue()


def _describe(writer: pypdf.PdfWriter, sheet: Sheet) -> None:
    """The implicit label, in the information dictionary and in XMP."""
    fields = sheet.label.fields_json()
    writer.add_metadata({"/AIGC": fields, "/Record": sheet.record})
    packet = writer.xmp_metadata.stream.get_data().decode() if writer.xmp_metadata else ""
    before, end, after = packet.rpartition("</rdf:RDF>")
    if not end:
        raise WriteError("the typesetter wrote no XMP metadata. Install another release of typst.")
    label = (
        f'<rdf:Description rdf:about="" xmlns:TC260="{_AIGC_NAMESPACE}">'
        f"<TC260:AIGC>{escape(fields)}</TC260:AIGC></rdf:Description>"
    )
    writer.xmp_metadata = f"{before}{label}{end}{after}".encode()


def chinese_font(families: list[str]) -> str:
    """The best of the installed ``families`` for Chinese.

    >>> chinese_font(["DejaVu Sans", "WenQuanYi Micro Hei", "Noto Sans CJK SC"])
    'Noto Sans CJK SC'
    >>> chinese_font(["DejaVu Sans"])
    Traceback (most recent call last):
    index.errors.WriteError: no font with Chinese characters is installed, so no PDF can be \
set. Install one (Debian: apt install fonts-noto-cjk), or export as Markdown or DOCX.
    """
    for family in CHINESE_FONTS:
        if family in families:
            return family
    raise WriteError(
        "no font with Chinese characters is installed, so no PDF can be set. Install one "
        "(Debian: apt install fonts-noto-cjk), or export as Markdown or DOCX."
    )


def _values(sheet: Sheet, font: str) -> dict[str, object]:
    """What the template reads. A source is written out at its first mark and only numbered
    at the next."""
    seen: set[int] = set()
    sentences = []
    for sentence in sheet.sentences:
        marks = [{"number": n, "first": n not in seen} for n in sentence.sources]
        seen.update(sentence.sources)
        sentences.append({"text": sentence.text, "marks": marks})
    return {
        "title": sheet.question or "（空问题）",
        "font": font,
        "producer": sheet.label.implicit()["ContentProducer"],
        "badge": sheet.label.badge,
        "label": sheet.label.text,
        "notices": sheet.notices,
        "outcome": sheet.outcome,
        "sentences": sentences,
        "sources": [asdict(source) for source in sheet.sources],
        "nearest": [asdict(source) for source in sheet.nearest],
        "heading": NEAREST,
        "record": sheet.record or "无",
    }
