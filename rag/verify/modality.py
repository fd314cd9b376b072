"""How binding a sentence is: must, may, is encouraged, must not; and how certain."""

from __future__ import annotations

import re
from enum import IntEnum

from rag.verify.align import Comparison
from rag.verify.verdict import Finding, Reason


class Force(IntEnum):
    """From least to most binding."""

    NONE = 0
    ENCOURAGED = 1
    MAY = 2
    MUST = 3
    MUST_NOT = 4


_FORCES = (
    (Force.MUST_NOT, re.compile(r"不得(?!不|超|高|多|大|低|少|小|短|长|早|晚)|禁止|严禁|不准|不许|不允许|不应|不能(?!不)|不可(?!或|抗|替)|不该|不要|勿")),
    (Force.MUST, re.compile(
        r"应当|必须|(?<!亟)须|务必|应(?!用|对|急|答|聘|届|邀|付|收|税|纳|方|诉|该当|变|运|有的|具备的)|有义务|(?<!没)有[^,;。不]{1,30}义务(?=[,;。]|$)|负有|不得不|(?<![据按看视的有如凡确])需要(?=[先经由向将把对在按缴交提办取])|理应|该(?=[把由向在先给当重])|一定要|非.{1,8}不可|得(?=[先由经在要把向给让])"
        r"|(?<![主重需只想还谁])要(?=[把向在由经先对给做有让坚])|强制"
    )),
    (Force.MAY, re.compile(r"可以|[并亦]得(?!到|以)|可(?=[由向在依以按根处凭申自单予从并视酌参延给])|有权|准许|允许|能够|自愿|酌情|能(?=[申选向]|获|得到)")),
    (Force.ENCOURAGED, re.compile(r"鼓励|提倡|倡导|支持|引导|建议|推荐|号召|呼吁")),
)  # fmt: skip
_LIKELY = re.compile(
    r"可能|或许|也许|往往|大概|恐怕|未必|不一定|有望|或将|难免|容易|易(?=产生|导致)|常常|通常|一般|多(?=依赖|以|半)|大多|原则上|似乎|看似|有可能|多半|极易"
)
_CERTAIN = re.compile(
    r"必然|一定(?!的|程度|要|条件|数量|期限|比例|规模|范围)|必定|必将|肯定|绝对|毫无疑问|注定|总是|永远|从来|势必|无疑"
)
_STEP = re.compile(
    "(?:经|报|取得|征得|先|由|得到|须有?)[^,;。]{0,16}(?:同意|批准|核准|审批|提名|推荐|备案|审查|许可|授权)"
)
_MUST_STEP = re.compile(
    f"(?:应当?|须|必须|要|得)(?:先|事先|依法|及时)?{_STEP.pattern}|须有?[^,;。]{{0,16}}(?:批准|同意|许可)"
)
_LEAVE = re.compile("(?<![不才只])(?:能|可以|行(?=[,。]|$))|没关系|没问题")
_NARROWS = re.compile("不|没|未|无|只|才|方|除|禁|否|仅|前")
_BOUND_TO = re.compile("(?:应当|必须|务必|一律|须)([一-龥]{2})")
_ONLY_THEN = re.compile("方可|方能|才可|才能|只有|不得|禁止")
_WEAK = re.compile("鼓励|提倡|倡导|可以|可(?=[由向在依以按根])")
_STRONG_MUST = re.compile(r"必须|务必|一律|强制|一定要|应当|(?<!亟)须|有义务")
_BINDS = re.compile("应|须|必|不得|不能|强行|责令|负责|由|报|经")
"""What binds without saying so: a rule in the indicative names who does what."""

_CASE = re.compile("(?:的|时|后|前),$")


def modality_findings(comparison: Comparison) -> list[Finding]:
    """Where the claim binds more (or otherwise) than what it restates, or is surer of it."""
    findings = []
    for entry in comparison.aligned:
        sentence = comparison.sentences[entry.sentence].text
        if entry.sentence_share < 0.35:
            continue
        clause = entry.clause.text
        ours, local = forces(clause), forces(entry.nearest)
        around = local or forces(_governing(sentence, entry.nearest))
        if _binds_more(ours, local, around, clause, comparison.claim.text, sentence):
            findings.append(Finding(Reason.MODALITY, clause))
        certain = _CERTAIN.search(clause)
        if certain and not _CERTAIN.search(sentence):
            findings.append(Finding(Reason.MODALITY, certain.group()))
        unsure = _LIKELY.search(entry.nearest)
        if (
            unsure
            and not _CASE.search(entry.nearest)
            and not _LIKELY.search(clause)
            and not re.search("可|会|能|易|常", comparison.claim.text)
        ):
            if not _LIKELY.search(comparison.claim.text):
                findings.append(Finding(Reason.MODALITY, unsure.group()))
    return findings


def _permits(clause: str, claim: str, sentence: str) -> bool:
    """也能打着…的旗号 where the evidence does nothing but forbid."""
    return (
        bool(_LEAVE.search(clause))
        and not _NARROWS.search(claim)
        and forces(sentence) == {Force.MUST_NOT}
    )


def _swapped(clause: str, sentence: str) -> bool:
    """必须由…承担 where the evidence has 可以由…承担, the same words behind."""
    return any(
        re.search(rf"(?:可以?|有权|鼓励|提倡){re.escape(words)}", sentence)
        and not re.search(rf"(?:应当?|必须|须){re.escape(words)}", sentence)
        for words in _BOUND_TO.findall(clause)
    )


def _governing(sentence: str, clause: str) -> str:
    """What stands before ``clause`` in its part of the sentence: 应当 there holds for it too."""
    before = sentence[: max(0, sentence.find(clause))]
    return before.rpartition(";")[2]


def forces(text: str) -> set[Force]:
    """The forces that ``text`` shows.

    >>> sorted(f.name for f in forces("申请人可以申诉,政务部门应当答复"))
    ['MAY', 'MUST']
    """
    found = set()
    rest = text
    for force, pattern in _FORCES:
        if pattern.search(rest):
            found.add(force)
            rest = pattern.sub("＿", rest)
    return found


def _binds_more(
    ours: set[Force],
    local: set[Force],
    around: set[Force],
    clause: str,
    claim: str,
    sentence: str,
) -> bool:
    if _permits(clause, claim, sentence) or _swapped(clause, sentence):
        return True
    if Force.MUST in ours and Force.MUST not in around:
        if _MUST_STEP.search(clause) and _STEP.search(sentence):
            return False  # 经某某批准, 可以: the step itself must be taken
        if around & {Force.MAY, Force.ENCOURAGED}:
            return True
        if not around and _STRONG_MUST.search(clause) and not _BINDS.search(sentence):
            return True
    if Force.MUST_NOT in ours and around == {Force.MAY} and not _ONLY_THEN.search(sentence):
        return True
    if Force.MAY in ours and not ours & {Force.MUST, Force.MUST_NOT}:
        if around in ({Force.MUST}, {Force.MUST_NOT}) and not around & forces(claim):
            return True
    if (
        not ours
        and not _CASE.search(clause)
        and local in ({Force.MAY}, {Force.ENCOURAGED})
        and _WEAK.search(sentence)
    ):
        return not re.search("能|可|权|会|愿|选择|或者|提倡|鼓励|倡导", claim) and not forces(claim)
    return False
