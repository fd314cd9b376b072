"""``suyuan serve``: the web chat and the HTTP API in one process."""

from __future__ import annotations

import argparse
from pathlib import Path


def register(subparsers: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    """Add ``serve`` to the commands."""
    parser = subparsers.add_parser(
        "serve",
        help="the web chat and the HTTP API",
        description="Serve the web chat and the HTTP API until Ctrl-C. A host other than this "
        "machine's own needs SUYUAN_TOKEN to be set.",
    )
    parser.add_argument("--index", type=Path, help="an index folder (default: the default index)")
    parser.add_argument("--host", default="127.0.0.1", help="address to listen on (127.0.0.1)")
    parser.add_argument("--port", type=int, default=7860, help="port to listen on (7860)")
    parser.set_defaults(run=run)


def run(arguments: argparse.Namespace) -> int:
    """Serve; the exit code."""
    from ui.web.server import serve

    return serve(arguments.host, arguments.port, arguments.index)
