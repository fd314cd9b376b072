"""Negation and antonyms: is what the claim affirms affirmed, and what it denies denied?

Comparators (不超过) and words that merely contain a negator (不仅, 不断, 未来) are set aside. Then
the negators of a claim's clause are counted beside those of the clause that it restates: two
cancel each other (知情不报不行), and a word that carries the sense of one without being one
(摆脱, 除外, 难) may stand in for it.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from rag.verify.align import Aligned, Comparison
from rag.verify.lexicon import antonyms_in
from rag.verify.overlap import covered_share
from rag.verify.text import content_characters
from rag.verify.verdict import Finding, Reason

_SET_ASIDE = re.compile(
    r"不(?:得|能|可|应|会)?(?:超过|超出|高于|多于|大于|低于|少于|小于|短于|长于|早于|晚于)|(.)[不没]\1|不等(?!于)|(?:不|没)(?:能|可|应|得)?(?:少于|多于|超过|低于|高于)|不清|是否|能否|可否|会否|应否|不光|不例外|不一(?!定)|不足(?=[\d一二三四五六七八九十百])"
    r"|(?:不到|没到|未到|不满|没满|未满|还没到|尚未满)|不仅仅?(?!被|是被)|不但|不只(?!是为|有)|不止(?!于)|不单|不断|不论|不管|无论|不同(?!意)|不相同|不一样|不动产|不可抗力|不确定|未来|未成年|非常|非营利|无人机|无偿|无线|无轨|无机|无缝"
    r"|不久|不少|不妨|不由|不禁|不良|不利|不正当|不合格|不可或缺|毫不|不得不|不能不|不可不|不无|非法|无效|无障碍|未必然|除非|莫非|不动|不服"
    r"|不足|不明|不实|不力|不平衡|不匹配|不便|不可替代|不转移|无所不在|不可行|不停|不法|不善|不公平?|不符合?|不满意|无限|无形|无主体|无力|不过(?!是)|离不开|少不了|免不了|不外|不至于|差不多|不然|要不|不当|不久|不见得|说不定|不等到|不图回报|无期|没收|淹没|沉没|出没|不得已|非(?=遗|企业|政府|处方|公有|公开|物质|国有|诉讼|居民|全日制|机动|运输|学位)|无记名|不记名"
)
_NEGATOR = re.compile(
    r"并不?非|并不|绝不|决不|从不|不再|不会|不应当?|不该|不必|不需要?|无需|无须|不用|不得|不能够?|不可以?|不准|不许|不允许|不要|不宜|不予|不等于|不意味着?|不是|不属于"
    r"|没有|没|未能|未经|未曾|尚未|未|无法|无权|无|非|勿|禁止|严禁|免(?=[征收除交缴纳考试税予于])|谈不上|失去|丧失|不|否(?=定|决|认)"
)
_SOFT = re.compile(
    r"排除|除外|例外|以外|之外|超出|超越|走出|跳脱|跳出|突破|摆脱|破除|脱离|告别|分离|驳回|只能|只有|才能?|方可|仅限|仅|光|尚待|反而|而非|防止|避免|杜绝|(?<![困灾])难(?![题点度民])|缺|作废|废止|违[反背法规]|停[止用]|终止|取消|撤销|擅自|匿|免费|无偿|不仅|不止|不光|不只|不单|不到|没到|未到|不满|没满|未满|否则|远离|回避|失灵|断裂"
    r"|不服|不良|不利|不足|不明|不便|不法|不合格|不符|不正当|不公平|非法|无效|不力|不善|不实|不当|逾期|过期|迟|超过|超期|高于|低于|少于|虚假|伪造|私自|自行|单独|空白|闲置|过失|遗失|遗漏|拖欠|暂停|中断|流失|丢失|放弃|毁损|以内|不全|障碍|妨|阻|限于|局限|尚|待|(?<![产目当以跟眼])前(?![款述项条提台期往景沿线后者置])|除[^,;。]{1,30}外|拒"
)
_COMPARED = re.compile(
    r"不(?:得|能|可|应|会)?(?:超过|超出|高于|多于|大于|低于|少于|小于|短于|长于|早于|晚于)"
)
_STRONG = re.compile(r"不|未|没|无|非|禁|勿|否|拒")
OTHER = 0.8
"""How near another clause must come to the nearest one to be the one that is restated."""

LITERAL = 4
"""Characters from which a clause that stands in the evidence is a copy."""

LEAST = 0.35
"""Share of a clause that its sentence must hold for the two to be compared."""


def polarity_findings(comparison: Comparison) -> list[Finding]:
    """Reversals between the claim's clauses and what they restate."""
    findings = _cut(comparison)
    for entry in comparison.aligned:
        if entry.sentence_share >= LEAST:
            findings += _negators(entry, comparison)
            findings += _antonyms(entry.clause.text, entry.nearest, comparison)
    return findings


def _cut(comparison: Comparison) -> list[Finding]:
    """得擅自扩大范围, cut out of 不得擅自扩大范围."""
    evidence = comparison.evidence
    for entry in comparison.aligned:
        words = entry.clause.text.strip(",;:。!? ")
        if len(words) < LITERAL or words not in evidence:
            continue
        places = [match.start() for match in re.finditer(re.escape(words), evidence)]
        if all(at and evidence[at - 1] in "不未无非没" for at in places):
            return [Finding(Reason.NEGATION, words)]
    return []


def _prepared(text: str) -> str:
    return _SET_ASIDE.sub(lambda m: "＿" * len(m.group()), text)


