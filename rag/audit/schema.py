"""The tables of a log, version by version."""

from __future__ import annotations

from index.errors import AuditError
from rag.audit.store import Connection

MIGRATIONS: tuple[tuple[str, ...], ...] = (
    (
        "CREATE TABLE entries (number BIGINT PRIMARY KEY, answer TEXT NOT NULL,"
        " kind TEXT NOT NULL, body {bytes} NOT NULL, leaf {bytes} NOT NULL)",
        "CREATE TABLE nodes (level INTEGER NOT NULL, place BIGINT NOT NULL,"
        " hash {bytes} NOT NULL, PRIMARY KEY (level, place))",
        "CREATE TABLE openings (number BIGINT NOT NULL, name TEXT NOT NULL,"
        " answer TEXT NOT NULL, salt {bytes}, body {bytes}, PRIMARY KEY (number, name))",
        "CREATE TABLE live (answer TEXT PRIMARY KEY, owner TEXT NOT NULL)",
    ),
    (
        "CREATE INDEX entries_of_answer ON entries (answer, number)",
        "CREATE INDEX openings_of_answer ON openings (answer)",
    ),
    ("CREATE INDEX openings_kept ON openings (number) WHERE body IS NOT NULL",),
)
"""One tuple of statements per version; ``{bytes}`` is the database's type for bytes."""


def migrate(connection: Connection, bytes_type: str) -> None:
    """Brings the tables to the newest version. Raises :class:`AuditError` for a newer one."""
    connection.run("CREATE TABLE IF NOT EXISTS version (number INTEGER NOT NULL)")
    found = connection.run("SELECT number FROM version")
    version = int(str(found[0][0])) if found else 0
    if version > len(MIGRATIONS):
        raise AuditError(
            f"this log has version {version}; this program knows {len(MIGRATIONS)}. Install a "
            "newer version of Suyuan."
        )
    for statements in MIGRATIONS[version:]:
        for statement in statements:
            connection.run(statement.format(bytes=bytes_type))
    if version < len(MIGRATIONS):
        connection.run("DELETE FROM version")
        connection.run("INSERT INTO version VALUES (:number)", {"number": len(MIGRATIONS)})
