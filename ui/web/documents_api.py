"""The routes for documents: list, read, bring, publish, remove."""

from __future__ import annotations

import hmac
import time
from http import HTTPStatus
from typing import Annotated

from anyio import to_thread
from fastapi import APIRouter, Cookie, Depends, Query, Request, Response
from pydantic import BaseModel, Field

from index.document import Document
from ui.web.answering import line
from ui.web.service import EDITOR_COOKIE, Problem, Service, Visitor
from ui.web.store import StoredUpload
from ui.web.uploads import PER_VISITOR, TYPES, progress_of

UPLOAD_LIMIT = 4 * 1024 * 1024
"""Bytes of one uploaded document."""


class Login(BaseModel):
    token: str = Field(max_length=200)


def summary(document: Document, upload: StoredUpload | None, visitor: str) -> dict[str, object]:
    """A document as the list shows it."""
    meta = document.metadata
    return {
        "name": document.name,
        "title": meta.title or document.name.rsplit("/", 1)[-1],
        "authors": list(meta.authors),
        "source": meta.source,
        "date": meta.date,
        "paragraphs": len(document.paragraphs),
        "upload": None
        if upload is None
        else {
            "id": upload.id,
            "published": upload.published,
            "mine": upload.visitor == visitor,
            "size": upload.size,
        },
    }


def whole(document: Document) -> dict[str, object]:
    """A document with its text: paragraphs and the headings that stand before them."""
    return summary(document, None, "") | {
        "headings": [
            {"level": h.level, "text": h.text, "before": h.before} for h in document.headings
        ],
        "text": [
            {"number": p.number, "label": p.label, "section": p.section, "text": p.text}
            for p in document
        ],
    }


def document_routes(service: Service) -> APIRouter:
    """The routes over a service."""
    router = APIRouter(prefix="/api")
    site = service.site

    def is_editor(cookie: Annotated[str, Cookie(alias=EDITOR_COOKIE)] = "") -> bool:
        expected = site.editor_cookie().encode()
        return bool(site.editor_token) and hmac.compare_digest(cookie.encode(), expected)

    editor_cookie = Depends(is_editor)

    @router.get("/documents")
    def documents(who: Visitor, editor: bool = editor_cookie) -> Response:
        uploads = service.uploads
        visible = uploads.visible(who, editor=editor)
        brought = {document.name for _, document in visible}
        library = [d for d in uploads.library.index.documents if d.name not in brought]
        listed = [summary(document, None, who) for document in library]
        listed += [summary(document, upload, who) for upload, document in visible]
        indexing = progress_of(uploads.job(who))
        if indexing is None and editor:  # what an editor publishes, everybody waits for
            indexing = progress_of(uploads.job(""))
        return _json(
            {
                "documents": listed,
                "indexing": indexing,
                "editor": editor,
                "editors": bool(site.editor_token),
                "limits": {"bytes": UPLOAD_LIMIT, "count": PER_VISITOR, "types": sorted(TYPES)},
            }
        )

    @router.get("/documents/{name:path}")
    def document(name: str, who: Visitor, editor: bool = editor_cookie) -> Response:
        return _json(whole(service.find(name, who, editor=editor)))

    @router.post("/documents")
    async def upload(
        request: Request, who: Visitor, name: Annotated[str, Query(max_length=400)]
    ) -> Response:
        data = await request.body()
        if len(data) > UPLOAD_LIMIT:
            megabytes = str(UPLOAD_LIMIT // 1024**2)
            raise Problem(HTTPStatus.REQUEST_ENTITY_TOO_LARGE, "problem.upload.big", mb=megabytes)
        kept = await to_thread.run_sync(service.uploads.add, who, name, data)
        return _json({"id": kept.id, "name": kept.name})

    @router.delete("/uploads/{upload}")
    def remove(upload: str, who: Visitor, editor: bool = editor_cookie) -> Response:
        if not service.uploads.remove(upload, who, editor=editor):
            raise Problem(HTTPStatus.NOT_FOUND, "problem.remove")
        return _json({"removed": upload})

    @router.post("/uploads/{upload}/publish")
    def publish(upload: str, editor: bool = editor_cookie) -> Response:
        if not editor:
            raise Problem(HTTPStatus.FORBIDDEN, "problem.publish")
        if not service.uploads.publish(upload):
            raise Problem(HTTPStatus.NOT_FOUND, "problem.gone")
        return _json({"published": upload})

    @router.post("/editor")
    def login(body: Login, response: Response) -> dict[str, object]:
        given, expected = body.token.encode("utf-8", "replace"), site.editor_token.encode()
        if not site.editor_token or not hmac.compare_digest(given, expected):
            time.sleep(1)  # guessing is slow
            raise Problem(HTTPStatus.FORBIDDEN, "problem.login")
        response.set_cookie(EDITOR_COOKIE, site.editor_cookie(), httponly=True, samesite="strict")
        return {"editor": True}

    return router


def _json(value: dict[str, object]) -> Response:
    return Response(line(value), media_type="application/json")
