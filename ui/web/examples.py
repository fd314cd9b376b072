"""Questions that the documents can answer, drawn from the documents themselves.

A few sentence forms turn into questions by rule ("…可以…" into "…可以…吗？"). Each candidate is
put to the pipeline, and only those that it answers are offered: an example never disappoints.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence

from index.document import Document

_CLAUSE = re.compile(r"[^。；;！？\n：:]+")
_LONGEST = 26
_NUMERAL = "[0-9０-９一二三四五六七八九十百两]+"
_PERIOD = "个?(?:工作日|日|天|月|年)"
_FEW = "[两二三四五六七八九十]"
# The first forms make the better questions; the last only fill up.
_FORMS: tuple[tuple[str, str], ...] = (
    (
        rf"(?P<a>\w{{2,10}})应当自(?P<b>\w{{2,14}}?起){_NUMERAL}{_PERIOD}内(?P<c>\w{{2,10}})",
        "{a}应当自{b}多长时间内{c}？",
    ),
    (
        rf"(?P<a>\w{{2,10}})应当在{_NUMERAL}{_PERIOD}内(?P<c>完成|办结|\w{{4,10}})",
        "{a}应当在多长时间内{c}？",
    ),
    (rf"^(?P<a>\w{{2,8}}?)(?:按照\w+)?分为(?P<b>{_FEW}\w{{1,4}})$", "{a}分为哪{b}？"),
    (
        rf"(?P<a>[^提出，,]{{2,10}}?)(?:当前|正在|正)?面临(?P<b>{_FEW}[重种个类大项])(?P<c>\w{{2,8}})",
        "{a}面临哪{b}{c}？",
    ),
    (r"^(?:本\w{1,3}所称)?(?P<a>\w{2,12})，?是指(?P<b>.{4,})", "什么是{a}？"),
    (
        r"(?P<a>\w{2,12})的(?P<b>根本目的|目的|核心|关键|本质)(?:就?是|在于)(?P<c>.{4,})",
        "{a}的{b}是什么？",
    ),
    (r"^(?P<a>\w{2,12})由(?P<b>\w{2,14})(?P<c>(?:负责|承担|主办|组织实施)\w{0,6})", "{a}由谁{c}？"),
    (r"^(?P<a>\w{2,10})可以(?P<b>[\w、]{2,12})$", "{a}可以{b}吗？"),
    (r"(?P<a>论坛|会议|大会)(?P<b>.{2,24}?)(?:召开|举行|举办)", "{a}是什么时候召开的？"),
    (r"^(?P<a>\w{2,4}(?:教授|研究员|院士))(?P<b>.{4,})", "{a}谈了什么？"),
    (r"^(?P<a>\w{2,12}?)(?:应当|主要)?包括(?P<b>.{4,})", "{a}包括哪些？"),
    (r"^(?P<a>\w{2,10})不得(?P<b>.{3,})", "{a}不得做什么？"),
    (r"^(?P<a>\w{2,10})应当(?P<b>.{3,})", "{a}应当做什么？"),
)
_BETTER = 10
_NUMBER = re.compile(
    r"^(?:第[一二三四五六七八九十百零〇\d]+条|[（(][一二三四五六七八九十]+[)）])[\s\u3000]*"
)
_LEANS_BACK = re.compile(
    r"^(?:其|该|此|这|那|前款|前条|上述|以上|但|而|却|又|则|并|也|还|同时|其中|凡|对|各|它|下列|任何|还|本法第)"
)


def candidates(document: Document) -> list[str]:
    """Questions that sentences of ``document`` may answer, none twice: the better ones first,
    each kind spread over the document.

    >>> from index.document import Metadata, Paragraph
    >>> text = "材料包括申请表和身份证明。居民可以委托他人代办。"
    >>> p = Paragraph("a.md", 1, "第一条", "", text, 0)
    >>> candidates(Document("a.md", Metadata(), (p,), ""))
    ['居民可以委托他人代办吗？', '材料包括哪些？']
    """
    found: dict[str, bool] = {}
    for paragraph in document:
        for match in _CLAUSE.finditer(paragraph.text):
            made = _question(_NUMBER.sub("", match[0].strip()))
            if made is not None:
                found.setdefault(*made)
    better = [question for question, good in found.items() if good]
    rest = [question for question, good in found.items() if not good]
    return [*_spread(better), *_spread(rest)]


def _question(clause: str) -> tuple[str, bool] | None:
    if _LEANS_BACK.match(clause):
        return None
    for rank, (pattern, form) in enumerate(_FORMS):
        found = re.search(pattern, clause)
        if found and not _LEANS_BACK.match(found["a"]):
            question = form.format_map(found.groupdict())
            return (question, rank < _BETTER) if len(question) <= _LONGEST else None
    return None


def draw(
    documents: Sequence[Document], answers: Callable[[str], bool], wanted: int = 4, tries: int = 40
) -> list[str]:
    """Up to ``wanted`` questions that ``answers`` accepts, from each document in turn; at most
    ``tries`` are tried."""
    queues = [candidates(document) for document in documents[:12]]
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
