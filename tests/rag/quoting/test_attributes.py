"""What is asked for by name and has a form: missing where nothing of that form stands."""

from __future__ import annotations

import pytest

from rag.quoting.attributes import attribute_missing, time_missing

PLAIN = "登记簿由档案室保管,任何人可以查询。"


@pytest.mark.parametrize(
    ("question", "answer"),
    [
        ("投稿邮箱是什么？", "寄到 Box@example.org 即可。"),
        ("官网是什么？", "见 www.example.org 的公告。"),
        ("档案室的门牌是多少？", "位于城南路12号。"),
        ("封皮是什么颜色？", "封皮为蓝色。"),
        ("馆长叫什么名字？", "馆长:李明,任期三年。"),
        ("由哪家公司承建？", "由望川建设公司承建。"),
        ("使用哪种表？", "填写查询申请书。"),
        ("馆长毕业于哪所大学？", "馆长毕业于临水大学。"),
        ("馆长在哪里任教？", "馆长兼任临水学院讲师。"),
        ("查询的法律依据是什么？", "依照《临水市档案条例》查询。"),
        ("管理员需要什么学历？", "管理员应当具有大专以上学历。"),
    ],
)
def test_a_form_is_there_or_it_is_not(question: str, answer: str) -> None:
    assert attribute_missing(question, PLAIN)
    assert not attribute_missing(question, answer)


@pytest.mark.parametrize(
    "question", ["登记簿由谁保管？", "谁可以查询？", "什么时候查询？", "登记簿有多厚？", "", "Who?"]
)
def test_a_question_that_asks_for_no_form_misses_none(question: str) -> None:
    assert not attribute_missing(question, PLAIN)


@pytest.mark.parametrize(
    ("question", "text", "missing"),
    [
        ("去年查询了几次？", PLAIN, True),
        ("去年查询了几次？", "去年查询了三次。", False),
        ("2019年由谁保管？", "2025年起由档案室保管。", True),
        ("２０２５年由谁保管？", "2025年起由档案室保管。", False),
        ("2019年和2025年由谁保管？", "2025年起由档案室保管。", True),
        ("下一届论坛在哪里？", "第二届论坛在城南。", True),
        ("Who keeps it next year?", PLAIN, True),
        ("由谁保管？", PLAIN, False),
        ("1919年由谁保管？", PLAIN, False),
    ],
)
def test_a_time_that_a_question_is_about(question: str, text: str, missing: bool) -> None:
    assert time_missing(question, text) is missing


@pytest.mark.parametrize(
    ("question", "text"),
    [
        ("谁负责编制预算？", "财政局负责编制年度预算草案。"),
        ("价格由谁制定？", "价格由发展改革部门制定。"),
        ("电话投诉由谁受理？", "电话投诉由热线工作人员受理。"),
    ],
)
def test_what_is_done_with_a_thing_is_not_its_amount(question: str, text: str) -> None:
    assert not attribute_missing(question, text)


def test_what_happens_every_year_is_no_particular_time() -> None:
    assert not time_missing("每年有几次抽查？", "登记簿每年抽查两次。")


def test_a_name_may_follow_the_office() -> None:
    assert not attribute_missing("馆长叫什么名字？", "馆长李明,任期三年。")
