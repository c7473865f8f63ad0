# SPDX-License-Identifier: EUPL-1.2
"""Connections to a database with kostenregels in it."""

from collections.abc import AsyncIterator

import pytest

from app.db.binding import BIND, Binding
from app.db.connection import Connection, connected_as_owner


@pytest.fixture
async def db(database_url: str) -> AsyncIterator[Connection]:
    """A connection of the owner, who reads here for a gemeente; not in a transaction."""
    async with connected_as_owner(database_url) as db:
        await db.execute(BIND, *Binding(gemeente="0153").settings())
        yield db


@pytest.fixture
async def other_db(database_url: str) -> AsyncIterator[Connection]:
    """Another, to hold a lock on while the first looks on."""
    async with connected_as_owner(database_url) as db:
        await db.execute(BIND, *Binding(gemeente="0153").settings())
        yield db
