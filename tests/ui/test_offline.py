"""Answers are made on this machine: no socket is opened, and without a network they still come."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from index.store import Index

ROOT = Path(__file__).resolve().parents[2]
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


@pytest.mark.parametrize(
    "variable",
    ["GRADIO_ANALYTICS_ENABLED", "HF_HUB_DISABLE_TELEMETRY", "LANGSMITH_TRACING"],
)
def test_the_telemetry_of_libraries_is_off(variable: str) -> None:
    """Also when the caller's environment asks for it."""
    program = f"import os, ui.cli; ui.cli.quiet_libraries(); print(os.environ[{variable!r}])"
    wanted = {"GRADIO_ANALYTICS_ENABLED": "False", "HF_HUB_DISABLE_TELEMETRY": "1"}
    done = subprocess.run(
        [sys.executable, "-c", program], capture_output=True, text=True, check=True, cwd=ROOT,
        env={**os.environ, variable: "true"},
    )  # fmt: skip
    assert done.stdout.strip() == wanted.get(variable, "false")
