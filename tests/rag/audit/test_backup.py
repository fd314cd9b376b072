"""Backup and restore, older tables, keys."""

from __future__ import annotations

import io
import re
import shutil
import sqlite3
import tarfile
from collections.abc import Iterator
from pathlib import Path

import pytest

from index.errors import AuditError, SourceUnreadable
from rag.audit import schema
from rag.audit.backup import back_up, restore
from rag.audit.entries import Kind
from rag.audit.keys import open_keys, read_public, rotate
from rag.audit.log import Log
from rag.audit.note import Checkpoint, PublicKey, open_note, sign, verify_note
from rag.audit.recorder import AuditRecorder, new_log
from rag.audit.schema import MIGRATIONS
from rag.audit.store import SqliteStore
from rag.audit.verification import verify_log
from rag.audit.witness import read_checkpoints
from rag.settings import Settings
from tests.rag.audit.postgres_server import Server
from tests.rag.audit.scripted import begin, record_one, settings_for, shelf
from tests.rag.audit.test_kills import all_entries, check_chain


@pytest.fixture(scope="module")
def server() -> Iterator[Server]:
    running = Server()
    try:
        running.start()
        yield running
    finally:
        running.remove()


def filled(settings: Settings) -> AuditRecorder:
    recorder = AuditRecorder(settings)
    for number in range(5):
        record_one(recorder, f"问题 {number}")
    begin(recorder, "还没有答完", shelf())
    return recorder


def restored(backup: Path, settings: Settings) -> int:
    opened: list[Log] = []

    def open_() -> Log:
        opened.append(new_log(settings))
        return opened[0]

    try:
        return restore(backup, open_, settings.home / "audit")
    finally:
        for log in opened:
            log.store.close()


def test_a_log_moves_to_another_home_and_goes_on(tmp_path: Path) -> None:
    recorder = filled(settings_for(tmp_path / "old"))
    assert back_up(recorder.log, recorder.home, tmp_path / "log.tar") == 26
    size, root = recorder.log.state()
    new = settings_for(tmp_path / "new", SUYUAN_CHECKPOINTS=str(tmp_path / "old" / "checkpoints"))
    assert restored(tmp_path / "log.tar", new) == 26
    after = AuditRecorder(new)
    entries = all_entries(tmp_path / "new")
    assert entries[-1].kind is Kind.INTERRUPTED, "what was open in the backup was broken off"
    assert entries[:26] == all_entries(tmp_path / "old")
    record_one(after, "在新地方的问题")
    told = list(read_checkpoints(after.publisher.path, after.home / "keys" / "public.txt"))
    report = verify_log(after.log.store, told)
    assert report.sound, report.findings
    assert report.witnessed == 32, "checkpoints of before and after, by two keys of one name"
    assert after.log.openings_of(entries[0].answer) == recorder.log.openings_of(entries[0].answer)
    (_, root_then, _) = next(after.log.parts(0, 26))
    assert (size, root) == (26, root_then)
    for each in (recorder, after):
        each.close()
    assert {p.name for p in (tmp_path / "new" / "audit" / "documents").iterdir()} == {
        p.name for p in (tmp_path / "old" / "audit" / "documents").iterdir()
    }


def test_from_sqlite_to_postgres_and_back(tmp_path: Path, server: Server) -> None:
    recorder = filled(settings_for(tmp_path / "one"))
    back_up(recorder.log, recorder.home, tmp_path / "one.tar")
    there = settings_for(tmp_path / "two", SUYUAN_AUDIT_URL=server.url)
    restored(tmp_path / "one.tar", there)
    log = new_log(there)
    assert verify_log(log.store).sound
    back_up(log, tmp_path / "two" / "audit", tmp_path / "two.tar")
    log.store.close()
    restored(tmp_path / "two.tar", settings_for(tmp_path / "three"))
    check_chain(all_entries(tmp_path / "three"))
    assert all_entries(tmp_path / "three") == all_entries(tmp_path / "one")
    recorder.close()


def test_a_log_that_holds_records_is_not_overwritten(tmp_path: Path) -> None:
    recorder = filled(settings_for(tmp_path))
    back_up(recorder.log, recorder.home, tmp_path / "log.tar")
    with pytest.raises(AuditError, match="new SUYUAN_HOME"):
        restore(tmp_path / "log.tar", lambda: recorder.log, recorder.home)
    recorder.close()


