"""The commands of ``suyuan``, one module each, with ``register(subparsers)``."""

from __future__ import annotations

import argparse
from importlib import import_module
from typing import Protocol, cast

COMMANDS = (
    "build",
    "ask",
    "batch",
    "search",
    "verify",
    "serve",
    "audit",
    "eval",
    "schema",
    "doctor",
    "transparency",
)


class Subparsers(Protocol):
    """What ``ArgumentParser.add_subparsers`` returns, as far as commands use it."""

    def add_parser(self, name: str, *, help: str, description: str) -> argparse.ArgumentParser: ...


class Command(Protocol):
    def register(self, subparsers: Subparsers) -> None: ...


def load(name: str) -> Command:
    """The module of the command ``name``."""
    return cast("Command", import_module(f"ui.commands.{name}"))
