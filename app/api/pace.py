# SPDX-License-Identifier: EUPL-1.2
"""How much one caller may ask, so that what goes wrong with one does not stop the others."""

import asyncio
import math
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from weakref import WeakValueDictionary

from aiolimiter import AsyncLimiter
from cachetools import LRUCache

from app.api.errors import Refused, busy

MOST_CALLERS = 10_000
"""With so many counted, whoever asked nothing for longest is counted anew."""

SECONDS = 60
PATIENCE_SECONDS = 5


class Pace:
    """So many requests per caller: all at once, and then as they come free over a minute."""

    def __init__(self, per_minute: int) -> None:
        self._per_minute = per_minute
        self._buckets: LRUCache[str, AsyncLimiter] = LRUCache(MOST_CALLERS)

    async def check(self, identity: str) -> None:
        """Count one request more. Raises Refused (429), and then does not count it."""
        if not self._per_minute:
            return
        bucket = self._buckets.get(identity)
        if bucket is None:
            bucket = self._buckets[identity] = AsyncLimiter(self._per_minute, SECONDS)
        if not bucket.has_capacity():
            wait = str(math.ceil(SECONDS / self._per_minute))
            detail = f"Dit zijn te veel aanvragen achter elkaar. Ga over {wait} seconden verder."
            raise Refused(429, "te_veel_aanvragen", detail, {"Retry-After": wait})
        await bucket.acquire()


class Places:
    """Places for what takes long and holds a connection meanwhile; no caller gets them all."""

    def __init__(self, most: int, per_caller: int) -> None:
        self._free = asyncio.Semaphore(most)
        self._per_caller = per_caller
        self._own: WeakValueDictionary[str, asyncio.Semaphore] = WeakValueDictionary()

    @asynccontextmanager
    async def place(self, identity: str) -> AsyncIterator[None]:
        """One of them. Raises Refused (429) when the caller has its share, else Unavailable."""
        own = self._own.get(identity)
        if own is None:
            own = self._own[identity] = asyncio.Semaphore(self._per_caller)
        detail = f"Hiervan lopen er al {self._per_caller}. Wacht tot er een klaar is."
        async with (
            within(own, Refused(429, "te_veel_tegelijk", detail)),
            within(self._free, busy()),
        ):
            yield


@asynccontextmanager
async def within(places: asyncio.Semaphore, refusal: Exception) -> AsyncIterator[None]:
    """One of these places; who waited longest gets it. Raises the refusal after five seconds."""
    try:
        async with asyncio.timeout(PATIENCE_SECONDS):
            await places.acquire()
    except TimeoutError:
        raise refusal from None
    try:
        yield
    finally:
        places.release()
