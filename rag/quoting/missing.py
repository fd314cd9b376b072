"""What a question asks for that the sentences at hand lack: a reason, a consequence, an act.

Signs against an answer; figures are told by :mod:`rag.quoting.measures`, names and addresses by
:mod:`rag.quoting.attributes`.
"""

from __future__ import annotations

import re
from collections.abc import Collection

from index.folding import fold
from rag.quoting.kinds import Kind, holds

_REASON = re.compile(
    "因为|由于|因此|因而|为了?|源于|源自|原因|导致|以便|以免|之所以|根源|使|从而|往往|否则|造成|避免|防止|加剧|所以|在于|出于|理由"
    "|担心|考虑|难以|不足|缺|只|才|依据|根据|不[^,，。]{1,12}[,，]|如果|一旦"
)
_ACT = re.compile(
    r"(?:由谁|谁来|由哪[^,，]{0,6}?(?:部门|单位|机构|机关|公司|家)(?:来|负责)?|谁|怎么|如何|怎样|咋)"
    r"((?![的是样办做算])(?!要求|规定|约定|理解|看待|评价|描述|表述|论述|阐述|解释|概括|界定|定义|认为|体现)[\u3400-\u9fff]{2})"
)
"""What a text does, 规定 or 解释, is no act that it would name."""


def reason_missing(kinds: Collection[Kind], best: str) -> bool:
    """Whether a question of these ``kinds`` asks why and ``best``, the likeliest sentence, says
    nothing that could be a reason.

    >>> reason_missing({Kind.WHY}, "审计每两年开展一次。")
    True
    >>> reason_missing({Kind.WHY}, "由于人手不足,审计每两年开展一次。")
    False
    """
    return Kind.WHY in kinds and not _REASON.search(fold(best))


def consequence_missing(kinds: Collection[Kind], text: str) -> bool:
    """Whether a question of these ``kinds`` asks what follows from a breach and ``text`` names
    no consequence.

    >>> consequence_missing({Kind.PENALTY}, "算法应当备案。")
    True
    """
    return Kind.PENALTY in kinds and not holds(Kind.PENALTY, text)


def act_missing(question: str, text: str) -> bool:
    """Whether not one character of the act whose doer or manner is asked stands in ``text``.

    >>> act_missing("听证会由谁主持?", "高风险算法须举行听证会。")
    True
    >>> act_missing("听证会由谁主持?", "听证会由信息中心主任主持。"), act_missing("谁负责?", "")
    (False, True)
    >>> act_missing("听证会是怎么规定的?", "高风险算法须举行听证会。")
    False
    """
    found = _ACT.search(fold(question))
    return found is not None and not any(char in fold(text) for char in found[1])
