"""Questions that the documents can answer, drawn from the documents themselves.

A few sentence forms turn into questions by rule ("…可以…" into "…可以…吗？"). Each candidate is
put to the pipeline, and only those that it answers are offered: an example never disappoints.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence

from index.document import Document

_CLAUSE = re.compile(r"[^。；;！？\n：:]+")
_LONGEST = 26
_NUMERAL = "[0-9０-９一二三四五六七八九十百两]+"
_FORMS: tuple[tuple[re.Pattern[str], str], ...] = (
    (
        re.compile(
            rf"(?P<a>\w{{2,12}})应当在(?P<b>\w{{0,12}}?){_NUMERAL}个?(?:工作日|日|天|个月|年)内"
            r"(?P<c>\w{2,10})"
        ),
        "{a}应当在多长时间内{c}？",
    ),
    (re.compile(r"(?P<a>\w{2,16})(?:主要)?(?:包括|分为|涵盖)(?P<b>.{4,})"), "{a}包括哪些？"),
    (re.compile(r"(?P<a>\w{2,16})是指(?P<b>.{4,})"), "什么是{a}？"),
    (
        re.compile(r"^(?P<a>\w{2,12})由(?P<b>\w{2,14})(?P<c>负责|承担|主办|组织实施)"),
        "{a}由谁{c}？",
    ),
    (re.compile(r"^(?P<a>\w{2,10})可以(?P<b>[\w、]{2,12})$"), "{a}可以{b}吗？"),
    (re.compile(r"^(?P<a>\w{2,10})不得(?P<b>.{3,})"), "{a}不得做什么？"),
    (re.compile(r"^(?P<a>\w{2,10})应当(?P<b>.{3,})"), "{a}应当做什么？"),
    (
        re.compile(
            r"(?P<a>[^提出，,]{2,10}?)(?:当前|正|正在)?面临(?P<b>[两三四五六七八][重种个类大项])"
            r"(?P<c>\w{2,8})"
        ),
        "{a}面临哪{b}{c}？",
    ),
    (
        re.compile(
            r"(?P<a>\w{2,12})的(?P<b>根本目的|目的|核心|关键|本质)(?:就?是|在于)(?P<c>.{4,})"
        ),
        "{a}的{b}是什么？",
    ),
    (re.compile(r"^(?P<a>\w{2,4}(?:教授|研究员|院士))(?P<b>.{4,})"), "{a}谈了什么？"),
    (
        re.compile(r"(?P<a>论坛|会议|大会)(?P<b>.{2,24}?)(?:召开|举行|举办)"),
        "{a}是什么时候召开的？",
    ),
)
_LEANS_BACK = re.compile(
    r"^(?:其|该|此|这|那|前款|前条|上述|以上|但|而|却|又|则|并|也|还|同时|其中|凡|对|各|它)"
)


def candidates(document: Document) -> Iterator[str]:
    """Questions that sentences of ``document`` may answer, in reading order, none twice.

    >>> from index.document import Metadata, Paragraph
    >>> text = "居民可以委托他人代办。材料包括申请表和身份证明。"
    >>> p = Paragraph("a.md", 1, "第一条", "", text, 0)
    >>> list(candidates(Document("a.md", Metadata(), (p,), "")))
    ['居民可以委托他人代办吗？', '材料包括哪些？']
    """
    seen: set[str] = set()
    for paragraph in document:
        for match in _CLAUSE.finditer(paragraph.text):
            question = _question(match[0].strip())
            if question and question not in seen:
                seen.add(question)
                yield question


def _question(clause: str) -> str | None:
    if _LEANS_BACK.match(clause):
        return None
    for pattern, form in _FORMS:
        found = pattern.search(clause)
        if found and not _LEANS_BACK.match(found["a"]):
            question = form.format_map(found.groupdict())
            return question if len(question) <= _LONGEST else None
    return None


def draw(
    documents: Sequence[Document], answers: Callable[[str], bool], wanted: int = 4, tries: int = 40
) -> list[str]:
    """Up to ``wanted`` questions that ``answers`` accepts, spread over the documents and, in
    each, from its beginning to its end; at most ``tries`` are tried."""
    queues = [_spread(list(candidates(document))) for document in documents[:12]]
    out: list[str] = []
    while queues and len(out) < wanted and tries > 0:
        queue = queues.pop(0)
        while queue and tries > 0:
            tries -= 1
            question = queue.pop(0)
            if answers(question):
                out.append(question)
                break
        if queue:
            queues.append(queue)
    return out


def _spread(questions: list[str]) -> list[str]:
    """Far apart first: the first, the one in the middle, those between, and so on.

    >>> _spread(["a", "b", "c", "d", "e"])
    ['a', 'c', 'b', 'd', 'e']
    """
    steps = [len(questions) * k // n for n in (1, 2, 4) for k in range(n)]
    order = dict.fromkeys([*steps, *range(len(questions))])
    return [questions[at] for at in order if at < len(questions)]
