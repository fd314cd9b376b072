"""A model's output, read as it streams in: sentences with the tags they claim.

Whatever comes (prose with inline tags, the JSON that was asked for, JSON in a code fence,
garbage) ends as the same untrusted :class:`DraftSentence`. Nothing is repaired by guessing:
a JSON object that does not parse is dropped.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from index.folding import clean
from index.segment import sentences

OUTPUT_LIMIT = 6000
"""Code points of model output that are read; the rest of an endless output is not."""

SENTENCE_LIMIT = 600

_INLINE = re.compile(
    r"[\[【(（]\s*(P\s?\d+(?:\s*[,，、;；]\s*P\s?\d+)*)\s*[\]】)）]", re.IGNORECASE
)
_TRAILING = re.compile(rf"(?:[”’」』)）\s]{{0,20}}{_INLINE.pattern})*[”’」』)）]*", re.IGNORECASE)
_OPEN_TAG = re.compile(r"[\[【(（]\s*(?:P[\s\d,，、;；P]*)?$", re.IGNORECASE)
_TAG = re.compile(r"P\s?(\d+)", re.IGNORECASE)
_BULLET = re.compile(r"^\s*(?:[-*+•#>]+|\d+[.、)）])\s*")
_CANNOT = re.compile(r"^(?:无法回答|無法回答|cannot answer)[。.!！]?$", re.IGNORECASE)
_ENDS = "。！？!?\n"


@dataclass(frozen=True, slots=True)
class DraftSentence:
    """One complete sentence as a model wrote it, without its tags, and the tags."""

    text: str
    tags: tuple[str, ...]


def read_draft(pieces: Iterable[str]) -> Iterator[DraftSentence]:
    """Sentences as soon as they are complete, from pieces of text of any size.

    >>> [(s.text, s.tags) for s in read_draft(["甲负责。[P1][", "P2]乙不", "负责。[P3]"])]
    [('甲负责。', ('P1', 'P2')), ('乙不负责。', ('P3',))]
    >>> list(read_draft(['{"sentences": [{"text": "甲。", "sources": ["P1"]}']))
    [DraftSentence(text='甲。', tags=('P1',))]
    """
    reader = _Reader()
    taken = 0
    for piece in pieces:
        piece = piece[: OUTPUT_LIMIT - taken]
        taken += len(piece)
        yield from reader.feed(piece)
        if taken >= OUTPUT_LIMIT:
            break
    yield from reader.finish()


class _Reader:
    """Holds what has come in and is not yet a complete sentence."""

    def __init__(self) -> None:
        self._buffer = ""
        self._structured: bool | None = None

    def feed(self, piece: str) -> Iterator[DraftSentence]:
        self._buffer += piece
        if self._structured is None:
            self._structured = self._looks_structured()
        if self._structured:
            yield from self._objects()
        elif self._structured is False:
            yield from self._prose(final=False)

    def finish(self) -> Iterator[DraftSentence]:
        if self._structured:
            yield from self._objects()
        else:
            yield from self._prose(final=True)

    def _looks_structured(self) -> bool | None:
        head = self._buffer.lstrip().removeprefix("```json").removeprefix("```").lstrip()
        return head[0] == "{" if head else None

    def _objects(self) -> Iterator[DraftSentence]:
        """Every complete ``{"text": …, "sources": […]}`` so far; the outer object need not
        be complete yet."""
        decoder = json.JSONDecoder()
        while (at := self._buffer.find('{"', 1 if '"sentences"' in self._buffer else 0)) >= 0:
            try:
                body, end = decoder.raw_decode(self._buffer, at)
            except (ValueError, RecursionError):
                if self._buffer.find("}", at) < 0:
                    return  # not complete yet
                self._buffer = self._buffer[at + 2 :] if "{" in self._buffer[at + 2 :] else ""
                continue
            self._buffer = self._buffer[end:]
            if isinstance(body, dict) and isinstance(body.get("text"), str):
                sources = body.get("sources")
                given = sources if isinstance(sources, list) else []
                tags = tuple(t for s in given if isinstance(s, str) for t in _tags(s))
                yield from _split(body["text"], tags)

    def _prose(self, *, final: bool) -> Iterator[DraftSentence]:
        while True:
            cut = self._complete(final=final)
            if cut is None:
                return
            raw, self._buffer = self._buffer[:cut], self._buffer[cut:]
            tags = tuple(tag for group in _INLINE.findall(raw) for tag in _tags(group))
            yield from _split(_INLINE.sub("", raw), tags)

    def _complete(self, *, final: bool) -> int | None:
        """Where the first sentence with its trailing tags ends; ``None`` if it may go on."""
        for found in re.finditer(f"[{_ENDS}]", self._buffer):
            after = found.end()
            tail = _TRAILING.match(self._buffer, after)
            end = tail.end() if tail else after
            rest = self._buffer[end:].lstrip()
            if not final and (not rest or _OPEN_TAG.match(rest)):
                return None
            if self._buffer[:end].strip():
                return end
        return len(self._buffer) if final and self._buffer.strip() else None


def _split(text: str, tags: tuple[str, ...]) -> Iterator[DraftSentence]:
    for span in sentences(text):
        words = clean(_BULLET.sub("", span.of(text)))[:SENTENCE_LIMIT]
        if words and not _CANNOT.match(words) and re.search(r"\w", words):
            yield DraftSentence(words, tuple(dict.fromkeys(tags)))


def _tags(text: str) -> list[str]:
    return [f"P{int(number)}" for number in _TAG.findall(text) if len(number) < 5]
