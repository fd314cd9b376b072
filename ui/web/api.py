"""The HTTP API: what the pages talk to, and other programs may.

``POST /api/ask`` gives the answer object of the contract; ``POST /api/ask/stream`` the same
answer sentence by sentence as lines of JSON. A request that cannot be used is answered with
``{"error", "message"}``, where the message says what to do.
"""

from __future__ import annotations

import hashlib
import secrets
import time
from collections.abc import AsyncIterator
from dataclasses import dataclass
from http import HTTPStatus
from typing import Annotated

from anyio import CapacityLimiter, to_thread
from fastapi import APIRouter, Depends, FastAPI, Request, Response
from fastapi.exceptions import RequestValidationError
from fastapi.responses import JSONResponse, StreamingResponse
from pydantic import BaseModel, ConfigDict, Field

from index.document import Document
from index.errors import SuyuanError
from rag.answer import Answer
from rag.events import Finished, Shown
from rag.question import Turn
from ui.web.answering import Answering, event_json, line, stream_events
from ui.web.store import Store, StoredAnswer

VISITOR_COOKIE = "suyuan_visitor"
_CONCURRENT_ANSWERS = 4


class PastTurn(BaseModel):
    model_config = ConfigDict(extra="ignore")
    question: str
    answer: str


class Ask(BaseModel):
    model_config = ConfigDict(extra="ignore")
    question: str
    history: list[PastTurn] = Field(default_factory=list, max_length=50)
    documents: list[str] | None = Field(default=None, max_length=10_000)


class Problem(Exception):
    """A request that cannot be served, with what to do about it."""

    def __init__(self, status: HTTPStatus, message: str) -> None:
        super().__init__(message)
        self.status = status
        self.message = message


@dataclass(frozen=True, slots=True)
class Service:
    """What the routes stand on."""

    pipeline: Answering
    store: Store
    limiter: CapacityLimiter

    @classmethod
    def of(cls, pipeline: Answering, store: Store) -> Service:
        return cls(pipeline, store, CapacityLimiter(_CONCURRENT_ANSWERS))

    def find(self, name: str) -> Document:
        for document in self.pipeline.index.documents:
            if document.name == name:
                return document
        raise Problem(HTTPStatus.NOT_FOUND, "没有这份文档：请从文档列表中选择。")

    def keep(self, answer: Answer, checks: list[list[str]], visitor: str) -> None:
        """Remember an answer so that a link to it can be shared."""
        trace = answer.trace
        body = answer.to_json() | {"checks": checks}
        reason = body["reason"]
        stored = StoredAnswer(
            id=trace.id,
            at=time.time(),
            visitor=visitor,
            question=trace.question,
            status=str(body["status"]),
            reason=None if reason is None else str(reason),
            total_ms=trace.timings.total,
            body=body,
        )
        self.store.add(stored)


def visitor(request: Request, response: Response) -> str:
    """Who asks: a hash of an anonymous cookie, set on the first visit."""
    cookie = request.cookies.get(VISITOR_COOKIE, "")
    if len(cookie) < 20:
        cookie = secrets.token_urlsafe(16)
        response.set_cookie(
            VISITOR_COOKIE, cookie, max_age=365 * 86400, httponly=True, samesite="lax"
        )
    return hashlib.sha256(cookie.encode("utf-8", "replace")).hexdigest()


Visitor = Annotated[str, Depends(visitor)]


def summary(document: Document) -> dict[str, object]:
    """A document as the list of documents shows it."""
    meta = document.metadata
    return {
        "name": document.name,
        "title": meta.title or document.name,
        "authors": list(meta.authors),
        "source": meta.source,
        "date": meta.date,
        "paragraphs": len(document.paragraphs),
    }


def whole(document: Document) -> dict[str, object]:
    """A document with its text: paragraphs and the headings that stand before them."""
    return summary(document) | {
        "headings": [
            {"level": h.level, "text": h.text, "before": h.before} for h in document.headings
        ],
        "text": [
            {"number": p.number, "label": p.label, "section": p.section, "text": p.text}
            for p in document
        ],
    }


def routes(service: Service) -> APIRouter:
    """The routes over a service."""
    router = APIRouter(prefix="/api")

    @router.get("/health")
    def health() -> dict[str, object]:
        return {"status": "ok", "documents": len(service.pipeline.index.documents)}

    @router.get("/documents")
    def documents(_who: Visitor) -> dict[str, object]:
        return {"documents": [summary(d) for d in service.pipeline.index.documents]}

    @router.get("/documents/{name:path}")
    def document(name: str, _who: Visitor) -> Response:
        return _json(whole(service.find(name)))

    @router.post("/ask")
    async def ask(body: Ask, who: Visitor) -> Response:
        chosen = None if body.documents is None else frozenset(body.documents)
        answer = await to_thread.run_sync(
            lambda: service.pipeline.answer(body.question, _turns(body), chosen),
            limiter=service.limiter,
        )
        service.keep(answer, [], who)
        return _json(answer.to_json())

    @router.post("/ask/stream")
    async def ask_stream(body: Ask, who: Visitor, response: Response) -> StreamingResponse:
        chosen = None if body.documents is None else frozenset(body.documents)

        async def lines() -> AsyncIterator[bytes]:
            checks: list[list[str]] = []
            events = stream_events(
                lambda: service.pipeline.stream(body.question, _turns(body), chosen),
                service.limiter,
            )
            try:
                async for event in events:
                    if isinstance(event, Shown):
                        checks.append([str(check) for check in event.checks])
                    elif isinstance(event, Finished):
                        service.keep(event.answer, checks, who)
                    yield line(event_json(event))
            except SuyuanError as error:
                yield line({"event": "error", "message": str(error)})
            finally:
                await events.aclose()

        stream = StreamingResponse(lines(), media_type="application/x-ndjson")
        for key, value in response.headers.items():
            if key == "set-cookie":
                stream.headers.append(key, value)
        return stream

    @router.get("/answers/{answer}")
    def stored(answer: str, who: Visitor) -> Response:
        found = service.store.get(answer)
        if found is None:
            raise Problem(HTTPStatus.NOT_FOUND, "没有这个回答：链接可能不完整，或记录已删除。")
        return _json(found.body | {"at": found.at, "mine": found.visitor == who})

    return router


def answer_errors(app: FastAPI) -> None:
    """Foreseeable faults become JSON that says what to do."""

    @app.exception_handler(Problem)
    async def problem(_: Request, error: Problem) -> JSONResponse:
        return _problem(error.status, error.message)

    @app.exception_handler(SuyuanError)
    async def foreseen(_: Request, error: SuyuanError) -> JSONResponse:
        return _problem(HTTPStatus.SERVICE_UNAVAILABLE, str(error))

    @app.exception_handler(RequestValidationError)
    async def malformed(_: Request, error: RequestValidationError) -> JSONResponse:
        first = error.errors()[0]
        where = "/".join(str(part) for part in first["loc"][1:]) or "body"
        message = (
            f'请求无法理解（{where}）：请发送 JSON 对象 {{"question": "…", '
            '"history": [{"question": "…", "answer": "…"}]}。'
        )
        return _problem(HTTPStatus.BAD_REQUEST, message)


def _problem(status: HTTPStatus, message: str) -> JSONResponse:
    return JSONResponse({"error": status.phrase, "message": message}, status_code=int(status))


def _json(value: dict[str, object]) -> Response:
    return Response(line(value), media_type="application/json")


def _turns(body: Ask) -> tuple[Turn, ...]:
    return tuple(Turn(turn.question, turn.answer) for turn in body.history)
