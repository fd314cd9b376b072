"""A reason, a consequence, an act that is asked for and not there."""

from __future__ import annotations

import pytest

from rag.quoting.kinds import kinds_of
from rag.quoting.missing import act_missing, consequence_missing, reason_missing

PLAIN = "登记簿由档案室保管，每年清点。"


@pytest.mark.parametrize(
    "answer",
    [
        "因为纸张容易受潮，登记簿每年清点。",
        "登记簿每年清点，以免遗失。",
        "为了防止遗失，每年清点。",
        "不清点就会遗失，这是清点的理由。",
    ],
)
def test_a_reason_shows_in_many_words(answer: str) -> None:
    for question in ("为什么每年清点？", "每年清点的原因", "清点是由什么造成的？", "凭什么清点？"):
        assert reason_missing(kinds_of(question), PLAIN)
        assert not reason_missing(kinds_of(question), answer)


def test_who_asks_no_reason_misses_none() -> None:
    assert not reason_missing(kinds_of("多久清点一次？"), PLAIN)


def test_a_consequence_is_named_or_missing() -> None:
    punished = kinds_of("不清点会受到什么处罚？")
    assert consequence_missing(punished, PLAIN)
    assert not consequence_missing(punished, "不清点的，给予警告。")
    assert not consequence_missing(kinds_of("由谁清点？"), PLAIN)


@pytest.mark.parametrize(
    ("question", "missing"),
    [
        ("登记簿由谁保管？", False),
        ("登记簿由谁修补？", True),
        ("登记簿怎么清点？", False),
        ("登记簿怎么借阅？", True),
        ("谁的登记簿？", False),
        ("登记簿怎么样？", False),
        ("由哪个部门负责修补？", True),
    ],
)
def test_an_act_stands_there_or_not_a_character_of_it(question: str, missing: bool) -> None:
    assert act_missing(question, PLAIN) is missing
