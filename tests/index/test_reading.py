"""Reading sources: numbering, labels, offsets, encodings, and what is refused."""

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from index.document import Metadata
from index.errors import SourceEmpty, SourceError, SourceMissing, SourceNotText
from index.reading import collect_sources, read_document, read_sources
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


ONE_LINE_EACH = """从机构兜底到邻里共担：社区治理的转型
——第四届某某社会政策论坛综述
文/甲大明（某某大学公共事务学院）、乙小红（某某社会政策研究院）
发布日期：2024年11月6日　来源：某某政策评论
【摘要】{long}
【关键词】养老服务；社区治理；照护责任；时间银行
{long}
一、问题的重新提出：缺的不是床位，而是邻里之间的联结
{long}
结语
{long}
"""


def test_paragraphs_of_one_line_each_are_not_taken_for_wrapped_ones(tmp_path: Path) -> None:
    text = ONE_LINE_EACH.format(long="这是一段写在一行里的话，很长，" * 9 + "到此为止。")
    document = read_document(write(tmp_path, "a.txt", text))
    assert [p.label for p in document] == [
        "题头/1", "题头/2", "题头/3", "题头/4", "引言/1", "一/1", "结语/1",
    ]  # fmt: skip
    assert document.metadata == Metadata(
        title="从机构兜底到邻里共担：社区治理的转型——第四届某某社会政策论坛综述",
        authors=("甲大明", "乙小红"),
        source="某某政策评论",
        date="2024-11-06",
    )


@pytest.mark.parametrize(
    ("lines", "front"),
    [
        ("甲大明（某大学教授）　乙小红（某市研究中心）\n2023年11月18日\n", 2),
        ("甲大明\n（某大学教授）\n《某某评论》2024年第3期\n【关键词】边界\n", 4),
        ("某政发〔2024〕17号\n", 1),
        ("各区县人民政府：\n", 0),
        ("这里没有题头\n", 0),
    ],
)
def test_short_lines_above_a_sure_one_are_front_matter(
    tmp_path: Path, lines: str, front: int
) -> None:
    text = f"关于边界的意见\n{lines}边界应当划清，这是正文的第一段。\n一、总则\n边界会移动。\n"
    labels = [p.label for p in read_document(write(tmp_path, "a.txt", text))]
    assert sum(label.startswith("题头/") for label in labels) == front


def test_a_wrapped_text_may_hold_a_wider_line() -> None:
    line = "这一行在编辑器里被折断了因为它超过了窗口的宽度\n"
    text = line * 6 + "网址\n\nhttps://" + "a" * 200 + "\n"
    assert split_blocks(text, markdown=False)[0].text.count("\n") == 6


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


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("通知.html", "正文。"), ("通知.HTM", "<p>正文。</p>"),
        ("通知.txt", "<!DOCTYPE html>\n<p>正文。</p>"),
        ("通知.md", "\n <html lang=zh>正文。</html>"),
        ("通知.txt", '<?xml version="1.0"?>\n<!-- saved -->\n<HTML>正文。</HTML>'),
    ],
)  # fmt: skip
@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gb18030"])
def test_a_web_page_is_refused_by_name(tmp_path: Path, name: str, text: str, encoding: str) -> None:
    path = write(tmp_path, name, text, encoding)
    with pytest.raises(SourceNotText, match=rf"{name} is a web page.*save it as plain text"):
        list(read_sources([path]))


@pytest.mark.parametrize(
    "text",
    [
        "<!-- INFO END -->\n\n正文。",
        "<htmlx>正文。",
        "正文<html>。",
        "<!-- 甲 -->" * 5000 + "正文。",
    ],
)
def test_marks_alone_make_no_web_page(text: str) -> None:
    assert decode(text.encode(), "a.md")[0] == text


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


def labels(folder: Path, text: str, name: str = "law.md") -> list[str]:
    return [p.label for p in read_document(write(folder, name, text))]


def lines(*texts: str) -> str:
    return "# 某市办法\n\n" + "\n\n".join(texts) + "\n"


def test_parts_of_a_clause_are_no_clauses(tmp_path: Path) -> None:
    """项 and 目, whatever marks a text chose for them; what follows them is the next 款."""
    text = lines(
        "第一条 下列所得免税:",
        "（一）下列种植:", "1．蔬菜;", "2．谷物1.5倍以上;", "（二）养殖。", "其他所得不免税。",
        "第二条 处罚如下:", "一、警告:", "(一)初犯的;", "(二)轻微的。", "二、罚款。",
        "第三条 2024年1月1日起施行。",
    )  # fmt: skip
    assert labels(tmp_path, text) == [
        "第一条第一款", "第一条第一款第一项", "第一条第一款第一项第1目", "第一条第一款第一项第2目",
        "第一条第一款第二项", "第一条第二款",
        "第二条", "第二条第一项", "第二条第一项第一目", "第二条第一项第二目", "第二条第二项",
        "第三条",
    ]  # fmt: skip


def test_an_annex_is_not_part_of_the_last_article(tmp_path: Path) -> None:
    text = lines(
        "第一条 公开。", "附图应当清晰，不应当有注释。", "第二条 自公布之日起施行。",
        "附件1：收费标准", "甲类十元。", "第一条 本标准按次计。", "附件2", "乙类二十元。",
    )  # fmt: skip
    document = read_document(write(tmp_path, "law.md", text))
    assert [p.label for p in document] == [
        "第一条第一款", "第一条第二款", "第二条",
        "附件1/1", "附件1/2", "附件1第一条", "附件2/1", "附件2/2",
    ]  # fmt: skip
    assert document.paragraph(8).section == "附件2"


