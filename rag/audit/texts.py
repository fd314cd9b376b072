"""Whether the texts kept aside are those committed to, and whether every answer is sealed."""

from __future__ import annotations

import json
from collections.abc import Iterator
from itertools import groupby

from rag.audit.entries import Kind, Opening
from rag.audit.findings import Fault, Report
from rag.audit.store import Connection, Row

_COMMITMENTS = "SELECT number, answer, kind, body FROM entries ORDER BY number"
_KEPT_AFTER = """SELECT number FROM openings WHERE answer = :answer AND number < :number
 AND body IS NOT NULL ORDER BY number LIMIT 1"""
_OPENINGS = "SELECT number, name, answer, salt, body FROM openings ORDER BY number"
_UNSEALED = """SELECT number, answer FROM entries AS opening WHERE kind = 'opened'
 AND NOT EXISTS (SELECT 1 FROM live WHERE live.answer = opening.answer)
 AND NOT EXISTS (SELECT 1 FROM entries AS seal WHERE seal.answer = opening.answer
  AND seal.kind IN ('closed', 'interrupted')) ORDER BY number"""


def check_seals(connection: Connection, report: Report) -> None:
    """Every answer that is not being given now has its closing, or says it was interrupted."""
    for number, answer in connection.stream(_UNSEALED):
        words = f"answer {str(answer)!r} was opened and never sealed, and nobody is giving it"
        report.add(Fault.UNSEALED, number if isinstance(number, int) else None, words)


def check_texts(connection: Connection, report: Report) -> None:
    """Each commitment is opened by the text kept for it, unless the log says it was erased; then
    the text is gone."""
    kept = _by_number(connection, report)
    held = next(kept, None)
    for number, answer, kind, body in connection.stream(_COMMITMENTS):
        if not isinstance(number, int):
            continue  # the walk says so
        while held is not None and held[0] < number:
            _extra(held, report)
            held = next(kept, None)
        rows: list[Row] = []
        if held is not None and held[0] == number:
            rows, held = held[1], next(kept, None)
        erased = _erased(connection, str(answer)) if any(r[4] is None for r in rows) else False
        _check_entry(number, answer, _committed(body), rows, erased, report)
        if kind == Kind.ERASED.value:
            _check_erased(connection, number, str(answer), report)
    while held is not None:
        _extra(held, report)
        held = next(kept, None)


def _check_entry(
    number: int,
    answer: object,
    committed: dict[str, str],
    rows: list[Row],
    erased: bool,
    report: Report,
) -> None:
    for _, kept_as, kept_for, salt, body in rows:
        name = str(kept_as)
        told = committed.pop(name, None) if kept_for == answer else None
        if isinstance(salt, bytes) and isinstance(body, bytes):
            if Opening(name, salt, body).commitment != told:
                words = f"the {name} kept for entry {number} is not the one committed to"
                report.add(Fault.TEXT, number, words)
        elif told is None or salt is not None or body is not None or not erased:
            words = f"the {name} of entry {number} is gone, and the log does not say it was erased"
            report.add(Fault.TEXT, number, words)
    for name in committed:
        report.add(Fault.TEXT, number, f"the {name} of entry {number} is not kept any more")


def _check_erased(connection: Connection, number: int, answer: str, report: Report) -> None:
    left = connection.run(_KEPT_AFTER, {"answer": answer, "number": number})
    if left:
        words = (
            f"entry {number} says that texts were erased, and one of entry {left[0][0]!r} is kept"
        )
        report.add(Fault.TEXT, number, words)


def _by_number(connection: Connection, report: Report) -> Iterator[tuple[int, list[Row]]]:
    for number, rows in groupby(connection.stream(_OPENINGS), lambda row: row[0]):
        if isinstance(number, int):
            yield number, list(rows)
        else:
            report.add(Fault.TEXT, None, f"a text is kept for {number!r}, which is no entry")


def _extra(held: tuple[int, list[Row]], report: Report) -> None:
    words = f"texts are kept for entry {held[0]}, which is not there"
    report.add(Fault.TEXT, held[0], words)


def _committed(body: object) -> dict[str, str]:
    """The commitments of an entry; none for one that cannot be read, which is found elsewhere."""
    try:
        private = json.loads(body if isinstance(body, bytes | str) else b"")["private"]
        return {str(name): str(told) for name, told in private.items()}
    except (ValueError, KeyError, TypeError, AttributeError, RecursionError):
        return {}


def _erased(connection: Connection, answer: str) -> bool:
    statement = "SELECT 1 FROM entries WHERE answer = :answer AND kind = 'erased' LIMIT 1"
    return bool(connection.run(statement, {"answer": answer}))
