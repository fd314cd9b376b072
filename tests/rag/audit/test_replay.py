"""The same answer from its record; or which step differs, and why."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from index.build import build_index
from index.encoder import Encoder
from index.errors import AuditError
from index.reading import read_document
from index.store import Index, open_index
from rag.answer import Answered, Method, Notice
from rag.audit.recorder import AuditRecorder
from rag.audit.replay import replay
from rag.drafting import open_drafter
from rag.pipeline import Pipeline
from rag.question import Turn
from rag.settings import Settings
from tests.rag.audit.scripted import settings_for
from tests.rag.scripted_server import Handler, serving

QUESTION = "三级、四级应用的记录要保存多久?"
TRUE = "三级、四级应用的记录保存期限不少于十年。[P1]"
LIE = "三级、四级应用的记录保存期限不少于五年。[P1]"
STEPS = ["index", "rules", "retrieval", "verification", "answer"]


@pytest.fixture
def pipeline(sample_index: Index, tmp_path: Path) -> Pipeline:
    settings = settings_for(tmp_path)
    return Pipeline(sample_index, settings, None, AuditRecorder(settings))


def differing(pipeline: Pipeline, answer: str) -> dict[str, str]:
    recorder = pipeline.recorder
    assert isinstance(recorder, AuditRecorder)
    steps = replay(recorder.log, answer, pipeline, recorder.home / "documents")
    assert [step.name for step in steps] == [
        "index",
        "rules",
        "retrieval",
        "verification",
        "answer",
    ]
    return {step.name: step.words for step in steps if not step.same}


@pytest.mark.parametrize(
    "question", [QUESTION, "本办法什么时候施行?", "", "天气怎么样?", "我能领补贴吗?", "字" * 4001]
)
def test_the_same_record_gives_the_same_answer(pipeline: Pipeline, question: str) -> None:
    answer = pipeline.answer(question, (Turn("谁负责?", "数据局"),))
    assert answer.trace.record
    assert not differing(pipeline, answer.trace.id)


@pytest.mark.parametrize(("draft", "method"), [(TRUE, Method.DRAFTED), (LIE, Method.QUOTED)])
def test_what_a_model_drafted_is_replayed_without_the_model(
    pipeline: Pipeline, draft: str, method: Method
) -> None:
    def reply(handler: Handler, _prompt: str) -> None:
        handler.say(draft)

    with serving(reply) as server:
        chosen = Settings.load(
            llm="openai:scripted", llm_base_url=server.url, llm_api_key="sk-secret-1"
        )
        drafting = replace(pipeline, drafter=open_drafter(chosen))
        answer = drafting.answer(QUESTION)
        asked = len(server.requests)
    assert isinstance(answer, Answered)
    assert answer.claims[0].method is method
    assert bool(answer.trace.rejected) == (draft == LIE)
    assert not differing(pipeline, answer.trace.id)
    assert len(server.requests) == asked


def test_a_model_that_failed_is_replayed_as_failing(pipeline: Pipeline) -> None:
    def reply(handler: Handler, _prompt: str) -> None:
        handler.status(401)

    with serving(reply) as server:
        chosen = Settings.load(llm="openai:scripted", llm_base_url=server.url, llm_api_key="sk-1")
        answer = replace(pipeline, drafter=open_drafter(chosen)).answer(QUESTION)
    assert Notice.MODEL_UNAVAILABLE in answer.trace.notices
    assert not differing(pipeline, answer.trace.id)


RULES = "某市规则\n\n第一条 数据局负责统筹公共数据。\n\n第二条 本规则自{}起施行。\n"


def built(folder: Path, encoder: Encoder, date: str) -> Index:
    source = folder / "rules.txt"
    source.write_text(RULES.format(date), encoding="utf-8")
    build_index([read_document(source)], folder / "idx", encoder)
    return open_index(folder / "idx", encoder)


def test_a_newer_text_is_named_and_the_old_words_are_still_there(
    tmp_path: Path, encoder: Encoder
) -> None:
    settings = settings_for(tmp_path)
    index = built(tmp_path, encoder, "2024年5月1日")
    pipeline = Pipeline(index, settings, None, AuditRecorder(settings))
    answer = pipeline.answer("这个规则从什么时候开始施行?")
    assert isinstance(answer, Answered)
    newer = replace(pipeline, index=built(tmp_path, encoder, "2026年7月1日"))
    changes = differing(newer, answer.trace.id)
    assert "rules.txt has a newer text" in changes["index"]
    assert changes["retrieval"] == "the text of rules.txt/2, at place 1, is not what it was"
    assert "2024年5月1日" in changes["answer"]
    assert "2026年7月1日" in changes["answer"]
    assert "verification" not in changes, "the cited words are kept as they were"


def test_changed_rules_are_named(pipeline: Pipeline, monkeypatch: pytest.MonkeyPatch) -> None:
    answer = pipeline.answer(QUESTION)
    monkeypatch.setattr("rag.audit.replay.rules_version", lambda: "0" * 16)
    monkeypatch.setattr("rag.audit.replay.choosing_version", lambda: "1" * 16)
    changes = differing(pipeline, answer.trace.id)
    assert set(changes) == {"rules"}
    assert "to 0000000000000000; how sentences are found and chosen changed" in changes["rules"]


def test_what_was_erased_or_broken_off_cannot_be_replayed(pipeline: Pipeline) -> None:
    recorder = pipeline.recorder
    assert isinstance(recorder, AuditRecorder)
    answer = pipeline.answer(QUESTION)
    recorder.log.erase(answer.trace.id, "asked for")
    with pytest.raises(AuditError, match="erased"):
        differing(pipeline, answer.trace.id)
    events = pipeline.stream(QUESTION)
    next(events)
    events.close()  # type: ignore[attr-defined]
    last = recorder.log.entries_of(recorder.log.answer_called(str(recorder.log.state()[0] - 1)))
    with pytest.raises(AuditError, match="interrupted"):
        differing(pipeline, last[0].answer)
