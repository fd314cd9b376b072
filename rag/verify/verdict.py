"""What the verifier says: supported or not, and by which rules not."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum


class Reason(StrEnum):
    """Why a claim was not found supported."""

    UNCITED = "uncited"
    NOT_FOUND = "not_found"
    NUMBER = "number"
    DATE = "date"
    NEGATION = "negation"
    MODALITY = "modality"
    CONDITION = "condition"
    ENTITY = "entity"
    SCOPE = "scope"
    UNCOVERED = "uncovered"
    CONTRADICTED = "contradicted"


@dataclass(frozen=True, slots=True)
class Finding:
    """One rule's objection: the code and the words of the claim (or of the evidence, for what
    the claim left out) that it is about."""

    reason: Reason
    words: str


@dataclass(frozen=True, slots=True)
class Verdict:
    """``supported`` when no rule objected.

    >>> Verdict(()).supported, Verdict((Finding(Reason.NUMBER, "五日"),)).reasons
    (True, (<Reason.NUMBER: 'number'>,))
    """

    findings: tuple[Finding, ...]

    @property
    def supported(self) -> bool:
        return not self.findings

    @property
    def reasons(self) -> tuple[Reason, ...]:
        return tuple(dict.fromkeys(finding.reason for finding in self.findings))
