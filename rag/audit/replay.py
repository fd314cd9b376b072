"""An answer given again from its record, and compared: the same, or which step differs and why.

Retrieval and verification run anew on the index and the rules of today. A language model is not
asked again: what it returned is on record, and goes through today's gate.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from index.errors import AuditError, ModelError
from index.store import Index
from rag.answer import Answer, Answered, Notice
from rag.audit.cited import flaw_of
from rag.audit.documents import kept_document
from rag.audit.entries import Kind
from rag.audit.log import Log, as_written
from rag.drafting.model import Drafter
from rag.drafting.prompt import Message, prompt_sha256
from rag.pipeline import Pipeline
from rag.question import Turn
from rag.quoting.version import choosing_version
from rag.recording import Unrecorded
from rag.verify import rules_version, verify

SCORE_TOLERANCE = 1e-3
"""Scores are sums of 32-bit floats: another processor may round their last digits otherwise."""


@dataclass(frozen=True, slots=True)
class Step:
    """One thing compared. ``words`` say what differs, and are empty if nothing does."""

    name: str
    words: str = ""

    @property
    def same(self) -> bool:
        return not self.words


def replay(log: Log, answer: str, pipeline: Pipeline, documents: Path) -> list[Step]:
    """Index, rules, retrieval, verification and answer, each compared with the record of
    ``answer``; ``documents`` is the folder of kept documents.

    Raises :class:`AuditError` if the answer was never finished, or its texts were erased.
    """
    with as_written():
        recorded = Recorded.read(log, answer)
        drafter, chosen = _drafter_of(recorded), recorded.opening["documents"]
        documents_then = None if chosen is None else frozenset(chosen)
    again = replace(pipeline, recorder=Unrecorded(), drafter=drafter).answer(
        recorded.question, recorded.history, documents_then
    )
    with as_written():
        return [
            Step("index", _index_change(recorded, pipeline.index)),
            Step("rules", _rules_change(recorded)),
            Step("retrieval", _retrieval_change(recorded, again)),
            Step("verification", _verification_change(recorded, documents)),
            Step("answer", _answer_change(recorded, again)),
        ]


@dataclass(frozen=True, slots=True)
class Recorded:
    """What the log holds of one answer. Its texts are plain JSON, hence ``Any``."""

    opening: Mapping[str, Any]
    question: str
    history: tuple[Turn, ...]
    sentences: tuple[tuple[Mapping[str, Any], str], ...]
    answer: Mapping[str, Any]
    replies: tuple[str, ...]

    @classmethod
    def read(cls, log: Log, answer: str) -> Recorded:
        entries, openings = log.entries_of(answer), log.openings_of(answer)
        closing = next((e for e in entries if e.kind is Kind.CLOSED), None)
        if closing is None:
            raise AuditError("this answer was interrupted: there is no whole answer to compare.")

        def text(number: int, name: str) -> Any:
            if (number, name) not in openings:
                raise AuditError(
                    f"the {name} of this record was erased: it cannot be replayed. The log still "
                    "proves that it was answered: suyuan audit export"
                )
            return json.loads(openings[number, name].body)["value"]

        first = entries[0].number
        return cls(
            json.loads(entries[0].body),
            text(first, "question"),
            tuple(Turn(t["question"], t["answer"]) for t in text(first, "history")),
            tuple(
                (json.loads(entry.body), text(entry.number, "text"))
                for entry in entries
                if entry.kind is Kind.SENTENCE
            ),
            text(closing.number, "answer"),
            tuple(text(closing.number, "raw_output")),
        )


class Replies(Drafter):
    """A model that returns what was returned before, call by call; then, if the model failed
    then, fails."""

    def __init__(self, name: str, replies: Sequence[str], *, structured: bool, fails: bool) -> None:
        super().__init__(name, lambda *_: iter(()), timeout=1.0, structured=structured)
        self._replies = iter(replies)
        self._left = len(replies)
        self._fails = fails

    def stream(self, messages: Sequence[Message], *, structured: bool = False) -> Iterator[str]:
        self._left -= 1
        yield next(self._replies, "")
        if self._fails and self._left <= 0:
            raise ModelError("the model failed here when the answer was given.")


def _drafter_of(recorded: Recorded) -> Replies | None:
    model = recorded.opening["model"]
    if not model:
        return None
    fails = Notice.MODEL_UNAVAILABLE.value in recorded.answer["notices"]
    structured = bool(recorded.opening["parameters"]["structured"])
    return Replies(model, recorded.replies, structured=structured, fails=fails)


def _index_change(recorded: Recorded, index: Index) -> str:
    before = recorded.opening["index_sha256"]
    if before == index.sha256:
        return ""
    now = {document.name: document.sha256 for document in index.documents}
    then = {hit["document"]: hit["document_sha256"] for hit in recorded.opening["hits"]}
    changed = [
        f"{name} {'is gone' if name not in now else 'has a newer text'}"
        for name, sha256 in sorted(then.items())
        if now.get(name) != sha256
    ]
    told = "; ".join(changed) or "the documents found then are unchanged"
    return f"the index changed from {before[:16]} to {index.sha256[:16]}: {told}"


def _rules_change(recorded: Recorded) -> str:
    changes = []
    then, now = recorded.opening["program"]["rules"], rules_version()
    if then != now:
        changes.append(f"the verifier's rules changed from {then} to {now}")
    then, now = recorded.opening["program"].get("choosing", ""), choosing_version()
    if then != now:
        changes.append(f"how sentences are found and chosen changed from {then} to {now}")
    parameters = recorded.opening["parameters"]
    if parameters and parameters["prompts"] != prompt_sha256():
        changes.append("the prompts changed; what the model returned then is taken as it was")
    return "; ".join(changes)


def _retrieval_change(recorded: Recorded, again: Answer) -> str:
    then, now = recorded.opening["hits"], again.trace.hits
    for rank, (before, hit) in enumerate(zip(then, now, strict=False), start=1):
        was = f"{before['document']}/{before['paragraph']}"
        here = f"{hit.paragraph.document}/{hit.paragraph.number}"
        if here != was:
            return f"place {rank} was {was} and is {here}"
        if hit.paragraph.sha256 != before["paragraph_sha256"]:
            return f"the text of {here}, at place {rank}, is not what it was"
        if abs(hit.score - before["score"]) > SCORE_TOLERANCE:
            return f"the score at place {rank} was {before['score']} and is {hit.score:.6f}"
    if len(then) != len(now):
        return f"{len(then)} paragraphs were found, {len(now)} are found"
    return ""


def _verification_change(recorded: Recorded, documents: Path) -> str:
    """Each sentence against the very words that it cited then, under today's rules."""
    for body, text in recorded.sentences:
        quotes = []
        for cited in body["citations"]:
            document = kept_document(documents, cited["document_sha256"])
            flaw = flaw_of(document, cited)
            if document is None or flaw:
                return f"{cited['document']} as it was cited then: {flaw}"
            words = document.paragraph(cited["paragraph"]).text
            quotes.append(words[cited["start"] : cited["end"]])
        if body["method"] == "quoted":
            if text != "".join(quotes):
                return f"sentence {body['sentence']} is not what stands in its source"
        elif not (verdict := verify(text, quotes)).supported:
            reasons = ", ".join(verdict.reasons)
            return f"sentence {body['sentence']} would not be shown today: {reasons}"
    return ""


def _answer_change(recorded: Recorded, again: Answer) -> str:
    then, now = recorded.answer, again.to_json()
    if (then["status"], then["reason"]) != (now["status"], now["reason"]):
        return (
            f"it was {then['status']} ({then['reason']}) and is {now['status']} ({now['reason']})"
        )
    said = [claim.to_json() for claim in again.claims] if isinstance(again, Answered) else []
    for number, (before, after) in enumerate(zip(then["claims"], said, strict=False), start=1):
        if before != after:
            return f"sentence {number} was {before['text']!r} and is {after['text']!r}"
    if len(then["claims"]) != len(said):
        return f"it had {len(then['claims'])} sentences and has {len(said)}"
    return ""
