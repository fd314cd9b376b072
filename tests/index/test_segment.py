"""Where sentences end, in Chinese as people type it."""

from __future__ import annotations

from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from index.segment import sentences


def parts(text: str) -> list[str]:
    return [span.of(text) for span in sentences(text)]


@pytest.mark.parametrize(
    "found",
    [
        ["甲部门负责．", "乙部门协助．"],
        ["甲部门负责｡", "乙部门协助｡"],
        ["甲部门负责.", "乙部门协助."],
        ["甲部门负责.", "乙部门协助。", "丙部门监督"],
        ["达到95%.", "其余不变."],
        ["达到９５％．", "其余不变．"],
        ["甲部门负责（见附件）.", "乙部门协助."],
        ["甲部门负责[1].", "乙部门协助[2]."],
        ["他说“照办.”", "乙部门协助."],
        ["甲部门负责.", "“乙部门”协助."],
        ["甲部门负责．", "2024年起施行．"],
        ["由AI办公室负责.", "Others help.", "乙部门协助."],
        ["（甲部门负责. 乙部门协助.）", "丙部门监督."],
        ["增长百分之五.", "其余不变."],
    ],
)
@pytest.mark.parametrize("between", ["", " ", "\u3000", "\n"])
def test_a_dot_for_a_full_stop_ends_a_sentence(found: list[str], between: str) -> None:
    if between == "" and "Others help." in found:
        pytest.skip("a Latin letter right after a dot is no new sentence, nor 乙 after help.")
    assert parts(between.join(found)) == found


@pytest.mark.parametrize(
    "text",
    [
        "增长3.5%，其中", "依照第1.2条办理", "依照第一.二条办理", "使用v1.0版", "由甲.B组负责",
        "一.总则", "一. 总则", "一．总则", "（一）.总则", "(二). 分则", "第一章.总则", "十二．附则",
        "1.总则", "1. 总则", "1．蔬菜；2．谷物1.5倍以上", "分为：一.总则；二.分则",
        "纪念五.四运动", "见附件.docx一文", "等等...其他事项", "写作e.g.甲部门", "如 e.g. 甲部门",
        "网址为www.例子.cn", ".负责",
    ],
)  # fmt: skip
def test_other_dots_do_not(text: str) -> None:
    assert parts(text) == [text]


def test_a_heading_keeps_its_number_in_the_middle_too() -> None:
    assert parts("甲部门负责. 一. 总则. 二．分则．") == ["甲部门负责.", "一. 总则.", "二．分则．"]


@given(st.text('甲一5a.．｡。 “”（）()"%\n', max_size=40))
def test_nothing_but_white_space_is_lost(text: str) -> None:
    found = sentences(text)
    assert "".join("".join(parts(text)).split()) == "".join(text.split())
    assert all(a.end <= b.start for a, b in pairwise(found))
