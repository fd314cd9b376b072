"""Which answers are still being given, and which were broken off.

Each process that records holds a lock on a file of its own as long as it lives; the system
lets go of it however the process ends. An unclosed answer whose owner's lock is free was broken
off. Several installations may share a database: an owner's name starts with its folder's id,
and owners in other folders are left alone, since their locks cannot be seen from here.
"""

from __future__ import annotations

import contextlib
import fcntl
import os
import uuid
import weakref
from pathlib import Path
from typing import IO

from index.errors import AuditError

IDENTITY = "id"


class Owner:
    """This process, as a locked file in ``folder``."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        try:
            folder.mkdir(parents=True, exist_ok=True, mode=0o700)
            self._home = _identity(folder)
            self.name = f"{self._home}:{os.getpid()}-{uuid.uuid4().hex[:8]}"
            self._path = _path(folder, self.name)
            # Under its name the file is locked from the first moment: nobody takes it for dead.
            aside = self._path.with_name(f".{self._path.name}")
            self._file: IO[bytes] = aside.open("wb")
            fcntl.flock(self._file, fcntl.LOCK_EX)
            aside.rename(self._path)
            # A recorder that nobody holds any more owns nothing.
            self._release = weakref.finalize(self, _release, self._path, self._file)
            self._release.atexit = False
        except OSError as error:
            raise AuditError(
                f"the record's folder {folder} cannot be written: {error}. Check its rights and "
                "the disk's space, or set SUYUAN_HOME to another folder."
            ) from error

    def is_dead(self, owner: str) -> bool:
        """Whether the process called ``owner``, of this folder, is gone."""
        if owner == self.name or owner.partition(":")[0] != self._home:
            return False
        try:
            with _path(self._folder, owner).open("rb") as file:
                fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except FileNotFoundError:
            return True
        except OSError:
            return False
        return True

    def sweep(self) -> None:
        """Removes the files of processes that are gone."""
        for path in self._folder.glob(f"{self._home}:*"):
            if self.is_dead(path.name):
                path.unlink(missing_ok=True)

    def close(self) -> None:
        self._release()


def adopt(folder: Path) -> str:
    """An owner's name under which what a backup left open counts as broken off."""
    folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    return f"{_identity(folder)}:0-restored"


def _identity(folder: Path) -> str:
    """The folder's id, made by whoever comes first."""
    path = folder / IDENTITY
    if not path.exists():
        aside = folder / f".{uuid.uuid4().hex}"
        aside.write_text(uuid.uuid4().hex[:12])
        with contextlib.suppress(FileExistsError):
            os.link(aside, path)
        aside.unlink()
    return path.read_text()


def _release(path: Path, file: IO[bytes]) -> None:
    path.unlink(missing_ok=True)
    file.close()


def _path(folder: Path, owner: str) -> Path:
    return folder / owner.replace("/", "_")
