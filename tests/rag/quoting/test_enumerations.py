"""Lists are quoted whole and in source order; one member alone where one is asked for."""

from __future__ import annotations

from pathlib import Path

import pytest

from rag.quoting.selection import LIST_CLAIMS, SHORT_LEAD
from tests.rag.quoting.invented import document, index_of, quoted

BEFORE = "第八条 运动会每年秋天在城南体育场举行，门票当天领取。"
LEAD = "第九条 有下列情形之一的，档案室应当停止开放阅览室："
ITEMS = [
    "（一）阅览室的消防设施发生故障并且没有修复的；",
    "（二）阅览室的藏书正在清点或者正在消毒的；",
    "（三）气象部门发布暴雨红色预警信号的。",
]
AFTER = "第十条 阅览室恢复开放的，档案室应当提前一天公布。"


def answer(folder: Path, question: str, texts: list[str], *near: str) -> list[str]:
    return quoted(question, index_of(folder, document("a.txt", texts)), *near)


@pytest.mark.parametrize("near", ["下列情形", "消防设施", "正在清点", "暴雨"])
def test_a_list_is_whole_wherever_it_was_found(tmp_path: Path, near: str) -> None:
    found = answer(tmp_path, "停止开放阅览室的情形有哪些？", [BEFORE, LEAD, *ITEMS, AFTER], near)
    assert found == [LEAD, *ITEMS]


def test_items_follow_a_colon_whatever_was_asked(tmp_path: Path) -> None:
    found = answer(tmp_path, "为什么停止开放？", [BEFORE, LEAD, *ITEMS, AFTER], "下列情形")
    assert found == [LEAD, *ITEMS]


@pytest.mark.parametrize("question", ["暴雨的时候怎么办？", "第三项包括哪些？"])
def test_an_item_stands_with_its_lead_alone(tmp_path: Path, question: str) -> None:
    """The lead says whether 暴雨 is when it must be closed or when it must not."""
    found = answer(tmp_path, question, [BEFORE, LEAD, *ITEMS, AFTER], "暴雨")
    assert found == [LEAD, ITEMS[2]]


def test_an_item_without_a_lead_stands_alone(tmp_path: Path) -> None:
    found = answer(tmp_path, "暴雨的时候怎么办？", [BEFORE, ITEMS[2], AFTER], "暴雨")
    assert found == [ITEMS[2]]


SECTIONS = [
    "（一）指导思想。坚持便民原则。推进阅览室规范运行。",
    "（二）开放时间。阅览室每天上午九点开门。节假日照常开放。",
    "（三）安全管理。阅览室分为普通区、珍本区和电子区。珍本区须登记。",
]


def test_a_numbered_section_is_no_item(tmp_path: Path) -> None:
    found = answer(tmp_path, "阅览室分为哪几区？", [BEFORE, *SECTIONS, AFTER], "珍本区和")
    assert found == ["阅览室分为普通区、珍本区和电子区。"]


def test_items_of_several_sentences_are_whole(tmp_path: Path) -> None:
    items = [f"{item[:-1]}。修复或者清点以后，次日起恢复开放。" for item in ITEMS]
    found = answer(tmp_path, "停止开放的情形有哪些？", [LEAD, *items, AFTER], "下列情形")
    assert found == [LEAD, *items]


def test_a_list_ends_where_its_document_does(tmp_path: Path) -> None:
    index = index_of(
        tmp_path, document("a.txt", [LEAD, *ITEMS]), document("b.txt", [ITEMS[0], AFTER])
    )
    found = quoted("停止开放的情形有哪些？", index, "下列情形")
    assert found == [LEAD, *ITEMS]


def test_a_colon_with_nothing_after_it_announces_nothing(tmp_path: Path) -> None:
    assert answer(tmp_path, "情形有哪些？", [BEFORE, LEAD, AFTER], "下列情形") == [LEAD]


PATHS = [
    "一种路径是依靠算力扩张，由大型机房统一提供服务，成本由市财政承担。",
    "另一种路径是依靠社区协作，由各街道分别提供服务，成本由街道承担。",
    "第三种路径是依靠外部采购，由供应商提供服务，成本按照合同承担。",
]


