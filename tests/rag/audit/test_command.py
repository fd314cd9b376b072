"""``suyuan audit`` as a user and an outsider run it, and answers that cannot be recorded."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Iterator
from pathlib import Path
from types import SimpleNamespace
from typing import TYPE_CHECKING, cast

import pytest

from index.errors import AuditError
from index.store import Index
from rag.answer import Answered, Failed, FailureReason
from rag.audit.entries import Kind
from rag.audit.recorder import AuditRecorder
from rag.events import Finished, Retrieved, Shown
from rag.pipeline import Pipeline
from tests.rag.audit.scripted import record_one, settings_for
from tests.rag.audit.test_kills import all_entries
from ui.cli import main
from ui.web.service import Service, Site
from ui.web.store import Store, StoredAnswer

if TYPE_CHECKING:
    from ui.web.opening import Opening
    from ui.web.uploads import Uploads

QUESTION = "本办法什么时候施行?"


@pytest.fixture
def place(home: Path, sample_index: Index, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A fresh home, the models shared."""
    (tmp_path / "models").symlink_to(home / "models", target_is_directory=True)
    monkeypatch.setenv("SUYUAN_HOME", str(tmp_path))
    return tmp_path


@pytest.fixture
def index(sample_index: Index) -> str:
    return str(sample_index.folder)


def run(*arguments: str, capsys: pytest.CaptureFixture[str]) -> tuple[int, str, str]:
    try:
        code = main(arguments)
    except SystemExit as stop:
        code = int(stop.code or 0)
    captured = capsys.readouterr()
    return code, captured.out, captured.err


def test_from_a_question_to_a_proof_checked_elsewhere(
    place: Path, index: str, capsys: pytest.CaptureFixture[str]
) -> None:
    code, out, _ = run("ask", QUESTION, "--index", index, "--json", capsys=capsys)
    answer = json.loads(out)
    record = answer["record"]
    assert code == 0
    code, out, _ = run("audit", "verify", capsys=capsys)
    assert (code, out.startswith("internally consistent only")) == (0, True)
    _, key, _ = run("audit", "key", capsys=capsys)
    checkpoints = str(place / "checkpoints" / "checkpoints.txt")
    outside = ("--checkpoint", checkpoints, "--key", key.strip())
    code, out, _ = run("audit", "verify", *outside, capsys=capsys)
    assert (code, out.startswith("sound")) == (0, True)
    for name in (answer["id"], record, record.split("-")[0]):
        code, out, _ = run("audit", "show", name, "--index", index, capsys=capsys)
        assert code == 0
        assert QUESTION in out
        assert answer["claims"][0]["citations"][0]["quote"] in out
        assert "superseded" not in out
    exported = str(place / "record.json")
    assert run("audit", "export", record, "--out", exported, capsys=capsys)[0] == 0
    code, out, _ = run("audit", "check", exported, "--key", key.strip(), capsys=capsys)
    assert (code, record in out, QUESTION in out) == (0, True, True)
    code, out, _ = run("audit", "replay", record, "--index", index, capsys=capsys)
    assert (code, out.count(": same")) == (0, 5)
    assert run("audit", "erase", record, capsys=capsys)[0] == 0
    code, out, _ = run("audit", "show", record, "--index", index, capsys=capsys)
    assert (code, QUESTION in out, "(erased)" in out) == (0, False, True)
    raw = b"".join(path.read_bytes() for path in (place / "audit").glob("log.sqlite*"))
    assert QUESTION.encode() not in raw, "erased from the file, not only from the table"
    code, out, _ = run("audit", "verify", *outside, capsys=capsys)
    assert (code, out.startswith("sound")) == (0, True)


