"""What an exported answer says, in the order it says it, whatever the file's format.

Words from documents, models and questions are not ours: control characters are removed
here, for no format can hold them; what else a format would act upon (links, markup) is the
writer's business.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Final

from rag.answer import Answer, Answered, Citation, Referred, Refused, label_of
from rag.labels import Label
from rag.outcomes import NOTICES, outcome

_NEAREST_COUNT: Final = 3
# C0 and C1 controls except line feed and tab, surrogates, noncharacters, and the marks that
# reorder text: they cannot be written to XML, or make a page read other than it is.
_UNPRINTABLE: Final = re.compile(
    "[\x00-\x08\x0b-\x1f\x7f-\x9f\u061c\u200b\u200e\u200f\u2028-\u202e\u2060-\u2069\ufeff"
    "\ud800-\udfff\ufdd0-\ufdef\ufff9-\uffff]"
)


@dataclass(frozen=True, slots=True)
class Sentence:
    """A sentence of the answer and the numbers of its sources, from 1."""

    text: str
    sources: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class Source:
    """A passage: where it stands, and its words. ``number`` is 0 for a passage that proves
    nothing and is only near."""

    number: int
    document: str
    place: str
    words: str


@dataclass(frozen=True, slots=True)
class Sheet:
    """Everything an export holds. ``outcome`` is what is said in place of an answer, empty
    for an answer."""

    question: str
    outcome: str
    sentences: tuple[Sentence, ...]
    sources: tuple[Source, ...]
    nearest: tuple[Source, ...]
    notices: tuple[str, ...]
    record: str
    label: Label


def clean(text: str) -> str:
    """``text`` without what cannot be printed.

    >>> clean("办\\x00理\\u202e时限\\r\\n5 日")
    '办理时限\\n5 日'
    """
    return _UNPRINTABLE.sub("", text)


def line(text: str) -> str:
    """``text`` on one line."""
    return " ".join(clean(text).split())


def verbatim(text: str) -> str:
    """``text`` on one line, its own spaces kept: for words that are quoted."""
    return clean(text).replace("\n", " ").replace("\t", " ")


def sheet_of(answer: Answer) -> Sheet:
    """What an export of ``answer`` says. A passage cited twice has one number."""
    numbers: dict[Citation, int] = {}
    sentences: list[Sentence] = []
    if isinstance(answer, Answered):
        for claim in answer.claims:
            cited = [numbers.setdefault(c, len(numbers) + 1) for c in claim.citations]
            sentences.append(Sentence(verbatim(claim.text), tuple(dict.fromkeys(cited))))
    trace = answer.trace
    shows_nearest = isinstance(answer, Refused | Referred)
    nearest = trace.hits[:_NEAREST_COUNT] if shows_nearest else ()
    return Sheet(
        question=line(trace.question),
        outcome=line(outcome(answer)),
        sentences=tuple(sentences),
        sources=tuple(_source(number, citation) for citation, number in numbers.items()),
        nearest=tuple(
            Source(
                0,
                line(hit.paragraph.document),
                _place(hit.paragraph.label, hit.paragraph.number),
                verbatim(hit.paragraph.text),
            )
            for hit in nearest
        ),
        notices=tuple(NOTICES[notice] for notice in trace.notices),
        record=line(trace.record or ""),
        label=label_of(answer),
    )


def _source(number: int, citation: Citation) -> Source:
    paragraph = citation.paragraph
    place = (
        f"{_place(paragraph.label, paragraph.number)}，第 {citation.start + 1}–{citation.end} 字"
    )
    return Source(number, line(paragraph.document), place, verbatim(citation.quote))


def _place(label: str, number: int) -> str:
    return f"{line(label)}（第 {number} 段）"
