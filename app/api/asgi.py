# SPDX-License-Identifier: EUPL-1.2
"""The outermost layer: headers on every answer, HEAD as GET, and nothing personal in the log."""

from uuid import uuid4

from starlette.datastructures import MutableHeaders
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from app.api.errors import log_failure
from app.version import VERSION

HEAD = "noaber.head"
"""Stands in the scope of a GET of which only the headers will be sent."""

HEADERS = {
    "API-Version": VERSION,
    "Cache-Control": "no-store",
    "Content-Security-Policy": "default-src 'none'; frame-ancestors 'none'",
    "Referrer-Policy": "no-referrer",
    "Strict-Transport-Security": "max-age=31536000",
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
}
"""On every answer that does not set them itself."""


class Manners:
    """Wraps the whole service."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        head = scope["method"] == "HEAD"
        scope = {**scope, "noaber.request_id": str(uuid4())}
        if head:
            scope |= {"method": "GET", HEAD: True}
        try:
            await self._app(scope, receive, _Sender(send, head))
        except Exception as error:
            # It has been answered as far as it could be. Raised on, the server would log the
            # message, which may hold personal data.
            log_failure(scope["noaber.request_id"], error)


class _Sender:
    """Completes the headers, and keeps back the body of an answer to HEAD."""

    def __init__(self, send: Send, head: bool) -> None:
        self._send = send
        self._head = head

    async def __call__(self, message: Message) -> None:
        if message["type"] == "http.response.start":
            headers = MutableHeaders(raw=message["headers"])
            for name, value in HEADERS.items():
                headers.setdefault(name, value)
        elif self._head and message["type"] == "http.response.body":
            message = {**message, "body": b""}
        await self._send(message)
