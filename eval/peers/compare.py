"""What a system retrieves or a rule cites, counted question by question and judged by gold."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from importlib.metadata import version

from eval.library import open_set, sources_of
from eval.metrics.measure import interval
from eval.peers.haystack import HaystackRetrieval
from eval.peers.langchain_stock import StockLangChain
from eval.peers.llama_index import LlamaIndexCitations, LlamaIndexVectors
from eval.peers.passage import DEPTH, Absent, Passage, Peer, Source, gold_passages, overlap
from eval.peers.rules import RULES
from eval.peers.table import Comparison
from eval.peers.txtai_search import TxtaiHybrid
from eval.questions import EvalQuestion, Split, load_questions
from rag.answer import Answered
from rag.pipeline import Pipeline

OURS = "Suyuan"
OUR_RULE = "Suyuan: what is quoted is what is cited"
PEERS: tuple[Callable[[Sequence[Source]], Peer], ...] = (
    StockLangChain, LlamaIndexVectors, LlamaIndexCitations, HaystackRetrieval, TxtaiHybrid,
)  # fmt: skip
Shares = dict[str, tuple[float, float]]
"""A question's part of each measure: numerator and denominator."""


class Ours:
    """Suyuan's own retrieval, as passages."""

    name = OURS
    package = "suyuan"

    def __init__(self, pipeline: Pipeline) -> None:
        self._pipeline = pipeline

    def retrieve(self, question: str, k: int) -> list[Passage]:
        paragraphs = [hit.paragraph for hit in self._pipeline.retrieve(question, k)]
        return [Passage(p.document, p.start, p.end) for p in paragraphs]


def compare(name: str) -> Comparison:
    """Every system and every citation rule on the set ``name``, by half: answerable questions
    that stand alone. A system that is not installed says what is missing, nothing else."""
    pipeline = open_set(name)
    documents = pipeline.index.documents
    paths = sources_of(name)
    sources = [
        Source.read(document, next(p for p in paths if document.name.endswith(p.name)))
        for document in documents
    ]
    questions = [q for q in load_questions(name) if q.gold and not q.history]
    gold = {q.id: gold_passages(q, documents) for q in questions}
    retrieval: dict[str, object] = {OURS: _retrieval(Ours(pipeline), questions, gold)}
    for opens in PEERS:
        named: str = opens.name  # type: ignore[attr-defined]
        try:
            peer = opens(sources)
        except Absent as missing:
            retrieval[named] = {"absent": str(missing)}
        else:
            retrieval[named] = {
                **_retrieval(peer, questions, gold),
                "version": f"{peer.package} {version(peer.package)}",
            }
    return {
        "questions": {half.value: sum(q.split is half for q in questions) for half in Split},
        "retrieval": retrieval,
        "citation": _citation(pipeline, questions),
    }


def _retrieval(
    peer: Peer, questions: Sequence[EvalQuestion], gold: dict[str, list[Passage]]
) -> dict[str, object]:
    """hit@1, hit@5, and the share of the first five passages that overlap gold: what a system
    cites that cites all it retrieved."""
    shares: dict[str, Shares] = {}
    for question in questions:
        found = list(peer.retrieve(question.question, DEPTH))[:DEPTH]
        good = [any(overlap(passage, g) for g in gold[question.id]) for passage in found]
        shares[question.id] = {
            "hit@1": (float(any(good[:1])), 1.0),
            f"hit@{DEPTH}": (float(any(good)), 1.0),
            f"first {DEPTH} that are gold": (float(sum(good)), float(len(good))),
        }
    return _by_half(questions, shares)


def _citation(pipeline: Pipeline, questions: Sequence[EvalQuestion]) -> dict[str, object]:
    """Our quotes against the rules of others, on the same answers: cited paragraphs that are
    gold, and answers with at least one gold paragraph cited."""
    answers = [(q, pipeline.answer(q.question)) for q in questions]
    answered = [(q, a) for q, a in answers if isinstance(a, Answered)]
    encoder = pipeline.index.encoder
    table: dict[str, object] = {}
    for name in (OUR_RULE, *RULES):
        shares: dict[str, Shares] = {}
        for question, answer in answered:
            gold = {(g.document, g.paragraph) for g in question.gold}
            cited: list[tuple[str, int]] = []
            for claim in answer.claims:
                if name in RULES:
                    hits = RULES[name](claim.text, answer.trace.hits[:DEPTH], encoder)
                    cited += [(h.paragraph.document, h.paragraph.number) for h in hits]
                else:
                    cited += [(c.paragraph.document, c.paragraph.number) for c in claim.citations]
            good = [(d, number) in gold or ("", number) in gold for d, number in cited]
            shares[question.id] = {
                "cited are gold": (float(sum(good)), float(len(good))),
                "gold cited": (float(any(good)), 1.0),
            }
        table[name] = _by_half([q for q, _ in answered], shares)
    return table


def _by_half(questions: Sequence[EvalQuestion], shares: dict[str, Shares]) -> dict[str, object]:
    measures = dict.fromkeys(measure for parts in shares.values() for measure in parts)
    halves: dict[str, object] = {}
    for half in Split:
        chosen = [shares[q.id] for q in questions if q.split is half]
        halves[half.value] = {
            measure: interval([s[measure] for s in chosen if s[measure][1]]).to_json()
            for measure in measures
        }
    return halves
