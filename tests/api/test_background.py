# SPDX-License-Identifier: EUPL-1.2
"""Large declaraties over HTTP: answered at once, settled in the background, followed meanwhile."""

import asyncio
import json
from collections.abc import AsyncIterator
from typing import Any

import asyncpg
import httpx
import pytest

from app.api import voortgang
from app.db.connection import Connection, connected_as_owner
from app.settings import Settings
from tests.callers import Headers, OpenClient
from tests.settlement import volume
from tests.settlement.region import AANBIEDERS

A, B = AANBIEDERS
PATIENCE_SECONDS = 30
HEAD = {"dagtekening": "2026-08-01"}
LARGE = 1_001


@pytest.fixture
async def db(database_url: str) -> AsyncIterator[Connection]:
    """A database with toewijzingen to declare."""
    async with connected_as_owner(database_url) as db:
        await volume.fill(db, 1_500)
        yield db


@pytest.fixture
async def working(
    db: Connection, settings: Settings, open_client: OpenClient
) -> AsyncIterator[httpx.AsyncClient]:
    """The service with workers."""
    async with open_client(settings.model_copy(update={"workers": 2})) as client:
        yield client


class Aanbieder:
    """Sends files and asks what came of them."""

    def __init__(self, client: httpx.AsyncClient, headers: dict[str, str]) -> None:
        self._client = client
        self._headers = headers

    async def declare(self, nummer: str, content: bytes) -> httpx.Response:
        return await self._client.post(
            "/v1/declaraties",
            params=HEAD | {"declaratienummer": nummer},
            content=content,
            headers=self._headers | {"Content-Type": "text/csv"},
        )

    async def get(self, path: str, method: str = "GET") -> httpx.Response:
        return await self._client.request(method, path, headers=self._headers)

    async def outcomes(self, path: str) -> list[tuple[Any, ...]]:
        """What became of the first hundred lines, but for what differs by aanbieder."""
        lines = (await self.get(f"{path}/regels?pageSize=100")).json()["results"]
        names = ("regelnummer", "referentie", "redenen", "toegekendCenten", "verdeling")
        return [tuple(line[name] for name in names) for line in lines]

    async def settled(self, path: str) -> Any:
        async with asyncio.timeout(PATIENCE_SECONDS):
            while True:
                declaratie = (await self.get(path)).json()
                if declaratie["status"] == "afgehandeld":
                    return declaratie
                assert declaratie["status"] in ("ontvangen", "bezig")
                await asyncio.sleep(0.02)


async def test_a_large_declaratie_is_accepted_and_settled_as_a_small_one_is(
    db: Connection, working: httpx.AsyncClient, token: Headers
) -> None:
    aanbieder = Aanbieder(working, token("aanbieder", agb=A))
    at_once = await aanbieder.declare("A1", await volume.csv_lines(db, "A1", 1_000))
    assert (at_once.status_code, at_once.json()["status"]) == (201, "afgehandeld")

    content = await volume.csv_lines(db, "A1", LARGE, agb=B)
    other = Aanbieder(working, token("aanbieder", agb=B))
    answer = await other.declare("B1", content)
    assert answer.status_code == 202
    assert answer.json()["status"] in ("ontvangen", "bezig")
    settled = await other.settled(answer.headers["Location"])
    assert settled["aantalToegekend"] + settled["aantalAfgekeurd"] == LARGE
    assert settled["voortgang"] is None
    expected = await aanbieder.outcomes(at_once.headers["Location"])
    found = await other.outcomes(answer.headers["Location"])
    assert found == expected
    assert {len(verdeling) for *_, verdeling in found} == {0, 1, 2}


