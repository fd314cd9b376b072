"""What a stream of an answer tells, in the order it happens."""

from __future__ import annotations

from dataclasses import dataclass

from rag.answer import Answer, Claim, Hit, Rejection


@dataclass(frozen=True, slots=True)
class Retrieved:
    """Search is done; ``record`` is the number under which the answer is being recorded."""

    hits: tuple[Hit, ...]
    record: str | None


@dataclass(frozen=True, slots=True)
class Shown:
    """A claim that passed every check and is on record: it may be shown now. ``checks`` are
    the names of the rules that it passed."""

    claim: Claim
    checks: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Dropped:
    """A drafted sentence that did not pass and is not shown."""

    rejection: Rejection


@dataclass(frozen=True, slots=True)
class Finished:
    """The whole answer. Its claims are those of the ``Shown`` events, in order."""

    answer: Answer


Event = Retrieved | Shown | Dropped | Finished
