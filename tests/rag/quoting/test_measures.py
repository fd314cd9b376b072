"""What figure a question asks for, and whether a text holds one of that kind."""

from __future__ import annotations

import pytest

from index.folding import fold
from rag.quoting.measures import measure_asked

PLAIN = "第九条 登记簿由档案室保管,任何人可以查询,一律公开。"


@pytest.mark.parametrize(
    ("question", "answer"),
    [
        ("档案室的电话是多少？", "电话为55501234。"),
        ("档案馆的電話是多少？", "電話為５５５０１２３４。"),
        ("怎么联系档案室？", "拨打12345。"),
        ("What is the telephone number?", "电话55501234。"),
        ("查询要多少钱？", "每次查询收取五元。"),
        ("查询要多少钱？", "查询不收取费用。"),
        ("年龄有什么要求？", "年满六十周岁的人员优先。"),
        ("阅览室的面积是多少？", "阅览室有300平方米。"),
        ("阅览室几点开门？", "每天9点开门。"),
        ("命中率是多少？", "命中率为85%。"),
        ("阅览室的面积有多大？", "阅览室有300平方米。"),
        ("虚报的罚多少？", "处一万元以上五万元以下罚款。"),
        ("几天内答复？", "应当在十五个工作日内答复。"),
        ("多久抽查一次？", "每季度抽查一次。"),
        ("来了多少老人？", "共有四十多位老人到场。"),
        ("有多少户居民？", "现有居民三百户。"),
        ("哪年开始试行？", "自2019年起试行。"),
        ("这份意见的文号是多少？", "某政发〔2024〕17号"),
        ("要多少人同意？", "应当经三分之二以上成员同意。"),
        ("How many days does it take?", "应当在十日内办结。"),
    ],
)
def test_a_figure_of_the_kind_asked_for_answers(question: str, answer: str) -> None:
    measure = measure_asked(question)
    assert measure is not None
    assert not measure.stands_in(fold(PLAIN))
    assert measure.stands_in(fold(answer))


@pytest.mark.parametrize(
    ("question", "text"),
    [
        ("罚多少钱？", "应当在三十日内改正。"),
        ("几天内答复？", "处五万元罚款。"),
        ("有多少户居民？", "面积为三百平方米。"),
        ("利率是多少？", "贷款期限为五年。"),
        ("馆长今年多大年纪？", "馆藏三万册。"),
    ],
)
def test_another_kind_of_figure_does_not(question: str, text: str) -> None:
    measure = measure_asked(question)
    assert measure is not None
    assert not measure.stands_in(fold(text))


@pytest.mark.parametrize(
    "question",
    [
        "登记簿由谁保管？", "哪几种人可以查询？", "这几年有什么变化？",
        "老是靠几个能人硬扛怎么办？",
        "谁负责编制预算？", "价格由谁制定？", "电话投诉由谁受理？", "好几个月没活干怎么办？", "",
    ],
)  # fmt: skip
def test_where_no_figure_is_asked_for_there_is_none(question: str) -> None:
    assert measure_asked(question) is None
