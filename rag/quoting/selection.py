"""Which of the source's own words answer the question.

Whole sentences, never altered, so that no 不, 除…外 or 但 is cut off. One to four; more where a
list is asked for, whose members are then taken whole and in source order.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from index.document import Paragraph
from index.segment import Span, sentences
from rag.answer import Citation
from rag.quoting.candidates import Candidate, Reading
from rag.quoting.enumerations import members
from rag.quoting.kinds import Kind, kinds_of, typed
from rag.quoting.parts import parts_of
from rag.quoting.terms import content_terms
from rag.quoting.weights import load_weights

if TYPE_CHECKING:
    from index.store import Index

_ONE = re.compile(
    r"其[一二三四五六七八九](?!他)|第[一二三四五六七八九十\d]+(?:种|个|项|点|类|方面|层面|步|层|重|阶段)"
    r"|(?:这|该|此)一?(?:种|个|项|条|类)"
)
_POINTS_BACK = re.compile(
    r"这(?!些年)|该|此(?!外)|其(?!中|[一二三四五])|它|上述|由此|因此|对此|为此|据此"
)
CONTEXT_LIMIT = 240
"""Code points of a sentence with the one before it."""

CLAIMS = 3
LIST_CLAIMS = 12
PART_WEIGHT = 3.0
"""What covering a part of the question counts beside the odds of a sentence."""

PART_BELOW = 2.0

HEADING = 14
"""Code points of a sentence that is hardly more than a heading."""

SHORT_LEAD = 45
"""Code points of a sentence that announces more than it says."""

RELATIVE = 0.9
"""A further sentence must be this likely, relative to the best one: where none stands out, two
that are as good are quoted. (Set on development and fitting questions.)"""


def select(reading: Reading, index: Index) -> tuple[Citation, ...]:
    """The citations that answer the question, in source order; empty without candidates."""
    if not reading.candidates:
        return ()
    model = load_weights().sentence
    ranked = sorted(((c.chance, c) for c in reading.candidates), key=lambda e: -e[0])
    best_chance, best = ranked[0]
    chosen = [best]
    for chance, candidate in ranked[1:]:
        if len(chosen) >= CLAIMS:
            break
        if chance >= model.threshold and chance >= RELATIVE * best_chance:
            chosen.append(candidate)
    chosen += [c for c in _for_each_part(reading, index) if c not in chosen]
    spans = {(c.paragraph, c.span) for c in chosen}
    if Kind.LIST in reading.kinds and not _asks_for_one(reading):
        for candidate in chosen[:2]:
            spans |= members(candidate, index, reading.terms.runs)
        if len(spans) == len(chosen):
            spans |= _following(best)
    else:
        spans |= _items_of(best, index)
    places = {document.name: at for at, document in enumerate(index.documents)}
    ordered = sorted(
        _merged({(p, _with_antecedent(p, _with_what_it_announces(p, span))) for p, span in spans}),
        key=lambda e: (places.get(e[0].document, 0), e[0].number, e[1]),
    )
    return tuple(Citation(p, span.start, span.end) for p, span in ordered[:LIST_CLAIMS])


def _for_each_part(reading: Reading, index: Index) -> list[Candidate]:
    """The best sentence for each of several things asked for, with no less chance than
    :data:`PART_BELOW` the best one's (log odds)."""
    found = []
    for part in parts_of(reading.question.text):
        terms, wanted = content_terms(part, index.statistics), typed(kinds_of(part))
        fits = [
            candidate.odds
            + PART_WEIGHT * terms.coverage(candidate.text)
            + float(any(reading.answers_type(kind, candidate.text) for kind in wanted))
            for candidate in reading.candidates
        ]
        best = reading.candidates[fits.index(max(fits))]
        if best.odds >= max(c.odds for c in reading.candidates) - PART_BELOW:
            found.append(best)
    return found


def _asks_for_one(reading: Reading) -> bool:
    """Whether a single member of a list is asked for: 第三种, 其三, 这种路径."""
    return bool(_ONE.search(reading.question.text))


def _following(best: Candidate) -> set[tuple[Paragraph, Span]]:
    """A list without marks often stands in several sentences: a short one says what it is
    about, the next what belongs to it."""
    text = best.paragraph.text
    if len(best.text) >= SHORT_LEAD:
        return set()
    spans = sentences(text)
    at = next((n for n, span in enumerate(spans) if span == best.span), len(spans))
    return {(best.paragraph, span) for span in spans[at + 1 : at + 3]}


def _items_of(best: Candidate, index: Index) -> set[tuple[Paragraph, Span]]:
    """A sentence that ends in a colon says nothing without what it announces."""
    return members(best, index, ()) if best.text.endswith((":", "：")) else set()


def _with_what_it_announces(paragraph: Paragraph, span: Span) -> Span:
    """最后是价值保障层面。 says nothing alone: quoted with the sentence after it."""
    if len(span.of(paragraph.text).strip()) >= HEADING:
        return span
    after = next((s for s in sentences(paragraph.text) if s.start >= span.end), None)
    if after is None or after.end - span.start > CONTEXT_LIMIT:
        return span
    return Span(span.start, after.end)


def _with_antecedent(paragraph: Paragraph, span: Span) -> Span:
    """A sentence that opens with 这 or 此 points back: quoted with the one that it points to."""
    if not _POINTS_BACK.match(span.of(paragraph.text)):
        return span
    before = [s for s in sentences(paragraph.text) if s.end <= span.start]
    if not before or span.end - before[-1].start > CONTEXT_LIMIT:
        return span
    return Span(before[-1].start, span.end)


def _merged(spans: set[tuple[Paragraph, Span]]) -> list[tuple[Paragraph, Span]]:
    """No span inside another of the same paragraph."""
    return [
        (paragraph, span)
        for paragraph, span in spans
        if not any(
            other is not span
            and paragraph == p
            and other.start <= span.start
            and span.end <= other.end
            and other != span
            for p, other in spans
        )
    ]