def test_a_changed_record_is_named_and_the_exit_code_says_so(
    place: Path, index: str, capsys: pytest.CaptureFixture[str]
) -> None:
    run("ask", QUESTION, "--index", index, capsys=capsys)
    with sqlite3.connect(place / "audit" / "log.sqlite") as database:
        database.execute("UPDATE entries SET body = replace(body, 'verbatim', 'x') WHERE number=1")
    database.close()
    code, out, _ = run("audit", "verify", capsys=capsys)
    assert code == 1
    assert "entry 1 " in out
    assert "NOT SOUND" in out


@pytest.mark.parametrize("body", [b"{}", b"[]", b"null", b"[" * 5000, b"\xff", b'{"private": 1}'])
def test_an_entry_that_says_nothing_any_more_is_told_in_a_line(
    body: bytes, place: Path, index: str, capsys: pytest.CaptureFixture[str]
) -> None:
    recorder = AuditRecorder(settings_for(place))
    answer = record_one(recorder, "问题").trace.id
    recorder.close()
    with sqlite3.connect(place / "audit" / "log.sqlite") as database:
        database.execute("UPDATE entries SET body = ? WHERE number = 0", (body,))
    database.close()
    for action in ("show", "export", "replay"):
        where = [] if action == "export" else ["--index", index]
        code, out, err = run("audit", action, answer, *where, capsys=capsys)
        assert (code, out) == (1, "")
        assert "altered" in err or "does not hold" in err or "damaged" in err
        assert len(err.splitlines()) == 1


