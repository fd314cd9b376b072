"""The passes of :func:`rag.audit.verification.verify_log` over a log's tables."""

from __future__ import annotations

import json
from collections.abc import Iterator

from rag.audit import merkle
from rag.audit.entries import record_name
from rag.audit.findings import Fault, Report
from rag.audit.note import Checkpoint
from rag.audit.store import Connection, Row

_ENTRIES = "SELECT number, answer, kind, body, leaf FROM entries ORDER BY number"


class Walk:
    """One pass over the entries, with the tree that they make.

    Once an entry was found out, the tree is known to be off: what only follows from it is not
    reported again. Hashes told by checkpoints are compared one by one all the same.
    """

    def __init__(self, connection: Connection, report: Report) -> None:
        self._rows = connection.stream(_ENTRIES)
        self._held = next(self._rows, None)
        self._nodes = _Nodes(connection)
        self._report = report
        self._tree = merkle.Frontier()
        self._next = 0
        self._off = False
        self._unlike: tuple[int, int, bytes] | None = None  # first, last, the first's told hash
        self._told = 0  # the most entries that a checkpoint spoke of

    def compare(self, checkpoint: Checkpoint) -> None:
        """Walks to the checkpoint's size and holds what was found against it."""
        first = checkpoint.size - len(checkpoint.leaves)
        for number, leaf in self._until(checkpoint.size):
            if number >= first:
                self._hold_against(number, leaf, checkpoint.leaves[number - first])
        self._told = max(self._told, checkpoint.size)
        unlike = self._tree.size == checkpoint.size and self._tree.root() != checkpoint.root
        if unlike and not self._off and self._unlike is None:
            self._flaw(
                Fault.REWRITTEN,
                None,
                f"the first {checkpoint.size} entries are not those that the checkpoint kept "
                "elsewhere vouches for",
            )

    def to_the_end(self) -> None:
        for _ in self._until(None):
            pass
        self._tell_unlike()
        if self._next < self._told:
            self._flaw(
                Fault.TRUNCATED,
                self._next,
                f"{entries(self._next, self._told - 1)} missing from the end: a checkpoint kept "
                f"elsewhere speaks of {self._told} entries",
            )
        if not self._off:
            self._nodes.check_end(self._report)
        self._report.size, self._report.root = self._next, self._tree.root()

    def _until(self, size: int | None) -> Iterator[tuple[int, bytes]]:
        """Places and hashes of the entries before ``size``, each checked on the way."""
        while self._held is not None:
            row, number = self._held, self._held[0]
            if not isinstance(number, int):
                words = f"a row in place of entry {self._next} has {number!r} for its number"
                self._flaw(Fault.CHANGED, self._next, words)
                self._held = next(self._rows, None)
                continue
            if size is not None and number >= size:
                return
            if number > self._next:
                words = f"{entries(self._next, number - 1)} missing"
                self._flaw(Fault.MISSING, self._next, words)
            body = row[3] if isinstance(row[3], bytes) else str(row[3]).encode()
            if body is not row[3]:
                self._flaw(Fault.CHANGED, number, f"entry {number} is not kept as bytes")
            self._check(row, number, body)
            leaf = merkle.leaf_hash(body)
            for level, node in enumerate(self._tree.append(leaf)):
                if not self._off:
                    self._nodes.check(level, number >> level, node, self._report)
            self._next, self._held = number + 1, next(self._rows, None)
            yield number, leaf

    def _check(self, row: Row, number: int, body: bytes) -> None:
        _, answer, kind, _, leaf = row
        try:
            said = json.loads(body)
            previous = said["previous"]
            told = (said["number"], said["answer"], said["kind"])
            before = (previous["size"], previous["root"])
        except (ValueError, KeyError, TypeError, RecursionError) as error:
            self._flaw(Fault.CHANGED, number, f"entry {number} cannot be read ({error!r})")
            return
        if leaf != merkle.leaf_hash(body):
            self._flaw(Fault.CHANGED, number, f"entry {number} does not have its hash")
        if told != (number, answer, kind):
            fault = Fault.CHANGED if told[0] == number else Fault.REORDERED
            words = f"entry {number} says of itself that it is entry {told[0]}, {told[2]}"
            self._flaw(fault, number, words)
        if not self._off and before != (number, self._tree.root().hex()):
            words = f"entry {number} follows other entries than those before it"
            self._flaw(Fault.CHANGED, number, words)

    def _flaw(self, fault: Fault, number: int | None, words: str) -> None:
        self._off = True
        self._report.add(fault, number, words)

    def _hold_against(self, number: int, leaf: bytes, told: bytes) -> None:
        if leaf == told:
            self._tell_unlike()
        elif self._unlike is None:
            self._unlike = (number, number, told)
        else:
            self._unlike = (self._unlike[0], number, self._unlike[2])

    def _tell_unlike(self) -> None:
        """One finding for a run of entries that are not those told."""
        if self._unlike is None:
            return
        first, last, told = self._unlike
        self._unlike = None
        record = record_name(first, told)
        if first == last:
            words = f"entry {first} is not {record}, which a checkpoint kept elsewhere speaks of"
            self._flaw(Fault.CHANGED, first, words)
        else:
            words = (
                f"from entry {first} on (it was {record}) to entry {last}, none is what a "
                "checkpoint kept elsewhere speaks of: one was changed, removed, inserted or moved "
                "there, and the rest was made to fit"
            )
            self._flaw(Fault.REWRITTEN, first, words)


def entries(first: int, last: int) -> str:
    """
    >>> entries(3, 3), entries(3, 5)
    ('entry 3 is', 'entries 3 to 5 are')
    """
    return f"entry {first} is" if first == last else f"entries {first} to {last} are"


class _Nodes:
    """The kept nodes, each level read alongside the entries."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection
        self._levels: list[Iterator[Row]] = []

    def check(self, level: int, place: int, node: bytes, report: Report) -> None:
        if level == len(self._levels):
            statement = f"SELECT place, hash FROM nodes WHERE level = {level} ORDER BY place"
            self._levels.append(self._connection.stream(statement))
        if next(self._levels[level], None) != (place, node):
            words = f"the kept node {level}/{place} is not what its entries make"
            report.add(Fault.NODES, place << level, words)

    def check_end(self, report: Report) -> None:
        highest = {"level": len(self._levels)}
        above = self._connection.run(
            "SELECT COUNT(*) FROM nodes WHERE level >= :level OR level < 0", highest
        )
        if above != [(0,)] or any(next(rows, None) is not None for rows in self._levels):
            report.add(Fault.NODES, None, "nodes are kept of entries that are not there")
