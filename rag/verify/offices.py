"""Whose act it is: who approves, decides, pays, is reported to.

Laws name the office with the act: 报国务院批准, 由公安局决定, 向民政部门备案. Each such act of the
claim is laid beside the same act in what it restates. If the evidence names offices for it and
none of them is the claim's, the claim has put another in its place.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterator

from rag.verify.align import Comparison
from rag.verify.lexicon import synonym_groups
from rag.verify.text import FUNCTION
from rag.verify.verdict import Finding, Reason

_ACTS = {
    "approve": "批准|核准|审批|同意|点头|许可",
    "decide": "决定|裁决|裁定|拍板|审定|来?定(?=$)|说了算|做主",
    "file": "备案",
    "report": "报告|汇报",
    "apply": "申请",
    "recognise": "认定",
    "issue": "颁发|发放|配发|签发|核发|发给|统一发(?=$)",
    "bear": "承担|负担|支付|赔偿",
    "protect": "保护|守护|看护",
    "assist": "协助",
    "recall": "召回",
    "revoke": "吊销",
    "appoint": "任命|聘任|指定|委派",
    "stipulate": "规定",
    "collect": "征收|收取",
    "examine": "鉴定|验收|检验|审计",
}
"""Acts that offices do, by their verbs. An act that has other words is not compared."""

_TOWARDS = frozenset({"file", "report", "apply"})
"""Acts of which the office is the one they are done towards."""

_VERBS = {kind: re.compile(words) for kind, words in _ACTS.items()}
_BY = re.compile(
    "(?:由|经(?!过?[营济常费历])|被(?![告害保征监申投])|归|须经|报经|受)(?P<who>[^,;。:由经被归受向报]{2,26})$"
)
_TO = re.compile(
    "(?:向|报请?|报经|报送|提请|等|找|交由?|到(?!期|达|位|场|岗)|请)(?P<who>[^,;。:由向报请等找交到]{2,26})$"
)
_CLAUSE = re.compile("[,;。:!?\n]")
_CUT = re.compile(
    "根据|依照|按照|依法|统一|负责|应当|可以|予以|给予|进行|最终|共同|协商|审核|审查|拿出|提出|作出|做出|直接|另行|逐级|及时"
    "|书面|那里|之后|以后|以前|后$|来$|去$|再$|才$|先$|都?要$|(?<!所)在|自|于"
)
_OFFICE = re.compile(
    "政府|国务院|委员会|常委会|人大|军委|部门|机关|机构|法院|检察院|公司|企业|单位|学校|医院|银行|协会|海关|警察|部队|领导|[部局署厅院办委会所组站团人员者方]$"
)
_NOBODY = re.compile(
    "其|他|她|它|自己|本人|后者|前者|双方|对方|上述|谁|哪|什么|有关|相关|主管(?:部门|机关)$|^(?:各|该|本)?(?:单位|机关|部门|机构|组织|人员|国家|企业)$"
)
_KIND = re.compile(
    "主管|管理|行政|监督|执法|登记|部门|机关|机构|人民|地方|各级|以上|以下|级|工作|有关|相关|所在地?|当地|本"
)
_LEVELS = (
    ("国务院", "国务院|国家(?!安全)|中央|全国|总局|总署|总部|[一-龥]部(?!门|队|分)"),
    ("省", "省|自治区|直辖市"),
    ("市", "(?<!直辖)市(?!场)|自治州"),
    ("县", "县|(?<!自治)(?<!军)区(?!域)"),
    ("乡", "乡|镇"),
)


def office_findings(comparison: Comparison) -> list[Finding]:
    """The first office of the claim that the evidence has not for this act."""
    theirs = _offices(comparison.support)
    for kind, name in named(comparison.claim.text):
        known = theirs.get(kind, ())
        if known and not any(_may_be(name, other) for other in known):
            return [Finding(Reason.ENTITY, name)]
    return []


def _offices(text: str) -> dict[str, list[str]]:
    found: dict[str, list[str]] = defaultdict(list)
    for kind, name in named(text):
        found[kind].append(name)
    return found


def named(text: str) -> Iterator[tuple[str, str]]:
    """The acts of a normalised text with the offices that they are said of.

    >>> list(named("由县公安局审查,报市公安局批准;费用由申请人承担。"))
    [('approve', '市公安局'), ('bear', '申请人')]
    """
    for clause in _CLAUSE.split(text):
        for kind, verbs in _VERBS.items():
            for verb in verbs.finditer(clause):
                before = clause[: verb.start()]
                name = _TO.search(before)
                if name is None and kind not in _TOWARDS:
                    name = _BY.search(before)
                if name is None:
                    continue
                who = _CUT.split(name["who"])[0].strip()
                for one in re.split("会同|商|或者|以及|[和与及或、]", who):
                    office = one.rpartition("的")[2]
                    if len(office) > 1 and _OFFICE.search(office) and not _NOBODY.search(office):
                        yield kind, office


def _may_be(name: str, other: str) -> bool:
    """Whether the two may be one office: no level apart, and half of the shorter's own
    characters in common."""
    if ("常委会" in name) != ("常委会" in other) and "人大" in name and "人大" in other:
        return False
    if name in other or other in name:
        return True
    groups = synonym_groups()
    if not groups.get(name, frozenset()).isdisjoint(groups.get(other, frozenset())):
        return True
    ours, theirs = _levels(name), _levels(other)
    if ours and theirs and not ours & theirs:
        return False
    one, two = set(_KIND.sub("", name)) - FUNCTION, set(_KIND.sub("", other)) - FUNCTION
    if not one or not two:
        return True
    return 2 * len(one & two) >= min(len(one), len(two))


def _levels(name: str) -> set[str]:
    return {level for level, words in _LEVELS if re.search(words, name)}
