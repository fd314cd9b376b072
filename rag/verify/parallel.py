"""Two rules worded alike, and a claim that takes its case from one and its consequence from the
other: 一级的向国务院部门申请, 二级的向省级部门申请 must not become 一级的向省级部门申请.

Take two parts of the evidence that share their frame. What each has and the other has not is
its own. A part of the claim that holds words which are the one's own and words which are the
other's has mixed the two, unless it tells all of both.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from difflib import SequenceMatcher
from functools import lru_cache
from itertools import combinations

from rag.verify.align import Comparison
from rag.verify.overlap import covered_share
from rag.verify.quantities import quantities, same_amount
from rag.verify.text import content_characters
from rag.verify.verdict import Finding, Reason

ALIKE = 0.5
HELD = 0.75
MOST = 10
LONGEST = 160

_GRADE = re.compile("[一二三四五六七八九十甲乙丙]+[级类种等档]$")
_EDGE = "的由被把将向对从经与和及或并在到于为是以、,:;。 "


def parallel_findings(comparison: Comparison) -> list[Finding]:
    """The first part of the claim that mixes two parallel parts of the evidence."""
    pieces = [
        piece.strip()
        for at in comparison.used
        for step in (0, 1)
        if at + step < len(comparison.sentences)
        for piece in re.split("[;。!?\n]", comparison.sentences[at + step].text)
    ]
    pieces = [p for p in dict.fromkeys(pieces) if 6 <= len(p) <= LONGEST][:MOST]
    said = [p for p in re.split("[;。!?\n]", comparison.claim.text) if len(p) > 5]
    for one, other in combinations(pieces, 2):
        own = _own(one, other)
        if not own[0] or not own[1]:
            continue
        for part in said:
            mixed = _mixed(part, own[0], own[1])
            if mixed:
                return [Finding(Reason.CONTRADICTED, mixed)]
    return []


@lru_cache(maxsize=512)
def _own(one: str, other: str) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """What each of two parts has and the other has not; nothing unless they are alike.

    >>> _own("一级的向国务院部门申请", "二级的向省级部门申请")
    (('一级', '国务院'), ('二级', '省级'))
    """
    matcher = SequenceMatcher(None, one, other, autojunk=False)
    if matcher.ratio() < ALIKE:
        return (), ()
    mine: list[str] = []
    its: list[str] = []
    for tag, a, b, c, d in matcher.get_opcodes():
        if tag != "replace":
            continue
        left, right = _whole(one, a, b), _whole(other, c, d)
        if left and right and left not in other and right not in one:
            mine.append(left)
            its.append(right)
    return tuple(mine), tuple(its)


def _whole(text: str, start: int, end: int) -> str:
    """The span with a character more on a side where it is a single one: 一级 for 一."""
    if end - start == 1 and end < len(text) and text[end] not in _EDGE:
        end += 1
    return text[start:end].strip(_EDGE)


def _mixed(part: str, mine: Sequence[str], its: Sequence[str]) -> str:
    pairs = [(a, b) for a, b in zip(mine, its, strict=True) if _tells(a) and _tells(b)]
    if len(pairs) < 2:
        return ""
    first = [(_holds(part, a, b), _holds(part, b, a)) for a, b in pairs]
    only_mine = [a for (a, _), (x, y) in zip(pairs, first, strict=True) if x and not y]
    only_its = [b for (_, b), (x, y) in zip(pairs, first, strict=True) if y and not x]
    return f"{only_mine[0]} / {only_its[0]}" if only_mine and only_its else ""


def _tells(words: str) -> bool:
    return (
        len(content_characters(words)) > 1 or bool(quantities(words)) or bool(_GRADE.match(words))
    )


def _holds(part: str, words: str, other: str) -> bool:
    """Whether the part has these words, and not for what they share with the other's."""
    amounts = quantities(words)
    if amounts:
        said = quantities(part)
        return all(any(same_amount(a, b) for b in said) for a in amounts)
    return covered_share(words, part) >= HELD and covered_share(words, other) < HELD
