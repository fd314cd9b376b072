"""Two things that changed places: names, terms or quantities that keep their words but trade
their surroundings.

Take two anchors, that is words or quantities that claim and evidence share. Lay the words
around each in the claim beside the words around each in the evidence. If they fit clearly
better crosswise than straight, the claim has exchanged the two: 满十年休十五天 where ten years
stand with ten days. A restatement may reorder clauses as it likes; it takes the surroundings
along.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import combinations

from rag.verify.align import Comparison
from rag.verify.dates import dates
from rag.verify.overlap import covered_share
from rag.verify.quantities import Quantity, quantities, same_amount
from rag.verify.text import FUNCTION
from rag.verify.verdict import Finding, Reason

MARGIN = 0.2
"""How much better the crosswise fit must be; each of the two fits is a share from 0 to 1."""

ANCHORS = 8
LONGEST = 40
"""Characters of a term, at most: no name is longer, and copied text is no exchange."""

_SPLIT = re.compile("[,;:。、!?\n]")
_SHORT = 5
_NAME = 10
_CHINESE = re.compile("[\u3400-\u9fff]")


@dataclass(frozen=True, slots=True)
class Anchor:
    """A term or quantity with what surrounds it on each side of the comparison."""

    words: str
    in_claim: str
    in_evidence: str


def exchange_findings(comparison: Comparison) -> list[Finding]:
    """The first pair of anchors whose surroundings are exchanged. Terms are compared by what
    stands right before them only: names have a rule of their own (:mod:`rag.verify.roles`)."""
    claim, support = comparison.claim.text, comparison.support
    for anchors, reason in (
        (_quantity_anchors(claim, support), Reason.NUMBER),
        (_date_anchors(claim, support), Reason.DATE),
    ):
        for one, other in combinations(anchors, 2):
            if _exchanged(one, other):
                return [Finding(reason, f"{one.words} / {other.words}")]
    for one, other in combinations(_term_anchors(claim, support), 2):
        if _neighbours_exchanged(one, other, claim, support):
            return [Finding(Reason.CONTRADICTED, f"{one.words} / {other.words}")]
    return []


def _exchanged(one: Anchor, other: Anchor) -> bool:
    if one.in_evidence == other.in_evidence or one.in_claim == other.in_claim:
        return False
    straight = _fit(one.in_claim, one.in_evidence) + _fit(other.in_claim, other.in_evidence)
    crossed = _fit(one.in_claim, other.in_evidence) + _fit(other.in_claim, one.in_evidence)
    return crossed >= straight + MARGIN


def _fit(claim: str, evidence: str) -> float:
    """How much of what surrounds an anchor in the claim surrounds one in the evidence; the
    quantities there count for half."""
    words = covered_share(claim, evidence)
    ours, theirs = quantities(claim), quantities(evidence)
    if not ours:
        return words
    held = sum(any(same_amount(a, b) for b in theirs) for a in ours) / len(ours)
    return (words + held) / 2


def _neighbours_exchanged(one: Anchor, other: Anchor, claim: str, support: str) -> bool:
    """重制度轻建设 for 重建设轻制度: each stands right after what the other stood after."""
    before = [_before(claim, a.words) for a in (one, other)]
    there = [_before(support, a.words) for a in (one, other)]
    crossed = before[0] == there[1] and before[1] == there[0]
    return crossed and before[0] != before[1] and all(len(words) == 1 for words in before)


def _before(text: str, words: str) -> str:
    at = text.find(words)
    char = text[at - 1] if at > 0 else ""
    return char if _CHINESE.match(char) else ""


def _quantity_anchors(claim: str, support: str) -> list[Anchor]:
    """Quantities that each stand once on either side."""
    ours, theirs = quantities(claim), quantities(support)
    anchors = []
    for quantity in ours:
        alike = [q for q in theirs if same_amount(quantity, q)]
        again = [q for q in ours if same_amount(quantity, q)]
        if len(alike) == 1 and len(again) == 1:
            anchors.append(
                Anchor(quantity.words, _around(claim, quantity), _around(support, alike[0]))
            )
    return anchors[:ANCHORS]


def _date_anchors(claim: str, support: str) -> list[Anchor]:
    """Dates that each stand once on either side."""
    anchors = []
    known = dates(support)
    for date in dates(claim):
        alike = [d for d in known if d.covers(date)]
        if len(alike) == 1 and claim.count(date.words) == 1:
            at, there = claim.find(date.words), support.find(alike[0].words)
            anchors.append(
                Anchor(
                    date.words,
                    _surroundings(claim, at, at + len(date.words)),
                    _surroundings(support, there, there + len(alike[0].words)),
                )
            )
    return anchors[:ANCHORS]


def _around(text: str, anchor: Quantity) -> str:
    return _surroundings(text, anchor.start, anchor.end)


def _surroundings(text: str, start: int, end: int, *, named: bool = True) -> str:
    """The clause around a span, without it; with the clause before, if little is left."""
    left = max((m.end() for m in _SPLIT.finditer(text, 0, start)), default=0)
    right = next((m.start() for m in _SPLIT.finditer(text, end)), len(text))
    rest = text[left:start] + " " + text[end:right]
    if left > 1 and text[left - 1] not in ";。!?\n":
        earlier = max((m.end() for m in _SPLIT.finditer(text, 0, left - 1)), default=0)
        before = text[earlier : left - 1]
        if _content(rest) < _SHORT or (named and len(before) <= _NAME):
            rest = before + " " + rest
    return rest


def _content(text: str) -> int:
    return sum(char not in FUNCTION for char in _CHINESE.findall(text))


def _term_anchors(claim: str, support: str) -> list[Anchor]:
    """The longest terms that stand once in the claim and once in the evidence."""
    anchors = []
    for term in shared_terms(claim, support):
        if claim.count(term) == 1 and support.count(term) == 1:
            at, there = claim.find(term), support.find(term)
            anchors.append(
                Anchor(
                    term,
                    _surroundings(claim, at, at + len(term), named=False),
                    _surroundings(support, there, there + len(term), named=False),
                )
            )
    return anchors[:ANCHORS]


def shared_terms(claim: str, support: str) -> Sequence[str]:
    """Maximal runs of Chinese characters that both have, longest first."""
    found: list[str] = []
    at = 0
    while at < len(claim):
        size = 0
        while (
            size < LONGEST
            and at + size < len(claim)
            and _CHINESE.match(claim[at + size])
            and claim[at : at + size + 1] in support
        ):
            size += 1
        term = claim[at : at + size]
        if size >= 2 and _content(term) >= 2:
            found.append(term)
        at += max(1, size)
    return sorted(dict.fromkeys(found), key=len, reverse=True)
