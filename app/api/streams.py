# SPDX-License-Identifier: EUPL-1.2
"""Answers that flow straight from PostgreSQL to the wire, with flat memory."""

import asyncio
import time
from collections.abc import Awaitable, Callable, Coroutine
from typing import Any

from starlette.requests import Request
from starlette.responses import Response
from starlette.types import Message, Receive, Scope, Send

from app.api.pace import Places
from app.api.route import caller, is_head, transaction
from app.db.connection import Connection, freeze
from app.db.uitvoer import Sink

Source = Callable[[Connection, Sink], Awaitable[None]]

MOST_STREAMS = 8
"""Of one process; each holds a connection that others are waiting for."""

PATIENCE_SECONDS = 60.0
"""How long a client may leave a piece lying."""

SLOWEST_BYTES_PER_SECOND = 4096
"""Whoever takes it in slower than this, after the time that is given first, keeps it for nobody."""

TAKE_YOUR_TIME = "SET LOCAL statement_timeout = 0"


class StreamedResponse(Response):
    """Hands on each piece that the source gives, as fast as the client takes it.

    The source sees the database as it is at one moment. When the client goes away, or takes nothing
    for too long, the query is cancelled. When it does not come to its end the connection is cut
    without a last chunk, so that the client knows the file is not whole.
    """

    patience_seconds = PATIENCE_SECONDS

    def __init__(self, request: Request, media_type: str, file_name: str, source: Source) -> None:
        disposition = f'attachment; filename="{file_name}"'
        super().__init__(media_type=media_type, headers={"Content-Disposition": disposition})
        del self.headers["content-length"]
        self._request = request
        self._source = source

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if is_head(self._request):
            await self._begin(send)
        elif not await _done_before(_disconnected(receive), self._stream(send)):
            return
        await send({"type": "http.response.body", "body": b"", "more_body": False})

    async def _begin(self, send: Send) -> None:
        start: Message = {
            "type": "http.response.start",
            "status": self.status_code,
            "headers": self.raw_headers,
        }
        await send(start)

    async def _stream(self, send: Send) -> None:
        begun, left = False, self.patience_seconds

        async def sink(piece: bytes) -> None:
            nonlocal begun, left
            if not begun:
                await self._begin(send)
                begun = True
            now = time.monotonic()
            async with asyncio.timeout(min(left, self.patience_seconds)):
                await send({"type": "http.response.body", "body": piece, "more_body": True})
            left += len(piece) / SLOWEST_BYTES_PER_SECOND - (time.monotonic() - now)

        streams: Places = self._request.app.state.streams
        place = streams.place(caller(self._request).identity)
        async with place, transaction(self._request) as db:
            await freeze(db)
            await db.execute(TAKE_YOUR_TIME)
            await self._source(db, sink)
        if not begun:
            await self._begin(send)


async def _done_before(end: Coroutine[Any, Any, None], work: Coroutine[Any, Any, None]) -> bool:
    """Whether the work was done before the end came; if not it has been dropped."""
    working, ending = asyncio.create_task(work), asyncio.create_task(end)
    try:
        await asyncio.wait((working, ending), return_when=asyncio.FIRST_COMPLETED)
        if working.done():
            working.result()
            return True
        return False
    finally:
        ending.cancel()
        working.cancel()
        await asyncio.gather(working, ending, return_exceptions=True)


async def _disconnected(receive: Receive) -> None:
    while (await receive())["type"] != "http.disconnect":
        pass
