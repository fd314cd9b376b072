"""All, some, only: how far a statement reaches."""

from __future__ import annotations

import re

from rag.verify.align import Comparison
from rag.verify.verdict import Finding, Reason

_ALL = re.compile(
    r"所有|全部|一切|任何(?!一方)|全体|全面|一律|凡是?|每(?:个|名|位|家|一[个名位家])|(?<!平)均(?![衡等值匀])|都(?![市会])|各(?![自种类项有])|完全|彻底|总是|无一|百分之百|100%"
    r"|一致(?=同意|通过|赞成|认为|要求)|统统|不论|无论|不管|普遍|悉数|全额|足额|整个|永远|随时|始终|唯一的?|最(?!后|终|近|初|高|低|长|短|多|少|迟|晚|早|大)"
)
_STRONG_ALL = re.compile(
    r"所有|全部|一切|任何|全体|一律|完全|彻底|全国|所有人|(?:不论|无论|不管)(?![^。;]{0,20}(?:还是|或|、|与否))|统统|一致(?=同意|通过|赞成|认为|要求)|普遍|随时|永远|唯一|各(?:级|地|类|种|个)"
)
_SOME = re.compile(
    r"部分|一些|有些|有的|某些|若干|个别|少数|多数|大多|大部分|初步|一定程度|不少|诸多|许多|多位|多(?=位|名|个)|主要|县级以上|设区的?市|重点|有关|相关|一次性|逐步|渐渐|基本|之一"
)
_FLAT = re.compile("一律|一概|统统")
_DENIES = re.compile("[不禁勿]")
_FORBIDS = re.compile("禁止|严禁|不得|不准|不许")
_FORBIDS_OR_CANNOT = re.compile(f"{_FORBIDS.pattern}|不能")
_ONLY = re.compile(
    r"(?<!不)仅仅?(?!是?[^,。]{0,12}(?:而且|更|还))|只(?:有(?![^,。]{0,24}例外)|能|限|在|从|由|向|对|给|收|准|许)|唯一|唯有|单单|专属|独家|(?<!不)限于"
)
_PARTIAL_WORDS = re.compile(
    r"部分|一些|有些|有的|某些|若干|个别|少数|多数|大多|大部分|不少|诸多|许多|多位|初步|之一|有下列情形之一"
)


def scope_findings(comparison: Comparison) -> list[Finding]:
    """Claims that reach further than what they restate, or shut out what it does not."""
    findings = []
    support = comparison.support
    for entry in comparison.aligned:
        sentence = comparison.sentences[entry.sentence].text
        clause = entry.clause.text
        said = _STRONG_ALL.search(clause)
        forbidden = _FORBIDS.search(sentence) or (
            _DENIES.search(clause) and _FORBIDS.search(support)
        )
        if said and _FLAT.match(said.group()) and forbidden:
            said = None
        if said and not _ALL.search(sentence) and said.group() not in support:
            findings.append(Finding(Reason.SCOPE, said.group()))
            continue
        loose = _ALL.search(clause)
        partial = _PARTIAL_WORDS.search(entry.nearest)
        if partial and not _SOME.search(clause) and (loose or said):
            findings.append(Finding(Reason.SCOPE, partial.group()))
        only = _ONLY.search(clause)
        if (
            only
            and not _ONLY.search(sentence)
            and not re.search(
                "仅|限于|为限|必须[使采]用|专门|唯|范围|除|方可|不得|不能|不对|不向|不再|不应|不只|并非|未",
                sentence,
            )
            and not _is_exception(comparison, entry.sentence)
        ):
            findings.append(Finding(Reason.SCOPE, only.group()))
    return findings[:1]


def _is_exception(comparison: Comparison, at: int) -> bool:
    """Whether the sentence allows what the one before forbids: 不得收费。但是…可以收费。"""
    text = comparison.sentences[at].text
    return bool(
        at
        and text.startswith("但")
        and "也" not in text
        and _FORBIDS_OR_CANNOT.search(comparison.sentences[at - 1].text)
    )
