"""Whether the evidence holds what the claim talks about, clause by clause.

Of falsified claims, invented tails and spliced sentences have a clause that no single sentence
of the evidence holds. Coverage counts words, synonyms and characters (:mod:`overlap`), and its
thresholds were set on development pairs. A short clause says too little for shares; it is
held against how closely the others keep to the evidence.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from rag.verify.align import Aligned, Comparison
from rag.verify.dates import dates
from rag.verify.overlap import anchored_share, unheld, units
from rag.verify.quantities import COUNTERS, quantities, same_amount
from rag.verify.verdict import Finding, Reason

CLAUSE_SHARE = 0.32
WHOLE_SHARE = 0.5
SHORT = 4
NUMBER_WEIGHT = 3
MOST = 4
LEAST = 0.25
ANCHORED = 0.2
CONCLUDED = 0.6

CLOSE = 0.8
"""The anchored share of a claim's other clauses from which they keep so close to the evidence
that a short clause of which nothing is there is no rewording but made up. None of the open sets'
faithful clauses is."""

NOTHING = 0.34
"""Of a short clause's characters, the share that stands in any long text: one in three."""

TAIL = 2
"""Content characters from which a short clause says something."""

_CONCLUDES = re.compile(
    "^(?:并|而且|也|还|且)?(?:这(?=[将会能可使让有])|此举|从而|进而|以此|由此|因此|因而|所以|有助于|有利于|有效|大大|极大|显著|进一步|以便|以期|目的是|为的是|旨在|确保|使得?|让)"
)
"""What a clause begins with that says what good something does."""


_MARKS = " ,;:。!?"

_REFERENCE = re.compile(
    r"^(?:根据|依据|依照|按照?|参照)?(?:本[法条例办规定]{1,2}|《[^》]{2,40}》)?第[\d一二三四五六七八九十百]+条(?:第[\d一二三四五六七八九十]+[款项])?的?(?:规定)?[,:]?$"
)
_ACCORDING = re.compile(
    "^(?:按照?|根据|依照)?(?:《[^》]{2,40}》|[本该这][部个项]?(?:法律?|条例|办法|规定|文件|文章|通知|意见))(?:的|中|里)?(?:还|也|明确|对此)?(?:规定|要求|指出|写明|明确|认为|提出|强调|说明)?[,:]$"
)
"""Where it stands, not what it says: the article's number is the entity rule's business."""


_ATTRIBUTES = re.compile(
    "^(?:根据|依据|依照|按照?|据|在)?(?:文章|[本该]文|文中|作者|材料|报告|研究|资料)?[的还也来]?(?:明确|进一步)?"
    "(?:规定|要求|指出|写明|明确|认为|提出|强调|说明|表示|提到|介绍|发现|显示|看来?|说|称)[,:]$"
    "|(?:来说|来看|来讲|而言|地说|地讲|就是说|句话说|换言之|与此同时|基础上|情况下|通常)[,:]$"
)
"""Says who says it, or leads over: 作者指出, 具体来说."""


def coverage_findings(comparison: Comparison) -> list[Finding]:
    """Clauses with too little of their content in the evidence; ``not_found`` when that is
    true of the whole claim."""
    if not units(comparison.claim.text):
        return [Finding(Reason.NOT_FOUND, comparison.claim.text[:40])]
    weights = [max(1, len(entry.clause.characters)) for entry in comparison.aligned]
    shares = [_share(entry, comparison) for entry in comparison.aligned]
    whole = sum(w * s for w, s in zip(weights, shares, strict=True)) / sum(weights)
    if whole < WHOLE_SHARE / 2:
        return [Finding(Reason.NOT_FOUND, comparison.claim.text[:40])]
    findings = [
        Finding(Reason.UNCOVERED, entry.clause.text)
        for entry, share in zip(comparison.aligned, shares, strict=True)
        if len(entry.clause.characters) >= SHORT
        and (share < CLAUSE_SHARE or _loose(entry, comparison))
        and not _says_where(entry.clause.text)
    ]
    findings += _made_up(comparison)
    if not findings and whole < WHOLE_SHARE:
        findings.append(Finding(Reason.UNCOVERED, comparison.claim.text[:40]))
    return findings


