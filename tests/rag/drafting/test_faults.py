"""What a server says of waiting is understood in both forms that HTTP has for it."""

from __future__ import annotations

import itertools
import time
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime
from types import SimpleNamespace

import pytest

from rag.drafting import open_drafter
from rag.drafting.faults import classify, retry_wait
from rag.drafting.prompt import Message
from rag.settings import Settings
from tests.rag.scripted_server import Handler, serving


class TooMany(Exception):
    """As the clients of providers raise it."""

    status_code = 429

    def __init__(self, said: str) -> None:
        self.response = SimpleNamespace(headers={"retry-after": said})


def http_date(seconds: float) -> str:
    return format_datetime(datetime.now(UTC) + timedelta(seconds=seconds), usegmt=True)


def test_seconds_and_dates_ask_for_the_same_wait() -> None:
    assert classify(TooMany("90")).retry_after == 90
    until = classify(TooMany(http_date(90))).retry_after
    assert until is not None
    assert 85 < until <= 90
    assert retry_wait(classify(TooMany(http_date(90))), 1) > 85


@pytest.mark.parametrize(
    "said",
    [http_date(-3600), "Sunday, 06-Nov-94 08:49:37 GMT", "Sun Nov  6 08:49:37 1994",
     "Sun, 06 Nov 1994 08:49:37 -0000", "Sun, 06 Nov 1994 08:49:37 +0800"],
)  # fmt: skip
def test_a_date_that_has_passed_asks_for_no_wait(said: str) -> None:
    """Also as older servers write it, and never for less than none: a sleep would raise."""
    assert classify(TooMany(said)).retry_after == 0.0


@pytest.mark.parametrize(
    "said",
    ["", "soon", "-1", "nan", "inf", "1e999", "Wed, 99 Foo 2099 99:99:99 GMT", "0" * 5000 + "x",
     "Sun, 06 Nov 99999 08:49:37 GMT", "Sun, 06 Nov 1994 08:49:37 +" + "9" * 40],
)  # fmt: skip
def test_what_is_neither_leaves_the_wait_to_us(said: str) -> None:
    fault = classify(TooMany(said))
    assert fault.retry_after is None
    assert fault.passing
    assert retry_wait(fault, 1) >= 0


def test_a_fault_without_a_response_has_no_wait() -> None:
    assert classify(TimeoutError()).retry_after is None


def test_a_date_is_obeyed_over_http() -> None:
    calls = itertools.count()

    def reply(handler: Handler, _prompt: str) -> None:
        if next(calls) == 0:
            handler.status(429, retry_after=http_date(3))
        else:
            handler.say("好")

    with serving(reply) as server:
        drafter = open_drafter(
            Settings.load(llm="openai:scripted", llm_base_url=server.url, llm_timeout=20)
        )
        assert drafter is not None
        started = time.monotonic()
        assert "".join(drafter.stream([Message("user", "好?")])) == "好"
    # More than our own first wait can be (0.25 s); the date has whole seconds only.
    assert 1.5 < time.monotonic() - started < 15
