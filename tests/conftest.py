# SPDX-License-Identifier: EUPL-1.2
"""One real PostgreSQL for all tests; every test that asks for a database gets its own copy."""

import asyncio
import os
import shutil
import tempfile
from collections.abc import AsyncIterator, Iterator
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from pathlib import Path
from uuid import uuid4

import httpx
import pytest
import uvicorn

from app.db import embedded, migrate
from app.main import create_app
from app.serving import configured, listen
from app.settings import Settings
from tests.callers import Headers, OpenClient, signed_by

TEMPLATE = "noaber_sjabloon"
MEMORY = Path("/dev/shm")
ROOM = 4 * 1024**3


@pytest.fixture(scope="session")
def anyio_backend() -> str:
    return "asyncio"


@pytest.fixture(scope="session", autouse=True)
def _bare_environment() -> None:
    """What the developer has set does not reach the tests."""
    for name in [
        name for name in os.environ if name.startswith(("NOABER_", "OTEL_")) or name == "PORT"
    ]:
        del os.environ[name]


@pytest.fixture(scope="session")
def data() -> Iterator[Path]:
    """A data folder that is itself open enough for the server's user, also below root.

    In memory where there is room. Every test makes and drops a database of 700 files, and ext4
    looks at each file that was deleted a moment ago before it makes another.
    """
    roomy = MEMORY.is_dir() and shutil.disk_usage(MEMORY).free >= ROOM
    folder = Path(tempfile.mkdtemp(prefix="noaber-test-", dir=MEMORY if roomy else None))
    yield folder
    embedded.remove(folder)


@pytest.fixture(scope="session")
def server(data: Path) -> Iterator[embedded.Server]:
    """The server, with a migrated template in it."""
    with embedded.running(data, durable=False) as server:
        asyncio.run(_make_template(server))
        yield server


@pytest.fixture
def database_url(server: embedded.Server) -> Iterator[str]:
    """A migrated, empty database, dropped after the test; for async tests and others."""
    name = f"test_{uuid4().hex}"
    asyncio.run(server.create_database(name, template=TEMPLATE))
    yield server.url(name)
    asyncio.run(server.drop_database(name))


@pytest.fixture
def settings(data: Path) -> Settings:
    """Without workers: a test that has something settled in the background asks for them."""
    return Settings(data=data, port=0, workers=0)


@pytest.fixture
def open_client(settings: Settings, database_url: str) -> OpenClient:
    """For a test that wants other settings, or the service started twice on one database."""

    def open_client(changed: Settings = settings) -> AbstractAsyncContextManager[httpx.AsyncClient]:
        return _client(changed, database_url)

    return open_client


@pytest.fixture
async def client(open_client: OpenClient) -> AsyncIterator[httpx.AsyncClient]:
    """A caller without a token, talking to the whole service on an empty database."""
    async with open_client() as client:
        yield client


@pytest.fixture
async def service(settings: Settings, database_url: str) -> AsyncIterator[str]:
    """Where the service answers over a real socket."""
    listener = listen("127.0.0.1", 0)
    app = create_app(settings, database_url)
    server = uvicorn.Server(configured(app))
    server.config.timeout_graceful_shutdown = 1
    serving = asyncio.create_task(server.serve(sockets=[listener]))
    while not server.started:
        await asyncio.sleep(0.01)
    yield f"http://127.0.0.1:{listener.getsockname()[1]}"
    server.should_exit = True
    await serving


@pytest.fixture
def token(data: Path) -> Headers:
    """`token("toegang", gemeente="0153")` gives the headers of that caller."""
    return signed_by(data)


@asynccontextmanager
async def _client(settings: Settings, database_url: str) -> AsyncIterator[httpx.AsyncClient]:
    app = create_app(settings, database_url)
    transport = httpx.ASGITransport(app)
    async with (
        app.router.lifespan_context(app),
        httpx.AsyncClient(transport=transport, base_url="http://noaber.test") as client,
    ):
        yield client


async def _make_template(server: embedded.Server) -> None:
    await server.create_database(TEMPLATE)
    await migrate.upgrade(server.url(TEMPLATE))
