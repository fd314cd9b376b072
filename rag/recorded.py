"""Nothing is shown before it is on record: the pipeline's events, each let through only after
the recorder has it on disk."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from typing import assert_never

from index.errors import AuditError
from index.store import Index
from rag.answer import Failed, FailureReason, Method, Trace
from rag.events import Dropped, Event, Finished, Retrieved, Shown
from rag.recording import Asked, Checked, Exchange, Recorder, Recording


def recorded(
    events: Iterator[Event],
    recorder: Recorder,
    asked: Asked,
    trace: Trace,
    index: Index,
    exchange: Exchange,
) -> Iterator[Event]:
    """``events`` with their record's name. A recorder that fails ends them with ``Failed``; a
    reader that leaves early is noted."""
    recording: Recording | None = None
    done = False
    try:
        for group in _together(events):
            event = group[0]
            match event:
                case Retrieved():
                    trace = replace(trace, hits=event.hits)
                    recording = recorder.begin(asked, trace, index)
                    yield Retrieved(event.hits, recording.record)
                case Shown():
                    if recording is None:
                        raise AssertionError("a claim is shown after Retrieved")
                    shown = [event for event in group if isinstance(event, Shown)]
                    recording.show([Checked(each.claim, each.checks) for each in shown])
                    yield from shown
                case Dropped():
                    if recording is not None:
                        recording.reject(event.rejection)
                    yield event
                case Finished():
                    if recording is None:
                        recording = recorder.begin(asked, trace, index)
                    named = replace(
                        event.answer.trace,
                        record=recording.record,
                        record_sha256=recording.record_sha256,
                    )
                    answer = replace(event.answer, trace=named)
                    recording.close(answer, exchange)
                    done = True
                    yield Finished(answer)
                case _:
                    assert_never(event)
    except AuditError as error:
        done = True
        yield Finished(Failed(trace, FailureReason.AUDIT_FAILED, str(error)))
    finally:
        if recording is not None and not done:
            recording.interrupt()


def _together(events: Iterator[Event]) -> Iterator[list[Event]]:
    """Quoted claims in one group, as the answerer has them all at once: one visit to the disk.
    Every other event by itself, as it comes."""
    group: list[Event] = []
    for event in events:
        if isinstance(event, Shown) and event.claim.method is Method.QUOTED:
            group.append(event)
            continue
        if group:
            yield group
            group = []
        yield [event]
    if group:
        yield group