def _says_where(text: str) -> bool:
    """Whether a clause says where something stands, and nothing else."""
    return bool(_REFERENCE.match(text) or _ACCORDING.match(text))


def _made_up(comparison: Comparison) -> list[Finding]:
    """Short clauses behind others that keep close to the evidence: 逾期作废 behind a deadline.
    Where all the others are copied, each of the clause's words has to stand there; where they
    are close, something of it."""
    short = [e for e in comparison.aligned[1:] if TAIL <= len(e.clause.characters) < SHORT]
    if not short:
        return []
    evidence = comparison.evidence
    copied = [e.clause.text.strip(_MARKS) in evidence for e in comparison.aligned]
    kept = [
        anchored_share(e.clause.text, comparison.sentences[e.sentence].text)
        for e in comparison.aligned
    ]
    findings = []
    for entry in short:
        rest = [n for n, other in enumerate(comparison.aligned) if other is not entry]
        weights = [len(comparison.aligned[n].clause.characters) for n in rest]
        if sum(weights) < SHORT or _is_said_elsewhere(entry, comparison):
            continue
        close = sum(w * kept[n] for w, n in zip(weights, rest, strict=True)) >= CLOSE * sum(weights)
        lacking = unheld(entry.clause.text, evidence)
        nothing = _nothing_stands(entry.clause.characters, lacking, evidence)
        if lacking and (all(copied[n] for n in rest) or (close and nothing)):
            findings.append(Finding(Reason.UNCOVERED, entry.clause.text))
    return findings


def _nothing_stands(said: Sequence[str], lacking: Sequence[str], evidence: str) -> bool:
    """Whether none of the words with these content characters stands there, and hardly any of
    the characters."""
    there = sum(char in evidence for char in said)
    return set(said) <= set("".join(lacking)) and there <= NOTHING * len(said)


def _is_said_elsewhere(entry: Aligned, comparison: Comparison) -> bool:
    """A clause with a number or date that is there, or that says only where it stands."""
    text, evidence = entry.clause.text, comparison.evidence
    if _says_where(text) or _ATTRIBUTES.search(text) or dates(text):
        return True
    theirs = quantities(evidence)
    return any(
        same_amount(quantity, other)
        for quantity in quantities(text)
        if quantity.value != 1 or quantity.unit not in COUNTERS  # 一次办结 counts nothing
        for other in theirs
    )


def _loose(entry: Aligned, comparison: Comparison) -> bool:
    """Hardly any word of the clause stands there, only characters; a clause that draws a
    conclusion must stand there for the most part."""
    sentence = comparison.sentences[entry.sentence].text
    if quantities(entry.clause.text):
        return False  # the number rule says whether it is there
    said = _CONCLUDES.search(entry.clause.text)
    least = CONCLUDED if said and said.group() not in sentence else ANCHORED
    return anchored_share(entry.clause.text, sentence) < least


def _share(entry: Aligned, comparison: Comparison) -> float:
    """The clause's share, in which each number and date that the evidence has counts as
    some words: it says a good part of what a short clause says."""
    if entry.sentence_share < LEAST:
        return entry.sentence_share  # numbers alone say nothing: 三级 stands in many a sentence
    evidence = comparison.sentences[entry.sentence].text
    theirs = quantities(evidence)
    matched = sum(
        any(same_amount(quantity, other) for other in theirs)
        for quantity in quantities(entry.clause.text)
    )
    known = dates(evidence)
    matched += sum(any(o.covers(date) for o in known) for date in dates(entry.clause.text))
    weight = max(1, len(entry.clause.characters))
    extra = min(MOST, NUMBER_WEIGHT * matched)
    return (entry.sentence_share * weight + extra) / (weight + extra)
