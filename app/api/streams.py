# SPDX-License-Identifier: EUPL-1.2
"""Answers that flow straight from PostgreSQL to the wire, with flat memory."""

import asyncio
from collections.abc import Awaitable, Callable

from starlette.requests import Request
from starlette.responses import Response
from starlette.types import Receive, Scope, Send

from app.api.route import is_head, transaction
from app.db.connection import Connection
from app.db.kosten import Sink

Source = Callable[[Connection, Sink], Awaitable[None]]


class StreamedResponse(Response):
    """Hands on each piece that the source gives, as fast as the client takes it.

    When the client goes away the query is cancelled. When the query fails half-way the connection
    is cut without a last chunk, so that the client knows the file is not whole.
    """

    def __init__(self, request: Request, media_type: str, source: Source) -> None:
        super().__init__(media_type=media_type)
        del self.headers["content-length"]
        self._request = request
        self._source = source

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if is_head(self._request):
            await self._begin(send)
        else:
            await _unless_gone(self._stream(send), receive)
        await send({"type": "http.response.body", "body": b"", "more_body": False})

    async def _begin(self, send: Send) -> None:
        await send(
            {
                "type": "http.response.start",
                "status": self.status_code,
                "headers": self.raw_headers,
            }
        )

    async def _stream(self, send: Send) -> None:
        begun = False

        async def sink(piece: bytes) -> None:
            nonlocal begun
            if not begun:
                await self._begin(send)
                begun = True
            await send({"type": "http.response.body", "body": piece, "more_body": True})

        async with transaction(self._request) as db:
            await self._source(db, sink)
        if not begun:
            await self._begin(send)


async def _unless_gone(work: Awaitable[None], receive: Receive) -> None:
    """Do the work, or drop it when the client has gone."""
    doing = asyncio.ensure_future(work)
    gone = asyncio.ensure_future(_disconnected(receive))
    try:
        await asyncio.wait((doing, gone), return_when=asyncio.FIRST_COMPLETED)
        if doing.done():
            await doing
    finally:
        gone.cancel()
        doing.cancel()


async def _disconnected(receive: Receive) -> None:
    while (await receive())["type"] != "http.disconnect":
        pass
