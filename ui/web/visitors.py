"""Who asks: an anonymous cookie, and a hash of it inside."""

from __future__ import annotations

import hashlib
import secrets
from http.cookies import CookieError, SimpleCookie

from starlette.datastructures import Headers, MutableHeaders
from starlette.types import ASGIApp, Message, Receive, Scope, Send

COOKIE = "suyuan_visitor"
_YEAR = 365 * 86_400
_SHORTEST = 20


def visitor_of(cookie: str) -> str:
    """What stands for a visitor in the store: not the cookie, which would let one be them."""
    return hashlib.sha256(cookie.encode("utf-8", "replace")).hexdigest()


class Visitors:
    """Sets ``scope["state"]["visitor"]``, and the cookie where there is none."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        given = _cookie(Headers(scope=scope).get("cookie", ""))
        cookie = given or secrets.token_urlsafe(24)
        scope.setdefault("state", {})["visitor"] = visitor_of(cookie)

        async def with_cookie(message: Message) -> None:
            if message["type"] == "http.response.start" and not given:
                headers = MutableHeaders(scope=message)
                if headers.get("cache-control", "no-store") == "no-store":
                    secure = "; Secure" if scope.get("scheme") == "https" else ""
                    headers.append(
                        "set-cookie",
                        f"{COOKIE}={cookie}; Max-Age={_YEAR}; Path=/; HttpOnly; "
                        f"SameSite=Lax{secure}",
                    )
            await send(message)

        await self._app(scope, receive, with_cookie)


def _cookie(header: str) -> str:
    try:
        morsel = SimpleCookie(header).get(COOKIE)
    except CookieError:
        return ""
    return morsel.value if morsel is not None and len(morsel.value) >= _SHORTEST else ""