async def test_a_line_that_is_not_settled_yet_has_no_outcome(
    db: Connection, client: httpx.AsyncClient, token: Headers
) -> None:
    aanbieder = Aanbieder(client, token("aanbieder", agb=A))
    waiting = await aanbieder.declare("A1", await volume.csv_lines(db, "A1", LARGE))
    assert waiting.status_code == 202
    assert waiting.json()["ingediendCenten"] != 0
    regels = await aanbieder.get(f"{waiting.headers['Location']}/regels?uitkomst=toegekend")
    assert regels.json()["count"] == 0


async def test_the_same_again_gives_the_stored_state(
    db: Connection, client: httpx.AsyncClient, token: Headers
) -> None:
    aanbieder = Aanbieder(client, token("aanbieder", agb=A))
    content = await volume.csv_lines(db, "A1", LARGE)
    first, second = [await aanbieder.declare("A1", content) for _ in range(2)]
    assert (first.status_code, second.status_code) == (202, 200)
    assert first.json() == second.json()
    assert await db.fetchval("SELECT count(*) FROM wachtrij.procrastinate_jobs") == 1
    other = await aanbieder.declare("A1", await volume.csv_lines(db, "A1", 10))
    assert (other.status_code, other.json()["code"]) == (409, "declaratienummer_bekend")


async def test_once_settled_the_same_again_is_a_plain_answer(
    db: Connection, working: httpx.AsyncClient, token: Headers
) -> None:
    aanbieder = Aanbieder(working, token("aanbieder", agb=A))
    content = await volume.csv_lines(db, "A1", LARGE)
    settled = await aanbieder.settled((await aanbieder.declare("A1", content)).headers["Location"])
    again = await aanbieder.declare("A1", content)
    assert (again.status_code, again.json()) == (200, settled)


async def test_a_small_one_waits_behind_a_large_one_of_the_same_aanbieder(
    db: Connection,
    client: httpx.AsyncClient,
    open_client: OpenClient,
    settings: Settings,
    token: Headers,
) -> None:
    headers = token("aanbieder", agb=A)
    sender = Aanbieder(client, headers)  # this service has no workers
    large = await sender.declare("A1", await volume.csv_lines(db, "A1", LARGE))
    small = await sender.declare("A2", await volume.csv_lines(db, "A2", 10))
    elsewhere = Aanbieder(client, token("aanbieder", agb=B))
    unhindered = await elsewhere.declare("B1", await volume.csv_lines(db, "B1", 10, agb=B))
    assert [a.status_code for a in (large, small, unhindered)] == [202, 202, 201]

    async with open_client(settings.model_copy(update={"workers": 2})) as other:
        follower = Aanbieder(other, headers)
        before = await follower.settled(large.headers["Location"])
        after = await follower.settled(small.headers["Location"])
    assert before["afgehandeldOp"] < after["afgehandeldOp"]
    assert after["aantalToegekend"] == 0  # what it claims the large one had claimed before


async def test_what_failed_says_why(
    db: Connection, client: httpx.AsyncClient, token: Headers
) -> None:
    aanbieder = Aanbieder(client, token("aanbieder", agb=A))
    declaratie_id = await volume.register(db, "A1", 10)
    await db.execute("UPDATE declaratie SET mislukt_op = now(), mislukt_reden = 'Daarom.'")
    declaratie = (await aanbieder.get(f"/v1/declaraties/{declaratie_id}")).json()
    assert (declaratie["status"], declaratie["misluktReden"]) == ("mislukt", "Daarom.")
    (event,) = events_of(await aanbieder.get(f"/v1/declaraties/{declaratie_id}/voortgang"))
    assert (event["status"], event["reden"]) == ("mislukt", "Daarom.")


async def test_voortgang_is_followed_until_the_end(
    db: Connection, working: httpx.AsyncClient, token: Headers
) -> None:
    aanbieder = Aanbieder(working, token("aanbieder", agb=A))
    answer = await aanbieder.declare("A1", await volume.csv_lines(db, "A1", LARGE))
    stream = await aanbieder.get(f"{answer.headers['Location']}/voortgang")
    assert stream.headers["content-type"].startswith("text/event-stream")
    events = events_of(stream)
    assert events[-1] == {
        "status": "afgehandeld",
        "aantalRegels": LARGE,
        "aantalGelezen": LARGE,
        "aantalBeoordeeld": LARGE,
        "aantalGeboekt": LARGE,
        "regelsPerSeconde": None,
        "secondenTeGaan": None,
        "reden": None,
    }
    assert all(event["status"] in ("ontvangen", "bezig") for event in events[:-1])


