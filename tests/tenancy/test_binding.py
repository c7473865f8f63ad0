# SPDX-License-Identifier: EUPL-1.2
"""A connection goes from one caller to the next, and takes nothing of the one before with it."""

import asyncio
from collections.abc import AsyncIterator
from typing import cast

import asyncpg
import httpx
import pytest

from app.api.issuer import make_token
from app.db import connection
from app.db.binding import NOBODY, Binding
from app.db.connection import Bindable, Pool, connected_as_owner, is_lent_by_owner, open_pool
from app.db.migrate import UnreachableError
from app.db.rechten import ROLE
from app.main import create_app
from app.settings import Settings
from tests.tenancy.conftest import ANDER, EEN

ONE, OTHER = Binding(gemeente=EEN.gemeente), Binding(gemeente=ANDER.gemeente)
WHOSE = "SELECT array_agg(DISTINCT gemeente) FROM inwoner"
BOUND = "SELECT current_setting('noaber.gemeente', true)"


@pytest.fixture
async def pool(told: str, monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[Pool]:
    """Of one connection."""
    monkeypatch.setattr(connection, "MOST_CONNECTIONS", 1)
    async with await open_pool(told.replace("postgres@", f"{ROLE}@")) as pool:
        yield pool


async def _whose(pool: Pool, binding: Binding) -> list[str] | None:
    async with pool.lent(binding) as db:
        whose: list[str] | None = await db.fetchval(WHOSE)
        return whose


async def test_two_who_take_turns_each_see_their_own(pool: Pool) -> None:
    for _ in range(3):
        assert await _whose(pool, ONE) == [EEN.gemeente]
        assert await _whose(pool, OTHER) == [ANDER.gemeente]
        assert await _whose(pool, NOBODY) is None
    found = await asyncio.gather(*(_whose(pool, binding) for binding in [ONE, OTHER] * 10))
    assert found == [[EEN.gemeente], [ANDER.gemeente]] * 10


async def test_after_an_error_or_a_cancelled_request_the_next_sees_its_own(pool: Pool) -> None:
    async def fails(statement: str) -> None:
        async with pool.lent(ONE) as db, db.transaction():
            await db.execute("SELECT set_config('noaber.gemeente', $1, true)", EEN.buur)
            await db.execute(statement)

    for statement in (
        "SELECT 1 / 0",
        "SELECT pg_sleep(60)",
        "SELECT pg_terminate_backend(pg_backend_pid())",
    ):
        with pytest.raises((asyncpg.PostgresError, asyncpg.InterfaceError, TimeoutError)):
            await asyncio.wait_for(fails(statement), 0.3)
        for binding in (ONE, OTHER):
            assert await _whose(pool, binding) == [binding.gemeente]
        assert await _whose(pool, NOBODY) is None


async def test_who_is_cancelled_while_it_is_bound_leaves_nothing(pool: Pool) -> None:
    for patience in (0.0, 0.0001, 0.0005, 0.001, 0.002) * 5:
        taking = asyncio.create_task(_whose(pool, ONE))
        await asyncio.sleep(patience)
        taking.cancel()
        await asyncio.gather(taking, return_exceptions=True)
        assert await _whose(pool, OTHER) == [ANDER.gemeente]


async def test_what_a_transaction_opens_ends_with_it(pool: Pool) -> None:
    async with pool.lent(ONE) as db:
        async with db.transaction():
            await db.execute("SELECT set_config('noaber.gemeente', $1, true)", ANDER.gemeente)
            assert await db.fetchval(WHOSE) == [ANDER.gemeente]
        assert await db.fetchval(BOUND) == EEN.gemeente
    assert await _whose(pool, ONE) == [EEN.gemeente]


async def test_the_same_caller_again_costs_no_statement(pool: Pool) -> None:
    seen: list[str] = []
    async with pool.lent(ONE) as db:
        db.add_query_logger(lambda record: seen.append(record.query))
        for binding, statements in ((ONE, 0), (ONE, 0), (OTHER, 1), (OTHER, 0)):
            seen.clear()
            await cast(Bindable, db).bind(binding)
            await asyncio.sleep(0)  # the logger is told in the next turn of the loop
            assert len(seen) == statements


async def test_callers_that_share_one_connection_see_their_own(
    told: str, settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(connection, "MOST_CONNECTIONS", 1)
    app = create_app(settings, told)
    transport = httpx.ASGITransport(app)
    callers = {
        code: {"Authorization": f"Bearer {make_token(settings.data, 'toegang', gemeente=code)}"}
        for code in (EEN.gemeente, ANDER.gemeente)
    }
    async with (
        app.router.lifespan_context(app),
        httpx.AsyncClient(transport=transport, base_url="http://noaber.test") as client,
    ):

        async def look(code: str) -> None:
            listed = await client.get("/v1/toewijzingen?pageSize=100", headers=callers[code])
            assert {row["gemeente"] for row in listed.json()["results"]} == {code}
            absent = await client.get("/v1/toewijzingen/999999", headers=callers[code])
            assert absent.status_code == 404

        for _ in range(3):
            for code in callers:
                await look(code)
            looking = asyncio.create_task(look(EEN.gemeente))
            await asyncio.sleep(0.002)
            looking.cancel()
            await asyncio.gather(looking, return_exceptions=True)
        await asyncio.gather(*(look(code) for code in list(callers) * 5))


async def test_who_logs_in_as_the_owner_is_held_to_the_policies_and_told(told: str) -> None:
    assert await is_lent_by_owner(told)
    assert not await is_lent_by_owner(told.replace("postgres@", f"{ROLE}@"))
    async with await open_pool(told) as pool:
        assert await _whose(pool, NOBODY) is None


async def test_what_is_about_the_whole_database_asks_for_its_owner(told: str) -> None:
    with pytest.raises(UnreachableError, match="NOABER_MIGRATIE_URL"):
        async with connected_as_owner(told.replace("postgres@", f"{ROLE}@")):
            pass


async def test_a_role_that_policies_do_not_hold_is_refused(
    told: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(connection, "ROLE", "postgres")
    with pytest.raises(UnreachableError, match=ROLE):
        await open_pool(told)
