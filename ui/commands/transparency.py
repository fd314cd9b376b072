"""``suyuan transparency``: the Algorithmic Transparency Record of this installation."""

from __future__ import annotations

import argparse
from pathlib import Path
from typing import TYPE_CHECKING

from ui.commands.jsonl import dump_json
from ui.commands.model_options import add_model_options, chosen_settings

if TYPE_CHECKING:
    from ui.commands import Subparsers


def register(subparsers: Subparsers) -> None:
    command = subparsers.add_parser(
        "transparency",
        help="an Algorithmic Transparency Record of this installation",
        description="Fills in the fields of the UK's Algorithmic Transparency Recording Standard "
        "from settings and measured figures, and says which only the operator can fill in.",
    )
    command.add_argument(
        "--report",
        type=Path,
        default=Path("eval-report/report.json"),
        metavar="FILE",
        help="measured figures, from suyuan eval (default: %(default)s, if it is there)",
    )
    command.add_argument("--json", action="store_true", help="one JSON object instead of text")
    add_model_options(command)
    command.set_defaults(run=run)


def run(options: argparse.Namespace) -> int:
    from rag.standards.figures import read_figures
    from rag.standards.transparency import as_json, as_markdown, transparency_record

    record = transparency_record(chosen_settings(options), read_figures(options.report))
    print(dump_json(as_json(record)) if options.json else as_markdown(record))
    return 0
