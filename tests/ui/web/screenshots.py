"""The pictures of the README, taken of the real program with the sample document.

Usage: ``python -m tests.ui.web.screenshots [FOLDER]`` (default ``docs/screenshots``). Needs
Debian's chromium and CJK fonts.
"""

import os
import shutil
import sys
import tempfile
from collections.abc import Callable
from pathlib import Path

from PIL import Image
from playwright.sync_api import Browser, Page, sync_playwright

from index.reading import read_sources
from rag.pipeline import Pipeline
from rag.settings import Settings
from tests.conftest import SAMPLE, shared_home
from tests.ui.web.asking import ask
from tests.ui.web.conftest import CHROMIUM_FLAGS
from tests.ui.web.running import running
from ui.web.indexing import builder
from ui.web.opening import Opening
from ui.web.server import create_app
from ui.web.service import Site
from ui.web.store import Store
from ui.web.uploads import Uploads

SITE = Site("望川市数据局（虚构）", "望川市政务服务中心（虚构）", "000-12345（虚构）")
WIDE, PHONE = {"width": 1440, "height": 900}, {"width": 390, "height": 844}


def chat(page: Page) -> None:
    """An answer beside its source."""
    ask(page, "专家评审应当在多少个工作日内完成？")
    turn = ask(page, "人工智能应用分为哪四级？")
    turn.locator(".chip").nth(1).click()
    page.wait_for_selector("mark.active")


def how(page: Page) -> None:
    """How an answer was made."""
    turn = ask(page, "四级应用上线前需要谁批准？")
    turn.locator(".how summary").click()
    turn.locator(".how").evaluate("panel => panel.scrollIntoView()")


SHOTS: tuple[tuple[str, Callable[[Page], None], dict[str, object]], ...] = (
    ("chat", chat, {"viewport": WIDE}),
    ("how", how, {"viewport": WIDE, "color_scheme": "dark", "locale": "en-GB"}),
    ("phone", chat, {"viewport": PHONE}),
)


def take(browser: Browser, address: str, folder: Path) -> None:
    for name, scene, options in SHOTS:
        context = browser.new_context(**{"locale": "zh-CN", "device_scale_factor": 1} | options)
        page = context.new_page()
        page.goto(address)
        page.wait_for_selector("html[data-ready]")
        scene(page)
        page.mouse.move(0, 0)
        page.wait_for_timeout(700)
        path = folder / f"{name}.png"
        page.screenshot(path=path)
        Image.open(path).convert("RGB").quantize(200, dither=Image.Dither.NONE).save(
            path, optimize=True
        )
        print(f"{path}  {path.stat().st_size // 1024} KB")
        context.close()


def main(folder: Path) -> int:
    folder.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory() as temporary:
        home = Path(temporary)
        models = shared_home() / "models"
        models.mkdir(parents=True, exist_ok=True)
        (home / "models").symlink_to(models, target_is_directory=True)
        os.environ |= {"SUYUAN_HOME": str(home), "SUYUAN_CORPUS": str(SAMPLE)}
        pipeline = Pipeline.open(None, Settings.load(), progress=print)
        assert len(pipeline.index.documents) == len(list(read_sources([SAMPLE])))
        store = Store(home / "web.sqlite3")
        build = builder(pipeline, home / "indexes")
        opening = Opening(lambda _: Uploads(pipeline, store, home / "uploads", build))
        opening.start()
        opening.wait()
        with running(create_app(opening, store, None, SITE)) as address, sync_playwright() as play:
            browser = play.chromium.launch(
                executable_path=shutil.which("chromium"), args=list(CHROMIUM_FLAGS)
            )
            take(browser, address, folder)
            browser.close()
    return 0


if __name__ == "__main__":
    sys.exit(main(Path(sys.argv[1] if len(sys.argv) > 1 else "docs/screenshots")))