def test_a_backup_is_for_its_owners_eyes(tmp_path: Path) -> None:
    recorder = filled(settings_for(tmp_path))
    back_up(recorder.log, recorder.home, tmp_path / "log.tar")
    recorder.close()
    assert (tmp_path / "log.tar").stat().st_mode & 0o777 == 0o600
    with tarfile.open(tmp_path / "log.tar") as tar:
        names = sorted(tar.getnames())
    assert [name for name in names if not name.startswith("documents/")] == [
        "log.sqlite", "public.txt",
    ]  # fmt: skip


def test_keys_of_before_and_after_the_backup_stay_known(tmp_path: Path) -> None:
    """The database was lost and the keys were not; or the new home has been used already."""
    recorder = filled(settings_for(tmp_path))
    back_up(recorder.log, recorder.home, tmp_path / "log.tar")
    recorder.close()
    new = settings_for(tmp_path / "new")
    shutil.copytree(recorder.home / "keys", new.home / "audit" / "keys")
    rotate(new.home / "audit" / "keys")
    known = read_public(new.home / "audit" / "keys" / "public.txt")
    restored(tmp_path / "log.tar", new)
    assert read_public(new.home / "audit" / "keys" / "public.txt") == known
    open_keys(new.home / "audit" / "keys")
    other = settings_for(tmp_path / "other")
    open_keys(other.home / "audit" / "keys")
    with pytest.raises(AuditError, match="another log"):
        restored(tmp_path / "log.tar", other)
    assert not all_entries(other.home)


