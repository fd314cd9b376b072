"""What can go wrong with a model, what is tried again, and when it is left alone for a while."""

from __future__ import annotations

import threading
from dataclasses import dataclass
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from time import monotonic

from tenacity import RetryCallState, wait_random_exponential

FIRST_WAIT = 0.25
LONGEST_WAIT = 8.0
FAILURES_TO_OPEN = 3
SECONDS_OPEN = 30.0


@dataclass(frozen=True, slots=True)
class Fault:
    """``passing``: worth another try. ``retry_after``: seconds that the server asked for.
    ``refused``: the server did not accept the request as it was put."""

    message: str
    passing: bool
    retry_after: float | None = None
    refused: bool = False


_ADVICE = {
    400: "it may not know the model's name: check SUYUAN_LLM",
    401: "check SUYUAN_LLM_API_KEY",
    402: "the account has no credit left",
    403: "the key may not use this model: check SUYUAN_LLM_API_KEY",
    404: "check the model's name in SUYUAN_LLM and the path in SUYUAN_LLM_BASE_URL",
    429: "it is asked too often; wait, or raise the quota",
}


def classify(error: BaseException) -> Fault:
    """What ``error``, raised by any provider's client, means for another try. The message
    holds the kind of fault only: a server's own words may hold anything, keys included.

    >>> classify(TimeoutError()).passing, classify(ValueError("x")).passing
    (True, False)
    """
    status = getattr(error, "status_code", None)
    if isinstance(status, int):
        passing = status in (408, 409, 425, 429) or status >= 500
        advice = _ADVICE.get(status, "see the server's own log" if status >= 500 else "")
        message = f"its server answered {status}" + (f"; {advice}" if advice else "")
        return Fault(message, passing, _retry_after(error), status in (400, 415, 422, 501))
    names = {cls.__name__.lower() for cls in type(error).__mro__}
    for sign in ("timeout", "connect", "remoteprotocol", "readerror", "network", "incomplete"):
        if any(sign in name for name in names):
            message = f"{type(error).__name__}; check that its server runs at SUYUAN_LLM_BASE_URL"
            return Fault(message, passing=True)
    return Fault(f"{type(error).__name__}", passing=False)


def first_line(error: BaseException) -> str:
    """What ``error`` says first; its kind, if it says nothing.

    >>> first_line(ValueError("no such model\\nmore")), first_line(KeyError())
    ('no such model', 'KeyError')
    """
    return (str(error).strip().splitlines() or [type(error).__name__])[0][:300].rstrip(".")


def retry_wait(fault: Fault, attempt: int) -> float:
    """Seconds before attempt ``attempt + 1``: what the server asked for, else exponential
    with full jitter (as tenacity computes it)."""
    if fault.retry_after is not None:
        return fault.retry_after
    state = RetryCallState(None, None, (), {})  # type: ignore[arg-type]
    state.attempt_number = attempt
    return float(wait_random_exponential(multiplier=FIRST_WAIT, max=LONGEST_WAIT)(state))


def _retry_after(error: BaseException) -> float | None:
    headers = getattr(getattr(error, "response", None), "headers", None)
    try:
        return _seconds(str(headers["retry-after"])) if headers is not None else None
    except (KeyError, TypeError):
        return None


def _seconds(said: str) -> float | None:
    """What a ``Retry-After`` asks for: seconds, or the date that HTTP allows in their place.

    >>> _seconds("2"), _seconds("Wed, 21 Oct 2015 07:28:00 GMT"), _seconds("soon"), _seconds("-1")
    (2.0, 0.0, None, None)
    """
    try:
        seconds = float(said)
    except ValueError:
        return _seconds_until(said)
    return seconds if 0 <= seconds < float("inf") else None


def _seconds_until(date: str) -> float | None:
    """Seconds from now to ``date``, 0 once it has passed; ``None`` for what is no date."""
    try:
        then = parsedate_to_datetime(date)
    except (ValueError, TypeError, OverflowError):
        return None
    if then.tzinfo is None:  # "-0000": a time in UTC from a clock of unknown zone
        then = then.replace(tzinfo=UTC)
    return max(0.0, (then - datetime.now(UTC)).total_seconds())


class Breaker:
    """A circuit breaker: after a few failures in a row, no calls for half a minute."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._failures = 0
        self._open_until = 0.0

    @property
    def closed(self) -> bool:
        return self.seconds_left <= 0

    @property
    def seconds_left(self) -> float:
        return self._open_until - monotonic()

    def succeeded(self) -> None:
        with self._lock:
            self._failures = 0

    def failed(self) -> None:
        with self._lock:
            self._failures += 1
            if self._failures >= FAILURES_TO_OPEN:
                self._failures = 0
                self._open_until = monotonic() + SECONDS_OPEN
