"""The HTTP API: what the pages talk to, and other programs may.

``POST /api/ask`` gives the answer object of the contract; ``POST /api/ask/stream`` the same
answer sentence by sentence as lines of JSON. A request that cannot be used is answered with
``{"error", "message"}``, where the message says what to do.
"""

from __future__ import annotations

import secrets
import time
from collections.abc import AsyncIterator
from http import HTTPStatus
from typing import Annotated, Literal, get_args

from anyio import to_thread
from fastapi import APIRouter, FastAPI, Query, Request, Response
from fastapi.exceptions import RequestValidationError
from fastapi.responses import JSONResponse, StreamingResponse
from pydantic import BaseModel, ConfigDict, Field

from index.errors import SuyuanError, UsageError
from rag.events import Finished, Shown
from rag.question import Turn
from ui.web.answering import event_json, line, stream_events
from ui.web.export import EXPORTS, Format, exported
from ui.web.opening import NotReady
from ui.web.overview import overview
from ui.web.service import Problem, Service, Visitor
from ui.web.uploads import UploadRefused
from ui.web.words import language_of, words


class PastTurn(BaseModel):
    model_config = ConfigDict(extra="ignore")
    question: str
    answer: str


class Ask(BaseModel):
    """A question; ``documents`` limits the answer to these."""

    model_config = ConfigDict(extra="ignore")
    question: str
    history: list[PastTurn] = Field(default_factory=list, max_length=50)
    documents: list[str] | None = Field(default=None, max_length=10_000)

    def turns(self) -> tuple[Turn, ...]:
        return tuple(Turn(turn.question, turn.answer) for turn in self.history)

    def chosen(self) -> frozenset[str] | None:
        return None if self.documents is None else frozenset(self.documents)


class Feedback(BaseModel):
    answer: str = Field(max_length=64)
    verdict: Literal["up", "down"]
    reason: str = Field(default="", max_length=500)


class Referral(BaseModel):
    answer: str = Field(max_length=64)
    note: str = Field(default="", max_length=1_000)


def routes(service: Service) -> APIRouter:
    """The routes over a service."""
    router = APIRouter(prefix="/api")

    @router.get("/health")
    def health() -> dict[str, object]:
        opening = service.opening
        if not opening.ready:
            return {"status": "starting", "stage": opening.stage}
        return {"status": "ok", "documents": len(opening.get().library.index.documents)}

    @router.get("/site")
    def site() -> dict[str, object]:
        return {
            "operator": service.site.operator,
            "office": service.site.office,
            "contact": service.site.contact,
            "exports": list(get_args(Format)) if EXPORTS else [],
        }

    @router.get("/examples")
    def examples() -> dict[str, object]:
        return {"examples": service.draw_examples()}

    @router.post("/ask")
    async def ask(body: Ask, who: Visitor) -> Response:
        pipeline, chosen = service.uploads.for_question(who, body.chosen())
        answer = await to_thread.run_sync(
            lambda: pipeline.answer(body.question, body.turns(), chosen), limiter=service.limiter
        )
        service.keep(answer, [], who)
        return _json(answer.to_json())

    @router.post("/ask/stream")
    async def ask_stream(body: Ask, who: Visitor) -> StreamingResponse:
        pipeline, chosen = service.uploads.for_question(who, body.chosen())

        async def lines() -> AsyncIterator[bytes]:
            checks: list[list[str]] = []
            events = stream_events(
                lambda: pipeline.stream(body.question, body.turns(), chosen), service.limiter
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

        return StreamingResponse(lines(), media_type="application/x-ndjson")

    @router.get("/answers/{answer}")
    def stored(answer: str, who: Visitor) -> Response:
        found = service.stored(answer, who)
        return _json(found.body | {"at": found.at, "mine": found.visitor == who})

    @router.get("/answers/{answer}/export")
    def export(
        answer: str, who: Visitor, format_: Annotated[Format, Query(alias="format")]
    ) -> Response:
        if not EXPORTS:
            raise Problem(HTTPStatus.NOT_IMPLEMENTED, "problem.export")
        found = service.stored(answer, who)
        return exported(found, format_, lambda name: service.find(name, who))

    @router.post("/feedback")
    def feedback(body: Feedback, who: Visitor) -> dict[str, object]:
        found = service.own(body.answer, who)
        service.rate(found, body.verdict, body.reason)
        return {"record": found.body.get("record") or found.id, "verdict": body.verdict}

    @router.post("/referrals")
    def refer(body: Referral, who: Visitor) -> dict[str, object]:
        found = service.own(body.answer, who)
        number = f"{time.strftime('%Y%m%d')}-{secrets.token_hex(3).upper()}"
        number = service.store.refer(number, found.id, time.time(), body.note)
        return {
            "number": number,
            "office": service.site.office,
            "contact": service.site.contact,
        }

    @router.get("/overview")
    def numbers(who: Visitor) -> Response:
        names = {document.name for document in service.uploads.library.index.documents}
        return _json(overview(service.store, names, who))

    return router


def answer_errors(app: FastAPI) -> None:
    """Foreseeable faults become JSON that says what to do, in the reader's language."""

    @app.exception_handler(Problem)
    async def problem(request: Request, error: Problem) -> JSONResponse:
        return _problem(request, error.status, error.key, error.values)

    @app.exception_handler(SuyuanError)
    async def foreseen(request: Request, error: SuyuanError) -> JSONResponse:
        match error:
            case NotReady():
                stage = {"stage": str(error)}
                return _problem(request, HTTPStatus.SERVICE_UNAVAILABLE, "problem.starting", stage)
            case UploadRefused():
                return _problem(request, HTTPStatus.BAD_REQUEST, error.key, error.values)
            case UsageError():
                return _said(HTTPStatus.BAD_REQUEST, str(error))
            case _:
                return _said(HTTPStatus.INTERNAL_SERVER_ERROR, str(error))

    @app.exception_handler(RequestValidationError)
    async def malformed(request: Request, error: RequestValidationError) -> JSONResponse:
        first = error.errors()[0]
        where = "/".join(str(part) for part in first["loc"][1:]) or "body"
        values = {"where": where, "example": _EXAMPLE}
        return _problem(request, HTTPStatus.BAD_REQUEST, "problem.malformed", values)


_EXAMPLE = '{"question": "…", "history": [{"question": "…", "answer": "…"}]}'


def _problem(
    request: Request, status: HTTPStatus, key: str, values: dict[str, str]
) -> JSONResponse:
    language = language_of(request.headers.get("accept-language", ""))
    return _said(status, words(language, key, values))


def _said(status: HTTPStatus, message: str) -> JSONResponse:
    return JSONResponse({"error": status.phrase, "message": message}, status_code=int(status))


def _json(value: dict[str, object]) -> Response:
    """JSON in ASCII, so that any text of a source can be sent."""
    return Response(line(value), media_type="application/json")
