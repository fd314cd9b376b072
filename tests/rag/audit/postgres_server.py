"""A real PostgreSQL server of its own: a fresh cluster in a temporary folder, a socket, no port."""

from __future__ import annotations

import os
import shutil
import subprocess
import tempfile
from collections.abc import Sequence
from pathlib import Path

import pytest

ACCOUNT = "postgres"


def programs() -> Path:
    """Where Debian puts the newest server's programs; skips where there are none, except in CI."""
    found = sorted(Path("/usr/lib/postgresql").glob("*/bin/initdb"))
    if not found:
        if os.environ.get("CI"):
            pytest.fail("no PostgreSQL: run .ci/system")
        pytest.skip("no PostgreSQL on this machine")
    return found[-1].parent


class Server:
    """Started, stopped the hard way, started again."""

    def __init__(self) -> None:
        self._programs = programs()
        # The server refuses to be root, and others may not enter root's temporary folders.
        self._user = ACCOUNT if os.geteuid() == 0 else None
        self._folder = Path(tempfile.mkdtemp(prefix="suyuan-pg-", dir="/tmp"))
        if self._user:
            shutil.chown(self._folder, self._user)
        self._data = self._folder / "data"
        self._run("initdb", "-D", str(self._data), "-U", ACCOUNT, "-A", "trust", "-E", "UTF8")

    @property
    def url(self) -> str:
        return f"postgresql+psycopg://{ACCOUNT}:sesame@/postgres?host={self._folder}"

    def start(self) -> None:
        options = f"-k {self._folder} -c listen_addresses="
        self._control("start", "-w", "-l", str(self._folder / "log"), "-o", options)

    def stop(self, mode: str = "fast") -> None:
        """``immediate`` is as if the power went."""
        self._control("stop", "-m", mode)

    def holding(self, words: str) -> list[Path]:
        """The files of tables that hold ``words``, once the server has written all it has."""
        self.stop()
        self.start()
        files = [path for path in (self._data / "base").rglob("*") if path.is_file()]
        return [path for path in files if words.encode() in path.read_bytes()]

    def remove(self) -> None:
        if (self._data / "postmaster.pid").exists():
            self.stop("immediate")
        shutil.rmtree(self._folder)

    def _control(self, action: str, *options: str) -> None:
        self._run("pg_ctl", action, "-D", str(self._data), *options)

    def _run(self, program: str, *arguments: str) -> None:
        command: Sequence[str] = (str(self._programs / program), *arguments)
        with (self._folder.parent / f"{self._folder.name}.out").open("w+") as out:
            done = subprocess.run(
                command, user=self._user, cwd="/", stdout=out, stderr=out, check=False
            )
            out.seek(0)
            told = out.read()
        os.unlink(out.name)
        assert done.returncode == 0, told
