"""Who acts on whom, clause by clause: 甲向乙报告 must not become 乙向甲报告.

A clause is read as frames: an actor, the one acted upon, and the words between and behind them.
The marker before a name tells its part (由甲, 受甲: it acts; 向甲, 把甲, or a plain object: it is
acted upon); the first name of a clause, else of the clause before, is what it is about. A
claim's frame is false if the evidence has its action with the two parts exchanged, and nowhere
as the claim has it.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from rag.verify.align import Comparison
from rag.verify.entities import ROLE
from rag.verify.lexicon import synonym_groups
from rag.verify.overlap import covered_share
from rag.verify.roles import HEAD
from rag.verify.text import content_characters
from rag.verify.verdict import Finding, Reason

SAME_ACT = 0.75
ACT = 3
_STANDS_FOR = re.compile("后者|前者|对方|本人|双方|他人|个人|人们|大家")
_BY = re.compile("由$")
_DUTY = re.compile(
    "(?:有权|应当|应|可以|可|必须|须|要(?!求)|得|不得|不能|负责|认为|决定|给予|予以|依法)"
)
SAME_ACTION = 0.34
MARGIN = 0.2
MOST = 30

_NO_NAME = "归听受的由被把将向对从经与和及或并在到于为是以让使请给按即该本各其应当可会同自也还都就能不没未每个这那得要须报告送交知责令托求先再有些许找叫超出入见只跟找诉管"
_DOING = "监督|指导|领导|协助|委托|检查|考核|评价|批准|审批|支持|帮助|服务|处罚|起诉|赔偿|通知|申请|授权|聘任|任命|保护|尊重|抚养|赡养|照顾|配合|督促"
_LEAD = (
    rf"(?:同级|当地|本级|受(?=[助赠益让托害雇聘]))?(?:(?!{_DOING})[^\W\d_a-z{_NO_NAME}]){{0,6}}?"
)
_ABSTRACT = "市场|社会|系统|模型|平台|目标|制度|技术|财政|城镇|农村|境内|境外|国内|国外|大模型|算法|大会|基金"
PARTY = re.compile(
    rf"(?:{_LEAD}(?!{_ABSTRACT})(?:{ROLE.pattern}|客人|顾客|厂家|商家|家属|亲属|单位|登记机关|{HEAD.pattern}))+(?:代表大会|常委会)?"
)
"""Names of parties, as far as their last words tell."""

_CLAUSE = re.compile("([^,;:。!?\n]+)([,;:。!?\n]?)")
_ACTS = re.compile(
    "(?:由|被|受到?|归|经过?|听从?|服从于?|接受|听取|接到|收到|得到|依靠|靠)[^,;。由被向对]{0,5}$"
)
_ASKED = re.compile("(?:报|报请|提请|报经|请|征得|取得)$")
_GRANTS = re.compile("的?(?:批准|同意|核准|审批|许可|审核|决定|任命|授权|认可)")
_PLACE = re.compile("(?:在|于|从|根据|按照?|依照|自|比|为|是|成了?|有)$")
_IT = re.compile("(?P<acts>受|接受|服从)其(?![他它余中])|(?:向|对)其(?![他它余中])")
_JOINED = re.compile("(?:、|和|与|或者?|及|以及|(?<![向对由给])同|跟|会同|的|其|等|本|该)$")
_BEHIND = re.compile("^的?[^,;。]{0,2}(?:领导|指导|监督|同意|批准|许可|委托|要求|监管)下")


@dataclass(frozen=True, slots=True)
class Frame:
    """``actor`` does ``action`` to ``other``."""

    actor: str
    other: str
    action: str


def frames(text: str) -> list[Frame]:
    """The frames of a normalised text.

    >>> frames("子公司向母公司报告,受母公司监督。")
    [Frame(actor='子公司', other='母公司', action='向报告'), Frame(actor='母公司', other='子公司', action='受监督')]
    """
    found: list[Frame] = []
    topic = ""
    for clause, mark in _CLAUSE.findall(text):
        names = [m for m in PARTY.finditer(clause) if m.end() - m.start() > 1]
        about, actor = topic, ""
        for at, name in enumerate(names):
            before = clause[names[at - 1].end() if at else 0 : name.start()]
            stop = names[at + 1].start() if at + 1 < len(names) else len(clause)
            if _PLACE.search(before) and not _BEHIND.search(clause[name.end() :]):
                continue
            behind = clause[name.end() :]
            if (
                _ACTS.search(before)
                or _BEHIND.search(behind)
                or (_ASKED.search(before) and _GRANTS.match(behind))
            ):
                actor = name.group()
                if about and about != actor:
                    found.append(Frame(actor, about, before + clause[name.end() : stop]))
            elif not at and len(before) < 4 and not _TO.search(before):
                about, actor = name.group(), ""
            elif _JOINED.search(before):
                continue
            else:
                does = actor or about
                if does and does != name.group():
                    found.append(Frame(does, name.group(), before + clause[name.end() : stop]))
        it = _IT.search(clause)
        if it and about and found:
            last = found[-1].other if found[-1].actor == about else found[-1].actor
            one, two = (last, about) if it["acts"] else (about, last)
            if one != two:
                found.append(Frame(one, two, clause))
        if names:
            topic = about
        if mark in ";。!?\n":
            topic = ""
    return found


_TO = re.compile("(?:向|对于?|给|把|将|找|让|叫|请|替|为|责令|要求|委托|通知|告知)$")


def frame_findings(comparison: Comparison) -> list[Finding]:
    """The first frame of the claim that the evidence has the other way round, or act that the
    evidence has of another."""
    return (_exchanged(comparison) or _taken(comparison))[:1]


def acts(text: str) -> list[tuple[str, str, str]]:
    """Who (named right before 应当, 有权 and the like, or after 由), with the words up to the
    name, does what.

    >>> acts("委托人要求造假的,评估机构有权解除合同。")
    [('评估机构', '评估机构', '有权解除合同')]
    """
    found = []
    for clause, _ in _CLAUSE.findall(text):
        for name in PARTY.finditer(clause):
            behind = clause[name.end() :]
            by = _BY.search(clause[: name.start()])
            if (by or _DUTY.match(behind)) and len(content_characters(behind)) >= ACT:
                found.append((name.group(), clause[: name.end()], behind))
    return found


def _taken(comparison: Comparison) -> list[Finding]:
    """An act of one in the claim that is another's in the evidence, word for word nearly."""
    theirs = acts(comparison.evidence)[:MOST]
    for actor, _, act in acts(comparison.claim.text)[:MOST]:
        if _STANDS_FOR.search(actor):
            continue
        shares = [(covered_share(act, its), name, words) for name, words, its in theirs]
        best = max((share for share, _, _ in shares), default=0.0)
        if best < SAME_ACT:
            continue
        doing = [(name, words) for share, name, words in shares if share >= best - MARGIN]
        if not any(_same(actor, name) or _short_for(actor, words) for name, words in doing):
            return [Finding(Reason.ENTITY, actor)]
    return []


def _short_for(actor: str, words: str) -> bool:
    """药监部门 for 药品监督管理部门: half of its characters, or more."""
    return 2 * sum(char in words for char in actor) >= len(actor)


def _exchanged(comparison: Comparison) -> list[Finding]:
    theirs = frames(comparison.support)[:MOST]
    if not theirs:
        return []
    for ours in frames(comparison.claim.text)[:MOST]:
        straight = crossed = 0.0
        for frame in theirs:
            alike = covered_share(ours.action, frame.action) if ours.action else 0.0
            if _same(ours.actor, frame.actor) and _same(ours.other, frame.other):
                straight = max(straight, alike)
            if _same(ours.actor, frame.other) and _same(ours.other, frame.actor):
                crossed = max(crossed, alike)
        if crossed >= SAME_ACTION and crossed >= straight + MARGIN:
            return [Finding(Reason.CONTRADICTED, f"{ours.actor} / {ours.other}")]
    return []


def _same(a: str, b: str) -> bool:
    if a == b or a.endswith(b) or b.endswith(a):
        return True
    groups = synonym_groups()
    return not groups.get(a, frozenset()).isdisjoint(groups.get(b, frozenset()))
