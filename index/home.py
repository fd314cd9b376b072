"""Where data, the default index, records and caches live."""

from __future__ import annotations

import os
from collections.abc import Mapping
from pathlib import Path


def data_home(environment: Mapping[str, str] | None = None) -> Path:
    """``$SUYUAN_HOME``, else ``suyuan`` in the user's data folder.

    >>> data_home({"SUYUAN_HOME": "/srv/suyuan"}).as_posix()
    '/srv/suyuan'
    """
    env = os.environ if environment is None else environment
    if env.get("SUYUAN_HOME"):
        return Path(env["SUYUAN_HOME"]).expanduser()
    base = env.get("XDG_DATA_HOME") or "~/.local/share"
    return Path(base).expanduser() / "suyuan"
