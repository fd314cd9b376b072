"""Where the log lies: SQLite in a file, or PostgreSQL by URL, behind one small interface.

SQLite runs in WAL mode with ``synchronous=FULL``: a transaction that returned is on disk. The
statements are the same for both; only types and locking differ.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator, Mapping
from contextlib import AbstractContextManager, contextmanager
from pathlib import Path
from threading import Lock
from time import monotonic, sleep
from typing import Protocol

from index.errors import AuditError

Value = str | int | bytes | None
Row = tuple[Value, ...]
BUSY_SECONDS = 30
_BATCH = 500


class Connection(Protocol):
    """One transaction. Parameters stand in the statement as ``:name``."""

    def run(self, statement: str, values: Mapping[str, Value] | None = None) -> list[Row]: ...

    def stream(self, statement: str) -> Iterator[Row]:
        """Rows as they are read, never all at once."""
        ...


class Store(Protocol):
    """A database. Raises :class:`AuditError` when it refuses."""

    where: str
    additions: str
    """A statement that names triggers, views and rules: what was never made by this program,
    and would do something unasked when an entry is written or read."""

    def writing(self) -> AbstractContextManager[Connection]:
        """A transaction that no other writer shares, in this process or another; on disk when
        it is left, undone when left by an exception."""
        ...

    def reading(self) -> AbstractContextManager[Connection]:
        """One consistent view."""
        ...

    def forget_erased(self) -> None:
        """Makes sure that deleted bytes do not stay in the database's files; raises if some do."""
        ...

    def close(self) -> None: ...


class _SqliteConnection:
    def __init__(self, connection: sqlite3.Connection) -> None:
        self._connection = connection

    def run(self, statement: str, values: Mapping[str, Value] | None = None) -> list[Row]:
        return self._connection.execute(statement, values or {}).fetchall()

    def stream(self, statement: str) -> Iterator[Row]:
        cursor = self._connection.execute(statement)
        while rows := cursor.fetchmany(_BATCH):
            yield from rows


class SqliteStore:
    """A file. Threads share one writing connection; each reading has one to itself, and leaves it
    for the next: opening one costs as much as an entry."""

    additions = "SELECT name FROM sqlite_master WHERE type IN ('trigger', 'view') ORDER BY name"

    def __init__(self, path: Path) -> None:
        self.where = str(path)
        self._path = path
        self._lock = Lock()
        self._idle: list[sqlite3.Connection] = []
        with self._faults():
            path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
            self._writer = self._connect()
            turn_to_wal(self._writer)

    def _connect(self) -> sqlite3.Connection:
        connection = sqlite3.connect(
            self._path, timeout=BUSY_SECONDS, isolation_level=None, check_same_thread=False
        )
        connection.execute("PRAGMA synchronous=FULL")
        connection.execute("PRAGMA secure_delete=ON")
        return connection

    def _unused(self) -> sqlite3.Connection:
        try:
            return self._idle.pop()
        except IndexError:
            return self._connect()

    @contextmanager
    def writing(self) -> Iterator[Connection]:
        with self._faults(), self._lock:
            self._writer.execute("BEGIN IMMEDIATE")
            try:
                yield _SqliteConnection(self._writer)
                self._writer.execute("COMMIT")
            except BaseException:
                if self._writer.in_transaction:
                    self._writer.execute("ROLLBACK")
                raise

    @contextmanager
    def reading(self) -> Iterator[Connection]:
        with self._faults():
            connection = self._unused()
            try:
                connection.execute("BEGIN")
                yield _SqliteConnection(connection)
                connection.execute("ROLLBACK")
            except BaseException:
                connection.close()
                raise
            self._idle.append(connection)

    def forget_erased(self) -> None:
        with self._faults(), self._lock:
            (busy, *_), *_ = self._writer.execute("PRAGMA wal_checkpoint(TRUNCATE)")
        if busy:
            raise AuditError(
                f"texts were erased, but {self._path}-wal still holds them because another process "
                "reads the log. They go with the next erasure; to be sure now, erase once more."
            )

    def close(self) -> None:
        for connection in (*self._idle, self._writer):
            connection.close()
        self._idle.clear()

    @contextmanager
    def _faults(self) -> Iterator[None]:
        try:
            yield
        except (sqlite3.Error, OSError) as error:
            raise AuditError(
                f"the record in {self._path} cannot be used: {error}. Check the disk's space and "
                "rights; nothing is shown that cannot be recorded."
            ) from error


def turn_to_wal(connection: sqlite3.Connection) -> None:
    """Two processes that make the file at once are in each other's way here, and SQLite, which
    elsewhere waits for ``timeout``, gives up at once."""
    deadline = monotonic() + BUSY_SECONDS
    while True:
        try:
            connection.execute("PRAGMA journal_mode=WAL")
            return
        except sqlite3.OperationalError as error:
            busy = error.sqlite_errorcode & 0xFF == sqlite3.SQLITE_BUSY
            if not busy or monotonic() > deadline:
                raise
            sleep(0.02)


def open_store(url: str, default: Path) -> Store:
    """SQLite at ``default``; for a URL, PostgreSQL (or ``sqlite:///path``)."""
    if not url:
        return SqliteStore(default)
    if url.startswith("sqlite:///"):
        return SqliteStore(Path(url.removeprefix("sqlite:///")))
    from rag.audit.postgres import PostgresStore  # SQLAlchemy only where it is asked for

    return PostgresStore(url)
