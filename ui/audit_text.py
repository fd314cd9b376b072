"""A record, and what was found of a log, as text for people."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from pathlib import Path

from rag.audit.cited import flaw_of
from rag.audit.documents import kept_document
from rag.audit.entries import Entry, Opening
from rag.audit.findings import Report
from rag.audit.walk import entries as named

Openings = Mapping[tuple[int, str], Opening]
_PLUMBING = (
    "format", "kind", "answer", "number", "time", "previous", "private", "citations", "hits",
)  # fmt: skip


def report_text(report: Report, *, outside: bool) -> str:
    """What was found; ``outside`` if checkpoints kept elsewhere were held against the log."""
    lines = [f"{finding.fault.value}: {finding.words}" for finding in report.findings]
    if report.count > len(report.findings):
        lines.append(f"… and {report.count - len(report.findings)} more")
    state = f"{report.size} entries, root {report.root.hex()}"
    if not report.sound:
        lines.append(f"NOT SOUND: {report.count} findings in {state}")
    elif outside:
        told = f"{report.checkpoints} checkpoints kept elsewhere"
        lines.append(f"sound: {state}; {report.witnessed} entries are those of {told}")
        if report.witnessed < report.size:
            lines.append(
                f"{named(report.witnessed, report.size - 1)} later than they: nothing vouches for "
                "what came since"
            )
    else:
        lines.append(
            f"internally consistent only: {state}. Whoever can write the database can make this "
            "so; to know more, give --checkpoint FILE --key PUB, both kept elsewhere"
        )
    return "\n".join(lines)


def record_text(
    entries: Sequence[Entry],
    openings: Openings,
    documents: Path,
    current: Mapping[str, str] | None,
) -> str:
    """Every entry with its texts. ``documents`` is the folder of kept documents, ``current``
    the SHA-256 of each document that is answered from now, if that is known."""
    lines = [f"record {entries[0].record}"]
    for entry in entries:
        body = json.loads(entry.body)
        lines.append(f"\n[{entry.number}] {entry.kind.value}  {body['time']}")
        for name in body["private"]:
            opening = openings.get((entry.number, name))
            value = json.loads(opening.body)["value"] if opening else "(erased)"
            lines.append(f"  {name}: {_brief(_without_hits(value))}")
        lines += [f"  {n}: {_brief(v)}" for n, v in body.items() if n not in _PLUMBING]
        for rank, hit in enumerate(body.get("hits", ()), start=1):
            place = f"{hit['document']} paragraph {hit['paragraph']}, score {hit['score']}"
            lines.append(f"  hit {rank}: {place}, SHA-256 {hit['paragraph_sha256']}")
        for citation in body.get("citations", ()):
            lines.append(f"  cites {_citation_text(citation, documents, current)}")
    return "\n".join(lines)


def _citation_text(
    citation: Mapping[str, object], documents: Path, current: Mapping[str, str] | None
) -> str:
    """The exact words that were cited, from the document as it was then."""
    name, sha256 = str(citation["document"]), str(citation["document_sha256"])
    number, start, end = (int(str(citation[key])) for key in ("paragraph", "start", "end"))
    where = f"{name} paragraph {number}, {start}-{end}"
    document = kept_document(documents, sha256)
    flaw = flaw_of(document, citation)
    if document is None or flaw:
        return f"{where}: {flaw} (SHA-256 {sha256})"
    now = sha256 if current is None else current.get(name)
    note = ""
    if now is None:
        note = " (this document is not answered from any more)"
    elif now != sha256:
        note = " (superseded: a newer text of this document exists)"
    return f"{where}: {document.paragraph(number).text[start:end]}{note}"


def _without_hits(value: object) -> object:
    """A whole answer but for its hits, whose texts would bury it; the opening lists them."""
    if isinstance(value, dict) and isinstance(value.get("hits"), list):
        return {**value, "hits": f"({len(value['hits'])}, as listed when it was opened)"}
    return value


def _brief(value: object) -> str:
    text = value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)
    return text if len(text) <= 2000 else f"{text[:2000]}… ({len(text)} characters)"
