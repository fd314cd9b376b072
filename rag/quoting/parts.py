"""Questions that ask for several things at once: 甲和乙分别是什么; 谁写的,发在哪里."""

from __future__ import annotations

import re

from index.folding import fold
from rag.quoting.kinds import kinds_of

_EACH = re.compile(
    r"分别|各自|各(?=[是怎写为由占罚]|有(?!关)|要(?!素|点|件|求)|负责(?!人)|需(?!求)|应(?!用|急)|属于|在(?:哪|什么))|各个"
    r"|有(?:什么|啥|何)(?:不同|区别|差别)"
)
_AND = re.compile(
    r"参与|(?<!捐)赠与|与否|与会(?=[者人代])|和谐|(?<!碳中)和平(?![台均等安衡时])|碳中和|共和国|饱和"
    r"|和解(?=协议|书|程序|$|[和与及、跟])|以?及时(?![间限效长段])|及格(?!式)|(?<!科)普及|涉及|顾及|波及|危及"
    r"|(?<!前)提及|跟踪|跟进(?!口)|跟随|(以及|[和与及、跟])"
)
"""What joins two things, as the group; words that only hold such a character are passed over."""

_CLAUSES = re.compile(r"[,，;；?？。]")
_LEAST = 2
"""Characters of a part that says something."""


def parts_of(question: str) -> tuple[str, ...]:
    """What is asked for one by one; empty when it is one thing.

    >>> parts_of("公益立场和价值保障的要求分别是什么?")
    ('公益立场', '价值保障的要求')
    >>> parts_of("文章是谁写的,发在哪里?")
    ('文章是谁写的', '发在哪里')
    >>> parts_of("论坛在哪里召开?")
    ()
    """
    text = fold(question)
    each = _EACH.search(text)
    if each:
        before = text[: each.start()]
        named = _joined_by_and(_CLAUSES.split(before)[-1])
        if len(named) > 1 and all(len(part) >= _LEAST for part in named):
            return tuple(named)
    clauses = [clause.strip() for clause in _CLAUSES.split(text)]
    asking = tuple(c for c in clauses if len(c) > _LEAST and kinds_of(c))
    return asking if len(asking) > 1 else ()


def _joined_by_and(clause: str) -> list[str]:
    """
    >>> _joined_by_and("普及率和参与率")
    ['普及率', '参与率']
    """
    marks = [mark.span() for mark in _AND.finditer(clause) if mark[1]]
    starts, ends = [0, *(end for _, end in marks)], [*(start for start, _ in marks), len(clause)]
    return [clause[start:end].strip() for start, end in zip(starts, ends, strict=True)]
