"""Sentences that may answer a question, each with what speaks for and against it."""

from __future__ import annotations

import math
import re
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import cached_property
from typing import TYPE_CHECKING

from index.document import Paragraph
from index.folding import fold
from index.search import ALL_SIGNALS, Hit, SentenceScore, Signal
from index.segment import Span
from rag.question import Question
from rag.quoting.kinds import MEASURED, Kind, holds, kinds_of, typed
from rag.quoting.measures import Measure, measure_asked
from rag.quoting.terms import ContentTerms, content_terms
from rag.quoting.translation import is_foreign
from rag.quoting.weights import chance_of, load_weights
from rag.verify.overlap import covered_share
from rag.verify.text import normalise

if TYPE_CHECKING:
    from index.store import Index

POOL = 10
"""Paragraphs that are ranked by their sentences."""

DEPTH = 6
"""Paragraphs whose sentences are candidates."""

WEIGHT = 1.5
"""What the odds of a paragraph's best sentence count beside its search score, when paragraphs
are ranked (set on development questions)."""

UNRELATED = 0.5
"""From where cosines are counted. By the default model half of the questions on another document
have no sentence above .58, half of the answerable ones have one above .68."""

FEATURES = (
    "cosine", "cosine below best", "coverage", "paragraph coverage", "paragraph score",
    "paragraph below best", "type held", "type missing", "asks itself", "very short", "defines",
    "quoted held", "synonyms", "synonyms below best", "measure held", "measure missing",
)  # fmt: skip

_ASKING = re.compile(
    "什么|哪些|哪个|哪几|哪种|哪|怎么样|怎么|怎样|如何|为什么|为何|多少|多久|几|谁|吗|呢|是否|请问|有没有|应当|可以|[?,。!的了是要]"
)


def scaled(cosine: float) -> float:
    """A cosine in tenths above what an unrelated sentence has.

    >>> scaled(0.5), round(scaled(0.6), 6)
    (0.0, 1.0)
    """
    return (cosine - UNRELATED) * 10


@dataclass(frozen=True, slots=True)
class Candidate:
    """A sentence of hit number ``rank``; ``values`` in the order of :data:`FEATURES`; ``odds``,
    the logarithm of the odds that it answers, by the sentence model."""

    paragraph: Paragraph
    span: Span
    rank: int
    cosine: float
    values: tuple[float, ...]
    odds: float

    @property
    def text(self) -> str:
        return self.span.of(self.paragraph.text)

    @property
    def chance(self) -> float:
        """How likely it answers, 0 to 1."""
        return chance_of(self.odds)


