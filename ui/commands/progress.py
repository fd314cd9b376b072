"""Progress for people: on standard error, so that output stays clean to read by programs."""

from __future__ import annotations

import sys
from collections.abc import Callable
from time import monotonic


def to_stderr(*, every: float = 0.5) -> Callable[[str], None]:
    """A function that prints messages; counters (``  chunks: 3 of 9``) at most each ``every``
    seconds."""
    last = -every

    def say(message: str) -> None:
        nonlocal last
        now = monotonic()
        if message.startswith(" ") and now - last < every:
            return
        last = now
        print(message, file=sys.stderr, flush=True)

    return say
