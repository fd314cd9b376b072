"""Whether the documents kept for citations still hold the words that were cited."""

from __future__ import annotations

import json
from collections.abc import Mapping
from functools import lru_cache
from pathlib import Path

from index.document import Document
from index.errors import AuditError
from rag.audit.documents import kept_document
from rag.audit.entries import text_sha256
from rag.audit.findings import Fault, Report
from rag.audit.store import Connection

_CITING = "SELECT number, body FROM entries WHERE kind = 'sentence' ORDER BY number"
_HELD = 16
"""Documents in memory at a time: answers that follow each other cite the same few."""


def check_citations(
    connection: Connection, documents: Path, report: Report, *, all_here: bool
) -> None:
    """Each citation of each recorded sentence against the document kept in ``documents``.

    ``all_here`` says that this folder alone belongs to the log: then what is not in it is lost.
    """
    read = lru_cache(maxsize=_HELD)(lambda sha256: kept_document(documents, sha256))
    for number, body in connection.stream(_CITING):
        try:
            cited = json.loads(body if isinstance(body, bytes | str) else b"")["citations"]
            flaws = [flaw_of(read(str(c["document_sha256"])), c) for c in cited]
        except AuditError as error:
            flaws = [str(error)]
        except (ValueError, KeyError, TypeError, RecursionError):
            continue  # not an entry that this program wrote: the walk says so
        for flaw in flaws:
            if flaw and (all_here or flaw != GONE) and isinstance(number, int):
                report.add(Fault.DOCUMENT, number, f"what entry {number} cites: {flaw}")


GONE = "the document is not kept any more"


def flaw_of(document: Document | None, citation: Mapping[str, object]) -> str:
    """What is wrong with the kept ``document`` as the source of a recorded citation; empty if
    its words are those cited."""
    if document is None:
        return GONE
    number, start, end = (int(str(citation[name])) for name in ("paragraph", "start", "end"))
    if not 1 <= number <= len(document.paragraphs):
        return f"the kept document has no paragraph {number}"
    paragraph = document.paragraph(number)
    same = paragraph.sha256 == citation["paragraph_sha256"]
    if not same or text_sha256(paragraph.text[start:end]) != citation["quote_sha256"]:
        return f"paragraph {number} of the kept document was altered"
    return ""
