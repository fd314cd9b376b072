"""A full disk, a disk that cannot be written, a clock that goes back."""

from __future__ import annotations

import json
import os
import resource
import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from itertools import count
from pathlib import Path

import pytest

from index.errors import AuditError
from rag.audit.backup import back_up
from rag.audit.entries import Draft, Kind
from rag.audit.log import Log
from rag.audit.recorder import AuditRecorder
from rag.audit.retention import expire
from rag.audit.store import SqliteStore, turn_to_wal
from rag.audit.verification import verify_log
from tests.rag.audit.scripted import begin, record_one, settings_for, shelf
from tests.rag.audit.test_kills import all_entries, all_entries_in, check_chain


@pytest.mark.parametrize("room", [0, 4096, 20_000, 70_000])
def test_a_full_disk_stops_the_answer_and_harms_no_record(tmp_path: Path, room: int) -> None:
    recorder = AuditRecorder(settings_for(tmp_path))
    record_one(recorder, "问题")
    files = [path for path in tmp_path.rglob("*") if path.is_file()]
    soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
    fullest = max(path.stat().st_size for path in files)
    resource.setrlimit(resource.RLIMIT_FSIZE, (fullest + room, hard))
    given = count()

    def until_it_fails() -> None:
        while next(given) < 1000:
            record_one(recorder, "问题" * 100)

    try:
        with pytest.raises(AuditError, match="space"):
            until_it_fails()
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))
    record_one(recorder, "又有地方了")
    recorder.close()
    entries = all_entries(tmp_path)
    check_chain(entries)
    assert sum(entry.kind is Kind.CLOSED for entry in entries) == next(given) + 1


@contextmanager
def failing(path: Path) -> Iterator[None]:
    """Reading and writing the open file ``path`` fails as on a broken disk."""
    # The kernel answers EIO for this process's memory at the addresses that are no memory.
    broken = os.open("/proc/self/mem", os.O_RDWR)
    opened = [int(fd) for fd in os.listdir("/proc/self/fd") if _leads_to(int(fd), path)]
    kept = {fd: os.dup(fd) for fd in opened}
    assert kept
    try:
        for fd in kept:
            os.dup2(broken, fd)
        yield
    finally:
        for fd, whole in kept.items():
            os.dup2(whole, fd)
            os.close(whole)
        os.close(broken)


def _leads_to(descriptor: int, path: Path) -> bool:
    try:
        return os.readlink(f"/proc/self/fd/{descriptor}") == str(path)
    except OSError:
        return False


@pytest.mark.parametrize("file", ["log.sqlite-wal", "log.sqlite"])
def test_an_io_error_stops_the_answer_and_harms_no_record(tmp_path: Path, file: str) -> None:
    """An answer is acknowledged or refused; what was acknowledged is there afterwards."""
    recorder = AuditRecorder(settings_for(tmp_path))
    given = [record_one(recorder, "问题")]
    recorder.log.store.forget_erased()  # all of it into the database's file
    refused = []
    with failing(tmp_path / "audit" / file):
        for number in range(3):
            try:
                given.append(record_one(recorder, f"问题 {number}" * 500))
            except AuditError as error:
                refused.append(str(error))
    assert all("I/O" in words or "malformed" in words for words in refused)
    assert len(refused) == 3 or file == "log.sqlite", "new records go to the write-ahead log"
    recorder.close()
    after = AuditRecorder(settings_for(tmp_path))
    given.append(record_one(after, "又好了"))
    report = verify_log(after.log.store, (), after.home / "documents")
    assert report.sound, report.findings
    after.close()
    entries = all_entries(tmp_path)
    check_chain(entries)
    closed = {entry.answer for entry in entries if entry.kind is Kind.CLOSED}
    assert closed == {answer.trace.id for answer in given}
    opened = {entry.answer for entry in entries if entry.kind is Kind.OPENED}
    broken = {entry.answer for entry in entries if entry.kind is Kind.INTERRUPTED}
    assert opened == closed | broken


def test_a_database_that_turns_entries_away_is_not_believed(tmp_path: Path) -> None:
    """Whoever may write the database may make it drop what it is given, without an error."""
    recorder = AuditRecorder(settings_for(tmp_path))
    record_one(recorder, "问题")
    with recorder.log.store.writing() as connection:
        connection.run(
            "CREATE TRIGGER drop_ BEFORE INSERT ON entries BEGIN SELECT RAISE(IGNORE); END"
        )
    with pytest.raises(AuditError, match="turns entries away"):
        record_one(recorder, "问题")
    recorder.close()


