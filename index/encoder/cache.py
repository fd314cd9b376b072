"""Converted models on disk: made once, hashed, made again when damaged."""

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
from index.errors import EncoderError

MANIFEST = "manifest.json"


def cached(folder: Path, make: Callable[[Path], None]) -> Path:
    """``folder`` as ``make(folder)`` fills it: found whole, or made now, one process at a
    time, in a place aside and moved when complete.

    Raises :class:`EncoderError` if the disk refuses.
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
    except OSError as error:
        raise EncoderError(
            f"the embedding model cannot be kept in {folder} ({error.strerror or error}). Free "
            "some space, or set SUYUAN_HOME to another folder."
        ) from error
    return folder


def _is_whole(folder: Path) -> bool:
    """Compares names and sizes with the manifest: a hash of 100 MB would cost each question a
    tenth of a second; :func:`weights_sha256` is compared with the index's manifest anyway."""
    try:
        files = json.loads((folder / MANIFEST).read_text(encoding="utf-8"))["files"]
        return bool(files) and all(
            (folder / name).stat().st_size == entry["bytes"] for name, entry in files.items()
        )
    except (OSError, ValueError, KeyError, TypeError, AttributeError):
        return False


def weights_sha256(folder: Path) -> str:
    """The hash of the files that make vectors of passages, as the manifest has it: the same on
    every machine that converted the same model. Weights for questions are none of them (an
    index stays good when those learn), nor is what is kept for torch, which is not run."""
    files = json.loads((folder / MANIFEST).read_text(encoding="utf-8"))["files"]
    lines = "".join(
        f"{entry['sha256']}  {name}\n"
        for name, entry in sorted(files.items())
        if name.startswith("onnx/") and not name.endswith(QUESTIONS)
    )
    return hashlib.sha256(lines.encode()).hexdigest()


def check(folder: Path) -> bool:
    """Whether every file in ``folder`` has the hash that its manifest says."""
    files = json.loads((folder / MANIFEST).read_text(encoding="utf-8"))["files"]
    return all(_sha256(folder / name) == entry["sha256"] for name, entry in files.items())


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
