# SPDX-License-Identifier: EUPL-1.2
"""What is settled in the background: each once, in order, and nothing is lost."""

import asyncio
from datetime import date
from importlib import import_module
from pathlib import Path

import pytest
from asyncpg import Record
from procrastinate.schema import SchemaManager

from app.settlement import queue, settle
from app.settlement.workers import working
from tests.pools import Watched
from tests.settlement import volume
from tests.settlement.region import AANBIEDERS

A, B = AANBIEDERS
PATIENCE_SECONDS = 30


async def _declare(pool: Watched, nummer: str, lines: int, *, agb: str = A, skip: int = 0) -> int:
    """Taken in, and put in the queue with it."""
    async with pool.acquire() as db, db.transaction():
        declaratie_id = await volume.register(db, nummer, lines, agb=agb, skip=skip)
        await queue.defer(db, declaratie_id, agb)
    return declaratie_id


async def _find(pool: Watched, declaratie_id: int) -> Record:
    row: Record | None = await pool.fetchrow(
        "SELECT * FROM declaratie WHERE id = $1", declaratie_id
    )
    assert row is not None
    return row


async def _settled(pool: Watched, *ids: int) -> list[Record]:
    async with asyncio.timeout(PATIENCE_SECONDS):
        while True:
            rows = [await _find(pool, declaratie_id) for declaratie_id in ids]
            if all(row["afgehandeld_op"] for row in rows):
                return rows
            await asyncio.sleep(0.02)


async def _queue_is_empty(pool: Watched) -> None:
    async with asyncio.timeout(PATIENCE_SECONDS):
        while await pool.fetchval("SELECT count(*) FROM wachtrij.procrastinate_jobs"):
            await asyncio.sleep(0.02)


@pytest.fixture
async def filled(pool: Watched) -> Watched:
    async with pool.acquire() as db:
        await volume.fill(db, 2_000)
    return pool


async def test_workers_settle_what_waits_and_leave_nothing_behind(
    filled: Watched, database_url: str
) -> None:
    ids = [await _declare(filled, "A1", 2_000), await _declare(filled, "B1", 2_000, agb=B)]
    async with working(database_url, 2):
        rows = await _settled(filled, *ids)
        await _queue_is_empty(filled)
    for row in rows:
        assert row["aantal_toegekend"] + row["aantal_afgekeurd"] == 2_000
        assert row["aantal_afgekeurd"] == pytest.approx(2_000 / 33, abs=1)
    assert await filled.fetchval("SELECT count(*) FROM voortgang") == 0
    assert await filled.fetchval("SELECT count(*) FROM wachtrij.procrastinate_workers") == 0


async def test_of_one_aanbieder_each_waits_for_the_one_before(
    filled: Watched, database_url: str
) -> None:
    ids = [await _declare(filled, f"A{i}", 200) for i in range(5)]
    async with working(database_url, 4):
        rows = await _settled(filled, *ids)
    assert sorted(rows, key=lambda row: row["afgehandeld_op"]) == rows
    # They claim the same termijnen: only the first gets them.
    assert [row["aantal_toegekend"] > 0 for row in rows] == [True, False, False, False, False]


async def test_different_aanbieders_do_not_wait_for_each_other(
    filled: Watched, database_url: str
) -> None:
    of_a = await _declare(filled, "A1", 10)
    async with working(database_url, 2), filled.acquire() as db, db.transaction():
        await db.execute("SELECT FROM declaratie WHERE id = $1 FOR UPDATE", of_a)  # as if at work
        await _settled(filled, await _declare(filled, "B1", 10, agb=B))
        assert (await _find(filled, of_a))["afgehandeld_op"] is None


async def test_a_job_that_comes_up_twice_settles_once(filled: Watched) -> None:
    declaratie_id = await _declare(filled, "A1", 1_000)
    await asyncio.gather(*(queue.settle_in_background(filled, declaratie_id, A) for _ in range(3)))
    row = await _find(filled, declaratie_id)
    booked = await filled.fetchval("SELECT sum(bedrag_centen) FROM boeking")
    assert row["toegekend_centen"] == booked


async def test_a_job_is_not_there_without_its_declaratie(filled: Watched) -> None:
    async with filled.acquire() as db:
        transaction = db.transaction()
        await transaction.start()
        await queue.defer(db, await volume.register(db, "A1", 1), A)
        await transaction.rollback()
    await _queue_is_empty(filled)


async def test_what_keeps_failing_is_given_up_and_can_be_resumed(
    filled: Watched, database_url: str
) -> None:
    declaratie_id = await _declare(filled, "A1", 1_000)
    await filled.execute("ALTER TABLE boeking ADD CONSTRAINT proef CHECK (beurt < 0) NOT VALID")
    with pytest.raises(queue.Interrupted):
        await queue.attempt(filled, declaratie_id, A, 0)
    assert (await _find(filled, declaratie_id))["mislukt_op"] is None
    await queue.attempt(filled, declaratie_id, A, queue.MOST_FAILURES - 1)
    failed = await _find(filled, declaratie_id)
    assert failed["mislukt_reden"].endswith("CheckViolationError 23514 proef.")
    assert await filled.fetchval("SELECT count(*) FROM declaratieregel") == 1_000
    async with filled.acquire() as db:
        assert not await queue.is_behind(db, A)

    await filled.execute("DELETE FROM wachtrij.procrastinate_jobs")
    await filled.execute("ALTER TABLE boeking DROP CONSTRAINT proef")
    assert await queue.resume_at(database_url, declaratie_id) == [declaratie_id]
    assert await queue.resume_at(database_url, None) == []
    async with working(database_url, 1):
        (row,) = await _settled(filled, declaratie_id)
    assert row["mislukt_reden"] is None
    assert row["aantal_toegekend"] + row["aantal_afgekeurd"] == 1_000


