"""The table of peers: ``python -m eval.peers [SET…]``. Gold judges everyone; our verifier has
no say. A peer that is not installed is reported as absent."""

from __future__ import annotations

import argparse
import os
import sys
from collections.abc import Callable, Sequence

from eval.library import available_sets, open_set, sources_of
from eval.metrics.measure import Estimate, interval
from eval.peers.haystack import HaystackRetrieval
from eval.peers.langchain_stock import StockLangChain
from eval.peers.llama_index import LlamaIndexCitations
from eval.peers.passage import DEPTH, Absent, Passage, Peer, Source, gold_passages, overlap
from eval.peers.rules import RULES
from eval.peers.txtai_search import TxtaiHybrid
from eval.questions import EvalQuestion, load_questions
from rag.answer import Answered, Citation
from rag.pipeline import Pipeline

PEERS: tuple[Callable[[Sequence[Source]], Peer], ...] = (
    StockLangChain, LlamaIndexCitations, HaystackRetrieval, TxtaiHybrid,
)  # fmt: skip


class Ours:
    """Suyuan's own retrieval, as passages."""

    name = "Suyuan"

    def __init__(self, pipeline: Pipeline) -> None:
        self._pipeline = pipeline

    def retrieve(self, question: str, k: int) -> list[Passage]:
        paragraphs = [hit.paragraph for hit in self._pipeline.retrieve(question, k)]
        return [Passage(p.document, p.start, p.end) for p in paragraphs]


def retrieval_row(
    peer: Peer, questions: Sequence[EvalQuestion], gold: dict[str, list[Passage]]
) -> str:
    """hit@1, hit@5, and the share of the first five passages that overlap gold: what a system
    cites that cites all it retrieved."""
    first, five, cited = [], [], []
    for question in questions:
        found = list(peer.retrieve(question.question, DEPTH))[:DEPTH]
        good = [any(overlap(passage, g) for g in gold[question.id]) for passage in found]
        first.append((float(any(good[:1])), 1.0))
        five.append((float(any(good)), 1.0))
        cited.append((float(sum(good)), float(len(good))))
    cells = " | ".join(map(_cell, map(interval, (first, five, cited))))
    return f"| {peer.name} | {cells} |"


def citation_rows(pipeline: Pipeline, questions: Sequence[EvalQuestion]) -> list[str]:
    """Our quotes against the rules of others, on the same answers: cited paragraphs that are
    gold, and answers with at least one gold paragraph cited."""
    answers = [(q, pipeline.answer(q.question, q.history)) for q in questions]
    answered = [(q, a) for q, a in answers if isinstance(a, Answered)]
    rows = []
    for name in ("Suyuan: what is quoted is what is cited", *RULES):
        right, whole = [], []
        for question, answer in answered:
            gold = {(g.document, g.paragraph) for g in question.gold}
            cited: list[tuple[str, int]] = []
            for claim in answer.claims:
                if name in RULES:
                    rule = RULES[name]
                    hits = rule(claim.text, answer.trace.hits[:DEPTH], pipeline.index.encoder)
                    cited += [(h.paragraph.document, h.paragraph.number) for h in hits]
                else:
                    cited += [_place(citation) for citation in claim.citations]
            good = [
                ("", number) in gold or (document, number) in gold for document, number in cited
            ]
            right.append((float(sum(good)), float(len(good))))
            whole.append((float(any(good)), 1.0))
        rows.append(f"| {name} | {_cell(interval(right))} | {_cell(interval(whole))} |")
    return rows


def main(arguments: Sequence[str] | None = None) -> int:
    parser = argparse.ArgumentParser(prog="python -m eval.peers", description=__doc__)
    parser.add_argument("sets", nargs="*")
    options = parser.parse_args(arguments)
    os.environ["HAYSTACK_TELEMETRY_ENABLED"] = "False"
    for name in options.sets or available_sets():
        pipeline = open_set(name)
        documents = pipeline.index.documents
        paths = sources_of(name)
        sources = [
            Source.read(document, next(p for p in paths if document.name.endswith(p.name)))
            for document in documents
        ]
        questions = [q for q in load_questions(name) if q.gold and not q.history]
        gold = {q.id: gold_passages(q, documents) for q in questions}
        print(f"\n## {name}: {len(questions)} questions\n")
        print(f"| system | hit@1 | hit@{DEPTH} | first {DEPTH} that are gold |\n|---|---|---|---|")
        print(retrieval_row(Ours(pipeline), questions, gold))
        for opens in PEERS:
            try:
                print(retrieval_row(opens(sources), questions, gold))
            except Absent as missing:
                print(f"| {opens.name} | absent ({missing}) | | |")  # type: ignore[attr-defined]
        print("\n| citation rule, on our answers | cited are gold | gold cited |\n|---|---|---|")
        print("\n".join(citation_rows(pipeline, questions)))
    return 0


def _place(citation: Citation) -> tuple[str, int]:
    return citation.paragraph.document, citation.paragraph.number


def _cell(found: Estimate) -> str:
    return f"{found.value:.2f} [{found.low:.2f}, {found.high:.2f}]" if found.count else "-"


if __name__ == "__main__":
    sys.exit(main())
