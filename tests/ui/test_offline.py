"""Answers are made on this machine: no socket is opened, and without a network they still come."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from index.store import Index
from ui.telemetry import QUIET

ROOT = Path(__file__).resolve().parents[2]
TRACING = ["LANGSMITH_TRACING", "LANGCHAIN_TRACING_V2", "LANGSMITH_TRACING_V2", "LANGCHAIN_TRACING"]
WATCHED = """
import sys
opened = []
def watch(event, arguments):
    if event in ("socket.connect", "socket.getaddrinfo", "socket.gethostbyname", "socket.sendto"):
        opened.append((event, arguments[1:] if event == "socket.connect" else arguments))
sys.addaudithook(watch)
from ui.cli import main
code = main(sys.argv[1:])
print(opened, file=sys.stderr)
sys.exit(code or bool(opened))
"""


def ask_command(folder: Path) -> list[str]:
    return ["ask", "申诉多久要书面答复?", "--index", str(folder), "--json"]


@pytest.fixture
def folder(home: Path, sample_index: Index) -> Path:
    return home / "sample-index"


def test_a_question_opens_no_socket(folder: Path) -> None:
    done = subprocess.run(
        [sys.executable, "-c", WATCHED, *ask_command(folder)],
        capture_output=True, text=True, cwd=ROOT,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    assert '"answered"' in done.stdout


def test_without_a_network_answers_still_come(folder: Path) -> None:
    """Native code is not seen by audit hooks; a network namespace without even loopback is."""
    unshare = shutil.which("unshare")
    if unshare is None or subprocess.run([unshare, "-n", "true"], capture_output=True).returncode:
        pytest.skip("network namespaces need root here")
    done = subprocess.run(
        [unshare, "-n", sys.executable, "-m", "ui.cli", *ask_command(folder)],
        capture_output=True, text=True, cwd=ROOT,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    assert '"answered"' in done.stdout


@pytest.mark.parametrize("variable", sorted(QUIET))
def test_the_telemetry_of_libraries_is_off(variable: str) -> None:
    """Also when the caller's environment asks for it."""
    asking = {**os.environ, variable: "true"}
    program = f"import os, ui.cli; ui.cli.quiet_libraries(); print(os.environ[{variable!r}])"
    assert printed(program, asking) == QUIET[variable]


@pytest.mark.parametrize("quiet", ["ui.telemetry.quiet_libraries", "ui.web.page.quiet_libraries"])
def test_langchain_traces_nothing_whatever_is_set(quiet: str) -> None:
    """Asked of the library itself, which may look at other variables one day. It remembers what
    it saw, hence the emptied cache."""
    program = f"""
import os
from langsmith.utils import get_env_var, tracing_is_enabled
import {quiet.rpartition(".")[0]}
names = {TRACING!r}
for name in names:
    for other in names:
        os.environ.pop(other, None)
    os.environ[name] = "true"
    get_env_var.cache_clear()
    before = tracing_is_enabled()
    {quiet}()
    get_env_var.cache_clear()
    print(name, before, tracing_is_enabled())
"""
    lines = printed(program, dict(os.environ)).splitlines()
    assert lines == [f"{name} True False" for name in TRACING]


def printed(program: str, environment: dict[str, str]) -> str:
    done = subprocess.run(
        [sys.executable, "-c", program], capture_output=True, text=True, check=True, cwd=ROOT,
        env=environment,
    )  # fmt: skip
    return done.stdout.strip()
