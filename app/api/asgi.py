# SPDX-License-Identifier: EUPL-1.2
"""The outermost layer: headers on every answer, HEAD as GET, and what is told of each request."""

from time import perf_counter

from starlette.requests import Request
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from app.api.errors import busy, log_failure, problem
from app.api.observing import observe
from app.telemetry.traces import request_span
from app.telemetry.trail import current, trail_of
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

_RAW = {name.lower().encode(): value.encode() for name, value in HEADERS.items()}

MOST_AT_ONCE = 1_000
"""Requests of one process; to one more than that it says at once that it has too much to do."""


class Manners:
    """Wraps the whole service."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app
        self._at_once = 0

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        method, headers = scope["method"], scope["headers"]
        trail = trail_of(headers)
        scope = {**scope, "noaber.request_id": trail.request_id}
        if method == "HEAD":
            scope |= {"method": "GET", HEAD: True}
        sender = _Sender(send, method == "HEAD")
        app = self._app if self._at_once < MOST_AT_ONCE else _full
        self._at_once += 1
        token, began = current.set(trail), perf_counter()
        try:
            with request_span(method, headers) as span:
                try:
                    await app(scope, receive, sender)
                except Exception as error:
                    # It has been answered as far as it could be. Raised on, the server would log
                    # the message, which may hold personal data.
                    log_failure(trail.request_id, error)
                finally:
                    observe(scope, method, sender.status, perf_counter() - began, span)
        finally:
            self._at_once -= 1
            current.reset(token)


class _Sender:
    """Completes the headers, and keeps back the body of an answer to HEAD."""

    def __init__(self, send: Send, head: bool) -> None:
        self._send = send
        self._head = head
        self.status = 0

    async def __call__(self, message: Message) -> None:
        if message["type"] == "http.response.start":
            self.status = message["status"]
            # By hand: MutableHeaders would search them all for each one.
            given = dict(message["headers"])
            ours = [(name, value) for name, value in _RAW.items() if name not in given]
            message = {**message, "headers": [*message["headers"], *ours]}
        elif self._head and message["type"] == "http.response.body":
            message = {**message, "body": b""}
        await self._send(message)


async def _full(scope: Scope, receive: Receive, send: Send) -> None:
    error = busy()
    answer = problem(Request(scope), 503, error.code, error.detail)
    await answer(scope, receive, send)