def test_a_checkpoint_place_that_is_full_or_gone_is_told_and_caught_up(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    place = tmp_path / "elsewhere"
    place.write_text("a file where a folder belongs")
    recorder = AuditRecorder(settings_for(tmp_path / "home", SUYUAN_CHECKPOINTS=str(place)))
    record_one(recorder, "问题")
    assert "SUYUAN_CHECKPOINTS" in capsys.readouterr().err
    place.unlink()
    record_one(recorder, "问题")
    assert not capsys.readouterr().err
    recorder.close()
    notes = (place / "checkpoints.txt").read_text(encoding="utf-8")
    assert notes.count("\nleaf ") == 10, "the late checkpoint covers both answers"


def test_what_cannot_be_opened_says_what_to_do(tmp_path: Path) -> None:
    (tmp_path / "audit").write_text("a file where a folder belongs")
    with pytest.raises(AuditError, match="SUYUAN_HOME"):
        AuditRecorder(settings_for(tmp_path))


def test_a_file_that_is_no_database_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "log.sqlite"
    path.write_bytes(b"no database at all" * 100)
    with pytest.raises(AuditError, match="not a database"):
        Log(SqliteStore(path))


def test_a_database_that_is_read_only_refuses_before_anything_is_shown(tmp_path: Path) -> None:
    recorder = AuditRecorder(settings_for(tmp_path))
    record_one(recorder, "问题")
    writer: sqlite3.Connection = recorder.log.store._writer  # type: ignore[attr-defined]
    writer.execute("PRAGMA query_only=ON")
    with pytest.raises(AuditError, match="readonly"):
        begin(recorder, "问题", shelf())
    recorder.close()


@pytest.mark.skipif(os.geteuid() == 0, reason="root may write where nobody may")
def test_a_folder_without_rights_says_so(tmp_path: Path) -> None:
    tmp_path.chmod(0o500)
    with pytest.raises(AuditError, match="rights"):
        AuditRecorder(settings_for(tmp_path))


def test_texts_that_a_reader_still_holds_are_not_called_gone(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("rag.audit.store.BUSY_SECONDS", 0.2)
    recorder = AuditRecorder(settings_for(tmp_path))
    answer = record_one(recorder, "请忘掉这个问题")
    with recorder.log.store.reading() as connection:
        assert connection.run("SELECT COUNT(*) FROM entries")
        with pytest.raises(AuditError, match="erase once more"):
            recorder.log.erase(answer.trace.id, "asked for")
    assert recorder.log.erase(answer.trace.id, "asked for") == 0
    held = b"".join(path.read_bytes() for path in (tmp_path / "audit").glob("log.sqlite*"))
    assert "忘掉".encode() not in held
    recorder.close()


@pytest.mark.parametrize("later", [0, 40])
def test_no_file_holds_what_was_erased(tmp_path: Path, later: int) -> None:
    """Short and long texts, those that fill pages of their own, early and after more records."""
    words = "请务必忘掉这个独一无二的问题"
    recorder = AuditRecorder(settings_for(tmp_path))
    record_one(recorder, "早先的问题")
    short, long = record_one(recorder, words), record_one(recorder, words * 2000)
    recorder.feedback(short.trace.id, "down", f"{words},我说过")
    for number in range(later):
        record_one(recorder, f"后来的问题 {number}" * 50)
    assert holding(tmp_path, words), "it is looked for where it was"
    for answer in (short, long):
        assert recorder.log.erase(answer.trace.id, "asked for") >= 8
    assert not holding(tmp_path, words)
    assert not recorder.log.openings_of(short.trace.id), "what was said about it is gone too"
    report = verify_log(recorder.log.store)
    assert report.sound, report.findings
    back_up(recorder.log, recorder.home, tmp_path / "log.tar")
    assert not holding(tmp_path, words)
    recorder.close()


def holding(folder: Path, words: str) -> list[Path]:
    """The files that hold the words, or their ends."""
    parts = [words.encode(), words[:8].encode(), words[-8:].encode()]
    files = [path for path in folder.rglob("*") if path.is_file()]
    return [path for path in files if any(part in path.read_bytes() for part in parts)]


def test_feedback_is_on_record_and_its_words_can_be_erased(tmp_path: Path) -> None:
    recorder = AuditRecorder(settings_for(tmp_path))
    answer = record_one(recorder, "问题")
    recorder.feedback(answer.trace.id, "down", "不对")
    last = all_entries(tmp_path)[-1]
    assert (last.kind, last.answer) == (Kind.FEEDBACK, answer.trace.id)
    assert json.loads(last.body)["verdict"] == "down"
    assert "不对" not in last.body.decode()
    assert "不对" in recorder.log.openings_of(answer.trace.id)[last.number, "reason"].body.decode()
    with pytest.raises(AuditError, match="no answer"):
        recorder.feedback("nobody's", "up", "")
    recorder.log.erase(answer.trace.id, "asked for")
    assert not recorder.log.openings_of(answer.trace.id)
    assert verify_log(recorder.log.store).sound
    recorder.close()


def test_a_clock_set_back_does_not_reorder_the_log(tmp_path: Path) -> None:
    moments = [datetime(2026, 1, 1, tzinfo=UTC) - timedelta(days=n) for n in range(20)]
    log = Log(SqliteStore(tmp_path / "log.sqlite"), clock=iter(moments[1:]).__next__)
    for number in range(10):
        log.append([Draft(Kind.OPENED, f"a{number}", {})])
    log.store.close()
    entries = all_entries_in(tmp_path / "log.sqlite")
    times = [json.loads(entry.body)["time"] for entry in entries]
    assert times == sorted(times, reverse=True), "said as it was"
    check_chain(entries)


def test_texts_are_erased_when_they_were_kept_long_enough(tmp_path: Path) -> None:
    start = datetime(2026, 1, 1, tzinfo=UTC)
    log = Log(SqliteStore(tmp_path / "log.sqlite"), clock=lambda: start)
    for day in range(5):
        log._clock = lambda day=day: start + timedelta(days=day)  # type: ignore[misc]
        log.append([Draft(Kind.OPENED, f"a{day}", {}, {"question": f"问题 {day}"})])
        log.append([Draft(Kind.CLOSED, f"a{day}", {}, {"answer": "答"})])
    assert expire(log, 2, start + timedelta(days=4, hours=1)) == 3
    kept = [day for day in range(5) if log.openings_of(f"a{day}")]
    assert kept == [3, 4]
    assert expire(log, 2, start + timedelta(days=4, hours=1)) == 0
    assert verify_log(log.store).sound
    log.store.close()


def test_the_setting_for_retention_is_obeyed_at_the_next_start(tmp_path: Path) -> None:
    recorder = AuditRecorder(settings_for(tmp_path))
    answer = record_one(recorder, "问题")
    recorder.close()
    with sqlite3.connect(tmp_path / "audit" / "log.sqlite") as database:
        old = (
            'UPDATE entries SET body = CAST(replace(CAST(body AS TEXT), \'"time":"2\', ?) AS BLOB)'
        )
        database.execute(old, ('"time":"1',))
    database.close()
    later = AuditRecorder(settings_for(tmp_path, SUYUAN_RETENTION_DAYS="30"))
    assert not later.log.openings_of(answer.trace.id)
    later.close()


class _Locked(sqlite3.Connection):
    """Busy, as when two processes that were killed while starting start again at once."""

    left = 3
    code = sqlite3.SQLITE_BUSY

    def execute(self, sql: str, *parameters: object) -> sqlite3.Cursor:
        if self.left:
            self.left -= 1
            error = sqlite3.OperationalError("database is locked")
            error.sqlite_errorcode = self.code
            raise error
        return super().execute(sql, *parameters)  # type: ignore[arg-type]


def test_a_start_waits_for_another_that_makes_the_same_file(tmp_path: Path) -> None:
    connection = sqlite3.connect(tmp_path / "log.sqlite", factory=_Locked)
    turn_to_wal(connection)
    assert connection.execute("PRAGMA journal_mode").fetchone() == ("wal",)
    connection.left, connection.code = 1, sqlite3.SQLITE_READONLY
    with pytest.raises(sqlite3.OperationalError):
        turn_to_wal(connection)
    assert connection.left == 0, "what waiting does not cure is told at once"
    connection.close()
