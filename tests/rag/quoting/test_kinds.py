"""The kinds of question, and what would answer each of them."""

from __future__ import annotations

import pytest

from rag.quoting.kinds import MEASURED, Kind, holds, kinds_of, typed

ASKED = {
    Kind.WHEN: ("什么时候施行？", "從哪一年開始？", "何时公布？", "When does it take effect?"),
    Kind.HOW_LONG: ("多久答复？", "保存几年？", "最迟多少天？", "How long are they kept?"),
    Kind.WHERE: ("在哪里办理？", "论坛在哪所大学？", "地址呢", "Where is it held?"),
    Kind.WHO: ("由谁负责？", "數據由誰管理？", "哪个部门审批？", "Who keeps it?"),
    Kind.HOW_MANY: ("有多少名委员？", "分为几级？", "百分之几？", "How many members?"),
    Kind.WHY: ("为什么回避？", "是什么原因？", "何以如此？", "Why is that so?"),
    Kind.HOW: ("怎么申请？", "如何查询？", "怎樣申請？", "How do I appeal?"),
    Kind.DEFINITION: ("什么是人工复核？", "何谓登记簿？", "“护照”是什么意思？", "What is it?"),
    Kind.LIST: ("有哪些情形？", "甲和乙分别是什么？", "包括什么？", "List the cases."),
    Kind.YES_NO: ("可以收费吗？", "是否公开？", "能不能查询？", "May they charge a fee?"),
    Kind.PENALTY: ("逾期怎么罚？", "会受什么处分？", "有什么后果？", "Is there a penalty?"),
}
STATEMENTS = (
    "登记簿向社会公开。",
    "几乎所有部门都备案",
    "少年宫",
    "其实",
    "奈何",
    "规则",
    "",
    "。",
)


@pytest.mark.parametrize(("kind", "questions"), ASKED.items(), ids=ASKED)
def test_questions_of_a_kind(kind: Kind, questions: tuple[str, ...]) -> None:
    for question in questions:
        assert kind in kinds_of(question), question
    others = {k for k in Kind if k not in kinds_of(ASKED[kind][0])}
    assert len(others) >= len(Kind) - 2, "a question is hardly ever of many kinds"


@pytest.mark.parametrize("statement", STATEMENTS)
def test_a_statement_is_of_no_kind(statement: str) -> None:
    assert kinds_of(statement) == frozenset()


def test_a_duration_is_no_count_and_a_count_no_way() -> None:
    assert Kind.HOW_MANY not in kinds_of("保存多少年？")
    assert Kind.HOW not in kinds_of("How many members are there?")
    assert Kind.HOW in kinds_of("How is it kept?")


HELD = [
    (Kind.WHEN, "自2025年7月1日起施行", "由档案室保管"),
    (Kind.WHEN, "自公布之日起施行", "共15人"),
    (Kind.HOW_LONG, "在十五个工作日内答复", "委员15名"),
    (Kind.HOW_LONG, "当场办结", "由档案室保管"),
    (Kind.HOW_MANY, "委员十五名", "委员若干"),
    (Kind.WHERE, "在办事大厅的窗口提出", "每季度核对"),
    (Kind.WHO, "由市数据局保管", "自公布之日起施行"),
    (Kind.WHY, "因为涉及个人信息", "由档案室保管"),
    (Kind.LIST, "包括时间、地点、人物", "由档案室保管"),
    (Kind.LIST, "有下列情形的:", "由档案室保管"),
    (Kind.YES_NO, "不得收费", "登记簿是蓝色的"),
    (Kind.PENALTY, "处五万元罚款", "登记簿是蓝色的"),
]


@pytest.mark.parametrize(("kind", "answer", "beside"), HELD)
def test_what_could_answer_has_a_form(kind: Kind, answer: str, beside: str) -> None:
    assert holds(kind, answer)
    assert not holds(kind, beside)


def test_what_any_sentence_could_answer_has_none() -> None:
    free = {Kind.HOW, Kind.DEFINITION}
    assert typed(frozenset(Kind)) == set(Kind) - free
    assert all(holds(kind, "登记簿是蓝色的") for kind in free)
    assert typed(frozenset(Kind)) >= MEASURED
