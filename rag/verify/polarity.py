"""Negation and antonyms: is what the claim affirms affirmed, and what it denies denied?

Comparators (不超过) and words that merely contain a negator (不仅, 不断, 未来) are set aside. Then
the words that follow a negator are compared: denied here and affirmed there is a reversal,
unless the difference is carried by an antonym (并非排斥 … 不等于拒绝).
"""

from __future__ import annotations

import re

from rag.verify.align import Comparison
from rag.verify.lexicon import antonym_pairs
from rag.verify.overlap import covered_share
from rag.verify.verdict import Finding, Reason

_SET_ASIDE = re.compile(
    r"不得?(?:超过|高于|多于|大于|低于|少于|小于|短于|长于|早于|晚于)|(.)不\1|不等(?!于)|(?:不|没)(?:能|可|应|得)?(?:少于|多于|超过|低于|高于)|不清|是否|能否|可否|会否|应否|不光|不例外|不一|不足(?=[\d一二三四五六七八九十百])|(?:不到|未到)(?=[\d一二三四五六七八九十])|不满(?=[\d一二三四五六七八九十])"
    r"|未满|不仅仅?(?!被|是被)|不但|不只(?!是为)|不止(?!于)|不单|不断|不论|不管|无论|不同(?!意)|不动产|不可抗力|不确定|未来|未成年|非常|非营利|无人机|无偿|无线"
    r"|不久|不少|不妨|不由|不禁|不良|不利|不正当|不合格|不可或缺|毫不|不得不|不能不|不可不|不无|非法|无效|无障碍|未必然|除非|莫非|不动|不服"
    r"|不足|不明|不实|不力|不平衡|不匹配|不便|不可替代|不转移|无所不在|能不能|可不可以|是不是|会不会|要不要|有没有|应不应|容不容|愿不愿|该不该|不可行|不停|不法|不善|不公平?|不符合?|不满意|无形|无主体|无力"
)
_NEGATOR = re.compile(
    r"并不?非|并不|绝不|决不|从不|不再|不会|不应当?|不该|不必|不需要?|无需|无须|不用|不得|不能够?|不可以?|不准|不许|不允许|不要|不宜|不予|不等于|不意味着?|不是|不属于"
    r"|没有|没|未能|未经|未曾|尚未|未|无法|无权|无|非|勿|禁止|严禁|拒绝|拒不|免于|免予|避免|防止|没法|难以|很难|缺乏|谈不上|说不清|不|否(?=定|决|认)"
)
_STRONG = re.compile(r"不|未|没|无|非|禁|勿|否|拒")
_ONLY = re.compile(
    r"不(?:仅|只|但|单|止)|不再(?:只|仅)|不(?:应|能|可)(?:仅|只)|远非|不限于|不够|超出|走出|并非只"
)


def polarity_findings(comparison: Comparison) -> list[Finding]:
    """Reversals between the claim's clauses and what they restate."""
    findings = []
    for entry in comparison.aligned:
        if entry.sentence_share < 0.35:
            continue
        claim = _prepared(entry.clause.text)
        whole = _prepared(comparison.claim.text)
        sentence = _prepared(comparison.sentences[entry.sentence].text)
        nearest = _prepared(entry.nearest)
        findings += _negators(claim, whole, nearest, sentence)
        findings += _antonyms(entry.clause.text, entry.nearest, comparison)
    return findings


def _prepared(text: str) -> str:
    return _SET_ASIDE.sub(lambda m: "＿" * len(m.group()), text)


def _negators(claim: str, whole: str, nearest: str, sentence: str) -> list[Finding]:
    """Negators of the claim that the evidence has not, and of the evidence that the claim has
    not; a word that carries the sense of one (免, 超出, 以外) stands in for it."""
    denied = _denied(claim)
    for words, scope in denied:
        if not _denies(sentence, scope) and not _STANDS_IN.search(sentence):
            return [Finding(Reason.NEGATION, words + scope[:8])]
    if _NEGATOR.search(whole) or _STANDS_IN.search(whole):
        if not denied and not _STANDS_IN.search(claim):
            return [
                Finding(Reason.NEGATION, words + scope[:8])
                for words, scope in _denied(nearest)
                if _affirms(claim, scope) and not _denies(whole, scope)
            ][:1]
        return []
    return [
        Finding(Reason.NEGATION, words + scope[:8])
        for words, scope in _denied(nearest)
        if _affirms(claim, scope) or covered_share(scope, claim) >= 0.4
    ][:1]


def _denied(text: str) -> list[tuple[str, str]]:
    """Each negator with the words in its scope: to the end of the clause, 12 characters."""
    found = []
    for match in _NEGATOR.finditer(text):
        scope = re.split(r"[,;:。、!?]|而是|但|却", text[match.end() : match.end() + 14])[0]
        if scope.strip("的了是，"):
            found.append((match.group(), scope))
    return found


def _denies(text: str, scope: str) -> bool:
    """Whether ``text`` denies something that shares words with ``scope``, or has as strong a
    negator at all when nothing of the scope stands in it."""
    denied = _denied(text)
    if not denied:
        return False
    return any(_same_scope(scope, other) for _, other in denied) or (
        covered_share(scope[:6], text) < 0.5
    )


def _same_scope(one: str, other: str) -> bool:
    """Whether two negators deny the same: the words after one stand after the other."""
    return covered_share(one[:6], other) >= 0.34 or covered_share(other[:5], one) >= 0.5


def _affirms(claim: str, scope: str) -> bool:
    """Whether ``claim`` says the words right after the evidence's negator."""
    return covered_share(scope[:6], claim) >= 0.6


_STANDS_IN = re.compile(
    r"免(?!费)|免费|无偿|停止|停下|拒|否决|失去|排除|除外|例外|以外|之外|超出|走出|跳脱|跳出|突破|摆脱|破除|脱离|告别|分离|驳回|只能|只有|仅限|光|还没|尚待"
    r"|反而|而非|防止|避免|严禁|禁止|(?<![困灾])难(?![题点度民])|缺|作废|废止"
)


def _antonyms(clause: str, nearest: str, comparison: Comparison) -> list[Finding]:
    """A word here, its opposite there, and neither side has the other's word."""
    findings = []
    support = comparison.support
    for left, right in antonym_pairs():
        for ours, theirs in ((left, right), (right, left)):
            said = next((w for w in ours if w in clause), "")
            if not said or any(w in support for w in ours) or any(w in clause for w in theirs):
                continue
            opposite = next((w for w in theirs if len(w) > 1 and w in nearest), "")
            if opposite and _NEGATOR.search(clause) is None and not _negated(opposite, nearest):
                findings.append(Finding(Reason.CONTRADICTED, f"{said} / {opposite}"))
    return findings[:1]


def _negated(word: str, text: str) -> bool:
    at = text.find(word)
    return bool(_STRONG.search(text[max(0, at - 4) : at]))
