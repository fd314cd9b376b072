"""The pages: a Gradio app whose components are our own, and the shell around it.

Gradio gives the application frame, the pages and the translations (:class:`gradio.I18n`). What
Gradio has no component for (an answer whose sentences lead to their source, and the reader
beside it) is drawn by the modules in ``static/`` into the mount points that this file places.
"""

from __future__ import annotations

import asyncio
import hashlib
import warnings
from concurrent.futures import ThreadPoolExecutor
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

from starlette.datastructures import MutableHeaders
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from ui.telemetry import quiet_libraries
from ui.web.render import shell
from ui.web.words import strings

if TYPE_CHECKING:
    from fastapi import FastAPI

STATIC = Path(__file__).with_name("static")
PAGES = {"/": "chat", "/documents": "documents", "/overview": "overview"}


@cache
def static_version() -> str:
    """A hash of everything static: part of its address, so that browsers may keep it forever."""
    digest = hashlib.sha256()
    for path in sorted(STATIC.iterdir()):
        digest.update(path.name.encode() + b"\0" + path.read_bytes())
    return digest.hexdigest()[:12]


def head() -> str:
    """What our pages add to ``<head>``: style, icon, script. Static text."""
    base = f"/suyuan/{static_version()}"
    modules = "".join(
        f'<link rel="modulepreload" href="{base}/{path.name}">'
        for path in sorted(STATIC.glob("*.js"))
    )
    return (
        f'<link rel="stylesheet" href="{base}/style.css">'
        f'<link rel="icon" type="image/svg+xml" href="{base}/icon.svg">'
        f'{modules}<script type="module" src="{base}/app.js"></script>'
    )


def mount_pages(app: FastAPI) -> None:
    """Put the Gradio pages at the root of ``app``.

    Gradio makes an event loop for each of its locks, and never closes it, unless one is running:
    so the pages are made in one, in a thread of its own.
    """
    quiet_libraries()  # before Gradio is imported, also for who serves the pages without the CLI
    with ThreadPoolExecutor(1) as thread:
        thread.submit(asyncio.run, _mount(app)).result()


async def _mount(app: FastAPI) -> None:
    # Seconds of import: only when a page is going to be served.
    import gradio as gr

    translations = {code: words for lang, words in strings().items() for code in _locales(lang)}
    with gr.Blocks(title="溯源", analytics_enabled=False) as blocks:
        _mount_point(gr, PAGES["/"])
    for path, name in PAGES.items():
        if path != "/":
            with blocks.route(name, path):
                _mount_point(gr, name)
    with warnings.catch_warnings():
        # Gradio tells that pages cannot be rendered on the server; they are not meant to be.
        warnings.filterwarnings("ignore", message="SSR mode is not supported")
        gr.mount_gradio_app(
            app,
            blocks,
            path="/",
            footer_links=[],
            run_history=False,
            ssr_mode=False,
            enable_monitoring=False,
            i18n=gr.I18n(**translations),
            theme=gr.themes.Base(font=["system-ui", "sans-serif"], font_mono=["monospace"]),
        )


def _mount_point(gr: Any, name: str) -> None:
    """An empty column, known by its id. (``gr.HTML`` would need ``eval`` for its templates, which
    the content security policy forbids.)"""
    gr.Navbar(visible=False)
    with gr.Column(elem_id=f"suyuan-{name}"):
        pass


def _locales(lang: str) -> tuple[str, ...]:
    return ("zh", "zh-CN") if lang == "zh" else (lang,)


class Shell:
    """Rewrites Gradio's pages on their way out (see :func:`ui.web.render.shell`)."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http" or scope["path"] not in PAGES:
            await self._app(scope, receive, send)
            return
        start: Message | None = None
        body = bytearray()

        async def hold(message: Message) -> None:
            nonlocal start
            if message["type"] == "http.response.start":
                start = message
                return
            body.extend(message.get("body", b""))
            if message.get("more_body") or start is None:
                return
            headers = MutableHeaders(scope=start)
            page = bytes(body)
            if headers.get("content-type", "").startswith("text/html"):
                nonce = scope["state"]["nonce"]
                html = page.decode("utf-8")
                page = shell(html, nonce=nonce, lang="zh-CN", head=head()).encode()
                headers["content-length"] = str(len(page))
            await send(start)
            await send({"type": "http.response.body", "body": page})

        await self._app(scope, receive, hold)
