"""Whether the passages found hold an answer to the question.

A threshold on similarity is not enough: a passage on the right topic is similar whether or not
it holds the fact. So a small logistic model weighs several signs together: similarity, how much
of what was asked about is there, whether something of the asked type (a date, a number, a
person) stands in the best sentences, and whether the thing asked for is named at all.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from index.folding import fold
from rag.quoting.candidates import Candidate, Reading
from rag.quoting.kinds import typed
from rag.quoting.weights import load_weights

FEATURES = (
    "best cosine", "top score", "score gap", "best coverage", "paragraph coverage",
    "corpus coverage", "unknown run", "type held", "type missing", "head held", "head missing",
    "quoted missing", "number missing", "foreign", "best sentence",
)  # fmt: skip

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
    return Answerability(score, score >= model.threshold, values)


def signs(reading: Reading) -> tuple[float, ...]:
    """The values of :data:`FEATURES` for a question with candidates."""
    sentence_model = load_weights().sentence
    ranked = sorted(reading.candidates, key=lambda c: -sentence_model.probability(c.values))
    best = ranked[:_BEST]
    terms = reading.terms
    scores = [hit.score for hit in reading.hits]
    head = head_noun(reading.question.text)
    around = fold(" ".join(f"{c.paragraph.section} {c.paragraph.text}" for c in best[:2]))
    wanted = typed(reading.kinds)
    held = any(reading.answers_type(kind, c.text) for kind in wanted for c in best[:2])
    known = [term for term in terms.weights if not _unknown(reading, term)]
    total = sum(terms.weights.values())
    numbers = re.findall(
        r"\d{2,}|第[一二三四五六七八九十\d]+(?:届|期|次|批|版)", fold(reading.question.text)
    )
    return (
        (max(c.cosine for c in reading.candidates) - 0.85) * 10,
        scores[0],
        scores[0] - scores[min(4, len(scores) - 1)],
        max(terms.coverage(c.text) for c in best),
        max(terms.coverage(f"{c.paragraph.section} {c.paragraph.text}") for c in best),
        sum(terms.weights[term] for term in known) / total if total else 0.0,
        float(_longest_unknown(reading)) / 4,
        float(bool(wanted) and held),
        float(bool(wanted) and not held),
        float(bool(head) and head_coverage(head, around) >= 0.6),
        float(bool(head) and head_coverage(head, around) < 0.4),
        float(any(quoted not in around for quoted in terms.quoted)),
        float(any(number not in around for number in numbers)),
        float(reading.is_foreign),
        _logit(sentence_model.probability(best[0].values)),
    )


def _unknown(reading: Reading, term: str) -> bool:
    """Whether ``term`` stands nowhere in the corpus (its weight is then the largest)."""
    return not any(term in fold(hit.paragraph.text) for hit in reading.hits) and (
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
    r"(?:的|了)?([\u3400-\u9fff]{2,8}?)(?:一共|总共|大概|大约|究竟|到底|分别|具体)?(?:是|为|有|在|达到?|叫)?"
    r"(?:什么|多少|哪|谁|几[^乎]|多[大长高久])"
)
_ASKED_WHAT = re.compile(
    r"(?:什么|哪(?:个|些|一|家|所|栋|座|种|项|篇|届)?|多少|几)(?:个|名|位|种|项)?([\u3400-\u9fff]{2,6})"
)
_EMPTY = re.compile(r"时候|地方|样的?|意思|东西|人(?=$)|方面|事(?=$)|内容|情况")


def head_noun(question: str) -> str:
    """What is asked for by name: the words before or after the question word. Empty when
    there are none.

    >>> head_noun("论坛的主办单位是哪家?"), head_noun("什么时候召开?")
    ('主办单位', '')
    """
    text = fold(question)
    before = _HEAD.search(text)
    if before:
        words = re.split(r"的|了|在|于|由|从|对|把|被|将|和|与|是|有", before[1])[-1]
        if len(words) >= 2 and not _EMPTY.search(words):
            return words
    after = _ASKED_WHAT.search(text)
    if after:
        words = re.split(r"的|了|在|是|有|会|能|可|应|需|要|被|来|负|把", after[1])[0]
        if len(words) >= 2 and not _EMPTY.search(words):
            return words
    return ""


def head_coverage(head: str, text: str) -> float:
    """The share of the characters of ``head``, in neighbouring pairs, that ``text`` holds."""
    pairs = [head[at : at + 2] for at in range(len(head) - 1)] or [head]
    return sum(pair in text for pair in pairs) / len(pairs)


def _logit(probability: float) -> float:
    import math

    bounded = min(max(probability, 1e-6), 1 - 1e-6)
    return math.log(bounded / (1 - bounded))


def narrowed(reading: Reading, shown: tuple[Candidate, ...]) -> Reading:
    """The same question against only what is about to be shown."""
    hits = tuple(hit for hit in reading.hits if any(c.paragraph == hit.paragraph for c in shown))
    return Reading(reading.question, hits or reading.hits[:1], reading.terms)
