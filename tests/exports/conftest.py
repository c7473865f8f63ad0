# SPDX-License-Identifier: EUPL-1.2
"""Connections to a database with kostenregels in it."""

from collections.abc import AsyncIterator

import pytest

from app.db.connection import Connection, open_pool


@pytest.fixture
async def db(database_url: str) -> AsyncIterator[Connection]:
    """A connection as the service has them, not in a transaction."""
    async with await open_pool(database_url) as pool, pool.acquire() as db:
        yield db


@pytest.fixture
async def other_db(database_url: str) -> AsyncIterator[Connection]:
    """Another, to hold a lock on while the first looks on."""
    async with await open_pool(database_url) as pool, pool.acquire() as db:
        yield db
