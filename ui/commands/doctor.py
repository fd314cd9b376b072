"""``suyuan doctor``: what is configured, and whether it works."""

from __future__ import annotations

import argparse
from pathlib import Path
from typing import TYPE_CHECKING

from index.errors import SettingsError
from ui.commands.jsonl import dump_json
from ui.commands.model_options import add_model_options, chosen_settings

if TYPE_CHECKING:
    from ui.checkup import Check
    from ui.commands import Subparsers

_WIDTH = 10
_NAME = 16
"""Columns: of a state, and of what was looked at."""


def register(subparsers: Subparsers) -> None:
    command = subparsers.add_parser(
        "doctor",
        help="what is configured and whether it works",
        description="Tries everything that is configured, the language model included, and says "
        "what to do about what does not work. Keys are never shown. Exit code 1 if anything is "
        "broken.",
    )
    command.add_argument("--index", type=Path, metavar="DIR", help="default: the default index")
    command.add_argument("--json", action="store_true", help="one JSON object instead of text")
    add_model_options(command)
    command.set_defaults(run=run)


def run(options: argparse.Namespace) -> int:
    from ui.checkup import Check, State, checkup

    try:
        checks = checkup(chosen_settings(options), options.index)
    except SettingsError as error:
        checks = iter([Check("settings", State.BROKEN, "cannot be used", str(error))])
    done = []
    for check in checks:
        done.append(check)
        if not options.json:
            print(line(check), flush=True)
    works = all(check.state is not State.BROKEN for check in done)
    if options.json:
        print(dump_json({"works": works, "checks": [check.to_json() for check in done]}))
    return 0 if works else 1


def line(check: Check) -> str:
    """A check as people read it: the state, the thing, what was seen, and what to do."""
    first = f"{check.state.value:<{_WIDTH}}{check.name:<{_NAME}}{check.detail}"
    return f"{first}\n{' ' * (_WIDTH + _NAME)}-> {check.advice}" if check.advice else first
