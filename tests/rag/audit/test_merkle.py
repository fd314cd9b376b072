"""The tree against the reference vectors, against an independent definition, and for every size."""

from __future__ import annotations

import hashlib

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rag.audit import merkle

# Inputs and roots of the reference implementation of Certificate Transparency.
INPUTS = [
    bytes.fromhex(text)
    for text in (
        "", "00", "10", "2021", "3031", "40414243", "5051525354555657",
        "606162636465666768696a6b6c6d6e6f",
    )
]  # fmt: skip
ROOTS = [
    "6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d",
    "fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125",
    "aeb6bcfe274b70a14fb067a5e5578264db0fa9b51af5e0ba159158f329e06e77",
    "d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7",
    "4e3bbb1f7b478dcfe71fb631631519a3bca12c9aefca1612bfce4c13a86264d4",
    "76e67dadbcdf1e10e1b74ddc608abd2f98dfb16fbce75277b5232a127f2087ef",
    "ddb89be403809e325750d3d263cd78929c2942b7942a34b77e122c9594a74c8c",
    "5dc9da79a70659a9ad559cb701ded9a2ab9d823aad2f4960cfe370eff4604328",
]


class Nodes(dict[tuple[int, int], bytes]):
    """The perfect nodes of a growing tree."""

    def __init__(self, leaves: list[bytes]) -> None:
        super().__init__()
        for number, leaf in enumerate(leaves):
            for level, index, node in merkle.new_nodes(number, leaf, self.read):
                self[level, index] = node

    def read(self, level: int, index: int) -> bytes:
        return self[level, index]


def definition(entries: list[bytes]) -> bytes:
    """RFC 6962's MTH, word for word."""
    if not entries:
        return hashlib.sha256().digest()
    if len(entries) == 1:
        return hashlib.sha256(b"\0" + entries[0]).digest()
    k = 1
    while 2 * k < len(entries):
        k *= 2
    return hashlib.sha256(b"\1" + definition(entries[:k]) + definition(entries[k:])).digest()


def test_the_reference_roots() -> None:
    nodes = Nodes([merkle.leaf_hash(data) for data in INPUTS])
    assert merkle.root(0, nodes.read) == hashlib.sha256(b"").digest()
    for size, expected in enumerate(ROOTS, start=1):
        assert merkle.root(size, nodes.read).hex() == expected


def test_the_reference_proofs() -> None:
    """The paths given in the reference implementation's tests."""
    nodes = Nodes([merkle.leaf_hash(data) for data in INPUTS])
    path = [node.hex() for node in merkle.inclusion_proof(0, 8, nodes.read)]
    assert path == [
        "96a296d224f285c67bee93c30f8a309157f0daa35dc5b87e410b78630a09cfc7",
        "5f083f0a1a33ca076a95279832580db3e0ef4584bdff1f54c8a360f50de3031e",
        "6b47aaf29ee3c2af9af889bc1fb9254dabd31177f16232dd6aab035ca39bf6e4",
    ]
    between = [node.hex() for node in merkle.consistency_proof(6, 8, nodes.read)]
    assert between == [
        "0ebc5d3437fbe2db158b9f126a1d118e308181031d0a949f8dededebc558ef6a",
        "ca854ea128ed050b41b35ffc1b87b8eb2bde461e9e3b5596ece6b9d5975a0ae0",
        "d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7",
    ]


@pytest.mark.parametrize("size", range(1, 70))
def test_every_proof_of_every_size_holds_and_nothing_else_does(size: int) -> None:
    entries = [bytes([n]) for n in range(size)]
    leaves = [merkle.leaf_hash(entry) for entry in entries]
    nodes = Nodes(leaves)
    whole = definition(entries)
    assert merkle.root(size, nodes.read) == whole
    for number in range(size):
        path = merkle.inclusion_proof(number, size, nodes.read)
        assert merkle.root_from_inclusion(leaves[number], number, size, path) == whole
        other = (number + 1) % size
        if other != number:
            assert merkle.root_from_inclusion(leaves[other], number, size, path) != whole
            assert merkle.root_from_inclusion(leaves[number], other, size, path) != whole
        assert merkle.root_from_inclusion(leaves[number], number, size, [*path, whole]) != whole
        if path:
            assert merkle.root_from_inclusion(leaves[number], number, size, path[:-1]) != whole
    for old in range(1, size + 1):
        before = definition(entries[:old])
        path = merkle.consistency_proof(old, size, nodes.read)
        assert merkle.is_consistent(old, size, before, whole, path)
        assert not merkle.is_consistent(old, size, whole if old < size else b"x", whole, path)
        if old < size:
            assert not merkle.is_consistent(old, size, before, before, path)
            assert not merkle.is_consistent(old, size, before, whole, path[:-1])


@given(st.lists(st.binary(max_size=8), max_size=40))
def test_streaming_gives_the_same_root(entries: list[bytes]) -> None:
    tree = merkle.Frontier()
    nodes = Nodes([merkle.leaf_hash(entry) for entry in entries])
    for number, entry in enumerate(entries):
        for level, node in enumerate(tree.append(merkle.leaf_hash(entry))):
            assert nodes[level, number >> level] == node
    assert tree.root() == definition(entries)
    assert tree.size == len(entries)


@pytest.mark.parametrize(("number", "size"), [(0, 0), (3, 3), (-1, 2)])
def test_no_proof_of_what_is_not_there(number: int, size: int) -> None:
    with pytest.raises(ValueError, match="no leaf"):
        merkle.inclusion_proof(number, size, lambda *_: b"")
    assert merkle.root_from_inclusion(b"", number, size, []) is None


def test_no_consistency_with_the_future() -> None:
    with pytest.raises(ValueError, match="no proof"):
        merkle.consistency_proof(3, 2, lambda *_: b"")
    assert not merkle.is_consistent(3, 2, b"", b"", [])
    assert not merkle.is_consistent(0, 2, b"", b"", [])
