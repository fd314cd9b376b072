"""Checkpoints taken elsewhere: a file that only grows, in a place apart from the log.

Whoever can write the log can rewrite it, and with the key can sign it anew. What they cannot do
is change a copy that is not theirs. So each closed answer appends a signed checkpoint to a
second place; mount another machine's folder there, or copy the file away often.
"""

from __future__ import annotations

import fcntl
import os
from pathlib import Path
from threading import Lock
from typing import IO

from index.errors import AuditError
from rag.audit.keys import Keyring
from rag.audit.log import Log
from rag.audit.note import Checkpoint, sign, split_notes

FILE = "checkpoints.txt"
BATCH = 500
"""Entries named by one checkpoint, at most: its note stays within what is read of the tail."""
TORN = b"\n\xe2\x80\x94 torn\n\n"
"""Ends a note that a full disk or a loss of power cut short; it is signed by nobody."""
_TAIL = 65536


class Publisher:
    """Appends checkpoints of one log to one file. Several processes may."""

    def __init__(self, log: Log, keyring: Keyring, folder: Path) -> None:
        self.path = folder / FILE
        self._log = log
        self.keyring = keyring
        self._lock = Lock()
        self._known: tuple[int, int] | None = None  # the file's length and the size it ends with

    def publish(self) -> None:
        """Checkpoints up to the log as it is now, written to the second place.

        Raises :class:`AuditError` if that place cannot be written; the next one that can
        covers what this one would have.
        """
        try:
            with self._lock:
                self.path.parent.mkdir(parents=True, exist_ok=True)
                with self.path.open("a+b") as file:
                    fcntl.flock(file, fcntl.LOCK_EX)
                    self._append(file)
        except OSError as error:
            raise AuditError(
                f"the checkpoint could not be put in {self.path}: {error}. Make that place "
                "writable (SUYUAN_CHECKPOINTS); answers stay recorded meanwhile."
            ) from error

    def _append(self, file: IO[bytes]) -> None:
        before = self._last_size(file.seek(0, os.SEEK_END))
        notes = b""
        # A log shorter than its last checkpoint was cut: say so, hide nothing.
        for size, root, leaves in self._log.parts(before, BATCH):
            if size != before:
                checkpoint = Checkpoint(self.keyring.origin, size, root, tuple(leaves))
                notes += sign(checkpoint, self.keyring.private).encode() + b"\n"
        if not notes:
            return
        # Not forced to disk: the log is, and after a loss of power the next one catches up.
        file.write(notes if _ends_whole(self.path) else TORN + notes)
        file.flush()
        self._known = (file.tell(), size)

    def _last_size(self, length: int) -> int:
        if self._known is None or self._known[0] != length:
            self._known = (length, last_size(self.path))
        return self._known[1]


def _ends_whole(path: Path) -> bool:
    """Whether the last note was written to its end."""
    with path.open("rb") as file:
        file.seek(max(0, file.seek(0, os.SEEK_END) - 2))
        return file.read() in (b"", b"\n\n")


def last_size(path: Path) -> int:
    """The size that the last whole checkpoint in the file speaks of; 0 if there is none."""
    with path.open("rb") as file:
        file.seek(max(0, file.seek(0, os.SEEK_END) - _TAIL))
        tail = file.read().decode("utf-8", "replace")
    sizes = [0]
    for note in split_notes(tail.split("\n")):
        body, signed, _ = note.rpartition("\n\n")
        try:
            sizes.append(Checkpoint.parse(body).size if signed else 0)
        except ValueError:
            continue  # a note cut off by the window, or a half-written last one
    return sizes[-1]
