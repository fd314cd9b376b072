"""Whether the passages found hold an answer to the question.

A threshold on similarity is not enough: a passage on the right topic is similar whether or not
it holds the fact. So a small logistic model weighs several signs together: similarity, whether the
official words for what was asked about are there, whether something of the asked type (a date, a
number, a person) stands in the best sentences, and whether the thing asked for is named at all.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from index.folding import fold
from rag.answer import Citation
from rag.quoting.attributes import attribute_missing, time_missing
from rag.quoting.candidates import Reading, scaled
from rag.quoting.kinds import MEASURED, Kind, typed
from rag.quoting.missing import act_missing, consequence_missing, reason_missing
from rag.quoting.weights import load_weights

SPEAK_FOR = (
    "best cosine", "best sentence", "type held", "noun held", "official words",
    "official words around",
)  # fmt: skip
SPEAK_AGAINST = (
    "head missing", "noun missing", "quoted missing", "number missing", "attribute missing",
    "time missing", "measure missing", "measure nowhere", "term missing", "reason missing",
    "consequence missing", "act missing",
)  # fmt: skip
SPEAK_EITHER_WAY = (
    "top score", "score gap", "cosine above median", "sentence margin", "foreign", "yes or no",
    "consequence", "reason",
)  # fmt: skip
FEATURES = SPEAK_FOR + SPEAK_AGAINST + SPEAK_EITHER_WAY
"""What is weighed. What speaks for an answer never counts against one, whatever the questions at
hand suggest: that those with an answer were worded more freely is their writers' doing."""

KNOWN, NEAR, FOR_WORDS = 0.5, 0.7, 2.0
"""A question is about something else if the corpus holds less than ``KNOWN`` of its words and the
nearest sentence is less similar to it than ``NEAR`` (:func:`~rag.quoting.candidates.scaled`); the
share of words held makes up for ``FOR_WORDS`` times as much. Of the questions used for fitting
one or two in a hundred answerable ones are taken for something else."""

FOREIGN_KNOWN = 0.4
"""The same for the share of the Chinese words for a question in another language, whose
similarity is on another scale."""

NEARLY = 0.4
_NEAREST = 10
"""Hits that are looked at for the words of a question."""

_BEST = 4
"""Candidates looked at for the type of the answer."""


@dataclass(frozen=True, slots=True)
class Answerability:
    """``score`` between 0 and 1; ``answerable`` when it reaches the threshold. ``values`` in
    the order of :data:`FEATURES`."""

    score: float
    answerable: bool
    values: tuple[float, ...]


def assess(reading: Reading) -> Answerability:
    """How likely the hits hold the answer."""
    if not reading.candidates or reading.question.only_instructs or _asks_nothing(reading):
        return Answerability(0.0, False, (0.0,) * len(FEATURES))
    model = load_weights().answerable
    values = signs(reading)
    score = model.probability(values)
    if is_elsewhere(reading):
        score = min(score, model.threshold / 2)
    return Answerability(score, score >= model.threshold, values)


def _asks_nothing(reading: Reading) -> bool:
    """Whether no word of the question has a content: 是什么?"""
    return not reading.terms.weights and not reading.is_foreign


def is_elsewhere(reading: Reading) -> bool:
    """Whether the question is about something that the corpus does not speak of. This sign
    decides alone."""
    weights, unseen = reading.terms.weights, reading.terms.unseen
    near = [fold(hit.paragraph.text) for hit in reading.hits[:_NEAREST]]
    # A term that stands nowhere in the corpus has the largest weight.
    known = sum(w for t, w in weights.items() if w < unseen or any(t in text for text in near))
    total = sum(weights.values())
    share = known / total if total else 0.0
    matter = mentioned(reading.question.text)
    if matter and not any(_speaks_of(matter, reading.question.also, text) for text in near):
        return True
    if reading.is_foreign:
        return share < FOREIGN_KNOWN
    nearest = scaled(max(c.cosine for c in reading.candidates))
    return share < KNOWN and nearest + FOR_WORDS * share < NEAR


