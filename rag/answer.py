"""What the program says, as values that cannot be wrong by construction.

An answer is one of four: ``Answered``, ``Refused``, ``Referred``, ``Failed``. A claim has at
least one citation, and a citation's quote *is* a slice of its paragraph: it is computed,
never stored, so a quote that differs from its source cannot be built.

*Located* is not *supported*: a citation proves that the quote stands in the paragraph. That
the quote supports the claim is the verifier's statement (:mod:`rag.verify`).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from typing import assert_never

from index.document import Paragraph
from index.search import Hit as Hit
from rag.labels import Label, Origin


class Method(StrEnum):
    """How a claim came about."""

    QUOTED = "quoted"
    DRAFTED = "drafted"
    PERSON = "person"


class RefusalReason(StrEnum):
    NO_EVIDENCE = "no_evidence"
    NOT_SUPPORTED = "not_supported"
    EMPTY_QUESTION = "empty_question"
    TOO_LONG = "too_long"


class FailureReason(StrEnum):
    MODEL_FAILED = "model_failed"
    AUDIT_FAILED = "audit_failed"
    BAD_INPUT = "bad_input"


class Notice(StrEnum):
    OMITTED = "omitted"
    MODEL_UNAVAILABLE = "model_unavailable"
    SUPERSEDED = "superseded"
    INTERRUPTED = "interrupted"


@dataclass(frozen=True, slots=True)
class Citation:
    """A span of a paragraph, ``start`` inclusive to ``end`` exclusive, in code points.

    >>> from index.document import Paragraph
    >>> p = Paragraph("a.txt", 1, "引言/1", "引言", "论坛在清华大学召开。", 0)
    >>> Citation(p, 3, 7).quote
    '清华大学'
    >>> Citation(p, 7, 3)
    Traceback (most recent call last):
    ValueError: a.txt/1 has no span 7 to 3
    """

    paragraph: Paragraph
    start: int
    end: int

    def __post_init__(self) -> None:
        if not 0 <= self.start < self.end <= len(self.paragraph.text):
            where = f"{self.paragraph.document}/{self.paragraph.number}"
            raise ValueError(f"{where} has no span {self.start} to {self.end}")

    @property
    def quote(self) -> str:
        return self.paragraph.text[self.start : self.end]

    def to_json(self) -> dict[str, object]:
        return {
            "document": self.paragraph.document,
            "paragraph": self.paragraph.number,
            "label": self.paragraph.label,
            "start": self.start,
            "end": self.end,
            "quote": self.quote,
        }


@dataclass(frozen=True, slots=True)
class Claim:
    """One sentence shown, with the citations that prove it: at least one."""

    text: str
    citations: tuple[Citation, ...]
    method: Method

    def __post_init__(self) -> None:
        if not self.citations:
            raise ValueError("a claim needs a citation")
        if not self.text.strip():
            raise ValueError("a claim needs words")
        if self.method is Method.QUOTED and self.text != "".join(c.quote for c in self.citations):
            raise ValueError("a quoted claim says its citations' words and nothing else")

    @classmethod
    def quoted(cls, citation: Citation) -> Claim:
        """The claim that says what the citation quotes."""
        return cls(citation.quote, (citation,), Method.QUOTED)

    def to_json(self) -> dict[str, object]:
        return {
            "text": self.text,
            "citations": [c.to_json() for c in self.citations],
            "method": self.method.value,
        }


@dataclass(frozen=True, slots=True)
class Rejection:
    """A drafted sentence that was not shown, and the verifier's reason codes."""

    text: str
    reasons: tuple[str, ...]

    def to_json(self) -> dict[str, object]:
        return {"text": self.text, "reasons": list(self.reasons)}


@dataclass(frozen=True, slots=True)
class Timings:
    """Milliseconds spent. ``draft`` is the wait for the model, ``verify`` what the gate added
    to it; ``first`` is when the first sentence could be shown, 0 when none was."""

    retrieve: float = 0.0
    draft: float = 0.0
    verify: float = 0.0
    total: float = 0.0
    first: float = 0.0

    def to_json(self) -> dict[str, float]:
        return {
            "retrieve": round(self.retrieve, 3),
            "draft": round(self.draft, 3),
            "verify": round(self.verify, 3),
            "total": round(self.total, 3),
            "first": round(self.first, 3),
        }


@dataclass(frozen=True, slots=True, kw_only=True)
class Trace:
    """What every answer carries, whatever its status. ``producer`` names who runs the
    service and ``record_sha256`` is the hash of the record's first entry, for the label."""

    id: str
    question: str
    producer: str = ""
    hits: tuple[Hit, ...] = ()
    rejected: tuple[Rejection, ...] = ()
    notices: tuple[Notice, ...] = ()
    model: str | None = None
    index_sha256: str | None = None
    record: str | None = None
    record_sha256: str | None = None
    timings: Timings = field(default_factory=Timings)


@dataclass(frozen=True, slots=True)
class Answered:
    trace: Trace
    claims: tuple[Claim, ...]

    def __post_init__(self) -> None:
        if not self.claims:
            raise ValueError("an answer needs a claim; without one it is a refusal")

    def to_json(self) -> dict[str, object]:
        return _to_json(self)


@dataclass(frozen=True, slots=True)
class Refused:
    trace: Trace
    reason: RefusalReason

    def to_json(self) -> dict[str, object]:
        return _to_json(self)


@dataclass(frozen=True, slots=True)
class Referred:
    """The question asks for a decision on a case: a person answers."""

    trace: Trace

    def to_json(self) -> dict[str, object]:
        return _to_json(self)


@dataclass(frozen=True, slots=True)
class Failed:
    """Nothing could be answered through a fault; ``message`` says what to do about it."""

    trace: Trace
    reason: FailureReason
    message: str = ""

    def to_json(self) -> dict[str, object]:
        return _to_json(self)


Answer = Answered | Refused | Referred | Failed


def label_of(answer: Answer) -> Label:
    """The label that must stand with ``answer`` wherever it is shown or saved.

    >>> label_of(Referred(Trace(id="a1", question="?", producer="某市数据局"))).producer
    '某市数据局'
    """
    methods = {claim.method for claim in answer.claims} if isinstance(answer, Answered) else set()
    if not methods:
        origin = Origin.NOTHING
    elif Method.DRAFTED in methods:
        origin = Origin.DRAFTED
    elif Method.QUOTED in methods:
        origin = Origin.QUOTED
    else:
        origin = Origin.PERSON
    trace = answer.trace
    return Label(origin, trace.producer, trace.id, trace.record_sha256 or "")


def _to_json(answer: Answer) -> dict[str, object]:
    claims: Sequence[Claim] = ()
    extra: Mapping[str, object] = {}
    match answer:
        case Answered():
            status, reason, claims = "answered", None, answer.claims
        case Refused():
            status, reason = "refused", answer.reason.value
        case Referred():
            status, reason = "referred", "needs_human"
        case Failed():
            status, reason = "failed", answer.reason.value
            extra = {"message": answer.message}
        case _:
            assert_never(answer)
    trace = answer.trace
    return {
        "id": trace.id,
        "question": trace.question,
        "status": status,
        "reason": reason,
        "claims": [claim.to_json() for claim in claims],
        "rejected": [rejection.to_json() for rejection in trace.rejected],
        "hits": [hit.to_json() for hit in trace.hits],
        "notices": [notice.value for notice in trace.notices],
        "model": trace.model,
        "index_sha256": trace.index_sha256,
        "record": trace.record,
        "label": label_of(answer).to_json(),
        "timings_ms": trace.timings.to_json(),
        **extra,
    }
