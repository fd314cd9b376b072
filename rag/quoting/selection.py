"""Which of the source's own words answer the question.

Whole sentences, never altered, so that no 不, 除…外 or 但 is cut off. One to four; more where a
list is asked for, whose members are then taken whole and in source order.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import replace
from typing import TYPE_CHECKING

from index.document import Paragraph
from index.segment import Span
from rag.answer import Citation
from rag.quoting.candidates import Candidate, Reading
from rag.quoting.enumerations import Place, announces, lead_of, members, whole_sentences
from rag.quoting.kinds import Kind, holds, kinds_of, typed
from rag.quoting.lists import of_likeliest_list
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
    r"这(?!些年)|该|此(?!外)|其(?!中|[一二三四五六七八九十]|[次他它余实])|它|上述|由此|因此|对此|为此|据此"
)
_SAYS_MORE = re.compile("[他她]|结果|即|也就是|具体|对此|为此|其理由")
CONTEXT_LIMIT = 240
"""Code points of a sentence with the one before it."""

CLAIMS = 3
LIST_CLAIMS = 12
PART_WEIGHT = 3.0
"""What covering a part of the question counts beside the odds of a sentence."""

PART_BELOW = 2.0

HEADING = 14
"""Code points of a sentence that is hardly more than a heading."""

INTRODUCTION = 60
"""Code points of a sentence that may leave what it speaks of to the next one."""

SHORT_LEAD = 45
"""Code points of a sentence that announces more than it says."""

NEIGHBOUR = 0.5
"""A sentence beside the best one must be this likely, relative to it, to be quoted with it. (Set
on development and fitting questions: two in a hundred more answers hold what was asked.)"""

RELATIVE = 0.95
"""A further sentence must be this likely, relative to the best one: where none stands out, two
that are as good are quoted. (Set on development and fitting questions.)"""


def select(reading: Reading, index: Index) -> tuple[Citation, ...]:
    """The citations that answer the question, in source order; empty without candidates."""
    if not reading.candidates:
        return ()
    chosen = _chosen(reading, index)
    best = chosen[0]
    spans = {(c.paragraph, c.span) for c in chosen}
    if Kind.LIST in reading.kinds and not _asks_for_one(reading):
        listed = of_likeliest_list(best, reading, index)
        if listed is not None:  # a list is quoted alone
            best, chosen = listed, _whole([listed])
            spans = {(best.paragraph, best.span)}
        spans |= members(best, index, reading.terms.runs)
        if len(spans) == len(chosen):
            spans |= _following(best)
    else:
        spans |= _items_of(best, index) or _with_likely_neighbour(best, reading)
    spans = {(p, span) for p, span in spans if not reading.was_said(span.of(p.text))} or spans
    spans |= {lead for p, _ in spans if (lead := lead_of(p, index)) is not None}
    places = {document.name: at for at, document in enumerate(index.documents)}
    ordered = sorted(
        _merged({(p, _with_antecedent(p, _with_what_it_announces(p, span))) for p, span in spans}),
        key=lambda e: (places.get(e[0].document, 0), e[0].number, e[1]),
    )
    kept = _cut(ordered, chosen)
    return tuple(Citation(p, span.start, span.end) for p, span in kept)


def _chosen(reading: Reading, index: Index) -> list[Candidate]:
    """The best sentence first, those that are about as good, and one for each part."""
    threshold = load_weights().sentence.threshold
    ranked = sorted(reading.candidates, key=lambda c: -c.chance)
    least = max(threshold, RELATIVE * ranked[0].chance)
    likely = _whole(c for n, c in enumerate(ranked) if n == 0 or c.chance >= least)
    return _whole([*likely[:CLAIMS], *_for_each_part(reading, index)])


def _whole(candidates: Iterable[Candidate]) -> list[Candidate]:
    """Each with the whole sentence that it lies in, each sentence once: what has a vector may
    be a piece of a long sentence, without the 但…除外 at its end."""
    found: dict[Place, Candidate] = {}
    for candidate in candidates:
        span = candidate.span
        lies_in = [
            s
            for s in whole_sentences(candidate.paragraph.text)
            if s.start < span.end and span.start < s.end
        ]
        if lies_in:
            span = Span(lies_in[0].start, lies_in[-1].end)
        found.setdefault((candidate.paragraph, span), replace(candidate, span=span))
    return list(found.values())


def _cut(ordered: list[Place], chosen: list[Candidate]) -> list[Place]:
    """At most :data:`LIST_CLAIMS` of the places in their order; those of a list that is longer
    give way to the best sentence, then to the others that were chosen."""

    def importance(number: int) -> tuple[int, int]:
        paragraph, span = ordered[number]
        ranks = (
            rank
            for rank, c in enumerate(chosen)
            if c.paragraph == paragraph and span.start <= c.span.start and c.span.end <= span.end
        )
        return next(ranks, len(chosen)), number

    kept = sorted(range(len(ordered)), key=importance)[:LIST_CLAIMS]
    return [ordered[number] for number in sorted(kept)]


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


def _following(best: Candidate) -> set[Place]:
    """A list without marks often stands in several sentences: a short one says what it is
    about, the next what belongs to it; up to one that is the list."""
    text = best.paragraph.text
    if len(best.text) >= SHORT_LEAD or holds(Kind.LIST, best.text):
        return set()
    found: set[Place] = set()
    for span in [s for s in whole_sentences(text) if s.start >= best.span.end][:2]:
        found.add((best.paragraph, span))
        if holds(Kind.LIST, span.of(text)):
            break
    return found


def _items_of(best: Candidate, index: Index) -> set[Place]:
    """A sentence that ends in a colon says nothing without what it announces."""
    return members(best, index, ()) if announces(best.text) else set()


def _with_likely_neighbour(best: Candidate, reading: Reading) -> set[Place]:
    """The best sentence together with the one before or after it, where that is nearly as likely:
    what is asked often stands in two sentences, or in the other of two. One quote, not two."""
    paragraph, whole = best.paragraph, whole_sentences(best.paragraph.text)
    at = next((n for n, s in enumerate(whole) if s.start <= best.span.start < s.end), None)
    if at is None:
        return set()
    neighbours = (*whole[max(0, at - 1) : at], *whole[at + 1 : at + 2])
    beside = [
        (c.chance, Span(min(best.span.start, c.span.start), max(best.span.end, c.span.end)))
        for c in reading.candidates
        if c.paragraph == paragraph and c.span in neighbours
    ]
    chance, span = max(beside, default=(0.0, best.span))
    if chance < NEIGHBOUR * best.chance or span.end - span.start > CONTEXT_LIMIT:
        return set()
    return {(paragraph, span)}


def _with_what_it_announces(paragraph: Paragraph, span: Span) -> Span:
    """最后是价值保障层面。 says nothing alone, 主任谈到考核。 little where 他认为… follows: quoted
    with the sentence after it."""
    text = paragraph.text
    length = len(span.of(text).strip())
    if length >= INTRODUCTION:
        return span
    after = next((s for s in whole_sentences(text) if s.start >= span.end), None)
    if after is None or after.end - span.start > CONTEXT_LIMIT:
        return span
    goes_on = length < HEADING or _SAYS_MORE.match(after.of(text))
    return Span(span.start, after.end) if goes_on else span


def _with_antecedent(paragraph: Paragraph, span: Span) -> Span:
    """A sentence that opens with 这 or 此 points back: quoted with the one that it points to."""
    if not _POINTS_BACK.match(span.of(paragraph.text)):
        return span
    before = [s for s in whole_sentences(paragraph.text) if s.end <= span.start]
    if not before or span.end - before[-1].start > CONTEXT_LIMIT:
        return span
    return Span(before[-1].start, span.end)


def _merged(places: set[Place]) -> list[Place]:
    """Spans of a paragraph that overlap as one, so that nothing is quoted twice."""
    found: list[Place] = []
    for paragraph, span in sorted(places, key=lambda e: (e[0].document, e[0].number, e[1])):
        if found and found[-1][0] == paragraph and span.start < found[-1][1].end:
            before = found.pop()[1]
            span = Span(before.start, max(before.end, span.end))
        found.append((paragraph, span))
    return found