@dataclass(frozen=True)
class Reading:
    """A question read against what search found: its kinds, its content terms, candidates."""

    question: Question
    hits: tuple[Hit, ...]
    terms: ContentTerms
    titles: Mapping[str, str] = field(default_factory=dict)

    def around(self, paragraph: Paragraph) -> str:
        """The paragraph as a reader sees it: under its document's title and its headings."""
        title = self.titles.get(paragraph.document, "")
        return f"{title} {paragraph.section} {paragraph.text}"

    @cached_property
    def kinds(self) -> frozenset[Kind]:
        return kinds_of(self.question.text)

    @cached_property
    def measure(self) -> Measure | None:
        """The figure that is asked for, if one is."""
        return measure_asked(self.question.text)

    @cached_property
    def is_foreign(self) -> bool:
        """Whether the question was asked in another language than the corpus's."""
        return is_foreign(self.question.asked)

    @cached_property
    def ranked(self) -> tuple[Hit, ...]:
        """The hits in the order in which their best sentences answer; those beyond the first
        :data:`POOL` keep their places.

        Search ranks by terms and meaning; whether a paragraph has a sentence of the asked type,
        that covers what was asked, is known only to the sentence model. A hit's new score is
        the sum that put it in its place.
        """
        near, far = self.hits[:POOL], self.hits[POOL:]
        best = [-math.inf] * len(near)
        for candidate in self.sentences:
            best[candidate.rank] = max(best[candidate.rank], candidate.odds)
        scored = [
            replace(hit, score=hit.score + WEIGHT * odds)
            for hit, odds in zip(near, best, strict=True)
            if odds > -math.inf
        ]
        scored.sort(key=lambda hit: -hit.score)
        floor = scored[-1].score if scored else 0.0
        return (*scored, *(replace(hit, score=min(floor, hit.score)) for hit in far))

    @cached_property
    def candidates(self) -> tuple[Candidate, ...]:
        """Sentences of the :data:`DEPTH` best ranked paragraphs."""
        best = {(h.paragraph.document, h.paragraph.number) for h in self.ranked[:DEPTH]}
        return tuple(
            c for c in self.sentences if (c.paragraph.document, c.paragraph.number) in best
        )

    @cached_property
    def sentences(self) -> tuple[Candidate, ...]:
        """Sentences of the first :data:`POOL` hits, in the hits' order, but what was said."""
        near = self.hits[:POOL]
        found = [
            (rank, hit, sentence)
            for rank, hit in enumerate(near)
            for sentence in hit.sentences
            if not self.was_said(sentence.span.of(hit.paragraph.text))
        ]
        best = max((sentence.cosine for _, _, sentence in found), default=0.0)
        asked = _ASKING.sub("", normalise(self.question.text))
        held = [
            covered_share(asked, normalise(sentence.span.of(hit.paragraph.text)))
            for _, hit, sentence in found
        ]
        most = max(held, default=0.0)
        around = [self.terms.coverage(self.around(hit.paragraph)) for hit in near]
        return tuple(
            self._candidate(hit, rank, sentence, best, around[rank], (share, share - most))
            for (rank, hit, sentence), share in zip(found, held, strict=True)
        )

    def was_said(self, text: str) -> bool:
        """Whether ``text`` stood in an earlier answer and something else is wanted."""
        return bool(self.question.said) and fold(text).strip() in self.question.said

    def official_words_in(self, text: str) -> float:
        """The share of the official words for what is asked that ``text`` holds."""
        words = self.question.also.split()
        return sum(word in fold(text) for word in words) / len(words) if words else 0.0

    def _candidate(
        self,
        hit: Hit,
        rank: int,
        sentence: SentenceScore,
        best: float,
        around: float,
        synonyms: tuple[float, float],
    ) -> Candidate:
        paragraph, span, cosine = hit.paragraph, sentence.span, sentence.cosine
        text = span.of(paragraph.text)
        wanted = self._wanted
        held = any(self.answers_type(kind, text) for kind in wanted)
        measured = self.measure is not None
        measure_held = measured and self.holds_measure(text)
        values = (
            scaled(cosine),
            scaled(cosine) - scaled(best),
            self.terms.coverage(text),
            around,
            hit.score,
            hit.score - self.hits[0].score,
            float(bool(wanted) and held),
            float(bool(wanted) and not held),
            float(text.rstrip("”’」』\"' ").endswith(("?", "？"))),
            float(len(text) < 14),
            float(Kind.DEFINITION in self.kinds and self._defines(text)),
            float(any(quoted in fold(text) for quoted in self.terms.quoted)),
            *synonyms,
            float(measure_held),
            float(measured and not measure_held),
        )
        odds = load_weights().sentence.log_odds(values)
        return Candidate(paragraph, span, rank, cosine, values, odds)

    def answers_type(self, kind: Kind, text: str) -> bool:
        """Whether ``text`` holds an answer of ``kind`` that is not just the question's own
        words said again."""
        if kind in MEASURED:
            return self.measure is None or self.holds_measure(text)
        return holds(kind, self._without_question(text))

    def holds_measure(self, text: str) -> bool:
        """Whether ``text`` holds the figure that is asked for (第二届… in a question about
        第二届… is no number that answers)."""
        return self.measure is not None and self.measure.stands_in(self._without_question(text))

    def _without_question(self, text: str) -> str:
        rest = fold(text)
        for run in self._long_runs:
            rest = rest.replace(run, " ")
        return rest

    @cached_property
    def _wanted(self) -> frozenset[Kind]:
        """What is asked for, figures apart."""
        return typed(self.kinds) - MEASURED

    @cached_property
    def _long_runs(self) -> tuple[str, ...]:
        runs = sorted(self.terms.runs, key=len, reverse=True)
        return tuple(run for run in runs if len(run) > 1)

    def _defines(self, text: str) -> bool:
        folded = fold(text)
        names = self.terms.quoted or self.terms.runs[:1]
        return any(
            re.search(
                rf"{re.escape(name)}[”\"」』》]?[^。;]{{0,10}}(?:是指|指的是|是|即|指|并非|意味)",
                folded,
            )
            for name in names
        )


def find(
    question: Question,
    index: Index,
    *,
    pool: int = POOL,
    documents: Collection[str] | None = None,
    signals: frozenset[Signal] = ALL_SIGNALS,
) -> Reading:
    """The question against what search finds for it."""
    hits = index.search(
        question.text, pool, also=question.also, documents=documents, signals=signals
    )
    return read(question, hits, index)


def read(question: Question, hits: Sequence[Hit], index: Index) -> Reading:
    """The question against the hits."""
    names = {hit.paragraph.document for hit in hits}
    titles = {name: index.document(name).metadata.title for name in names}
    # Words of another language stand nowhere in the corpus; what they are called there may.
    said = question.also if is_foreign(question.text) else question.text
    return Reading(question, tuple(hits), content_terms(said, index.statistics), titles)
