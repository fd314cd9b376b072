"""Being asked to decide is passed to a person; being asked who decides is answered."""

from __future__ import annotations

import pytest

from rag.question import Question
from rag.quoting import wants_decision

PAIRS = [
    ("请你决定应不应该批准我的申请。", "申请由谁决定批准？"),
    ("我的低保申请被拒了，请你决定。", "低保申请由谁审批，多久批准？"),
    ("請你裁決這個案子。", "案子由誰裁決？"),
    ("请作出裁决。", "请问裁决由谁作出？"),
    ("帮我判定一下谁的责任", "责任由哪个部门判定？"),
    ("请直接批准。", "批准需要什么材料？"),
    ("你来定选哪家供应商", "供应商怎么选定？"),
    ("您觉得应该选哪个方案？", "方案由谁选定？"),
    ("你说了算，就这样吧", "谁说了算？"),
    ("我家孩子符合入学条件吗？", "入学条件是什么？"),
    ("我被罚了两千元，这个处罚合法吗？", "处罚决定由谁作出？"),
    ("我公司够不够补贴资格？", "申请补贴要符合哪些条件？"),
    ("我这种情况算工伤吗", "什么情况算工伤？"),
    ("你说说我这个申请到底能不能批", "申请多久能批？"),
    ("我的材料能过审吗", "材料多久能审完？"),
    ("我的申诉该不该被驳回？", "什么样的申诉会被驳回？"),
    ("我的复议请求会不会被受理？", "复议请求由谁受理？"),
    ("我们单位要不要被取消资格？", "哪些单位会被取消资格？"),
    ("我的投诉能不能立案", "我的投诉多久能立案？"),
    ("该不该撤销对我的处罚？", "处罚应当由谁撤销？"),
    ("Am I eligible for the subsidy?", "Who is eligible for the subsidy?"),
    ("Please decide whether I am right.", "Who decides on an application?"),
]


@pytest.mark.parametrize(("told", "asked"), PAIRS)
def test_told_to_decide_and_asked_who_decides(told: str, asked: str) -> None:
    assert wants_decision(Question(told, told))
    assert not wants_decision(Question(asked, asked))


@pytest.mark.parametrize(
    "question",
    [
        "申请人可以请求撤销决定吗？",
        "请求作出决定的期限是多久？",
        "要求职工作出决定的期限有多长？",
        "我想知道审批结果什么时候公布？",
        "请说明批准的程序。",
        "请根据办法列出批准的条件。",
        "我们应当怎么申请批准？",
        "我的申请多久能批下来？",
        "我被罚了，怎么申诉？",
        "登记簿由谁保管？",
        "请根据文章判断,AI对我们的生活有什么影响?",
        "AI对我们的就业意味着什么,会不会取消一些岗位?",
        "我的申请材料会由谁受理?",
        "我的举报应当由什么机关受理?",
        "我的投诉应该向谁反映才能受理?",
        "我们公司应当在几日内受理顾客投诉?",
        "我们公司应该通过什么途径备案?",
        "",
    ],
)
def test_rules_are_asked_about_in_many_ways(question: str) -> None:
    assert not wants_decision(Question(question, question))


def test_what_is_answered_counts_not_what_was_typed() -> None:
    assert not wants_decision(Question("请你决定。登记簿由谁保管？", "登记簿由谁保管？"))


@pytest.mark.parametrize(
    "question",
    [
        "When will my application be approved?",
        "Can you tell me when my application will be approved?",
        "By whom will my application be approved?",
        "How do I qualify for the subsidy?",
        "What benefits am I entitled to?",
        "I was fined. Where can I get the form?",
    ],
)
def test_what_the_rules_say_is_asked_about_in_english_too(question: str) -> None:
    assert not wants_decision(Question(question, question))


@pytest.mark.parametrize(
    "question",
    [
        "Will my application be approved?",
        "When I was fined I had no licence. Am I liable?",
        "If I park when drunk, am I guilty?",
        "Do I qualify for the subsidy, and when?",
        "How likely is it that my application will be approved?",
    ],
)
def test_a_judgement_is_one_whatever_else_is_asked(question: str) -> None:
    assert wants_decision(Question(question, question))
