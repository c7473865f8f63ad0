# SPDX-License-Identifier: EUPL-1.2
"""Connections as the service has them, to the database of the test."""

from collections.abc import AsyncIterator

import pytest

from app.db.connection import Connection, Pool, open_pool
from app.settings import Settings


@pytest.fixture
def settings(settings: Settings) -> Settings:
    """No workers in the background: here nothing is settled but by the test."""
    return settings.model_copy(update={"workers": 0})


@pytest.fixture
async def pool(database_url: str) -> AsyncIterator[Pool]:
    """For tests that want several connections at once."""
    pool = await open_pool(database_url)
    yield pool
    await pool.close()


@pytest.fixture
async def db(pool: Pool) -> AsyncIterator[Connection]:
    """One connection, not in a transaction."""
    async with pool.acquire() as db:
        yield db
