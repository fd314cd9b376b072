"""A log in one file, and back: from SQLite or PostgreSQL, into SQLite or PostgreSQL.

The file is a tar of the tables (as an SQLite database), the documents that were cited, and the
public keys. The private key is not in it: a restored log signs with a new one, under the same
name, and what was signed before still verifies.
"""

from __future__ import annotations

import os
import re
import shutil
import sqlite3
import tarfile
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

from index.errors import AuditError, SourceUnreadable
from rag.audit.keys import PUBLIC, add_public, read_public
from rag.audit.liveness import adopt
from rag.audit.log import Log, size_of
from rag.audit.store import Connection, SqliteStore
from rag.audit.verification import verify_log

TABLES = {
    "entries": ("number", "answer", "kind", "body", "leaf"),
    "nodes": ("level", "place", "hash"),
    "openings": ("number", "name", "answer", "salt", "body"),
    "live": ("answer", "owner"),
}
_DATABASE = "log.sqlite"
_DOCUMENT = re.compile(r"documents/[0-9a-f]{64}\.jsonl")


def back_up(log: Log, home: Path, target: Path) -> int:
    """Writes the log, as of one moment, and what belongs to it in ``home`` to ``target``, which
    appears only when it is complete. How many entries."""
    with _work(target.parent) as work:
        copy = Log(SqliteStore(work / _DATABASE))
        with log.store.reading() as source, copy.store.writing() as sink:
            _copy(source, sink)
            size = size_of(sink)
        copy.store.forget_erased()  # everything into the one file
        copy.store.close()
        # The texts are in it: for its owner's eyes, as the log is.
        descriptor = os.open(work / "backup.tar", os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        with open(descriptor, "wb") as file, tarfile.open(fileobj=file, mode="w") as tar:
            tar.add(work / _DATABASE, _DATABASE)
            for path in sorted((home / "documents").glob("*.jsonl")):
                tar.add(path, f"documents/{path.name}")
            tar.add(home / "keys" / PUBLIC, PUBLIC)
            tar.close()
            file.flush()
            os.fsync(file.fileno())
        os.replace(work / "backup.tar", target)
    return size


def restore(source: Path, open_: Callable[[], Log], home: Path) -> int:
    """Fills an empty log, opened once all of the backup was read again; how many entries.

    Raises, and then nothing was changed, :class:`SourceUnreadable` for a file that is no backup,
    :class:`AuditError` if the log is not empty or the backup's records or documents were altered.
    """
    _look(source)
    home.mkdir(parents=True, exist_ok=True, mode=0o700)
    with _work(home) as work:
        _unpack(source, work)
        keys = read_public(work / PUBLIC)
        backup = _opened(work / _DATABASE, source)
        try:
            report = verify_log(backup, (), work / "documents", shared=True)
            if not report.sound:
                raise AuditError(
                    f"the backup {source} is damaged: {report.findings[0].words}. Use another one."
                )
            store = open_().store
            with backup.reading() as read, store.writing() as sink:
                if size_of(sink):
                    raise AuditError(
                        f"{store.where} holds records already. Restore into a new SUYUAN_HOME, "
                        "or an empty database."
                    )
                add_public(home / "keys", keys)
                _put(work / "documents", home / "documents")
                _copy(read, sink)
                sink.run("UPDATE live SET owner = :owner", {"owner": adopt(home / "live")})
        finally:
            backup.close()
    return report.size


def _copy(source: Connection, sink: Connection) -> None:
    for table, columns in TABLES.items():
        names = ", ".join(columns)
        into = f"INSERT INTO {table} ({names}) VALUES ({', '.join(f':{c}' for c in columns)})"
        for row in source.stream(f"SELECT {names} FROM {table}"):
            sink.run(into, dict(zip(columns, row, strict=True)))


def _look(source: Path) -> None:
    """Whether there is a file that can be read."""
    try:
        source.open("rb").close()
    except OSError as error:
        raise SourceUnreadable(
            f"{source} cannot be read ({error.strerror}). Give the file that suyuan audit backup "
            "wrote."
        ) from error


def _opened(path: Path, source: Path) -> SqliteStore:
    """The unpacked log, with its tables brought up to date."""
    store = None
    try:
        store = SqliteStore(path)
        Log(store)
    except AuditError as error:
        if store is not None:
            store.close()
        raise SourceUnreadable(f"the backup {source} cannot be used: {error}") from error
    return store


def _unpack(source: Path, work: Path) -> None:
    """Only what a backup consists of: names in a tar could lead anywhere."""
    try:
        with tarfile.open(source) as tar:
            for member in tar:
                known = member.name in (_DATABASE, PUBLIC) or _DOCUMENT.fullmatch(member.name)
                if known and member.isfile():
                    tar.extract(member, work, filter="data")
        if not (work / _DATABASE).exists() or not (work / PUBLIC).exists():
            raise SourceUnreadable(
                f"{source} is no backup: it has no {_DATABASE} and {PUBLIC} in it."
            )
    except tarfile.TarError as error:
        raise SourceUnreadable(
            f"{source} is no backup of a log, or is damaged. Give another one."
        ) from error


def _put(source: Path, target: Path) -> None:
    target.mkdir(parents=True, exist_ok=True, mode=0o700)
    for path in source.glob("*.jsonl"):
        os.replace(path, target / path.name)


@contextmanager
def _work(beside: Path) -> Iterator[Path]:
    """A folder on the same disk, so that what is complete can be put in place at once."""
    try:
        work = Path(tempfile.mkdtemp(prefix=".suyuan-", dir=beside))
        try:
            yield work
        finally:
            shutil.rmtree(work, ignore_errors=True)
    except (OSError, sqlite3.Error) as error:
        raise AuditError(
            f"{beside} could not be written, or the backup not read ({error}). Check the path, its "
            "rights and the disk's space."
        ) from error
