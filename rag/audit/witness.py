"""Checkpoints that were kept elsewhere, read back with the keys that signed them."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from index.errors import AuditError
from rag.audit.keys import read_public
from rag.audit.note import Checkpoint, PublicKey, open_note, split_notes
from rag.audit.publishing import TORN


def public_keys(given: str | Path) -> tuple[PublicKey, ...]:
    """The keys in a file, or the one key written out. Raises :class:`AuditError`."""
    path = Path(given)
    if "+" in str(given) and not path.exists():
        return (PublicKey.parse(str(given)),)
    return read_public(path)


def read_checkpoints(path: Path, key: str | Path) -> Iterator[Checkpoint]:
    """The checkpoints in a file, one at a time, oldest first.

    Raises :class:`AuditError` for the file and for one that none of the keys signed; those that
    a loss of power cut short are passed over.
    """
    keys = public_keys(key)
    torn = TORN.decode().strip()
    try:
        with path.open(encoding="utf-8", newline="\n") as file:
            for count, note in enumerate(split_notes(file), start=1):
                if note.rstrip().endswith(torn):
                    continue
                try:
                    yield open_note(note, keys)
                except AuditError as error:
                    raise AuditError(f"{path}, checkpoint {count}: {error}") from error
    except (OSError, UnicodeDecodeError) as error:
        raise AuditError(
            f"the checkpoints in {path} cannot be read ({error}). Give the file that was kept."
        ) from error
