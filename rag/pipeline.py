"""From a question to an answer: understand, retrieve, draft, verify, record.

What is guaranteed: every claim shown is located (its quotes stand in the cited paragraphs, by
construction) and, if a model drafted it, was found supported by the verifier before it was
shown. What is not: that the verifier is never wrong (its measured error rates are in the
README), nor that the source itself is right.
"""

from __future__ import annotations

import uuid
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from time import perf_counter
from typing import TYPE_CHECKING

from index.build import silent
from index.store import Index, open_index
from rag.answer import (
    Answer,
    Answered,
    Claim,
    Failed,
    FailureReason,
    Hit,
    Notice,
    Referred,
    RefusalReason,
    Refused,
    Rejection,
    Timings,
    Trace,
)
from rag.corpus import open_default
from rag.events import Dropped, Event, Finished, Retrieved, Shown
from rag.question import LENGTH_LIMIT, Question, Turn
from rag.quoting import Reading, addresses, assess, find, select, understand, wants_decision
from rag.quoting.candidates import POOL
from rag.recorded import recorded
from rag.recording import Asked, Exchange, Recorder, Unrecorded
from rag.settings import Settings
from rag.standards.spans import spanned

if TYPE_CHECKING:
    from rag.drafting.model import Drafter
    from rag.gate import Passed

DEPTH = 10
"""How many of the paragraphs found are shown and recorded."""


class Clock:
    """Milliseconds since the start and between laps."""

    def __init__(self) -> None:
        self._start = self._lap = perf_counter()
        self.first = 0.0

    def lap(self) -> float:
        now = perf_counter()
        spent, self._lap = (now - self._lap) * 1000, now
        return spent

    def total(self) -> float:
        return (perf_counter() - self._start) * 1000

    def show(self) -> None:
        """A sentence can be shown now."""
        self.first = self.first or self.total()


