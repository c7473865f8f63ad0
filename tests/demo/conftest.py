# SPDX-License-Identifier: EUPL-1.2
"""The demo region, filled once, and the service on it."""

import asyncio
from collections.abc import AsyncIterator, Iterator
from pathlib import Path

import pytest

from app.db import embedded, migrate
from app.demo import region
from app.demo.client import Service, open_service
from app.settings import Settings

NAME = "voorbeeldregio"


@pytest.fixture(scope="session")
def region_url(server: embedded.Server, data: Path) -> Iterator[str]:
    """A database with the demo region; tests read it and do not write."""
    asyncio.run(server.create_database(NAME))
    asyncio.run(migrate.upgrade(server.url(NAME)))
    asyncio.run(region.fill(Settings(data=data, port=0), server.url(NAME)))
    yield server.url(NAME)
    asyncio.run(server.drop_database(NAME))


@pytest.fixture
async def service(settings: Settings, region_url: str) -> AsyncIterator[Service]:
    """Callers of the service on the demo region."""
    async with open_service(settings, region_url) as service:
        yield service
