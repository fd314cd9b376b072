"""Questions that ask for several things at once: 甲和乙分别是什么; 谁写的,发在哪里."""

from __future__ import annotations

import re

from index.folding import fold
from rag.quoting.kinds import kinds_of

_EACH = re.compile(r"分别|各自|各(?=[是有要怎写为])|各个|有(?:什么|啥|何)(?:不同|区别|差别)")
_AND = re.compile(r"以及|[和与及、跟]")
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
        named = [part.strip() for part in _AND.split(_CLAUSES.split(before)[-1])]
        if len(named) > 1 and all(len(part) >= _LEAST for part in named):
            return tuple(named)
    clauses = [clause.strip() for clause in _CLAUSES.split(text)]
    asking = tuple(c for c in clauses if len(c) > _LEAST and kinds_of(c))
    return asking if len(asking) > 1 else ()