def test_an_amendment_is_labelled_by_its_ordinals(tmp_path: Path) -> None:
    text = lines(
        "2021年1月1日 某市人民代表大会通过", "一、将第七条修改为:“公开。”", "增加一款。",
        "二、删去第八条。", "三、自公布之日起施行。",
    )  # fmt: skip
    assert labels(tmp_path, text) == ["题头/1", "一/1", "一/2", "二/1", "三/1"]


@pytest.mark.parametrize(
    "text",
    [
        lines("### 第一条", "公开。", "负责。", "### 第二条", "施行。"),
        lines("**第一条** 公开。", "负责。", "**第二条** 施行。"),
        "某市办法\n\n第一条\n公开。\n\n负责。\n\n第二条\n施行。\n",
        lines("第 一 条 公开。", "负责。", "第二条 施行。").replace("第 一 条", "第一 条"),
    ],
)
def test_articles_however_their_numbers_are_set(tmp_path: Path, text: str) -> None:
    name = "law.md" if text.startswith("#") else "law.txt"
    found = read_document(write(tmp_path, name, text))
    assert [p.label for p in found] == ["第一条第一款", "第一条第二款", "第二条"]
    assert [p.text.strip("*").endswith("。") for p in found] == [True] * 3


def test_a_table_of_contents_is_no_text(tmp_path: Path) -> None:
    contents = "某市办法\n\n目 录\n第一章 总则……1\n第二章 附则……9\n\n"
    text = "第一章 总则\n第一条 公开。\n第二章 附则\n第二条 施行。\n"
    document = read_document(write(tmp_path, "law.txt", contents + text))
    assert [p.label for p in document] == ["第一条", "第二条"]
    assert [h.text for h in document.headings] == ["第一章 总则", "第二章 附则"]


def test_a_marked_heading_that_is_a_sentence_stays_citable(tmp_path: Path) -> None:
    text = (
        "# 通知\n\n## 一、各单位应当在收到本通知之日起十日内报送上一年度的情况。\n\n请遵照执行。\n"
    )
    assert len(read_document(write(tmp_path, "a.md", text)).paragraphs) == 2


def test_front_lines_of_markdown_are_metadata(tmp_path: Path) -> None:
    text = "---\ntitle: 某市办法\nauthor: 甲、乙\ndate: 2024-05-01\n---\n\n# 办法\n\n公开。\n"
    document = read_document(write(tmp_path, "a.md", text))
    assert [p.text for p in document] == ["公开。"]
    assert (document.metadata.title, document.metadata.authors) == ("某市办法", ("甲", "乙"))
    assert text[document.paragraph(1).start :].startswith("公开。")


@pytest.mark.parametrize(
    "line",
    ["版权所有者应当在三十日内提出申请。", "网站应当办理ICP备案并公布备案号。", "大", "中文",
     "Copyright in a work belongs to its author.", "公网安备案由公安机关办理。"],
)  # fmt: skip
def test_text_that_sounds_like_furniture_stays(tmp_path: Path, line: str) -> None:
    text = f"通知一则\n\n正文在此。\n\n{line}\n\n到此为止。\n"
    assert line in [p.text for p in read_document(write(tmp_path, "a.txt", text))]


@pytest.mark.parametrize(
    "line",
    ["版权所有:某市政府", "©2024某市政府", "某ICP备12345678号-1", "某公网安备 11010202000001号"],
)
def test_page_feet_are_left_out(tmp_path: Path, line: str) -> None:
    text = f"通知一则\n\n正文在此。\n\n到此为止。\n\n{line}\n"
    assert len(read_document(write(tmp_path, "a.txt", text)).paragraphs) == 2


def test_damaged_utf8_is_not_taken_for_another_encoding(tmp_path: Path) -> None:
    raw = "数字政府应当公开。\n第二行也应当公开。\n".encode()
    with pytest.raises(SourceNotText, match="line 2"):
        decode(raw[:40] + raw[41:], "a.txt")


def test_names_are_told_apart_by_as_many_folders_as_it_takes(tmp_path: Path) -> None:
    for part in ("a/x", "b/x"):
        (tmp_path / part).mkdir(parents=True)
        write(tmp_path / part, "f.txt", "正文。")
    names = [n for _, n in collect_sources([tmp_path / "a/x/f.txt", tmp_path / "b/x/f.txt"])]
    assert names == ["a/x/f.txt", "b/x/f.txt"]


def test_what_a_folder_holds_besides_is_told(tmp_path: Path) -> None:
    for name in ("a.md", "b.pdf", "c.pdf", "d.docx"):
        write(tmp_path, name, "正文。")
    (tmp_path / "loop").symlink_to(tmp_path)
    said: list[str] = []
    assert len(collect_sources([tmp_path], said.append)) == 1
    assert said == ["left out: 3 files that are no .txt or .md (2 .pdf, 1 .docx)"]


def test_all_unusable_files_of_a_folder_are_told_at_once(tmp_path: Path) -> None:
    for name, data in (("a.md", b""), ("b.txt", b"\x00"), ("c.md", "正文。".encode())):
        (tmp_path / name).write_bytes(data)
    with pytest.raises(SourceError, match=r"2 files cannot be used:\n.*a\.md.*\n.*b\.txt"):
        list(read_sources([tmp_path]))
