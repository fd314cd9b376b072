"""A real server on a free port, in a thread of this process."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path

import uvicorn
from starlette.types import ASGIApp

from index.document import Document
from tests.ui.web.scripted import Library, ScriptedPipeline
from ui.web.answering import Answering
from ui.web.guard import Access
from ui.web.opening import Opening
from ui.web.server import create_app, listen
from ui.web.service import Site
from ui.web.store import Store
from ui.web.uploads import Uploads

SECONDS = 20


def app_over(
    pipeline: ScriptedPipeline, folder: Path, access: Access | None = None, site: Site | None = None
) -> ASGIApp:
    """The application over a scripted pipeline, ready."""
    store = Store(folder / "web.sqlite3")

    def build(documents: Sequence[Document], progress: Callable[[str], None]) -> ScriptedPipeline:
        progress("embedding")
        return replace(pipeline, index=Library(tuple(documents)))

    def trial(_: Answering) -> ScriptedPipeline:
        return replace(pipeline, gate=None, calls=[])  # examples are tried unseen by a test

    opening = Opening(lambda _: Uploads(pipeline, store, folder / "uploads", build))
    opening.start()
    assert opening.wait(SECONDS)
    return create_app(opening, store, access, site, trial)


@contextmanager
def running(app: ASGIApp, port: int = 0) -> Iterator[str]:
    """The address of ``app``, served until the block ends."""
    sock = listen("127.0.0.1", port)
    server = uvicorn.Server(uvicorn.Config(app, log_level="error", timeout_graceful_shutdown=1))
    thread = threading.Thread(target=server.run, kwargs={"sockets": [sock]}, daemon=True)
    thread.start()
    deadline = time.monotonic() + SECONDS
    while not server.started:
        assert time.monotonic() < deadline, "the server did not start"
        time.sleep(0.02)
    yield f"http://127.0.0.1:{sock.getsockname()[1]}"
    server.should_exit = True
    thread.join(SECONDS)
    sock.close()
