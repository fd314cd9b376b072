"""An OpenAI-compatible server that says, and does, what its script tells it: over real HTTP."""

from __future__ import annotations

import json
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

Reply = Callable[["Handler", str], None]


class Handler(BaseHTTPRequestHandler):
    server: Server

    def log_message(self, *_: object) -> None:
        """Says nothing."""

    def do_POST(self) -> None:
        body = json.loads(self.rfile.read(int(self.headers["content-length"])))
        self.server.requests.append(body)
        prompt = "\n".join(str(m["content"]) for m in body["messages"])
        with suppress(BrokenPipeError, ConnectionResetError):
            self.server.reply(self, prompt)

    def status(self, code: int, **headers: str) -> None:
        payload = b'{"error": {"message": "scripted", "type": "scripted"}}'
        self.send_response(code)
        for name, value in headers.items():
            self.send_header(name.replace("_", "-"), value)
        self.send_header("content-type", "application/json")
        self.send_header("content-length", str(len(payload)))
        self.end_headers()
        self.wfile.write(payload)

    def start_stream(self) -> None:
        self.send_response(200)
        self.send_header("content-type", "text/event-stream")
        self.end_headers()

    def piece(self, text: str | None, **delta: Any) -> None:
        body = {
            "id": "x",
            "object": "chat.completion.chunk",
            "created": 0,
            "model": "scripted",
            "choices": [{"index": 0, "delta": {"content": text, **delta}, "finish_reason": None}],
        }
        self.wfile.write(f"data: {json.dumps(body)}\n\n".encode())
        self.wfile.flush()

    def say(self, text: str, size: int = 7) -> None:
        """A well-behaved stream of ``text``."""
        self.start_stream()
        for at in range(0, len(text), size):
            self.piece(text[at : at + size])
        self.wfile.write(b"data: [DONE]\n\n")


class Server(ThreadingHTTPServer):
    daemon_threads = True
    allow_reuse_address = True

    def __init__(self, reply: Reply) -> None:
        super().__init__(("127.0.0.1", 0), Handler)
        self.reply = reply
        self.requests: list[dict[str, Any]] = []

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.server_address[1]}/v1"

    def handle_error(self, *_: object) -> None:
        """A client that leaves early is part of the script."""


@contextmanager
def serving(reply: Reply) -> Iterator[Server]:
    server = Server(reply)
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    try:
        yield server
    finally:
        server.shutdown()
        server.server_close()
        thread.join(timeout=5)


def hang(handler: Handler, _prompt: str) -> None:
    handler.start_stream()
    time.sleep(30)


def endless(handler: Handler, _prompt: str) -> None:
    handler.start_stream()
    while True:
        handler.piece("数据局负责。" * 50)


def dropped(handler: Handler, _prompt: str) -> None:
    handler.start_stream()
    handler.piece("数据局负")
    handler.connection.close()


def empty(handler: Handler, _prompt: str) -> None:
    handler.say("")


def server_error(handler: Handler, _prompt: str) -> None:
    handler.status(503)


def too_many(handler: Handler, _prompt: str) -> None:
    handler.status(429, retry_after="0")


def come_back_late(handler: Handler, _prompt: str) -> None:
    handler.status(429, retry_after="3600")


def no_key(handler: Handler, _prompt: str) -> None:
    handler.status(401)


def tool_call(handler: Handler, _prompt: str) -> None:
    handler.start_stream()
    function = {"name": "rm", "arguments": "{}"}
    handler.piece(
        None, tool_calls=[{"index": 0, "id": "1", "type": "function", "function": function}]
    )
    handler.wfile.write(b"data: [DONE]\n\n")


def not_json(handler: Handler, _prompt: str) -> None:
    handler.start_stream()
    handler.wfile.write(b"data: {broken\n\ndata: [DONE]\n\n")


def other_json(handler: Handler, _prompt: str) -> None:
    """JSON, but not what was agreed."""
    handler.start_stream()
    handler.wfile.write(b'data: {"choices": "none", "error": null}\n\ndata: [DONE]\n\n')


def web_page(handler: Handler, _prompt: str) -> None:
    """What a captive portal or a proxy says, with status 200."""
    page = b"<html><body>Sign in <script>alert(1)</script></body></html>"
    handler.send_response(200)
    handler.send_header("content-type", "text/html")
    handler.send_header("content-length", str(len(page)))
    handler.end_headers()
    handler.wfile.write(page)


def dribble(handler: Handler, _prompt: str) -> None:
    """Never ends, and never says much."""
    handler.start_stream()
    for _ in range(300):
        handler.piece("，")
        time.sleep(0.1)


PASSING: tuple[Reply, ...] = (server_error, too_many)
FAULTS: tuple[Reply, ...] = (
    *PASSING, hang, endless, dropped, empty, come_back_late, no_key, tool_call, not_json,
    other_json, web_page, dribble,
)  # fmt: skip
