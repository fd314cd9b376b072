"""An append-only log: entries with their Merkle nodes, in transactions that are on disk when
they return."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from datetime import UTC, datetime

from index.errors import AuditError
from rag.audit import merkle
from rag.audit.entries import Draft, Entry, Kind, Opening, body_of
from rag.audit.schema import migrate
from rag.audit.store import Connection, Row, SqliteStore, Store

_COLUMNS = "number, answer, kind, body, leaf"


def now() -> datetime:
    """The clock of the records."""
    return datetime.now(UTC)


class Log:
    """The entries in a store. Safe for threads and processes: writers take turns."""

    def __init__(self, store: Store, clock: Callable[[], datetime] = now) -> None:
        self.store = store
        self._clock = clock
        with store.writing() as connection:
            migrate(connection, "BLOB" if isinstance(store, SqliteStore) else "BYTEA")

    @contextmanager
    def appending(self) -> Iterator[Appender]:
        """Entries appended inside are on disk together when this is left."""
        with self.store.writing() as connection:
            yield Appender(connection, self._clock())

    def append(self, drafts: Sequence[Draft]) -> list[Entry]:
        """The drafts as entries, on disk. Raises :class:`AuditError`, and then none is."""
        with self.appending() as appender:
            return [appender.append(draft) for draft in drafts]

    def state(self) -> tuple[int, bytes]:
        """The number of entries and the root over them."""
        with self.store.reading() as connection:
            size = size_of(connection)
            return size, merkle.root(size, node_reader(connection))

    def entries_of(self, answer: str) -> list[Entry]:
        """All entries of an answer, in order."""
        with self.store.reading() as connection:
            rows = connection.run(
                f"SELECT {_COLUMNS} FROM entries WHERE answer = :answer ORDER BY number",
                {"answer": answer},
            )
        return [entry_of(row) for row in rows]

    def entry(self, number: int) -> Entry | None:
        """The entry at this place, from 0."""
        with self.store.reading() as connection:
            rows = connection.run(
                f"SELECT {_COLUMNS} FROM entries WHERE number = :number", {"number": number}
            )
        return entry_of(rows[0]) if rows else None

    def parts(self, begin: int, most: int) -> Iterator[tuple[int, bytes, list[bytes]]]:
        """The log from entry ``begin`` on, in parts of at most ``most`` entries: the size after
        each part, the root then, and the part's leaf hashes. One empty part if nothing came
        since; if the log is shorter than ``begin``, one at its end."""
        with self.store.reading() as connection:
            size, read = size_of(connection), node_reader(connection)
            for start in range(min(begin, size), size, most) or [size]:
                end = min(start + most, size)
                rows = connection.run(
                    "SELECT leaf FROM entries WHERE number >= :start AND number < :end"
                    " ORDER BY number",
                    {"start": start, "end": end},
                )
                yield end, merkle.root(end, read), [as_bytes(row[0]) for row in rows]

    def openings_of(self, answer: str) -> dict[tuple[int, str], Opening]:
        """What is still kept of an answer's committed texts, by entry and name."""
        with self.store.reading() as connection:
            rows = connection.run(
                "SELECT number, name, salt, body FROM openings"
                " WHERE answer = :answer AND body IS NOT NULL ORDER BY number, name",
                {"answer": answer},
            )
        return {
            (as_int(number), str(name)): Opening(str(name), as_bytes(salt), as_bytes(body))
            for number, name, salt, body in rows
        }

    def inclusion(self, number: int, size: int) -> list[bytes]:
        """The proof that entry ``number`` is in the log of ``size`` entries."""
        with self.store.reading() as connection:
            return merkle.inclusion_proof(number, size, node_reader(connection))

    def consistency(self, old: int, new: int) -> list[bytes]:
        """The proof that the log of ``new`` entries continues that of ``old``."""
        with self.store.reading() as connection:
            return merkle.consistency_proof(old, new, node_reader(connection))

    def answer_called(self, name: str) -> str:
        """The id of the answer that ``name`` means: its id, its record's name or number.

        Raises :class:`AuditError` if there is none.
        """
        answer = self._find(name)
        if answer is None:
            raise AuditError(
                f"no record {name!r} in {self.store.where}. Give an answer's id or its record's "
                "name as the answer shows it."
            )
        return answer

    def _find(self, name: str) -> str | None:
        head = name.split("-")[0]
        with self.store.reading() as connection:
            rows = connection.run(
                "SELECT answer FROM entries WHERE answer = :name LIMIT 1", {"name": name}
            )
            if not rows and head.isdecimal() and len(head) < 19:
                rows = connection.run(
                    f"SELECT {_COLUMNS} FROM entries WHERE number = :number", {"number": int(head)}
                )
                entry = entry_of(rows[0]) if rows else None
                if entry is None or (name != head and name != entry.record):
                    return None
                return entry.answer
        return str(rows[0][0]) if rows else None

    def erase(self, answer: str, reason: str) -> int:
        """Deletes what opens the answer's commitments, and says so in the log. How many.

        Raises :class:`AuditError` also when they are deleted and their bytes could not be
        overwritten yet, because somebody reads the log.
        """
        with self.appending() as appender:
            count = appender.erase(answer, reason)
        self.store.forget_erased()
        return count


