"""The same log in PostgreSQL, against a real server."""

from __future__ import annotations

import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from index.errors import AuditError
from rag.audit import merkle
from rag.audit.entries import Entry, Kind
from rag.audit.findings import Fault
from rag.audit.log import entry_of
from rag.audit.recorder import AuditRecorder
from rag.audit.store import open_store
from rag.audit.verification import verify_log
from tests.rag.audit.postgres_server import Server
from tests.rag.audit.scripted import record_one, settings_for
from tests.rag.audit.test_kills import ROOT, check_acknowledged, check_chain, hear


@pytest.fixture
def server() -> Iterator[Server]:
    running = Server()
    try:
        running.start()
        yield running
    finally:
        running.remove()


def recorder_for(home: Path, server: Server) -> AuditRecorder:
    return AuditRecorder(settings_for(home, SUYUAN_AUDIT_URL=server.url))


def all_entries(server: Server) -> list[Entry]:
    store = open_store(server.url, Path())
    with store.reading() as connection:
        statement = "SELECT number, answer, kind, body, leaf FROM entries ORDER BY number"
        rows = list(connection.stream(statement))
    store.close()
    return [entry_of(row) for row in rows]


def start(home: Path, server: Server, *, threads: int, answers: int) -> subprocess.Popen[bytes]:
    return subprocess.Popen(
        [sys.executable, "-m", "tests.rag.audit.recording_process",
         str(home), str(threads), str(answers), server.url],
        stdout=subprocess.PIPE, stderr=subprocess.PIPE, cwd=ROOT, bufsize=0,
    )  # fmt: skip


def test_two_processes_write_one_log_in_turn(tmp_path: Path, server: Server) -> None:
    pair = [start(tmp_path, server, threads=2, answers=10) for _ in range(2)]
    said: list[str] = []
    for process in pair:
        out, err = process.communicate(timeout=120)
        assert (process.returncode, err) == (0, b"")
        said += out.decode().splitlines()
    entries = all_entries(server)
    check_chain(entries)
    check_acknowledged(said, entries)
    assert len(entries) == 40 * 5


def test_a_client_killed_and_a_server_that_loses_power_lose_nothing_acknowledged(
    tmp_path: Path, server: Server
) -> None:
    said: list[str] = []
    for turn in range(4):
        process = start(tmp_path, server, threads=2, answers=0)
        said += hear(process, 20 + 7 * turn)
        if turn % 2:
            process.send_signal(signal.SIGKILL)
        else:
            server.stop("immediate")
            time.sleep(0.3)
            process.kill()
        out, _ = process.communicate(timeout=60)
        said += out.decode().splitlines()
        if not turn % 2:
            server.start()
    recorder_for(tmp_path, server).close()
    entries = all_entries(server)
    check_chain(entries)
    check_acknowledged(said, entries)
    assert sum(line.startswith("given") for line in said) > 10, "lines are what is waited for"
    opened = sum(entry.kind is Kind.OPENED for entry in entries)
    assert opened == sum(entry.kind in (Kind.CLOSED, Kind.INTERRUPTED) for entry in entries)


def test_what_was_erased_is_gone_and_proofs_still_hold(tmp_path: Path, server: Server) -> None:
    recorder = recorder_for(tmp_path, server)
    kept, erased = record_one(recorder, "留下的问题"), record_one(recorder, "抹去的问题")
    log = recorder.log
    assert log.erase(erased.trace.id, "asked for") == 8
    assert not log.openings_of(erased.trace.id)
    assert not server.holding("抹去的问题"), "nor in any file of the server's tables"
    assert server.holding("留下的问题")
    report = verify_log(log.store, (), recorder.home / "documents")
    assert report.sound, report.findings
    with log.store.writing() as connection:
        connection.run("CREATE RULE turned_away AS ON INSERT TO entries DO INSTEAD NOTHING")
    assert {finding.fault for finding in verify_log(log.store).findings} == {Fault.SCHEMA}
    with pytest.raises(AuditError):
        record_one(recorder, "问题")
    with log.store.writing() as connection:
        connection.run("DROP RULE turned_away ON entries")
    assert log.openings_of(kept.trace.id)
    size, root = log.state()
    for entry in all_entries(server):
        path = log.inclusion(entry.number, size)
        assert merkle.root_from_inclusion(entry.leaf, entry.number, size, path) == root
    recorder.close()


def test_a_server_that_is_gone_is_told_without_the_password(tmp_path: Path, server: Server) -> None:
    recorder = recorder_for(tmp_path, server)
    server.stop("immediate")
    with pytest.raises(AuditError) as caught:
        record_one(recorder, "问题")
    assert "sesame" not in str(caught.value)
    server.start()
    record_one(recorder, "问题")
    recorder.close()


@pytest.mark.parametrize("url", ["postgresql+nothing://a", "mysql://a", "::", "postgres"])
def test_a_url_that_cannot_be_used_says_what_is_expected(tmp_path: Path, url: str) -> None:
    with pytest.raises(AuditError, match=r"postgresql\+psycopg://USER@HOST/NAME"):
        open_store(url, tmp_path / "unused")
