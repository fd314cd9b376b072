"""Who does what to whom: two parties, or two cases, that change places around the words
between them.

The names that claim and evidence share have a part (an actor: 由甲, 受甲, a subject; or acted
upon: 向甲, 把甲, a subject followed by 由乙) and words that say what it does. If two names of the
claim fit the evidence's two clearly better crosswise than straight, they have changed places:
a change of voice moves a name but takes its part along. One name may also stand where the
evidence has another that the claim does not mention.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import combinations

from rag.verify.align import Comparison
from rag.verify.overlap import covered_share
from rag.verify.quantities import quantities, same_amount
from rag.verify.text import FUNCTION
from rag.verify.verdict import Finding, Reason

MARGIN = 0.55
"""How much better the crosswise fit must be."""

SUBSTITUTED = 0.9
SAME_PART = 0.3
NAMES = 8
FEW = 12

_DIRECTED = re.compile(
    r"(?:由|从|自)(?P<a>[^,;。由从自到向转变为改]{2,24}?)(?:逐步|逐渐|渐渐)?(?:转为|变为|变成|转向|走向|过渡到|到|向|改为|转变为|迈向|转成|升级为|跃迁(?:为|到|至)|迁移至)(?P<b>[^,;。]{2,24})"
)
_FIRST = re.compile(
    r"先(?P<a>[^,;。]{2,30}),?(?:再|才|然后|方)(?P<b>[^,;。]{2,30})|(?:^|[,;])(?P<a2>[^,;。]{2,30}?)(?:以后|之后|后)(?:\d+[^,;。]{1,4})?,(?P<b2>[^,;。]{2,30})|(?:^|[,;])(?P<b3>[^,;。]{2,40})(?:之前|以前|前),(?P<a3>[^,;。]{2,30})"
)
HEAD = re.compile(
    "政府|国务院|委员会|常委会|部门|机关|机构|法院|检察院|公司|企业|单位|学校|医院|银行|协会|工会|军区|部队|军队|主席|总理|[省市县]长|研究院|大学|人员|公务员|参事|警察"
    "|[一-龥]人(?![民工大才数口事身们力均次员])|[一-龥](?<![或再])者|[一-龥]员(?!会)|[一-龥]方(?![面式法案向便针])|市场|社会|系统|模型|平台|国家|[一-龥]局(?![部面限势])|[一-龥]厅(?!堂)|[一-龥]站|[一-龥]所(?=[，,应可负不觉])"
    "|公民|法人|职工|旅客|财政|目标|制度|技术|子女|父母|配偶|基金|[县市省公财司]部|教育部|海关|大会|税务|军委|总站|平台|外国|我国|中国|国内|国外|境内|境外|城镇|农村|[省市区县]级"
)
_GOES_ON = re.compile("主席|工作人员|成员|负责人|代表|领导")
_ACTS = re.compile("(?:由|被|归|受|经|听|接受|服从|听从|服从于|靠)[^,;。]{0,2}$")
_ACTED_ON = re.compile(
    "(?:向|对|对于|给|把|将|找|让|叫|请|替|帮|为|跟|告知|告诉|通知|报|报告|报送|送|交|交给|委托|责令|要求|督促|指导|监督|领导|协助|配合|管理|管|拿|交由|退给|退回)[^,;。]{0,1}$"
)
_PASSIVE = re.compile(
    "^[^,;。]{0,16}?(?:由|被|归|受|接受|听从|服从|听)(?!益|理|权|害|让|任|托|伤|取)"
)
_THINKS = re.compile("^.*(?:认为|觉得|发现|证明|确认)")
_SPLIT = re.compile("[,;:。!?\n]")
_NO_NAME = re.compile("可以|应当|不得|必须|如果|选择")
_NEVER_FIRST = frozenset(",;。、:“”由向被给对将把的和与或及者-—")


@dataclass(frozen=True, slots=True)
class Place:
    """Where a name stands: its part (``acts``, ``acted on`` or empty), and what it does."""

    part: str
    does: str


def role_findings(comparison: Comparison) -> list[Finding]:
    """Directions and orders turned round, and names that changed places."""
    return (_turned(comparison) or _exchanged(comparison))[:1]


def _turned(comparison: Comparison) -> list[Finding]:
    """从甲到乙 restated as 从乙到甲, 先甲后乙 as 先乙后甲."""
    for entry in comparison.aligned:
        sentence = comparison.sentences[entry.sentence].text
        for ours in _DIRECTED.finditer(entry.clause.text):
            for theirs in _DIRECTED.finditer(sentence):
                straight = _shared(ours["a"], theirs["a"]) + _shared(ours["b"], theirs["b"])
                crossed = _shared(ours["a"], theirs["b"]) + _shared(ours["b"], theirs["a"])
                if crossed > straight + 0.5:
                    return [Finding(Reason.CONTRADICTED, ours.group())]
    for first, then in _orders(comparison.claim.text):
        for a, b in _orders(comparison.support):
            straight = covered_share(first, a) + covered_share(then, b)
            crossed = covered_share(first, b) + covered_share(then, a)
            if crossed > straight + 0.7 and crossed > 1.2:
                return [Finding(Reason.CONTRADICTED, f"{first} / {then}")]
    return []


def _orders(text: str) -> list[tuple[str, str]]:
    """What comes first and what comes then.

    >>> _orders("办理登记前,缴纳税款"), _orders("先缴纳税款,再办理登记")
    ([('缴纳税款', '办理登记')], [('缴纳税款', '办理登记')])
    """
    return [
        (m["a"] or m["a2"] or m["a3"], m["b"] or m["b2"] or m["b3"]) for m in _FIRST.finditer(text)
    ]


def _shared(a: str, b: str) -> float:
    ours, theirs = set(a), set(b)
    return len(ours & theirs) / (min(len(ours), len(theirs)) or 1)


def _exchanged(comparison: Comparison) -> list[Finding]:
    claim, support = comparison.claim.text, comparison.support
    spans = _names(claim, support)
    names = sorted({claim[start:end] for start, end in spans}, key=len, reverse=True)[:NAMES]
    ours = {
        name: [_place(claim, s, e, names) for s, e in spans if claim[s:e] == name] for name in names
    }
    theirs = {name: _places(support, name, names) for name in names}
    for one, other in combinations(names, 2):
        if one in other or other in one:
            continue
        straight = _fits(ours[one], theirs[one]) + _fits(ours[other], theirs[other])
        crossed = _fits(ours[one], theirs[other]) + _fits(ours[other], theirs[one])
        if crossed >= straight + MARGIN:
            return [Finding(Reason.CONTRADICTED, f"{one} / {other}")]
    return []


def _names(claim: str, support: str) -> list[tuple[int, int]]:
    """Spans of the claim that name something which the support names alike: what such names
    end in, and as much before it as both have; and what a clause begins with."""
    found = []
    for match in HEAD.finditer(claim):
        start, end = match.span()
        if claim[start:end] not in support:
            start += 1
        if end - start < 2 or claim[start:end] not in support or _GOES_ON.match(claim, end):
            continue
        while (
            start > 0 and claim[start - 1] not in _NEVER_FIRST and claim[start - 1 : end] in support
        ):
            start -= 1
        found.append((start, end))
    for clause in re.finditer("[^,;:。!?\n]+", claim):
        start = end = clause.start()
        while end < clause.end() and end - start < 10 and claim[start : end + 1] in support:
            end += 1
        if (
            end - start >= 3
            and not _NO_NAME.search(claim[start:end])
            and not any(s < end and start < e for s, e in found)
        ):
            found.append((start, end))
    return found


def _places(text: str, name: str, names: Sequence[str]) -> list[Place]:
    return [_place(text, m.start(), m.end(), names) for m in re.finditer(re.escape(name), text)]


def _place(text: str, start: int, end: int, names: Sequence[str]) -> Place:
    left = max((m.end() for m in _SPLIT.finditer(text, 0, start)), default=0)
    stop = _SPLIT.search(text, end)
    right = stop.start() if stop else len(text)
    before, after = text[left:start], text[end:right]
    does = _without(after, names)
    if _content(does) < 1:
        does = f"{_without(before, names)} {does}"
    if _content(does) < FEW and right < len(text) and text[right] in ",:":
        following = _SPLIT.search(text, right + 1)
        does += " " + _without(text[right + 1 : following.start() if following else None], names)
    return Place(_part(before, after), does)


def _part(before: str, after: str) -> str:
    if _ACTS.search(before):
        return "acts"
    if _ACTED_ON.search(before):
        return "acted on"
    if _content(_THINKS.sub("", before)) <= 1:
        return "acted on" if _PASSIVE.search(after) else "acts"
    return ""


def _without(text: str, names: Sequence[str]) -> str:
    for name in names:
        text = text.replace(name, " ")
    return text


def _content(text: str) -> int:
    return sum(char not in FUNCTION and char.isalnum() for char in text)


def _fits(ours: Sequence[Place], theirs: Sequence[Place]) -> float:
    """How well a name's places in the claim fit places in the evidence, on average."""
    return sum(max((_fit(a, b) for b in theirs), default=0.0) for a in ours) / len(ours)


def _fit(ours: Place, theirs: Place) -> float:
    words = covered_share(ours.does, theirs.does) if ours.does.strip() else 0.0
    said, there = quantities(ours.does), quantities(theirs.does)
    if said:
        held = sum(any(same_amount(a, b) for b in there) for a in said) / len(said)
        words = (words + held) / 2
    return words + (SAME_PART if ours.part and ours.part == theirs.part else 0.0)