async def test_voortgang_while_at_work_estimates_rate_and_time_left(
    db: Connection, client: httpx.AsyncClient, token: Headers
) -> None:
    aanbieder = Aanbieder(client, token("aanbieder", agb=A))
    declaratie_id = await volume.register(db, "A1", 1_000)
    await db.execute(
        "INSERT INTO voortgang VALUES ($1, now() - interval '6 s', now(), 1000, 0)", declaratie_id
    )
    declaratie = (await aanbieder.get(f"/v1/declaraties/{declaratie_id}")).json()
    assert declaratie["status"] == "bezig"
    assert declaratie["voortgang"]["aantalBeoordeeld"] == 1_000
    assert declaratie["voortgang"]["regelsPerSeconde"] == pytest.approx(83, abs=2)
    assert declaratie["voortgang"]["secondenTeGaan"] == pytest.approx(6, abs=1)


async def test_voortgang_is_only_for_the_own_aanbieder_and_head_runs_nothing(
    db: Connection, client: httpx.AsyncClient, token: Headers
) -> None:
    declaratie_id = await volume.register(db, "A1", 10)
    path = f"/v1/declaraties/{declaratie_id}/voortgang"
    own, other = (Aanbieder(client, token("aanbieder", agb=agb)) for agb in (A, B))
    assert (await client.get(path)).status_code == 401
    assert (await other.get(path)).status_code == 404
    assert (await own.get(path + "?x=1")).status_code == 400
    head = await own.get(path, "HEAD")  # a GET would go on until it is settled
    assert (head.status_code, head.content) == (200, b"")
    assert head.headers["content-type"].startswith("text/event-stream")


async def test_followers_beyond_the_most_are_told_to_come_back(
    db: Connection, client: httpx.AsyncClient, token: Headers, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(voortgang, "_followers", asyncio.Semaphore(0))
    declaratie_id = await volume.register(db, "A1", 10)
    own = Aanbieder(client, token("aanbieder", agb=A))
    answer = await own.get(f"/v1/declaraties/{declaratie_id}/voortgang")
    assert (answer.status_code, answer.json()["code"]) == (429, "te_veel_volgers")
    assert "Retry-After" in answer.headers


async def test_a_follower_holds_no_connection_and_outlives_the_loss_of_one(
    db: Connection, client: httpx.AsyncClient, token: Headers, database_url: str
) -> None:
    own = Aanbieder(client, token("aanbieder", agb=A))
    declaratie_id = await volume.register(db, "A1", 10)
    path = f"/v1/declaraties/{declaratie_id}/voortgang"
    followers = [asyncio.create_task(own.get(path)) for _ in range(40)]
    await asyncio.sleep(0.7)
    assert (await own.get("/v1/declaraties")).status_code == 200
    other = await asyncpg.connect(database_url)
    await db.execute(
        "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = current_database()"
        f" AND pid NOT IN (pg_backend_pid(), {other.get_server_pid()})"
    )
    await other.execute("UPDATE declaratie SET mislukt_op = now(), mislukt_reden = 'Genoeg.'")
    await other.close()
    for answer in await asyncio.gather(*followers):
        assert [event["status"] for event in events_of(answer)] == ["ontvangen", "mislukt"]


def events_of(answer: httpx.Response) -> list[Any]:
    assert answer.status_code == 200, answer.text
    return [
        json.loads(line.removeprefix("data: "))
        for line in answer.text.splitlines()
        if line.startswith("data: ")
    ]
