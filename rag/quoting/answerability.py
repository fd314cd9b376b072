"""Whether the passages found hold an answer to the question.

A threshold on similarity is not enough: a passage on the right topic is similar whether or not
it holds the fact. So a small logistic model weighs several signs together: similarity, how much
of what was asked about is there, whether something of the asked type (a date, a number, a
person) stands in the best sentences, and whether the thing asked for is named at all.
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
from rag.quoting.weights import load_weights

FEATURES = (
    "best cosine", "top score", "score gap", "best coverage", "paragraph coverage",
    "corpus coverage", "unknown run", "type held", "type missing", "head held", "head missing",
    "quoted missing", "number missing", "foreign", "best sentence", "cosine above median",
    "attribute missing", "time missing", "nothing known", "official words", "official words around",
    "sentence margin", "yes or no", "consequence", "reason", "measure held", "measure missing",
)  # fmt: skip

KNOWN, SIMILAR = 0.4, 0.2
"""A question is about something else if the corpus holds less than this share of its words and
has nothing more similar than this (:func:`~rag.quoting.candidates.scaled`). One in two hundred
answerable questions used for fitting is, and every far-off one."""

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
    if not reading.candidates or reading.question.only_instructs:
        return Answerability(0.0, False, (0.0,) * len(FEATURES))
    model = load_weights().answerable
    values = signs(reading)
    score = model.probability(values)
    if is_missing(values):
        score = min(score, model.threshold / 2)
    return Answerability(score, score >= model.threshold, values)


def is_missing(values: Sequence[float]) -> bool:
    """Whether what is asked for by name is not there at all, or the question is about
    something else. Each of these signs decides alone: on development questions hardly an
    answerable one shows any."""
    named = dict(zip(FEATURES, values, strict=True))
    known = named["corpus coverage"]
    strange = (
        known < FOREIGN_KNOWN
        if named["foreign"]
        else known < KNOWN and named["best cosine"] < SIMILAR
    )
    return bool(
        named["attribute missing"] or named["time missing"] or named["head missing"] or strange
    )


def signs(reading: Reading) -> tuple[float, ...]:
    """The values of :data:`FEATURES` for a question with candidates."""
    ranked = sorted(reading.candidates, key=lambda c: -c.odds)
    best = ranked[:_BEST]
    terms = reading.terms
    scores = [hit.score for hit in reading.hits]
    head = head_noun(reading.question.text)
    around = fold(" ".join(reading.around(c.paragraph) for c in best[:2]))
    cosines = [c.cosine for c in reading.candidates]
    said = " ".join(c.text for c in best)
    measured = reading.kinds & MEASURED
    wanted = typed(reading.kinds) - MEASURED
    held = any(reading.answers_type(kind, c.text) for kind in wanted for c in best[:2])
    measure_held = any(reading.answers_type(kind, c.text) for kind in measured for c in best[:2])
    known = [term for term in terms.weights if not _unknown(reading, term)]
    total = sum(terms.weights.values())
    numbers = re.findall(
        r"\d{2,}|第[一二三四五六七八九十\d]+(?:届|期|次|批|版)", fold(reading.question.text)
    )
    return (
        scaled(max(cosines)),
        scores[0],
        scores[0] - scores[min(4, len(scores) - 1)],
        max(terms.coverage(c.text) for c in best),
        max(terms.coverage(reading.around(c.paragraph)) for c in best),
        sum(terms.weights[term] for term in known) / total if total else 0.0,
        float(_longest_unknown(reading)) / 4,
        float(bool(wanted) and held),
        float(bool(wanted) and not held),
        float(bool(head) and head_coverage(head, around) >= 0.6),
        float(bool(head) and head_coverage(head, around) < 0.4),
        float(any(quoted not in around for quoted in terms.quoted)),
        float(any(number not in around for number in numbers)),
        float(reading.is_foreign),
        best[0].odds,
        scaled(max(cosines)) - scaled(sorted(cosines)[len(cosines) // 2]),
        float(attribute_missing(reading.question.text, said)),
        float(time_missing(reading.question.text, around)),
        float(not known and bool(terms.weights or reading.is_foreign)),
        max(reading.official_words_in(c.text) for c in best),
        reading.official_words_in(around),
        best[0].odds - ranked[min(_BEST, len(ranked) - 1)].odds,
        float(Kind.YES_NO in reading.kinds),
        float(Kind.PENALTY in reading.kinds),
        float(Kind.WHY in reading.kinds),
        float(bool(measured) and measure_held),
        float(bool(measured) and not measure_held),
    )


def _unknown(reading: Reading, term: str) -> bool:
    """Whether ``term`` stands nowhere in the corpus (its weight is then the largest)."""
    return not any(term in fold(hit.paragraph.text) for hit in reading.hits[:_NEAREST]) and (
        reading.terms.weights[term] >= reading.terms.unseen
    )


def _longest_unknown(reading: Reading) -> int:
    """The longest row of terms, in the question's order, that stand nowhere in the corpus."""
    longest = row = 0
    for term in reading.terms.weights:
        row = row + 1 if _unknown(reading, term) else 0
        longest = max(longest, row)
    return longest


_HEAD = re.compile(
    r"(?:的|之|^)([\u3400-\u9fff]{2,8}?)(?:一共|总共|大概|大约|究竟|到底|分别|具体|最多|最少|至少)?"
    r"(?:(?:是|为|有|在|叫|达到?|占)(?:什么|多少|哪|谁|几[^乎]|百分之几|多[大长高久])|多少|多[大长高]|(?:是|叫)谁)"
)
_ASKED_WHAT = re.compile(
    r"(?:哪(?:个|一|家|所|栋|座|种|项|篇|届)|什么样的|多少(?:个|名|位|种|项|家))([\u3400-\u9fff]{2,4})(?=$|[,?，？是的])"
)
_EMPTY = re.compile(
    r"时候|地方|样的?|意思|东西|方面|内容|情况|本质|核心|关键|目的|作用|问题|原因|文章|本文|全文|摘要|条例|办法$|规定|法律|文件|资料|论文"
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
