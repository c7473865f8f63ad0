# SPDX-License-Identifier: EUPL-1.2
"""A database with kostenregels in it, and a service that is reached over a real socket."""

import asyncio
import socket
from collections.abc import AsyncIterator

import pytest
import uvicorn

from app.db.connection import Connection, open_pool
from app.main import create_app
from app.settings import Settings


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


@pytest.fixture
async def service(settings: Settings, database_url: str) -> AsyncIterator[str]:
    """Where the service answers."""
    listener = socket.create_server(("127.0.0.1", 0))
    app = create_app(settings, database_url)
    config = uvicorn.Config(
        app, ws="none", log_level="critical", timeout_graceful_shutdown=1, lifespan="on"
    )
    server = uvicorn.Server(config)
    serving = asyncio.create_task(server.serve(sockets=[listener]))
    while not server.started:
        await asyncio.sleep(0.01)
    yield f"http://127.0.0.1:{listener.getsockname()[1]}"
    server.should_exit = True
    await serving
