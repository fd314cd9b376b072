"""Sentences are shown as they come, and a slow answer holds up no other."""

from __future__ import annotations

import threading

from index.store import Index
from rag.answer import Answered, Method
from rag.drafting import open_drafter
from rag.events import Finished, Shown
from rag.pipeline import Pipeline
from rag.settings import Settings
from tests.rag.scripted_server import Handler, serving

QUESTION = "三级、四级应用的记录要保存多久?"
OTHER = "申诉多久要书面答复?"
FIRST = "三级、四级应用的记录保存期限不少于十年。"
SECOND = "一级、二级应用的记录保存期限不少于三年。"
PATIENCE = 20.0


def pipeline_for(index: Index, url: str) -> Pipeline:
    chosen = Settings.load(
        llm="openai:scripted", llm_base_url=url, llm_api_key="sk-x", llm_timeout=PATIENCE
    )
    return Pipeline(index, chosen, open_drafter(chosen))


def test_the_first_sentence_is_shown_while_the_second_is_not_yet_written(
    sample_index: Index,
) -> None:
    seen = threading.Event()

    def reply(handler: Handler, _prompt: str) -> None:
        handler.start_stream()
        handler.piece(f"{FIRST}[P1]{SECOND[:3]}")
        assert seen.wait(PATIENCE), "the first sentence was held back"
        handler.piece(f"{SECOND[3:]}[P1]")
        handler.wfile.write(b"data: [DONE]\n\n")

    shown = []
    with serving(reply) as server:
        for event in pipeline_for(sample_index, server.url).stream(QUESTION):
            if isinstance(event, Shown):
                shown.append(event.claim.text)
                seen.set()
            elif isinstance(event, Finished):
                timings = event.answer.trace.timings
                assert isinstance(event.answer, Answered)
                assert [c.text for c in event.answer.claims] == shown
    assert shown == [FIRST, SECOND]
    assert 0 < timings.first < timings.total
    assert timings.draft > 0


def test_a_slow_answer_holds_up_no_other(sample_index: Index) -> None:
    """Two questions to one pipeline at once: the model hangs on one of them."""
    asked, release = threading.Event(), threading.Event()

    def reply(handler: Handler, prompt: str) -> None:
        if QUESTION in prompt:
            handler.start_stream()
            asked.set()
            release.wait(PATIENCE)
        handler.say(f"{SECOND}[P1]")

    answers = {}
    with serving(reply) as server:
        pipeline = pipeline_for(sample_index, server.url)

        def ask(question: str) -> None:
            answers[question] = pipeline.answer(question)

        slow = threading.Thread(target=ask, args=(QUESTION,))
        slow.start()
        assert asked.wait(PATIENCE)
        quick = threading.Thread(target=ask, args=(OTHER,))
        quick.start()
        quick.join(PATIENCE)
        assert not quick.is_alive(), "the quick question waited for the slow one"
        assert OTHER in answers
        assert slow.is_alive()
        release.set()
        slow.join(PATIENCE)
    assert isinstance(answers[QUESTION], Answered)


def test_whoever_stops_reading_stops_the_model(sample_index: Index) -> None:
    """The reader leaves after the first sentence: the server soon finds nobody listening."""
    gone = threading.Event()

    def reply(handler: Handler, _prompt: str) -> None:
        handler.start_stream()
        try:
            for _ in range(100_000):
                handler.piece(f"{FIRST}[P1]")
        except (BrokenPipeError, ConnectionResetError):
            gone.set()

    with serving(reply) as server:
        events = pipeline_for(sample_index, server.url).stream(QUESTION)
        claim = next(event.claim for event in events if isinstance(event, Shown))
        assert claim.method is Method.DRAFTED
        events.close()  # type: ignore[attr-defined]
        assert gone.wait(PATIENCE)