def test_a_proof_that_would_not_hold_is_not_handed_out(
    place: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    recorder = AuditRecorder(settings_for(place))
    answer = record_one(recorder, "问题").trace.id
    recorder.close()
    with sqlite3.connect(place / "audit" / "log.sqlite") as database:
        database.execute("UPDATE entries SET body = replace(body, 'verbatim', 'x') WHERE number=1")
        database.execute("UPDATE entries SET body = CAST(body AS BLOB)")
    database.close()
    code, out, err = run("audit", "export", answer, capsys=capsys)
    assert (code, out) == (1, "")
    assert "entry 1 is not in the log" in err


def test_erasing_reaches_what_the_web_chat_keeps(
    place: Path, index: str, capsys: pytest.CaptureFixture[str]
) -> None:
    _, out, _ = run("ask", QUESTION, "--index", index, "--json", capsys=capsys)
    answer = json.loads(out)
    path = place / "web" / "web.sqlite3"
    kept = Store(path)
    for name in (answer["id"], "another"):
        kept.add(StoredAnswer(name, 0.0, "v", QUESTION, "answered", 0, 1.0, answer, (("a", 1),)))
        kept.rate(name, "v", 0.0, "down", "不对")
    kept.close()
    assert run("audit", "erase", answer["id"], capsys=capsys)[0] == 0
    kept = Store(path)
    assert kept.get(answer["id"]) is None
    assert kept.get("another") is not None
    assert kept.rows("SELECT answer FROM feedback") == [("another",)]
    kept.forget("another")
    raw = b"".join(path.read_bytes() for path in path.parent.glob("web.sqlite3*"))
    assert not any(words.encode() in raw for words in (QUESTION, "不对"))
    kept.close()


def test_the_web_chat_forgets_when_the_retention_period_is_over(tmp_path: Path) -> None:
    kept = Store(tmp_path / "web.sqlite3", retention_days=30)
    for name, day in (("old", 0.0), ("younger", 20.0), ("new", 31.0)):
        kept.add(StoredAnswer(name, day * 86400, "v", QUESTION, "answered", 0, 1.0, {}))
    assert kept.rows("SELECT id FROM answers ORDER BY id") == [("new",), ("younger",)]
    kept.close()


def test_what_a_reader_says_about_an_answer_is_on_record(
    pipeline: Pipeline, tmp_path: Path
) -> None:
    answer = pipeline.answer(QUESTION)
    kept = Store(tmp_path / "web.sqlite3")
    opening = SimpleNamespace(get=lambda: SimpleNamespace(library=pipeline))
    service = Service(cast("Opening[Uploads]", opening), kept, Site())
    service.keep(answer, [], "v")
    service.rate(service.own(answer.trace.id, "v"), "down", "不对")
    assert all_entries(tmp_path)[-1].kind is Kind.FEEDBACK
    assert kept.rows("SELECT verdict, reason FROM feedback") == [("down", "不对")]
    recorder = pipeline.recorder
    assert isinstance(recorder, AuditRecorder)
    recorder.log.store.close()
    with pytest.raises(AuditError):
        service.rate(service.own(answer.trace.id, "v"), "up", "")
    assert kept.rows("SELECT verdict FROM feedback") == [("down",)], "nor counted"
    kept.close()


@pytest.mark.parametrize(
    ("arguments", "expected"),
    [
        (["verify"], 1), (["show", "7"], 1), (["export", "x"], 1), (["replay", "x"], 1),
        (["erase", "x"], 1), (["check", "nowhere.json", "--key", "k"], 2), (["check", "x"], 2),
        (["backup", "b.tar"], 1), (["restore", "nowhere.tar"], 2), ([], 2), (["nonsense"], 2),
        (["verify", "--checkpoint", "x"], 2),
    ],
)  # fmt: skip
def test_mistakes_are_told_in_a_line(
    arguments: list[str], expected: int, place: Path, capsys: pytest.CaptureFixture[str],
    monkeypatch: pytest.MonkeyPatch,
) -> None:  # fmt: skip
    monkeypatch.chdir(place)
    code, out, err = run("audit", *arguments, capsys=capsys)
    assert (code, out) == (expected, "")
    assert err
    assert "Traceback" not in err


@pytest.fixture
def pipeline(sample_index: Index, tmp_path: Path) -> Iterator[Pipeline]:
    settings = settings_for(tmp_path)
    recorder = AuditRecorder(settings)
    yield Pipeline(sample_index, settings, None, recorder)
    recorder.close()


def test_each_step_is_on_record_before_it_is_shown(pipeline: Pipeline, tmp_path: Path) -> None:
    shown = 0
    for event in pipeline.stream(QUESTION):
        kinds = [entry.kind for entry in all_entries(tmp_path)]
        match event:
            case Retrieved():
                assert kinds == [Kind.OPENED]
            case Shown():
                shown += 1
                assert kinds.count(Kind.SENTENCE) >= shown
            case Finished():
                assert kinds[-1] is Kind.CLOSED
                assert isinstance(event.answer, Answered)
                assert event.answer.trace.record == all_entries(tmp_path)[0].record
    assert shown


@pytest.mark.parametrize("step", ["begin", "show", "close"])
def test_what_cannot_be_recorded_is_not_shown(
    step: str, pipeline: Pipeline, monkeypatch: pytest.MonkeyPatch
) -> None:
    recorder = pipeline.recorder
    assert isinstance(recorder, AuditRecorder)
    kind = {"begin": "opened", "show": "sentence", "close": "closed"}[step]
    with recorder.log.store.writing() as connection:
        connection.run(
            f"CREATE TRIGGER full BEFORE INSERT ON entries WHEN NEW.kind = '{kind}'"
            " BEGIN SELECT RAISE(ABORT, 'no space'); END"
        )
    events = list(pipeline.stream(QUESTION))
    last = events[-1]
    assert isinstance(last, Finished)
    assert isinstance(last.answer, Failed)
    assert last.answer.reason is FailureReason.AUDIT_FAILED
    assert "no space" in last.answer.message
    assert any(isinstance(event, Shown) for event in events) == (step == "close")
    assert last.answer.to_json()["claims"] == []


def test_a_reader_that_leaves_is_noted(pipeline: Pipeline, tmp_path: Path) -> None:
    events = pipeline.stream(QUESTION)
    for event in events:
        if isinstance(event, Shown):
            break
    events.close()  # type: ignore[attr-defined]
    assert all_entries(tmp_path)[-1].kind is Kind.INTERRUPTED
