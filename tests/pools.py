# SPDX-License-Identifier: EUPL-1.2
"""The pool of the service, and beside it connections that see what became of it."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

import asyncpg

from app.db.connection import Pool, open_pool, read_json


class Watched(Pool):
    """What the service is lent is bound; what a test asks itself, it asks as the owner."""

    def __init__(self, pool: Pool, owner: "asyncpg.Pool[asyncpg.Record]") -> None:
        super().__init__(pool.connections)
        self._owner = owner

    def __getattr__(self, name: str) -> Any:
        return getattr(self._owner, name)


@asynccontextmanager
async def watched_pool(database_url: str) -> AsyncIterator[Watched]:
    async with (
        await open_pool(database_url) as pool,
        asyncpg.create_pool(
            database_url, min_size=1, init=read_json, server_settings={"timezone": "UTC"}
        ) as owner,
    ):
        yield Watched(pool, owner)
