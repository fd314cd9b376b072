"""The recorder that the pipeline uses: every answer as entries in a log."""

from __future__ import annotations

import contextlib
import os
import sys
from collections.abc import Sequence
from functools import lru_cache
from pathlib import Path
from time import monotonic
from typing import cast

from index.errors import AuditError
from index.store import Index
from index.version import VERSION
from rag.answer import Answer, Citation, Hit, Rejection, Trace
from rag.audit.documents import keep_document
from rag.audit.entries import Draft, Entry, Json, Kind, text_sha256
from rag.audit.keys import open_keys
from rag.audit.liveness import Owner
from rag.audit.log import Log, now
from rag.audit.publishing import Publisher
from rag.audit.retention import expire
from rag.audit.store import Connection, open_store
from rag.recording import Asked, Checked, Exchange
from rag.settings import Settings

DATABASE = "log.sqlite"
EXPIRY_SECONDS = 3600.0
"""How often a process that runs for long looks for texts to erase."""


class AuditRecorder:
    """Keeps the records of one installation under ``$SUYUAN_HOME/audit``."""

    def __init__(self, settings: Settings) -> None:
        self.home = settings.home / "audit"
        self.settings = settings
        self.owner = Owner(self.home / "live")
        self.log = new_log(settings)
        self.publisher = publisher_for(settings, self.log)
        self._mark_interrupted()
        self._expired_at = -EXPIRY_SECONDS
        self._expire()

    def begin(self, asked: Asked, trace: Trace, index: Index) -> AnswerRecording:
        """The answer's opening entry, on disk."""
        self._expire()
        return AnswerRecording(self, asked, trace, index)

    def feedback(self, answer: str, verdict: str, reason: str) -> None:
        """What a reader said about an answer on record: the verdict, and their words, which can
        be erased as the question can. Raises :class:`AuditError`."""
        draft = Draft(Kind.FEEDBACK, answer, {"verdict": verdict}, {"reason": reason})
        with self.log.appending() as appender:
            if not appender.knows(answer):
                raise AuditError(f"there is no answer {answer!r} on record.")
            appender.append(draft)
        self.publish()

    def publish(self) -> None:
        """A checkpoint in the second place. Failing that is told, not fatal: the answer is on
        record, and the next checkpoint covers it."""
        try:
            self.publisher.publish()
        except AuditError as error:
            print(f"suyuan: {error}", file=sys.stderr)

    def close(self) -> None:
        self.log.store.close()
        self.owner.close()

    def _expire(self) -> None:
        """Erases what has been kept long enough; looks now and then."""
        days = self.settings.retention_days
        if days and monotonic() - self._expired_at >= EXPIRY_SECONDS:
            self._expired_at = monotonic()
            try:
                expire(self.log, days, now())
            except AuditError as error:  # the answer is not at fault; if the log is, it will say so
                print(f"suyuan: {error}", file=sys.stderr)

    def _mark_interrupted(self) -> None:
        """Seals answers that a process which is gone had left open."""
        with self.log.store.reading() as connection:
            left = connection.run("SELECT answer, owner FROM live")
        dead = {str(owner) for _, owner in left if self.owner.is_dead(str(owner))}
        if dead:
            with self.log.appending() as appender:
                for answer, owner in left:
                    if owner in dead and _claim(appender.connection, str(answer)):
                        appender.append(Draft(Kind.INTERRUPTED, str(answer), {"found": "at start"}))
            self.publish()
        self.owner.sweep()


