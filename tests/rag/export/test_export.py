"""Exports are read back by other people's readers and compared with the answer."""

from __future__ import annotations

import json
import zipfile
from io import BytesIO
from xml.etree import ElementTree

import docx
import pypdf
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from markdown_it import MarkdownIt

from index.document import Paragraph
from index.errors import WriteError
from index.search import Hit
from rag.answer import (
    Answer,
    Answered,
    Citation,
    Claim,
    Failed,
    FailureReason,
    Method,
    Notice,
    Referred,
    RefusalReason,
    Refused,
    Trace,
    label_of,
)
from rag.export import export_docx, export_markdown, export_pdf
from rag.export.pdf import chinese_font

HASH = "9f86d081884c7d65" * 4
FIELDS = [
    "Label", "ContentProducer", "ProduceID", "ReservedCode1", "ContentPropagator",
    "PropagateID", "ReservedCode2",
]  # fmt: skip
HOSTILE = (
    "<script>alert(1)</script> ![x](http://evil.example/a.png) [点我](javascript:alert(1)) "
    "http://evil.example www.evil.example <http://evil.example> `code` $x^2$ #eval(1) \\input{a}"
)


def paragraph(number: int, text: str) -> Paragraph:
    return Paragraph("laws/办法.md", number, f"第{number}条", "第一章", text, 0)


def answered(text: str = "行政机关应当自受理申请之日起二十个工作日内作出决定。") -> Answered:
    first, second = paragraph(1, text), paragraph(2, "材料不齐的，应当一次告知。")
    trace = Trace(
        id="a1b2",
        question="多久作出决定？",
        producer="某市数据局",
        record="00000012-9f86d081884c7d65",
        record_sha256=HASH,
        hits=(Hit(first, 0.9), Hit(second, 0.5)),
        notices=(Notice.OMITTED,),
    )
    whole = Citation(first, 0, len(text))
    drafted = Claim("材料不齐，一次告知。", (Citation(second, 0, 13), whole), Method.DRAFTED)
    return Answered(trace, (Claim.quoted(whole), drafted))


def shown_in_docx(data: bytes) -> str:
    return "\n".join(p.text for p in docx.Document(BytesIO(data)).paragraphs)


def shown_in_pdf(data: bytes) -> str:
    """Without white space: where lines break is the typesetter's choice."""
    pages = pypdf.PdfReader(BytesIO(data)).pages
    return "".join("".join(page.extract_text().split()) for page in pages)


def shown(answer: Answer) -> list[str]:
    """The three exports as text, white space removed."""
    texts = (
        export_markdown(answer).replace("\\", ""),
        shown_in_docx(export_docx(answer)),
        shown_in_pdf(export_pdf(answer)),
    )
    return ["".join(text.split()) for text in texts]


def test_every_export_says_the_whole_answer() -> None:
    answer = answered()
    for text in shown(answer):
        assert answer.trace.question in text
        assert "AI起草，逐句核验" in text
        assert label_of(answer).text in text
        assert "00000012-9f86d081884c7d65" in text
        assert "部分句子未通过核验" in text
        for claim in answer.claims:
            assert claim.text in text
            for citation in claim.citations:
                assert f"“{citation.quote}”" in text
                assert f"{citation.paragraph.document}，{citation.paragraph.label}" in text


def test_a_passage_cited_twice_has_one_number() -> None:
    text = export_markdown(answered())
    assert "决定。[^1]" in text
    assert "一次告知。[^2][^1]" in text
    assert text.count("\n[^1]: ") == 1
    assert "\n[^3]: " not in text
    assert "一次告知。[2][1]" in shown_in_docx(export_docx(answered()))
    assert "一次告知。[2][1]" in shown_in_pdf(export_pdf(answered()))


