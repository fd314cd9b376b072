"""The rules on numbers and dates: every quantity and date of a claim stands in what it
restates, with the same unit and comparator, about the same thing."""

from __future__ import annotations

import re
from collections.abc import Sequence

from rag.verify.align import Aligned, Comparison
from rag.verify.dates import dates, periods
from rag.verify.numerals import CN
from rag.verify.overlap import covered_share
from rag.verify.quantities import (
    COUNTERS,
    Quantity,
    frequencies,
    quantities,
    same_amount,
    same_sign,
)
from rag.verify.verdict import Finding, Reason

_AROUND = 14
MOST = 40
"""Quantities that are compared with one another."""

_MEASURES = frozenset(
    {"海里", "公里", "米", "吨", "元", "时", "月", "倍", "亩", "公顷", "公斤", "%"}
)
_LISTED = COUNTERS | {"", "字", "届"}
"""Units of things that a list may hold; nobody lists days."""

_LEVEL = re.compile("([省市县区乡镇])级?以([上下])")
_LAST_OF_DECEMBER = re.compile("12月31日|十二月三十一日")
_PART = re.compile(
    rf"其中[,:]?(?P<part>[一-龥]{{2,12}}?)(?=[占为是达约有共近超]|不[超足]|[{CN}\d])"
)
_MAJORITY = re.compile("过半数?|半数以上")
_SINCE = re.compile("日起,?$")
_FIVE_YEARS = re.compile(r"十[一二三四五六七八九]五")


def number_findings(comparison: Comparison) -> list[Finding]:
    """Quantities without their like in the evidence. A claim of more quantities than anybody
    would say is not compared but rejected."""
    if len(quantities(comparison.claim.text)) > MOST:
        return [Finding(Reason.NUMBER, comparison.claim.text[:40])]
    findings = []
    for entry in comparison.aligned:
        sentence = comparison.sentences[entry.sentence].text
        for quantity in quantities(entry.clause.text):
            places = [sentence, *_others(comparison, entry)]
            if not _stands_in(quantity, entry, places) and not _counts_members(quantity, sentence):
                findings.append(Finding(Reason.NUMBER, quantity.words))
    return [
        *findings,
        *_majority_findings(comparison),
        *_frequency_findings(comparison),
        *_level_findings(comparison),
        *_whole_findings(comparison),
    ]


def _majority_findings(comparison: Comparison) -> list[Finding]:
    """过半数 for 三分之二以上."""
    said = _MAJORITY.search(comparison.claim.text)
    evidence = comparison.evidence
    if said and "半" not in evidence and "分之" in evidence:
        return [Finding(Reason.NUMBER, said.group())]
    return []


def _frequency_findings(comparison: Comparison) -> list[Finding]:
    """每月 for 每年."""
    known = frequencies(comparison.support)
    return [
        Finding(Reason.NUMBER, word)
        for word in sorted(frequencies(comparison.claim.text) - known)
        if known
    ]


def _level_findings(comparison: Comparison) -> list[Finding]:
    """县以下 for 县级以上."""
    known = set(_LEVEL.findall(comparison.support))
    return [
        Finding(Reason.NUMBER, f"{level}以{side}")
        for level, side in _LEVEL.findall(comparison.claim.text)
        if (level, side) not in known and any(level == other for other, _ in known)
    ]


def _whole_findings(comparison: Comparison) -> list[Finding]:
    """The whole's figure given to a part: of 总投资3.5亿元,其中财政资金占15%, that 财政资金 is
    3.5亿元."""
    findings = []
    for entry in comparison.aligned:
        clause, sentence = entry.clause.text, comparison.sentences[entry.sentence].text
        said = quantities(clause)
        named = (m for m in _PART.finditer(sentence) if said and clause.startswith(m["part"]))
        part = next(named, None)
        if part is None:
            continue
        whole, its = quantities(sentence[: part.start()]), quantities(sentence[part.end() :])
        if any(same_amount(ours, other) for ours in said for other in its):
            continue
        findings += [
            Finding(Reason.NUMBER, quantity.words)
            for quantity in said
            if any(same_amount(quantity, other) for other in whole)
        ]
    return findings


