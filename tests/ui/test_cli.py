"""The command line as programs use it: exit codes, JSON, and bad input of every kind."""

from __future__ import annotations

import json
import os
import shlex
import subprocess
import sys
from pathlib import Path

import jsonschema
import pytest

from index.build import build_index
from index.encoder import Encoder
from index.reading import read_document
from rag.schema import ANSWER_SCHEMA
from ui.cli import main
from ui.commands.jsonl import read_lines

RULES = """某市数据规则

第一条 数据局负责统筹公共数据。

第二条 申请应当在十五个工作日内办结,需要听证的除外。

第三条 本规则自2024年5月1日起施行。
"""


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory, encoder: Encoder) -> Path:
    place = tmp_path_factory.mktemp("cli")
    (place / "rules.txt").write_text(RULES, encoding="utf-8")
    build_index([read_document(place / "rules.txt")], place / "idx", encoder)
    return place


@pytest.fixture(autouse=True)
def beside_the_rules(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SUYUAN_CORPUS", str(folder / "rules.txt"))


def run(*arguments: str, capsys: pytest.CaptureFixture[str]) -> tuple[int, str, str]:
    try:
        code = main(arguments)
    except SystemExit as stop:  # argparse's own way of saying that usage was wrong
        code = int(stop.code or 0)
    captured = capsys.readouterr()
    return code, captured.out, captured.err


def ask(question: str, folder: Path, capsys: pytest.CaptureFixture[str]) -> dict[str, object]:
    code, out, _ = run("ask", question, "--index", str(folder / "idx"), "--json", capsys=capsys)
    answer: dict[str, object] = json.loads(out)
    jsonschema.validate(answer, ANSWER_SCHEMA)
    assert code == (1 if answer["status"] == "failed" else 0)
    return answer


def test_an_answer_quotes_its_paragraph(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    answer = ask("这个规则从什么时候开始施行?", folder, capsys)
    paragraphs = {p.number: p.text for p in read_document(folder / "rules.txt")}
    for claim in answer["claims"]:  # type: ignore[attr-defined]
        for cited in claim["citations"]:
            text = paragraphs[cited["paragraph"]]
            assert cited["quote"] == text[cited["start"] : cited["end"]]
            assert cited["document"] == "rules.txt"


@pytest.mark.parametrize(
    ("question", "reason"),
    [("", "empty_question"), (" \u3000\n", "empty_question"), ("\x00\u200b", "empty_question"),
     ("字" * 100_000, "too_long"), ("字" * 4001, "too_long")],
)  # fmt: skip
def test_no_question_is_refused(
    question: str, reason: str, folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    answer = ask(question, folder, capsys)
    assert (answer["status"], answer["reason"]) == ("refused", reason)


@pytest.mark.parametrize(
    "question",
    [
        "\ufdfa" * 20, "谁\x00负责?", "谁\ud800负责?", "😀😀😀", "\u202e谁负责?\u202c",
        "<script>alert(1)</script>谁负责?", "![x](http://a.example/x.png) **谁**负责?", "?" * 4000,
        "'; DROP TABLE documents; --", "\ud83d", "ﷺ谁负责数据?", "a" * 4000, "{}[]()",
    ],
)  # fmt: skip
def test_hostile_questions_get_an_answer_object(
    question: str, folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert ask(question, folder, capsys)["status"] in ("answered", "refused", "referred")


def test_batch_keeps_order_and_ids_and_survives_bad_lines(
    folder: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    lines = [
        '{"id": "a", "question": "谁负责统筹公共数据?"}',
        "not json",
        '{"question": "多久办结?"}',
        '{"id": "d"}',
        "[1, 2]",
        "",
        '{"id": 7, "question": "何时施行?", "history": [{"question": "谁负责?", "answer": "x"}]}',
        '{"id": "h", "question": "什么时候施行?", "history": "x"}',
        '{"id": "s", "question": "\\ud800"}',
    ]
    (tmp_path / "in.jsonl").write_text("\n".join(lines), encoding="utf-8")
    code, _, _ = run(
        "batch", str(tmp_path / "in.jsonl"), str(tmp_path / "out.jsonl"),
        "--index", str(folder / "idx"), capsys=capsys,
    )  # fmt: skip
    answers = [json.loads(line) for line in (tmp_path / "out.jsonl").read_text().splitlines()]
    assert code == 0
    assert [a["id"] for a in answers] == ["a", "line:2", "line:3", "d", "line:5", 7, "h", "s"]
    for answer in answers:
        jsonschema.validate(answer, ANSWER_SCHEMA)
    failed = [a["id"] for a in answers if a["status"] == "failed"]
    assert failed == ["line:2", "d", "line:5", "h"]
    assert all(a["reason"] == "bad_input" for a in answers if a["id"] in failed)


def test_search_returns_hits_best_first(
    folder: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "in.jsonl").write_text('{"id": "a", "question": "多少个工作日办结?"}\n{"id":"b"}\n')
    code, _, _ = run(
        "search", str(tmp_path / "in.jsonl"), str(tmp_path / "out.jsonl"), "--k", "2",
        "--index", str(folder / "idx"), capsys=capsys,
    )  # fmt: skip
    first, second = map(json.loads, (tmp_path / "out.jsonl").read_text().splitlines())
    assert code == 0
    assert first["hits"][0]["label"] == "第二条"
    assert len(first["hits"]) == 2
    assert (second["id"], second["hits"]) == ("b", [])


def test_build_then_check(folder: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    out = tmp_path / "idx"
    assert run("build", str(folder / "rules.txt"), "--out", str(out), capsys=capsys)[0] == 0
    assert run("build", "--check", str(out), capsys=capsys)[0] == 0
    next(out.rglob("sentences.npy")).write_bytes(b"")
    code, _, err = run("build", "--check", str(out), capsys=capsys)
    assert (code, "Build it again" in err) == (2, True)


def test_a_bare_build_is_found_by_the_next_question(
    folder: Path,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    """Where a question to the same sources looks; and the command printed works as it stands."""
    source = tmp_path / "their rules.txt"
    source.write_text(RULES.replace("数据局", "信息局"), encoding="utf-8")
    code, out, _ = run("build", str(source), capsys=capsys)
    assert code == 0
    program, *said = shlex.split(out.splitlines()[-1].removeprefix("ask it: "))
    assert (program, said[0], said[2]) == ("suyuan", "ask", "--index")
    question = "谁负责统筹公共数据?"
    code, out, _ = run("ask", question, *said[2:], capsys=capsys)
    assert (code, "信息局" in out) == (0, True)
    monkeypatch.setenv("SUYUAN_CORPUS", str(source))
    code, out, err = run("ask", question, capsys=capsys)
    assert (code, "信息局" in out, "building the index" in err) == (0, True, False)


def test_a_build_says_how_to_ask_it(
    folder: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    out = tmp_path / "my index"
    _, said, _ = run("build", str(folder / "rules.txt"), "--out", str(out), capsys=capsys)
    assert said.splitlines()[-1] == f"ask it: suyuan ask \"…\" --index '{out}'"


@pytest.mark.parametrize(
    "arguments",
    [
        (), ("nonsense",), ("ask",), ("build",), ("build", "/no/such/file"),
        ("batch", "/no/such/file", "out"), ("ask", "问", "--index", "/no/such/index"),
        ("search", "/dev/null", "/tmp/x", "--k", "0"), ("verify", "/no/such/file", "out"),
    ],
)  # fmt: skip
def test_wrong_usage_is_exit_2_with_a_message(
    arguments: tuple[str, ...], capsys: pytest.CaptureFixture[str]
) -> None:
    code, out, err = run(*arguments, capsys=capsys)
    assert code == 2
    assert err.strip()
    assert "Traceback" not in err + out


@pytest.mark.parametrize(
    ("name", "data"), [("empty.txt", b""), ("photo.txt", b"\x89PNG\r\n\x1a\n"), ("x.txt", b"\0a")]
)
def test_unusable_sources_are_named(
    name: str, data: bytes, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / name).write_bytes(data)
    code, _, err = run("build", str(tmp_path / name), "--out", str(tmp_path / "i"), capsys=capsys)
    assert (code, name in err) == (2, True)


def test_an_unreadable_source_is_named(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    path = tmp_path / "secret.txt"
    path.write_text("正文。")
    path.chmod(0)
    if os.access(path, os.R_OK):
        path.unlink()
        path.mkdir()  # root may read anything, but nobody reads a folder as a file
        (path / "x.bin").write_bytes(b"1")
    code, _, err = run("build", str(path), "--out", str(tmp_path / "i"), capsys=capsys)
    assert (code, "secret.txt" in err) == (2, True)


def test_a_place_that_cannot_be_written_says_so(
    folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    source = str(folder / "rules.txt")
    code, _, err = run("build", source, "--out", "/proc/nowhere", capsys=capsys)
    assert (code, "Choose another folder" in err) == (1, True)
    (folder / "one.jsonl").write_text('{"id": "a", "question": "谁?"}')
    code, _, err = run(
        "batch", str(folder / "one.jsonl"), "/proc/out.jsonl", "--index", str(folder / "idx"),
        capsys=capsys,
    )  # fmt: skip
    assert (code, "Traceback" in err) == (1, False)


def test_the_schema_is_published(capsys: pytest.CaptureFixture[str]) -> None:
    code, out, _ = run("schema", capsys=capsys)
    assert code == 0
    jsonschema.Draft202012Validator.check_schema(json.loads(out))


def test_a_reader_that_leaves_early_is_no_fault(folder: Path) -> None:
    done = subprocess.run(
        f"{sys.executable} -m ui.cli schema | head -1", shell=True, capture_output=True, text=True
    )
    assert (done.stdout, done.stderr) == ("{\n", "")


def test_lines_without_an_id_are_numbered(tmp_path: Path) -> None:
    path = tmp_path / "in.jsonl"
    path.write_text('{"id": true}\n\n{"id": ""}\n{"id": "x"}', encoding="utf-8-sig")
    assert [line.id for line in read_lines(path)] == ["line:1", "line:3", "x"]
