"""``suyuan search``: retrieval alone."""

from __future__ import annotations

import argparse
from pathlib import Path
from typing import TYPE_CHECKING

from index.errors import UsageError
from ui.commands.jsonl import Line, convert
from ui.commands.progress import to_stderr

if TYPE_CHECKING:
    from ui.commands import Subparsers


def register(subparsers: Subparsers) -> None:
    command = subparsers.add_parser(
        "search",
        help="a file of questions -> a file of paragraphs found",
        description='Lines {"id", "question"} to lines {"id", "question", "hits"}, best first.',
    )
    command.add_argument("source", type=Path, metavar="IN.jsonl")
    command.add_argument("target", type=Path, metavar="OUT.jsonl")
    command.add_argument("--k", type=int, default=10, help="paragraphs per question (default 10)")
    command.add_argument("--index", type=Path, metavar="DIR", help="default: the default index")
    command.set_defaults(run=run)


def run(options: argparse.Namespace) -> int:
    if options.k < 1:
        raise UsageError(f"--k is {options.k}; give how many paragraphs to find, at least 1.")
    from rag.pipeline import Pipeline

    progress = to_stderr()
    pipeline = Pipeline.open(options.index, progress=progress)

    def hits(line: Line) -> object:
        question = line.body.get("question")
        if line.problem or not isinstance(question, str):
            problem = line.problem or 'no "question" that is a string'
            return {"id": line.id, "question": "", "hits": [], "error": problem}
        found = pipeline.retrieve(question, options.k)
        return {"id": line.id, "question": question, "hits": [hit.to_json() for hit in found]}

    count = convert(options.source, options.target, hits)
    progress(f"{count} lines in {options.target}")
    return 0
