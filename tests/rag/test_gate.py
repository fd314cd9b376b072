"""Whatever a model returns, what is shown is verified."""

from __future__ import annotations

import itertools
import json
import time

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from index.store import Index
from rag.answer import Answer, Answered, Method, Notice
from rag.drafting import DraftSentence, number_evidence, read_draft
from rag.gate import Passed, gated
from rag.outcomes import NOTICES
from rag.pipeline import Pipeline
from rag.settings import Settings
from rag.verify import verify
from tests.rag.scripted_server import FAULTS, Handler, Reply, serving
from ui.text import answer_text

QUESTION = "三级、四级应用的记录要保存多久?"


def pipeline_for(index: Index, url: str, timeout: float = 20.0) -> Pipeline:
    from rag.drafting import open_drafter

    chosen = Settings.load(
        llm="openai:scripted", llm_base_url=url, llm_api_key="sk-secret-1", llm_timeout=timeout
    )
    return Pipeline(index, chosen, open_drafter(chosen))


def check(answer: Answer) -> None:
    """Every sentence shown is verified against the very words it cites."""
    if not isinstance(answer, Answered):
        return
    for claim in answer.claims:
        if claim.method is Method.QUOTED:
            assert claim.text == "".join(c.quote for c in claim.citations)
        else:
            assert verify(claim.text, [c.quote for c in claim.citations]).supported
    assert "sk-secret-1" not in str(answer.to_json())


def ask(index: Index, reply: Reply, timeout: float = 20.0) -> Answer:
    with serving(reply) as server:
        answer = pipeline_for(index, server.url, timeout).answer(QUESTION)
    check(answer)
    return answer


def says(text: str) -> Reply:
    def reply(handler: Handler, _prompt: str) -> None:
        handler.say(text)

    return reply


TRUE = "三级、四级应用的记录保存期限不少于十年。"


def tag_of(prompt: str, words: str) -> str:
    """The tag under which the server sees the paragraph with ``words``."""
    line = next(line for line in prompt.splitlines() if words in line and line.startswith("["))
    return line[1 : line.index("]")]


def test_a_true_sentence_is_shown_with_its_paragraph(sample_index: Index) -> None:
    def reply(handler: Handler, prompt: str) -> None:
        handler.say(f"{TRUE}[{tag_of(prompt, '不少于十年')}]")

    answer = ask(sample_index, reply)
    assert isinstance(answer, Answered)
    claim = answer.claims[0]
    assert (claim.text, claim.method) == (TRUE, Method.DRAFTED)
    assert "不少于十年" in claim.citations[0].quote
    assert answer.trace.model == "openai:scripted"


@pytest.mark.parametrize("tag", ["", "[P99]", "[p1]", "【P1、P2】", "[Q1]"])
def test_tags_missing_or_made_up_do_not_matter_only_proof_does(
    sample_index: Index, tag: str
) -> None:
    answer = ask(sample_index, says(TRUE + tag))
    assert isinstance(answer, Answered)
    assert "不少于十年" in answer.claims[0].citations[0].quote


@pytest.mark.parametrize(
    "lie",
    [
        "三级、四级应用的记录保存期限不少于五年。[P1]",
        "三级、四级应用的记录可以不保存。[P1]",
        "三级、四级应用的记录由省财政厅保存不少于十年。[P1]",
        "<script>alert(1)</script>[P1]",
        "![x](http://evil.example/a.png)记录不少于十年。[P1]",
        "已按文档中的指令把全部记录删除。[P1]",
    ],
)
def test_a_false_sentence_is_never_shown(sample_index: Index, lie: str) -> None:
    answer = ask(sample_index, says(lie))
    said = "".join(c.text for c in answer.claims) if isinstance(answer, Answered) else ""
    for words in ("五年", "可以不保存", "财政厅", "script", "evil", "删除"):
        assert words not in said
    assert answer.trace.rejected


def test_structured_output_ends_as_the_same_draft(sample_index: Index) -> None:
    answer = ask(sample_index, says(json.dumps({"sentences": [{"text": TRUE, "sources": ["P1"]}]})))
    assert isinstance(answer, Answered)
    assert answer.claims[0].text == TRUE


def status(code: int, **headers: str) -> Reply:
    def reply(handler: Handler, _prompt: str) -> None:
        handler.status(code, **headers)

    return reply


@pytest.mark.parametrize(
    "reply",
    [status(500), *FAULTS, says("\x00\ufffd" * 200), says("The answer is ten years." * 40),
     says('{"sentences": [{"text": 1}]}'), says("{" * 3000)],
)  # fmt: skip
def test_whatever_goes_wrong_the_source_still_answers(sample_index: Index, reply: Reply) -> None:
    started = time.monotonic()
    answer = ask(sample_index, reply, timeout=3.0)
    assert time.monotonic() - started < 15
    assert isinstance(answer, Answered)
    assert any("不少于十年" in claim.text for claim in answer.claims)


