"""``suyuan eval``: asks an evaluation set and writes the report."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

from index.errors import UsageError
from ui.commands import Subparsers
from ui.commands.model_options import add_model_options, chosen_settings
from ui.commands.progress import to_stderr

if TYPE_CHECKING:
    from eval.evaluate import Plan
    from eval.results import SetResult
    from rag.settings import Settings

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
    add_model_options(parser)
    parser.add_argument(
        "--jobs", type=int, default=2, metavar="N", help="questions asked at a time (default 2)"
    )
    parser.add_argument(
        "--answers", type=Path, metavar="FILE",
        help="judge these answers to SET, one JSON line each, instead of asking",
    )  # fmt: skip
    parser.add_argument(
        "--abilities", action="store_true",
        help="also try RGB's four abilities: evidence mixed with noise, withheld, altered",
    )  # fmt: skip
    parser.add_argument(
        "--judge", metavar="NAME",
        help="a second judge of entailment: a language model as --llm names it, or "
        "cross-encoder:MODEL_OR_FOLDER",
    )  # fmt: skip
    parser.add_argument(
        "--judge-url", metavar="URL", help="where the judge's API is; default: --base-url"
    )
    parser.set_defaults(run=run)


def run(options: argparse.Namespace) -> int:
    # matplotlib and ir-measures are heavy: only this command loads them.
    from eval.library import available_sets
    from eval.report import check_folder, write_report
    from eval.report.table import headline

    if options.jobs < 1:
        raise UsageError(f"--jobs is {options.jobs}; give 1 or more.")
    settings = chosen_settings(options)
    check_folder(options.out)
    plan = _plan(options, settings)
    names = options.set or available_sets()
    if options.answers is not None and len(options.set) != 1:
        raise UsageError("--answers belongs to one SET: suyuan eval SET --answers FILE.")
    results = [_result(name, options, settings, plan) for name in names]
    write_report(results, options.out)
    print("\n".join(headline(results)))
    print(f"\nreport: {options.out / 'report.html'}")
    return 0


def _plan(options: argparse.Namespace, settings: Settings) -> Plan:
    from eval.evaluate import Plan
    from eval.judges import open_judge

    judge = None
    if options.judge:
        url = options.judge_url or settings.llm_base_url
        judge = open_judge(options.judge, replace(settings, llm_base_url=url))
    return Plan(options.jobs, curve=True, abilities=options.abilities, judge=judge)


def _result(name: str, options: argparse.Namespace, settings: Settings, plan: Plan) -> SetResult:
    from eval.evaluate import evaluate, evaluate_file, judge_answers
    from rag.pipeline import Pipeline

    say, progress = to_stderr(), _counter(name)
    if Path(name).suffix and not Path(name).is_file():
        raise UsageError(f"no such file of questions: {name}. Check the path.")
    if options.answers is not None:
        return judge_answers(name, options.answers, plan)
    if Path(name).suffix:
        pipeline = Pipeline.open(options.index, replace(settings, audit=False), say)
        return evaluate_file(Path(name), pipeline, options.out, plan, progress=progress, say=say)
    return evaluate(name, options.out, settings, plan, progress=progress, say=say)


def _counter(name: str) -> Callable[[int, int], None]:
    """Progress on one line where a person looks on, nothing where a file does."""

    def count(done: int, total: int) -> None:
        if sys.stderr.isatty():
            end = "\n" if done == total else ""
            print(f"\r{name}: {done} of {total}", end=end, file=sys.stderr, flush=True)

    return count
