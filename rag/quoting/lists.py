"""Which list is asked for: one by its lead, not by the member that happens to be nearest.

A member such as （四）审批住房公积金的提取、使用； is near a question on 提取 and belongs to the
duties of an office; whether its list is asked for stands in the sentence that announces it.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from rag.quoting.candidates import Candidate, Reading
from rag.quoting.enumerations import Place, announces, lead_of

if TYPE_CHECKING:
    from index.store import Index

LEAD_WEIGHT = 2.0
"""What the log odds of a lead count beside those of the likeliest member. (Set on development
and fitting questions.)"""


def of_likeliest_list(best: Candidate, reading: Reading, index: Index) -> Candidate | None:
    """The likeliest sentence of the list that is likeliest as a whole; None where ``best`` is no
    member of a list under a lead."""
    if _lead(best, index) is None:
        return None
    odds = {(c.paragraph, c.span): c.odds for c in reading.sentences}
    least = min(odds.values())
    leads = [(c, _lead(c, index)) for c in reading.candidates]
    listed = [
        (LEAD_WEIGHT * odds.get(lead, least) + c.odds, c) for c, lead in leads if lead is not None
    ]
    return max(listed, key=lambda e: e[0], default=(0.0, best))[1]


def _lead(candidate: Candidate, index: Index) -> Place | None:
    if announces(candidate.text):
        return candidate.paragraph, candidate.span
    return lead_of(candidate.paragraph, index)
