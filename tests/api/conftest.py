# SPDX-License-Identifier: EUPL-1.2
"""The service with the operations of `operations.py` instead of those of the trade."""

from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import asyncpg
import httpx
import pytest
from cryptography.hazmat.primitives import serialization

from app.api.issuer import KEY_FILE, public_jwks
from app.db.rechten import ROLE
from app.main import create_app
from app.settings import Settings
from tests.api import forging
from tests.api.forging import Forge, Issuer, publishing
from tests.api.operations import router
from tests.callers import Headers, OpenClient


@pytest.fixture
async def proeven(open_proeven: OpenClient, database_url: str) -> AsyncIterator[httpx.AsyncClient]:
    """A caller without a token."""
    db = await asyncpg.connect(database_url)
    await db.execute("CREATE TABLE proef (naam text NOT NULL)")
    await db.execute(f"GRANT SELECT, INSERT ON proef TO {ROLE}")
    await db.close()
    async with open_proeven() as client:
        yield client


@pytest.fixture
def open_proeven(settings: Settings, database_url: str) -> OpenClient:
    """`proeven` with other settings, to be opened by the test."""

    @asynccontextmanager
    async def client(changed: Settings = settings) -> AsyncIterator[httpx.AsyncClient]:
        # As it logs in itself it may end its own connection, which a test does.
        own = database_url.replace("postgres@", f"{ROLE}@")
        app = create_app(changed, own, [router])
        transport = httpx.ASGITransport(app)
        async with (
            app.router.lifespan_context(app),
            httpx.AsyncClient(transport=transport, base_url="http://noaber.test") as client,
        ):
            yield client

    return client


@pytest.fixture
def forge(data: Path, token: Headers) -> Forge:
    """A token like that of toegang 0153, signed by the local issuer, but for what is changed."""
    token("regio")  # the key is there from the first token on
    own = serialization.load_pem_private_key((data / KEY_FILE).read_bytes(), None)
    kid = public_jwks(data)["keys"][0]["kid"]

    def make(
        key: Any = own,
        algorithm: str = "ES256",
        headers: dict[str, Any] | None = None,
        payload: bytes = b"",
        **changes: Any,
    ) -> str:
        return forging.forge(key, algorithm, {"kid": kid} | (headers or {}), changes, payload)

    return make


@pytest.fixture
def issuer() -> Iterator[Issuer]:
    with publishing() as issuer:
        yield issuer
