"""What the web chat keeps: answers by id for shared links, feedback, hand-overs, uploads.

One SQLite file. Who asked is kept only as a hash of an anonymous cookie. The record that proves
an answer is not here but in the audit log (:mod:`rag.audit`); this store may be deleted.
"""

from __future__ import annotations

import json
import sqlite3
import threading
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

_SCHEMA = """
CREATE TABLE IF NOT EXISTS answers (
    id TEXT PRIMARY KEY, at REAL NOT NULL, visitor TEXT NOT NULL, question TEXT NOT NULL,
    status TEXT NOT NULL, rejected INTEGER NOT NULL, total_ms REAL NOT NULL, body TEXT NOT NULL
);
CREATE INDEX IF NOT EXISTS answers_at ON answers (at);
CREATE TABLE IF NOT EXISTS citations (
    answer TEXT NOT NULL REFERENCES answers (id) ON DELETE CASCADE,
    document TEXT NOT NULL, paragraph INTEGER NOT NULL
);
CREATE INDEX IF NOT EXISTS citations_place ON citations (document, paragraph);
CREATE TABLE IF NOT EXISTS feedback (
    answer TEXT NOT NULL REFERENCES answers (id) ON DELETE CASCADE, visitor TEXT NOT NULL,
    at REAL NOT NULL, verdict TEXT NOT NULL, reason TEXT NOT NULL,
    PRIMARY KEY (answer, visitor)
);
CREATE TABLE IF NOT EXISTS referrals (
    number TEXT PRIMARY KEY, answer TEXT NOT NULL UNIQUE REFERENCES answers (id) ON DELETE CASCADE,
    at REAL NOT NULL, note TEXT NOT NULL
);
CREATE TABLE IF NOT EXISTS uploads (
    id TEXT PRIMARY KEY, at REAL NOT NULL, visitor TEXT NOT NULL, name TEXT NOT NULL,
    size INTEGER NOT NULL, published INTEGER NOT NULL
);
"""


@dataclass(frozen=True, slots=True)
class StoredAnswer:
    """An answer as it was sent: ``body`` is the contract's object plus ``checks`` per claim.

    ``at`` is seconds of Unix time, ``cited`` the places it cites: document and paragraph.
    """

    id: str
    at: float
    visitor: str
    question: str
    status: str
    rejected: int
    total_ms: float
    body: dict[str, object]
    cited: tuple[tuple[str, int], ...] = ()


@dataclass(frozen=True, slots=True)
class StoredUpload:
    """A file that a visitor brought: ``name`` is its document's name, ``size`` in bytes."""

    id: str
    at: float
    visitor: str
    name: str
    size: int
    published: bool


class Store:
    """One SQLite file behind one lock; safe to use from several threads.

    Answers older than ``retention_days`` are forgotten as new ones come; 0 keeps them.
    """

    def __init__(self, path: Path | str, retention_days: int = 0) -> None:
        self._retention = retention_days * 86400.0
        if isinstance(path, Path):
            path.parent.mkdir(parents=True, exist_ok=True)
        self._lock = threading.Lock()
        self._db = sqlite3.connect(path, check_same_thread=False)
        self._db.execute("PRAGMA journal_mode=WAL")
        self._db.execute("PRAGMA foreign_keys=ON")
        self._db.execute("PRAGMA secure_delete=ON")
        with self.cursor() as db:
            db.executescript(_SCHEMA)

    @contextmanager
    def cursor(self) -> Iterator[sqlite3.Cursor]:
        """A cursor in a transaction of its own."""
        with self._lock, self._db:
            yield self._db.cursor()

    def rows(self, query: str, *values: object) -> list[tuple[object, ...]]:
        with self.cursor() as db:
            return db.execute(query, values).fetchall()

    def close(self) -> None:
        with self._lock:
            self._db.close()

    def add(self, answer: StoredAnswer) -> None:
        if self._retention:
            over = self.rows("SELECT id FROM answers WHERE at < ?", answer.at - self._retention)
            for (old,) in over:
                self.forget(str(old))
        with self.cursor() as db:
            db.execute(
                "INSERT OR REPLACE INTO answers VALUES (?,?,?,?,?,?,?,?)",
                (
                    answer.id,
                    answer.at,
                    answer.visitor,
                    _text(answer.question),
                    answer.status,
                    answer.rejected,
                    answer.total_ms,
                    json.dumps(answer.body),
                ),
            )
            db.executemany(
                "INSERT INTO citations VALUES (?,?,?)",
                [(answer.id, document, paragraph) for document, paragraph in answer.cited],
            )

    def get(self, answer: str) -> StoredAnswer | None:
        """The answer with this id; without ``cited``, which only counting needs."""
        with self.cursor() as db:
            row = db.execute("SELECT * FROM answers WHERE id = ?", (answer,)).fetchone()
        if row is None:
            return None
        key, at, visitor, question, status, rejected, total_ms, body = row
        return StoredAnswer(
            key, at, visitor, question, status, rejected, total_ms, json.loads(body)
        )

    def forget(self, answer: str) -> None:
        """Removes an answer and all that was said about it, from the files' free space too."""
        with self.cursor() as db:
            for table in ("citations", "feedback", "referrals"):
                db.execute(f"DELETE FROM {table} WHERE answer = ?", (answer,))
            db.execute("DELETE FROM answers WHERE id = ?", (answer,))
        with self._lock:
            self._db.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchall()

    def rate(self, answer: str, visitor: str, at: float, verdict: str, reason: str) -> None:
        with self.cursor() as db:
            db.execute(
                "INSERT OR REPLACE INTO feedback VALUES (?,?,?,?,?)",
                (answer, visitor, at, verdict, _text(reason)),
            )

    def refer(self, number: str, answer: str, at: float, note: str) -> str:
        """Hand the answer's question over; the number of the hand-over, the old one if any."""
        with self.cursor() as db:
            db.execute(
                "INSERT OR IGNORE INTO referrals VALUES (?,?,?,?)",
                (number, answer, at, _text(note)),
            )
            row = db.execute("SELECT number FROM referrals WHERE answer = ?", (answer,)).fetchone()
        return str(row[0])

    def uploads(self) -> Sequence[StoredUpload]:
        """Every upload, oldest first."""
        with self.cursor() as db:
            rows = db.execute("SELECT * FROM uploads ORDER BY at").fetchall()
        return [
            StoredUpload(key, at, visitor, name, size, bool(published))
            for key, at, visitor, name, size, published in rows
        ]

    def add_upload(self, upload: StoredUpload) -> None:
        with self.cursor() as db:
            db.execute(
                "INSERT OR REPLACE INTO uploads VALUES (?,?,?,?,?,?)",
                (
                    upload.id,
                    upload.at,
                    upload.visitor,
                    upload.name,
                    upload.size,
                    int(upload.published),
                ),
            )

    def remove_upload(self, upload: str) -> None:
        with self.cursor() as db:
            db.execute("DELETE FROM uploads WHERE id = ?", (upload,))


def _text(value: str) -> str:
    """Text that SQLite can hold: lone surrogates replaced."""
    return value.encode("utf-8", "replace").decode("utf-8")
