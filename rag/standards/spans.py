"""Answers as OpenTelemetry spans, named as the GenAI semantic conventions name them.

A span for the answer (``invoke_workflow``) with children for retrieving, for the model's
draft (``chat``) and for verifying. Spans hold names, counts and durations; no question, no
sentence and no document's text ever enters one.

Nothing is imported and nothing measured unless OpenTelemetry already runs in the process,
as under ``opentelemetry-instrument suyuan serve``. Drafting and verifying alternate sentence
by sentence; their spans have the right lengths, laid end to end.
Source of the names: OpenTelemetry, Semantic Conventions for Generative AI (in development).
"""

from __future__ import annotations

import sys
from collections.abc import Iterator
from time import time_ns
from typing import TYPE_CHECKING

from index.version import VERSION
from rag.answer import Answer, Answered, Failed, Refused
from rag.events import Event, Finished, Retrieved

if TYPE_CHECKING:
    from opentelemetry.context import Context
    from opentelemetry.trace import Span, Tracer


def spanned(events: Iterator[Event]) -> Iterator[Event]:
    """``events`` themselves, or the same with spans made on the way where somebody collects
    them."""
    if "opentelemetry.sdk.trace" not in sys.modules:
        return events
    from opentelemetry import trace

    return _watched(events, trace.get_tracer("suyuan", VERSION))


def _watched(events: Iterator[Event], tracer: Tracer) -> Iterator[Event]:
    from opentelemetry import trace

    began = time_ns()
    answering = tracer.start_span(
        "invoke_workflow suyuan",
        attributes={
            "gen_ai.operation.name": "invoke_workflow",
            "gen_ai.workflow.name": "suyuan",
        },
        start_time=began,
    )
    parts = _Parts(tracer, trace.set_span_in_context(answering), began)
    try:
        for event in events:
            match event:
                case Retrieved():
                    parts.retrieved(len(event.hits))
                case Finished():
                    parts.finished(event.answer)
                    _conclude(answering, event.answer)
                case _:
                    pass
            yield event
    finally:
        answering.end()


class _Parts:
    """The children of one answer's span."""

    def __init__(self, tracer: Tracer, context: Context, began: int) -> None:
        self._tracer = tracer
        self._context = context
        self._at = began

    def retrieved(self, hits: int) -> None:
        self._part(
            "retrieval",
            time_ns(),
            {"gen_ai.operation.name": "retrieval", "suyuan.hits": hits},
        )

    def finished(self, answer: Answer) -> None:
        times, model = answer.trace.timings, answer.trace.model
        if model is not None and times.draft:
            provider, _, name = model.rpartition(":")
            self._part(
                f"chat {name}",
                self._at + int(times.draft * 1e6),
                {
                    "gen_ai.operation.name": "chat",
                    "gen_ai.provider.name": provider or "unknown",
                    "gen_ai.request.model": name,
                },
            )
        if times.verify:
            self._part(
                "verify",
                self._at + int(times.verify * 1e6),
                {"suyuan.rejected": len(answer.trace.rejected)},
            )

    def _part(self, name: str, end: int, attributes: dict[str, str | int]) -> None:
        from opentelemetry.trace import SpanKind

        span = self._tracer.start_span(
            name,
            context=self._context,
            # Only the model's call leaves the process.
            kind=SpanKind.CLIENT if name.startswith("chat ") else SpanKind.INTERNAL,
            attributes=attributes,
            start_time=self._at,
        )
        span.end(end)
        self._at = end


def _conclude(span: Span, answer: Answer) -> None:
    from opentelemetry.trace import StatusCode

    span.set_attribute("suyuan.status", str(answer.to_json()["status"]))
    if answer.trace.record:
        span.set_attribute("suyuan.record", answer.trace.record)
    match answer:
        case Answered():
            span.set_attribute("suyuan.claims", len(answer.claims))
        case Refused():
            span.set_attribute("suyuan.reason", answer.reason.value)
        case Failed():
            span.set_attribute("error.type", answer.reason.value)
            span.set_status(StatusCode.ERROR)
        case _:
            pass
