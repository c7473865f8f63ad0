# SPDX-License-Identifier: EUPL-1.2
"""How much one caller may ask, so that what goes wrong with one does not stop the others."""

import asyncio
import math
import time
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from weakref import WeakValueDictionary

from app.api.errors import Refused, busy

MOST_CALLERS = 10_000
"""With so many on the list, those who asked nothing lately are taken off."""

SECONDS = 60
PATIENCE_SECONDS = 5


class Pace:
    """So many requests per caller: all at once, and then as they come free over a minute."""

    def __init__(self, per_minute: int, clock: Callable[[], float] = time.monotonic) -> None:
        self._clock = clock
        self._each = SECONDS / per_minute if per_minute else 0.0
        self._free_at: dict[str, float] = {}

    def check(self, identity: str) -> None:
        """Count one request more. Raises Refused (429), and then does not count it."""
        if not self._each:
            return
        now = self._clock()
        free_at = max(self._free_at.get(identity, now), now) + self._each
        too_soon = free_at - now - SECONDS
        if too_soon > 0:
            wait = str(math.ceil(too_soon))
            detail = f"Dit zijn te veel aanvragen achter elkaar. Ga over {wait} seconden verder."
            raise Refused(429, "te_veel_aanvragen", detail, {"Retry-After": wait})
        if len(self._free_at) >= MOST_CALLERS:
            self._free_at = {name: at for name, at in self._free_at.items() if at > now}
        self._free_at[identity] = free_at


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
            _within(own, Refused(429, "te_veel_tegelijk", detail)),
            _within(self._free, busy()),
        ):
            yield


@asynccontextmanager
async def _within(places: asyncio.Semaphore, refusal: Exception) -> AsyncIterator[None]:
    try:
        async with asyncio.timeout(PATIENCE_SECONDS):
            await places.acquire()
    except TimeoutError:
        raise refusal from None
    try:
        yield
    finally:
        places.release()
