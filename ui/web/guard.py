"""Who may talk to the server, and what a browser may do with what it says.

Every request passes here first. A page elsewhere that knows this machine's address must not be
able to use it (DNS rebinding, cross-site requests), so the ``Host`` and ``Origin`` headers are
checked also on loopback. With a token, every request needs it. Of the paths that Gradio offers
only those that show a page are open: its upload, file, proxy and queue routes are not used here.
"""

from __future__ import annotations

import hashlib
import hmac
import json
import re
import secrets
from collections.abc import Mapping
from dataclasses import dataclass
from http import HTTPStatus
from urllib.parse import parse_qsl, urlencode

from starlette.datastructures import Headers, MutableHeaders
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from ui.web.render import notice_page
from ui.web.words import language_of, words

LOOPBACK = frozenset({"127.0.0.1", "localhost", "::1"})
COOKIE = "suyuan_access"
SMALL_BODY = 1024 * 1024
_OPEN_GRADIO = re.compile(
    r"/(?:assets/.+|static/.+|theme\.css|manifest\.json|favicon\.ico|robots\.txt|config/?"
    r"|gradio_api/(?:startup-events|heartbeat/.+))?"
)
_HEADERS = {
    "x-content-type-options": "nosniff",
    "x-frame-options": "DENY",
    "referrer-policy": "no-referrer",
    "cross-origin-opener-policy": "same-origin",
    "cross-origin-resource-policy": "same-origin",
    "permissions-policy": "camera=(), microphone=(), geolocation=(), interest-cohort=()",
}


def content_security_policy(nonce: str) -> str:
    """The page's own scripts run and nothing else does; nothing is fetched from elsewhere.

    Styles may be inline because Gradio's components write ``style`` attributes.
    """
    return (
        f"default-src 'none'; script-src 'self' 'nonce-{nonce}'; "
        "style-src 'self' 'unsafe-inline'; img-src 'self' data:; font-src 'self'; "
        "connect-src 'self'; manifest-src 'self'; base-uri 'self'; form-action 'self'; "
        "frame-ancestors 'none'"
    )


def hostname(header: str) -> str:
    """The host of a ``Host`` header, without port, lower case.

    >>> hostname("[::1]:7860"), hostname("LOCALHOST:80"), hostname("example.cn")
    ('::1', 'localhost', 'example.cn')
    """
    match = re.fullmatch(r"\[([0-9a-fA-F:.]+)\](?::\d+)?|([^:\[\]]+)(?::\d+)?", header.strip())
    return (match[1] or match[2]).lower() if match else ""


@dataclass(frozen=True, slots=True)
class Access:
    """Which hosts the server answers to (``None``: any), the token it asks for, body limits."""

    hosts: frozenset[str] | None = LOOPBACK
    token: str | None = None
    pages: frozenset[str] = frozenset({"/"})
    upload_limit: int = 10 * 1024 * 1024

    def cookie(self) -> str:
        """What the login cookie holds: derived from the token, so that it does not give it away."""
        key = (self.token or "").encode()
        return hmac.new(key, b"suyuan cookie", hashlib.sha256).hexdigest()


Fault = tuple[HTTPStatus, str, dict[str, str]]
"""A status, and the key and values of the words that say what to do."""


