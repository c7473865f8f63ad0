# SPDX-License-Identifier: EUPL-1.2
"""The whole service: the pages, the API below /v1, and one connection pool for both."""

from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager

from fastapi import FastAPI
from starlette.applications import Starlette
from starlette.types import ASGIApp, Lifespan, Receive, Scope, Send

from app.api.app import ROUTERS, create_api
from app.api.asgi import Manners
from app.api.bsn import BsnSeal
from app.api.clock import today
from app.api.errors import handlers
from app.api.route import Router
from app.db import sleutels
from app.db.besluiten import find_deelnemers
from app.db.binding import NOBODY
from app.db.catalogus import find_gemeentecodes
from app.db.connection import BOUNDS, open_pool
from app.domain.gemeentecode import held_on
from app.settings import Settings
from app.settlement.standing import shown
from app.settlement.workers import working
from app.web.gezondheid import ROUTES as HEALTH
from app.web.pages import ROUTES as PAGES

API_ROOT = "/v1"


class Service(Starlette):
    """The pages, and the API beside them rather than mounted: a mount would do most work twice."""

    def __init__(self, api: FastAPI, lifespan: "Lifespan[Service]") -> None:
        routes = [*PAGES, *HEALTH]
        super().__init__(routes=routes, exception_handlers=handlers(), lifespan=lifespan)
        self.router.redirect_slashes = False
        self._api = api

    def build_middleware_stack(self) -> ASGIApp:
        pages = super().build_middleware_stack()

        async def fork(scope: Scope, receive: Receive, send: Send) -> None:
            if scope["type"] == "http" and scope["path"].startswith(f"{API_ROOT}/"):
                scope["root_path"] = scope.get("root_path", "") + API_ROOT
                await self._api(scope, receive, send)
            else:
                await pages(scope, receive, send)

        return Manners(fork)


def create_app(
    settings: Settings, database_url: str, routers: Sequence[Router] = ROUTERS
) -> Service:
    """The service on this database, which has been migrated."""
    api = create_api(settings, routers)

    @asynccontextmanager
    async def lifespan(app: Service) -> AsyncIterator[None]:
        async with (
            await open_pool(database_url, BOUNDS) as pool,
            working(database_url, settings.workers),
            shown(pool, settings.metrics_port is not None),
        ):
            api.state.pool = app.state.pool = pool
            async with pool.lent(NOBODY) as db:
                seal: BsnSeal = api.state.bsn_seal
                await sleutels.admit(db, seal.kenmerken, seal.made)
                codes = await find_gemeentecodes(db)
                api.state.codes = codes
                api.state.gemeenten = held_on(today(), codes)
                api.state.deelnemers = frozenset(await find_deelnemers(db))
            yield

    return Service(api, lifespan)
