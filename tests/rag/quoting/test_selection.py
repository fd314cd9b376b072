"""What is quoted: whole sentences, in source order, each with what it needs to be understood."""

from __future__ import annotations

from pathlib import Path

import pytest

from index.chunk import sentence_chunks
from index.search import Hit, SentenceScore
from index.segment import Span, sentences
from rag.question import Turn
from rag.quoting import read, select, understand
from rag.quoting.selection import CLAIMS, CONTEXT_LIMIT
from tests.rag.quoting.invented import (
    FAR,
    NEAR,
    document,
    index_of,
    is_whole,
    quoted,
    reading_of,
)

KEPT = "登记簿由市档案馆的档案室保管，任何人可以免费查询。"
BESIDE = "运动会每年秋天在城南体育场举行，门票当天领取。"


def answer(folder: Path, question: str, text: str, *near: str) -> list[str]:
    """What is quoted from a document of one paragraph."""
    return quoted(question, index_of(folder, document("a.txt", [text])), *near)


@pytest.mark.parametrize(
    "sentence",
    [
        "档案室不得公开登记簿中的个人信息，但经本人书面同意的除外。",
        "除法律另有规定外，档案室应当公开登记簿中的各项信息。",
        "档案室应当公开登记簿；涉及个人信息的，不予公开。",
        "档案室公开登记簿（个人信息不公开，商业秘密也不公开），并且及时更新。",
        "登记簿写明：“未经同意，不得公开！”档案室据此公开其余信息。",
    ],
)
def test_no_exception_is_cut_off(tmp_path: Path, sentence: str) -> None:
    found = answer(tmp_path, "登记簿公开吗？", f"{BESIDE}{sentence}{BESIDE}", "公开")
    assert found == [sentence]


def test_what_is_not_near_is_not_quoted(tmp_path: Path) -> None:
    index = index_of(tmp_path, document("a.txt", [BESIDE, KEPT, BESIDE + KEPT[:12] + "。"]))
    assert quoted("登记簿由谁保管？", index, "任何人") == [KEPT]


def test_of_many_that_are_as_good_a_few_are_quoted_in_source_order(tmp_path: Path) -> None:
    names = "甲乙丙丁戊"
    texts = [f"{name}区的登记簿由本区档案室保管，供公众查询。" for name in names]
    index = index_of(tmp_path, document("b.txt", texts[:3]), document("a.txt", texts[3:]))
    found = quoted("登记簿由谁保管？", index, "档案室")
    assert len(found) == CLAIMS
    assert found == [text for text in texts if text in found], "documents as they were given"


def test_without_candidates_nothing_is_quoted(tmp_path: Path) -> None:
    index = index_of(tmp_path, document("a.txt", [KEPT]))
    reading = reading_of("登记簿由谁保管？", index, "登记簿")
    assert select(type(reading)(reading.question, (), reading.terms), index) == ()


@pytest.mark.parametrize(
    "sentence",
    [
        "这一要求同样适用于电子登记簿以及它的纸质副本。",
        "此要求同样适用于电子登记簿以及它的纸质副本。",
        "该室每个季度核对一次电子登记簿以及纸质副本。",
        "因此，电子登记簿以及它的纸质副本都要核对。",
        "其纸质副本与电子登记簿每个季度应当核对一次。",
    ],
)
def test_a_sentence_that_points_back_comes_with_what_it_points_to(
    tmp_path: Path, sentence: str
) -> None:
    found = answer(tmp_path, "电子登记簿怎么核对？", BESIDE + KEPT + sentence, sentence[:6])
    assert found == [KEPT + sentence]


@pytest.mark.parametrize(
    "sentence",
    [
        "此外，电子登记簿以及它的纸质副本也要核对。",
        "这些年电子登记簿以及它的纸质副本都已经核对。",
        "其中，电子登记簿以及它的纸质副本都要核对。",
        "其次，电子登记簿以及它的纸质副本都要核对。",
        "其他登记簿以及它们的纸质副本每个季度都要核对。",
        "其余登记簿以及它们的纸质副本每个季度都要核对。",
        "其六，电子登记簿以及它的纸质副本都要核对。",
        "电子登记簿以及它的纸质副本每个季度都要核对。",
    ],
)
def test_a_sentence_that_does_not_point_back_stands_alone(tmp_path: Path, sentence: str) -> None:
    found = answer(tmp_path, "电子登记簿怎么核对？", BESIDE + KEPT + sentence, sentence[:6])
    assert found == [sentence]


