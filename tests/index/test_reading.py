"""Reading sources: numbering, labels, offsets, encodings, and what is refused."""

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from index.errors import SourceEmpty, SourceError, SourceMissing, SourceNotText
from index.reading import collect_sources, read_document
from index.reading.blocks import Kind, split_blocks
from index.reading.decode import decode

PAGE = """在线客服系统

张三、李四:城市治理的边界?— 一次论坛的概览

2024-03-05

【摘要】本文讨论边界。

【关键词】城市;边界

城市治理需要边界。

一、边界从何而来

边界来自授权。

授权来自法律。

二、边界往何处去

边界会移动。

文章来源:《城市学报》2024年3月1日

文章作者:张三,女,甲大学教授;李四,男,乙大学博士生。

上一篇:

下一篇:

返回
目录"""

LAW = """# 某市数据条例

2020年1月1日 某市人民代表大会通过

<!-- INFO END -->

## 第一章 总则

第一条 为了规范数据,制定本条例。

第二条 数据共享应当遵循下列原则:

（一）公开;

（二）安全。

本条例另有规定的除外。

第三条规定的事项由市数据局负责。

## 第二章 附则

第四条 本条例自公布之日起施行。
"""


def write(folder: Path, name: str, text: str, encoding: str = "utf-8") -> Path:
    path = folder / name
    path.write_bytes(text.encode(encoding))
    return path


def test_a_saved_page_is_numbered_and_labelled(tmp_path: Path) -> None:
    document = read_document(write(tmp_path, "page.txt", PAGE))
    assert [(p.number, p.label) for p in document] == [
        (1, "题头/1"), (2, "题头/2"), (3, "题头/3"), (4, "引言/1"), (5, "一/1"), (6, "一/2"),
        (7, "二/1"), (8, "文末/1"), (9, "文末/2"),
    ]  # fmt: skip
    assert document.metadata.title == "张三、李四:城市治理的边界?— 一次论坛的概览"
    assert document.metadata.authors == ("张三", "李四")
    assert document.metadata.source == "《城市学报》2024年3月1日"
    assert document.metadata.date == "2024-03-05"
    assert [h.before for h in document.headings] == [5, 7]


def test_a_law_is_labelled_by_article_clause_and_item(tmp_path: Path) -> None:
    document = read_document(write(tmp_path, "law.md", LAW))
    assert [p.label for p in document] == [
        "题头/1", "第一条", "第二条第一款", "第二条第一款第一项", "第二条第一款第二项",
        "第二条第二款", "第二条第三款", "第四条",
    ]  # fmt: skip
    assert document.paragraph(2).section == "第一章 总则"


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gb18030", "utf-16"])
@pytest.mark.parametrize("ends", ["\n", "\r\n", "\r"])
def test_encodings_and_line_ends_change_nothing(tmp_path: Path, encoding: str, ends: str) -> None:
    plain = read_document(write(tmp_path, "a.txt", PAGE))
    other = read_document(write(tmp_path, "b.txt", PAGE.replace("\n", ends), encoding))
    assert [(p.label, p.text) for p in other] == [(p.label, p.text) for p in plain]


@given(st.text(max_size=400))
def test_offsets_point_at_the_text_whatever_the_source(source: str) -> None:
    for markdown in (False, True):
        for block in split_blocks(source, markdown=markdown):
            if block.kind is Kind.BODY:
                assert source[block.start : block.start + len(block.text)] == block.text


@given(st.lists(st.text("甲乙丙丁", min_size=1, max_size=9).map(lambda s: s + "。"), min_size=1))
def test_every_line_of_a_plain_text_is_a_paragraph(lines: list[str]) -> None:
    assert [b.text for b in split_blocks("\n\n".join(lines), markdown=False)] == lines


def test_indentation_and_tabs_stay_outside_the_quote(tmp_path: Path) -> None:
    source = "标题一则\n\n\u3000\u3000第一段\t有制表符。  \n\t第二段。\n"
    document = read_document(write(tmp_path, "a.txt", source))
    assert [p.text for p in document] == ["第一段\t有制表符。", "第二段。"]
    assert all(source[p.start : p.end] == p.text for p in document)


