# SPDX-License-Identifier: EUPL-1.2
import asyncio
import subprocess
import sys
from collections.abc import AsyncIterator
from uuid import uuid4

import asyncpg
import pytest

from app.db import embedded, migrate, revisions


@pytest.fixture
async def empty(server: embedded.Server) -> AsyncIterator[str]:
    name = f"leeg_{uuid4().hex}"
    await server.create_database(name)
    yield server.url(name)
    await server.drop_database(name)


async def _tables(url: str) -> set[str]:
    connection = await asyncpg.connect(url)
    try:
        rows = await connection.fetch("SELECT tablename FROM pg_tables WHERE schemaname = 'public'")
        return {row["tablename"] for row in rows}
    finally:
        await connection.close()


async def test_two_starts_at_once_migrate_once(empty: str) -> None:
    await asyncio.gather(migrate.upgrade(empty), migrate.upgrade(empty))
    assert "toewijzing" in await _tables(empty)


def test_alembic_is_not_loaded_before_there_is_something_to_migrate() -> None:
    loaded = "import app.cli, sys; print({'alembic', 'sqlalchemy'} & set(sys.modules))"
    done = subprocess.run([sys.executable, "-c", loaded], capture_output=True, check=True)
    assert done.stdout == b"set()\n"


async def test_a_database_moves_back_and_forth(empty: str) -> None:
    await migrate.move(empty, "head")
    await migrate.move(empty, "base")
    assert await _tables(empty) == {"alembic_version"}
    await migrate.move(empty, "head")
    assert "toewijzing" in await _tables(empty)


async def test_an_unknown_revision_changes_nothing(empty: str) -> None:
    with pytest.raises(migrate.RevisionError):
        await migrate.move(empty, "nergens")
    assert await _tables(empty) == set()


async def test_a_wrong_address_is_told_in_dutch() -> None:
    with pytest.raises(migrate.UnreachableError, match="niet bereikbaar"):
        await migrate.upgrade("postgresql://127.0.0.1:1/noaber")


async def test_a_migration_lets_others_through_while_it_waits_for_a_table(
    database_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(revisions, "LOCK_PATIENCE", "100ms")
    monkeypatch.setattr(revisions, "PAUSE_SECONDS", 0.2)
    holder, other = [await asyncpg.connect(database_url) for _ in range(2)]
    try:
        await holder.execute("BEGIN; SELECT count(*) FROM declaratie")
        moving = asyncio.create_task(migrate.move(database_url, "0003"))
        await asyncio.sleep(0.5)
        assert await asyncio.wait_for(other.fetchval("SELECT count(*) FROM declaratie"), 5) == 0
        assert not moving.done()
        await holder.execute("COMMIT")
        await moving
    finally:
        await holder.close()
        await other.close()
    assert "voortgang" not in await _tables(database_url)


async def test_a_migration_that_never_gets_its_table_changes_nothing_and_says_so(
    database_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(revisions, "LOCK_PATIENCE", "50ms")
    monkeypatch.setattr(revisions, "PAUSE_SECONDS", 0)
    monkeypatch.setattr(revisions, "MOST_ATTEMPTS", 2)
    holder = await asyncpg.connect(database_url)
    try:
        await holder.execute("BEGIN; SELECT count(*) FROM declaratie")
        with pytest.raises(migrate.UnreachableError, match="te druk"):
            await migrate.move(database_url, "base")
    finally:
        await holder.close()
    assert await migrate.is_current(database_url)


def test_a_test_that_is_not_async_gets_a_database_too(database_url: str) -> None:
    assert "toewijzing" in asyncio.run(_tables(database_url))


async def test_a_contract_of_before_keeps_what_it_covers(database_url: str) -> None:
    await migrate.move(database_url, "0011")
    db = await asyncpg.connect(database_url)
    try:
        await db.execute(
            """
            INSERT INTO aanbieder (agb, naam, specialisaties) VALUES ('99000001', 'Proef', '{}');
            INSERT INTO raamovereenkomst
                (aanbieder, begindatum, einddatum, declaratietermijn_maanden)
            VALUES ('99000001', '2026-01-01', '2028-12-31', 60);
            INSERT INTO raamovereenkomst_gemeente SELECT nummer, '0153' FROM raamovereenkomst;
            """
        )
        await migrate.move(database_url, "0012")
        row = await db.fetchrow(
            "SELECT soort, gemeente, gedekt, d.vanaf::text FROM raamovereenkomst_dekking d"
            " JOIN raamovereenkomst_gebeurtenis USING (nummer, volgnummer)"
        )
        assert row is not None
        assert tuple(row) == ("gesloten", "0153", True, "2026-01-01")
        await migrate.move(database_url, "0011")
        assert await db.fetchval("SELECT gemeente FROM raamovereenkomst_gemeente") == "0153"
    finally:
        await db.close()
