"""The Merkle tree of RFC 6962, section 2.1: hashes of leaves and nodes, proofs, verification.

Proofs are computed from a reader of *perfect* nodes, ``read(level, index)``: the hash over the
``2**level`` leaves from ``index * 2**level`` on. A log keeps those as it grows (at most two new
ones per entry on average), so that neither a root nor a proof reads more than the logarithm of
its size.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterator, Sequence

EMPTY_ROOT = hashlib.sha256(b"").digest()
HASH_SIZE = 32

Read = Callable[[int, int], bytes]


def leaf_hash(data: bytes) -> bytes:
    """32 bytes: SHA-256 of 0x00 and the entry.

    >>> leaf_hash(b"").hex()[:16]
    '6e340b9cffb37a98'
    """
    return hashlib.sha256(b"\x00" + data).digest()


def node_hash(left: bytes, right: bytes) -> bytes:
    """32 bytes: SHA-256 of 0x01 and the two children."""
    return hashlib.sha256(b"\x01" + left + right).digest()


def new_nodes(number: int, leaf: bytes, read: Read) -> Iterator[tuple[int, int, bytes]]:
    """The perfect nodes ``(level, index, hash)`` that the leaf ``number`` (from 0) completes,
    lowest first."""
    level, index, node = 0, number, leaf
    yield level, index, node
    while index % 2:
        node = node_hash(read(level, index - 1), node)
        level, index = level + 1, index // 2
        yield level, index, node


def root(size: int, read: Read) -> bytes:
    """The root over the first ``size`` leaves."""
    return _range_hash(0, size, read) if size else EMPTY_ROOT


def inclusion_proof(number: int, size: int, read: Read) -> list[bytes]:
    """The audit path of leaf ``number`` in the tree of ``size`` leaves (RFC 6962, 2.1.1).

    Raises ``ValueError`` unless ``0 <= number < size``.
    """
    if not 0 <= number < size:
        raise ValueError(f"no leaf {number} in a tree of {size}")
    path: list[bytes] = []
    begin, end = 0, size
    while end - begin > 1:
        middle = begin + _split(end - begin)
        if number < middle:
            path.append(_range_hash(middle, end, read))
            end = middle
        else:
            path.append(_range_hash(begin, middle, read))
            begin = middle
    return path[::-1]


def consistency_proof(old: int, new: int, read: Read) -> list[bytes]:
    """That the tree of ``new`` leaves continues that of ``old`` ones (RFC 6962, 2.1.2).

    Raises ``ValueError`` unless ``0 < old <= new``.
    """
    if not 0 < old <= new:
        raise ValueError(f"no proof from {old} to {new}")
    return _subproof(old, 0, new, True, read)


def _subproof(old: int, begin: int, end: int, whole: bool, read: Read) -> list[bytes]:
    if old == end:
        return [] if whole else [_range_hash(begin, end, read)]
    middle = begin + _split(end - begin)
    if old <= middle:
        return [*_subproof(old, begin, middle, whole, read), _range_hash(middle, end, read)]
    return [*_subproof(old, middle, end, False, read), _range_hash(begin, middle, read)]


def root_from_inclusion(leaf: bytes, number: int, size: int, path: Sequence[bytes]) -> bytes | None:
    """The root that ``path`` leads to from ``leaf``; ``None`` for a path of the wrong length
    (RFC 9162, 2.1.3.2)."""
    if not 0 <= number < size:
        return None
    node, last, place = leaf, size - 1, number
    for sibling in path:
        if last == 0:
            return None
        if place % 2 or place == last:
            node = node_hash(sibling, node)
            while place % 2 == 0 and place:
                place, last = place // 2, last // 2
        else:
            node = node_hash(node, sibling)
        place, last = place // 2, last // 2
    return node if last == 0 else None


def is_consistent(
    old: int, new: int, old_root: bytes, new_root: bytes, path: Sequence[bytes]
) -> bool:
    """Whether ``path`` proves that the newer tree continues the older (RFC 9162, 2.1.4.2)."""
    if not 0 < old <= new:
        return False
    if old == new:
        return not path and old_root == new_root
    steps = list(path) if old & (old - 1) else [old_root, *path]
    if not steps:
        return False
    place, last = old - 1, new - 1
    while place % 2:
        place, last = place // 2, last // 2
    older = newer = steps[0]
    for sibling in steps[1:]:
        if last == 0:
            return False
        if place % 2 or place == last:
            older, newer = node_hash(sibling, older), node_hash(sibling, newer)
            while place % 2 == 0 and place:
                place, last = place // 2, last // 2
        else:
            newer = node_hash(newer, sibling)
        place, last = place // 2, last // 2
    return last == 0 and older == old_root and newer == new_root


class Frontier:
    """A tree that only grows, in memory of the logarithm of its size: for streaming over a
    log of any length.

    >>> tree = Frontier()
    >>> len(tree.append(leaf_hash(b""))), tree.root() == leaf_hash(b"")
    (1, True)
    """

    def __init__(self) -> None:
        self.size = 0
        self._peaks: list[tuple[int, bytes]] = []

    def append(self, leaf: bytes) -> list[bytes]:
        """The perfect nodes that this leaf completes, one per level from 0 (itself) upwards."""
        completed = [leaf]
        while self._peaks and self._peaks[-1][0] == len(completed) - 1:
            completed.append(node_hash(self._peaks.pop()[1], completed[-1]))
        self._peaks.append((len(completed) - 1, completed[-1]))
        self.size += 1
        return completed

    def root(self) -> bytes:
        if not self._peaks:
            return EMPTY_ROOT
        node = self._peaks[-1][1]
        for _, left in reversed(self._peaks[:-1]):
            node = node_hash(left, node)
        return node


def _split(size: int) -> int:
    """The largest power of two below ``size``."""
    return 1 << (size - 1).bit_length() - 1


def _range_hash(begin: int, end: int, read: Read) -> bytes:
    """The hash over leaves ``begin`` to ``end``; ``begin`` is where a subtree starts."""
    size = end - begin
    if size & (size - 1) == 0:
        level = size.bit_length() - 1
        return read(level, begin >> level)
    middle = begin + _split(size)
    return node_hash(_range_hash(begin, middle, read), _range_hash(middle, end, read))