def damaged(tmp_path: Path, backup: Path) -> Iterator[Path]:
    """Backups that must not be taken: cut, changed inside, something else, leading elsewhere."""
    whole, path = backup.read_bytes(), tmp_path / "damaged.tar"
    for cut in (0, 10, 600, len(whole) // 3):
        path.write_bytes(whole[:cut])
        yield path
    at = whole.index(b'"kind":"sentence"')
    path.write_bytes(whole[:at] + whole[at:].replace(b"verbatim", b"verbatum", 1))
    yield path
    with tarfile.open(path, "w") as tar:
        for name in ("../log.sqlite", "/etc/x", "other"):
            tar.addfile(tarfile.TarInfo(name), io.BytesIO())
    yield path
    yield tmp_path / "not there"


def test_a_damaged_backup_changes_nothing(tmp_path: Path) -> None:
    recorder = filled(settings_for(tmp_path / "old"))
    back_up(recorder.log, recorder.home, tmp_path / "log.tar")
    recorder.close()
    for number, path in enumerate(damaged(tmp_path, tmp_path / "log.tar")):
        home = tmp_path / f"new{number}"
        with pytest.raises((AuditError, SourceUnreadable), match=path.name):
            restored(path, settings_for(home))
        assert not list(home.rglob("*.sqlite")), "no empty log in place of the one wanted"
        assert not (home / "audit" / "documents").exists()
    assert {p.name for p in tmp_path.iterdir()} >= {"log.tar"}


@pytest.mark.parametrize("version", range(1, len(MIGRATIONS)))
def test_tables_of_an_older_version_are_brought_up_to_date_with_what_they_hold(
    tmp_path: Path, version: int
) -> None:
    """A log as that version left it goes on, and what it held verifies."""
    home = tmp_path / "home"
    recorder = filled(settings_for(home))
    recorder.close()
    path = home / "audit" / "log.sqlite"
    was = all_entries(home)
    older = tmp_path / "older.sqlite"
    with sqlite3.connect(older) as database:
        database.execute("CREATE TABLE version (number INTEGER NOT NULL)")
        database.execute("INSERT INTO version VALUES (?)", (version,))
        for statements in MIGRATIONS[:version]:
            for statement in statements:
                database.execute(statement.format(bytes="BLOB"))
        database.execute("ATTACH ? AS newer", (str(path),))
        for table in ("entries", "nodes", "openings", "live"):
            database.execute(f"INSERT INTO main.{table} SELECT * FROM newer.{table}")
    database.close()
    for left in path.parent.glob("log.sqlite*"):
        left.unlink()
    older.rename(path)
    after = AuditRecorder(settings_for(home))
    record_one(after, "在新版本的问题")
    report = verify_log(
        after.log.store,
        read_checkpoints(after.publisher.path, after.home / "keys" / "public.txt"),
        after.home / "documents",
    )
    assert report.sound, report.findings
    assert report.witnessed == report.size == len(was) + 1 + 5, "the open one was broken off"
    after.close()
    assert all_entries(home)[: len(was)] == was
    fresh = tmp_path / "fresh.sqlite"
    Log(SqliteStore(fresh)).store.close()
    assert tables(path) == tables(fresh)


def test_a_migration_that_is_broken_off_leaves_the_older_version(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "log.sqlite"
    Log(SqliteStore(path)).store.close()
    before = tables(path)
    failing = ("CREATE TABLE more (number INTEGER)", "CREATE NONSENSE")
    monkeypatch.setattr(schema, "MIGRATIONS", (*MIGRATIONS, failing))
    store = SqliteStore(path)
    with pytest.raises(AuditError, match="syntax"):
        Log(store)
    store.close()
    monkeypatch.undo()
    assert tables(path) == before
    Log(SqliteStore(path)).store.close()


def tables(path: Path) -> set[tuple[str, str]]:
    database = sqlite3.connect(path)
    found = set(database.execute("SELECT name, sql FROM sqlite_master"))
    database.close()
    return found


def test_tables_of_a_later_version_are_refused(tmp_path: Path) -> None:
    Log(SqliteStore(tmp_path / "log.sqlite")).store.close()
    with sqlite3.connect(tmp_path / "log.sqlite") as database:
        database.execute("UPDATE version SET number = 99")
    database.close()
    store = SqliteStore(tmp_path / "log.sqlite")
    with pytest.raises(AuditError, match="newer version of Suyuan"):
        Log(store)
    store.close()


def test_the_private_key_is_its_owners_only_and_never_shown(tmp_path: Path) -> None:
    keyring = open_keys(tmp_path)
    private = tmp_path / "private.pem"
    assert private.stat().st_mode & 0o777 == 0o600
    secret = private.read_text().splitlines()[1]
    assert secret not in f"{keyring!r}{keyring}{keyring.public}"
    private.chmod(0o644)
    with pytest.raises(AuditError, match="chmod 600"):
        open_keys(tmp_path)


def test_a_new_key_signs_and_the_old_one_still_verifies(tmp_path: Path) -> None:
    old = open_keys(tmp_path)
    checkpoint = Checkpoint(old.origin, 3, bytes(32), (bytes(32),))
    before = sign(checkpoint, old.private)
    new = rotate(tmp_path)
    assert new.origin == old.origin
    assert new.public[:1] == old.public
    after = sign(checkpoint, new.private)
    assert open_note(before, new.public) == open_note(after, new.public) == checkpoint
    with pytest.raises(AuditError, match="not signed"):
        open_note(after, old.public)


def test_a_public_key_is_written_and_read_and_copying_errors_show(tmp_path: Path) -> None:
    (key,) = open_keys(tmp_path).public
    assert PublicKey.parse(str(key)) == key
    assert re.fullmatch(r"suyuan-[0-9a-f]{12}\+[0-9a-f]{8}\+\S+", str(key))
    text = str(key)
    for at in range(len(text) - 1):
        other = text[:at] + ("A" if text[at] != "A" else "B") + text[at + 1 :]
        with pytest.raises(AuditError):
            PublicKey.parse(other)


def test_the_note_of_the_specification() -> None:
    """The example of https://c2sp.org/signed-note."""
    key = PublicKey.parse("PeterNeumann+c74f20a3+ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW")
    text = (
        "If you think cryptography is the answer to your problem,\n"
        "then you don't know what your problem is.\n"
    )
    signature = (
        "x08go/ZJkuBS9UG/SffcvIAQxVBtiFupLLr8pAcElZInNIuGUgYN1FFYC2pZSNXgKvqfqdngotpRZb6KE6Ry"
        "yBwJnAM="
    )
    note = f"{text}\n— PeterNeumann {signature}\n"
    assert verify_note(note, (key,)) == (text, [key])
    with pytest.raises(AuditError, match="not signed"):
        verify_note(note.replace("think", "thing"), (key,))
    with pytest.raises(AuditError, match="no checkpoint"):
        open_note(note, (key,))
