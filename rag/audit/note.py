"""Signed checkpoints: C2SP signed notes (https://c2sp.org/signed-note) over tlog checkpoints
(https://c2sp.org/tlog-checkpoint), with Ed25519 keys.

A checkpoint's text is the log's origin, its size, its root hash in base64 and, as extension
lines, the hashes of the entries since the checkpoint before. With those, whoever keeps the
checkpoints can say *which* entry was changed, not only that one was.
"""

from __future__ import annotations

import base64
import binascii
import hashlib
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import (
    Ed25519PrivateKey,
    Ed25519PublicKey,
)

from index.errors import AuditError
from rag.audit.merkle import HASH_SIZE

ED25519 = b"\x01"
_PRIME = 2**255 - 19
_EIGHTH = 0x05FC536D880238B13933C6D305ACDFD5F098EFF289F4C345B027B2C28F95E826
_SMALL = {0, 1, _PRIME - 1, _EIGHTH, _PRIME - _EIGHTH}
"""The y of the points of small order: a signature by such a "key" fits any number of texts."""
_SIGNATURE = re.compile(r"— (\S+) (\S+)")
_LEAF = "leaf "


@dataclass(frozen=True, slots=True)
class PublicKey:
    """A verifier key: ``name+hash+base64(0x01 || key)``. The name is the log's origin."""

    name: str
    key: bytes

    def __post_init__(self) -> None:
        if len(self.key) != 32 or not re.fullmatch(r"[^\s+]+", self.name):
            raise ValueError("a key has a name without spaces or plus signs, and 32 bytes")
        y = int.from_bytes(self.key, "little") & ~(1 << 255)
        if y >= _PRIME or y in _SMALL:
            raise ValueError("these 32 bytes are nobody's key")

    @classmethod
    def parse(cls, text: str) -> PublicKey:
        """Raises :class:`AuditError` for text that is no verifier key."""
        try:
            name, found, encoded = text.strip().split("+", 2)
            raw = decoded(encoded)
            key = cls(name, raw[1:])
        except (ValueError, binascii.Error) as error:
            raise AuditError(
                "this is no public key of a log: expected name+hash+key as `suyuan audit key` "
                "prints it."
            ) from error
        if raw[:1] != ED25519 or found != key.id.hex():
            raise AuditError("the public key is damaged: its hash does not fit. Copy it again.")
        return key

    @property
    def id(self) -> bytes:
        """4 bytes that name the key in a signature line."""
        return hashlib.sha256(self.name.encode() + b"\n" + ED25519 + self.key).digest()[:4]

    def __str__(self) -> str:
        return f"{self.name}+{self.id.hex()}+{base64.b64encode(ED25519 + self.key).decode()}"


@dataclass(frozen=True, slots=True)
class Checkpoint:
    """The log ``origin`` had ``size`` entries and this root; ``leaves`` are the last ones."""

    origin: str
    size: int
    root: bytes
    leaves: tuple[bytes, ...] = ()

    def text(self) -> str:
        """The body that is signed, ending in a newline."""
        lines = [self.origin, str(self.size), _encode(self.root)]
        lines += [_LEAF + _encode(leaf) for leaf in self.leaves]
        return "\n".join(lines) + "\n"

    @classmethod
    def parse(cls, text: str) -> Checkpoint:
        """The inverse of :meth:`text`. Raises ``ValueError`` for anything else."""
        origin, size, root, *rest = text.removesuffix("\n").split("\n")
        if not re.fullmatch(r"0|[1-9]\d{0,17}", size):
            raise ValueError(f"no tree size: {size[:20]}")
        leaves = tuple(_decode(line.removeprefix(_LEAF)) for line in rest if line[:5] == _LEAF)
        return cls(origin, int(size), _decode(root), leaves)


def sign(checkpoint: Checkpoint, key: Ed25519PrivateKey) -> str:
    """A signed note, ending in a newline."""
    public = PublicKey(checkpoint.origin, key.public_key().public_bytes_raw())
    body = checkpoint.text()
    signature = base64.b64encode(public.id + key.sign(body.encode())).decode()
    return f"{body}\n— {public.name} {signature}\n"


def open_note(note: str, keys: tuple[PublicKey, ...]) -> Checkpoint:
    """The checkpoint in ``note`` if one of ``keys`` signed it, under its own name.

    Raises :class:`AuditError` otherwise.
    """
    body, signers = verify_note(note, keys)
    try:
        checkpoint = Checkpoint.parse(body)
    except ValueError as error:
        raise AuditError(f"this is a signed note, but no checkpoint: {error}.") from error
    if all(key.name != checkpoint.origin for key in signers):
        raise AuditError(f"the checkpoint is of the log {checkpoint.origin}, the key of another.")
    return checkpoint


def verify_note(note: str, keys: tuple[PublicKey, ...]) -> tuple[str, list[PublicKey]]:
    """A note's text and which of ``keys`` signed it: at least one, or :class:`AuditError`."""
    body, _, signatures = note.rpartition("\n\n")
    body += "\n"
    lines = [match for line in signatures.split("\n") if (match := _SIGNATURE.fullmatch(line))]
    signers = [key for key in keys if any(_signed(body, line, key) for line in lines)]
    if not signers:
        raise AuditError(
            "the note is not signed by the given key: it was altered, or the key is another's."
        )
    return body, signers


def _signed(body: str, line: re.Match[str], key: PublicKey) -> bool:
    """Whether the signature in ``line`` is that of ``key``."""
    if line[1] != key.name:
        return False
    try:
        raw = decoded(line[2])
        Ed25519PublicKey.from_public_bytes(key.key).verify(raw[4:], body.encode())
    except (InvalidSignature, ValueError, binascii.Error):
        return False
    return raw[:4] == key.id


def split_notes(lines: Iterable[str]) -> Iterator[str]:
    """The notes in a file that holds one after the other: each ends with its signatures."""
    block: list[str] = []
    for line in (line.rstrip("\n") for line in lines):
        if block and block[-1].startswith("— ") and not line.startswith("— "):
            yield "\n".join(block) + "\n"
            block = []
        if line or block:
            block.append(line)
    if any(block):
        yield "\n".join(block) + "\n"


def _encode(raw: bytes) -> str:
    return base64.b64encode(raw).decode()


def decoded(text: str) -> bytes:
    """The bytes of base64 in the one way of writing them; ``ValueError`` for another.

    >>> decoded("AA=="), base64.b64decode("AB==")
    (b'\\x00', b'\\x00')
    >>> decoded("AB==")
    Traceback (most recent call last):
    ValueError: not as base64 is written: AB==
    """
    raw = base64.b64decode(text, validate=True)
    if base64.b64encode(raw).decode() != text:
        raise ValueError(f"not as base64 is written: {text[:20]}")
    return raw


def _decode(text: str) -> bytes:
    raw = decoded(text)
    if len(raw) != HASH_SIZE:
        raise ValueError(f"a hash has {HASH_SIZE} bytes, not {len(raw)}")
    return raw
