# SPDX-License-Identifier: EUPL-1.2
"""What goes wrong with one caller does not stop the others, and too much is said to be too much."""

import asyncio
import itertools

import asyncpg
import httpx
import pytest

from app.api import asgi
from app.api.errors import Refused
from app.api.pace import SECONDS, Pace, Places
from app.db import connection
from app.domain.errors import Unavailable
from app.settings import Settings
from tests.api.test_manners import problem
from tests.callers import Headers, OpenClient


async def refused(pace: Pace, identity: str) -> bool:
    try:
        await pace.check(identity)
    except Refused as error:
        return error.status == 429
    return False


async def test_a_caller_may_ask_all_of_a_minute_at_once_and_then_as_it_comes_free(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr("app.api.pace.SECONDS", 3)
    pace = Pace(6)
    assert [await refused(pace, "toegang 0153") for _ in range(7)] == [False] * 6 + [True]
    assert not await refused(pace, "toegang 0141")
    await asyncio.sleep(0.6)
    assert not await refused(pace, "toegang 0153")


async def test_of_callers_who_asked_nothing_for_longest_nothing_is_kept(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr("app.api.pace.MOST_CALLERS", 3)
    pace = Pace(1)
    for name in ("a", "b", "c", "d"):
        await pace.check(name)
    assert [await refused(pace, name) for name in ("b", "c", "d", "a")] == [True] * 3 + [False]


async def test_without_a_limit_nothing_is_counted() -> None:
    pace = Pace(0)
    assert not any([await refused(pace, "toegang 0153") for _ in range(1_000)])


async def test_a_caller_that_asks_too_much_is_told_when_to_go_on_and_others_go_on(
    settings: Settings, open_client: OpenClient, token: Headers
) -> None:
    one, other = token("toegang", gemeente="0153"), token("toegang", gemeente="0141")
    same = token("toegang", gemeente="0153", sub="een ander in dezelfde gemeente")
    async with open_client(settings.model_copy(update={"requests_per_minute": 3})) as client:
        for headers in (one, same, one):
            assert (await client.get("/v1/gemeenten", headers=headers)).status_code == 200
        answer = await client.get("/v1/gemeenten", headers=same)
        problem(answer, 429, "te_veel_aanvragen")
        assert 1 <= int(answer.headers["Retry-After"]) <= SECONDS
        assert (await client.get("/v1/gemeenten", headers=other)).status_code == 200
        assert (await client.get("/v1/gemeenten")).status_code == 401


async def test_of_many_places_one_caller_gets_its_share(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("app.api.pace.PATIENCE_SECONDS", 0.05)
    places = Places(3, 2)
    async with places.place("a"), places.place("a"):
        with pytest.raises(Refused):
            async with places.place("a"):
                pass
        async with places.place("b"):
            with pytest.raises(Unavailable):
                async with places.place("c"):
                    pass
    async with places.place("a"), places.place("a"), places.place("c"):
        pass


async def test_beyond_the_most_requests_at_once_the_answer_is_503_at_once(
    proeven: httpx.AsyncClient, token: Headers, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(asgi, "MOST_AT_ONCE", 3)
    toegang = token("toegang", gemeente="0153")
    answers = await asyncio.gather(
        *(proeven.get("/v1/proeven", headers=toegang) for _ in range(10))
    )
    full = [answer for answer in answers if answer.status_code == 503]
    assert 0 < len(full) <= 7
    for answer in full:
        problem(answer, 503, "tijdelijk_niet_beschikbaar")
        assert int(answer.headers["Retry-After"]) > 0
        assert answer.headers["API-Version"]
    assert (await proeven.get("/v1/proeven", headers=toegang)).status_code == 200


@pytest.mark.parametrize("bound", ["lock_timeout", "statement_timeout"])
async def test_a_request_waits_for_a_lock_of_another_no_longer_than_a_while(
    open_client: OpenClient,
    database_url: str,
    token: Headers,
    monkeypatch: pytest.MonkeyPatch,
    bound: str,
) -> None:
    monkeypatch.setitem(connection.BOUNDS, bound, "200ms")
    db = await asyncpg.connect(database_url)
    async with open_client() as client, db.transaction():
        await db.execute("LOCK TABLE profiel IN ACCESS EXCLUSIVE MODE")
        answer = await client.get("/v1/profielen", headers=token("regio"))
        problem(answer, 503, "tijdelijk_niet_beschikbaar")
    await db.close()


async def test_who_waits_longest_for_a_connection_gets_it(
    open_proeven: OpenClient, token: Headers, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Each asks again at once, so that there is always one who asks just as one comes free."""
    monkeypatch.setattr("app.api.app.MOST_CONNECTIONS", 1)
    monkeypatch.setattr("app.db.connection.MOST_CONNECTIONS", 1)
    callers, begun, ended = 10, itertools.count(), list[int]()
    headers = token("regio")

    async with open_proeven() as client:

        async def ask() -> None:
            for _ in range(20):
                number = next(begun)
                assert (await client.get("/v1/proeven", headers=headers)).status_code == 200
                ended.append(number)

        await asyncio.gather(*(ask() for _ in range(callers)))
    overtaken = [sum(later > number for later in ended[:at]) for at, number in enumerate(ended)]
    assert max(overtaken) < callers
