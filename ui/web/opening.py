"""The pipeline, opened while the server already listens.

The first start may have to prepare the model and build the index. The page is there at once
and says what is going on, instead of a browser that cannot connect.
"""

from __future__ import annotations

import logging
import threading
from collections.abc import Callable
from typing import Generic, TypeVar

from index.errors import SuyuanError

T = TypeVar("T")
_LOG = logging.getLogger(__name__)


class NotReady(SuyuanError):
    """Still opening; the message is how far it is, in the words of the index."""


class Opening(Generic[T]):
    """A value being made in a thread of its own.

    >>> opening = Opening(lambda progress: 7)
    >>> opening.start(); opening.wait(5), opening.get()
    (True, 7)
    """

    def __init__(self, open_: Callable[[Callable[[str], None]], T]) -> None:
        self._open = open_
        self._value: list[T] = []
        self._done = threading.Event()
        self._thread = threading.Thread(target=self._run, name="opening", daemon=True)
        self.stage = ""
        self.fault: SuyuanError | None = None
        self.on_fault: Callable[[], None] = lambda: None

    def start(self) -> None:
        self._thread.start()

    def wait(self, seconds: float | None = None) -> bool:
        """Whether it is done, after at most ``seconds``."""
        return self._done.wait(seconds)

    @property
    def ready(self) -> bool:
        return bool(self._value)

    def get(self) -> T:
        """The value; raises :class:`NotReady` before it is there, and what went wrong."""
        if self.fault is not None:
            raise self.fault
        if not self._value:
            raise NotReady(self.stage or "…")
        return self._value[0]

    def _say(self, stage: str) -> None:
        self.stage = stage.strip()

    def _run(self) -> None:
        try:
            self._value.append(self._open(self._say))
        except Exception as error:  # whatever it is, nobody may be left waiting for it
            self.fault = error if isinstance(error, SuyuanError) else _unforeseen(error)
            self.on_fault()
        finally:
            self._done.set()


def _unforeseen(error: Exception) -> SuyuanError:
    """A fault of the program's own: its insides go to the log, not to the page."""
    kind = type(error).__name__
    _LOG.error("opening failed: %s", kind, exc_info=error)
    return SuyuanError(
        f"the index could not be opened: an error that was not foreseen ({kind}). Run suyuan "
        "doctor, which tries each part by itself; if all of it works, report this."
    )
