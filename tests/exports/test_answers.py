# SPDX-License-Identifier: EUPL-1.2
"""Exports over HTTP: what the headers say, and how a stream ends that does not end well."""

import asyncio
import socket
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from urllib.parse import urlencode, urlsplit

import httpx
import pytest

from app.api.streams import StreamedResponse
from app.db.connection import Connection
from app.exports.formats import CSV, FORMATS, NDJSON, Format
from tests.callers import Headers
from tests.exports.lines import GEMEENTE, PERIODE, fill

MORE_THAN_ANY_BUFFER = 40_000  # lines, 15 MB of NDJSON
PATIENCE_SECONDS = 10
PATH = "/v1/kostenregels"
LAST_CHUNK = b"0\r\n\r\n"
"""Says that the answer is whole."""

EXPORTING = """
SELECT pid FROM pg_stat_activity
WHERE datname = current_database() AND pid <> pg_backend_pid() AND state <> 'idle'
  AND query LIKE '%regel.boekingnummer%'
"""


@pytest.fixture
def financien(token: Headers) -> dict[str, str]:
    return token("financien", gemeente=GEMEENTE)


async def _becomes(wanted: bool, look: Callable[[], Awaitable[object]]) -> None:
    async with asyncio.timeout(PATIENCE_SECONDS):
        while bool(await look()) is not wanted:
            await asyncio.sleep(0.02)


@asynccontextmanager
async def _reading_slowly(
    url: str, caller: dict[str, str], form: Format
) -> AsyncIterator[asyncio.StreamReader]:
    """A client that has asked, and takes in little before it is told to read."""
    place = urlsplit(url)
    narrow = socket.socket()
    narrow.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 64 * 1024)
    narrow.setblocking(False)
    await asyncio.get_running_loop().sock_connect(narrow, (place.hostname, place.port))
    reader, writer = await asyncio.open_connection(sock=narrow, limit=64 * 1024)
    headers = {**caller, "Host": place.netloc, "Accept": form.media_type}
    head = "".join(f"{name}: {value}\r\n" for name, value in headers.items())
    writer.write(f"GET {PATH}?{urlencode(PERIODE)} HTTP/1.1\r\n{head}\r\n".encode())
    try:
        yield reader
    finally:
        writer.transport.abort()


@pytest.mark.parametrize("form", FORMATS.values(), ids=FORMATS)
async def test_each_format_has_its_media_type_and_a_name_to_keep_it_by(
    client: httpx.AsyncClient, financien: dict[str, str], form: Format
) -> None:
    asked = {**financien, "Accept": form.media_type}
    answer = await client.get(PATH, params=PERIODE, headers=asked)
    assert answer.status_code == 200
    assert answer.headers["content-type"].split(";")[0] == form.media_type
    assert answer.headers["content-disposition"] == (
        f'attachment; filename="kostenregels-0153-2026-01-01-2026-12-31.{form.name}"'
    )
    head = await client.head(PATH, params=PERIODE, headers=asked)
    assert (head.status_code, head.content) == (200, b"")
    assert head.headers == answer.headers


async def test_a_media_type_that_there_is_not_is_told_the_four(
    client: httpx.AsyncClient, financien: dict[str, str]
) -> None:
    answer = await client.get(PATH, params=PERIODE, headers={**financien, "Accept": "text/html"})
    assert answer.status_code == 406
    assert all(form.media_type in answer.json()["detail"] for form in FORMATS.values())


async def test_head_runs_no_query(
    client: httpx.AsyncClient, db: Connection, financien: dict[str, str]
) -> None:
    async with db.transaction():
        await db.execute("LOCK TABLE boeking IN ACCESS EXCLUSIVE MODE")
        async with asyncio.timeout(PATIENCE_SECONDS):
            answer = await client.head(PATH, params=PERIODE, headers=financien)
    assert answer.status_code == 200


async def test_dutch_callers_get_semicolons(
    client: httpx.AsyncClient, financien: dict[str, str]
) -> None:
    for language, header in (("nl-NL,nl;q=0.9", b"boekingnummer;"), ("en", b"boekingnummer,")):
        asked = {**financien, "Accept-Language": language}
        answer = await client.get(PATH, params=PERIODE, headers=asked)
        assert answer.content.startswith(header)
        assert answer.headers["content-disposition"].endswith('.csv"')


async def test_a_stream_whose_query_fails_half_way_is_seen_to_be_cut_short(
    service: str, db: Connection, financien: dict[str, str]
) -> None:
    await fill(db, MORE_THAN_ANY_BUFFER)
    async with _reading_slowly(service, financien, NDJSON) as reader:
        assert await reader.readline() == b"HTTP/1.1 200 OK\r\n"
        await db.execute(f"SELECT pg_terminate_backend(pid) FROM ({EXPORTING}) AS it")
        rest = await reader.read(-1)
    assert rest.count(b'{"boekingnummer":') > 0
    assert not rest.endswith(LAST_CHUNK)


async def test_the_query_is_cancelled_when_the_client_goes_away_before_the_answer(
    service: str, db: Connection, other_db: Connection, financien: dict[str, str]
) -> None:
    async with other_db.transaction():
        await other_db.execute("LOCK TABLE boeking IN ACCESS EXCLUSIVE MODE")
        async with _reading_slowly(service, financien, CSV):
            await _becomes(True, lambda: db.fetch(EXPORTING))
        await _becomes(False, lambda: db.fetch(EXPORTING))


async def test_the_query_is_cancelled_when_the_client_goes_away_half_way(
    service: str, db: Connection, financien: dict[str, str]
) -> None:
    await fill(db, MORE_THAN_ANY_BUFFER)
    async with _reading_slowly(service, financien, NDJSON) as reader:
        assert await reader.readline() == b"HTTP/1.1 200 OK\r\n"
        assert await db.fetch(EXPORTING)
    await _becomes(False, lambda: db.fetch(EXPORTING))
    async with httpx.AsyncClient(base_url=service, timeout=PATIENCE_SECONDS) as client:
        answer = await client.get(PATH, params=PERIODE, headers=financien)
    assert answer.status_code == 200


async def test_a_client_that_stops_reading_is_waited_for_no_longer_than_a_while(
    service: str, db: Connection, financien: dict[str, str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(StreamedResponse, "patience_seconds", 0.3)
    await fill(db, MORE_THAN_ANY_BUFFER)
    async with _reading_slowly(service, financien, NDJSON) as reader:
        await _becomes(True, lambda: db.fetch(EXPORTING))
        await _becomes(False, lambda: db.fetch(EXPORTING))
        rest = await reader.read(-1)
    assert not rest.endswith(LAST_CHUNK)


async def test_one_export_shows_one_moment(
    service: str, db: Connection, financien: dict[str, str]
) -> None:
    await fill(db, MORE_THAN_ANY_BUFFER)
    async with _reading_slowly(service, financien, NDJSON) as reader:
        await _becomes(True, lambda: db.fetch(EXPORTING))
        await db.execute(
            "SET session_replication_role = replica; DELETE FROM boeking;"
            "RESET session_replication_role"
        )
        rest = await reader.read(-1)
    assert rest.endswith(LAST_CHUNK)
    assert rest.count(b'{"boekingnummer":') == MORE_THAN_ANY_BUFFER