class Appender:
    """Writes entries within one transaction."""

    def __init__(self, connection: Connection, moment: datetime) -> None:
        self.connection = connection
        self._moment = moment
        self._size = size_of(connection)
        self._read = node_reader(connection)

    def append(self, draft: Draft) -> Entry:
        number = self._size
        openings = [Opening.of(name, value) for name, value in draft.private.items()]
        root = merkle.root(number, self._read)
        body = body_of(draft, number, root, self._moment, openings)
        leaf = merkle.leaf_hash(body)
        entry = Entry(number, draft.answer, draft.kind, body, leaf)
        run = self.connection.run
        placed = run(
            f"INSERT INTO entries ({_COLUMNS}) VALUES (:number, :answer, :kind, :body, :leaf)"
            " RETURNING number",
            {
                "number": number, "answer": draft.answer, "kind": draft.kind.value,
                "body": body, "leaf": leaf,
            },
        )  # fmt: skip
        if placed != [(number,)]:
            raise AuditError(
                f"entry {number} was not taken by the database: something in it turns entries "
                "away. See: suyuan audit verify"
            )
        for level, place, node in merkle.new_nodes(number, leaf, self._read):
            run(
                "INSERT INTO nodes (level, place, hash) VALUES (:level, :place, :hash)",
                {"level": level, "place": place, "hash": node},
            )
        for opening in openings:
            run(
                "INSERT INTO openings (number, name, answer, salt, body)"
                " VALUES (:number, :name, :answer, :salt, :body)",
                {
                    "number": number, "name": opening.name, "answer": draft.answer,
                    "salt": opening.salt, "body": opening.body,
                },
            )  # fmt: skip
        self._size += 1
        return entry

    def knows(self, answer: str) -> bool:
        """Whether the answer has an entry."""
        statement = "SELECT 1 FROM entries WHERE answer = :answer LIMIT 1"
        return bool(self.connection.run(statement, {"answer": answer}))

    def erase(self, answer: str, reason: str) -> int:
        kept = self.connection.run(
            "SELECT COUNT(*) FROM openings WHERE answer = :answer AND body IS NOT NULL",
            {"answer": answer},
        )
        count = as_int(kept[0][0])
        if count:
            self.connection.run(
                "UPDATE openings SET salt = NULL, body = NULL WHERE answer = :answer",
                {"answer": answer},
            )
            self.append(Draft(Kind.ERASED, answer, {"reason": reason, "count": count}))
        return count


def size_of(connection: Connection) -> int:
    found = connection.run("SELECT MAX(number) FROM entries")[0][0]
    return 0 if found is None else as_int(found) + 1


def node_reader(connection: Connection) -> merkle.Read:
    """Reads perfect nodes. Raises :class:`AuditError` if one is missing."""

    def read(level: int, place: int) -> bytes:
        rows = connection.run(
            "SELECT hash FROM nodes WHERE level = :level AND place = :place",
            {"level": level, "place": place},
        )
        if not rows:
            raise AuditError(
                f"the log lacks the node {level}/{place}: it was damaged or altered. See: "
                "suyuan audit verify"
            )
        return as_bytes(rows[0][0])

    return read


def entry_of(row: Row) -> Entry:
    """Raises :class:`AuditError` for a row that no program of this kind wrote."""
    number, answer, kind, body, leaf = row
    try:
        return Entry(as_int(number), str(answer), Kind(str(kind)), as_bytes(body), as_bytes(leaf))
    except ValueError as error:
        raise AuditError(f"entry {number!r} of the log is damaged or altered: {error}.") from error


@contextmanager
def as_written() -> Iterator[None]:
    """What a log holds is read here as this program writes it. If somebody else did, all sorts
    of faults follow: one :class:`AuditError` in place of them."""
    try:
        yield
    except (ValueError, LookupError, TypeError, AttributeError, RecursionError) as error:
        raise AuditError(
            f"the record cannot be read ({type(error).__name__}: {error}): it was damaged or "
            "altered. See: suyuan audit verify"
        ) from error


def as_int(value: object) -> int:
    if not isinstance(value, int):
        raise AuditError(f"the log holds {value!r} where a number belongs: it was altered.")
    return value


def as_bytes(value: object) -> bytes:
    if not isinstance(value, bytes):
        raise AuditError(f"the log holds {str(value)[:40]!r} where bytes belong: it was altered.")
    return value
