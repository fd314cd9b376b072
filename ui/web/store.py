"""What the web chat keeps: answers by id for shared links, feedback, hand-overs.

One SQLite file. Who asked is kept only as a hash of an anonymous cookie. The record that proves
an answer is not here but in the audit log (:mod:`rag.audit`); this store may be deleted.
"""

from __future__ import annotations

import json
import sqlite3
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

_SCHEMA = """
CREATE TABLE IF NOT EXISTS answers (
    id TEXT PRIMARY KEY, at REAL NOT NULL, visitor TEXT NOT NULL, question TEXT NOT NULL,
    status TEXT NOT NULL, reason TEXT, total_ms REAL NOT NULL, body TEXT NOT NULL
);
CREATE INDEX IF NOT EXISTS answers_at ON answers (at);
CREATE TABLE IF NOT EXISTS feedback (
    answer TEXT NOT NULL REFERENCES answers (id) ON DELETE CASCADE, visitor TEXT NOT NULL,
    at REAL NOT NULL, verdict TEXT NOT NULL, reason TEXT NOT NULL,
    PRIMARY KEY (answer, visitor)
);
CREATE TABLE IF NOT EXISTS referrals (
    number TEXT PRIMARY KEY, answer TEXT NOT NULL UNIQUE REFERENCES answers (id) ON DELETE CASCADE,
    at REAL NOT NULL, note TEXT NOT NULL
);
"""


@dataclass(frozen=True, slots=True)
class StoredAnswer:
    """An answer as it was sent: ``body`` is the contract's object plus ``checks`` per claim."""

    id: str
    at: float
    visitor: str
    question: str
    status: str
    reason: str | None
    total_ms: float
    body: dict[str, object]


class Store:
    """Answers, feedback and hand-overs in one SQLite file; safe to use from several threads."""

    def __init__(self, path: Path | str) -> None:
        if isinstance(path, Path):
            path.parent.mkdir(parents=True, exist_ok=True)
        self._lock = threading.Lock()
        self._db = sqlite3.connect(path, check_same_thread=False)
        with self._cursor() as db:
            db.execute("PRAGMA journal_mode=WAL")
            db.executescript(_SCHEMA)

    @contextmanager
    def _cursor(self) -> Iterator[sqlite3.Cursor]:
        with self._lock, self._db:
            yield self._db.cursor()

    def close(self) -> None:
        with self._lock:
            self._db.close()

    def add(self, answer: StoredAnswer) -> None:
        with self._cursor() as db:
            db.execute(
                "INSERT OR REPLACE INTO answers VALUES (?,?,?,?,?,?,?,?)",
                (
                    answer.id,
                    answer.at,
                    answer.visitor,
                    _text(answer.question),
                    answer.status,
                    answer.reason,
                    answer.total_ms,
                    json.dumps(answer.body),
                ),
            )

    def get(self, answer: str) -> StoredAnswer | None:
        with self._cursor() as db:
            row = db.execute("SELECT * FROM answers WHERE id = ?", (answer,)).fetchone()
        return None if row is None else _stored(row)

    def since(self, at: float) -> list[StoredAnswer]:
        """The answers given at or after ``at`` (seconds of Unix time), oldest first."""
        with self._cursor() as db:
            rows = db.execute("SELECT * FROM answers WHERE at >= ? ORDER BY at", (at,)).fetchall()
        return [_stored(row) for row in rows]

    def rate(self, answer: str, visitor: str, at: float, verdict: str, reason: str) -> None:
        with self._cursor() as db:
            db.execute(
                "INSERT OR REPLACE INTO feedback VALUES (?,?,?,?,?)",
                (answer, visitor, at, verdict, _text(reason)),
            )

    def ratings(self, at: float) -> dict[str, int]:
        """How many said ``up`` and ``down`` since ``at``."""
        with self._cursor() as db:
            rows = db.execute(
                "SELECT verdict, count(*) FROM feedback WHERE at >= ? GROUP BY verdict", (at,)
            ).fetchall()
        return {str(verdict): int(count) for verdict, count in rows}

    def refer(self, number: str, answer: str, at: float, note: str) -> str:
        """Hand the answer's question over; the number of the hand-over, the old one if any."""
        with self._cursor() as db:
            db.execute(
                "INSERT OR IGNORE INTO referrals VALUES (?,?,?,?)",
                (number, answer, at, _text(note)),
            )
            row = db.execute("SELECT number FROM referrals WHERE answer = ?", (answer,)).fetchone()
        return str(row[0])


def _stored(row: tuple[str, float, str, str, str, str | None, float, str]) -> StoredAnswer:
    key, at, visitor, question, status, reason, total_ms, body = row
    return StoredAnswer(key, at, visitor, question, status, reason, total_ms, json.loads(body))


def _text(value: str) -> str:
    """Text that SQLite can hold: lone surrogates replaced."""
    return value.encode("utf-8", "replace").decode("utf-8")
