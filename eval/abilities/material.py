"""Evidence made for a trial: the gold paragraphs among a given share of others, or none of
them, or with their figures altered.

An answerer is handed the paragraphs as if they were all there is; everything else of the index
stays, so no paragraph is embedded twice.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from eval.questions import EvalQuestion, same_document
from index.document import Document
from index.search import ALL_SIGNALS, Hit, Searcher, Signal
from index.store import Index
from rag.pipeline import DEPTH, Pipeline

Place = tuple[str, int]
"""A document's name and a paragraph's number."""

ALTERED = "altered/"
"""What the altered documents' names begin with."""


class Given(Searcher):
    """Search among given paragraphs only, in the order that the whole search has."""

    def __init__(self, whole: Searcher, places: Collection[Place], size: int) -> None:
        self._whole = whole
        self._places = frozenset(places)
        self._size = size

    def search(
        self,
        question: str,
        k: int = 10,
        *,
        also: str = "",
        documents: Collection[str] | None = None,
        signals: frozenset[Signal] = ALL_SIGNALS,
    ) -> tuple[Hit, ...]:
        hits = self._whole.search(
            question, self._size, also=also, documents=documents, signals=signals
        )
        return tuple(hit for hit in hits if place_of(hit) in self._places)[:k]


def place_of(hit: Hit) -> Place:
    return hit.paragraph.document, hit.paragraph.number


def given(pipeline: Pipeline, places: Collection[Place]) -> Pipeline:
    """The pipeline, with the paragraphs at ``places`` as all it can find."""
    whole = pipeline.index
    size = sum(len(document.paragraphs) for document in whole.documents)
    return replace(pipeline, index=replace(whole, searcher=Given(whole.searcher, places, size)))


def gold_places(question: EvalQuestion, documents: Sequence[Document]) -> list[Place]:
    """Where the question's gold stands, each paragraph once."""
    places = [
        (document.name, gold.paragraph)
        for gold in question.gold
        for document in documents
        if same_document(gold.document, document.name)
    ]
    return list(dict.fromkeys(places))


def mixed(question: EvalQuestion, index: Index, noise: float) -> list[Place]:
    """The gold paragraphs, and so many others that ``noise`` (0 to 1) is their share: those that
    search holds nearest to the question, as RGB's noise is on the topic without the answer. At
    1 there is no gold, only the nearest others."""
    gold = gold_places(question, index.documents)
    count = DEPTH if noise == 1 else round(len(gold) * noise / (1 - noise))
    hits = index.search(question.question, DEPTH + count + len(gold))
    others = [place for place in map(place_of, hits) if place not in gold][:count]
    return others if noise == 1 else gold + others


@dataclass(frozen=True, slots=True)
class Alteration:
    """A nugget of a question, in the source's own words, and what stands in its place."""

    question: EvalQuestion
    place: Place
    start: int
    end: int
    before: str
    after: str


_DIGIT = re.compile(r"[0-9]")
_NUMERAL = re.compile(r"[一二三四五六七八九](?=十|百|千|万|亿|年|个|日|天|人|名|倍|次|级|类|项|分)")
_OTHER_NUMERAL = dict(zip("一二三四五六七八九", "四五六七八九三二六", strict=True))


def altered_words(words: str) -> str:
    """``words`` with their last figure another one, of the same length; the same words where
    they have none.

    >>> altered_words("15人"), altered_words("二个月"), altered_words("数据局")
    ('18人', '五个月', '数据局')
    """
    digits = list(_DIGIT.finditer(words))
    if digits:
        at = digits[-1].start()
        return words[:at] + str((int(words[at]) + 3) % 10) + words[at + 1 :]
    numerals = list(_NUMERAL.finditer(words))
    if numerals:
        at = numerals[-1].start()
        return words[:at] + _OTHER_NUMERAL[words[at]] + words[at + 1 :]
    return words


def alterations(
    questions: Sequence[EvalQuestion], documents: Sequence[Document]
) -> list[Alteration]:
    """One for each question that has a nugget with a figure, word for word in its gold."""
    found = []
    for question in questions:
        alteration = _alteration(question, documents)
        if alteration is not None:
            found.append(alteration)
    return found


def _alteration(question: EvalQuestion, documents: Sequence[Document]) -> Alteration | None:
    for gold in question.gold:
        for document in documents:
            if not same_document(gold.document, document.name):
                continue
            text = document.paragraph(gold.paragraph).text
            for before in (words for nugget in question.nuggets for words in nugget):
                after = altered_words(before)
                at = text.find(before, gold.start, gold.end)
                if after != before and at >= 0:
                    place = (document.name, gold.paragraph)
                    return Alteration(question, place, at, at + len(before), before, after)
    return None


def write_altered(
    found: Sequence[Alteration], documents: Sequence[Document], texts: Sequence[str], folder: Path
) -> list[tuple[str, Path]]:
    """The documents with every alteration made, as files in ``folder``: names and paths.
    ``texts`` are the documents' source texts. Lengths stay, so paragraphs and offsets do too."""
    written = []
    for number, (document, text) in enumerate(zip(documents, texts, strict=True)):
        characters = list(text)
        for change in found:
            if change.place[0] == document.name:
                start = document.paragraph(change.place[1]).start + change.start
                characters[start : start + len(change.after)] = change.after
        path = folder / f"{number}{Path(document.name).suffix}"
        path.write_text("".join(characters), encoding="utf-8")
        written.append((ALTERED + document.name, path))
    return written
