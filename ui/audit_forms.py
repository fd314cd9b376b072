"""A record in the forms of published standards, for ``suyuan audit export --format``."""

from __future__ import annotations

import json
from pathlib import Path

from rag.audit.log import Log
from rag.settings import Settings


def standard_form(form: str, log: Log, name: str, settings: Settings, index: Path | None) -> str:
    """The record ``name`` as PROV-JSON (``prov``), PROV drawn (``prov-svg``) or a JSON array of
    Web Annotations (``annotation``), with text fragments for documents that name a web
    address."""
    from rag.standards.annotation import web_annotations
    from rag.standards.drawing import svg_of
    from rag.standards.kept import kept_answer
    from rag.standards.provenance import prov_document, prov_json

    kept = kept_answer(log, name)
    if form == "prov-svg":
        return svg_of(prov_document(kept.answer, kept.at))
    body: object
    if form == "prov":
        body = prov_json(kept.answer, kept.at)
    else:
        body = web_annotations(kept.answer, _web_addresses(settings, index))
    return json.dumps(body, ensure_ascii=False, indent=1)


def _web_addresses(settings: Settings, index: Path | None) -> dict[str, str]:
    from index.store import open_index
    from rag.corpus import open_default
    from rag.standards.fragments import source_url

    opened = open_index(index) if index else open_default(settings)
    found = {document.name: source_url(document.metadata) for document in opened.documents}
    return {name: url for name, url in found.items() if url is not None}
