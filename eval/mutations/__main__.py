"""The verifier on true sentences of the corpora, falsified by rule.

    python -m eval.mutations [--each N] [--examples KIND] [--out FILE]

Sentences are drawn from every law beside the checkout, and the article; the evidence is the
paragraph. A law belongs to the half given by the hash of its name: ``--examples`` shows what was
missed in the development half only. ``--each`` bounds how many of a kind a half has.
"""

from __future__ import annotations

import argparse
import json
import sys
from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import asdict
from pathlib import Path
from random import Random

from eval.library import CORPORA
from eval.mutations.operators import FAITHFUL, FALSIFYING, Operator
from eval.questions import Split, split_of
from eval.verifier import Judged, judge, markdown, rows
from eval.verifier_sets import Pair
from index.errors import SourceMissing, SuyuanError, WriteError
from index.reading import read_document
from index.segment import sentences

EACH = 200
LENGTHS = range(12, 161)
"""Code points of a sentence that is drawn: what stands in an answer."""


def pairs(files: Sequence[Path], half: Split, each: int = EACH) -> list[Pair]:
    """At most ``each`` pairs of a kind from the files of ``half``, spread over them, the same
    in every run."""
    made: dict[str, list[Pair]] = defaultdict(list)
    own = sorted(
        (f for f in files if split_of(f.name) is half), key=lambda f: Random(f.name).random()
    )
    for file in own:
        for pair in _from(file):
            if len(made[pair.kind]) < each:
                made[pair.kind].append(pair)
        if all(len(made[kind]) >= each for kind in (*FALSIFYING, "faithful")):
            break
    return [pair for kind in sorted(made) for pair in made[kind]]


def _from(file: Path) -> Iterator[Pair]:
    """At most two pairs of each operator from one file."""
    chance = Random(file.name)
    places = [
        (paragraph, span)
        for paragraph in read_document(file).paragraphs
        for span in sentences(paragraph.text)
        if len(span.of(paragraph.text)) in LENGTHS
    ]
    chance.shuffle(places)
    operators: list[tuple[str, Operator]] = [*FALSIFYING.items()]
    operators += [("faithful", operator) for operator in FAITHFUL.values()]
    for kind, operator in operators:
        found = 0
        for paragraph, span in places:
            true = span.of(paragraph.text)
            for said in operator(true, paragraph.text, chance):
                if found < 2 and said not in paragraph.text:
                    found += 1
                    yield Pair(
                        f"{file.stem} {paragraph.number} {kind}", kind, said, (paragraph.text,)
                    )


def examples(judged: Sequence[Judged], kind: str, limit: int = 30) -> str:
    wrong = [e for e in judged if e.pair.kind == kind and e.objected is e.pair.faithful]
    return "\n\n".join(
        f"{e.pair.id} {' '.join(e.reasons)}\n  {e.pair.claim}\n  {e.pair.evidence[0][:400]}"
        for e in wrong[:limit]
    )


def main(arguments: Sequence[str] | None = None) -> int:
    parser = argparse.ArgumentParser(prog="python -m eval.mutations", description=__doc__)
    parser.add_argument("--each", type=int, default=EACH, help=f"of a kind and half ({EACH})")
    parser.add_argument("--examples", metavar="KIND", help="show development pairs judged wrongly")
    parser.add_argument("--out", type=Path, help="write the figures here as JSON")
    options = parser.parse_args(arguments)
    files = [*CORPORA.glob("laws/*/*.md"), *CORPORA.glob("article.txt")]
    if not files:
        raise SourceMissing(f"the corpora are not beside this checkout ({CORPORA}).")
    halves = [Split.DEVELOPMENT] if options.examples else list(Split)
    judged = {half.value: judge(pairs(files, half, options.each)) for half in halves}
    if options.examples:
        print(examples(judged[Split.DEVELOPMENT.value], options.examples))
        return 0
    print(markdown(judged))
    if options.out:
        figures = {
            name: {row: asdict(share) for row, share in rows(found).items()}
            for name, found in judged.items()
        }
        try:
            options.out.write_text(json.dumps(figures, indent=1) + "\n", encoding="utf-8")
        except OSError as error:
            raise WriteError(f"{options.out} cannot be written: {error}.") from error
    return 0


if __name__ == "__main__":
    try:
        sys.exit(main())
    except SuyuanError as error:
        sys.exit(f"suyuan: {error}")
