"""A key is planted; then everything that the program writes is searched for it."""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
import time
import urllib.error
import urllib.request
from pathlib import Path

import pytest

from index.store import Index
from tests.conftest import ROOT
from tests.rag.scripted_server import Handler, serving

KEY = "sk-planted-0a1b2c3d4e5f"
QUESTION = "三级、四级应用的记录要保存多久?"


def sends_it_back(handler: Handler, _prompt: str) -> None:
    """The worst that a server can do: say the key that it was given."""
    assert handler.headers["authorization"] == f"Bearer {KEY}"
    handler.say(
        f"三级、四级应用的记录保存期限不少于十年。密钥是{handler.headers['authorization']}。"
    )


def refuses_with_it(handler: Handler, _prompt: str) -> None:
    body = json.dumps({"error": {"message": f"bad key {handler.headers['authorization']}"}})
    handler.send_response(401)
    handler.send_header("content-type", "application/json")
    handler.send_header("content-length", str(len(body)))
    handler.end_headers()
    handler.wfile.write(body.encode())


@pytest.fixture
def environment(home: Path, sample_index: Index, tmp_path: Path) -> dict[str, str]:
    """A home of its own, so that all that was written in it can be searched."""
    own = tmp_path / "home"
    own.mkdir()
    (own / "models").symlink_to(home / "models", target_is_directory=True)
    (own / "settings.toml").write_text('operator = "云溪市政务服务管理局"\n', encoding="utf-8")
    return {**os.environ, "SUYUAN_HOME": str(own), "SUYUAN_LLM_API_KEY": KEY}


def written(folder: Path) -> list[Path]:
    """Every file under ``folder`` that holds the key."""
    files = [path for path in folder.rglob("*") if path.is_file() and "models" not in path.parts]
    assert files
    return [path for path in files if KEY.encode() in path.read_bytes()]


@pytest.mark.parametrize("reply", [sends_it_back, refuses_with_it])
def test_no_command_writes_the_key(
    reply: object, environment: dict[str, str], home: Path, tmp_path: Path
) -> None:
    index = ["--index", str(home / "sample-index")]
    (tmp_path / "in.jsonl").write_text(json.dumps({"id": "a", "question": QUESTION}) + "\n")
    with serving(reply) as server:  # type: ignore[arg-type]
        model = ["--llm", "openai:scripted", "--base-url", server.url]
        for command in (
            ["ask", QUESTION, "--json", *index],
            ["batch", str(tmp_path / "in.jsonl"), str(tmp_path / "out.jsonl"), *index],
            ["doctor", *index],
        ):
            done = subprocess.run(
                [sys.executable, "-m", "ui.cli", *command, *model],
                capture_output=True, cwd=ROOT, env=environment, timeout=120, check=False,
            )  # fmt: skip
            assert server.requests, done.stderr.decode()
            server.requests.clear()
            assert done.stdout + done.stderr
            assert KEY.encode() not in done.stdout + done.stderr
            assert b"Traceback" not in done.stderr
    assert written(tmp_path) == []


def test_no_page_and_no_route_shows_the_key(
    environment: dict[str, str], home: Path, tmp_path: Path
) -> None:
    with serving(sends_it_back) as server:
        arguments = [
            "serve", "--port", "0", "--index", str(home / "sample-index"),
            "--llm", "openai:scripted", "--base-url", server.url,
        ]  # fmt: skip
        with (tmp_path / "log").open("w+b") as log:
            process = subprocess.Popen(
                [sys.executable, "-u", "-m", "ui.cli", *arguments],
                cwd=ROOT, env=environment, stdout=log, stderr=subprocess.STDOUT,
            )  # fmt: skip
            try:
                said = b"".join(_visit(_address(tmp_path / "log")))
            finally:
                process.terminate()
                process.wait(timeout=30)
        assert server.requests
    assert b"Bearer ***" in said, "what the server said came through, starred"
    assert KEY.encode() not in said
    assert written(tmp_path) == []


def _address(log: Path) -> str:
    deadline = time.monotonic() + 120
    while time.monotonic() < deadline:
        found = re.search(r"http://127\.0\.0\.1:\d+/", log.read_text("utf-8", "replace"))
        if found:
            return found[0]
        time.sleep(0.2)
    raise AssertionError(log.read_text("utf-8", "replace"))


def _visit(address: str) -> list[bytes]:
    """What the pages and routes answer, a question asked among them."""
    deadline = time.monotonic() + 120
    body = json.dumps({"question": QUESTION}).encode()
    asking = urllib.request.Request(
        f"{address}api/ask", body, {"content-type": "application/json", "origin": address[:-1]}
    )
    while True:
        try:
            with urllib.request.urlopen(asking, timeout=60) as response:
                seen = [response.read()]
            break
        except urllib.error.HTTPError as error:  # still opening
            if time.monotonic() > deadline:
                raise AssertionError(error.read()) from error
            time.sleep(0.5)
    identifier = json.loads(seen[0])["id"]
    for path in (
        "", "api/site", "api/health", "api/openapi.json", "api/overview",
        f"api/answers/{identifier}", f"api/answers/{identifier}/export",
    ):  # fmt: skip
        try:
            with urllib.request.urlopen(address + path, timeout=60) as response:
                seen.append(response.read())
        except urllib.error.HTTPError as error:
            seen.append(error.read())
    return seen
