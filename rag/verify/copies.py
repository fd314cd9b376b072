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
from rag.verify.cases import CASE
from rag.verify.conditions import ALTERNATIVE, GROUND, conditions_of
from rag.verify.lexicon import synonym_groups, word_sizes
from rag.verify.numerals import CN, value_of
from rag.verify.overlap import anchored_share
from rag.verify.quantities import quantities
from rag.verify.text import FUNCTION
from rag.verify.verdict import Finding, Reason

COPIED = 0.75
"""The share of a text that stands in its source in the same order, from which it is a copy, if
it differs in one place only: what says something else in several is a paraphrase."""

LENGTH = 10
BRIDGE = 1
"""Equal characters between two edits that are one: 同意 for 不同意见."""

LONGEST = 6
"""Code points of the longest words of the lexicon that are looked for."""

EXPANDED = 2
"""Code points that a word may be longer in a copy."""

MOVED = 4
"""Code points of a denial that a copy has put elsewhere: 不同意决定的 for 对决定不服的."""

GONE = 0.8
STAYS = 0.6
ANCHORED = 0.6
VERBATIM = 0.6

_CONTENT = re.compile("[\u3400-\u9fffa-z]")
_MARKS = " ,;。:、!?()“”\n"
_PARTICLES = frozenset("的地得了着之而")
_EMPTY = frozenset("则就便即还也又都均而且并在于是其该这那此本以来去地的得了着要应当须可能")
_MAY = re.compile("可|能")
_MUST = re.compile("应|当|须|要|得")
_NUMERAL = re.compile(f"[0-9{CN}]+")
_ADDED = re.compile(
    "根据|依据|按照|规定|需要?|同时|此外|另外|并且?|而且|因此|所以|进行|相关|具体|包括|例如|以及|或者?|情况下?|方面|工作"
    "|文章|文中|作者|指出|认为|提出|强调|明确|本法|条例|办法|如果|的话|时候?|[就将会须应当要可能以予人事来去出到起上下里内中间"
    "后前一其他她它们已经还各每某及与且若如即便则被让给请该本此这那做作成所在于自从由向对把是为]|为了|通过|对于|关于|是指|[也都均]"
)
"""What may be put into a copy: it says nothing of its own."""

_DENIES = re.compile("[不未无非没禁勿莫拒]|(?<!任)免(?!职|去)")
_SWEEPS = re.compile("所有|一切|全部|全体|一律|任何|只|仅|唯一")
_POINTS = re.compile("^(?:其中?|该|这[类些种个]?|此类?|上述|前述|前款|以上)$")
"""Words that point at what was said: they may stand for anything."""

_FRACTION = re.compile("分之|/")
_EITHER = re.compile("^[,、]?(?:或|以及)|或者")
_PRONOUN = re.compile(
    "^(?:其|该[一-龥]{0,4}|前款[一-龥]{0,4}|上述[一-龥]{0,6}|本[一-龥]{0,3}|它们?|他们?)?$"
)
_ALIKE = tuple(
    frozenset(line.split())
    for line in (
        "应当 应 要 须 必须 需要 应该 需 得", "不得 不能 不可 不准 不许 禁止 不可以 不应 不应当 不允许", "可以 可 能 能够 有权 得以",
        "和 与 及 以及 、 并 , 且 同", "或 或者 、", "从 自 由 打", "在 于", "按照 按 依照 依据 根据 依 依法", "其 他 她 它 该 此 这 本 那 这个 这部 该部",
        "时 后 之后 以后 的时候 之时", "予以 给予 给 予", "内 之内 以内 里 中 之中 期间", "前 之前 以前", "对 对于 就 针对", "向 给", "的 之 所", "均 都 皆 全",
        "则 就 便 即", "是 为 系 属于 即", "有关 相关", "未 没有 没 未曾 还没", "天 日", "立即 马上 立刻 即时", "不 非", "由 归 被 经", "经 经过", "未经 没有经过 没经过 未经过", "如 如果 若 倘若",
        "某 某个", "每 各", "次 回", "同 一样 相同", "至 到", "但 但是 不过 可是 然而", "因 因为 由于", "还 也 并 另", "个 名 位",
    )
)  # fmt: skip
"""Words of grammar that may stand for one another."""


@dataclass(frozen=True, slots=True)
class Edit:
    """Where a copy and its source differ: half-open ranges of code points in each."""

    source: slice
    copy: slice


def copy_findings(comparison: Comparison) -> list[Finding]:
    """What was altered without licence: three findings at most."""
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
    altered = sum(bool(copy[edit.copy].strip(_MARKS)) for edit in found)
    return found if altered <= 1 else None


