"""Converted models on disk: made once, and again when a file is missing or has another size.
Whether their bytes are still those that were written is for :func:`damaged`, when asked."""

from __future__ import annotations

import fcntl
import hashlib
import json
import os
import shutil
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

from index.encoder.identity import QUESTIONS
from index.errors import EncoderError, SuyuanError

MANIFEST = "manifest.json"
MESSAGE_CHARACTERS = 200
"""More than that of a library's message is its insides."""


def cached(folder: Path, make: Callable[[Path], None]) -> Path:
    """``folder`` as ``make(folder)`` fills it: found whole, or made now, one process at a
    time, in a place aside and moved when complete.

    Raises :class:`EncoderError` if the disk refuses or the libraries that make it fail.
    """
    if _is_whole(folder):
        return folder
    try:
        with _locked(folder):
            if _is_whole(folder):  # another process has just made it
                return folder
            aside = folder.with_name(folder.name + ".new")
            shutil.rmtree(aside, ignore_errors=True)
            aside.mkdir()
            try:
                make(aside)
                _write_manifest(aside)
                shutil.rmtree(folder, ignore_errors=True)
                os.rename(aside, folder)
            finally:
                shutil.rmtree(aside, ignore_errors=True)
    except SuyuanError:
        raise
    except Exception as error:  # a full disk is an exception of its own in each library
        why = getattr(error, "strerror", None) or told(error)
        raise EncoderError(
            f"the embedding model cannot be kept in {folder} ({why}). Free some space, or set "
            f"SUYUAN_HOME to another folder. If space is not it, delete {folder} and try again."
        ) from error
    return folder


def told(error: Exception) -> str:
    """A library's exception in a line, with its type: the type is often all that it says.

    >>> told(ValueError("no such thing\\nat 7")), told(MemoryError())
    ('ValueError: no such thing', 'MemoryError')
    """
    first = next(iter(str(error).splitlines()), "")[:MESSAGE_CHARACTERS]
    return f"{type(error).__name__}: {first}" if first else type(error).__name__


def _is_whole(folder: Path) -> bool:
    """Compares names and sizes with the manifest: hashes of 100 MB would cost each question a
    tenth of a second. A file altered at the same size passes here, and :func:`weights_sha256`,
    which reads the manifest only, does not see it either: :func:`damaged` does."""
    try:
        files = json.loads((folder / MANIFEST).read_text(encoding="utf-8"))["files"]
        return bool(files) and all(
            (folder / name).stat().st_size == entry["bytes"] and isinstance(entry["sha256"], str)
            for name, entry in files.items()
        )
    except (OSError, ValueError, KeyError, TypeError, AttributeError):
        return False


def weights_sha256(folder: Path) -> str:
    """The hash of the files that make vectors of passages, as the manifest has it from when they
    were made: the same on every machine that converted the same model. Weights for questions are
    none of them (an index stays good when those learn), nor is what is kept for torch, which is
    not run."""
    files = json.loads((folder / MANIFEST).read_text(encoding="utf-8"))["files"]
    lines = "".join(
        f"{entry['sha256']}  {name}\n"
        for name, entry in sorted(files.items())
        if name.startswith("onnx/") and not name.endswith(QUESTIONS)
    )
    return hashlib.sha256(lines.encode()).hexdigest()


def damaged(folder: Path) -> list[str]:
    """Reads every file in ``folder``; those whose hash is not what its manifest says."""
    files = json.loads((folder / MANIFEST).read_text(encoding="utf-8"))["files"]
    return [name for name, entry in files.items() if not _has(folder / name, entry["sha256"])]


def _has(path: Path, sha256: str) -> bool:
    try:
        return _sha256(path) == sha256
    except OSError:  # gone, or on a part of the disk that cannot be read
        return False


def _write_manifest(folder: Path) -> None:
    files = {
        path.relative_to(folder).as_posix(): {
            "bytes": path.stat().st_size,
            "sha256": _sha256(path),
        }
        for path in sorted(folder.rglob("*"))
        if path.is_file()
    }
    text = json.dumps({"files": files}, indent=2)
    (folder / MANIFEST).write_text(text, encoding="utf-8")


def _sha256(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


@contextmanager
def _locked(folder: Path) -> Iterator[None]:
    folder.parent.mkdir(parents=True, exist_ok=True)
    with (folder.parent / f"{folder.name}.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield
