"""Who does what to whom: two names that change places around the words between them.

The claim and the sentence that it restates are reduced to the names and terms they share, in
order of appearance. A restatement may turn the order round as a whole (a change of voice,
marked by 被, 由, 受, 为…所, 把, or a fronted phrase); an exchange of two terms under the same words
may not.
"""

from __future__ import annotations

import re

from rag.verify.align import Comparison
from rag.verify.verdict import Finding, Reason

_DIRECTED = re.compile(
    r"(?:由|从|自)(?P<a>[^,;。由从自到向转变为改]{2,24}?)(?:逐步|逐渐|渐渐)?(?:转为|变为|变成|转向|走向|过渡到|到|向|改为|转变为|迈向|转成|升级为|跃迁(?:为|到|至)|迁移至)(?P<b>[^,;。]{2,24})"
)


def role_findings(comparison: Comparison) -> list[Finding]:
    """Directions turned round: 从甲到乙 restated as 从乙到甲."""
    findings = []
    for entry in comparison.aligned:
        sentence = comparison.sentences[entry.sentence].text
        for ours in _DIRECTED.finditer(entry.clause.text):
            for theirs in _DIRECTED.finditer(sentence):
                straight = _alike(ours["a"], theirs["a"]) + _alike(ours["b"], theirs["b"])
                crossed = _alike(ours["a"], theirs["b"]) + _alike(ours["b"], theirs["a"])
                if crossed > straight + 0.5:
                    findings.append(Finding(Reason.CONTRADICTED, ours.group()))
    return findings[:1]


def _alike(a: str, b: str) -> float:
    ours, theirs = set(a), set(b)
    return len(ours & theirs) / (min(len(ours), len(theirs)) or 1)
