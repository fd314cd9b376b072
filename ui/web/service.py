"""What the routes of the API stand on."""

from __future__ import annotations

import hashlib
import hmac
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass
from http import HTTPStatus
from typing import Annotated

from anyio import CapacityLimiter
from fastapi import Depends, Request

from index.document import Document
from rag.answer import Answer, Answered
from ui.web.answering import Answering
from ui.web.examples import draw
from ui.web.opening import Opening
from ui.web.store import Store, StoredAnswer
from ui.web.uploads import Uploads

EDITOR_COOKIE = "suyuan_editor"
_CONCURRENT_ANSWERS = 32
"""Threads that wait for sentences: many, so that a slow model does not hold up the others."""


Trial = Callable[[Answering], Answering]
"""Makes of a pipeline the one that examples are tried on: it asks no model, keeps no record."""


class Problem(Exception):
    """A request that cannot be served; the words of ``key`` say what to do about it."""

    def __init__(self, status: HTTPStatus, key: str, **values: str) -> None:
        super().__init__(key)
        self.status = status
        self.key = key
        self.values = values


@dataclass(frozen=True, slots=True)
class Site:
    """Whose service this is. ``editor_token`` lets editors publish documents; without one,
    nobody can."""

    operator: str = ""
    office: str = ""
    contact: str = ""
    editor_token: str = ""

    def editor_cookie(self) -> str:
        return hmac.new(self.editor_token.encode(), b"suyuan editor", hashlib.sha256).hexdigest()


class Service:
    """The pipeline (opened in the background), the store, the examples."""

    def __init__(
        self, opening: Opening[Uploads], store: Store, site: Site, trial: Trial | None = None
    ) -> None:
        self.opening = opening
        self.store = store
        self.site = site
        self.limiter = CapacityLimiter(_CONCURRENT_ANSWERS)
        self.examples: list[str] = []
        self._trial: Trial = trial or (lambda pipeline: pipeline)
        self._drawn: Answering | None = None
        self._drawing = threading.Lock()

    @property
    def uploads(self) -> Uploads:
        return self.opening.get()

    def find(self, name: str, visitor: str, *, editor: bool = False) -> Document:
        """The document, if ``visitor`` may see it; :class:`Problem` otherwise."""
        found = self.uploads.find(name, visitor, editor=editor)
        if found is None:
            raise Problem(HTTPStatus.NOT_FOUND, "problem.document")
        return found

    def keep(self, answer: Answer, checks: list[list[str]], visitor: str) -> None:
        """Remember an answer so that a link to it can be shared."""
        trace = answer.trace
        body = answer.to_json() | {"checks": checks}
        claims = answer.claims if isinstance(answer, Answered) else ()
        places = {
            (citation.paragraph.document, citation.paragraph.number)
            for claim in claims
            for citation in claim.citations
        }
        self.store.add(
            StoredAnswer(
                id=trace.id,
                at=time.time(),
                visitor=visitor,
                question=trace.question,
                status=str(body["status"]),
                rejected=len(trace.rejected),
                total_ms=trace.timings.total,
                body=body,
                cited=tuple(sorted(places)),
            )
        )

    def stored(self, answer: str, visitor: str) -> StoredAnswer:
        """An answer that ``visitor`` may see: one whose documents they may see."""
        found = self.store.get(answer)
        if found is not None:
            names = self.store.rows("SELECT document FROM citations WHERE answer = ?", found.id)
            if found.visitor == visitor or all(
                self.uploads.find(str(name), visitor) for (name,) in names
            ):
                return found
        raise Problem(HTTPStatus.NOT_FOUND, "problem.answer")

    def own(self, answer: str, visitor: str) -> StoredAnswer:
        found = self.store.get(answer)
        if found is None or found.visitor != visitor:
            raise Problem(HTTPStatus.NOT_FOUND, "problem.own")
        return found

    def rate(self, answer: StoredAnswer, verdict: str, reason: str) -> None:
        """What its reader said about an answer: on record before it counts."""
        from rag.pipeline import Pipeline  # loaded long before there is an answer to rate

        library = self.uploads.library
        if isinstance(library, Pipeline) and answer.body.get("record"):
            library.recorder.feedback(answer.id, verdict, reason)
        self.store.rate(answer.id, answer.visitor, time.time(), verdict, reason)

    def draw_examples(self) -> list[str]:
        """Example questions for the library; drawn once for each state of it."""
        library = self.uploads.library
        with self._drawing:
            if self._drawn is not library:
                trial = self._trial(library)

                def answers(question: str) -> bool:
                    return isinstance(trial.answer(question), Answered)

                self.examples = draw(library.index.documents, answers)
                self._drawn = library
        return self.examples


def visitor(request: Request) -> str:
    """Who asks (see :mod:`ui.web.visitors`)."""
    return str(request.state.visitor)


Visitor = Annotated[str, Depends(visitor)]
