# SPDX-License-Identifier: EUPL-1.2
"""A body that stands still, or that many bring at once, is nobody else's trouble."""

import asyncio
from collections.abc import AsyncIterator

import httpx
import pytest

from app.api import media, pace, route
from app.api.aanlevering import csv_rows
from app.api.clock import today
from app.api.declaraties import Lezing
from app.db import connection
from app.domain.errors import Invalid
from tests.callers import Headers, OpenClient

HEADER = b"referentie,toewijzingNummer,mijlpaal,begindatum,einddatum,bedragCenten,debetCredit\n"
LINE = b"R%d,1,start,2026-02-01,2026-07-31,100,debet\n"
DECLARATIE = "/v1/declaraties?declaratienummer=D1&dagtekening=2026-08-01"


async def _stalled() -> AsyncIterator[bytes]:
    yield HEADER
    await asyncio.Event().wait()


@pytest.fixture
def hurried(monkeypatch: pytest.MonkeyPatch) -> None:
    """Waits that a test can sit out, and that a busy machine can open connections in."""
    monkeypatch.setattr(media, "PATIENCE_SECONDS", 2.5)
    monkeypatch.setattr(pace, "PATIENCE_SECONDS", 1)


def _upload(client: httpx.AsyncClient, headers: dict[str, str]) -> asyncio.Task[httpx.Response]:
    headers = headers | {"Content-Type": "text/csv"}
    return asyncio.create_task(client.post(DECLARATIE, content=_stalled(), headers=headers))


async def test_a_body_that_stands_still_is_given_up(
    client: httpx.AsyncClient, token: Headers, hurried: None
) -> None:
    answer = await _upload(client, token("aanbieder", agb="99000001"))
    assert (answer.status_code, answer.json()["code"]) == (408, "te_traag")


async def _dripping() -> AsyncIterator[bytes]:
    yield HEADER
    for number in range(1_000):
        await asyncio.sleep(0.02)
        yield LINE[:1] if number else LINE[1:]


async def test_a_body_that_drips_in_is_given_up_too(
    client: httpx.AsyncClient, token: Headers, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(media, "PATIENCE_SECONDS", 0.5)
    headers = token("aanbieder", agb="99000001") | {"Content-Type": "text/csv"}
    answer = await client.post(DECLARATIE, content=_dripping(), headers=headers)
    assert (answer.status_code, answer.json()["code"]) == (408, "te_traag")


async def _slowly() -> AsyncIterator[bytes]:
    yield HEADER
    await asyncio.sleep(1)
    yield LINE % 1


async def test_lines_may_come_in_for_longer_than_a_statement_may_take(
    open_client: OpenClient, token: Headers, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(connection.BOUNDS, "statement_timeout", "300ms")
    headers = token("aanbieder", agb="99000001") | {"Content-Type": "text/csv"}
    async with open_client() as client:
        answer = await client.post(DECLARATIE, content=_slowly(), headers=headers)
    assert answer.status_code == 201, answer.text


async def test_slow_uploads_leave_connections_to_others(
    client: httpx.AsyncClient, token: Headers, hurried: None
) -> None:
    slow = [
        _upload(client, token("aanbieder", agb=f"9900000{number % 3 + 1}"))
        for number in range(route.MOST_UPLOADS + 5)
    ]
    await asyncio.sleep(0.1)
    other = await client.get(
        "/v1/kosten?vanaf=2026-01-01&totEnMet=2026-12-31",
        headers=token("financien", gemeente="0153"),
    )
    assert other.status_code == 200
    statuses = sorted(answer.status_code for answer in await asyncio.gather(*slow))
    assert statuses == [408] * route.MOST_UPLOADS + [503] * 5


async def test_slow_uploads_of_one_aanbieder_leave_places_to_another(
    client: httpx.AsyncClient, token: Headers, hurried: None
) -> None:
    greedy, share = token("aanbieder", agb="99000001"), route.MOST_UPLOADS // 2
    slow = [_upload(client, greedy) for _ in range(share + 2)]
    await asyncio.sleep(0.1)
    headers = token("aanbieder", agb="99000002") | {"Content-Type": "text/csv"}
    other = await client.post(DECLARATIE, content=HEADER + LINE % 1, headers=headers)
    assert other.status_code == 201, other.text
    answers = sorted(await asyncio.gather(*slow), key=lambda answer: answer.status_code)
    assert [answer.status_code for answer in answers] == [408] * share + [429] * 2
    assert answers[-1].json()["code"] == "te_veel_tegelijk"
    assert int(answers[-1].headers["Retry-After"]) > 0


async def _whole(content: bytes) -> AsyncIterator[bytes]:
    yield content


async def _staged(content: bytes) -> bytes:
    lezing = Lezing(csv_rows(_whole(content)), today())
    return b"".join([piece async for piece in lezing.lines()])


async def test_a_stray_carriage_return_in_the_header_loses_no_line() -> None:
    with pytest.raises(Invalid) as refusal:
        await _staged(HEADER.replace(b"\n", b"\r") + LINE % 1 + LINE % 2)
    assert [fault.code for fault in refusal.value.faults] == ["regeleinde"]


async def test_what_is_plain_and_what_is_not_are_staged_alike() -> None:
    plain = HEADER + b"".join(LINE % number for number in range(1, 4))
    quoted = plain.replace(b"R2", b'"R2"')
    assert (
        await _staged(plain)
        == await _staged(quoted)
        == await _staged(plain.replace(b"\n", b"\r\n"))
    )
