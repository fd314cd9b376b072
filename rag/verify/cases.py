"""Which consequence belongs to which case: 满十年的休十天 must not become 满一年的休十天.

Claim and evidence are read as pairs of a case (…的, 如果…, …时) and what follows from it. A claim's
pair is false when its consequence is that of one pair of the evidence and its case, clearly,
that of another; or when the two cases say the opposite.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from itertools import product

from rag.verify.align import Comparison
from rag.verify.overlap import covered_share
from rag.verify.polarity import denials
from rag.verify.quantities import quantities, same_amount
from rag.verify.text import content_characters
from rag.verify.verdict import Finding, Reason

MARGIN = 0.25
LEAST = 0.5
SIGN = 0.4
MOST = 40

CASE = re.compile(
    r"(?:的|时|后|以后|之后|前|情况下|的话),$|^(?:如果|如(?!何|下|实)|若|要是|凡|一旦|只要|碰上|遇到?|除)"
)
_OPENING = re.compile(r"^(?:对于?|但是?|而|其中|因为?)")


@dataclass(frozen=True, slots=True)
class Case:
    """When, and what then; ``when`` is empty for a statement without a case."""

    when: str
    then: str


def cases(text: str) -> list[Case]:
    """The cases in normalised ``text``.

    >>> cases("符合条件的,予以登记;不符合的,不予登记。")
    [Case(when='符合条件的,', then='予以登记;'), Case(when='不符合的,', then='不予登记。')]
    """
    found: list[Case] = []
    for part in re.findall("[^;。!?\n]+[;。!?\n]?", text):
        when, then = "", ""
        for clause in re.findall("[^,:]+[,:]?", part):
            if CASE.search(_OPENING.sub("", clause)):
                if then:
                    found.append(Case(when, then))
                    when, then = "", ""
                when += clause
            else:
                then += clause
        if when or then:
            found.append(Case(when, then))
    return found


def case_findings(comparison: Comparison) -> list[Finding]:
    """The first claim's case that stands with another's consequence."""
    theirs = [case for case in cases(comparison.support) if case.when and case.then][:MOST]
    if not theirs:
        return []
    for ours in cases(comparison.claim.text):
        if len(content_characters(ours.when)) < 3 or not ours.then:
            continue
        fits = [(_fit(ours.when, t.when), _fit(ours.then, t.then)) for t in theirs]
        best = max(fits, key=lambda fit: fit[0] + fit[1])
        for (one, mine), (other, its) in product(fits, fits):
            # one pair has the case, another the consequence, and no pair has both
            if one < LEAST or its < LEAST:
                continue
            if one >= other + MARGIN and its >= mine + MARGIN:
                if one + its >= sum(best) + MARGIN:
                    return [Finding(Reason.CONTRADICTED, ours.when + ours.then[:20])]
    return []


def _fit(claim: str, evidence: str) -> float:
    """How much of what the claim's words say the evidence's say, with quantities for half;
    less when one denies and the other affirms."""
    share = covered_share(claim, evidence)
    said, there = quantities(claim), quantities(evidence)
    if said:
        held = sum(any(same_amount(a, b) for b in there) for a in said) / len(said)
        share = (share + held) / 2
    if denials(claim) % 2 != denials(evidence) % 2:
        share -= SIGN
    return share
