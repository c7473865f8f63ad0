# SPDX-License-Identifier: EUPL-1.2
"""Answers that flow straight from PostgreSQL to the wire, with flat memory."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable, Coroutine
from contextlib import asynccontextmanager
from typing import Any

from starlette.requests import Request
from starlette.responses import Response
from starlette.types import Message, Receive, Scope, Send

from app.api.errors import busy
from app.api.route import ACQUIRE_TIMEOUT_SECONDS, is_head, transaction
from app.db.connection import Connection, freeze
from app.db.uitvoer import Sink

Source = Callable[[Connection, Sink], Awaitable[None]]

MOST_AT_ONCE = 8
"""Streams of one process; each holds a connection that others are waiting for."""

PATIENCE_SECONDS = 60.0
"""How long a client may leave a piece lying."""


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
        begun = False

        async def sink(piece: bytes) -> None:
            nonlocal begun
            if not begun:
                await self._begin(send)
                begun = True
            async with asyncio.timeout(self.patience_seconds):
                await send({"type": "http.response.body", "body": piece, "more_body": True})

        async with _slot(self._request), transaction(self._request) as db:
            await freeze(db)
            await self._source(db, sink)
        if not begun:
            await self._begin(send)


@asynccontextmanager
async def _slot(request: Request) -> AsyncIterator[None]:
    """One of the streams of this process. Raises Unavailable."""
    state = request.app.state
    if not hasattr(state, "streams"):
        state.streams = asyncio.Semaphore(MOST_AT_ONCE)
    try:
        async with asyncio.timeout(ACQUIRE_TIMEOUT_SECONDS):
            await state.streams.acquire()
    except TimeoutError:
        raise busy() from None
    try:
        yield
    finally:
        state.streams.release()


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