def _changed(source: str, copy: str, edits: Sequence[Edit], evidence: str) -> Iterator[Finding]:
    for edit in edits:
        new, old = copy[edit.copy].strip(_MARKS), source[edit.source].strip(_MARKS)
        if not new or new in old or _POINTS.match(new):
            continue
        there, here = _figures(source, edit.source), _figures(copy, edit.copy)
        if there or here:
            fraction = _FRACTION.search(copy[max(0, edit.copy.start - 3) : edit.copy.stop + 3])
            if (
                not fraction
                and len(there) == len(here) == 1
                and there[0][1] == here[0][1]
                and there != here
            ):
                yield Finding(Reason.NUMBER, new)
            continue  # numbers in other words, or several, have a rule of their own
        if _flips(new, old):
            if not _denied_elsewhere(source, edits, edit):
                yield Finding(Reason.NEGATION, new)
        elif not old and _says(new):
            if new not in evidence:
                yield Finding(Reason.UNCOVERED, new)
        elif old and not _licensed(source, edit.source, copy, edit.copy):
            if any(_synonymous(source, other.source, copy, edit.copy) for other in edits):
                continue  # put elsewhere
            if new in evidence and _PRONOUN.match(old):
                continue  # said where the source says 其
            yield Finding(Reason.SCOPE if _SWEEPS.search(new) else Reason.UNCOVERED, new)


def _denied_elsewhere(source: str, edits: Sequence[Edit], edit: Edit) -> bool:
    """Whether the copy has put a denial elsewhere: a short piece with one is gone."""
    return any(
        _DENIES.search(source[other.source]) and other.source.stop - other.source.start <= MOVED
        for other in edits
        if other is not edit
    )


def _flips(new: str, old: str) -> bool:
    """Whether one of the two denies what the other does not: not 免费 for 不收费."""
    return len(_DENIES.findall(new)) % 2 != len(_DENIES.findall(old)) % 2


def _figures(text: str, place: slice) -> list[tuple[float | None, str]]:
    """The numerals that overlap ``place``: the value of each, and the character after it."""
    return [
        (value_of(match.group()), text[match.end() : match.end() + 1])
        for match in _NUMERAL.finditer(text)
        if match.start() < place.stop and place.start < match.end()
    ]


def _licensed(source: str, old: slice, copy: str, new: slice) -> bool:
    before, after = source[old].strip(_MARKS), copy[new].strip(_MARKS)
    if set(before + after) <= _EMPTY and _binding(before) == _binding(after):
        return True
    if any(_is_one_of(group, source, old) and _is_one_of(group, copy, new) for group in _ALIKE):
        return True
    if before and set(before) <= set(after) and len(after) <= len(before) + EXPANDED:
        return not _DENIES.search(after) and not _SWEEPS.search(after)  # 互相通报 for 互通
    if _DENIES.search(before) and _DENIES.search(after):
        return True  # 不征收 for 免收: the rule for negations reads these
    return _synonymous(source, old, copy, new)


def _binding(words: str) -> tuple[bool, bool]:
    return bool(_MAY.search(words)), bool(_MUST.search(words))


def _is_one_of(group: frozenset[str], text: str, place: slice) -> bool:
    """Whether a word of ``group`` covers ``place``."""
    return any(
        text[start : start + len(word)] == word
        for word in group
        for start in range(max(0, place.stop - len(word)), place.start + 1)
    )


def _says(text: str) -> bool:
    """Whether ``text``, put in, says more than function words do."""
    return bool(_DENIES.search(text) or _SWEEPS.search(text)) or any(
        _CONTENT.match(char) for char in _ADDED.sub("", text) if char not in _PARTICLES
    )


def _content(text: str) -> list[str]:
    return [c for c in text if _CONTENT.match(c) and c not in FUNCTION]


def _synonymous(source: str, old: slice, copy: str, new: slice) -> bool:
    theirs, ours = _words_at(source, old), _words_at(copy, new)
    same = theirs & ours  # 有 of 有关 and of 所有 makes them no synonyms
    return not _groups(theirs - same).isdisjoint(_groups(ours - same))


def _words_at(text: str, place: slice) -> set[str]:
    """The lexicon's words that overlap ``place``."""
    sizes = word_sizes()
    first, last = max(0, place.start - LONGEST), min(len(text), max(place.stop, place.start + 1))
    return {
        text[start : start + size]
        for start in range(first, last)
        for size in sizes.get(text[start], ())
        if start + size > place.start
    }


def _groups(words: set[str]) -> set[int]:
    known = synonym_groups()
    return {group for word in words for group in known.get(word, ())}


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
            if at < 0 or ALTERNATIVE.match(condition) or GROUND.match(condition):
                continue
            inside = range(at, at + len(condition))
            lost = sum(not kept[n] for n in inside) / len(condition)
            rest = [k for n, k in enumerate(kept) if n not in inside]
            after = source[start + at + len(condition) :]
            if _EITHER.match(after) or _one_of_several(source, gone, start + at):
                continue
            if lost >= GONE and rest and sum(rest) >= STAYS * len(rest):
                yield Finding(Reason.CONDITION, condition)
                break
        start = end


def _one_of_several(source: str, gone: Sequence[bool], at: int) -> bool:
    """Whether what was left out around ``at`` is one of several cases: any of them suffices."""
    first = last = at
    while first > 0 and gone[first - 1]:
        first -= 1
    while last < len(source) and gone[last]:
        last += 1
    return bool(_EITHER.search(source[first:last]) or _EITHER.match(source[last : last + 3]))


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
        if CASE.search(clause + ",") and place.isdisjoint(places[number + 1]):
            yield Finding(Reason.CONTRADICTED, f"{clause},{clauses[number + 1]}")
