# SPDX-License-Identifier: EUPL-1.2
"""A declaratie that comes in as gzip: as good as any other, and never more than memory holds."""

import asyncio
import gzip
import zlib
from collections.abc import Sequence

import httpx
import pytest
from hypothesis import given
from hypothesis import strategies as st
from starlette.types import Message

from app.api.gunzip import PIECE_BYTES, Gunzipped
from app.db.connection import connected_as_owner
from tests.callers import Headers

AGB = "99000001"
HEADER = b"referentie,toewijzingNummer,mijlpaal,begindatum,einddatum,bedragCenten,debetCredit\n"
LINES = HEADER + b"".join(
    b"R%d,1,start,2026-02-01,2026-07-31,100,debet\n" % number for number in range(3)
)
DECLARATIE = "/v1/declaraties?declaratienummer=D1&dagtekening=2026-08-01"


async def _send(
    client: httpx.AsyncClient, token: Headers, content: bytes, encoding: str = "gzip", **extra: str
) -> httpx.Response:
    headers = {"Content-Type": "text/csv", "Content-Encoding": encoding, **extra}
    return await client.post(
        DECLARATIE, content=content, headers=token("aanbieder", agb=AGB) | headers
    )


async def test_the_same_lines_with_and_without_gzip_are_the_same_declaratie(
    client: httpx.AsyncClient, token: Headers
) -> None:
    first = await _send(client, token, gzip.compress(LINES))
    assert first.status_code == 201, first.text
    assert first.json()["aantalRegels"] == 3
    again = await _send(client, token, LINES, "identity")
    assert (again.status_code, again.json()) == (200, first.json())


async def test_a_key_holds_for_the_same_lines_however_they_were_compressed(
    client: httpx.AsyncClient, token: Headers
) -> None:
    key = {"Idempotency-Key": "gzip"}
    first = await _send(client, token, gzip.compress(LINES, 1), **key)
    again = await _send(client, token, gzip.compress(LINES, 9, mtime=1), **key)
    assert (again.status_code, again.json()) == (201, first.json())


@pytest.mark.parametrize(
    ("content", "status", "code"),
    [
        (LINES, 400, "geen_gzip"),
        (gzip.compress(LINES) + b"rommel", 400, "geen_gzip"),
        (gzip.compress(LINES)[:-9], 400, "gzip_afgebroken"),
        (gzip.compress(HEADER + b"a" * 100_000_000), 400, "ongeldige_aanvraag"),
        (
            gzip.compress(HEADER + LINES.splitlines(True)[1] * 500_000),
            413,
            "te_sterk_gecomprimeerd",
        ),
    ],
    ids=["plain", "garbage behind", "cut off", "one endless row", "bomb"],
)
async def test_what_is_not_sound_is_refused_and_keeps_nothing(
    client: httpx.AsyncClient,
    token: Headers,
    database_url: str,
    content: bytes,
    status: int,
    code: str,
) -> None:
    answer = await _send(client, token, content)
    assert (answer.status_code, answer.json()["code"]) == (status, code), answer.text
    async with connected_as_owner(database_url) as db:
        assert await db.fetchval("SELECT count(*) FROM declaratie") == 0
    assert (await _send(client, token, gzip.compress(LINES))).status_code == 201


async def test_other_encodings_are_415(client: httpx.AsyncClient, token: Headers) -> None:
    answer = await _send(client, token, zlib.compress(LINES), "deflate")
    assert (answer.status_code, answer.json()["code"]) == (415, "mediatype_niet_ondersteund")


async def test_small_bodies_come_uncompressed(client: httpx.AsyncClient, token: Headers) -> None:
    headers = token("toegang", gemeente="0153") | {
        "Content-Type": "application/json",
        "Content-Encoding": "gzip",
    }
    answer = await client.post("/v1/inwoners", content=gzip.compress(b"{}"), headers=headers)
    assert (answer.status_code, answer.json()["code"]) == (415, "mediatype_niet_ondersteund")


def _in_pieces(content: bytes, size: int) -> list[bytes]:
    return [content[at : at + size] for at in range(0, len(content), size)] or [b""]


async def _expanded(pieces: Sequence[bytes]) -> list[bytes]:
    messages: list[Message] = [
        {"type": "http.request", "body": piece, "more_body": number < len(pieces)}
        for number, piece in enumerate(pieces, start=1)
    ]

    async def receive() -> Message:
        return messages.pop(0)

    gunzipped, found, more = Gunzipped(receive), [], True
    while more:
        message = await gunzipped()
        found.append(message["body"])
        more = message["more_body"]
    return found


@given(
    members=st.lists(st.binary(max_size=300) | st.just(bytes(2 * PIECE_BYTES)), max_size=3),
    size=st.integers(1, 700),
)
def test_however_it_is_cut_it_comes_out_whole_and_in_small_pieces(
    members: list[bytes], size: int
) -> None:
    content = b"".join(gzip.compress(member) for member in members)
    found = asyncio.run(_expanded(_in_pieces(content, size)))
    assert b"".join(found) == b"".join(members)
    assert max(map(len, found)) <= PIECE_BYTES