@dataclass(frozen=True)
class Pipeline:
    """Answers questions from one index. Safe to share between threads.

    Made by hand it keeps no record; :meth:`open` gives it the installation's recorder.
    """

    index: Index
    settings: Settings
    drafter: Drafter | None = None
    recorder: Recorder = field(default_factory=Unrecorded)

    @classmethod
    def open(
        cls,
        index: Path | str | None = None,
        settings: Settings | None = None,
        progress: Callable[[str], None] = silent,
    ) -> Pipeline:
        """The pipeline over the index in a folder; over the default index without one."""
        chosen = settings if settings is not None else Settings.load()
        drafter = None
        if chosen.llm:
            from rag.drafting import open_drafter  # LangChain's weight only where a model is set

            drafter = open_drafter(chosen)
        opened = (
            open_default(chosen, progress)
            if index is None
            else open_index(Path(index), progress=progress)
        )
        return cls(opened, chosen, drafter, open_recorder(chosen))

    def retrieve(self, question: str, k: int = DEPTH) -> tuple[Hit, ...]:
        """Retrieval alone: the ``k`` best paragraphs for ``question``, best first."""
        asked = understand(question[:LENGTH_LIMIT])
        return find(asked, self.index, pool=max(k, POOL)).ranked[:k]

    def answer(
        self,
        question: str,
        history: Sequence[Turn] = (),
        documents: frozenset[str] | None = None,
    ) -> Answer:
        """The whole answer at once; what :meth:`stream` ends with."""
        for event in self.stream(question, history, documents):
            if isinstance(event, Finished):
                return event.answer
        raise AssertionError("a stream ends with Finished")

    def stream(
        self,
        question: str,
        history: Sequence[Turn] = (),
        documents: frozenset[str] | None = None,
    ) -> Iterator[Event]:
        """Events as they happen; a claim comes only after it was verified and recorded."""
        trace = Trace(
            id=uuid.uuid4().hex,
            question=question,
            producer=self.settings.operator or self.settings.office,
            index_sha256=self.index.sha256,
        )
        asked = understand(question[: LENGTH_LIMIT + 1], history)
        exchange = Exchange()
        events = self._events(asked, trace, documents, exchange)
        said = Asked(question[: LENGTH_LIMIT + 1], tuple(history), asked.text, documents)
        begun = replace(trace, model=self.drafter.name if self.drafter else None)
        yield from spanned(recorded(events, self.recorder, said, begun, self.index, exchange))

    def _events(
        self,
        asked: Question,
        trace: Trace,
        documents: frozenset[str] | None,
        exchange: Exchange,
    ) -> Iterator[Event]:
        """Understand, retrieve, then refuse, quote or draft."""
        clock = Clock()
        if len(trace.question) > LENGTH_LIMIT:
            yield Finished(Refused(trace, RefusalReason.TOO_LONG))
            return
        if not asked.text:
            yield Finished(Refused(trace, RefusalReason.EMPTY_QUESTION))
            return
        reading = find(asked, self.index, documents=documents)
        shown = reading.ranked[:DEPTH]
        trace = replace(trace, hits=shown, timings=Timings(retrieve=clock.lap()))
        yield Retrieved(shown, trace.record)
        refusal = _refusal(reading, trace)
        if refusal is not None:
            yield Finished(_timed(refusal, clock))
        elif self.drafter is None:
            yield from self._quoted(reading, trace, clock)
        else:
            yield from self._drafted(self.drafter, reading, trace, clock, exchange)

    def _quoted(self, reading: Reading, trace: Trace, clock: Clock) -> Iterator[Event]:
        claims = tuple(Claim.quoted(citation) for citation in select(reading, self.index))
        for claim in claims:
            clock.show()
            yield Shown(claim, ("verbatim",))
        yield Finished(_timed(_concluded(trace, claims), clock))

    def _drafted(
        self,
        drafter: Drafter,
        reading: Reading,
        trace: Trace,
        clock: Clock,
        exchange: Exchange,
    ) -> Iterator[Event]:
        """The gate's outcomes as they come; the source's own words if nothing passes."""
        from rag.drafted import drafted_outcomes

        claims: list[Claim] = []
        waiting: list[Passed] = []
        to_the_point = False
        rejected: list[Rejection] = []
        notices: list[Notice] = []
        trace = replace(trace, model=drafter.name)
        for outcome in drafted_outcomes(drafter, reading.question, trace.hits, notices, exchange):
            if isinstance(outcome, Rejection):
                rejected.append(outcome)
                yield Dropped(outcome)
                continue
            # True sentences beside the point wait until one answers the question.
            waiting.append(outcome)
            to_the_point = to_the_point or addresses(reading, outcome.claim.citations)
            if to_the_point:
                for passed in waiting:
                    claims.append(passed.claim)
                    clock.show()
                    yield Shown(passed.claim, passed.checks)
                waiting.clear()
        if claims and Notice.MODEL_UNAVAILABLE in notices:  # what was shown stays
            notices[notices.index(Notice.MODEL_UNAVAILABLE)] = Notice.INTERRUPTED
        waited = exchange.waited_ms
        timings = replace(trace.timings, draft=waited, verify=max(0.0, clock.lap() - waited))
        trace = replace(trace, rejected=tuple(rejected), notices=tuple(notices), timings=timings)
        if claims:
            yield Finished(_timed(_concluded(trace, tuple(claims)), clock))
        else:
            yield from self._quoted(reading, trace, clock)


def open_recorder(settings: Settings) -> Recorder:
    """The recorder of this installation; none where recording is switched off."""
    if not settings.audit:
        return Unrecorded()
    from rag.audit import AuditRecorder  # keys and database only where a record is kept

    return AuditRecorder(settings)


def _refusal(reading: Reading, trace: Trace) -> Answer | None:
    """Why this question gets no answer from here, if it gets none."""
    if wants_decision(reading.question):
        return Referred(trace)
    if not trace.hits:
        return Refused(trace, RefusalReason.NO_EVIDENCE)
    if not assess(reading).answerable:
        return Refused(trace, RefusalReason.NOT_SUPPORTED)
    return None


def _concluded(trace: Trace, claims: tuple[Claim, ...]) -> Answer:
    return Answered(trace, claims) if claims else Refused(trace, RefusalReason.NOT_SUPPORTED)


def _timed(answer: Answer, clock: Clock) -> Answer:
    timings = replace(answer.trace.timings, total=clock.total(), first=clock.first)
    return replace(answer, trace=replace(answer.trace, timings=timings))


def bad_input(message: str, question: str = "", identifier: str | None = None) -> Failed:
    """The answer to a line that is no question."""
    trace = Trace(id=identifier or uuid.uuid4().hex, question=question)
    return Failed(trace, FailureReason.BAD_INPUT, message)


__all__ = ["DEPTH", "Hit", "Pipeline", "Turn", "bad_input"]
