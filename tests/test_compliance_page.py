"""What docs/compliance.md names exists: tests, commands and settings."""

from __future__ import annotations

import re
from dataclasses import fields
from pathlib import Path

import pytest

from rag.settings import Settings
from ui.commands import COMMANDS

ROOT = Path(__file__).resolve().parent.parent
PAGE = (ROOT / "docs" / "compliance.md").read_text(encoding="utf-8")


@pytest.mark.parametrize("path", sorted(set(re.findall(r"`(tests/[\w/.]+)`", PAGE))))
def test_named_tests_exist(path: str) -> None:
    assert "def test_" in (ROOT / path).read_text(encoding="utf-8")


def test_named_commands_exist() -> None:
    named = set(re.findall(r"`suyuan (\w+)", PAGE))
    assert named
    assert named <= set(COMMANDS)


def test_named_settings_exist() -> None:
    named = set(re.findall(r"SUYUAN_(\w+)", PAGE))
    assert named
    assert named <= {field.name.upper() for field in fields(Settings)}


def test_every_text_says_what_is_not_covered() -> None:
    sections = PAGE.split("\n## ")[1:-1]
    assert len(sections) == 4
    assert all("**Not covered.**" in section for section in sections)
