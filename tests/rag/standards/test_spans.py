"""Spans as OpenTelemetry's own exporter receives them."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Iterator
from dataclasses import replace

import pytest
from opentelemetry import trace as opentelemetry_trace
from opentelemetry.sdk.trace import ReadableSpan, TracerProvider
from opentelemetry.sdk.trace.export import SimpleSpanProcessor
from opentelemetry.sdk.trace.export.in_memory_span_exporter import InMemorySpanExporter

from index.search import Hit
from rag.answer import (
    Answered,
    Citation,
    Claim,
    Failed,
    FailureReason,
    Method,
    Rejection,
    Timings,
    Trace,
)
from rag.events import Event, Finished, Retrieved, Shown
from rag.standards.spans import spanned
from tests.rag.standards.answers import RULE, trace

SECRET = "身份证号 110101"


@pytest.fixture
def collected(monkeypatch: pytest.MonkeyPatch) -> InMemorySpanExporter:
    exporter = InMemorySpanExporter()
    provider = TracerProvider()
    provider.add_span_processor(SimpleSpanProcessor(exporter))
    monkeypatch.setattr(opentelemetry_trace, "get_tracer", provider.get_tracer)
    return exporter


def drafted_trace() -> Trace:
    return replace(
        trace("a1", SECRET),
        model="openai:some-model",
        rejected=(Rejection(SECRET, ("number",)),),
        timings=Timings(retrieve=3.0, draft=200.0, verify=5.0, total=210.0),
    )


def events() -> Iterator[Event]:
    claim = Claim("二十个工作日。", (Citation(RULE, 0, 5),), Method.DRAFTED)
    yield Retrieved((Hit(RULE, 0.9),), "00000012-9f86d081884c7d65")
    yield Shown(claim, ("number",))
    yield Finished(Answered(drafted_trace(), (claim,)))


def by_name(exporter: InMemorySpanExporter) -> dict[str, ReadableSpan]:
    return {span.name: span for span in exporter.get_finished_spans()}


def test_retrieving_drafting_and_verifying_are_children_of_the_answer(
    collected: InMemorySpanExporter,
) -> None:
    assert list(spanned(events())) == list(events())
    spans = by_name(collected)
    assert set(spans) == {
        "invoke_workflow suyuan", "retrieval", "chat some-model", "verify",
    }  # fmt: skip
    root = spans.pop("invoke_workflow suyuan")
    assert root.parent is None
    for span in spans.values():
        assert span.parent is not None
        assert span.parent.span_id == root.context.span_id
    attributes = spans["chat some-model"].attributes
    assert attributes is not None
    assert attributes["gen_ai.provider.name"] == "openai"
    assert attributes["gen_ai.request.model"] == "some-model"


def test_a_span_is_as_long_as_its_work(collected: InMemorySpanExporter) -> None:
    list(spanned(events()))
    spans = by_name(collected)
    for name, milliseconds in (("chat some-model", 200), ("verify", 5)):
        start, end = spans[name].start_time, spans[name].end_time
        assert start is not None
        assert end is not None
        assert end - start == milliseconds * 1_000_000


def test_no_content_enters_a_span(collected: InMemorySpanExporter) -> None:
    list(spanned(events()))
    written = "".join(span.to_json() for span in collected.get_finished_spans())
    for words in (SECRET, RULE.text[:5], RULE.document, "二十"):
        assert words not in written
        assert words.encode("unicode-escape").decode() not in written


def test_a_failed_answer_is_an_error(collected: InMemorySpanExporter) -> None:
    failed = Finished(Failed(trace("a1"), FailureReason.AUDIT_FAILED, "disk full"))
    list(spanned(iter([failed])))
    (span,) = collected.get_finished_spans()
    assert not span.status.is_ok
    assert span.attributes is not None
    assert span.attributes["error.type"] == "audit_failed"


def test_a_reader_who_leaves_ends_the_span_and_the_answer(
    collected: InMemorySpanExporter,
) -> None:
    left = []

    def watched() -> Iterator[Event]:
        try:
            yield from events()
        finally:
            left.append(True)

    stream = spanned(watched())
    next(stream)
    del stream
    assert left == [True]
    assert "invoke_workflow suyuan" in by_name(collected)


def test_without_opentelemetry_in_the_process_nothing_is_imported_or_wrapped() -> None:
    program = (
        "import sys; from rag.standards.spans import spanned; events = iter(()); "
        "assert spanned(events) is events; "
        "print(any(name.startswith('opentelemetry') for name in sys.modules))"
    )
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True)
    assert (done.stdout.strip(), done.stderr) == ("False", "")
