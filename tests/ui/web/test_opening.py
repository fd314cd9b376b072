"""While the index is being opened the page is there and says so."""

import threading

import httpx
import pytest

from index.errors import IndexDamaged, SuyuanError
from tests.ui.web.running import running
from tests.ui.web.scripted import ScriptedPipeline
from ui.web.opening import Opening
from ui.web.server import create_app
from ui.web.store import Store
from ui.web.uploads import Uploads


def test_page_waits_and_continues(browser, tmp_path):
    go = threading.Event()
    store = Store(":memory:")

    def open_(progress):
        progress("  sentences: 3 of 9")
        assert go.wait(20)
        return Uploads(ScriptedPipeline(), store, tmp_path, lambda *_: ScriptedPipeline())

    opening = Opening(open_)
    opening.start()
    with running(create_app(opening, store)) as address:
        assert httpx.get(f"{address}/api/health").json()["status"] == "starting"
        early = httpx.post(f"{address}/api/ask", json={"question": "x"})
        assert early.status_code == 503
        assert "正在准备" in early.json()["message"]
        page = browser.new_page(locale="zh-CN")
        page.goto(address)
        page.get_by_text("3/9").wait_for()
        assert "正在准备" in page.locator(".preparing").inner_text()
        go.set()
        page.wait_for_selector("#question")
        page.close()


def fails_with(error):
    """An opening that has failed, and has said so."""
    told = threading.Event()

    def open_(_):
        raise error

    opening = Opening(open_)
    opening.on_fault = told.set
    opening.start()
    assert told.wait(5)
    return opening


def test_what_cannot_be_opened_is_told():
    opening = fails_with(IndexDamaged("the index is damaged. Build it again."))
    assert isinstance(opening.fault, IndexDamaged)


def test_an_error_that_nobody_foresaw_ends_the_waiting_too(caplog):
    opening = fails_with(RuntimeError("the secret inside"))
    with pytest.raises(SuyuanError, match=r"RuntimeError.*suyuan doctor") as caught:
        opening.get()
    assert "secret" not in str(caught.value)
    assert "opening failed: RuntimeError" in caplog.text
