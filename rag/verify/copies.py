"""What a claim that copies its source has altered.

Most sentences of a model are near copies, and a copy with one word changed is the falsehood that
is hardest to see: nearly all of it stands there. So a near copy is laid beside its sentence
character by character (the shortest edit, Levenshtein 1966), and what differs must be licensed:
synonyms, function words, an omission that limits nothing. A paraphrase is no copy; the other
rules read it.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import groupby

from rapidfuzz.distance import Levenshtein

from rag.verify.align import Comparison
from rag.verify.cases import _CASE
from rag.verify.conditions import _ALTERNATIVE, _GROUND, conditions_of
from rag.verify.lexicon import synonym_groups, word_sizes
from rag.verify.overlap import anchored_share
from rag.verify.quantities import quantities
from rag.verify.text import FUNCTION
from rag.verify.verdict import Finding, Reason

COPIED = 0.75
"""The share of a text that stands in its source in the same order, from which it is a copy."""

LENGTH = 10
BRIDGE = 1
"""Equal characters between two edits that are one: 同意 for 不同意见."""

EDITS = 1
"""Places at which a copy says something else than its source; what has more is a paraphrase."""

GONE = 0.8
STAYS = 0.6
ANCHORED = 0.6
VERBATIM = 0.6

_CONTENT = re.compile("[\u3400-\u9fff a-z]")
_MARKS = " ,;。:、!?()“”"
_NUMERAL = re.compile("[\\d〇零一二两三四五六七八九十百千万亿半]")
_FILLER = re.compile(
    "根据|依据|按照|规定|需要|同时|此外|另外|并且|而且|因此|所以|进行|相关|具体|包括|例如|以及|或者|情况|方面|工作"
    "|文章|文中|作者|指出|认为|提出|强调|明确|要求|本法|条例|办法|如果|的话|时候|时|就|将|会|需|须|应|当|要|可|能"
    "|以|予|人|事|来|去|出|到|起|上|下|里|内|中|间|后|前|一|其|他|她|它|们|已|经|还|各|每|某|及|与|且|若|如|即|便|则|被|让|给|请"
    "|为了|通过|对于|关于|属于|是指|也就是说|该|本|此|这|那|做|作|成|得|所|在|于|自|从|由|向|对|把|把"
)
_PRONOUN = re.compile("^(?:其|该[一-龥]{0,4}|前款[一-龥]{0,4}|上述[一-龥]{0,6}|本[一-龥]{0,3}|它们?|他们?)?$")
_VOICE = re.compile("被|由|把|将|经|向|对|给|受|为")
_LISTED = re.compile("[、和或及与]")


@dataclass(frozen=True, slots=True)
class Edit:
    """Where a copy and its source differ: half-open ranges of code points in each."""

    source: slice
    copy: slice


def copy_findings(comparison: Comparison) -> list[Finding]:
    """The first alteration of each kind that nothing licenses."""
    findings: list[Finding] = []
    for at, entries in groupby(comparison.aligned, key=lambda entry: entry.sentence):
        copy = "".join(entry.clause.text for entry in entries)
        source = comparison.sentences[at].text
        edits = edits_of(source, copy)
        if edits is None:
            continue
        findings += _changed(source, copy, edits, comparison.evidence)
        findings += _left_out(source, edits)
    findings += _joined(comparison)
    return findings[:3]


def edits_of(source: str, copy: str) -> list[Edit] | None:
    """The edits that make ``copy`` of ``source``; ``None`` if it is no copy.

    >>> [e] = edits_of("批准前应当经建设部门审核同意。", "批准前应当经建设部门审核反对。")
    >>> e.copy.start, e.copy.stop
    (12, 14)
    """
    if len(copy) < LENGTH:
        return None
    codes = Levenshtein.opcodes(source, copy)
    same = sum(code.dest_end - code.dest_start for code in codes if code.tag == "equal")
    if same < COPIED * len(copy):
        return None
    found: list[Edit] = []
    for code in codes:
        if code.tag == "equal":
            continue
        begins, ends = (code.src_start, code.dest_start), (code.src_end, code.dest_end)
        last = found[-1] if found else None
        if last and begins[1] - last.copy.stop <= BRIDGE and begins[0] - last.source.stop <= BRIDGE:
            begins = last.source.start, last.copy.start
            found.pop()
        found.append(Edit(slice(begins[0], ends[0]), slice(begins[1], ends[1])))
    said = sum(bool(copy[edit.copy].strip(_MARKS)) for edit in found)
    return found if said <= EDITS else None


def _changed(source: str, copy: str, edits: Sequence[Edit], evidence: str) -> Iterator[Finding]:
    for edit in edits:
        new, old = copy[edit.copy], source[edit.source]
        if not _says(new) or _NUMERAL.search(new) or new in old:
            continue  # numbers have a rule of their own
        if _synonymous(source, edit.source, copy, edit.copy):
            continue
        if new in evidence and _PRONOUN.match(old.strip(",;。:、")):
            continue  # said again, or said where the source says 其
        if set(_content(new)) <= set(_content(old)):
            continue
        yield Finding(Reason.UNCOVERED, new)


def _says(text: str) -> bool:
    """Whether ``text`` has more than function words."""
    return bool(_content(_FILLER.sub("", text)))


def _content(text: str) -> list[str]:
    return [c for c in text if _CONTENT.match(c) and c not in FUNCTION and c != " "]


def _synonymous(source: str, old: slice, copy: str, new: slice) -> bool:
    return not _groups_at(source, old).isdisjoint(_groups_at(copy, new))


def _groups_at(text: str, place: slice) -> set[int]:
    """The groups of the lexicon's words that overlap ``place``."""
    groups, sizes = synonym_groups(), word_sizes()
    longest = 6
    found: set[int] = set()
    for start in range(max(0, place.start - longest), min(len(text), max(place.stop, place.start + 1))):
        for size in sizes.get(text[start], ()):
            if start + size > place.start:
                found.update(groups.get(text[start : start + size], ()))
    return found


