"""Which list is asked for stands in its lead."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from rag.quoting import select
from rag.quoting.candidates import Reading
from rag.quoting.lists import of_likeliest_list
from tests.rag.quoting.invented import document, index_of, reading_of

DUTIES = [
    "第一条 档案中心履行下列职责：",
    "（一）编制登记簿的借阅计划；",
    "（二）审批登记簿的借阅；",
]
CASES = [
    "第二条 居民有下列情形之一的，可以借阅登记簿：",
    "（一）查证本人住址的；",
    "（二）办理继承的。",
]
QUESTION = "居民可以借阅登记簿的情形有哪些？"


def ranked(reading: Reading, *cosines: float) -> Reading:
    """``reading`` with the cosines of its paragraphs' sentences given in source order."""
    hits = tuple(
        replace(hit, sentences=tuple(replace(s, cosine=cosines[at]) for s in hit.sentences))
        for hit in reading.hits
        for at in [hit.paragraph.number - 1]
    )
    return replace(reading, hits=hits)


def test_the_lead_says_which_list_is_asked_for(tmp_path: Path) -> None:
    """Though a member of the other list is the nearest sentence of all."""
    index = index_of(tmp_path, document("a.txt", DUTIES + CASES))
    reading = ranked(reading_of(QUESTION, index), 0.5, 0.8, 0.97, 0.8, 0.6, 0.6)
    best = max(reading.candidates, key=lambda c: c.odds)
    assert best.text == DUTIES[2]
    listed = of_likeliest_list(best, reading, index)
    assert listed is not None
    assert listed.text == CASES[0]
    assert [citation.quote for citation in select(reading, index)] == CASES


def test_what_is_in_no_list_stays_the_best(tmp_path: Path) -> None:
    plain = "第三条 登记簿可以借阅，借阅的情形由档案中心公布。"
    index = index_of(tmp_path, document("a.txt", [*CASES, plain]))
    reading = ranked(reading_of(QUESTION, index), 0.8, 0.5, 0.5, 0.95)
    best = max(reading.candidates, key=lambda c: c.odds)
    assert best.text == plain
    assert of_likeliest_list(best, reading, index) is None
    assert [citation.quote for citation in select(reading, index)] == [plain]


@pytest.mark.parametrize("lead", ["本办法下列用语的含义是：", "第九条 术语和定义："])
def test_a_list_of_explained_words_is_not_quoted_whole(tmp_path: Path, lead: str) -> None:
    terms = ["（一）登记簿，包括正本、副本和目录；", "（二）借阅人，包括居民和法人。"]
    index = index_of(tmp_path, document("a.txt", [lead, *terms]))
    reading = ranked(reading_of("登记簿包括哪些？", index), 0.6, 0.95, 0.6)
    assert [citation.quote for citation in select(reading, index)] == [lead, terms[0]]


def test_one_list_is_quoted_of_two_that_are_near(tmp_path: Path) -> None:
    fines = [
        "第八条 工作人员有下列情形之一的，给予处分：",
        "（一）擅自借阅登记簿的；",
        "（二）拒绝居民借阅登记簿的。",
    ]
    index = index_of(tmp_path, document("a.txt", CASES + fines))
    reading = ranked(reading_of(QUESTION, index), 0.94, 0.8, 0.8, 0.7, 0.93, 0.93)
    assert [citation.quote for citation in select(reading, index)] == CASES
