"""An answer as a Word document: numbered sources, the implicit label in custom properties."""

from __future__ import annotations

from datetime import UTC, datetime
from io import BytesIO
from typing import TYPE_CHECKING, Final
from xml.sax.saxutils import escape

import docx
from docx.opc.constants import RELATIONSHIP_TYPE
from docx.opc.packuri import PackURI
from docx.opc.part import Part
from docx.oxml.ns import qn
from docx.shared import Pt, RGBColor

from rag.export.sheet import Sheet, Source
from rag.outcomes import NEAREST

if TYPE_CHECKING:
    from docx.document import Document
    from docx.text.paragraph import Paragraph

_FONT: Final = "宋体"
_CUSTOM_TYPE: Final = "application/vnd.openxmlformats-officedocument.custom-properties+xml"
# The identifier that ECMA-376 gives to properties of one's own naming.
_USER_PROPERTIES: Final = "{D5CDD505-2E9C-101B-9397-08002B2CF9AE}"


def docx_of(sheet: Sheet) -> bytes:
    """The bytes of an Office Open XML document."""
    document = docx.Document()
    _set_font(document)
    document.add_heading(sheet.question or "（空问题）", level=1)
    _note(document, f"{sheet.label.badge} · {sheet.label.text}")
    for notice in sheet.notices:
        _note(document, notice)
    if sheet.outcome:
        document.add_paragraph().add_run(sheet.outcome).bold = True
    for sentence in sheet.sentences:
        paragraph = document.add_paragraph(sentence.text)
        marks = "".join(f"[{number}]" for number in sentence.sources)
        paragraph.add_run(marks).font.superscript = True
    if sheet.nearest:
        document.add_heading(NEAREST, level=2)
    for source in sheet.nearest:
        document.add_paragraph(_passage(source))
    if sheet.sources:
        document.add_heading("出处", level=2)
    for source in sheet.sources:
        document.add_paragraph(f"[{source.number}] {_passage(source)}")
    _note(document, f"记录编号：{sheet.record or '无'}")
    _note(document, sheet.label.text)
    _describe(document, sheet)
    buffer = BytesIO()
    document.save(buffer)
    return buffer.getvalue()


def _passage(source: Source) -> str:
    return f"{source.document}，{source.place}：“{source.words}”"


def _note(document: Document, text: str) -> Paragraph:
    paragraph = document.add_paragraph()
    run = paragraph.add_run(text)
    run.font.size = Pt(9)
    run.font.color.rgb = RGBColor(0x59, 0x59, 0x59)
    return paragraph


def _set_font(document: Document) -> None:
    """Word takes the font of Chinese characters from an attribute of its own."""
    for name in ("Normal", "Heading 1", "Heading 2"):
        style = document.styles[name].element
        style.get_or_add_rPr().get_or_add_rFonts().set(qn("w:eastAsia"), _FONT)


def _describe(document: Document, sheet: Sheet) -> None:
    properties = document.core_properties
    properties.title = sheet.question[:255]
    properties.author = sheet.label.implicit()["ContentProducer"][:255]
    properties.comments = sheet.label.text
    properties.identifier = sheet.label.content
    properties.created = properties.modified = datetime.now(UTC).replace(tzinfo=None)
    custom = Part(
        PackURI("/docProps/custom.xml"),
        _CUSTOM_TYPE,
        _custom_properties({"AIGC": sheet.label.fields_json(), "Record": sheet.record}).encode(),
        document.part.package,
    )
    document.part.package.relate_to(custom, RELATIONSHIP_TYPE.CUSTOM_PROPERTIES)


def _custom_properties(values: dict[str, str]) -> str:
    # Numbers below 2 are reserved in this format.
    entries = "".join(
        f'<property fmtid="{_USER_PROPERTIES}" pid="{number}" name="{name}">'
        f"<vt:lpwstr>{escape(value)}</vt:lpwstr></property>"
        for number, (name, value) in enumerate(values.items(), start=2)
    )
    return (
        '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>'
        '<Properties xmlns="http://schemas.openxmlformats.org/officeDocument/2006/'
        'custom-properties" xmlns:vt="http://schemas.openxmlformats.org/officeDocument/2006/'
        f'docPropsVTypes">{entries}</Properties>'
    )
