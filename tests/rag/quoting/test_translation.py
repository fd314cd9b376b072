"""Words of a question, as administrative texts write them."""

from __future__ import annotations

import pytest

from rag.quoting import understand
from rag.quoting.translation import LIMIT, in_official_terms, is_foreign


@pytest.mark.parametrize(
    ("question", "words"),
    [
        ("老板能炒鱿鱼吗？", {"用人单位", "解除劳动合同"}),
        ("老闆能炒魷魚嗎？", {"用人单位", "解除劳动合同"}),
        ("How do I appeal?", {"申诉"}),
        ("appealing", {"申诉"}),
        ("The LANDLORD", {"出租人"}),
        ("ｔｅｎａｎｔ", {"承租人"}),
    ],
)
def test_what_is_said_is_called_otherwise(question: str, words: set[str]) -> None:
    assert words <= set(in_official_terms(question).split())


@pytest.mark.parametrize("question", ["什么是承租人？", "xyzzy", "the", "", "123", "？", "😀"])
def test_what_has_no_other_name_gets_none(question: str) -> None:
    assert in_official_terms(question) == ""


def test_the_longest_entry_is_taken_and_no_word_twice() -> None:
    assert "滥用职权" in in_official_terms("abuse of power").split()
    assert "虐待" not in in_official_terms("abuse of power")
    assert "虐待" in in_official_terms("abuse")
    assert in_official_terms("tenant tenant") == in_official_terms("tenant")


def test_what_the_question_says_itself_is_not_added() -> None:
    assert "用人单位" in in_official_terms("老板炒鱿鱼").split()
    assert "用人单位" not in in_official_terms("用人单位的老板炒鱿鱼").split()


def test_a_long_question_is_not_drowned() -> None:
    said = (
        "老板炒鱿鱼，房东涨价，一个礼拜，一半以上，一把手，一审判，一刀切，一个窗口，ktv，etc，n+1"
    )
    many = in_official_terms(said).split()
    assert len(many) == len(set(many)) == LIMIT


@pytest.mark.parametrize(
    ("text", "foreign"),
    [
        ("Who keeps it?", True),
        ("¿Quién?", True),
        ("ひらがな", True),
        ("123", True),
        ("", True),
        ("AI由谁管理", False),
        ("誰", False),
    ],
)
def test_a_text_without_chinese_is_foreign(text: str, foreign: bool) -> None:
    assert is_foreign(text) is foreign


def test_a_question_carries_its_other_words() -> None:
    assert "申诉" in understand("Where can I appeal?").also.split()
    assert understand("申诉在哪里提出？").also == in_official_terms("申诉在哪里提出？")


def test_a_stem_is_of_one_word() -> None:
    assert set(in_official_terms("tenant").split()) <= set(
        in_official_terms("appeal against the tenant").split()
    )


@pytest.mark.parametrize(
    ("question", "words"),
    [
        ("appeal the fine", {"申诉", "罚款"}),
        ("Can a tenant appeal?", {"承租人", "申诉"}),
        ("How do I appeal a fine?", {"申诉", "罚款"}),
        ("administrative licensing", {"行政许可"}),
    ],
)
def test_the_words_after_a_stem_count_too(question: str, words: set[str]) -> None:
    assert words <= set(in_official_terms(question).split())