def _left_out(source: str, edits: Sequence[Edit]) -> Iterator[Finding]:
    """Conditions that were cut out of what they limit."""
    gone = [False] * len(source)
    for edit in edits:
        if not _content(source[edit.source]):
            continue
        for at in range(edit.source.start, edit.source.stop):
            gone[at] = True
    if not any(gone):
        return
    start = 0
    for part in re.findall("[^;。]+(?:;但[^;。]*)?[;。]?", source):
        end = start + len(part)
        kept = [not gone[at] for at in range(start, end)]
        for condition in conditions_of(part):
            at = part.find(condition)
            if at < 0 or _ALTERNATIVE.match(condition) or _GROUND.match(condition):
                continue
            inside = range(at, at + len(condition))
            lost = sum(not kept[n] for n in inside) / len(condition)
            rest = [k for n, k in enumerate(kept) if n not in inside]
            if lost >= GONE and rest and sum(rest) >= STAYS * len(rest):
                yield Finding(Reason.CONDITION, condition)
                break
        start = end


def _joined(comparison: Comparison) -> Iterator[Finding]:
    """Clauses that stand in the evidence word for word, but a case and what follows from it in
    different parts; and a clause that does not, among many that do."""
    parts = [p for p in re.split("[;。!?\n]", comparison.evidence) if p]
    clauses = [entry.clause.text.strip(",;。:!?") for entry in comparison.aligned]
    places = [{n for n, part in enumerate(parts) if clause in part} for clause in clauses]
    total = sum(map(len, clauses)) or 1
    if sum(len(c) for c, p in zip(clauses, places, strict=True) if p) < VERBATIM * total:
        return
    for number, (clause, place) in enumerate(zip(clauses, places, strict=True)):
        if not place and len(_content(clause)) >= 4 and not quantities(clause):
            if anchored_share(clause, comparison.evidence) < ANCHORED:
                yield Finding(Reason.UNCOVERED, clause)
        if number + 1 == len(clauses) or not place or not places[number + 1]:
            continue
        if _CASE.search(clause + ",") and place.isdisjoint(places[number + 1]):
            yield Finding(Reason.CONTRADICTED, f"{clause},{clauses[number + 1]}")
