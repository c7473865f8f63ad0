# SPDX-License-Identifier: EUPL-1.2
"""Over a real socket: what does not come in as a request is dropped, and costs nobody else."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from urllib.parse import urlsplit

import pytest

from app.heads import MOST_HEAD_BYTES, InTime

SLOW = 0.3
PATIENCE_SECONDS = 5


@asynccontextmanager
async def connected(
    service: str,
) -> AsyncIterator[tuple[asyncio.StreamReader, asyncio.StreamWriter]]:
    place = urlsplit(service)
    reader, writer = await asyncio.open_connection(place.hostname, place.port)
    try:
        async with asyncio.timeout(PATIENCE_SECONDS):
            yield reader, writer
    finally:
        writer.close()


@pytest.mark.parametrize("beginning", [b"", b"GET / HTTP/1.1\r\nHost: x\r\nX-Slow: "])
async def test_a_connection_on_which_no_request_comes_in_whole_is_dropped(
    service: str, monkeypatch: pytest.MonkeyPatch, beginning: bytes
) -> None:
    monkeypatch.setattr(InTime, "head_seconds", SLOW)
    async with connected(service) as (reader, writer):
        writer.write(beginning)
        assert await reader.read() == b""


async def test_a_head_that_drips_in_is_dropped_too(
    service: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(InTime, "head_seconds", SLOW)
    async with connected(service) as (reader, writer):
        writer.write(b"GET / HTTP/1.1\r\nHost: x\r\n")
        ended = asyncio.create_task(reader.read())
        while not ended.done():
            writer.write(b"x")
            await asyncio.sleep(SLOW / 10)
        assert ended.result() == b""


async def test_a_second_request_on_a_connection_has_as_long_as_the_first(
    service: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(InTime, "head_seconds", SLOW)
    async with connected(service) as (reader, writer):
        for _ in range(2):
            writer.write(b"HEAD / HTTP/1.1\r\nHost: x\r\n\r\n")
            assert b" 200 " in await reader.readuntil(b"\r\n\r\n")
            await asyncio.sleep(2 * SLOW)
        writer.write(b"HEAD / HTTP/1.1\r\n")
        assert await reader.read() == b""


async def test_a_request_may_take_longer_than_its_head(
    service: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(InTime, "head_seconds", SLOW)
    async with connected(service) as (reader, writer):
        writer.write(b"POST /docs HTTP/1.1\r\nHost: x\r\nContent-Length: 2\r\n\r\n")
        await asyncio.sleep(2 * SLOW)
        writer.write(b"{}")
        assert b" 405 " in await reader.readuntil(b"\r\n\r\n")


async def test_a_head_that_is_too_large_is_refused(service: str) -> None:
    async with connected(service) as (reader, writer):
        writer.write(b"GET / HTTP/1.1\r\nHost: x\r\nX-Large: " + b"x" * MOST_HEAD_BYTES)
        assert b" 400 " in await reader.readuntil(b"\r\n\r\n")
