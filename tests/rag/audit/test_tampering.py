"""Whoever can write the database, and may hold the key, against checkpoints kept elsewhere."""

from __future__ import annotations

import itertools
import json
import random
import shutil
import sqlite3
from collections.abc import Iterator
from pathlib import Path

import pytest

from index.errors import AuditError, SourceUnreadable
from rag.audit import merkle
from rag.audit.entries import Draft, Kind, canonical
from rag.audit.findings import Fault, Report
from rag.audit.keys import open_keys
from rag.audit.log import Log
from rag.audit.note import Checkpoint, sign
from rag.audit.recorder import AuditRecorder
from rag.audit.store import SqliteStore
from rag.audit.verification import verify_log
from rag.audit.witness import read_checkpoints
from tests.rag.audit.scripted import record_one, settings_for

ENTRIES = 201


@pytest.fixture(scope="module")
def genuine(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A home with a log of 201 entries: 40 answers of 5, one of them erased since."""
    home = tmp_path_factory.mktemp("genuine")
    recorder = AuditRecorder(settings_for(home))
    for number in range(39):
        answer = record_one(recorder, f"问题 {number}")
    recorder.log.erase(answer.trace.id, "asked for")
    record_one(recorder, "最后一个问题")
    recorder.close()
    database = sqlite3.connect(home / "audit" / "log.sqlite")
    database.execute("PRAGMA journal_mode=DELETE")
    database.close()
    return home


@pytest.fixture
def copy(genuine: Path, tmp_path: Path) -> Path:
    shutil.copy(genuine / "audit" / "log.sqlite", tmp_path / "log.sqlite")
    return tmp_path / "log.sqlite"


def checkpoints(genuine: Path) -> list[Checkpoint]:
    keys = genuine / "audit" / "keys" / "public.txt"
    return list(read_checkpoints(genuine / "checkpoints" / "checkpoints.txt", keys))


def verify(
    path: Path, told: list[Checkpoint] | None = None, documents: Path | None = None
) -> Report:
    store = SqliteStore(path)
    try:
        return verify_log(store, told or (), documents)
    finally:
        store.close()


def faults(report: Report) -> set[tuple[Fault, int | None]]:
    return {(finding.fault, finding.number) for finding in report.findings}


def rows_of(path: Path) -> list[tuple[object, ...]]:
    """All that the log says, as rows."""
    database = sqlite3.connect(path)
    rows = []
    for table, order in (("entries", "1"), ("nodes", "1, 2"), ("openings", "1, 2")):
        rows += database.execute(f"SELECT * FROM {table} ORDER BY {order}").fetchall()
    database.close()
    return rows


def test_the_genuine_log_is_sound(genuine: Path, copy: Path) -> None:
    report = verify(copy, checkpoints(genuine), genuine / "audit" / "documents")
    assert report.sound, report.findings
    assert report.size == report.witnessed == ENTRIES
    assert verify(copy).sound


def fields(database: sqlite3.Connection, table: str) -> list[tuple[int, str]]:
    """Every row and column of a table."""
    names = [row[1] for row in database.execute(f"PRAGMA table_info({table})")]
    rowids = [row[0] for row in database.execute(f"SELECT rowid FROM {table} ORDER BY rowid")]
    return list(itertools.product(rowids, names))


def altered(value: object, chance: random.Random) -> object:
    """``value`` with one bit turned, one letter or the number changed, something for nothing."""
    match value:
        case bytes() if value:
            at, bit = chance.randrange(len(value)), 1 << chance.randrange(8)
            return value[:at] + bytes([value[at] ^ bit]) + value[at + 1 :]
        case str() if value:
            at = chance.randrange(len(value))
            return value[:at] + ("x" if value[at] != "x" else "y") + value[at + 1 :]
        case bool():
            return not value
        case int() | float():
            return value + 1_000_000
        case _:
            return "something"


@pytest.mark.parametrize(("table", "tried"), [("entries", None), ("nodes", 200), ("openings", 200)])
def test_no_field_of_any_row_changes_unseen_even_without_checkpoints(
    copy: Path, table: str, tried: int | None
) -> None:
    chance = random.Random(table)
    database = sqlite3.connect(copy, isolation_level=None)
    places = fields(database, table)
    for rowid, column in places if tried is None else chance.sample(places, tried):
        select = f"SELECT {column} FROM {table} WHERE rowid = ?"
        (before,) = database.execute(select, (rowid,)).fetchone()
        update = f"UPDATE {table} SET {column} = ? WHERE rowid = ?"
        database.execute(update, (altered(before, chance), rowid))
        report = verify(copy)
        assert not report.sound, f"{table}.{column} of row {rowid} changed unseen"
        database.execute(update, (before, rowid))
        if table == "entries":
            assert report.findings[0].number == rowid - 1, "it says which"
    database.close()
    assert verify(copy).sound


@pytest.mark.parametrize(
    ("statement", "found"),
    [
        ("UPDATE entries SET body = CAST(body AS TEXT) WHERE number = 51", (Fault.CHANGED, 51)),
        ("UPDATE entries SET number = 'abc' WHERE number = 51", (Fault.MISSING, 51)),
        ("UPDATE entries SET number = NULL WHERE number = 51", (Fault.MISSING, 51)),
        ("UPDATE entries SET number = 51.5 WHERE number = 51", (Fault.CHANGED, 51)),
        ("UPDATE entries SET number = -1 WHERE number = 51", (Fault.REORDERED, -1)),
        ("INSERT INTO entries SELECT 201, answer, kind, body, leaf FROM entries WHERE number = 3",
         (Fault.REORDERED, 201)),
        ("UPDATE openings SET number = 'abc' WHERE number = 51", (Fault.TEXT, None)),
        ("UPDATE openings SET salt = NULL, body = NULL WHERE number = 51", (Fault.TEXT, 51)),
        ("CREATE TRIGGER t BEFORE INSERT ON entries BEGIN SELECT RAISE(IGNORE); END",
         (Fault.SCHEMA, None)),
    ],
)  # fmt: skip
def test_what_the_database_lets_a_row_be_is_found_too(
    statement: str, found: tuple[Fault, int | None], copy: Path
) -> None:
    with sqlite3.connect(copy) as database:
        database.execute(statement)
    database.close()
    assert found in faults(verify(copy))


def test_texts_of_two_records_changed_for_each_other(copy: Path) -> None:
    with sqlite3.connect(copy) as database:
        for was, becomes in ((51, 1_000), (56, 51), (1_000, 56)):
            database.execute("UPDATE openings SET number = ? WHERE number = ?", (becomes, was))
    database.close()
    assert {(Fault.TEXT, 51), (Fault.TEXT, 56)} <= faults(verify(copy))


def test_an_equivalent_text_in_other_code_points_is_another_text(copy: Path) -> None:
    with sqlite3.connect(copy) as database:
        database.execute(
            "UPDATE openings SET body = CAST(replace(CAST(body AS TEXT), '题 7', '题 ７') AS BLOB)"
            " WHERE name = 'question'"
        )
    database.close()
    assert faults(verify(copy)) == {(Fault.TEXT, 35)}


def test_a_text_that_the_log_calls_erased_may_not_be_there_again(copy: Path) -> None:
    """From a backup, or never erased: the row opens its commitment, and the log says otherwise."""
    with sqlite3.connect(copy) as database:
        (answer,) = database.execute("SELECT answer FROM entries WHERE number = 51").fetchone()
    database.close()
    log = Log(SqliteStore(copy))
    log.append([Draft(Kind.ERASED, answer, {"reason": "asked for", "count": 8})])
    log.store.close()
    assert faults(verify(copy)) == {(Fault.TEXT, ENTRIES)}


def test_kept_documents_hold_the_words_that_were_cited(
    genuine: Path, copy: Path, tmp_path: Path
) -> None:
    documents = tmp_path / "documents"
    shutil.copytree(genuine / "audit" / "documents", documents)
    (kept,) = documents.iterdir()
    whole = kept.read_text(encoding="utf-8")
    citing = {(Fault.DOCUMENT, 2), (Fault.DOCUMENT, 7)}
    for other in (whole.replace("十五", "五十"), whole.replace("一/2", "二/2"), whole[:-9]):
        kept.write_text(other, encoding="utf-8")
        found = faults(verify(copy, None, documents))
        assert (citing <= found) == ("二/2" not in other), "a label is not what was cited"
    kept.unlink()
    report = verify(copy, None, documents)
    assert citing <= faults(report)
    assert report.count == 2 * 40, "each citation, the erased answer's too: places are public"
    store = SqliteStore(copy)
    assert verify_log(store, (), documents, shared=True).sound, "another installation keeps them"
    store.close()


Body = dict[str, object]


class Forger:
    """Writes a log anew so that everything inside fits. The signing key would not help more:
    the checkpoints that were taken away cannot be written again."""

    def __init__(self, path: Path) -> None:
        self._path = path
        with sqlite3.connect(path) as database:
            rows = database.execute("SELECT body FROM entries ORDER BY number").fetchall()
        database.close()
        self.bodies: list[Body] = [json.loads(body) for (body,) in rows]

    def write(self, bodies: list[Body]) -> None:
        """``bodies`` in this order; texts kept aside follow their entries."""
        tree, nodes, moved = merkle.Frontier(), [], []
        entries = []
        for number, given in enumerate(bodies):
            previous = {"size": number, "root": tree.root().hex()}
            body = canonical({**given, "number": number, "previous": previous})  # type: ignore[dict-item]
            leaf = merkle.leaf_hash(body)
            entries.append((number, given["answer"], given["kind"], body, leaf))
            moved.append((number, given["number"]))
            for level, node in enumerate(tree.append(leaf)):
                nodes.append((level, number >> level, node))
        with sqlite3.connect(self._path) as database:
            kept = database.execute("SELECT * FROM openings").fetchall()
            for table in ("entries", "nodes", "openings"):
                database.execute(f"DELETE FROM {table}")
            database.executemany("INSERT INTO entries VALUES (?, ?, ?, ?, ?)", entries)
            database.executemany("INSERT INTO nodes VALUES (?, ?, ?)", nodes)
            texts = [(new, *row[1:]) for new, old in moved for row in kept if row[0] == old]
            database.executemany("INSERT INTO openings VALUES (?, ?, ?, ?, ?)", texts)
        database.close()


def forged(copy: Path, told: list[Checkpoint], bodies: list[Body]) -> Report:
    """What is found of a forgery; that it fits inside is made sure of first."""
    Forger(copy).write(bodies)
    assert verify(copy).sound, "nothing inside gives it away"
    return verify(copy, told)


def test_a_changed_entry_with_everything_after_it_made_to_fit(genuine: Path, copy: Path) -> None:
    told, bodies = checkpoints(genuine), Forger(copy).bodies
    for number in (0, 1, 77, 150, 195, 200):
        changed = [dict(body) for body in bodies]
        changed[number]["time"] = "2020-01-01T00:00:00.000+00:00"
        report = forged(copy, told, changed)
        fault = Fault.CHANGED if number == ENTRIES - 1 else Fault.REWRITTEN
        assert faults(report) == {(fault, number)}
        shutil.copy(genuine / "audit" / "log.sqlite", copy)


def test_the_stolen_key_signs_the_forgery_and_it_shows_all_the_same(
    genuine: Path, copy: Path
) -> None:
    """New checkpoints of the forged log, by the genuine key, after those that were kept."""
    told, bodies = checkpoints(genuine), Forger(copy).bodies
    changed = [*bodies[:30], {**bodies[30], "supported": True}, *bodies[31:]]
    Forger(copy).write(changed)
    own = verify(copy)
    leaves = tuple(merkle.leaf_hash(row[3]) for row in rows_of(copy)[:ENTRIES])  # type: ignore[arg-type]
    signed = Checkpoint(told[0].origin, own.size, own.root, leaves)
    note = sign(signed, open_keys(genuine / "audit" / "keys").private)
    kept = copy.parent / "checkpoints.txt"
    kept.write_text((genuine / "checkpoints" / "checkpoints.txt").read_text() + note + "\n")
    report = verify(copy, list(read_checkpoints(kept, genuine / "audit" / "keys" / "public.txt")))
    assert report.findings[0].number == 30
    assert verify(copy, [signed]).sound, "whoever kept nothing sees nothing"


def paths(value: object, at: tuple[str | int, ...] = ()) -> Iterator[tuple[str | int, ...]]:
    """Where the plain values in a JSON value stand."""
    match value:
        case dict() if value:
            for name, item in value.items():
                yield from paths(item, (*at, name))
        case list() if value:
            for place, item in enumerate(value):
                yield from paths(item, (*at, place))
        case _:
            yield at


FITTED = {("number",), ("previous", "size"), ("previous", "root"), ("kind",), ("answer",)}


def test_no_field_of_an_entry_can_be_made_to_fit(genuine: Path, copy: Path) -> None:
    """Of one entry of each kind, every field, with all that follows written anew."""
    told, forger, chance = checkpoints(genuine), Forger(copy), random.Random(0)
    examples = {str(body["kind"]): number for number, body in enumerate(forger.bodies)}
    assert set(examples) == {"opened", "sentence", "rejected", "closed", "erased"}
    for number in examples.values():
        for path in set(paths(forger.bodies[number])) - FITTED:
            bodies = json.loads(json.dumps(forger.bodies))
            *way, last = path
            holder = bodies[number]
            for step in way:
                holder = holder[step]
            holder[last] = altered(holder[last], chance)
            forger.write(bodies)
            report = verify(copy, told)
            assert report.findings[0].number == number, path
            assert {finding.fault for finding in report.findings} <= {
                Fault.CHANGED, Fault.REWRITTEN, Fault.TEXT,
            }  # fmt: skip
            forger.write(forger.bodies)


def test_removed_inserted_and_moved_entries_are_placed(genuine: Path, copy: Path) -> None:
    told, bodies = checkpoints(genuine), Forger(copy).bodies
    answer = bodies[100]["answer"]
    without = [body for body in bodies if body["answer"] != answer]
    assert (Fault.REWRITTEN, 100) in faults(forged(copy, told, without))
    shutil.copy(genuine / "audit" / "log.sqlite", copy)
    swapped = [*bodies[:50], *bodies[55:60], *bodies[50:55], *bodies[60:]]
    assert faults(forged(copy, told, swapped)) == {(Fault.REWRITTEN, 50)}
    shutil.copy(genuine / "audit" / "log.sqlite", copy)
    invented = {**bodies[200], "number": 1_000, "private": {}, "answer": "invented"}
    assert faults(forged(copy, told, [*bodies[:70], invented, *bodies[70:]])) == {
        (Fault.REWRITTEN, 70)
    }


def test_every_truncation_is_found(genuine: Path, copy: Path) -> None:
    told = checkpoints(genuine)
    database = sqlite3.connect(copy, isolation_level=None)
    for length in reversed(range(ENTRIES)):
        database.execute("DELETE FROM entries WHERE number >= ?", (length,))
        database.execute("DELETE FROM openings WHERE number >= ?", (length,))
        for level in range(9):
            over = "DELETE FROM nodes WHERE level = ? AND (place + 1) << level > ?"
            database.execute(over, (level, length))
        report = verify(copy, told)
        cut = [finding for finding in report.findings if finding.fault is Fault.TRUNCATED]
        assert [finding.number for finding in cut] == [length], "once, whatever checkpoints say"
    database.close()


def test_a_database_set_back_with_its_own_checkpoints(genuine: Path, copy: Path) -> None:
    """And answering goes on from there, past the size that was reached before."""
    told, bodies = checkpoints(genuine), Forger(copy).bodies
    Forger(copy).write(bodies[:105])
    assert faults(verify(copy, told)) == {(Fault.TRUNCATED, 105)}
    invented = [{**body, "time": "2026-12-31T00:00:00.000+00:00"} for body in bodies[105:]]
    Forger(copy).write([*bodies[:105], *invented])
    assert (Fault.REWRITTEN, 105) in faults(verify(copy, told))


@pytest.mark.parametrize("content", [b"", b"\n\xe2\x80\x94 torn\n\n", b"hello\n", b"\xff\xfe"])
def test_a_file_without_checkpoints_vouches_for_nothing(
    content: bytes, genuine: Path, tmp_path: Path
) -> None:
    path = tmp_path / "checkpoints.txt"
    path.write_bytes(content)
    with pytest.raises(SourceUnreadable):
        list(read_checkpoints(path, genuine / "audit" / "keys" / "public.txt"))


def test_checkpoints_copied_while_the_last_was_written(genuine: Path, tmp_path: Path) -> None:
    whole = (genuine / "checkpoints" / "checkpoints.txt").read_bytes()
    keys, path = genuine / "audit" / "keys" / "public.txt", tmp_path / "checkpoints.txt"
    path.write_bytes(whole[:-300])
    assert list(read_checkpoints(path, keys)) == checkpoints(genuine)[:-1]
    for at in random.Random(5).sample(range(len(whole) - 1), 60):
        path.write_bytes(whole[:at] + bytes([whole[at] ^ 1]) + whole[at + 1 :])
        try:
            assert list(read_checkpoints(path, keys)) != checkpoints(genuine)
        except (AuditError, SourceUnreadable):
            continue


def test_bits_turned_in_the_file_itself(genuine: Path, copy: Path) -> None:
    """Anywhere in the database's file: found, refused, or without meaning (free space)."""
    told, chance = checkpoints(genuine), random.Random(7)
    sound, whole = rows_of(copy), copy.read_bytes()
    for _ in range(60):
        bits = bytearray(whole)
        bits[chance.randrange(len(bits))] ^= 1 << chance.randrange(8)
        copy.write_bytes(bits)
        try:
            seen = not verify(copy, told).sound
        except AuditError:
            seen = True
        assert seen or rows_of(copy) == sound
