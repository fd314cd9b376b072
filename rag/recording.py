"""What the pipeline asks of whoever keeps the record of its answers.

The order is part of the promise: an answer is begun before anything is shown, each sentence is
recorded before it is shown, and the answer is closed before it is given as a whole. Every
method raises :class:`~index.errors.AuditError` when the record cannot be written; the pipeline
then shows nothing more.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from time import perf_counter
from typing import Protocol

from index.store import Index
from rag.answer import Answer, Claim, Rejection, Trace
from rag.question import Turn


@dataclass(frozen=True, slots=True)
class Asked:
    """What an answer starts from. ``rewritten`` is the question as it was searched for."""

    question: str
    history: tuple[Turn, ...] = ()
    rewritten: str = ""
    documents: frozenset[str] | None = None


@dataclass(frozen=True, slots=True)
class Checked:
    """A claim about to be shown, with the checks that it passed."""

    claim: Claim
    checks: tuple[str, ...]


@dataclass(slots=True)
class Exchange:
    """What a model returned, call by call, as it came, and how long it was waited for."""

    replies: list[str] = field(default_factory=list)
    waited_ms: float = 0.0

    def listen(self, pieces: Iterable[str]) -> Iterator[str]:
        """The pieces of one call, passed on and kept."""
        self.replies.append("")
        source = iter(pieces)
        while True:
            asked = perf_counter()
            try:
                piece = next(source, None)
            finally:
                self.waited_ms += (perf_counter() - asked) * 1000
            if piece is None:
                return
            self.replies[-1] += piece
            yield piece


class Recording(Protocol):
    """The record of one answer."""

    @property
    def record(self) -> str | None:
        """The name under which people find it."""
        ...

    @property
    def record_sha256(self) -> str | None:
        """The hash of its first entry."""
        ...

    def show(self, claims: Sequence[Checked]) -> None: ...

    def reject(self, rejection: Rejection) -> None: ...

    def close(self, answer: Answer, exchange: Exchange) -> None: ...

    def interrupt(self) -> None:
        """The reader left before the answer was whole."""
        ...


class Recorder(Protocol):
    def begin(self, asked: Asked, trace: Trace, index: Index) -> Recording: ...

    def feedback(self, answer: str, verdict: str, reason: str) -> None:
        """What a reader said about the answer with this id."""
        ...


class Unrecorded:
    """Keeps no record: for evaluation and for trying examples, never for answering people."""

    record: str | None = None
    record_sha256: str | None = None

    def begin(self, asked: Asked, trace: Trace, index: Index) -> Recording:
        return self

    def feedback(self, answer: str, verdict: str, reason: str) -> None:
        return

    def show(self, claims: Sequence[Checked]) -> None:
        return

    def reject(self, rejection: Rejection) -> None:
        return

    def close(self, answer: Answer, exchange: Exchange) -> None:
        return

    def interrupt(self) -> None:
        return
