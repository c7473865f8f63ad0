# SPDX-License-Identifier: EUPL-1.2
"""Whoever runs the service sees whether it lives, and whether it can take requests."""

import httpx
import pytest

from app.db.connection import connected_as_owner
from app.web import gezondheid
from tests.callers import OpenClient


async def test_a_service_with_its_database_lives_and_is_ready(client: httpx.AsyncClient) -> None:
    for path, status in (("/gezond", "gezond"), ("/gereed", "gereed")):
        answer = await client.get(path)
        assert (answer.status_code, answer.json()) == (200, {"status": status})
        assert answer.headers["Cache-Control"] == "no-store"


async def test_without_its_database_a_service_lives_and_is_not_ready(
    open_client: OpenClient, database_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(gezondheid, "PATIENCE_SECONDS", 0.2)
    async with open_client() as client:
        async with connected_as_owner(database_url) as db:
            await db.execute("BEGIN; LOCK alembic_version")
            answer = await client.get("/gereed")
            assert (answer.status_code, answer.json()) == (503, {"status": "niet gereed"})
            assert answer.headers["Retry-After"] == "5"
            assert (await client.get("/gezond")).status_code == 200
            await db.execute("ROLLBACK")
        assert (await client.get("/gereed")).status_code == 200