class AnswerRecording:
    """One answer being recorded."""

    def __init__(self, keeper: AuditRecorder, asked: Asked, trace: Trace, index: Index) -> None:
        self._keeper = keeper
        self._index = index
        self._answer = trace.id
        self._shown = 0
        self._rejected = 0
        self._open = True
        draft = Draft(
            Kind.OPENED,
            trace.id,
            {
                "hits": [_hit(hit, index) for hit in trace.hits],
                "index_sha256": index.sha256,
                "documents": sorted(asked.documents) if asked.documents is not None else None,
                "model": trace.model,
                "parameters": _parameters(keeper.settings) if trace.model else None,
                "operator": _operator(keeper.settings),
                "program": _program(),
            },
            {
                "question": asked.question,
                "history": [{"question": t.question, "answer": t.answer} for t in asked.history],
                "rewritten": asked.rewritten,
            },
        )
        with keeper.log.appending() as appender:
            self._opened = appender.append(draft)
            appender.connection.run(
                "INSERT INTO live (answer, owner) VALUES (:answer, :owner)",
                {"answer": trace.id, "owner": keeper.owner.name},
            )

    @property
    def record(self) -> str:
        return self._opened.record

    @property
    def record_sha256(self) -> str:
        return self._opened.leaf.hex()

    @property
    def opened(self) -> Entry:
        return self._opened

    def show(self, claims: Sequence[Checked]) -> None:
        """The sentences, on disk before they are shown."""
        drafts = []
        for checked in claims:
            self._shown += 1
            public: dict[str, Json] = {
                "sentence": self._shown,
                "method": checked.claim.method.value,
                "citations": [self._citation(c) for c in checked.claim.citations],
                "supported": True,
                "checks": list(checked.checks),
            }
            drafts.append(Draft(Kind.SENTENCE, self._answer, public, {"text": checked.claim.text}))
        self._keeper.log.append(drafts)

    def reject(self, rejection: Rejection) -> None:
        self._rejected += 1
        self._keeper.log.append(
            [
                Draft(
                    Kind.REJECTED,
                    self._answer,
                    {"reasons": list(rejection.reasons)},
                    {"text": rejection.text},
                )
            ]
        )

    def close(self, answer: Answer, exchange: Exchange) -> None:
        """The whole answer as it is given, sealed; then a checkpoint elsewhere."""
        body = cast("dict[str, Json]", answer.to_json())
        public: dict[str, Json] = {
            "status": str(body["status"]),
            "reason": None if body["reason"] is None else str(body["reason"]),
            "sentences": self._shown,
            "rejected": self._rejected,
            "notices": [notice.value for notice in answer.trace.notices],
        }
        private: dict[str, Json] = {
            "answer": body,
            "raw_output": list(exchange.replies),
        }
        if not self._seal(Draft(Kind.CLOSED, self._answer, public, private)):
            raise AuditError(
                "another process sealed this answer as interrupted: the folder "
                f"{self._keeper.home / 'live'} was cleared while it was being given. Ask again."
            )

    def interrupt(self) -> None:
        """Nothing to raise to: the reader is gone. The next start would find it anyway."""
        with contextlib.suppress(AuditError):
            self._seal(Draft(Kind.INTERRUPTED, self._answer, {"found": "reader left"}))

    def _seal(self, draft: Draft) -> bool:
        """Whether this is the entry that seals the answer."""
        if not self._open:
            return False
        with self._keeper.log.appending() as appender:
            ours = _claim(appender.connection, self._answer)
            if ours:
                appender.append(draft)
        self._open = False
        self._keeper.publish()
        return ours

    def _citation(self, citation: Citation) -> Json:
        document = self._index.document(citation.paragraph.document)
        keep_document(self._keeper.home / "documents", document)
        return {
            "document": document.name,
            "document_sha256": document.sha256,
            "paragraph": citation.paragraph.number,
            "paragraph_sha256": citation.paragraph.sha256,
            "start": citation.start,
            "end": citation.end,
            "quote_sha256": text_sha256(citation.quote),
        }


def open_log(settings: Settings) -> Log:
    """The log of an installation, to be read. Raises :class:`AuditError` if there is none yet."""
    path = settings.home / "audit" / DATABASE
    if not settings.audit_url and not path.exists():
        raise AuditError(
            f"there is no record in {path}: nothing was answered yet, or SUYUAN_HOME points "
            "elsewhere."
        )
    return new_log(settings)


def new_log(settings: Settings) -> Log:
    """The log of an installation, made empty if there is none yet."""
    return Log(open_store(settings.audit_url, settings.home / "audit" / DATABASE))


def publisher_for(settings: Settings, log: Log) -> Publisher:
    """Who signs this installation's checkpoints and puts them in their second place."""
    return Publisher(log, open_keys(settings.home / "audit" / "keys"), checkpoints_folder(settings))


def checkpoints_folder(settings: Settings) -> Path:
    """Where checkpoints go: ``$SUYUAN_CHECKPOINTS``, else a folder beside the log's."""
    chosen = settings.checkpoints
    return Path(chosen).expanduser() if chosen else settings.home / "checkpoints"


def documents_folder(settings: Settings) -> Path:
    """Where the documents that were cited are kept, by their hash."""
    return settings.home / "audit" / "documents"


def _claim(connection: Connection, answer: str) -> bool:
    """Whether the answer was open; it is not any more. Two processes never both seal one."""
    gone = "DELETE FROM live WHERE answer = :answer RETURNING answer"
    return bool(connection.run(gone, {"answer": answer}))


def _hit(hit: Hit, index: Index) -> Json:
    paragraph = hit.paragraph
    return {
        "document": paragraph.document,
        "document_sha256": index.document(paragraph.document).sha256,
        "paragraph": paragraph.number,
        "paragraph_sha256": paragraph.sha256,
        "score": round(float(hit.score), 9),
    }


def _operator(settings: Settings) -> Json:
    return {
        "operator": settings.operator,
        "office": settings.office,
        "contact": settings.contact,
    }


def _parameters(settings: Settings) -> Json:
    from rag.drafting.prompt import prompt_sha256

    return {
        "prompts": prompt_sha256(),
        "structured": settings.llm_structured,
        "max_tokens": settings.llm_max_tokens,
        "timeout_s": settings.llm_timeout,
    }


@lru_cache(maxsize=1)
def _program() -> Json:
    from rag.quoting.version import choosing_version
    from rag.verify import rules_version

    return {
        "version": VERSION,
        "rules": rules_version(),
        "choosing": choosing_version(),
        "process": os.getpid(),
    }