class Guard:
    """The ASGI application that stands before all others."""

    def __init__(self, app: ASGIApp, access: Access) -> None:
        self._app = app
        self._access = access

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "lifespan":
            await self._app(scope, receive, send)
            return
        if scope["type"] != "http":
            await send({"type": "websocket.close", "code": 1008})
            return
        headers = Headers(scope=scope)
        nonce = secrets.token_urlsafe(16)
        fault = self._fault(scope, headers)
        if fault is not None:
            await _refuse(scope, send, *fault, nonce=nonce)
            return
        if self._access.token is not None:
            query = dict(parse_qsl(scope["query_string"].decode("latin-1")))
            if self._is_token(query.get("token", "")) and scope["method"] in {"GET", "HEAD"}:
                await self._log_in(scope, query, send)
                return
            if not self._has_token(headers):
                fault = (HTTPStatus.UNAUTHORIZED, "problem.token", {})
                await _refuse(scope, send, *fault, nonce=nonce)
                return
        limit = self._limit(scope)
        length = headers.get("content-length", "0")
        if not length.isdecimal() or int(length) > limit:
            kilobytes = {"kb": str(limit // 1024)}
            fault = (HTTPStatus.REQUEST_ENTITY_TOO_LARGE, "problem.body", kilobytes)
            await _refuse(scope, send, *fault, nonce=nonce)
            return
        scope.setdefault("state", {})["nonce"] = nonce
        await self._app(scope, _limited(receive, limit), _with_headers(send, nonce))

    def _limit(self, scope: Scope) -> int:
        upload = scope["method"] == "POST" and scope["path"] == "/api/documents"
        return self._access.upload_limit + SMALL_BODY if upload else SMALL_BODY

    def _fault(self, scope: Scope, headers: Headers) -> Fault | None:
        host = headers.get("host", "")
        if self._access.hosts is not None and hostname(host) not in self._access.hosts:
            return HTTPStatus.MISDIRECTED_REQUEST, "problem.host", {}
        origin = headers.get("origin")
        if origin is not None and origin.split("://", 1)[-1].lower() != host.lower():
            return HTTPStatus.FORBIDDEN, "problem.origin", {}
        navigation = headers.get("sec-fetch-mode") == "navigate"
        if headers.get("sec-fetch-site") in {"cross-site", "same-site"} and not (
            navigation and scope["method"] == "GET"
        ):
            return HTTPStatus.FORBIDDEN, "problem.origin", {}
        path: str = scope["path"]
        if not (
            path.startswith(("/api/", "/suyuan/"))
            or path in self._access.pages
            or _OPEN_GRADIO.fullmatch(path)
        ):
            return HTTPStatus.NOT_FOUND, "problem.page", {}
        return None

    def _is_token(self, given: str) -> bool:
        return hmac.compare_digest(given.encode(), (self._access.token or "").encode())

    def _has_token(self, headers: Headers) -> bool:
        scheme, _, given = headers.get("authorization", "").partition(" ")
        if scheme.lower() == "bearer" and self._is_token(given.strip()):
            return True
        cookie = _cookies(headers).get(COOKIE, "")
        return hmac.compare_digest(cookie.encode(), self._access.cookie().encode())

    async def _log_in(self, scope: Scope, query: Mapping[str, str], send: Send) -> None:
        rest = urlencode([(k, v) for k, v in query.items() if k != "token"])
        path = "/" + scope["path"].lstrip("/")
        headers = MutableHeaders()
        headers["location"] = path + (f"?{rest}" if rest else "")
        secure = "; Secure" if scope.get("scheme") == "https" else ""
        headers["set-cookie"] = (
            f"{COOKIE}={self._access.cookie()}; Path=/; HttpOnly; SameSite=Lax{secure}"
        )
        headers["referrer-policy"] = "no-referrer"
        headers["cache-control"] = "no-store"
        await send({"type": "http.response.start", "status": 303, "headers": headers.raw})
        await send({"type": "http.response.body", "body": b""})


def _cookies(headers: Headers) -> dict[str, str]:
    pairs = (part.strip().partition("=") for part in headers.get("cookie", "").split(";"))
    return {name: value for name, _, value in pairs}


def _limited(receive: Receive, limit: int) -> Receive:
    """``receive``, ending the request once more than ``limit`` bytes of a body have come."""
    seen = 0

    async def limited() -> Message:
        nonlocal seen
        message = await receive()
        seen += len(message.get("body", b""))
        if seen > limit:
            return {"type": "http.disconnect"}
        return message

    return limited


def _with_headers(send: Send, nonce: str) -> Send:
    async def with_headers(message: Message) -> None:
        if message["type"] == "http.response.start":
            headers = MutableHeaders(scope=message)
            for name, value in _HEADERS.items():
                headers[name] = value
            headers["content-security-policy"] = content_security_policy(nonce)
            if "cache-control" not in headers:
                headers["cache-control"] = "no-store"
        await send(message)

    return with_headers


async def _refuse(
    scope: Scope,
    send: Send,
    status: HTTPStatus,
    key: str,
    values: dict[str, str],
    *,
    nonce: str,
) -> None:
    language = language_of(Headers(scope=scope).get("accept-language", ""))
    message = words(language, key, values)
    if scope["path"].startswith("/api/"):
        kind = "application/json"
        body = json.dumps({"error": status.phrase, "message": message}, ensure_ascii=False)
    else:
        kind, body = "text/html; charset=utf-8", notice_page(message, language)
    headers = [(b"content-type", kind.encode()), (b"cache-control", b"no-store")]
    sender = _with_headers(send, nonce)
    await sender({"type": "http.response.start", "status": int(status), "headers": headers})
    await sender({"type": "http.response.body", "body": body.encode()})
