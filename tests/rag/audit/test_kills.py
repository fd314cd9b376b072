"""Processes killed at random moments, two at a time: what was acknowledged is on record.

``SUYUAN_KILLS`` sets how many (1 000 took half an hour on a busy machine).
"""

from __future__ import annotations

import json
import os
import random
import signal
import subprocess
import sys
import time
from collections import Counter, defaultdict
from pathlib import Path

import pytest

from rag.audit import merkle
from rag.audit.entries import Entry, Kind
from rag.audit.log import Log, entry_of
from rag.audit.recorder import AuditRecorder
from rag.audit.store import open_store
from tests.rag.audit.scripted import settings_for

ROOT = Path(__file__).resolve().parents[3]
KILLS = int(os.environ.get("SUYUAN_KILLS", "24"))
SEALS = {Kind.CLOSED, Kind.INTERRUPTED}


def start(home: Path, *, threads: int, answers: int = 0) -> subprocess.Popen[bytes]:
    return subprocess.Popen(
        [sys.executable, "-m", "tests.rag.audit.recording_process",
         str(home), str(threads), str(answers)],
        stdout=subprocess.PIPE, stderr=subprocess.PIPE, cwd=ROOT, bufsize=0,
    )  # fmt: skip


def hear(process: subprocess.Popen[bytes], lines: int) -> list[str]:
    """The next ``lines`` that the process says; a slow disk makes this longer, not emptier."""
    assert process.stdout is not None
    # The pipe is unbuffered: what follows these lines is left to communicate().
    heard = [process.stdout.readline().decode().strip() for _ in range(lines)]
    assert all(heard), "it ended by itself"
    return heard


def all_entries(home: Path) -> list[Entry]:
    return all_entries_in(home / "audit" / "log.sqlite")


def all_entries_in(path: Path) -> list[Entry]:
    store = open_store("", path)
    with store.reading() as connection:
        rows = connection.run(
            "SELECT number, answer, kind, body, leaf FROM entries ORDER BY number"
        )
    store.close()
    return [entry_of(row) for row in rows]


def check_chain(entries: list[Entry]) -> None:
    """Numbers without a gap, each entry's hash its bytes', each saying the root before it."""
    tree = merkle.Frontier()
    for number, entry in enumerate(entries):
        body = json.loads(entry.body)
        assert body["number"] == entry.number == number
        assert body["previous"] == {"size": number, "root": tree.root().hex()}
        assert entry.leaf == merkle.leaf_hash(entry.body)
        tree.append(entry.leaf)


def check_acknowledged(said: list[str], entries: list[Entry]) -> None:
    """Every sentence and every answer that was acknowledged has its entry."""
    by_answer: dict[str, list[Entry]] = defaultdict(list)
    for entry in entries:
        by_answer[entry.answer].append(entry)
    for line in said:
        match line.split():
            case ["shown", answer, record, number]:
                found = by_answer[answer]
                assert found[0].record == record
                assert sum(e.kind is Kind.SENTENCE for e in found) >= int(number)
            case ["given", answer, record]:
                assert by_answer[answer][0].record == record
                assert by_answer[answer][-1].kind is Kind.CLOSED


@pytest.mark.parametrize("seed", range(max(1, -(-KILLS // 24))))
def test_what_was_acknowledged_is_on_record_whenever_the_power_goes(
    tmp_path: Path, seed: int
) -> None:
    chance = random.Random(seed)
    said: list[str] = []
    for _ in range(12):
        pair = [start(tmp_path, threads=chance.choice((1, 3))) for _ in range(2)]
        if chance.random() < 0.2:
            time.sleep(chance.uniform(0.1, 0.5))  # also while starting
        else:
            assert [line for process in pair for line in hear(process, 1)] == ["ready"] * 2
            said += hear(chance.choice(pair), chance.randrange(40))
        for process in pair:
            time.sleep(chance.uniform(0, 0.1))
            process.send_signal(signal.SIGKILL)
        for process in pair:
            out, err = process.communicate(timeout=60)
            assert not err, err.decode()
            said += out.decode().splitlines()
    last = AuditRecorder(settings_for(tmp_path))
    assert len(list((tmp_path / "audit" / "live").glob("*:*"))) == 1, "the dead are swept away"
    last.close()
    entries = all_entries(tmp_path)
    check_chain(entries)
    check_acknowledged(said, entries)
    assert sum(line.startswith("given") for line in said) > 20, "killed before anything happened"
    seals = Counter(entry.answer for entry in entries if entry.kind in SEALS)
    opened = [entry.answer for entry in entries if entry.kind is Kind.OPENED]
    assert len(opened) == len(set(opened))
    assert seals == Counter(opened), "every answer is sealed, and once"
    log = Log(open_store("", tmp_path / "audit" / "log.sqlite"))
    size, root = log.state()
    for entry in chance.sample(entries, 40):
        proof = log.inclusion(entry.number, size)
        assert merkle.root_from_inclusion(entry.leaf, entry.number, size, proof) == root
    log.store.close()


def test_an_answer_of_a_living_process_is_not_called_interrupted(tmp_path: Path) -> None:
    busy = start(tmp_path, threads=2)
    try:
        assert hear(busy, 1) == ["ready"]
        for _ in range(5):
            AuditRecorder(settings_for(tmp_path)).close()
        assert not [e for e in all_entries(tmp_path) if e.kind is Kind.INTERRUPTED]
    finally:
        busy.kill()
        busy.communicate()
    AuditRecorder(settings_for(tmp_path)).close()
    interrupted = [e for e in all_entries(tmp_path) if e.kind is Kind.INTERRUPTED]
    assert len(interrupted) <= 2


def test_two_processes_write_one_log_in_turn(tmp_path: Path) -> None:
    pair = [start(tmp_path, threads=2, answers=20) for _ in range(2)]
    said: list[str] = []
    for process in pair:
        out, err = process.communicate(timeout=120)
        assert (process.returncode, err) == (0, b"")
        said += out.decode().splitlines()
    entries = all_entries(tmp_path)
    check_chain(entries)
    check_acknowledged(said, entries)
    assert sum(line.startswith("given") for line in said) == 80
    assert len(entries) == 80 * 5