def test_wrapped_lines_are_one_paragraph() -> None:
    text = "这一行在编辑器里被折断了因为它超过了窗口的宽度\n于是剩下的半句话\n到了下一行。\n"
    assert [b.text.count("\n") for b in split_blocks(text, markdown=False)] == [1, 0]


def test_a_numbered_list_stays_citable(tmp_path: Path) -> None:
    text = "通知\n\n应检设备如下。\n\n1. 尺\n\n2. 秤\n\n3. 表\n"
    assert [p.text for p in read_document(write(tmp_path, "a.txt", text))] == [
        "应检设备如下。", "1. 尺", "2. 秤", "3. 表",
    ]  # fmt: skip


@pytest.mark.parametrize(
    "data",
    [b"%PDF-1.7\n...", b"PK\x03\x04rest", b"\x89PNG\r\n", b"a\x00b", bytes(range(128, 256)) * 9],
)
def test_what_is_no_text_is_refused_by_name(data: bytes) -> None:
    with pytest.raises(SourceNotText, match=r"report\.txt"):
        decode(data, "report.txt")


@pytest.mark.parametrize("data", [b"", b" \n\t ", "\ufeff\u3000".encode()])
def test_an_empty_file_is_refused(data: bytes) -> None:
    with pytest.raises(SourceEmpty):
        decode(data, "a.txt")


@given(st.binary(max_size=300))
def test_any_bytes_give_text_or_a_source_error(data: bytes) -> None:
    try:
        text, _ = decode(data, "x.txt")
    except SourceError:
        return
    assert text.strip()


def test_folders_name_files_from_their_own_name_down(tmp_path: Path) -> None:
    folder = tmp_path / "laws" / "行政法"
    folder.mkdir(parents=True)
    write(folder, "甲.md", "# 甲\n\n正文。")
    write(tmp_path / "laws", ".hidden.md", "# 乙\n\n正文。")
    (folder / "图.png").write_bytes(b"\x89PNG")
    assert [name for _, name in collect_sources([tmp_path / "laws"])] == ["laws/行政法/甲.md"]


def test_files_that_share_a_name_get_their_folder(tmp_path: Path) -> None:
    for part in "ab":
        (tmp_path / part).mkdir()
        write(tmp_path / part, "x.txt", "正文。")
    sources = [tmp_path / "a" / "x.txt", tmp_path / "b" / "x.txt"]
    assert [name for _, name in collect_sources(sources)] == ["a/x.txt", "b/x.txt"]


def test_missing_sources_say_which(tmp_path: Path) -> None:
    with pytest.raises(SourceMissing, match="nowhere"):
        collect_sources([tmp_path / "nowhere"])
    with pytest.raises(SourceMissing):
        collect_sources(["a\x00b"])
    (tmp_path / "empty").mkdir()
    with pytest.raises(SourceEmpty):
        collect_sources([tmp_path / "empty"])


CORPORA = Path(__file__).parents[3] / "shared" / "corpora"


@pytest.mark.skipif(not CORPORA.is_dir(), reason="the corpora are not beside this checkout")
def test_the_article_has_its_45_blocks() -> None:
    document = read_document(CORPORA / "article.txt")
    labels = [p.label for p in document]
    assert len(labels) == 45
    assert labels[:4] == ["题头/1", "题头/2", "题头/3", "引言/1"]
    starts = {label: labels.index(label) + 1 for label in ("一/1", "二/1", "三/1", "四/1", "五/1")}
    assert starts == {"一/1": 8, "二/1": 15, "三/1": 22, "四/1": 29, "五/1": 36}
    assert labels[43:] == ["文末/1", "文末/2"]


@pytest.mark.skipif(not CORPORA.is_dir(), reason="the corpora are not beside this checkout")
def test_no_line_of_a_law_is_lost() -> None:
    """An independent count: every line that is no heading and no comment is in a paragraph."""
    for path in sorted((CORPORA / "laws").rglob("*.md"))[::10]:
        lines = [line.strip().strip("\u200b") for line in path.read_text().splitlines()]
        body = [line for line in lines if line and line[0] != "#" and "<!--" not in line]
        text = "\n".join(p.text for p in read_document(path))
        missing = [line for line in body if line not in text]
        assert len(missing) <= len(body) // 10, (path.name, missing[:3])
