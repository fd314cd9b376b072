"""``suyuan verify``: the verifier alone, no index, no model."""

from __future__ import annotations

import argparse
from pathlib import Path
from typing import TYPE_CHECKING

from ui.commands.jsonl import Line, convert
from ui.commands.progress import to_stderr

if TYPE_CHECKING:
    from ui.commands import Subparsers


def register(subparsers: Subparsers) -> None:
    command = subparsers.add_parser(
        "verify",
        help="a file of claims and evidence -> supported or not, and why",
        description='Lines {"id", "claim", "evidence": [text…]} to lines {"id", "supported", '
        '"reasons"}. The texts in evidence count together.',
    )
    command.add_argument("source", type=Path, metavar="IN.jsonl")
    command.add_argument("target", type=Path, metavar="OUT.jsonl")
    command.set_defaults(run=run)


def run(options: argparse.Namespace) -> int:
    from rag.settings import Settings
    from rag.verify import verify

    settings = Settings.load()
    entailment = None
    if settings.entailment:
        from rag.verify.entailment import load_entailment

        entailment = load_entailment(settings.entailment, settings.home)

    def verdict(line: Line) -> object:
        claim, evidence = line.body.get("claim"), line.body.get("evidence")
        if isinstance(evidence, str):
            evidence = [evidence]
        if (
            line.problem
            or not isinstance(claim, str)
            or not isinstance(evidence, list)
            or not all(isinstance(text, str) for text in evidence)
        ):
            problem = line.problem or 'a line needs "claim" (text) and "evidence" (list of texts)'
            return {"id": line.id, "supported": False, "reasons": ["not_found"], "error": problem}
        found = verify(claim, evidence, entailment=entailment)
        return {
            "id": line.id,
            "supported": found.supported,
            "reasons": [reason.value for reason in found.reasons],
        }

    progress = to_stderr()
    count = convert(options.source, options.target, verdict)
    progress(f"{count} verdicts in {options.target}")
    return 0
