"""A full disk, a disk that cannot be written, a clock that goes back."""

from __future__ import annotations

import json
import os
import resource
import sqlite3
from datetime import UTC, datetime, timedelta
from itertools import count
from pathlib import Path

import pytest

from index.errors import AuditError
from rag.audit.entries import Draft, Kind
from rag.audit.log import Log
from rag.audit.recorder import AuditRecorder
from rag.audit.retention import expire
from rag.audit.store import SqliteStore
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
