"""What a log holds: canonical JSON entries, and commitments to what may be erased.

An entry's bytes are RFC 8785 canonical JSON and are never changed. What is personal or a
model's (question, history, raw output, drafted words) stands in an entry only as a commitment:
the SHA-256 of 32 random bytes and the canonical JSON of name and value. Salt and text lie in a
table of their own. Once they are gone nobody can tell what was committed to, nor guess it,
and every hash in the log still fits.
"""

from __future__ import annotations

import hashlib
import json
import secrets
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from enum import StrEnum

import rfc8785

SALT_SIZE = 32
FORMAT = 1

Json = str | int | float | bool | None | Sequence["Json"] | Mapping[str, "Json"]


class Kind(StrEnum):
    """The entries of an answer, in the order in which they come."""

    OPENED = "opened"
    SENTENCE = "sentence"
    REJECTED = "rejected"
    CLOSED = "closed"
    INTERRUPTED = "interrupted"
    ERASED = "erased"
    FEEDBACK = "feedback"


@dataclass(frozen=True, slots=True)
class Opening:
    """What opens a commitment: ``body`` is the canonical JSON of ``{"name", "value"}``."""

    name: str
    salt: bytes
    body: bytes

    @classmethod
    def of(cls, name: str, value: Json) -> Opening:
        return cls(name, secrets.token_bytes(SALT_SIZE), canonical({"name": name, "value": value}))

    @property
    def commitment(self) -> str:
        """64 hexadecimal digits."""
        return hashlib.sha256(self.salt + self.body).hexdigest()


@dataclass(frozen=True, slots=True)
class Draft:
    """An entry before it has its place in the log. ``private`` values are committed to."""

    kind: Kind
    answer: str
    public: Mapping[str, Json]
    private: Mapping[str, Json] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Entry:
    """An entry in the log: ``body`` are the bytes that are hashed."""

    number: int
    answer: str
    kind: Kind
    body: bytes
    leaf: bytes

    @property
    def record(self) -> str:
        """How people name an answer's record: by its opening."""
        return record_name(self.number, self.leaf)


def record_name(number: int, leaf: bytes) -> str:
    """An entry's place and the start of its hash.

    >>> record_name(7, bytes(32))
    '00000007-0000000000000000'
    """
    return f"{number:08d}-{leaf.hex()[:16]}"


def canonical(value: Json) -> bytes:
    """RFC 8785 bytes. Lone surrogates, which UTF-8 cannot carry, become U+FFFD.

    >>> canonical({"b": 1, "a": "文"}).decode()
    '{"a":"文","b":1}'
    """
    try:
        return _written_alike(_plain(value))
    except (_Unlike, UnicodeEncodeError):
        pass
    try:
        return rfc8785.dumps(value)
    except (UnicodeEncodeError, rfc8785.CanonicalizationError):
        return rfc8785.dumps(_encodable(value))


def body_of(
    draft: Draft, number: int, root: bytes, moment: datetime, openings: Sequence[Opening]
) -> bytes:
    """The entry's bytes at place ``number`` of a log whose root was ``root`` before it."""
    return canonical(
        {
            "format": FORMAT,
            "kind": draft.kind.value,
            "answer": draft.answer,
            "number": number,
            "time": moment.astimezone(UTC).isoformat(timespec="milliseconds"),
            "previous": {"size": number, "root": root.hex()},
            "private": {opening.name: opening.commitment for opening in openings},
            **draft.public,
        }
    )


def text_sha256(text: str) -> str:
    """Of a text's UTF-8 bytes, lone surrogates kept; as paragraphs are hashed."""
    return hashlib.sha256(text.encode("utf-8", "surrogatepass")).hexdigest()


class _Unlike(Exception):
    """A value that Python's JSON writer does not write as RFC 8785 does."""


_SAFE_INTEGER = 2**53 - 1


def _plain(value: Json) -> Json:
    """``value`` in dicts, lists and numbers whose JSON in Python is RFC 8785's, which takes a
    quarter of the library's time. Raises :class:`_Unlike` for rare values that are written
    otherwise: large and tiny numbers, names outside ASCII (sorted by UTF-16 there)."""
    match value:
        case str() | bool() | None:
            return value
        case int():
            if -_SAFE_INTEGER <= value <= _SAFE_INTEGER:
                return value
        case float():
            if 1e-4 <= abs(value) < 1e15 or value == 0:
                return int(value) if value.is_integer() else value
        case Mapping():
            if all(isinstance(name, str) and name.isascii() for name in value):
                return {name: _plain(item) for name, item in value.items()}
        case Sequence():
            return [_plain(item) for item in value]
    raise _Unlike


def _written_alike(value: Json) -> bytes:
    text = json.dumps(value, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
    return text.encode()


def _encodable(value: Json) -> Json:
    match value:
        case str():
            return value.encode("utf-8", "surrogatepass").decode("utf-8", "replace")
        case Mapping():
            return {str(_encodable(name)): _encodable(item) for name, item in value.items()}
        case Sequence():
            return [_encodable(item) for item in value]
        case _:
            return value