def test_the_seven_fields_travel_in_every_file() -> None:
    answer = answered()
    front = export_markdown(answer).split("---\n")[1].removeprefix("AIGC: ")
    custom = ElementTree.fromstring(
        zipfile.ZipFile(BytesIO(export_docx(answer))).read("docProps/custom.xml")
    )
    in_docx = {entry.get("name"): entry[0].text for entry in custom}
    pdf = pypdf.PdfReader(BytesIO(export_pdf(answer)))
    in_pdf, packet = pdf.metadata, pdf.xmp_metadata
    assert in_pdf is not None
    assert packet is not None
    xmp = ElementTree.fromstring(packet.stream.get_data())
    in_xmp = [e.text for e in xmp.iter("{http://www.tc260.org.cn/ns/AIGC/1.0/}AIGC")]
    assert len(in_xmp) == 1
    for fields in (front, in_docx["AIGC"], in_pdf["/AIGC"], in_xmp[0]):
        implicit = json.loads(str(fields))
        assert list(implicit) == FIELDS
        assert implicit["ContentProducer"] == "某市数据局"
        assert implicit["ProduceID"] == "a1b2"
        assert implicit["ReservedCode1"] == HASH
    assert in_docx["Record"] == in_pdf["/Record"] == "00000012-9f86d081884c7d65"


@pytest.mark.parametrize(
    ("answer", "said"),
    [
        (
            Refused(
                Trace(id="r", question="火星？", hits=(Hit(paragraph(7, "最近的话。"), 0.1),)),
                RefusalReason.NOT_SUPPORTED,
            ),
            ("未回答", "最接近的段落（不是回答）", "最近的话。", "第7条"),
        ),
        (Referred(Trace(id="r", question="该不该批？")), ("转人工", "工作人员答复")),
        (
            Failed(Trace(id="r", question="?"), FailureReason.AUDIT_FAILED, "disk full"),
            ("失败", "无法留下记录", "diskfull"),
        ),
        (Refused(Trace(id="r", question=""), RefusalReason.EMPTY_QUESTION), ("（空问题）",)),
    ],
)
def test_what_is_no_answer_says_so(answer: Answer, said: tuple[str, ...]) -> None:
    for text in shown(answer):
        for words in (*said, "未作出回答", "记录编号：无"):
            assert words in text


def test_hostile_words_stay_words() -> None:
    answer = answered(HOSTILE)
    rendered = MarkdownIt("commonmark").render(export_markdown(answer))
    for tag in ("<a ", "<img", "<script", "<code"):
        assert tag not in rendered
    pdf = pypdf.PdfReader(BytesIO(export_pdf(answer)))
    targets = [a.get_object() for page in pdf.pages for a in page.get("/Annots", [])]
    assert all("/URI" not in str(target.get("/A", "")) for target in targets)
    expected = "".join(HOSTILE.split())
    assert expected in shown_in_pdf(export_pdf(answer))
    assert HOSTILE in shown_in_docx(export_docx(answer))


@given(st.text(min_size=1).filter(lambda text: text.strip()))
@settings(max_examples=40, deadline=None)
def test_any_text_can_be_exported(text: str) -> None:
    answer = answered(text)
    body = export_markdown(answer)
    html = MarkdownIt("commonmark").render(body.split("---\n", 2)[2])
    assert html.count("<h1>") == 1
    assert not [tag for tag in ("<a ", "<img", "<code", "<table") if tag in html]
    shown_in_docx(export_docx(answer))


@pytest.mark.parametrize("text", ["\x00\x0b\ufffe 甲", "\ud800 甲", "\u202e甲", "#let x = 1"])
def test_what_cannot_be_printed_is_left_out(text: str) -> None:
    for exported in shown(answered(text)):
        assert "\x00" not in exported
        assert "\u202e" not in exported
        assert text.strip("\x00\x0b\ufffe\ud800\u202e ").replace(" ", "") in exported


def test_without_a_chinese_font_the_error_says_what_to_install() -> None:
    with pytest.raises(WriteError, match="fonts-noto-cjk"):
        chinese_font(["DejaVu Sans"])