_MENTIONED = re.compile(
    r"^(?:(?:这|本|该)?(?:篇|部|份|个)?(?:文章|文|全文|法律?|条例|办法|文件|规定|作者)(?:里面?|中)?)?(?:有没有|有无|是否|是不是|有|都)?"
    r"(?:(?:[讲说谈写](?:到|及|过|了|起)|提[到及过]|涉及到?|介绍[过了]|讨论[过了]?)|(?<=有没有)[讲说谈写])了?(?:关于|有关)?"
    r"(?P<matter>(?!算)[\u3400-\u9fff]{2,8}?)(?:的?(?:这|那)?(?:件|个)?(?:事情?|内容|话题|问题|情况))?(?:了?(?:吗|嘛|么|没有?)|$)"
)
_WHETHER = re.compile(r"吗|嘛|么$|没有?$|有没有|是否|是不是")
_QUESTION_WORD = re.compile("什么|哪|谁|怎|如何|多少|几|为何")


def mentioned(question: str) -> str:
    """What a question that asks whether something is spoken of at all names.

    >>> mentioned("文章讲了密码的事吗?"), mentioned("文章讲了什么?")
    ('密码', '')
    """
    text = fold(question).rstrip("?？。 ")
    found = _MENTIONED.search(text) if _WHETHER.search(text) else None
    return found["matter"] if found and not _QUESTION_WORD.search(found["matter"]) else ""


def _speaks_of(matter: str, also: str, text: str) -> bool:
    """Whether ``text`` holds two neighbouring characters of ``matter``, or an official word."""
    pairs = (matter[at : at + 2] for at in range(len(matter) - 1))
    return any(pair in text for pair in pairs) or any(word in text for word in also.split())


