"""Checkpoints that were kept elsewhere, read back with the keys that signed them."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from index.errors import AuditError, SourceUnreadable, UsageError
from rag.audit.keys import read_public
from rag.audit.note import Checkpoint, PublicKey, open_note, split_notes
from rag.audit.publishing import TORN


def public_keys(given: str | Path) -> tuple[PublicKey, ...]:
    """The keys in a file, or the one key written out. Raises :class:`UsageError`."""
    path = Path(given)
    try:
        if "+" in str(given) and not path.exists():
            return (PublicKey.parse(str(given)),)
        return read_public(path)
    except (AuditError, OSError) as error:
        raise UsageError(f"--key: {error}") from error


def read_checkpoints(path: Path, key: str | Path) -> Iterator[Checkpoint]:
    """The checkpoints in a file, one at a time, oldest first.

    Those that a loss of power cut short are passed over, also the last one in a file that was
    copied while it was written. Raises :class:`AuditError` for one that none of the keys signed,
    :class:`SourceUnreadable` for a file that cannot be read or holds none at all.
    """
    found = 0
    keys = public_keys(key)
    torn = TORN.decode().strip()
    try:
        with path.open(encoding="utf-8", newline="\n") as file:
            for count, note in enumerate(split_notes(file), start=1):
                *_, last = note.rstrip().splitlines()
                if last == torn or not last.startswith("— "):
                    continue
                try:
                    yield open_note(note, keys)
                except AuditError as error:
                    raise AuditError(f"{path}, checkpoint {count}: {error}") from error
                found += 1
    except (OSError, UnicodeDecodeError) as error:
        why = error.strerror if isinstance(error, OSError) else "it is no text"
        raise SourceUnreadable(
            f"the checkpoints in {path} cannot be read ({why}). Give the file that was kept."
        ) from error
    if not found:
        raise SourceUnreadable(
            f"{path} holds no checkpoint. Give the checkpoints.txt that was kept elsewhere."
        )
