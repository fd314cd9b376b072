"""``suyuan eval``: asks an evaluation set and writes the report."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Callable
from pathlib import Path

from index.errors import UsageError
from rag.settings import Settings
from ui.commands import Subparsers
from ui.commands.progress import to_stderr

DESCRIPTION = """\
Asks every question of an evaluation set and writes report.json, report.md and report.html.
SET is article, sample, laws, or a file of questions (asked of --index); without SET, every set
whose documents are here. A run that was broken off goes on where it stopped.
"""


def register(subparsers: Subparsers) -> None:
    parser = subparsers.add_parser(
        "eval", help="run an evaluation set and write the report", description=DESCRIPTION
    )
    parser.add_argument("set", nargs="*", metavar="SET")
    parser.add_argument("--out", type=Path, default=Path("eval-report"), metavar="DIR")
    parser.add_argument("--index", metavar="DIR", help="for a file of questions")
    parser.add_argument(
        "--noise", action="store_true", help="also with the other sets' documents in the index"
    )
    parser.set_defaults(run=run)


def run(options: argparse.Namespace) -> int:
    # matplotlib and ir-measures are heavy: only this command loads them.
    from eval.evaluate import evaluate, evaluate_file
    from eval.library import available_sets
    from eval.report import write_report
    from eval.report.table import headline
    from eval.results import SetResult
    from rag.pipeline import Pipeline

    settings = Settings.load()
    say = to_stderr()
    results: list[SetResult] = []
    for name in options.set or available_sets():
        progress = _counter(name)
        if Path(name).suffix:
            if not Path(name).is_file():
                raise UsageError(f"no such file of questions: {name}. Check the path.")
            pipeline = Pipeline.open(options.index, settings, say)
            results.append(evaluate_file(Path(name), pipeline, options.out, progress))
        else:
            results.append(
                evaluate(
                    name, options.out, settings, noise=options.noise, progress=progress, say=say
                )
            )
    write_report(results, options.out)
    print("\n".join(headline(results)))
    print(f"\nreport: {options.out / 'report.html'}")
    return 0


def _counter(name: str) -> Callable[[int, int], None]:
    """Progress on one line where a person looks on, nothing where a file does."""

    def count(done: int, total: int) -> None:
        if sys.stderr.isatty():
            end = "\n" if done == total else ""
            print(f"\r{name}: {done} of {total}", end=end, file=sys.stderr, flush=True)

    return count
