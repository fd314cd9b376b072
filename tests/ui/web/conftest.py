"""A browser, and servers for it to look at."""

from __future__ import annotations

import re
import shutil
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from pathlib import Path

import pytest

from tests.ui.web.running import app_over, running
from tests.ui.web.scripted import ScriptedPipeline
from ui.web.service import Site

playwright = pytest.importorskip("playwright.sync_api", reason="needs the test extras")

PATIENCE_MS = 30_000
"""How long a test waits for what it looks at: other work on the machine may slow the browser ten
times. What is measured has limits of its own (``test_speed.py``)."""
playwright.expect.set_options(timeout=PATIENCE_MS)

CHROMIUM_FLAGS = (
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
)


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    for item in items:
        if "browser" in getattr(item, "fixturenames", ()):
            item.add_marker(pytest.mark.browser)


@pytest.fixture(scope="session")
def browser() -> Iterator[playwright.Browser]:
    executable = shutil.which("chromium")
    if executable is None:
        pytest.skip("chromium is not installed: apt-get install chromium")
    with playwright.sync_playwright() as started:
        browser = started.chromium.launch(executable_path=executable, args=list(CHROMIUM_FLAGS))
        yield browser
        browser.close()


SITE = Site("云溪市政务服务管理局", "云溪市政务服务大厅", "000-12345", "editor-token-for-tests")


@pytest.fixture(scope="session")
def address(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """A server over the scripted pipeline that most tests share."""
    folder = tmp_path_factory.mktemp("web")
    with running(app_over(ScriptedPipeline(), folder, site=SITE)) as where:
        yield where


@pytest.fixture
def serve(tmp_path: Path) -> Iterator[Callable[..., str]]:
    """Starts a server of its own for a test."""
    with ExitStack() as stack:
        yield lambda pipeline, **options: stack.enter_context(
            running(app_over(pipeline, tmp_path, **({"site": SITE} | options)))
        )


Open = Callable[..., playwright.Page]


PICTURES = Path(__file__).parents[3] / "artifacts" / "screenshots"


@pytest.fixture
def open_page(browser: playwright.Browser, request: pytest.FixtureRequest) -> Iterator[Open]:
    """Opens an address in a fresh browser profile; a page error or a request that leaves the
    machine fails the test. What the pages show at the end is kept as a picture. ``script`` runs
    in every page before its own."""
    contexts, faults = [], []

    def watch(request: playwright.Request) -> None:
        if not request.url.startswith(("http://127.0.0.1:", "data:", "blob:http://127.0.0.1:")):
            faults.append(f"left the machine: {request.url}")

    def open_(url: str, **options: object) -> playwright.Page:
        settings = {"viewport": {"width": 1440, "height": 900}, "locale": "zh-CN"} | options
        script = settings.pop("script", None)
        context = browser.new_context(**settings)
        if script is not None:
            context.add_init_script(script)
        context.set_default_timeout(PATIENCE_MS)
        contexts.append(context)
        context.on("request", watch)
        context.on("weberror", lambda error: faults.append(f"page error: {error.error}"))
        page = context.new_page()
        page.goto(url)
        page.wait_for_selector("html[data-ready]")
        return page

    yield open_
    PICTURES.mkdir(parents=True, exist_ok=True)
    scenario = re.sub(r"[^\w-]+", "_", request.node.name)
    for number, context in enumerate(contexts):
        for page in context.pages:
            page.screenshot(path=PICTURES / f"{scenario}-{number}.png", timeout=2 * PATIENCE_MS)
        context.close()
    assert not faults


@pytest.fixture(scope="module")
def open_page_once(
    browser: playwright.Browser, address: str
) -> Iterator[tuple[playwright.Page, str]]:
    """One page for many evaluations, and where it is."""
    page = browser.new_page()
    page.goto(address)
    page.wait_for_selector("html[data-ready]")
    yield page, address
    page.close()
