# SPDX-License-Identifier: EUPL-1.2
"""Bodies that break off or never end, a full disk, a database that goes away: nothing is lost."""

import asyncio
import os
import signal
import tempfile
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager
from pathlib import Path
from urllib.parse import urlsplit

import asyncpg
import httpx
import pytest

from app.api.issuer import make_token
from app.db import embedded, migrate
from app.main import create_app
from app.settings import Settings
from tests.callers import Headers
from tests.settlement import volume
from tests.settlement.region import AANBIEDERS

AGB = AANBIEDERS[0]
PATIENCE_SECONDS = 30
LARGE = 1_001
NAMES = "referentie,toewijzingNummer,mijlpaal,begindatum,einddatum,bedragCenten,debetCredit"
HEADER = f"{NAMES},vorigeReferentie\n".encode()
UNKNOWN = b"R%d,999999999,start,2026-02-01,2026-07-31,100,debet,\n"
MALFORMED = b"R%d,1,begin,2026-02-30,2026-07-31,1.5,debet,\n"

FULL_DISK = """
CREATE FUNCTION vol() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION 'No space left on device' USING ERRCODE = 'disk_full';
END
$$;
CREATE TRIGGER tr_vol BEFORE INSERT ON {table} FOR EACH STATEMENT EXECUTE FUNCTION vol();
"""
"""Answers as PostgreSQL does when it cannot write."""

CUT_THE_OTHERS = """
SELECT pg_terminate_backend(pid) FROM pg_stat_activity
WHERE datname = current_database() AND pid <> pg_backend_pid()
"""


@pytest.fixture
async def db(database_url: str) -> AsyncIterator["asyncpg.Connection[asyncpg.Record]"]:
    db = await asyncpg.connect(database_url)
    yield db
    await db.close()


@pytest.fixture
def aanbieder(token: Headers) -> dict[str, str]:
    return token("aanbieder", agb=AGB)


async def _declare(
    client: httpx.AsyncClient,
    headers: dict[str, str],
    content: bytes | AsyncIterator[bytes],
    nummer: str = "D1",
) -> httpx.Response:
    return await client.post(
        "/v1/declaraties",
        params={"declaratienummer": nummer, "dagtekening": "2026-08-01"},
        content=content,
        headers=headers | {"Content-Type": "text/csv"},
    )


def _lines(line: bytes, count: int) -> bytes:
    return HEADER + b"".join(line % number for number in range(count))


