"""Conditions that limit a statement: 除…外, 原则上, 经…同意, …的 (in the case that).

A claim that states what a condition limits must state the condition, or at least that there
is one.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from rag.verify.align import Aligned, Comparison
from rag.verify.overlap import covered_share
from rag.verify.text import content_characters
from rag.verify.verdict import Finding, Reason

_KINDS = (
    re.compile(r"除[^,;。]{1,40}(?:外|之外|以外)"),
    re.compile(r"[但,][^,;。]{0,50}(?:除外|例外|不受此限|不在此限|从其规定|另有规定)"),
    re.compile(r"(?:原则上|一般情况下|通常)"),
    re.compile(r"(?:未?(?<![已曾])经(?![营济常过历费验理])|征得|取得|报经?|报请|须由?)[^,;。]{1,30}(?:同意|批准|许可|授权|核准|审批|决定|审核|审查|负责人|提名|推荐|核实|属实|复议|审定|确认|协商一致|约定)"),
    re.compile(r"(?<![原起内外主成])因(?!素|此|果|而)[^,;。]{2,14}?(?=需要|原因|致使|而|,)"),
    re.compile(r"在[^,;。]{2,30}(?:前提下|基础上|条件下|情况下|情形下|引导下|范围内)"),
    re.compile(r"(?:如果|(?<![例比诸不正又有假])如(?!何|今|同|下|实|此|政)|若(?!干)|倘若|一旦|凡|(?<![应适相得正恰充妥精])当(?![事地场天日月年前时中众下代局庭])|只有|只要|除非|必要时|确需|确有)[^,;。]{0,40}"),
    re.compile(r"[^,;:。]{3,60}(?<!之一)(?<!目)的(?=,)"),
    re.compile(r"(?:情节严重|情节较重|情况紧急|情况复杂|逾期不改正?|拒不改正|构成犯罪|造成[^,;。]{1,12}后果|确有困难|必要时|符合[^,;。]{1,20}(?:条件|规定))"),
)  # fmt: skip
_EXCEPTION = re.compile(r"除|例外|另有|从其|不受|不在此")
_STAND_IN = (
    (re.compile(r"除|例外|另有|从其|不受此|不在此"), re.compile(r"除|例外|另有|特殊|但|不过|只有|否则|从其|不受|另外规定|以外|之外")),
    (re.compile(r"^逾期|期满|届满"), re.compile(r"逾|过了|过期|超|到期|按时|按期|拖|满")),
    (re.compile(r"协商一致|约定"), re.compile(r"协商|商量|商定|一致|约定|谈妥|说好|同意|协议")),
    (re.compile(r"原则上|一般|通常"), re.compile(r"原则|一般|通常|大体|常规")),
    (re.compile(r"提名|推荐|核实|属实|复议|审定|确认"), re.compile(r"提名|推荐|核实|查实|属实|复议|审定|确认|先由|核对|证实")),
    (re.compile(r"同意|批准|许可|授权|核准|审批"), re.compile(r"同意|批准|许可|授权|核准|审批|点头|允许|准许|批|(?<![标水])准(?![备则确时])")),
)  # fmt: skip
UNSAID = 0.3
KEPT = 0.45
GROUND = re.compile("(?:根据|依据|依照|按照)")
"""Why or by which rule, which limits nothing."""

_EXCEPTS = re.compile("但[^。]{2,80}(?:除外|例外|从其规定)")
_ASIDE = re.compile(r"\([^()]{0,80}\)")
ALTERNATIVE = re.compile(",?(?:或者?|以及)")
"""Of two cases the claim may name one."""

_OR = re.compile("的?,?(?:以及|或者?|和)(?P<case>[^,;。]{3,60}?)的?,")
_SWEEPING = re.compile(
    "凡|一律|一概|统统|都(?=[有要得能可不算])|随时|只要|自己就|就(?:能|可以|要)|任何时候"
)
_DISPENSED = re.compile(
    "(?:无需|无须|不用|不必|不需要?|用不着|免于?)[^,;。]{0,8}(?:同意|批准|批|许可|授权|核准|审批|审查|审核)|有没有[^,;。]{1,10}都"
)
"""无须报批: the step is named, and waived."""

_WAIVES = re.compile("无需|无须|不需|不必|不再|免")
_BINDING = re.compile("不得|应当|可以|禁止|必须")
_CONCEDED = re.compile(
    "(?:没有?(?!满|到)|不(?!满|到|管|论|仅|但|只|光|同)|未(?!满|到)|哪怕|即使|就算)[^,;。]{1,16},?[^,;。]{0,10}?(?:也|照样|就)都?(?:能|可|行)"
)
_CONCEDES = re.compile("逾期|未|不|也|即使|不论|无论|不管|均|可以不|免|无需|不必|仍|不仅|不只|更")
_NO_EXCEPTION = re.compile(
    "(?:不|没有?|无)(?:存在|设)?(?:任何|什么)?例外|任何情况|什么情况|也?都?一样|同样要|照样"
)
_DENIED = re.compile("(?<!除)未(?!成年|满)|没有|不(?!服|满|动产)|无(?!偿|线|人机)")
_DENYING = re.compile(
    "还在|仍|不|没|未|无|免|非|逾|超|过了|拖|欠|缺|违|拒|禁|只|仅|才|擅自|私自|否则|除"
)
_HYPOTHETICAL = re.compile(
    r"如果|若|要是|倘若|一旦|假如|凡|只要|只有|时|就|的话|碰到|遇到|遇|情况|的[,人]|者|谁|没|未|后"
)


def condition_findings(comparison: Comparison) -> list[Finding]:
    """Conditions of the restated sentences that the claim leaves out though it states what
    they limit."""
    claim = comparison.claim.text
    findings = []
    for at in comparison.used:
        sentence = comparison.sentences[at].text
        if at + 1 < len(comparison.sentences):
            follows = comparison.sentences[at + 1].text
            if _EXCEPTS.match(follows):
                sentence = f"{sentence.rstrip('。')},{follows}"
        restating = [e for e in comparison.aligned if e.sentence == at]
        for part in _restated_parts(sentence, restating):
            for condition in conditions_of(part):
                if ALTERNATIVE.match(condition):
                    continue
                main = _limited(part, condition)
                if main and _states(claim, main) and not _keeps(claim, condition, sentence):
                    findings.append(Finding(Reason.CONDITION, condition))
            findings += _swept_away(claim, part)
        if (match := _CONCEDED.search(claim)) and not _CONCEDES.search(sentence):
            findings.append(Finding(Reason.CONDITION, match.group()))
    return findings[:2]


def _swept_away(claim: str, part: str) -> list[Finding]:
    """A claim for all cases, where the evidence's clauses name one that the claim does not."""
    if not _SWEEPING.search(claim) or _SWEEPING.search(part):
        return []
    return [
        Finding(Reason.CONDITION, clause)
        for clause in part.split(",")[:-1]
        if not _BINDING.search(clause)
        and not GROUND.match(clause)
        and len(content_characters(clause)) >= 4
        and covered_share(clause, claim) < UNSAID
    ]


