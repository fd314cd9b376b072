"""Structured output where the endpoint supports it, inline tags where it does not: the same
draft in the end."""

from __future__ import annotations

import json

import pytest

from index.store import Index
from rag.answer import Answered, Method, Notice
from rag.drafting import open_drafter, read_draft
from rag.pipeline import Pipeline
from rag.settings import Settings
from tests.rag.scripted_server import Handler, Reply, Server, serving

QUESTION = "三级、四级应用的记录要保存多久?"
TRUE = "三级、四级应用的记录保存期限不少于十年。"
FALSE = "三级、四级应用的记录保存期限不少于五年。"


def pipeline_for(index: Index, server: Server, *, structured: bool) -> Pipeline:
    chosen = Settings.load(
        llm="openai:scripted", llm_base_url=server.url, llm_api_key="sk-x", llm_timeout=20,
        llm_structured=structured,
    )  # fmt: skip
    return Pipeline(index, chosen, open_drafter(chosen))


def as_json(*sentences: str) -> str:
    rows = [{"text": text, "sources": ["P1"]} for text in sentences]
    return json.dumps({"sentences": rows}, ensure_ascii=False)


def as_prose(*sentences: str) -> str:
    return "".join(f"{text}[P1]" for text in sentences)


FORMS = {
    "indented": lambda body: json.dumps(body, ensure_ascii=False, indent=2),
    "escaped": json.dumps,
    "spaced": lambda body: json.dumps(body, ensure_ascii=False, separators=(" , ", " : ")),
    "fenced": lambda body: f"```json\n{json.dumps(body, ensure_ascii=False)}\n```",
    "announced": lambda body: f"好的:\n{json.dumps(body, ensure_ascii=False, indent=1)}",
    "a list": lambda body: json.dumps(body["sentences"], ensure_ascii=False, indent=2),
    "after thinking": lambda body: (
        f"<think>\n记录不保存。会不会是五年?\n</think>\n{json.dumps(body, ensure_ascii=False)}"
    ),
    "cut off": lambda body: json.dumps(body, ensure_ascii=False, indent=2)[:-6],
}


@pytest.mark.parametrize("size", [1, 7, 10_000])
@pytest.mark.parametrize("form", FORMS)
def test_json_is_read_however_it_is_laid_out(form: str, size: int) -> None:
    rows = [
        {"text": "甲负责。", "sources": ["P1"]},
        {"text": "乙用{甲}表示。", "sources": ["P2", "P3"]},
    ]
    text = FORMS[form]({"sentences": rows})
    pieces = [text[at : at + size] for at in range(0, len(text), size)]
    read = [(sentence.text, sentence.tags) for sentence in read_draft(pieces)]
    assert read == [("甲负责。", ("P1",)), ("乙用{甲}表示。", ("P2", "P3"))]


@pytest.mark.parametrize("size", [1, 10_000])
def test_thinking_aloud_is_not_read_as_an_answer(size: int) -> None:
    thought = "<think>" + "会不会是五年?" * 2000 + "</think>"
    for text, wanted in ((f"{thought}甲负责。[P1]", ["甲负责。"]), (thought[:-3], [])):
        pieces = [text[at : at + size] for at in range(0, len(text), size)]
        assert [sentence.text for sentence in read_draft(pieces)] == wanted


def says(text: str) -> Reply:
    return lambda handler, _prompt: handler.say(text)


@pytest.mark.parametrize("structured", [True, False])
@pytest.mark.parametrize("form", [as_json, as_prose])
def test_both_forms_are_read_whatever_was_asked_for(
    sample_index: Index, structured: bool, form: object
) -> None:
    with serving(says(form(TRUE, FALSE))) as server:  # type: ignore[operator]
        answer = pipeline_for(sample_index, server, structured=structured).answer(QUESTION)
        first = server.requests[0]
    assert ("response_format" in first) is structured
    assert isinstance(answer, Answered)
    assert [c.text for c in answer.claims if c.method is Method.DRAFTED] == [TRUE]
    assert FALSE in [rejection.text for rejection in answer.trace.rejected]


@pytest.mark.parametrize("code", [400, 422])
def test_an_endpoint_that_knows_no_schema_is_asked_in_words(sample_index: Index, code: int) -> None:
    def reply(handler: Handler, _prompt: str) -> None:
        if "response_format" in handler.server.requests[-1]:
            handler.status(code)
        else:
            handler.say(as_prose(TRUE))

    with serving(reply) as server:
        pipeline = pipeline_for(sample_index, server, structured=True)
        for _ in range(5):
            answer = pipeline.answer(QUESTION)
            assert isinstance(answer, Answered)
            assert answer.claims[0].method is Method.DRAFTED
            assert Notice.MODEL_UNAVAILABLE not in answer.trace.notices
        asked_with_schema = ["response_format" in request for request in server.requests]
    assert asked_with_schema == [True, *[False] * 5], "tried once, then remembered"


def test_half_an_object_shows_what_was_whole(sample_index: Index) -> None:
    with serving(says(as_json(TRUE, FALSE)[:-40])) as server:
        answer = pipeline_for(sample_index, server, structured=True).answer(QUESTION)
    assert isinstance(answer, Answered)
    assert answer.claims[0].text == TRUE
