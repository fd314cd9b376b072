"""What each part is worth: the same questions and pairs with one part taken away.

    python -m eval.ablations [SET…]

Retrieval without BM25, without paragraph vectors, without sentence vectors, without reranking;
the verifier without each of its rules, on the development half of the written pairs.
"""

from __future__ import annotations

import argparse
import sys
from collections.abc import Sequence

from eval.library import available_sets, open_set
from eval.metrics.measure import estimate
from eval.metrics.retrieval import RETRIEVAL
from eval.outcome import Outcome
from eval.questions import EvalQuestion, Split, load_questions
from eval.verifier_sets import load_pairs
from index.search import ALL_SIGNALS, Signal
from rag.pipeline import DEPTH, Pipeline
from rag.quoting import find, understand
from rag.verify import Rule, verify

SHOWN = ("hit@1", "hit@5", "MRR")


def retrieval_rows(name: str) -> list[str]:
    """Markdown rows: what was taken away, and the retrieval measures of what is left."""
    pipeline = open_set(name)
    questions = [q for q in load_questions(name) if q.gold]
    variants: list[tuple[str, frozenset[Signal], bool]] = [("nothing", ALL_SIGNALS, True)]
    variants += [(signal.value, ALL_SIGNALS - {signal}, True) for signal in sorted(ALL_SIGNALS)]
    variants.append(("reranking", ALL_SIGNALS, False))
    rows = []
    for label, signals, reranked in variants:
        outcomes = [_found(pipeline, q, signals, reranked) for q in questions]
        measures = [m for m in RETRIEVAL if m.name in SHOWN]
        cells = [f"{estimate(m, outcomes).value:.2f}" for m in measures]
        rows.append(f"| {name} | {label} | {' | '.join(cells)} |")
    return rows


def _found(
    pipeline: Pipeline, question: EvalQuestion, signals: frozenset[Signal], reranked: bool
) -> Outcome:
    asked = understand(question.question, question.history)
    reading = find(asked, pipeline.index, signals=signals)
    hits = (reading.ranked if reranked else reading.hits)[:DEPTH]
    places = tuple((hit.paragraph.document, hit.paragraph.number) for hit in hits)
    return Outcome(question, "refused", (), places, (), 0.0)


def verifier_rows() -> list[str]:
    """Markdown rows: the rule taken away, falsified pairs caught, faithful ones rejected."""
    pairs = load_pairs(Split.DEVELOPMENT)
    rows = []
    for rule in (None, *Rule):
        disabled = frozenset({rule}) if rule else frozenset()
        verdicts = [(p.faithful, verify(p.claim, p.evidence, disabled=disabled)) for p in pairs]
        caught = [not v.supported for faithful, v in verdicts if not faithful]
        wrong = [not v.supported for faithful, v in verdicts if faithful]
        label = rule.value if rule else "nothing"
        rows.append(
            f"| {label} | {sum(caught) / len(caught):.3f} | {sum(wrong) / len(wrong):.3f} |"
        )
    return rows


def main(arguments: Sequence[str] | None = None) -> int:
    parser = argparse.ArgumentParser(prog="python -m eval.ablations", description=__doc__)
    parser.add_argument("sets", nargs="*")
    options = parser.parse_args(arguments)
    print(f"| set | taken away | {' | '.join(SHOWN)} |\n|---|---|---|---|---|")
    for name in options.sets or available_sets():
        print("\n".join(retrieval_rows(name)))
    print("\n| rule taken away | falsified caught | faithful rejected |\n|---|---|---|")
    print("\n".join(verifier_rows()))
    return 0


if __name__ == "__main__":
    sys.exit(main())
