"""One process that serves the pages and the API, on loopback unless a token guards it."""

from __future__ import annotations

import errno
import os
import socket
from collections.abc import Callable
from dataclasses import replace
from http import HTTPStatus
from pathlib import Path
from typing import TYPE_CHECKING

from index.errors import SuyuanError, UsageError, WriteError
from rag.settings import Settings
from ui.web.guard import LOOPBACK, Access, Guard

if TYPE_CHECKING:
    from starlette.types import ASGIApp

    from ui.web.answering import Answering
    from ui.web.opening import Opening
    from ui.web.service import Site, Trial
    from ui.web.store import Store
    from ui.web.uploads import Uploads


class PortBusy(SuyuanError):
    """Another program listens there."""


def access_for(host: str, token: str | None) -> Access:
    """Who may use a server bound to ``host``.

    >>> access_for("127.0.0.1", None).token is None
    True
    >>> access_for("0.0.0.0", None)
    Traceback (most recent call last):
    index.errors.UsageError: 0.0.0.0 can be reached from other machines: set SUYUAN_TOKEN to a \
secret of at least 16 characters first, or leave --host out to serve this machine only.
    """
    if host in LOOPBACK:
        return Access(token=token or None)
    if not token:
        raise UsageError(
            f"{host} can be reached from other machines: set SUYUAN_TOKEN to a secret of at least "
            "16 characters first, or leave --host out to serve this machine only."
        )
    if len(token) < 16:
        raise UsageError("SUYUAN_TOKEN is too short: use at least 16 characters.")
    # Host names are not known here, and need not be: the login cookie belongs to one name, so a
    # page that rebinds another name to this address comes without it.
    return Access(hosts=None, token=token)


def create_app(
    opening: Opening[Uploads],
    store: Store,
    access: Access | None = None,
    site: Site | None = None,
    trial: Trial | None = None,
) -> ASGIApp:
    """The whole application: guard, visitors, shell, API, pages."""
    # The web stack takes seconds to import; the command line reads this module's other names.
    from fastapi import FastAPI
    from fastapi.responses import FileResponse, Response

    from ui.web.api import answer_errors, routes
    from ui.web.documents_api import document_routes
    from ui.web.page import PAGES, STATIC, Shell, mount_pages, static_version
    from ui.web.service import Problem, Service
    from ui.web.service import Site as NoSite
    from ui.web.visitors import Visitors

    service = Service(opening, store, site or NoSite(), trial)
    app = FastAPI(title="Suyuan", docs_url=None, redoc_url=None, openapi_url="/api/openapi.json")
    app.include_router(routes(service))
    app.include_router(document_routes(service))
    answer_errors(app)
    files = {path.name: path for path in STATIC.iterdir()}

    @app.get("/suyuan/{version}/{name}", include_in_schema=False)
    def static(version: str, name: str) -> Response:
        if name not in files:
            return Response(status_code=404)
        forever = "public, max-age=31536000, immutable"
        keep = forever if version == static_version() else "no-cache"
        return FileResponse(files[name], headers={"cache-control": keep})

    @app.api_route(
        "/api/{rest:path}", methods=["GET", "POST", "PUT", "DELETE"], include_in_schema=False
    )
    def no_such_route(rest: str) -> Response:
        raise Problem(HTTPStatus.NOT_FOUND, "problem.route", path=rest)

    mount_pages(app)
    given = access or Access()
    return Guard(
        Visitors(Shell(app)),
        Access(given.hosts, given.token, frozenset(PAGES), given.upload_limit),
    )


def listen(host: str, port: int) -> socket.socket:
    """A listening socket, or what to do about its refusal."""
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    sock = socket.socket(family, socket.SOCK_STREAM)
    sock.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        sock.bind((host, port))
        sock.listen(128)
    except (OSError, OverflowError) as error:
        sock.close()
        code = getattr(error, "errno", None)
        if code == errno.EADDRINUSE:
            raise PortBusy(
                f"port {port} is in use by another program: stop that program, or choose another "
                f"port with --port {port + 1}."
            ) from error
        message = f"cannot listen on {host}:{port}: {error}. Check --host and --port."
        raise UsageError(message) from error
    return sock


def serve(
    host: str = "127.0.0.1",
    port: int = 7860,
    index: Path | None = None,
    settings: Settings | None = None,
) -> int:
    """Serve until interrupted; the process's exit code."""
    settings = settings if settings is not None else Settings.load()
    access = access_for(host, settings.token.reveal())
    sock = listen(host, port)
    try:
        return _run(sock, settings, access, index)
    finally:
        sock.close()


def _run(sock: socket.socket, settings: Settings, access: Access, index: Path | None) -> int:
    import uvicorn

    from rag.pipeline import Pipeline
    from rag.recording import Unrecorded
    from ui.commands.progress import to_stderr
    from ui.telemetry import quiet_libraries
    from ui.web.indexing import builder
    from ui.web.opening import Opening
    from ui.web.service import Site
    from ui.web.store import Store
    from ui.web.uploads import Uploads

    quiet_libraries()
    folder = settings.home / "web"
    try:
        store = Store(folder / "web.sqlite3", settings.retention_days)
    except OSError as error:
        raise WriteError(
            f"{folder} cannot be written ({error.strerror or error}): set SUYUAN_HOME to a folder "
            "that can."
        ) from error
    aloud = to_stderr()

    def open_(progress: Callable[[str], None]) -> Uploads:
        def say(message: str) -> None:
            aloud(message)
            progress(message)

        pipeline = Pipeline.open(index, settings, progress=say)
        build = builder(pipeline, folder / "indexes")
        return Uploads(pipeline, store, folder / "uploads", build)

    def without_traces(pipeline: Answering) -> Answering:
        assert isinstance(pipeline, Pipeline)
        quiet = replace(pipeline.settings, audit=False, llm="")
        return replace(pipeline, drafter=None, settings=quiet, recorder=Unrecorded())

    opening = Opening(open_)
    site = Site(
        settings.operator,
        settings.office,
        settings.contact,
        os.environ.get("SUYUAN_EDITOR_TOKEN", ""),
    )
    app = create_app(opening, store, access, site, without_traces)
    config = uvicorn.Config(
        app, log_level="warning", server_header=False, timeout_graceful_shutdown=3
    )
    server = uvicorn.Server(config)

    def give_up() -> None:
        server.should_exit = True

    opening.on_fault = give_up
    opening.start()
    host, port = sock.getsockname()[:2]
    if access.token is not None:
        print("第一次打开时，在地址后加上 ?token=（SUYUAN_TOKEN 的值）。", flush=True)
    print(f"溯源 Suyuan: http://{f'[{host}]' if ':' in host else host}:{port}/", flush=True)
    try:
        server.run(sockets=[sock])
    except KeyboardInterrupt:
        print("已停止。", flush=True)
    finally:
        if opening.ready:
            opening.get().close()
        store.close()
    if opening.fault is not None:
        raise opening.fault
    return 0
