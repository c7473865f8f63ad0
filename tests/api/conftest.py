# SPDX-License-Identifier: EUPL-1.2
"""The service with the operations of `operations.py` instead of those of the trade."""

from collections.abc import AsyncIterator

import asyncpg
import httpx
import pytest

from app.main import create_app
from app.settings import Settings
from tests.api.operations import router


@pytest.fixture
async def proeven(settings: Settings, database_url: str) -> AsyncIterator[httpx.AsyncClient]:
    """A caller without a token."""
    db = await asyncpg.connect(database_url)
    await db.execute("CREATE TABLE proef (naam text NOT NULL)")
    await db.close()
    app = create_app(settings, database_url, [router])
    transport = httpx.ASGITransport(app)
    async with (
        app.router.lifespan_context(app),
        httpx.AsyncClient(transport=transport, base_url="http://noaber.test") as client,
    ):
        yield client
