"""The four abilities, each under stated conditions, as shares of right answers.

A right answer, as in RGB, holds everything that was asked: every nugget. Quoted answers cannot
bring knowledge of their own, so for them the counterfactual trials show only whether the altered
sentence is found; with a language model they show whether its memory gets past the verifier.
"""

from __future__ import annotations

import tempfile
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import Path

from eval.abilities.material import (
    ALTERED,
    Alteration,
    alterations,
    given,
    mixed,
    place_of,
    write_altered,
)
from eval.metrics.measure import Estimate, interval
from eval.outcome import Outcome
from eval.questions import EvalQuestion
from eval.runner import PipelineAnswerer, Progress, run
from index.document import Document
from index.store import Index
from rag.pipeline import DEPTH, Pipeline

NOISE = (0.0, 0.5, 0.8, 0.9)
"""Shares of paragraphs without the answer. Most questions have one gold paragraph, beside which
these are none, one, four and nine others."""

SEVERAL = ("several", "list")
BESIDE = 4
"""Paragraphs beside an altered one."""

Opens = Callable[[Sequence[tuple[str, Path]]], Pipeline]
"""Opens a pipeline over the set's documents and these further files, by name."""


@dataclass(frozen=True, slots=True)
class Ability:
    """The share of questions that came out right under ``condition``."""

    name: str
    condition: str
    right: Estimate

    def to_json(self) -> dict[str, object]:
        return {
            "ability": self.name,
            "condition": self.condition,
            "right": round(self.right.value, 4),
            "low": round(self.right.low, 4),
            "high": round(self.right.high, 4),
            "questions": self.right.count,
        }


def by_kind(outcomes: Sequence[Outcome]) -> list[Ability]:
    """What the set's own kinds of question say, without another run."""
    kinds = (
        ("negative rejection", "the fact is absent, or the topic is another", ("absent", "far_off"),
         lambda o: not o.answered),
        ("information integration", "several places, everything retrieved", SEVERAL, whole),
        ("counterfactual robustness", "the question's premise is false", ("false_premise",),
         lambda o: any(map(o.is_gold, o.citations))),
    )  # fmt: skip
    rows = [
        _ability(name, condition, [o for o in outcomes if o.question.kind in of], right)
        for name, condition, of, right in kinds
    ]
    return [row for row in rows if row is not None]


@dataclass(frozen=True, slots=True)
class _Handed:
    """The pipeline, handed other evidence for each question."""

    pipeline: Pipeline
    condition: str
    hand: Callable[[EvalQuestion], Pipeline]

    @property
    def name(self) -> str:
        return PipelineAnswerer(self.pipeline).name

    @property
    def identity(self) -> str:
        return f"{PipelineAnswerer(self.pipeline).identity} {self.condition}"

    def answer(self, question: EvalQuestion) -> Mapping[str, object]:
        return self.hand(question).answer(question.question, question.history).to_json()


def tried(
    pipeline: Pipeline,
    questions: Sequence[EvalQuestion],
    texts: Sequence[str],
    opens: Opens,
    crowded: Pipeline | None,
    keep: Callable[[str], Path | None],
    *,
    workers: int = 2,
    progress: Progress | None = None,
) -> list[Ability]:
    """The trials that need other evidence. ``texts`` are the documents' source texts,
    ``crowded`` is the pipeline with further documents in its index, ``keep`` says where a
    condition's answers are kept."""
    answerable = [q for q in questions if q.gold]
    rows: list[Ability | None] = []
    for noise in (*NOISE, 1.0):
        condition = f"{noise:.0%} of the paragraphs without the answer"

        def hand(question: EvalQuestion, noise: float = noise) -> Pipeline:
            return given(pipeline, mixed(question, pipeline.index, noise))

        outcomes = run(
            _Handed(pipeline, condition, hand), answerable,
            keep=keep(f"noise-{noise:.1f}"), workers=workers, progress=progress,
        )  # fmt: skip
        if noise == 1.0:
            rows.append(
                _ability("negative rejection", condition, outcomes, lambda o: not o.answered)
            )
            continue
        several = [o for o in outcomes if o.question.kind in SEVERAL]
        rows.append(_ability("noise robustness", condition, outcomes, whole))
        rows.append(_ability("information integration", condition, several, whole))
    if crowded is not None:
        condition = f"{len(crowded.index.documents)} documents in the index"
        outcomes = run(
            PipelineAnswerer(crowded), answerable,
            keep=keep("crowded"), workers=workers, progress=progress,
        )  # fmt: skip
        rows.append(_ability("noise robustness", condition, outcomes, whole))
    rows += _counterfactual(pipeline, answerable, texts, opens, keep, workers, progress)
    return sorted(filter(None, rows), key=lambda row: row.name)


def _counterfactual(
    pipeline: Pipeline,
    questions: Sequence[EvalQuestion],
    texts: Sequence[str],
    opens: Opens,
    keep: Callable[[str], Path | None],
    workers: int,
    progress: Progress | None,
) -> list[Ability | None]:
    """Figures altered in the source: does the answer keep to the source, and where the source
    stands beside what contradicts it, is the contradiction shown?"""
    documents = pipeline.index.documents
    changes = {change.question.id: change for change in alterations(questions, documents)}
    asked = [question for question in questions if question.id in changes]
    if not asked:
        return []
    with tempfile.TemporaryDirectory() as folder:
        files = write_altered(list(changes.values()), documents, texts, Path(folder))
        both = opens(files)

    def evidence(question: EvalQuestion, *, beside_original: bool) -> Pipeline:
        change = changes[question.id]
        places = [(ALTERED + change.place[0], change.place[1])]
        if beside_original:
            places.append(change.place)
        return given(both, places + _silent(change, both.index, documents))

    rows: list[Ability | None] = []
    for key, condition, beside, right in (
        ("altered", "the source's figure is altered: the answer says what stands there", False,
         lambda o: says_altered(o, changes) and not says_original(o, changes)),
        ("contradicted", "the altered source beside the original: both are shown", True,
         lambda o: says_altered(o, changes) and says_original(o, changes)),
    ):  # fmt: skip
        hand = partial(evidence, beside_original=beside)
        outcomes = run(
            _Handed(both, condition, hand),
            asked,
            keep=keep(key),
            workers=workers,
            progress=progress,
        )
        rows.append(_ability("counterfactual robustness", condition, outcomes, right))
    return rows


def whole(outcome: Outcome) -> bool:
    """Whether it is answered and holds every nugget."""
    return outcome.answered and all(map(outcome.says, outcome.question.nuggets))


def says_altered(outcome: Outcome, changes: Mapping[str, Alteration]) -> bool:
    return outcome.says([changes[outcome.question.id].after])


def says_original(outcome: Outcome, changes: Mapping[str, Alteration]) -> bool:
    return outcome.says([changes[outcome.question.id].before])


def _silent(
    change: Alteration, index: Index, documents: Sequence[Document]
) -> list[tuple[str, int]]:
    """The nearest paragraphs of the original documents that say nothing of the figure."""
    names = {document.name for document in documents}
    hits = index.search(change.question.question, DEPTH * 4, documents=names)
    silent = [
        place_of(hit)
        for hit in hits
        if place_of(hit) != change.place and change.before not in hit.paragraph.text
    ]
    return silent[:BESIDE]


def _ability(
    name: str, condition: str, outcomes: Sequence[Outcome], right: Callable[[Outcome], bool]
) -> Ability | None:
    if not outcomes:
        return None
    return Ability(name, condition, interval([(float(right(o)), 1.0) for o in outcomes]))
