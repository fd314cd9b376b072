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

THOUGHT_LIMIT = 60_000
"""Code points of thinking aloud that are passed over before the output begins."""

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
_OBJECT = re.compile(r'\{\s*"')
_DRAFT = re.compile(r'\[\s*(?=\{\s*")|\{\s*"(?:sentences|text)"')
"""Where the JSON that was asked for begins, whatever is said before it."""

_ESCAPE = 6
"""Characters of an escape in JSON, ``\\u4e00``: so near its end a text may be cut inside one."""

_UNDECIDED = 24
"""Characters after a bracket within which it turns out to be JSON or not."""

_THOUGHT = re.compile(r"\s*<(think|thinking|thought|reasoning)>", re.IGNORECASE)
_MAYBE_THOUGHT = re.compile(r"\s*(?:<[a-z]{0,9})?$", re.IGNORECASE)


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
    for piece in _spoken(pieces):
        piece = piece[: OUTPUT_LIMIT - taken]
        taken += len(piece)
        yield from reader.feed(piece)
        if taken >= OUTPUT_LIMIT:
            break
    yield from reader.finish()


def declines(reply: str) -> bool:
    """Whether a model says that it cannot answer, and nothing else.

    >>> declines("无法回答。"), declines("{]")
    (True, False)
    """
    return bool(_CANNOT.match("".join(_spoken([reply])).strip()))


def _spoken(pieces: Iterable[str]) -> Iterator[str]:
    """What comes after a model's thinking aloud (``<think>…</think>``), if it begins with that.

    >>> "".join(_spoken(["<thi", "nk>甲?乙!</th", "ink>甲负责。"]))
    '甲负责。'
    """
    head, end = "", ""
    spoken = False
    for piece in pieces:
        if spoken:
            yield piece
            continue
        head += piece
        if not end:
            thought = _THOUGHT.match(head)
            if thought is None and not _MAYBE_THOUGHT.match(head):
                spoken = True
                yield head
                continue
            end = f"</{thought[1]}>" if thought else ""
        if end and (at := head.lower().find(end.lower())) >= 0:
            spoken = True
            yield head[at + len(end) :]
        elif len(head) > THOUGHT_LIMIT:
            return
    if not spoken and not end:
        yield head


class _Reader:
    """Holds what has come in and is not yet a complete sentence."""

    def __init__(self) -> None:
        self._buffer = ""
        self._structured = False

    def feed(self, piece: str) -> Iterator[DraftSentence]:
        self._buffer += piece
        if not self._structured:
            self._look_for_json()
        if self._structured:
            yield from self._objects()
        elif not self._may_be_json():
            yield from self._prose(final=False)

    def finish(self) -> Iterator[DraftSentence]:
        if self._structured:
            yield from self._objects()
        else:
            yield from self._prose(final=True)

    def _look_for_json(self) -> None:
        begin = _DRAFT.search(self._buffer)
        if begin is not None:
            self._structured = True
            self._buffer = self._buffer[begin.start() :]

    def _may_be_json(self) -> bool:
        """Whether a bracket has just opened and what it holds is not known yet."""
        at = max(self._buffer.rfind("{"), self._buffer.rfind("["))
        if at < 0:
            return False
        rest = self._buffer[at + 1 :].strip()
        return not rest or (self._buffer[at] == "{" and len(rest) < _UNDECIDED)

    def _objects(self) -> Iterator[DraftSentence]:
        """Every complete ``{"text": …, "sources": […]}`` so far; the outer object need not
        be complete yet."""
        decoder = json.JSONDecoder()
        while (begin := _OBJECT.search(self._buffer)) is not None:
            try:
                body, end = decoder.raw_decode(self._buffer, begin.start())
            except json.JSONDecodeError as error:
                at = begin.end()
                if _goes_on(error, self._buffer):
                    inner = _OBJECT.search(self._buffer, at)
                    if inner is None:
                        return
                    at = inner.start()
                self._buffer = self._buffer[at:]
            except RecursionError:
                self._buffer = ""
            else:
                self._buffer = self._buffer[end:]
                yield from _of_object(body)

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


def _goes_on(error: json.JSONDecodeError, buffer: str) -> bool:
    """Whether what does not parse is only not complete yet: it ends in a string, in an escape
    (``\\u4e``) or where something is expected."""
    return error.msg.startswith("Unterminated") or error.pos >= len(buffer.rstrip()) - _ESCAPE


def _of_object(body: object) -> Iterator[DraftSentence]:
    """The sentences of an object, or of all in its list."""
    if not isinstance(body, dict):
        return
    if isinstance(body.get("sentences"), list):
        for each in body["sentences"]:
            yield from _of_object(each)
    elif isinstance(body.get("text"), str):
        sources = body.get("sources")
        given = sources if isinstance(sources, list) else []
        tags = tuple(t for s in given if isinstance(s, str) for t in _tags(s))
        yield from _split(body["text"], tags)


def _split(text: str, tags: tuple[str, ...]) -> Iterator[DraftSentence]:
    for span in sentences(text):
        words = clean(_BULLET.sub("", span.of(text)))[:SENTENCE_LIMIT]
        if words and not _CANNOT.match(words) and re.search(r"\w", words):
            yield DraftSentence(words, tuple(dict.fromkeys(tags)))


def _tags(text: str) -> list[str]:
    return [f"P{int(number)}" for number in _TAG.findall(text) if len(number) < 5]