def signs(reading: Reading) -> tuple[float, ...]:
    """The values of :data:`FEATURES` for a question with candidates."""
    ranked = sorted(reading.candidates, key=lambda c: -c.odds)
    best = ranked[:_BEST]
    question = reading.question.text
    scores = [hit.score for hit in reading.hits]
    cosines = sorted(c.cosine for c in reading.candidates)
    around = fold(" ".join(reading.around(c.paragraph) for c in best[:2]))
    said, said_first = (" ".join(c.text for c in best[:n]) for n in (_BEST, 2))
    wanted = typed(reading.kinds) - MEASURED
    measured = reading.measure is not None
    head, noun = head_noun(question), "" if measured else asked_noun(question)
    term = defined_term(reading)
    measures = [reading.holds_measure(c.text) for c in best]
    numbers = _NUMBERS.findall(fold(question))
    named = {
        "best cosine": scaled(cosines[-1]),
        "best sentence": best[0].odds,
        "type held": any(reading.answers_type(kind, c.text) for kind in wanted for c in best[:2]),
        "noun held": bool(noun) and noun in around,
        "official words": max(reading.official_words_in(c.text) for c in best),
        "official words around": reading.official_words_in(around),
        "head missing": bool(head) and head_coverage(head, around) < HEAD_HELD,
        "noun missing": bool(noun) and noun not in around,
        "quoted missing": any(quoted not in around for quoted in reading.terms.quoted),
        "number missing": any(number not in around for number in numbers),
        "attribute missing": attribute_missing(question, said),
        "time missing": time_missing(question, around),
        "measure missing": measured and not any(measures[:2]),
        "measure nowhere": measured and not any(measures),
        "term missing": bool(term)
        and not any(term in fold(h.paragraph.text) for h in reading.hits),
        "reason missing": reason_missing(reading.kinds, best[0].text),
        "consequence missing": consequence_missing(reading.kinds, said_first),
        "act missing": not reading.is_foreign and act_missing(question, said_first),
        "top score": scores[0],
        "score gap": scores[0] - scores[min(4, len(scores) - 1)],
        "cosine above median": scaled(cosines[-1]) - scaled(cosines[len(cosines) // 2]),
        "sentence margin": best[0].odds - ranked[min(_BEST, len(ranked) - 1)].odds,
        "foreign": reading.is_foreign,
        "yes or no": Kind.YES_NO in reading.kinds,
        "consequence": Kind.PENALTY in reading.kinds,
        "reason": Kind.WHY in reading.kinds,
    }
    return tuple(float(named[name]) for name in FEATURES)


_NUMBERS = re.compile(r"\d{2,}|第[一二三四五六七八九十\d]+(?:届|期|次|批|版)")
HEAD_HELD = 0.4
"""The share of a head noun's pairs below which it counts as missing."""


def defined_term(reading: Reading) -> str:
    """The term whose meaning is asked; empty when none is."""
    runs = reading.terms.runs
    defines = Kind.DEFINITION in reading.kinds and not reading.is_foreign and len(runs) == 1
    return runs[0] if defines and len(runs[0]) > 2 else ""


_NOUN = re.compile(
    r"(?:什么|(?:哪|几)(?:一|些|几)?(?:个|种|家|项|本|门|类|位|名)?)([\u3400-\u9fff]{2,4})"
)
_NO_THING = re.compile(
    "时候|地方|样|意思|东西|方面|内容|情况|问题|原因|办法|人|事|关系|区别|影响|作用|后果|说法|处理|处罚|责任|要求|规定|部门|单位|条件|材料|手续"
)


def asked_noun(question: str) -> str:
    """The first two characters of what is asked for as 什么… or 哪…; empty when nothing is.

    >>> asked_noun("她教什么科目?"), asked_noun("什么时候召开?")
    ('科目', '')
    """
    found = _NOUN.search(fold(question))
    return "" if not found or _NO_THING.search(found[1]) else found[1][:2]


_HEAD = re.compile(
    r"(?:的|之|^)([\u3400-\u9fff]{2,8}?)(?:一共|总共|大概|大约|究竟|到底|分别|具体|最多|最少|至少)?"
    r"(?:(?:是|为|有|在|叫|达到?|占)(?:什么|多少|哪|谁|几[^乎]|百分之几|多[大长高久])|多少|多[大长高]|(?:是|叫)谁)"
)
_ASKED_WHAT = re.compile(
    r"(?:哪(?:个|一|家|所|栋|座|种|项|篇|届)|什么样的|多少(?:个|名|位|种|项|家))([\u3400-\u9fff]{2,4})(?=$|[,?，？是的])"
)
_EMPTY = re.compile(
    r"一共|总共|目前|现在|当前|如今|大概|大约|^(?:部门|单位|机构|机关|主体|人员)|时候|地方|样的?|意思|东西|方面|内容|情况|本质|核心|关键|目的|作用|问题|原因|文章|本文|全文|摘要|条例|办法$|规定|法律|文件|资料|论文"
)


_NO_NOUN = re.compile(r"[要会能应得按被把给让从在去来]|可以|第[一二三四五六七八九十]|[这那各]")


def head_noun(question: str) -> str:
    """What is asked for by name: 主办单位 in 论坛的主办单位是哪家. Empty when nothing is.

    >>> head_noun("论坛的主办单位是哪家?"), head_noun("什么时候召开?")
    ('主办单位', '')
    """
    text = fold(question).rstrip("?？。 ")
    for pattern in (_HEAD, _ASKED_WHAT):
        found = pattern.search(text)
        if found and not _EMPTY.search(found[1]) and not _NO_NOUN.search(found[1]):
            noun = found[1].rpartition("的")[2].removeprefix("种").removeprefix("个")
            return noun if len(noun) > 1 else ""
    return ""


def head_coverage(head: str, text: str) -> float:
    """The share of the neighbouring pairs of ``head``, two characters at least, that ``text``
    holds; the last pair, the noun itself, counts as much as all the others."""
    pairs = [head[at : at + 2] for at in range(len(head) - 1)]
    held = [float(pair in text) for pair in pairs]
    return (sum(held) / len(held) + held[-1]) / 2


def addresses(reading: Reading, citations: Sequence[Citation]) -> bool:
    """Whether words that support a claim also answer the question: a true sentence beside the
    point is no answer. They must overlap a sentence that is nearly as likely to answer as the
    best one."""
    chances = [(c.chance, c) for c in reading.candidates]
    best = max((chance for chance, _ in chances), default=0.0)
    return any(
        chance >= NEARLY * best
        and candidate.paragraph == citation.paragraph
        and candidate.span.start < citation.end
        and citation.start < candidate.span.end
        for chance, candidate in chances
        for citation in citations
    )
