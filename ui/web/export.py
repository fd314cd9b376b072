"""An answer as a file: Markdown, DOCX or PDF, with footnotes, label and record number."""

from __future__ import annotations

from collections.abc import Callable
from importlib import import_module
from importlib.util import find_spec
from typing import Any, Literal, cast
from urllib.parse import quote

from fastapi import Response

from index.document import Document
from index.search import Hit
from rag.answer import (
    Answer,
    Answered,
    Citation,
    Claim,
    Failed,
    FailureReason,
    Method,
    Notice,
    Referred,
    RefusalReason,
    Refused,
    Rejection,
    Timings,
    Trace,
)
from rag.labels import UNNAMED_PRODUCER
from ui.web.store import StoredAnswer

EXPORTS = find_spec("rag.export") is not None
"""Whether the writers of files are installed."""

Format = Literal["md", "docx", "pdf"]
_TYPES: dict[Format, str] = {
    "md": "text/markdown; charset=utf-8",
    "docx": "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
    "pdf": "application/pdf",
}


def restored(body: dict[str, Any], find: Callable[[str], Document]) -> Answer:
    """The answer whose JSON is ``body``, its quotes taken from the documents again."""

    def paragraph(place: dict[str, Any]) -> Any:
        return find(place["document"]).paragraph(place["paragraph"])

    trace = Trace(
        id=body["id"],
        question=body["question"],
        producer=_producer(body),
        record_sha256=body["label"]["AIGC"]["ReservedCode1"] if "label" in body else None,
        hits=tuple(Hit(paragraph(hit), hit["score"]) for hit in body["hits"]),
        rejected=tuple(Rejection(r["text"], tuple(r["reasons"])) for r in body["rejected"]),
        notices=tuple(Notice(notice) for notice in body["notices"]),
        model=body["model"],
        index_sha256=body["index_sha256"],
        record=body["record"],
        timings=Timings(**body["timings_ms"]),
    )
    match body["status"]:
        case "answered":
            claims = (
                Claim(
                    claim["text"],
                    tuple(Citation(paragraph(c), c["start"], c["end"]) for c in claim["citations"]),
                    Method(claim["method"]),
                )
                for claim in body["claims"]
            )
            return Answered(trace, tuple(claims))
        case "refused":
            return Refused(trace, RefusalReason(body["reason"]))
        case "referred":
            return Referred(trace)
        case _:
            return Failed(trace, FailureReason(body["reason"]), body.get("message", ""))


def _producer(body: dict[str, Any]) -> str:
    """Who was named in the answer's label when it was given."""
    named = body["label"]["AIGC"]["ContentProducer"] if "label" in body else ""
    return "" if named == UNNAMED_PRODUCER else str(named)


def exported(stored: StoredAnswer, format_: Format, find: Callable[[str], Document]) -> Response:
    """The answer as a download."""
    # Document writers are only needed when somebody exports.
    export = import_module("rag.export")
    answer = restored(cast("dict[str, Any]", stored.body), find)
    write = {"md": export.export_markdown, "docx": export.export_docx, "pdf": export.export_pdf}
    content = write[format_](answer)
    data = content.encode("utf-8", "replace") if isinstance(content, str) else content
    name = quote(f"溯源-{stored.id[:8]}.{format_}")
    return Response(
        data,
        media_type=_TYPES[format_],
        headers={"content-disposition": f"attachment; filename*=UTF-8''{name}"},
    )