def test_what_is_pointed_to_stands_alone(tmp_path: Path) -> None:
    text = f"{KEPT}这一要求同样适用于电子登记簿以及它的纸质副本。"
    assert answer(tmp_path, "登记簿由谁保管？", text, "任何人") == [KEPT]


def test_a_sentence_that_opens_its_paragraph_points_to_nothing_that_is_quoted(
    tmp_path: Path,
) -> None:
    opening = "这一要求同样适用于电子登记簿以及它的纸质副本。"
    index = index_of(tmp_path, document("a.txt", [KEPT, opening]))
    assert quoted("电子登记簿怎么核对？", index, "这一要求") == [opening]


def test_too_long_a_sentence_before_is_left_out(tmp_path: Path) -> None:
    long = "登记簿" + "、".join(["按照年份分册保管"] * (CONTEXT_LIMIT // 9 + 1)) + "。"
    pointing = "这一要求同样适用于电子登记簿以及它的纸质副本。"
    assert answer(tmp_path, "怎么核对？", long + pointing, "这一要求") == [pointing]


def test_hardly_more_than_a_heading_comes_with_what_follows(tmp_path: Path) -> None:
    text = f"{BESIDE}最后是保管层面。{KEPT}{BESIDE}"
    found = answer(tmp_path, "最后说到保管的什么？", text, "最后是")
    assert found == [f"最后是保管层面。{KEPT}"]


@pytest.mark.parametrize("start", ["他说，", "对此，她要求", "结果是"])
def test_who_is_introduced_is_quoted_with_what_follows(tmp_path: Path, start: str) -> None:
    lead, after = "档案室主任谈到登记簿的保管。", f"{start}目录应当每年清点两次。"
    assert answer(tmp_path, "主任谈到什么？", f"{lead}{after}{BESIDE}", "主任") == [lead + after]


def test_a_long_sentence_stands_without_what_follows(tmp_path: Path) -> None:
    lead = "档案室主任谈到登记簿的保管、借阅、清点、修复、公开和销毁，" * 2 + "内容详尽。"
    found = answer(tmp_path, "主任谈到什么？", f"{lead}他说，目录每年清点。{BESIDE}", "主任")
    assert found == [lead]


def test_a_short_sentence_at_the_end_stands_alone(tmp_path: Path) -> None:
    assert answer(tmp_path, "最后是什么？", f"{BESIDE}最后是保管层面。", "最后是") == [
        "最后是保管层面。"
    ]


HALLS = [f"{name}馆的馆长由文化部门任命，任期为三年整。" for name in "甲乙丙丁戊"]


def test_a_neighbour_that_is_nearly_as_likely_is_quoted_with_the_best(tmp_path: Path) -> None:
    """One quote of both, whichever comes first; what is beside them is left out."""
    after = "查询登记簿的人应当向档案室出示证件。"
    text = f"{BESIDE}{KEPT}{after}{BESIDE}"
    for number, near in enumerate((("档案馆", "证件"), ("证件", "档案馆"))):
        folder = tmp_path / str(number)
        assert answer(folder, "登记簿由谁保管？", text, *near) == [KEPT + after]


def test_a_neighbour_that_is_much_less_likely_is_left_out(tmp_path: Path) -> None:
    assert answer(tmp_path, "登记簿由谁保管？", f"{BESIDE}{KEPT}{BESIDE}", "档案馆") == [KEPT]


def test_what_is_likely_and_stands_apart_is_no_neighbour(tmp_path: Path) -> None:
    apart = "查询登记簿的人应当向档案室出示证件。"
    found = answer(tmp_path, "登记簿由谁保管？", f"{KEPT}{BESIDE}{apart}", "档案馆", "证件")
    assert all(BESIDE not in quote for quote in found)


def test_each_of_several_things_asked_for_is_quoted(tmp_path: Path) -> None:
    """Five sentences as near as one another: one for each part, though fewer would do for a
    question about one thing."""
    index = index_of(tmp_path, document("a.txt", HALLS))
    asked = "甲馆、乙馆、丙馆、丁馆和戊馆的馆长分别是谁任命的？"
    assert quoted(asked, index, "馆长") == HALLS


def test_a_part_that_the_text_does_not_answer_brings_nothing(tmp_path: Path) -> None:
    index = index_of(tmp_path, document("a.txt", [HALLS[0], BESIDE]))
    assert quoted("甲馆的馆长由谁任命，食堂几点开门？", index, "馆长") == [HALLS[0]]


def test_every_citation_is_whole(tmp_path: Path) -> None:
    text = "".join(HALLS) + f"最后是保管层面。{KEPT}这一要求同样适用于纸质副本。"
    index = index_of(tmp_path, document("a.txt", [text, *HALLS]))
    for question in ("馆长由谁任命？", "有哪些馆长？", "甲馆和乙馆的馆长分别是谁？"):
        for near in ("馆长", "最后", "这一"):
            assert all(is_whole(c) for c in select(reading_of(question, index, near), index))


def test_no_sentence_is_quoted_twice(tmp_path: Path) -> None:
    pointing = "这一要求同样适用于电子登记簿以及它的纸质副本。"
    further = "这种副本每个季度与电子登记簿核对一次并且公布。"
    found = answer(tmp_path, "登记簿有什么要求？", KEPT + pointing + further, "这一", "这种")
    assert "".join(found).count(pointing) == 1


@pytest.mark.parametrize(
    ("sentence", "end"),
    [
        ("登记簿中的信息（包括姓名。住址也在其内。）不得公开。", "不得公开"),
        ("（一）登记簿中的信息（包括姓名。）（住址也在其内。）不得公开。", "不得公开"),
        ("登记簿中的信息（写明“姓名保密。”）不得公开。", "不得公开"),
        ("登记簿中写有“姓名保密。住址保密。”的信息不得公开。", "不得公开"),
        ("登记簿写明“姓名保密。”，但经本人同意的除外。", "除外"),
    ],
)
def test_a_sentence_goes_on_after_its_brackets(tmp_path: Path, sentence: str, end: str) -> None:
    for near in ("姓名", end):
        text = BESIDE + sentence + BESIDE
        assert answer(tmp_path / near, "登记簿公开吗？", text, near) == [sentence]


def test_a_list_has_its_sentences_with_what_goes_on_after_brackets(tmp_path: Path) -> None:
    listed = [
        "一是公开姓名（含曾用名。但化名除外。）并且每年更新。",
        "二是公开住址（含门牌。但楼层除外。）并且每年更新。",
    ]
    text = "".join(listed) + BESIDE
    assert answer(tmp_path, "登记簿有哪些信息公开？", text, "姓名") == listed


def test_a_note_in_brackets_is_a_sentence_of_its_own(tmp_path: Path) -> None:
    text = f"（附注：登记簿每年编一册。）{KEPT}"
    assert answer(tmp_path, "登记簿由谁保管？", text, "任何人") == [KEPT]


def test_a_bracket_that_nobody_closes_takes_nothing_along(tmp_path: Path) -> None:
    opening = "登记簿由市档案馆（位于城南的档案室保管，任何人可以免费查询。"
    assert answer(tmp_path, "登记簿由谁保管？", opening + BESIDE * 30, "任何人") == [opening]


@pytest.mark.parametrize("found", ["第1份", "第20份", "国家秘密"])
def test_of_a_long_sentence_any_piece_brings_the_whole(tmp_path: Path, found: str) -> None:
    """Pieces of it have vectors; here, as in an index, they are what is scored."""
    copies = "，".join(f"第{n}份登记簿由窗口人员当面核对以后归入档案" for n in range(1, 31))
    sentence = f"申请人应当提交登记簿，{copies}，但涉及国家秘密的除外。"
    index = index_of(tmp_path, document("a.txt", [BESIDE + sentence + BESIDE]))
    paragraph = next(index.paragraphs())
    scores = tuple(
        SentenceScore(
            Span(c.start, c.end), NEAR if found in paragraph.text[c.start : c.end] else FAR
        )
        for c in sentence_chunks([paragraph])
    )
    assert len(scores) > len(sentences(paragraph.text))
    hits = [Hit(paragraph, 3.0, (), scores)]
    reading = read(understand("申请人应当提交什么？"), hits, index)
    assert [c.quote for c in select(reading, index)] == [sentence]


def test_what_was_said_is_not_said_again(tmp_path: Path) -> None:
    more = "登记簿由窗口人员每天核对。"
    index = index_of(tmp_path, document("a.txt", [KEPT + BESIDE + more]))
    first = Turn("登记簿由谁保管？", KEPT)
    hits = reading_of("登记簿由谁保管？", index, "登记簿").hits
    reading = read(understand("还有呢？", [first]), hits, index)
    assert [c.quote for c in select(reading, index)] == [more]
    assert KEPT not in [c.text for c in reading.candidates]
