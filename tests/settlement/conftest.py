# SPDX-License-Identifier: EUPL-1.2
"""The pool of the service, to the database of the test, and connections that see it all."""

from collections.abc import AsyncIterator

import pytest

from app.db.connection import Connection
from app.settings import Settings
from tests.pools import Watched, watched_pool


@pytest.fixture
def settings(settings: Settings) -> Settings:
    """No workers in the background: here nothing is settled but by the test."""
    return settings.model_copy(update={"workers": 0})


@pytest.fixture
async def pool(database_url: str) -> AsyncIterator[Watched]:
    """For tests that want several connections at once."""
    async with watched_pool(database_url) as pool:
        yield pool


@pytest.fixture
async def db(pool: Watched) -> AsyncIterator[Connection]:
    """One connection, of the owner and not in a transaction."""
    async with pool.acquire() as db:
        yield db