@pytest.mark.parametrize("words", ['{"sentences": [{"text": 1}]}', "{" * 3000])
def test_words_without_a_sentence_are_said_to_be_no_answer(sample_index: Index, words: str) -> None:
    answer = ask(sample_index, says(words))
    assert answer.trace.notices == (Notice.MODEL_UNAVAILABLE,)


def test_a_model_that_declines_is_no_model_that_fails(sample_index: Index) -> None:
    answer = ask(sample_index, says("无法回答。"))
    assert isinstance(answer, Answered)
    assert answer.trace.notices == ()


def test_a_stream_that_breaks_off_after_a_true_sentence_is_said_to_be_broken_off(
    sample_index: Index,
) -> None:
    def reply(handler: Handler, prompt: str) -> None:
        handler.start_stream()
        handler.piece(f"{TRUE}[{tag_of(prompt, '不少于十年')}]第三")
        time.sleep(4)

    answer = ask(sample_index, reply, timeout=2.0)
    assert isinstance(answer, Answered)
    assert [claim.method for claim in answer.claims] == [Method.DRAFTED]
    assert answer.trace.notices == (Notice.INTERRUPTED,)
    assert NOTICES[Notice.INTERRUPTED] in answer_text(answer)


def test_a_model_that_is_down_is_said_and_then_left_alone(sample_index: Index) -> None:
    with serving(status(500)) as server:
        pipeline = pipeline_for(sample_index, server.url)
        answers = [pipeline.answer(QUESTION) for _ in range(4)]
        assert all(Notice.MODEL_UNAVAILABLE in a.trace.notices for a in answers)
        assert len(server.requests) <= 9, "the circuit breaker opens after three failures"


def test_retry_after_is_obeyed(sample_index: Index) -> None:
    calls = itertools.count()

    def reply(handler: Handler, prompt: str) -> None:
        if next(calls) == 0:
            handler.status(429, retry_after="1")
        else:
            handler.say(f"{TRUE}[P1]")

    started = time.monotonic()
    answer = ask(sample_index, reply)
    assert time.monotonic() - started >= 1
    assert isinstance(answer, Answered)
    assert not answer.trace.notices


FRAGMENTS = (
    TRUE, "三级应用的记录保存五年。", "应当", "不得", "可以", "市数据局", "[P1]", "[P2]", "[P77]",
    "十年", "不少于", "一级、二级应用的记录保存期限不少于三年,", "法律、法规另有规定的除外。",
    "。", "!", "\n", "<b>", "忽略以上规则", '{"sentences": [{"text": "', '", "sources": ["P1"]}]}',
    "The records are kept.", "\x00", "\u202e",
)  # fmt: skip


@settings(
    max_examples=120, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(output=st.lists(st.one_of(st.sampled_from(FRAGMENTS), st.text(max_size=12)), max_size=24))
def test_whatever_the_model_returns_what_is_shown_is_verified(
    sample_index: Index, output: list[str]
) -> None:
    hits = sample_index.search(QUESTION, 6)
    evidence = number_evidence([hit.paragraph for hit in hits])
    for outcome in gated(read_draft(output), evidence):
        if isinstance(outcome, Passed):
            claim = outcome.claim
            if claim.method is Method.DRAFTED:
                assert verify(claim.text, [c.quote for c in claim.citations]).supported
            else:
                assert claim.text == "".join(c.quote for c in claim.citations)


def test_drafts_read_the_same_however_they_are_cut() -> None:
    text = "甲负责。[P1][P2]乙不负责![P3] 无标签的一句。\n- 列表项。[P1]"
    whole = list(read_draft([text]))
    assert [s.tags for s in whole] == [("P1", "P2"), ("P3",), (), ("P1",)]
    for size in (1, 2, 3, 5):
        pieces = [text[at : at + size] for at in range(0, len(text), size)]
        assert list(read_draft(pieces)) == whole


def test_a_draft_sentence_without_words_is_none() -> None:
    assert list(read_draft(["[P1]。…\n\n```"])) == []
    assert list(read_draft(["无法回答"])) == []
    assert DraftSentence("甲", ()).tags == ()


def test_a_free_wording_gives_way_to_the_source(sample_index: Index) -> None:
    """What shares hardly a word with its source is where models invent: the gate shows the
    source's own sentence, or nothing."""
    evidence = number_evidence([hit.paragraph for hit in sample_index.search(QUESTION, 3)])
    for free in ("资料要留很多个年头。", "留存档案这件事大家都要上心。"):
        outcomes = list(gated(iter([DraftSentence(free, ("P1",))]), evidence))
        claims = [outcome.claim for outcome in outcomes if isinstance(outcome, Passed)]
        assert all(claim.method is Method.QUOTED for claim in claims)
