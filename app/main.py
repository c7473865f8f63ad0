# SPDX-License-Identifier: EUPL-1.2
"""The whole service: the pages, the API below /v1, and one connection pool for both."""

from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager

from starlette.applications import Starlette
from starlette.middleware import Middleware
from starlette.routing import Mount

from app.api.app import ROUTERS, create_api
from app.api.asgi import Manners
from app.api.errors import handlers
from app.api.route import Router
from app.db.besluiten import find_deelnemers
from app.db.catalogus import find_codes
from app.db.connection import open_pool
from app.settings import Settings
from app.settlement.standing import shown
from app.settlement.workers import working
from app.web.pages import ROUTES as PAGES


def create_app(
    settings: Settings, database_url: str, routers: Sequence[Router] = ROUTERS
) -> Starlette:
    """The service on this database, which has been migrated."""
    api = create_api(settings, routers)

    @asynccontextmanager
    async def lifespan(app: Starlette) -> AsyncIterator[None]:
        async with (
            await open_pool(database_url) as pool,
            working(database_url, settings.workers),
            shown(pool, settings.metrics_port is not None),
        ):
            api.state.pool = app.state.pool = pool
            async with pool.acquire() as db:
                api.state.gemeenten = await find_codes(db)
                api.state.deelnemers = frozenset(await find_deelnemers(db))
            yield

    service = Starlette(
        routes=[*PAGES, Mount("/v1", api)],
        middleware=[Middleware(Manners)],
        exception_handlers=handlers(),
        lifespan=lifespan,
    )
    service.router.redirect_slashes = False
    return service