def _restated_parts(sentence: str, restating: Sequence[Aligned]) -> list[str]:
    """The parts of ``sentence``, between semicolons, that clauses of the claim restate: a
    condition of one part does not limit another. An exception in a part of its own does."""
    pieces = [piece for piece in sentence.split(";") if piece.strip()]
    if len(pieces) < 2:
        return [sentence]
    wanted = set()
    for entry in restating:
        wanted.add(max(pieces, key=lambda piece: covered_share(entry.clause.text, piece)))
    found = []
    for at, piece in enumerate(pieces):
        if piece not in wanted:
            continue
        follows = pieces[at + 1] if at + 1 < len(pieces) else ""
        is_exception = bool(re.match(r"但|不过", follows)) and "除外" in follows
        found.append(f"{piece},{follows}" if is_exception else piece)
    return found


def conditions_of(sentence: str) -> list[str]:
    """The conditions in a normalised sentence.

    >>> conditions_of("原则上三日内办结,但需要听证的除外。")
    [',但需要听证的除外', '原则上']
    """
    found: list[str] = []
    for pattern in _KINDS:
        for match in pattern.finditer(_ASIDE.sub(lambda m: " " * len(m.group()), sentence)):
            words = match.group()
            if not any(words in other for other in found):
                found.append(words)
    return found


def _limited(sentence: str, condition: str) -> str:
    """What the condition limits: for an exception or a qualifier, its whole sentence without
    it; for a case, the clauses that follow up to a semicolon."""
    at = sentence.find(condition)
    part_start = max(sentence.rfind(";", 0, at), sentence.rfind("。", 0, at)) + 1
    part_end = min(p for p in (sentence.find(";", at + 1), len(sentence)) if p >= 0)
    if _EXCEPTION.search(condition):
        before = sentence[part_start:at]
        return before if len(before) > 4 else sentence[at + len(condition) : part_end]
    rest = sentence[at + len(condition) : part_end]
    return rest if len(rest.strip(",。")) > 3 else sentence[part_start:at]


def _states(claim: str, main: str) -> bool:
    """Whether the claim states what is limited: most of one of its clauses."""
    clauses = [c for c in re.split("[,。;]", main) if len(c) > 3]
    return any(covered_share(c, claim) >= 0.5 for c in clauses[:3])


def _says_not(exception: str, claim: str) -> bool:
    """除甲外 said as: 甲不用."""
    core = re.sub("^除|(?:以|之)?外$", "", exception)
    return bool(_DENYING.search(claim)) and covered_share(core, claim) >= 0.6


def _other_case_kept(claim: str, condition: str, sentence: str) -> bool:
    """甲的,以及乙的: the claim restates the rule for 乙."""
    rest = sentence[sentence.find(condition) + len(condition) :]
    other = _OR.match(rest)
    return other is not None and covered_share(other["case"], claim) >= KEPT


def _keeps(claim: str, condition: str, sentence: str) -> bool:
    if _EXCEPTION.search(condition) and _NO_EXCEPTION.search(claim):
        return False
    if _other_case_kept(claim, condition, sentence):
        return True
    for kind, stand_in in _STAND_IN:
        if kind.search(condition):
            if _DISPENSED.search(claim) and not _WAIVES.search(sentence):
                return False
            return bool(stand_in.search(claim)) or _says_not(condition, claim)
    core = condition.strip(",的") or condition
    if _DENIED.search(core) and not _DENYING.search(claim):
        return False
    if GROUND.match(core):
        return True
    if any(
        len(content_characters(case)) >= 4 and covered_share(case, condition) >= 0.7
        for case in re.findall(r"[^,;。]+?(?=(?:的|时|后|，|,))", claim)
    ):
        return True
    share = max(
        covered_share(one, claim) for one in (core, *re.split("、|或者|或|以及|和", core)) if one
    )
    return share >= KEPT or (share >= 0.25 and bool(_HYPOTHETICAL.search(claim)))