def _negators(entry: Aligned, comparison: Comparison) -> list[Finding]:
    """An odd number of negators on one side, an even one on the other, nothing that stands in
    for one, and no other clause of the evidence that the claim's clause may restate."""
    clause, nearest = entry.clause.text, entry.nearest
    ours = _denied(_prepared(clause))
    together = [e.clause.text for e in comparison.aligned if e.nearest == nearest]
    if any(_agree(one, nearest) for one in ((clause,) if ours else together)):
        return []
    sentence = comparison.sentences[entry.sentence]
    for other in sentence.clauses:
        if other.text != nearest and _agree(clause, other.text):
            if covered_share(clause, other.text) >= OTHER * entry.nearest_share:
                return []
    if ours and _spread(nearest, comparison):
        return []
    if ours:
        words, scope = ours[0]
        if _denies(_prepared(sentence.text), scope):
            return []
        return [Finding(Reason.NEGATION, words + scope[:8])]
    if _balanced(entry, comparison):
        return []
    for words, scope in _denied(_prepared(nearest)):
        if _denies(_prepared(comparison.claim.text), scope):
            return []
        if covered_share(scope[:6], clause) >= 0.6 or covered_share(scope, clause) >= 0.4:
            return [Finding(Reason.NEGATION, words + scope[:8])]
    return []


def _spread(nearest: str, comparison: Comparison) -> bool:
    """未经检验的不得销售, said in two clauses: together they deny as often."""
    ours = [e.clause.text for e in comparison.aligned if e.nearest == nearest]
    return len(ours) > 1 and sum(map(denials, ours)) == denials(nearest)


def _balanced(entry: Aligned, comparison: Comparison) -> bool:
    """Whether the claim's clauses that restate the sentence deny as often as it does: what
    stands with which clause is then a matter of wording."""
    ours = [e.clause.text for e in comparison.aligned if e.sentence == entry.sentence]
    return sum(map(denials, ours)) == denials(comparison.sentences[entry.sentence].text)


def _agree(clause: str, nearest: str) -> bool:
    ours, theirs = _prepared(clause), _prepared(nearest)
    if len(_denied(ours)) % 2 == len(_denied(theirs)) % 2:
        return True
    fewer, more = (
        (clause, nearest) if len(_denied(ours)) < len(_denied(theirs)) else (nearest, clause)
    )
    words = _SOFT.findall(_COMPARED.sub(" ", fewer))
    return any(word not in more for word in words)


def denials(text: str) -> int:
    """How many negators ``text`` has, comparators and mere look-alikes apart.

    >>> denials("未经批准不得动工"), denials("不少于三人")
    (2, 0)
    """
    return len(_denied(_prepared(text)))


def _denied(text: str) -> list[tuple[str, str]]:
    """Each negator with the words in its scope: to the end of the clause, 12 characters."""
    found = []
    for match in _NEGATOR.finditer(text):
        scope = re.split(r"[,;:。、!?]|而是|但|却", text[match.end() : match.end() + 14])[0]
        if not scope.strip("的了是，到出起动清上下完成住来过吗呢"):  # 解决不了, 家没有了
            scope = text[max(0, match.start() - 4) : match.start()]
        if scope.strip("，＿"):
            found.append((match.group(), scope))
    return found


def _denies(text: str, scope: str) -> bool:
    """Whether a clause of ``text`` denies something that shares words with ``scope``; two
    negators in a clause affirm."""
    return any(
        _same_scope(scope, other)
        for clause in re.split("[,;:。!?]", text)
        if len(denied := _denied(clause)) % 2
        for _, other in denied
    )


def _same_scope(one: str, other: str) -> bool:
    """Whether two negators deny the same: the words after one stand after the other."""
    return covered_share(one[:4], other[:9]) >= 0.5 or covered_share(other[:4], one[:9]) >= 0.6


def _antonyms(clause: str, nearest: str, comparison: Comparison) -> list[Finding]:
    """A word here, its opposite there, and neither side has the other's word."""
    findings = []
    support = comparison.support
    clause, nearest = _without_bounds(clause), _without_bounds(nearest)
    for ours, theirs in antonyms_in(clause):
        if any(w in support for w in ours) or any(w in clause for w in theirs):
            continue
        said = next(w for w in ours if w in clause)
        if len(said) > 1 and _in_its_place(said, theirs, clause, comparison):
            findings.append(Finding(Reason.CONTRADICTED, said))
            continue
        opposite = next((w for w in theirs if len(w) > 1 and w in nearest), "")
        if opposite and _NEGATOR.search(clause) is None and not _negated(opposite, nearest):
            findings.append(Finding(Reason.CONTRADICTED, f"{said} / {opposite}"))
    return findings[:1]


def _without_bounds(text: str) -> str:
    """不得 of 不得超过 forbids nothing."""
    return _COMPARED.sub(lambda m: "＿" * len(m.group()), text)


def _in_its_place(said: str, opposites: Sequence[str], clause: str, comparison: Comparison) -> bool:
    """记名投票 where the evidence has 匿名投票: the same words follow or lead up to the opposite."""
    evidence = comparison.evidence
    if any(word in evidence for word in (said,)):
        return False
    at = clause.find(said)
    follows, leads = clause[at + len(said) :][:2], clause[max(0, at - 2) : at]
    for word in opposites:
        if len(word) < 2 or word in comparison.claim.text:
            continue
        for place in re.finditer(re.escape(word), evidence):
            if _negated(word, evidence[: place.end()]) or _NEGATOR.search(clause[:at]):
                continue
            after, before = evidence[place.end() :][:2], evidence[: place.start()][-2:]
            if _words(after, follows) or _words(before, leads):
                return True
    return False


def _words(one: str, other: str) -> bool:
    return one == other and len(content_characters(one)) == 2


def _negated(word: str, text: str) -> bool:
    at = text.find(word)
    return bool(_STRONG.search(text[max(0, at - 4) : at]))
