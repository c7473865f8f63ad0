# SPDX-License-Identifier: EUPL-1.2
"""How the queue and the pool stand, looked at from time to time for the measures."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress

from app.db.binding import NOBODY
from app.db.connection import PASSING_FAULTS, Pool
from app.telemetry.measures import NOT_KNOWN, show_queue, watch_pool

EVERY_SECONDS = 10
PATIENCE_SECONDS = 5

STANDING = "SELECT aantal, aantal_regels, seconden FROM zicht.stand_van_afwikkeling"


@asynccontextmanager
async def shown(pool: Pool, is_wanted: bool) -> AsyncIterator[None]:
    """Show how they stand meanwhile, if anybody wants to know."""
    if not is_wanted:
        yield
        return
    watch_pool(pool.connections)
    task = asyncio.create_task(_look(pool), name="standing")
    try:
        yield
    finally:
        task.cancel()
        with suppress(asyncio.CancelledError):
            await task


async def _look(pool: Pool) -> None:
    while True:
        try:
            async with asyncio.timeout(PATIENCE_SECONDS), pool.lent(NOBODY) as db:
                row = await db.fetchrow(STANDING)
            show_queue(*map(float, row or ()))
        except (*PASSING_FAULTS, OSError):
            show_queue(NOT_KNOWN, NOT_KNOWN, NOT_KNOWN)
        await asyncio.sleep(EVERY_SECONDS)
