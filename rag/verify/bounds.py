"""What numbers and dates are bound to: the unit that a rate is per, the event on a date, the
day that a period runs from, which end of a period a date is, and bounds that name no number
(不得超过核定的载畜量).
"""

from __future__ import annotations

import re

from rag.verify.align import Comparison
from rag.verify.dates import Date, dates
from rag.verify.verdict import Finding, Reason

_PER = re.compile(
    "(?:每|按)一?(吨|立方米|平方米|平方公里|公里|海里|亩|公顷|人|辆|件|次|户|升|公斤|千克|台|套|头|只|株|小时|分钟)"
)
_EVENTS = (
    re.compile("通过"),
    re.compile("施行|生效|实施|执行|实行|管用|起用"),
    re.compile("公布|发布|印发|颁布|出台"),
    re.compile("修订|修正|修改"),
    re.compile("废止|作废|失效|停止执行"),
    re.compile("召开|举办|举行|开幕"),
    re.compile("成立|设立|建立"),
    re.compile("送达|作出"),
    re.compile("到期|届满|截止"),
)
_FROM = re.compile("自?(通过|公布|发布|印发|送达|作出|收到|受理|签订|登记|批准|施行)(?:的?那?一?(?:之日|当日|当天|日|天|次日)?起|后立即)")  # fmt: skip
_BOUND = re.compile(
    "(?P<no>不(?:得|能|可以?|准|许|应当?|会)?|未)?(?P<word>超过|超出|高于|多于|大于|低于|少于|小于|短于|长于)(?![一二三四五六七八九十百千万半两\\d]{1,8})"
)
_MORE = frozenset(["超过", "超出", "高于", "多于", "大于", "长于"])


def bound_findings(comparison: Comparison) -> list[Finding]:
    """The first of these that the evidence binds to something else."""
    claim, evidence = comparison.claim.text, comparison.evidence
    return (
        [
            Finding(Reason.NUMBER, f"每{unit}")
            for unit in _PER.findall(claim)
            if unit not in (known := set(_PER.findall(evidence))) and known
        ]
        + _event_findings(claim, evidence)
        + _start_findings(claim, evidence)
        + _end_findings(claim, evidence)
        + _direction_findings(comparison)
    )[:1]


def _event_findings(claim: str, evidence: str) -> list[Finding]:
    """通过 on a day on which the evidence has 施行."""
    said = _dated(claim)
    there = _dated(evidence)
    for words, day, events in said:
        its = [e for _, other, e in there if other.covers(day)]
        if events and its and all(e and not events & e for e in its):
            return [Finding(Reason.DATE, words)]
    return []


def _dated(text: str) -> list[tuple[str, Date, frozenset[int]]]:
    found = []
    for clause in re.split("[,;。\n]", text):
        named = dates(clause)
        if named:
            events = frozenset(n for n, event in enumerate(_EVENTS) if event.search(clause))
            found += [(day.words, day, events) for day in named]
    return found


def _start_findings(claim: str, evidence: str) -> list[Finding]:
    """自通过之日起 where the evidence has a day, or another event."""
    known = set(_FROM.findall(evidence))
    if not known and not re.search("日起", evidence):
        return []
    return [
        Finding(Reason.DATE, f"{event}之日起")
        for event in _FROM.findall(claim)
        if event not in known and not re.search(f"{event}[^,;。]{{1,12}}之日起", evidence)
    ]


def _end_findings(claim: str, evidence: str) -> list[Finding]:
    """自三月开始 where the evidence has 去年十月至三月: the other end of the period."""
    known = dates(evidence)
    for date in dates(claim):
        ends = {other.end for other in known if other.covers(date)}
        if date.end and len(ends) == 1 and not ends & {date.end, ""}:
            return [Finding(Reason.DATE, date.words)]
    return []


def _direction_findings(comparison: Comparison) -> list[Finding]:
    """不得少于 for 不得超过, of something that is not a number."""
    for entry in comparison.aligned:
        ours, theirs = _directions(entry.clause.text), _directions(entry.nearest)
        theirs = theirs or _directions(comparison.sentences[entry.sentence].text)
        if ours and theirs and not ours & theirs:
            return [Finding(Reason.NUMBER, entry.clause.text)]
    return []


def _directions(text: str) -> frozenset[bool]:
    """Whether each bound is one from below."""
    return frozenset(
        (match["word"] in _MORE) != bool(match["no"]) for match in _BOUND.finditer(text)
    )