async def test_after_too_many_interruptions_it_is_given_up(filled: Watched) -> None:
    declaratie_id = await _declare(filled, "A1", 10)
    await queue.attempt(filled, declaratie_id, A, queue.MOST_INTERRUPTIONS)
    assert "onderbroken" in (await _find(filled, declaratie_id))["mislukt_reden"]


async def test_a_worker_told_to_stop_gives_back_what_it_had_in_hand(
    filled: Watched, database_url: str
) -> None:
    declaratie_id = await _declare(filled, "A1", 10)
    async with filled.acquire() as db, db.transaction():
        await db.execute("SELECT FROM declaratie WHERE id = $1 FOR UPDATE", declaratie_id)
        async with working(database_url, 1), asyncio.timeout(PATIENCE_SECONDS):
            while await _status(filled) != "doing":
                await asyncio.sleep(0.02)
    assert await _status(filled) == "todo"


async def _status(pool: Watched) -> str:
    status: str = await pool.fetchval("SELECT status FROM wachtrij.procrastinate_jobs")
    return status


async def test_workers_come_back_when_their_connections_are_cut(
    filled: Watched, database_url: str
) -> None:
    async with working(database_url, 2):
        await _settled(filled, await _declare(filled, "A1", 10))
        await filled.execute(
            "SELECT pg_terminate_backend(pid) FROM pg_stat_activity"
            " WHERE datname = current_database() AND pid <> pg_backend_pid()"
        )
        await _settled(filled, await _declare(filled, "A2", 10, skip=10))


async def test_a_job_whose_end_could_not_be_written_down_is_taken_up_again(
    filled: Watched, database_url: str
) -> None:
    await filled.execute("""
        CREATE SEQUENCE kap;
        CREATE FUNCTION kap() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER AS $$
        BEGIN
            IF nextval('public.kap') = 1 THEN
                PERFORM pg_terminate_backend(pg_backend_pid());
            END IF;
            RETURN OLD;
        END
        $$;
        CREATE TRIGGER tr_kap BEFORE DELETE ON wachtrij.procrastinate_jobs
        FOR EACH ROW EXECUTE FUNCTION public.kap();
    """)
    ids = [await _declare(filled, "A1", 10), await _declare(filled, "A2", 10, skip=10)]
    async with working(database_url, 2):
        await _settled(filled, *ids)
        await _queue_is_empty(filled)


def test_the_schema_of_the_queue_is_that_of_the_library() -> None:
    migration = import_module("migrations.versions.0004_wachtrij")
    changes = sorted(path.name for path in Path(SchemaManager.get_migrations_path()).glob("*.sql"))
    assert changes[-1] == migration.SCHEMA_OF_LIBRARY, "bring wachtrij up to date in a migration"


async def test_a_release_that_keeps_failing_is_taken_up_again(
    filled: Watched, database_url: str
) -> None:
    """What was given up holds its lines; `resume` has them judged once more."""
    await filled.execute("UPDATE woonplaats SET gemeente = NULL, grondslag = 'onbekend'")
    declaratie_id = await _declare(filled, "A1", 10)
    await queue.settle_in_background(filled, declaratie_id, A)
    await filled.execute("UPDATE woonplaats SET gemeente = '0153', grondslag = 'brp'")
    await filled.execute("ALTER TABLE boeking ADD CONSTRAINT proef CHECK (beurt < 0) NOT VALID")
    await queue.attempt(filled, declaratie_id, A, queue.MOST_FAILURES - 1)
    assert (await _find(filled, declaratie_id))["aantal_aangehouden"] == 10
    await filled.execute("DELETE FROM wachtrij.procrastinate_jobs")
    await filled.execute("ALTER TABLE boeking DROP CONSTRAINT proef")
    assert await queue.resume_at(database_url, None) == [declaratie_id]
    async with working(database_url, 1):
        await _queue_is_empty(filled)
    assert (await _find(filled, declaratie_id))["aantal_toegekend"] == 10
    assert await queue.resume_at(database_url, declaratie_id) == []


async def test_a_change_of_residence_waits_for_what_is_being_settled(
    filled: Watched, database_url: str
) -> None:
    """It was judged by the residence of before, and is found when it has been committed."""
    await filled.execute("UPDATE woonplaats SET gemeente = NULL, grondslag = 'onbekend'")
    inwoner_id = await filled.fetchval("SELECT min(inwoner_id) FROM toewijzing")
    async with working(database_url, 2), filled.acquire() as db:
        async with db.transaction():
            declaratie_id = await volume.register(db, "A1", 1)
            await settle.lock_aanbieder(db, A)
            await settle.settle(db, declaratie_id, date(2026, 8, 1))
            async with filled.acquire() as other, other.transaction():
                await other.execute("UPDATE woonplaats SET gemeente = '0153', grondslag = 'brp'")
                await queue.defer_release(other, inwoner_id)
            await asyncio.sleep(0.5)
        await _queue_is_empty(filled)
    assert (await _find(filled, declaratie_id))["aantal_toegekend"] == 1


async def test_workers_told_to_stop_while_they_start_leave_nothing_behind(
    database_url: str,
) -> None:
    """At any moment of the start: what was left would hold up the end of the whole process."""
    before = asyncio.all_tasks()
    async with asyncio.timeout(PATIENCE_SECONDS):
        for milliseconds in range(0, 100, 4):
            async with working(database_url, 2):
                await asyncio.sleep(milliseconds / 1_000)
    assert [task.get_name() for task in asyncio.all_tasks() - before] == []
