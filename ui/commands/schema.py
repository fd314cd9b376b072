"""``suyuan schema``: the JSON schema of an answer."""

from __future__ import annotations

import argparse
import json
from typing import TYPE_CHECKING

from rag.schema import ANSWER_SCHEMA

if TYPE_CHECKING:
    from ui.commands import Subparsers


def register(subparsers: Subparsers) -> None:
    command = subparsers.add_parser(
        "schema",
        help="the JSON schema of an answer",
        description="Prints the JSON schema (2020-12) that every answer is valid against.",
    )
    command.set_defaults(run=run)


def run(_options: argparse.Namespace) -> int:
    print(json.dumps(ANSWER_SCHEMA, ensure_ascii=False, indent=2))
    return 0
