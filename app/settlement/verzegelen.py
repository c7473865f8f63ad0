# SPDX-License-Identifier: EUPL-1.2
"""Seal what was settled, one after the other, after it was committed.

A seal takes a quarter to a third of the time that settling does. Nobody waits for it: the
declaratie is settled and answered for, and that it is to be sealed was put down in the same
transaction.
"""

import asyncio
import logging

from app.db.binding import OPEN_BOOKS, VERZEGELAAR
from app.db.connection import PASSING_FAULTS, Connection, Pool
from app.db.zegels import SEAL

log = logging.getLogger("noaber")

LOOK_EVERY_SECONDS = 1
AFTER_A_FAULT_SECONDS = 60

OPEN = f"SELECT set_config('work_mem', '64MB', true), {OPEN_BOOKS.format('$1')}"

# One at a time, of all processes on this database: a seal follows the one before it.
TRY_LOCK = "SELECT pg_try_advisory_xact_lock(hashtext('zegel'), 0)"
NEXT = "SELECT nummer, aanbieder, declaratie_id, ronde FROM te_verzegelen ORDER BY nummer LIMIT 1"
DONE = "DELETE FROM te_verzegelen WHERE nummer = $1"


async def keep_sealing(pool: Pool) -> None:
    """Seal what comes, until cancelled."""
    while True:
        try:
            await seal_all(pool)
            await asyncio.sleep(LOOK_EVERY_SECONDS)
        except (*PASSING_FAULTS, OSError):
            await asyncio.sleep(LOOK_EVERY_SECONDS)
        except Exception as error:  # what went wrong is told by its kind: it may hold values
            log.error("zegels: %s", type(error).__name__)
            await asyncio.sleep(AFTER_A_FAULT_SECONDS)


async def seal_all(pool: Pool) -> None:
    """Seal what waits, unless another process is at it."""
    while await _seal_next(pool):
        pass


async def _seal_next(pool: Pool) -> bool:
    async with pool.lent(VERZEGELAAR) as db, db.transaction():
        if not await db.fetchval(TRY_LOCK):
            return False
        return await _seal(db)


async def _seal(db: Connection) -> bool:
    te_verzegelen = await db.fetchrow(NEXT)
    if te_verzegelen is None:
        return False
    nummer, aanbieder, declaratie_id, ronde = te_verzegelen
    await db.execute(OPEN, aanbieder)
    await db.execute(SEAL, declaratie_id, ronde, aanbieder)
    await db.execute(DONE, nummer)
    return True
