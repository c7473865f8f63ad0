# SPDX-License-Identifier: EUPL-1.2
"""Two stories told of others, and connections bound to whoever is in them."""

from collections.abc import AsyncIterator
from pathlib import Path

import httpx
import pytest

from app.api.issuer import make_token
from app.db import embedded
from app.main import create_app
from app.settings import Settings
from tests.conftest import TEMPLATE
from tests.tenancy.verhaal import Hoofdrollen, Verhaal, prepare, settle_the_rest

EEN = Hoofdrollen("0153", "0164", "99000001", 999_910_000)
ANDER = Hoofdrollen("0141", "0147", "99000002", 999_930_000)
"""Nobody of the one is in the other."""


@pytest.fixture(scope="module")
async def told(server: embedded.Server, data: Path) -> AsyncIterator[str]:
    """Where both stories are; changed by no test, as each takes back what it does."""

    def token(
        rol: str, gemeente: str | None = None, agb: str | None = None, sub: str | None = None
    ) -> dict[str, str]:
        return {"Authorization": f"Bearer {make_token(data, rol, gemeente, agb, sub)}"}

    await server.create_database("verhalen", template=TEMPLATE)
    url = server.url("verhalen")
    settings = Settings(data=data, port=0, workers=0)
    app = create_app(settings, url)
    transport = httpx.ASGITransport(app)
    async with (
        app.router.lifespan_context(app),
        httpx.AsyncClient(transport=transport, base_url="http://noaber.test") as client,
    ):
        region, consultatie = await prepare(client, token, EEN, ANDER)
        for wie in (EEN, ANDER):
            await Verhaal(region, wie, url, consultatie).happens()
            await settle_the_rest(url, wie.agb)
    yield url
    await server.drop_database("verhalen")
