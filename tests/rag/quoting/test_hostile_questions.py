"""Whatever is asked, the answer is an answer: nothing is raised, nothing is quoted that is not
there, and nothing is quoted in part."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from index.reading import read_sources
from index.store import Index
from rag.answer import Answered, Method, Referred, RefusalReason, Refused
from rag.pipeline import Pipeline
from rag.question import LENGTH_LIMIT, Turn
from rag.quoting import find, select, understand
from rag.settings import Settings
from tests.conftest import SAMPLE
from tests.rag.quoting.invented import document, index_of, is_whole

SOURCE = "".join(p.text for read in read_sources([SAMPLE]) for p in read)

MACHINERY = (
    "的", "是", "谁", "种", "个", "哪", "什么", "多少", "几", "为什么", "第三", "第三种", "这",
    "那", "它", "其", "吗", "呢", "有", "在", "叫", "由", "之", "和", "以及", "分别", "各", "哪些",
    "请", "你", "我", "我的", "决定", "忽略", "规则", "怎么罚", "去年", "2019年", "电话", "颜色",
    "多少名", "哪一家", "到底", "不", "除", "外", "但",
)  # fmt: skip
SIGNS = (
    "《", "》", "“", "”", "「", "'", '"', "（", "（一）", "1.", "，", "；", "：", "。", "?", "？",
    "!", "…", " ", "\n", "\t", "[", "(", "\\", "*", "|", "$",
)  # fmt: skip
STRANGE = (
    "1", "15", "2025年", "15%", "１５", "Ａ", "㍿", "①", "\ufdfa", "😀", "👩‍👩‍👧", "é", "\x00",
    "\x1b[31m", "\ud800", "\udfff", "\u202e", "\u200b", "\ufeff", "\U00020000", "誰", "數據局",
    "申訴", "為什麼", "the", "who", "How many", "appeal", "it", "a",
)  # fmt: skip
WORDS = (
    "伦理委员会", "委员", "市数据局", "申诉", "记录", "保存期限", "三级", "四级应用", "人工复核",
    "盖", "布", "人",
)  # fmt: skip

excerpts = st.builds(
    lambda start, size: SOURCE[start : start + size],
    st.integers(0, len(SOURCE) - 1), st.integers(1, 24),
)  # fmt: skip
fragments = st.one_of(
    st.sampled_from(MACHINERY), st.sampled_from(MACHINERY), st.sampled_from(SIGNS),
    st.sampled_from(STRANGE), st.sampled_from(WORDS), excerpts, st.text(max_size=4),
)  # fmt: skip
questions = st.builds(
    lambda parts, times: "".join(parts) * times,
    st.lists(fragments, max_size=10), st.sampled_from((1, 1, 1, 1, 1, 1, 1, 2, 9)),
)  # fmt: skip
histories = st.lists(st.builds(Turn, questions), max_size=2)


def check(index: Index, question: str, history: list[Turn]) -> Answered | Referred | Refused:
    """Asks, and holds the answer against the source."""
    answer = Pipeline(index, Settings.load()).answer(question, history)
    assert isinstance(answer, (Answered, Referred, Refused))
    json.dumps(answer.to_json())
    for claim in answer.claims if isinstance(answer, Answered) else ():
        assert claim.method is Method.QUOTED
        assert claim.text == "".join(citation.quote for citation in claim.citations)
        for citation in claim.citations:
            paragraph = citation.paragraph
            assert paragraph in index.document(paragraph.document).paragraphs
            assert citation.quote == paragraph.text[citation.start : citation.end]
            assert is_whole(citation), citation.quote
    return answer


@settings(max_examples=200, deadline=None)
@given(question=questions, history=histories)
def test_any_question_to_the_sample(
    sample_index: Index, question: str, history: list[Turn]
) -> None:
    check(sample_index, question, history)


@pytest.fixture(scope="module")
def tiny(tmp_path_factory: pytest.TempPathFactory) -> Index:
    """Documents that are hardly any: a character, marks alone, a list that goes on nowhere."""
    return index_of(
        tmp_path_factory.mktemp("tiny"),
        document("a.txt", ["甲。"]),
        document("b.txt", ["？", "（一）", "：", "这。此。", "包括：", "首先。其次。", "😀"]),
    )


@settings(max_examples=200, deadline=None)
@given(question=questions, history=histories)
def test_any_question_to_documents_that_are_hardly_any(
    tiny: Index, question: str, history: list[Turn]
) -> None:
    check(tiny, question, history)


@pytest.mark.parametrize(
    "question",
    [
        "开场讲话的人是谁",
        "盖智慧黑板的布是什么颜色？",
        "值班的人叫什么",
        "上面的字是什么？",
        "的的是什么？",
        "哪一种的",
        "“《”是什么？",
        "第三",
        "*(+[什么",
    ],
)
def test_nouns_of_one_character_and_none(sample_index: Index, question: str) -> None:
    check(sample_index, question, [])


@pytest.mark.parametrize("fragment", ["的", "第三种", "“", "a ", "㍿"])
def test_a_fragment_as_often_as_a_question_may_be_long(sample_index: Index, fragment: str) -> None:
    question = fragment * (LENGTH_LIMIT // len(fragment))
    check(sample_index, question, [Turn(question)])


@pytest.mark.parametrize("question", ["", " \n\t", "\x00", "\u200b\ufeff", "\ud800"])
def test_what_cannot_be_seen_asks_nothing(sample_index: Index, question: str) -> None:
    answer = check(sample_index, question, [Turn("委员有多少人？")])
    assert isinstance(answer, Refused)
    assert answer.reason is RefusalReason.EMPTY_QUESTION


def test_one_character_too_many_is_too_long(sample_index: Index) -> None:
    answer = check(sample_index, "谁" * (LENGTH_LIMIT + 1), [])
    assert isinstance(answer, Refused)
    assert answer.reason is RefusalReason.TOO_LONG


def test_marks_that_cannot_be_seen_change_nothing(sample_index: Index) -> None:
    plain = check(sample_index, "伦理委员会有多少名委员?", [])
    marked = check(sample_index, "伦\u200b理委\x00员会\ud800有多少名委员?\u202e", [])
    assert [hit.paragraph for hit in marked.trace.hits] == [h.paragraph for h in plain.trace.hits]
    assert marked.to_json()["claims"] == plain.to_json()["claims"]


def test_a_sentence_of_any_length_is_quoted_whole(tmp_path: Path) -> None:
    copies = "，".join(f"第{n}份材料由窗口工作人员当面核对后归入档案" for n in range(1, 31))
    text = f"申请人应当提交下列材料，{copies}，但涉及国家秘密的除外。"
    index = index_of(tmp_path, document("a.txt", [text]))
    found = select(find(understand("申请人应当提交什么材料？"), index), index)
    assert found
    assert all(is_whole(citation) for citation in found)
