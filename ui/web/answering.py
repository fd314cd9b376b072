"""Questions from the web to the pipeline, and its events back as lines of JSON."""

from __future__ import annotations

import json
import threading
from collections.abc import AsyncGenerator, Callable, Generator, Iterator, Sequence
from typing import Protocol, assert_never

import anyio
from anyio import CapacityLimiter, to_thread

from index.document import Document
from rag.answer import Answer
from rag.events import Dropped, Event, Finished, Retrieved, Shown
from rag.question import Turn


class Library(Protocol):
    @property
    def documents(self) -> tuple[Document, ...]: ...


class Answering(Protocol):
    """What the web needs of :class:`rag.pipeline.Pipeline`; tests script it."""

    @property
    def index(self) -> Library: ...

    def answer(
        self,
        question: str,
        history: Sequence[Turn] = (),
        documents: frozenset[str] | None = None,
    ) -> Answer: ...

    def stream(
        self,
        question: str,
        history: Sequence[Turn] = (),
        documents: frozenset[str] | None = None,
    ) -> Iterator[Event]: ...


def event_json(event: Event) -> dict[str, object]:
    """One event as the browser reads it: ``{"event": name, …}``."""
    match event:
        case Retrieved():
            hits = [hit.to_json() for hit in event.hits]
            return {"event": "retrieved", "hits": hits, "record": event.record}
        case Shown():
            return {
                "event": "shown",
                "claim": event.claim.to_json(),
                "checks": list(event.checks),
            }
        case Dropped():
            return {"event": "dropped", "rejection": event.rejection.to_json()}
        case Finished():
            return {"event": "finished", "answer": event.answer.to_json()}
        case _:
            assert_never(event)


def line(value: dict[str, object]) -> bytes:
    r"""One line of NDJSON; lone surrogates travel as escapes.

    >>> line({"a": "中\ud800"})
    b'{"a": "\\u4e2d\\ud800"}\n'
    """
    return json.dumps(value, ensure_ascii=True).encode("ascii") + b"\n"


async def stream_events(
    start: Callable[[], Iterator[Event]], limiter: CapacityLimiter
) -> AsyncGenerator[Event]:
    """The events of ``start()``, each awaited in a worker thread.

    When the reader goes away (the user pressed stop) the iterator is closed, so that the
    pipeline can mark the answer as interrupted. A generator at work cannot be closed, hence the
    lock; a server that ends does not wait for the next sentence, so closing is left to a thread.
    """
    events = await to_thread.run_sync(start, limiter=limiter)
    at_work = threading.Lock()
    done = object()

    def following() -> object:
        with at_work:
            return next(events, done)

    def close() -> None:
        if isinstance(events, Generator):
            with at_work:
                events.close()

    try:
        while True:
            event = await to_thread.run_sync(following, limiter=limiter)
            if event is done:
                return
            yield event  # type: ignore[misc]
    finally:
        if at_work.locked():
            threading.Thread(target=close, name="closing", daemon=True).start()
        else:
            with anyio.CancelScope(shield=True):
                await to_thread.run_sync(close)