async def test_a_body_that_breaks_off_leaves_nothing_and_the_next_goes_through(
    service: str, db: "asyncpg.Connection[asyncpg.Record]", aanbieder: dict[str, str]
) -> None:
    content = _lines(UNKNOWN, LARGE)
    place = urlsplit(service)
    _, writer = await asyncio.open_connection(place.hostname, place.port)
    head = {**aanbieder, "Host": place.netloc, "Content-Type": "text/csv"}
    head["Content-Length"] = str(len(content))
    query = "declaratienummer=D1&dagtekening=2026-08-01"
    fields = "".join(f"{name}: {value}\r\n" for name, value in head.items())
    writer.write(f"POST /v1/declaraties?{query} HTTP/1.1\r\n{fields}\r\n".encode())
    writer.write(content[: len(content) // 2])
    await writer.drain()
    writer.transport.abort()

    async with httpx.AsyncClient(base_url=service) as client:
        answer = await _declare(client, aanbieder, content)
    assert answer.status_code == 202, answer.text
    assert await db.fetchval("SELECT count(*) FROM declaratieregel") == LARGE


async def test_a_line_of_a_megabyte_is_refused_where_it_begins(
    client: httpx.AsyncClient, aanbieder: dict[str, str]
) -> None:
    content = _lines(UNKNOWN, 2) + b'"' + b"x" * 1_000_000 + b"\n"
    answer = await _declare(client, aanbieder, content)
    assert answer.status_code == 400
    assert [fault["code"] for fault in answer.json()["invalidParams"]] == ["rij_te_lang"]
    assert "regel 4" in answer.json()["detail"] + answer.json()["invalidParams"][0]["reason"]


async def test_of_endless_malformed_lines_no_more_is_read_than_is_told(
    client: httpx.AsyncClient, aanbieder: dict[str, str]
) -> None:
    read = 0

    async def endless() -> AsyncIterator[bytes]:
        nonlocal read
        yield HEADER
        while True:
            read += 1
            yield MALFORMED % read

    async with asyncio.timeout(PATIENCE_SECONDS):
        answer = await _declare(client, aanbieder, endless())
    assert answer.status_code == 400
    assert len(answer.json()["invalidParams"]) == 100
    assert read < 100


async def test_lines_that_are_all_wrong_are_each_told_why(
    client: httpx.AsyncClient, db: "asyncpg.Connection[asyncpg.Record]", aanbieder: dict[str, str]
) -> None:
    count = 1_000
    answer = await _declare(client, aanbieder, _lines(UNKNOWN, count))
    assert answer.status_code == 201
    assert (answer.json()["aantalAfgekeurd"], answer.json()["toegekendCenten"]) == (count, 0)
    reasons = await db.fetchval("SELECT count(*) FROM oordeel WHERE uitkomst = 'afgekeurd'")
    assert reasons == count


@pytest.mark.parametrize("table", ["declaratieregel", "oordeel"])
async def test_on_a_full_disk_nothing_is_kept_and_the_caller_is_told_to_try_again(
    client: httpx.AsyncClient,
    db: "asyncpg.Connection[asyncpg.Record]",
    aanbieder: dict[str, str],
    table: str,
) -> None:
    await db.execute(FULL_DISK.format(table=table))
    content = _lines(UNKNOWN, 3)
    answer = await _declare(client, aanbieder, content)
    assert (answer.status_code, answer.headers["Retry-After"]) == (503, "5"), answer.text
    assert "space" not in answer.text
    assert await db.fetchval("SELECT count(*) FROM declaratie") == 0
    await db.execute(f"DROP TRIGGER tr_vol ON {table}")
    again = await _declare(client, aanbieder, content)
    assert (again.status_code, again.json()["aantalAfgekeurd"]) == (201, 3)


async def test_a_connection_that_was_cut_is_never_the_callers_trouble(
    client: httpx.AsyncClient, db: "asyncpg.Connection[asyncpg.Record]", aanbieder: dict[str, str]
) -> None:
    """Requests at every moment between the cut and its discovery, ten times over."""
    asking: list[asyncio.Task[httpx.Response]] = []
    for _ in range(10):
        cutting = asyncio.create_task(db.execute(CUT_THE_OTHERS))
        while not cutting.done():
            asking.append(asyncio.create_task(client.get("/v1/declaraties", headers=aanbieder)))
            await asyncio.sleep(0)
    answers = await asyncio.gather(*asking)
    assert {answer.status_code for answer in answers} <= {200, 503}
    assert (await client.get("/v1/declaraties", headers=aanbieder)).status_code == 200


@pytest.fixture
def fragile() -> Iterator[tuple[Path, embedded.Server]]:
    """A server of its own, that may be killed."""
    data = Path(tempfile.mkdtemp(prefix="noaber-test-"))
    try:
        with embedded.running(data) as server:
            asyncio.run(_make_database(server))
            yield data, server
    finally:
        embedded.remove(data)


async def _make_database(server: embedded.Server) -> None:
    await server.create_database("noaber")
    await migrate.upgrade(server.url("noaber"))
    db = await asyncpg.connect(server.url("noaber"))
    await volume.fill(db, LARGE, [AGB])  # type: ignore[arg-type]
    await db.close()


@asynccontextmanager
async def _served(data: Path, url: str) -> AsyncIterator[httpx.AsyncClient]:
    app = create_app(Settings(data=data, port=0, workers=1), url)
    async with (
        app.router.lifespan_context(app),
        httpx.AsyncClient(
            transport=httpx.ASGITransport(app), base_url="http://noaber.test"
        ) as client,
    ):
        yield client


async def _settled(client: httpx.AsyncClient, headers: dict[str, str], path: str) -> bool:
    answer = await client.get(path, headers=headers)
    return answer.status_code == 200 and answer.json()["status"] == "afgehandeld"


def test_while_the_database_is_gone_callers_are_told_to_wait_and_nothing_is_lost(
    fragile: tuple[Path, embedded.Server],
) -> None:
    data, server = fragile
    asyncio.run(_lose_and_regain(data, server.url("noaber")))


async def _lose_and_regain(data: Path, url: str) -> None:
    headers = {"Authorization": f"Bearer {make_token(data, 'aanbieder', None, AGB, None)}"}
    async with _served(data, url) as client:
        before = await _declare(client, headers, _lines(UNKNOWN, LARGE), "VOOR")
        assert before.status_code == 202
        db = await asyncpg.connect(url)
        cluster = Path(await db.fetchval("SHOW data_directory"))
        await db.close()
        os.kill(int((cluster / "postmaster.pid").read_text().splitlines()[0]), signal.SIGKILL)
        during = await _declare(client, headers, _lines(UNKNOWN, 2), "TIJDENS")
        assert (during.status_code, during.headers["Retry-After"]) == (503, "5"), during.text
        await asyncio.sleep(1)
        with embedded.running(data):
            async with asyncio.timeout(PATIENCE_SECONDS):
                while not await _settled(client, headers, before.headers["Location"]):
                    await asyncio.sleep(0.1)
            again = await _declare(client, headers, _lines(UNKNOWN, 2), "TIJDENS")
            assert again.status_code in (201, 202), again.text