def test_a_series_of_paragraphs_is_whole(tmp_path: Path) -> None:
    for near in ("算力扩张", "社区协作", "外部采购"):
        assert answer(tmp_path / near, "路径有哪些？", [BEFORE, *PATHS, AFTER], near) == PATHS


@pytest.mark.parametrize(
    ("question", "near", "place"),
    [
        ("第三种路径包括哪些做法？", "外部采购", 2),
        ("第一种路径包括哪些做法？", "算力扩张", 0),
        ("这种路径包括哪些做法？", "社区协作", 1),
        ("外部采购有哪些做法？", "外部采购", 2),
    ],
)
def test_one_of_a_series_is_asked_for(tmp_path: Path, question: str, near: str, place: int) -> None:
    assert answer(tmp_path, question, [BEFORE, *PATHS, AFTER], near) == [PATHS[place]]


STEPS = {
    "首先": ["首先，", "再次，", "最后，"],
    "其一": ["其一，", "其二，", "其三，"],
    "一是": ["一是", "二是", "三是"],
    "第一": ["第一，", "第二，", "第三，"],
    "数字": ["1、", "2、", "3、"],
}
DONE = [
    "建立登记簿并且明确保管登记簿的单位。",
    "公布登记簿并且接受公众提出的查询。",
    "核对登记簿并且更正登记簿中的差错。",
]
REST = "档案室应当在每年年底向市政府报告进展，并且抄送市数据局和市司法局。"


@pytest.mark.parametrize("markers", STEPS.values(), ids=STEPS)
@pytest.mark.parametrize("near", ["建立", "更正"])
def test_marked_sentences_of_a_paragraph_are_a_list(
    tmp_path: Path, markers: list[str], near: str
) -> None:
    steps = [marker + text for marker, text in zip(markers, DONE, strict=True)]
    text = f"{REST}{''.join(steps)}{REST}"
    assert answer(tmp_path, "改革有哪些步骤？", [BEFORE, text], near) == steps


def test_one_marked_sentence_alone_is_no_list(tmp_path: Path) -> None:
    said = f"改革的各个步骤由档案室统一安排，{REST}"
    assert len(said) >= SHORT_LEAD
    assert answer(tmp_path, "改革有哪些步骤？", [f"首先，{DONE[0]}{said}"], "安排") == [said]


def test_a_member_that_is_only_named_comes_with_what_it_says(tmp_path: Path) -> None:
    texts = [f"首先是登记层面。{DONE[0]}", f"最后是公布层面。{DONE[1]}"]
    found = answer(tmp_path, "改革有哪些层面？", ["".join(texts) + REST], "首先")
    assert found == texts


def test_a_short_lead_brings_the_sentences_that_follow(tmp_path: Path) -> None:
    text = f"改革的步骤由档案室统一安排。{DONE[0]}{DONE[1]}{DONE[2]}"
    found = answer(tmp_path, "改革有哪些步骤？", [text], "统一安排")
    assert found == ["改革的步骤由档案室统一安排。", DONE[0], DONE[1]]


def test_a_long_lead_says_enough(tmp_path: Path) -> None:
    lead = "改革的步骤包括" + "、".join(["登记簿的建立", "核对", "公布"] * 4) + "等各项工作。"
    assert len(lead) >= SHORT_LEAD
    assert answer(tmp_path, "改革有哪些步骤？", [f"{lead}{DONE[0]}"], "步骤") == [lead]


def test_the_item_that_answers_is_quoted_however_long_the_list(tmp_path: Path) -> None:
    items = [f"（{n}）阅览室发生第{n}类故障并且没有修复的；" for n in range(1, 16)]
    found = answer(tmp_path, "停止开放的情形有哪些？", [LEAD, *items], "第14类")
    assert found == [LEAD, *items[: LIST_CLAIMS - 2], items[13]]


@pytest.mark.parametrize("near", ["消防设施", "暴雨"])
def test_items_that_open_a_document_are_whole(tmp_path: Path, near: str) -> None:
    found = answer(tmp_path, "停止开放的情形有哪些？", [*ITEMS, AFTER], near)
    assert found == ITEMS


def test_what_comes_second_points_back_to_nothing(tmp_path: Path) -> None:
    texts = [f"首先是登记层面。{DONE[0]}", f"其次是公布层面。{DONE[1]}"]
    assert answer(tmp_path, "改革有哪些层面？", ["".join(texts) + REST], "首先") == texts
