"""``suyuan serve``: the web chat and the HTTP API in one process."""

from __future__ import annotations

import argparse
from pathlib import Path
from typing import TYPE_CHECKING

from index.errors import UsageError
from ui.commands.model_options import add_model_options, chosen_settings

if TYPE_CHECKING:
    from ui.commands import Subparsers


def register(subparsers: Subparsers) -> None:
    command = subparsers.add_parser(
        "serve",
        help="the web chat and the HTTP API",
        description="Serve the web chat and the HTTP API until Ctrl-C. A host other than this "
        "machine's own needs SUYUAN_TOKEN to be set.",
    )
    command.add_argument("--index", type=Path, metavar="DIR", help="default: the default index")
    command.add_argument("--host", default="127.0.0.1", help="default 127.0.0.1")
    command.add_argument("--port", type=int, default=7860, help="default 7860")
    add_model_options(command)
    command.set_defaults(run=run)


def run(options: argparse.Namespace) -> int:
    if not 0 <= options.port <= 65535:
        raise UsageError(f"--port is {options.port}; give a number from 1 to 65535.")
    from ui.web.server import serve

    return serve(options.host, options.port, options.index, chosen_settings(options))
