# SPDX-License-Identifier: EUPL-1.2
"""Settlement in the background: what waits its turn, and how one declaratie is settled.

The queue is a table of procrastinate's. A job is put there in the transaction that keeps the lines,
so neither is without the other. The jobs of one aanbieder carry one lock and are done in order,
those of different aanbieders side by side. A job may come up more than once, when a worker died or
seemed dead: the row of the declaratie is locked while it is settled, so that it is settled exactly
once. When it comes up after that, only what it still holds is judged again.
"""

import logging
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from functools import partial

import asyncpg
from asyncpg import Record

from app.db import voortgang
from app.db.binding import books_of
from app.db.connection import PASSING_FAULTS, Connection, Pool, connected_as_owner
from app.domain.errors import NoaberError, Unavailable
from app.domain.period import day_in_amsterdam
from app.settlement import settle
from app.telemetry.measures import FAILED

log = logging.getLogger("noaber")

SCHEMA = "wachtrij"
QUEUE = "afrekening"
TASK = "afrekenen"
RELEASE_TASK = "vrijgeven"

MOST_LINES_AT_ONCE = 1_000
"""A declaratie with more lines than this is settled in the background."""

MOST_FAILURES = 5
MOST_INTERRUPTIONS = 100
"""So often may the database or the worker itself fall away during one declaratie."""

DEFER = f"""
SELECT {SCHEMA}.procrastinate_defer_jobs_v1(ARRAY[ROW(
    '{QUEUE}', '{TASK}', 0, $1::text, NULL, jsonb_build_object('declaratie_id', $2::bigint), NULL
)::{SCHEMA}.procrastinate_job_to_defer_v1])
"""

# One job for each aanbieder that helps the inwoner. It looks for held lines in its turn, when what
# was judged by the residence of before has been committed.
DEFER_RELEASE = f"""
SELECT {SCHEMA}.procrastinate_defer_jobs_v1(array_agg(ROW(
    '{QUEUE}', '{RELEASE_TASK}', 0, aanbieder, NULL,
    jsonb_build_object('aanbieder', aanbieder, 'inwoner_id', $1::bigint), NULL
)::{SCHEMA}.procrastinate_job_to_defer_v1))
FROM (SELECT DISTINCT aanbieder FROM toewijzing WHERE inwoner_id = $1 ORDER BY aanbieder) a
HAVING count(*) > 0
"""

HELD_OF_INWONER = """
SELECT DISTINCT o.declaratie_id
FROM toewijzing tw
JOIN oordeel o ON o.toewijzing_nummer = tw.nummer AND o.uitkomst = 'aangehouden'
WHERE tw.inwoner_id = $1 AND tw.aanbieder = $2
ORDER BY o.declaratie_id
"""

HELD = """
SELECT d.id, d.aanbieder
FROM (SELECT DISTINCT declaratie_id FROM oordeel WHERE uitkomst = 'aangehouden') o
JOIN declaratie d ON d.id = o.declaratie_id
WHERE $1::bigint IS NULL OR d.id = $1
ORDER BY d.aanbieder, d.id
"""

IS_BEHIND = """
SELECT EXISTS (
    SELECT FROM declaratie
    WHERE aanbieder = $1 AND id <> $2 AND afgehandeld_op IS NULL AND mislukt_op IS NULL
)
"""

# Of a worker that was killed the transaction may still run: it is waited for.
LOCK = """
SELECT id, aanbieder, ontvangen_op, afgehandeld_op IS NULL AND mislukt_op IS NULL AS is_open
FROM declaratie
WHERE id = $1
FOR NO KEY UPDATE
"""

GIVE_UP = """
UPDATE declaratie SET mislukt_op = clock_timestamp(), mislukt_reden = $2
WHERE id = $1 AND afgehandeld_op IS NULL AND mislukt_op IS NULL
"""

RESUME = """
UPDATE declaratie SET mislukt_op = NULL, mislukt_reden = NULL
WHERE id = $1 AND mislukt_op IS NOT NULL
RETURNING id
"""


class Interrupted(Exception):
    """This attempt came to nothing; the next may. Says nothing of what was being settled."""


async def defer(db: Connection, declaratie_id: int, aanbieder: str) -> None:
    """Put a declaratie in the queue, if the transaction of this connection is committed."""
    await db.execute(DEFER, aanbieder, declaratie_id)


async def defer_release(db: Connection, inwoner_id: int) -> None:
    """Have what waits for the residence of an inwoner judged again, each aanbieder in its turn."""
    await db.execute(DEFER_RELEASE, inwoner_id)


async def release(pool: Pool, aanbieder: str, inwoner_id: int) -> None:
    """Put each declaratie with held lines for an inwoner in the queue to be judged again.

    Waits for what is being settled for the aanbieder. Raises Interrupted: until it has been done it
    is tried again.
    """
    try:
        async with pool.lent(books_of(aanbieder)) as db, db.transaction():
            await settle.lock_aanbieder(db, aanbieder)
            for row in await db.fetch(HELD_OF_INWONER, inwoner_id, aanbieder):
                await defer(db, row["declaratie_id"], aanbieder)
    except Exception as error:
        log.warning("aanbieder %s: release interrupted by %s", aanbieder, _kind(error))
        raise Interrupted from None


