"""What reading a log again found."""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import StrEnum

from rag.audit import merkle

LISTED = 20
"""Findings kept word for word; the rest are counted."""


class Fault(StrEnum):
    """What is wrong with an entry, or with the log."""

    CHANGED = "changed"
    MISSING = "missing"
    REORDERED = "reordered"
    TRUNCATED = "truncated"
    REWRITTEN = "rewritten"
    NODES = "nodes"
    TEXT = "text"
    DOCUMENT = "document"
    SCHEMA = "schema"
    UNSEALED = "unsealed"
    CHECKPOINT = "checkpoint"


@dataclass(frozen=True, slots=True)
class Finding:
    """``number`` is the entry's place in the log, from 0; ``None`` if it is about the whole."""

    fault: Fault
    number: int | None
    words: str


@dataclass(slots=True)
class Report:
    """``witnessed`` is how many entries checkpoints kept elsewhere vouch for."""

    size: int = 0
    root: bytes = merkle.EMPTY_ROOT
    witnessed: int = 0
    checkpoints: int = 0
    count: int = 0
    findings: list[Finding] = field(default_factory=list)

    @property
    def sound(self) -> bool:
        return self.count == 0

    def add(self, fault: Fault, number: int | None, words: str) -> None:
        self.count += 1
        if len(self.findings) < LISTED:
            self.findings.append(Finding(fault, number, words))
