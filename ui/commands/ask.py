"""``suyuan ask``: one question, one answer."""

from __future__ import annotations

import argparse
from pathlib import Path
from typing import TYPE_CHECKING

from ui.commands.jsonl import dump_json
from ui.commands.model_options import add_model_options, chosen_settings
from ui.commands.progress import to_stderr
from ui.text import answer_text

if TYPE_CHECKING:
    from ui.commands import Subparsers


def register(subparsers: Subparsers) -> None:
    command = subparsers.add_parser(
        "ask",
        help="one answer to one question",
        description="Answers a question from the index, each sentence with the paragraph it "
        "stands in, or refuses and says why.",
    )
    command.add_argument("question", metavar="QUESTION")
    command.add_argument("--index", type=Path, metavar="DIR", help="default: the default index")
    command.add_argument("--json", action="store_true", help="one JSON object instead of text")
    add_model_options(command)
    command.set_defaults(run=run)


def run(options: argparse.Namespace) -> int:
    from rag.answer import Failed
    from rag.pipeline import Pipeline

    pipeline = Pipeline.open(options.index, chosen_settings(options), progress=to_stderr())
    answer = pipeline.answer(options.question)
    if options.json:
        print(dump_json(answer.to_json()))
    else:
        print(answer_text(answer))
    return 1 if isinstance(answer, Failed) else 0
