# SPDX-License-Identifier: EUPL-1.2
"""Books kept by the API, and a connection to look into them."""

from collections.abc import AsyncIterator

import httpx
import pytest

from app.db.connection import Connection, connected_as_owner, open_pool
from app.settlement.verzegelen import seal_all
from tests.callers import Headers
from tests.contract.declaring import Region
from tests.controle.books import keep_books


@pytest.fixture
async def books(client: httpx.AsyncClient, token: Headers, database_url: str) -> Region:
    """Kept by the API and sealed."""
    region = await keep_books(client, token)
    async with await open_pool(database_url) as pool:
        await seal_all(pool)
    return region


@pytest.fixture
async def db(database_url: str) -> AsyncIterator[Connection]:
    """A connection as the service has them, not in a transaction."""
    async with connected_as_owner(database_url) as db:
        yield db
