"""Which things stand together: 甲 with 三日 and 乙 with 五日 must not become 甲 with 五日.

Things are names, terms and quantities that claim and evidence share. The claim has exchanged
two of them when it puts one with a second and a third with a fourth, while the evidence puts
the first with the fourth, the third with the second, and never as the claim does.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from itertools import combinations, product

from rag.verify.align import Comparison
from rag.verify.exchange import shared_terms
from rag.verify.quantities import Quantity, quantities, same_amount
from rag.verify.text import FUNCTION
from rag.verify.verdict import Finding, Reason

THINGS = 14
PLACES = 40
_EDGES = "的由被把将向对从经与和及或并在到于为是以让使请给按即该本各其所了要就都也须应得"
_CASE = re.compile(
    r"(?:的|时|后|前|情况下|的话|人|者|单位|企业|救灾|预报),$|^(?:如果|若|凡|对于?|只要)"
)

Thing = str | Quantity


def pairing_findings(comparison: Comparison) -> list[Finding]:
    """The first two things that changed their partners."""
    claim, evidence = comparison.claim.text, _near(comparison)
    clauses = _groups(claim)
    if len(clauses) < 2:
        return []
    things = _things(claim, evidence)
    kinds = [type(thing) for thing in things]
    theirs = [_all_held(re.split("[;。!?\n]", evidence), things)]
    theirs.append(_all_held(_groups(evidence), things))
    for groups in (clauses, re.split("[;。!?\n]", claim)):
        said = [found for found in _all_held(groups, things) if len(found) > 1]
        if len(said) < 2:
            continue
        for there in theirs:
            if crossed := _crossed(said, there, kinds):
                words = (
                    t if isinstance(t, str) else t.words for t in map(things.__getitem__, crossed)
                )
                return [Finding(Reason.CONTRADICTED, " / ".join(words))]
    return []


def _near(comparison: Comparison) -> str:
    """The restated sentences, with one before and two behind each."""
    wanted = {at + step for at in comparison.used for step in (-1, 0, 1, 2)}
    return "\n".join(part.text for at, part in enumerate(comparison.sentences) if at in wanted)


def _all_held(pieces: Sequence[str], things: Sequence[Thing]) -> list[frozenset[int]]:
    return [_held(piece, things) for piece in pieces[:PLACES]]


def _crossed(
    said: Sequence[frozenset[int]], there: Sequence[frozenset[int]], kinds: Sequence[type]
) -> tuple[int, ...]:
    """Two things that stand together in the claim, and two that they would be with."""
    if not any(one - other and other - one for one, other in combinations(said, 2)):
        return ()
    together = {pair for piece in there for pair in combinations(sorted(piece), 2)}
    for one, other in combinations(said, 2):
        ours, theirs = one - other, other - one
        for (a, x), (b, y) in product(
            combinations(sorted(ours), 2), combinations(sorted(theirs), 2)
        ):
            for first, second in ((a, x), (x, a)):
                if (
                    kinds[first] == kinds[b]
                    and kinds[second] == kinds[y]
                    and _pair(first, y) in together
                    and _pair(b, second) in together
                    and _pair(first, second) not in together
                    and _pair(b, y) not in together
                ):
                    return first, second, b, y
    return ()


def _pair(a: int, b: int) -> tuple[int, int]:
    return (a, b) if a < b else (b, a)


def _groups(claim: str) -> list[str]:
    """The claim's clauses, a case with what follows from it."""
    found = []
    for part in re.split("[;。!?\n]", claim):
        group = ""
        for clause in re.findall("[^,:]+[,:]?", part):
            group += clause
            if not _CASE.search(clause):
                found.append(group)
                group = ""
        if group:
            found.append(group)
    return found


def _things(claim: str, support: str) -> list[Thing]:
    terms: dict[str, None] = {}
    figures = "".join(quantity.words for quantity in quantities(claim))
    for term in shared_terms(claim, support):
        bare = term.strip(_EDGES)
        if any(negator + bare in support for negator in "不未没非"):
            continue  # 参加表决 of the one, 不参加表决 of the other
        if any(bare in longer for longer in terms):
            continue  # 发布 stands wherever 社会发布 does
        if sum(char not in FUNCTION for char in bare) >= 2 and bare not in figures:
            terms[bare] = None
    amounts: list[Thing] = []
    for quantity in quantities(claim):
        if any(same_amount(quantity, other) for other in quantities(support)):
            amounts.append(quantity)
    return [*amounts, *sorted(terms, key=len, reverse=True)][:THINGS]


def _held(text: str, things: Sequence[Thing]) -> frozenset[int]:
    """The numbers of the things that stand in ``text``, not as part of a longer one."""
    found = set()
    rest = text
    for number, thing in enumerate(things):
        if isinstance(thing, Quantity):
            if any(same_amount(thing, other) for other in quantities(text)):
                found.add(number)
        elif thing in rest:
            found.add(number)
            rest = rest.replace(thing, "＿")
    return frozenset(found)
