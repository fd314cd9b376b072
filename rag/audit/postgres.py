"""A log in PostgreSQL, through SQLAlchemy. Writers take one advisory lock in turn."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager

from sqlalchemy import create_engine, text
from sqlalchemy.engine import Connection as Engaged
from sqlalchemy.exc import SQLAlchemyError

from index.errors import AuditError
from rag.audit.store import Connection, Row, Value

WRITERS = 0x5359  # any number that all writers of one database agree on


class _PostgresConnection:
    def __init__(self, connection: Engaged) -> None:
        self._connection = connection

    def run(self, statement: str, values: Mapping[str, Value] | None = None) -> list[Row]:
        result = self._connection.execute(text(statement), values or {})
        return [_plain(row) for row in result] if result.returns_rows else []

    def stream(self, statement: str) -> Iterator[Row]:
        options = self._connection.execution_options(stream_results=True, yield_per=500)
        for row in options.execute(text(statement)):
            yield _plain(row)


class PostgresStore:
    """``postgresql+psycopg://…``; the password is never repeated in an error."""

    additions = """SELECT tgname FROM pg_trigger JOIN pg_class ON pg_class.oid = tgrelid
 WHERE NOT tgisinternal AND relname IN ('entries', 'nodes', 'openings', 'live')
 UNION SELECT rulename FROM pg_rules WHERE tablename IN ('entries', 'nodes', 'openings', 'live')
 ORDER BY 1"""

    def __init__(self, url: str) -> None:
        try:
            self._engine = create_engine(url, pool_pre_ping=True)
        except (SQLAlchemyError, ImportError) as error:
            raise AuditError(
                "the audit database's URL cannot be used. Expected postgresql+psycopg://USER@HOST/"
                "NAME, and the extra: pip install 'suyuan[postgres]'"
            ) from error
        self.where = self._engine.url.render_as_string(hide_password=True)

    @contextmanager
    def writing(self) -> Iterator[Connection]:
        with self._faults(), self._engine.begin() as connection:
            connection.execute(text("SELECT pg_advisory_xact_lock(:key)"), {"key": WRITERS})
            yield _PostgresConnection(connection)

    @contextmanager
    def reading(self) -> Iterator[Connection]:
        with self._faults(), self._engine.connect() as connection:
            chosen = connection.execution_options(isolation_level="REPEATABLE READ")
            with chosen.begin():
                yield _PostgresConnection(chosen)

    def forget_erased(self) -> None:
        with self._faults(), self._engine.connect() as connection:
            outside = connection.execution_options(isolation_level="AUTOCOMMIT")
            # Without FULL the bytes would stay in the table's pages, as free space.
            outside.execute(text("VACUUM FULL openings"))

    def close(self) -> None:
        self._engine.dispose()

    @contextmanager
    def _faults(self) -> Iterator[None]:
        try:
            yield
        except SQLAlchemyError as error:
            cause = str(error.__cause__ or error).splitlines()[0]
            raise AuditError(
                f"the record in {self.where} cannot be used: {cause}. Nothing is shown that cannot "
                "be recorded."
            ) from error


def _plain(row: object) -> Row:
    return tuple(bytes(v) if isinstance(v, memoryview) else v for v in row)  # type: ignore[attr-defined]