async def is_behind(db: Connection, aanbieder: str, declaratie_id: int = 0) -> bool:
    """Whether another declaratie of this aanbieder is still to be settled.

    Asked under `settle.lock_aanbieder`, a no holds until the transaction ends: nothing of this
    aanbieder can be settled meanwhile.
    """
    behind: bool = await db.fetchval(IS_BEHIND, aanbieder, declaratie_id)
    return behind


async def resume(db: Connection, declaratie_id: int | None = None) -> list[int]:
    """Put what failed, or still holds lines (all of it, or one), in the queue again; gives the ids.

    A declaratie whose held lines could not be judged again stays as it was; this takes it up. Lines
    that still wait for something are held as before.
    """
    failed: list[Record] = await db.fetch(
        "SELECT id, aanbieder FROM declaratie WHERE mislukt_op IS NOT NULL"
        " AND ($1::bigint IS NULL OR id = $1) ORDER BY aanbieder, id",
        declaratie_id,
    )
    resumed = []
    for row in failed:
        await settle.lock_aanbieder(db, row["aanbieder"])
        if await db.fetchval(RESUME, row["id"]):
            await defer(db, row["id"], row["aanbieder"])
            resumed.append(row["id"])
    for row in await db.fetch(HELD, declaratie_id):
        await defer(db, row["id"], row["aanbieder"])
        resumed.append(row["id"])
    return resumed


async def resume_at(database_url: str, declaratie_id: int | None) -> list[int]:
    """`resume` in a transaction of its own, for all aanbieders."""
    async with connected_as_owner(database_url) as db, db.transaction():
        return await resume(db, declaratie_id)


async def attempt(pool: Pool, declaratie_id: int, aanbieder: str, earlier_attempts: int) -> None:
    """Settle it, or give up after too many attempts. Raises Interrupted when it is worth another.

    What went wrong is told by its kind alone: a message may hold personal data.
    """
    if earlier_attempts >= MOST_INTERRUPTIONS:
        await _give_up(pool, declaratie_id, aanbieder, "De verwerking werd te vaak onderbroken.")
        return
    try:
        await settle_in_background(pool, declaratie_id, aanbieder)
    except (*PASSING_FAULTS, Unavailable, OSError) as error:
        log.warning("declaratie %d: interrupted by %s", declaratie_id, type(error).__name__)
        raise Interrupted from None
    except Exception as error:
        log.error("declaratie %d: %s", declaratie_id, _kind(error))
        if earlier_attempts + 1 < MOST_FAILURES:
            raise Interrupted from None
        await _give_up(
            pool, declaratie_id, aanbieder, f"De verwerking liep steeds vast: {_kind(error)}."
        )


async def settle_in_background(pool: Pool, declaratie_id: int, aanbieder: str) -> None:
    """Settle a declaratie in one transaction of its own; once that is done, what it holds again."""
    async with pool.lent(books_of(aanbieder)) as db, db.transaction():
        # PostgreSQL stops by itself when the worker is gone, and frees the row for the next.
        await db.execute("SET LOCAL client_connection_check_interval = '1s'")
        declaratie = await db.fetchrow(LOCK, declaratie_id)
        if declaratie is None:
            return
        dag = day_in_amsterdam(declaratie["ontvangen_op"])
        if not declaratie["is_open"]:
            await settle.settle_again(db, declaratie_id, aanbieder, dag)
            return
        async with _shown(pool, declaratie_id, aanbieder) as report:
            settled = await settle.settle(db, declaratie_id, dag, report)
    settle.count_settled(settled)


@asynccontextmanager
async def _shown(pool: Pool, declaratie_id: int, aanbieder: str) -> AsyncIterator[settle.Report]:
    """Let others see that it is being settled, and how far that is."""
    apart = partial(pool.execute_for, books_of(aanbieder))
    await voortgang.begin(apart, declaratie_id)
    try:
        yield partial(voortgang.report, apart, declaratie_id)
    finally:
        with suppress(*PASSING_FAULTS, OSError):
            await voortgang.remove(apart, declaratie_id)


async def _give_up(pool: Pool, declaratie_id: int, aanbieder: str, reason: str) -> None:
    log.error("declaratie %d: given up", declaratie_id)
    FAILED.inc()
    await pool.execute_for(books_of(aanbieder), GIVE_UP, declaratie_id, reason)


def _kind(error: Exception) -> str:
    """What an error is, without the values in it."""
    if isinstance(error, NoaberError):
        return error.code
    constraint = getattr(error, "constraint_name", None)
    state = error.sqlstate if isinstance(error, asyncpg.PostgresError) else None
    return " ".join(filter(None, (type(error).__name__, state, constraint)))
