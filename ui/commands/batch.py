"""``suyuan batch``: many questions from a file, their answers to a file."""

from __future__ import annotations

import argparse
from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING

from rag.answer import Answer
from rag.question import Turn
from ui.commands.jsonl import Line, convert
from ui.commands.model_options import add_model_options, chosen_settings
from ui.commands.progress import to_stderr

if TYPE_CHECKING:
    from rag.pipeline import Pipeline
    from ui.commands import Subparsers


def register(subparsers: Subparsers) -> None:
    command = subparsers.add_parser(
        "batch",
        help="a file of questions -> a file of answers",
        description='Lines {"id", "question", "history"?: [{"question", "answer"}]} to lines of '
        "answers, same order, same ids. A bad line gets an answer with status failed.",
    )
    command.add_argument("source", type=Path, metavar="IN.jsonl")
    command.add_argument("target", type=Path, metavar="OUT.jsonl")
    command.add_argument("--index", type=Path, metavar="DIR", help="default: the default index")
    add_model_options(command)
    command.set_defaults(run=run)


def run(options: argparse.Namespace) -> int:
    from rag.pipeline import Pipeline

    progress = to_stderr()
    pipeline = Pipeline.open(options.index, chosen_settings(options), progress=progress)
    done = 0

    def answer(line: Line) -> object:
        nonlocal done
        done += 1
        progress(f"  {done} answered")
        return {**answer_line(pipeline, line).to_json(), "id": line.id}

    count = convert(options.source, options.target, answer)
    progress(f"{count} answers in {options.target}")
    return 0


def answer_line(pipeline: Pipeline, line: Line) -> Answer:
    """The answer to one line, whatever it holds."""
    from rag.pipeline import bad_input

    if line.problem:
        return bad_input(f'{line.problem}. Write {{"id": …, "question": …}}.')
    question = line.body.get("question")
    if not isinstance(question, str):
        return bad_input('this line has no "question" that is a string.')
    try:
        history = read_history(line.body.get("history"))
    except ValueError as error:
        return bad_input(str(error), question)
    return pipeline.answer(question, history)


def read_history(value: object) -> tuple[Turn, ...]:
    """Earlier turns, oldest first; ``ValueError`` says what is wrong with them.

    >>> read_history([{"question": "问", "answer": "答"}])
    (Turn(question='问', answer='答'),)
    """
    if value is None:
        return ()
    problem = '"history" is not a list of {"question": "…", "answer": "…"}.'
    if not isinstance(value, list):
        raise ValueError(problem)
    turns = []
    for entry in value:
        if not isinstance(entry, Mapping):
            raise ValueError(problem)
        question, answer = entry.get("question"), entry.get("answer", "")
        if not isinstance(question, str) or not isinstance(answer, str | type(None)):
            raise ValueError(problem)
        turns.append(Turn(question, answer or ""))
    return tuple(turns)