def _others(comparison: Comparison, entry: Aligned) -> list[str]:
    """Sentences that the claim restates elsewhere, and the neighbours of this clause's."""
    near = {entry.sentence - 1, entry.sentence + 1, *comparison.used}
    texts = [part.text for at, part in enumerate(comparison.sentences) if at in near]
    rest = [part.text for at, part in enumerate(comparison.sentences) if at not in near]
    alike = [t for t in rest if covered_share(entry.clause.text, t) >= 0.8 * entry.sentence_share]
    return [*texts, *alike]


def _stands_in(quantity: Quantity, entry: Aligned, texts: Sequence[str]) -> bool:
    for text in texts:
        same = [q for q in quantities(text) if same_amount(quantity, q)]
        agreeing = [
            q for q in same if same_sign(quantity.sign, q.sign) or _is_deadline(quantity, q, text)
        ]
        if agreeing:
            return _about_the_same(quantity, entry.clause.text, agreeing, text)
    return False


def _is_deadline(quantity: Quantity, other: Quantity, text: str) -> bool:
    """30日内 where the evidence has 自受理之日起30日."""
    return (
        quantity.sign == "<="
        and not other.sign
        and bool(_SINCE.search(text, max(0, other.start - 4), other.start))
    )


def _about_the_same(
    quantity: Quantity, clause: str, agreeing: Sequence[Quantity], text: str
) -> bool:
    """Not if the words around the claim's quantity are those around another quantity of the
    same unit in the evidence: 产假15天 where 98天 is the leave and 15天 the part before birth."""
    rivals = [
        q
        for q in quantities(text)
        if q.unit == quantity.unit and not any(q.start == a.start for a in agreeing)
    ]
    if not rivals:
        return True
    around = clause.replace(quantity.words, " ")
    own = max(covered_share(around, _window(text, q)) for q in agreeing[:MOST])
    other = max(covered_share(around, _window(text, q)) for q in rivals[:MOST])
    return own >= other - 0.6


def _window(text: str, quantity: Quantity) -> str:
    """The clause around a quantity, on its side of punctuation."""
    start = max(text.rfind(mark, 0, quantity.start) for mark in ",;。:、") + 1
    ends = [at for at in (text.find(mark, quantity.end) for mark in ",;。") if at >= 0]
    end = min(ends, default=len(text))
    return text[max(start, quantity.start - _AROUND) : min(end, quantity.end + _AROUND)].replace(
        quantity.words, " "
    )


def _counts_members(quantity: Quantity, sentence: str) -> bool:
    """三种意识 where the evidence lists three of them without counting."""
    if quantity.value == 1 and not quantity.sign and quantity.unit not in _MEASURES:
        return not quantity.words.startswith("1")  # 一年, 一个: mostly an article
    if quantity.unit not in _LISTED or quantity.value > 12:
        return False
    listed = [len(re.split("[、和与及]", part)) for part in re.split("[,;。:]", sentence)]
    series = len(
        re.findall(
            r"[(（][一二三四五六七八九十]+[)）]|其[一二三四五]|首先|其次|再次|最后", sentence
        )
    )
    return quantity.value in listed or quantity.value == series


def date_findings(comparison: Comparison) -> list[Finding]:
    """Dates and planning periods without their like in the evidence."""
    evidence = comparison.evidence
    known = dates(evidence)
    findings = [
        Finding(Reason.DATE, date.words)
        for date in dates(comparison.claim.text)
        if not any(other.covers(date) for other in known)
    ]
    stated = set(_FIVE_YEARS.findall(comparison.claim.text))
    for entry in comparison.aligned:
        for period in _FIVE_YEARS.findall(entry.clause.text):
            sentence = comparison.sentences[entry.sentence].text
            there = set(_FIVE_YEARS.findall(sentence))
            if period not in evidence or (there and period not in there and not there & stated):
                findings.append(Finding(Reason.DATE, period))
    relative = periods(comparison.claim.text) - periods(evidence)
    findings += [
        Finding(Reason.DATE, word)
        for word in relative
        if not _FIVE_YEARS.search(word)
        and word not in evidence
        and not (word in ("年底", "年末") and _LAST_OF_DECEMBER.search(evidence))
    ]
    return findings
