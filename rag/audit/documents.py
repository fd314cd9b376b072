"""Documents that were cited, kept by their hash: an old citation opens the words it cited,
also when the index has moved on to a newer text."""

from __future__ import annotations

import os
import uuid
from pathlib import Path

from index.docstore import read_documents, write_documents
from index.document import Document
from index.errors import AuditError


def keep_document(folder: Path, document: Document) -> None:
    """Keeps ``document``, if it is not kept already. Raises :class:`AuditError`."""
    path = _path(folder, document.sha256)
    if path.exists():
        return
    try:
        folder.mkdir(parents=True, exist_ok=True, mode=0o700)
        aside = path.with_name(f"{path.name}.{uuid.uuid4().hex[:8]}")
        write_documents(aside, [document])
        with aside.open("rb") as file:
            os.fsync(file.fileno())
        aside.replace(path)
    except OSError as error:
        raise AuditError(
            f"a cited document could not be kept in {folder}: {error}. Check the disk's space."
        ) from error


def kept_document(folder: Path, sha256: str) -> Document | None:
    """The document whose source had this hash; ``None`` if it was never cited.

    Raises :class:`AuditError` if what is kept is damaged.
    """
    path = _path(folder, sha256)
    if not path.exists():
        return None
    try:
        (document,) = read_documents(path)
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise AuditError(f"the kept document {path} is damaged. Restore it from backup.") from error
    return document


def _path(folder: Path, sha256: str) -> Path:
    if len(sha256) != 64 or not sha256.isalnum():
        raise AuditError(f"{sha256[:70]!r} is no document hash.")
    return folder / f"{sha256}.jsonl"
