"""The README tells the truth: its examples run, its links lead somewhere."""

from __future__ import annotations

import re
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent
README = (ROOT / "README.md").read_text(encoding="utf-8")
PAGES = sorted([ROOT / "README.md", *(ROOT / "docs").rglob("*.md")])


def test_the_first_example_prints_what_it_shows(home: Path, sample_index: object) -> None:
    block = re.search(r"```\n\$ suyuan ask \"(.+?)\"\n(.+?)```", README, re.S)
    assert block is not None
    done = subprocess.run(
        [sys.executable, "-m", "ui.cli", "ask", block[1]],
        capture_output=True, text=True, cwd=ROOT, check=True,
    )  # fmt: skip
    shown = [line for line in block[2].splitlines() if line]
    printed = [line for line in done.stdout.splitlines() if line]
    assert printed[: len(shown)] == shown


def test_the_python_example_runs(
    home: Path, sample_index: object, capsys: pytest.CaptureFixture[str]
) -> None:
    block = re.search(r"```python\n(.+?)```", README, re.S)
    assert block is not None
    exec(block[1], {})
    assert "15人" in capsys.readouterr().out


@pytest.mark.parametrize("page", PAGES, ids=[str(p.relative_to(ROOT)) for p in PAGES])
def test_links_lead_somewhere(page: Path) -> None:
    for target in re.findall(r"\]\(([^)#\s]+)[^)]*\)", page.read_text(encoding="utf-8")):
        if "://" not in target:
            assert (page.parent / target).exists(), f"{page.name} links to {target}"


def test_every_command_named_exists() -> None:
    from ui.commands import COMMANDS

    named = set(re.findall(r"`suyuan ([a-z]+)", README))
    assert named <= set(COMMANDS)


def test_the_figures_are_those_of_the_baseline() -> None:
    from eval.readme import in_step

    assert in_step(README) == README, "run: python -m eval.readme --write"
