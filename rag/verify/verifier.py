"""The verifier: a pure function of a claim and the words it cites. No model, no clock, no
network; what it says of a pair it says for ever, under one :data:`RULES_VERSION`.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from enum import StrEnum
from typing import Protocol

from rag.verify.align import Comparison, compare
from rag.verify.bounds import bound_findings
from rag.verify.cases import case_findings
from rag.verify.conditions import condition_findings
from rag.verify.copies import copy_findings
from rag.verify.coverage import coverage_findings
from rag.verify.entities import entity_findings
from rag.verify.exchange import exchange_findings
from rag.verify.figures import date_findings, number_findings
from rag.verify.frames import frame_findings
from rag.verify.modality import modality_findings
from rag.verify.offices import office_findings
from rag.verify.pairing import pairing_findings
from rag.verify.parallel import parallel_findings
from rag.verify.polarity import polarity_findings
from rag.verify.roles import role_findings
from rag.verify.scope import scope_findings
from rag.verify.text import bare, has_markup, parts
from rag.verify.verdict import Finding, Reason, Verdict

CLAIM_LIMIT = 2000
EVIDENCE_LIMIT = 20_000
"""Code points that are read; a longer claim is not supported, longer evidence is cut."""


_BUT = re.compile("但|不过|除外")


class Rule(StrEnum):
    """The rules, as ablations name them."""

    NUMBER = "number"
    DATE = "date"
    BOUND = "bound"
    POLARITY = "polarity"
    MODALITY = "modality"
    CONDITION = "condition"
    SCOPE = "scope"
    ENTITY = "entity"
    ROLE = "role"
    EXCHANGE = "exchange"
    FRAME = "frame"
    OFFICE = "office"
    CASE = "case"
    PAIRING = "pairing"
    PARALLEL = "parallel"
    COVERAGE = "coverage"
    COPY = "copy"


_RULES: tuple[tuple[Rule, Callable[[Comparison], list[Finding]]], ...] = (
    (Rule.NUMBER, number_findings),
    (Rule.DATE, date_findings),
    (Rule.BOUND, bound_findings),
    (Rule.POLARITY, polarity_findings),
    (Rule.MODALITY, modality_findings),
    (Rule.CONDITION, condition_findings),
    (Rule.SCOPE, scope_findings),
    (Rule.ENTITY, entity_findings),
    (Rule.ROLE, role_findings),
    (Rule.EXCHANGE, exchange_findings),
    (Rule.FRAME, frame_findings),
    (Rule.OFFICE, office_findings),
    (Rule.CASE, case_findings),
    (Rule.PAIRING, pairing_findings),
    (Rule.PARALLEL, parallel_findings),
    (Rule.COVERAGE, coverage_findings),
    (Rule.COPY, copy_findings),
)


class Entailment(Protocol):
    """A learned second opinion: the chance that ``evidence`` entails ``claim``, 0 to 1."""

    threshold: float

    def chance(self, claim: str, evidence: str) -> float: ...


def verify(
    claim: str,
    evidence: Sequence[str],
    *,
    entailment: Entailment | None = None,
    disabled: frozenset[Rule] = frozenset(),
) -> Verdict:
    """Whether the texts in ``evidence``, taken together, say what ``claim`` says.

    >>> source = ["申请应当在十五个工作日内办结,但需要听证的除外。"]
    >>> verify("除需要听证的以外,申请应当在15个工作日内办结。", source).supported
    True
    >>> [r.value for r in verify("申请应当在五个工作日内办结,但需要听证的除外。", source).reasons]
    ['number']
    """
    if not any(text.strip() for text in evidence):
        return Verdict((Finding(Reason.UNCITED, ""),))
    if len(claim) > CLAIM_LIMIT or has_markup(claim):
        return Verdict((Finding(Reason.UNCOVERED, claim[:40]),))
    texts = _bounded(evidence)
    if _is_verbatim(claim, texts):
        return Verdict(())
    comparison = compare(claim, texts)
    if comparison is None:
        return Verdict((Finding(Reason.NOT_FOUND, claim[:40]),))
    findings = [f for rule, find in _RULES if rule not in disabled for f in find(comparison)]
    if not findings and entailment is not None:
        if entailment.chance(claim, "\n".join(texts)) < entailment.threshold:
            findings.append(Finding(Reason.UNCOVERED, claim[:40]))
    return Verdict(tuple(dict.fromkeys(findings)))


def _bounded(evidence: Sequence[str]) -> list[str]:
    left = EVIDENCE_LIMIT
    texts = []
    for text in evidence:
        texts.append(text[:left])
        left -= len(texts[-1])
    return [text for text in texts if text.strip()]


def _is_verbatim(claim: str, evidence: Sequence[str]) -> bool:
    """Whether the claim is one or more whole sentences, or parts between semicolons, of one
    text, in a row, with or without the article's number. A mere substring is no proof:
    得扩大范围 is inside 不得扩大范围; nor is a part whose exception follows."""
    wanted = "".join(bare(part.text) for part in parts(claim))
    if not wanted:
        return False
    for text in evidence:
        pieces = [piece for part in parts(text) for piece in part.text.split(";")]
        said = [bare(piece) for piece in pieces]
        for start in range(len(said)):
            joined = ""
            for taken, sentence in enumerate(said[start:], 1):
                joined += sentence
                if joined == wanted:
                    return not _BUT.match("".join(pieces[start + taken : start + taken + 1]))
                if not wanted.startswith(joined):
                    break
    return False
