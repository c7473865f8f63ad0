# SPDX-License-Identifier: EUPL-1.2
"""Where the lives are played: the whole service on a database of its own, with a worker."""

import asyncio
import re
from collections import Counter
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import Any, TypeVar
from uuid import uuid4

import httpx
from anyio.from_thread import BlockingPortal

from app.controle.controles import find_faults, see_one_moment
from app.db import embedded
from app.main import create_app
from app.settings import Settings
from app.settlement.workers import working
from tests.callers import Headers
from tests.contract.declaring import ENSCHEDE, HENGELO, A, B, Region, opened
from tests.pools import Watched, watched_pool

T = TypeVar("T")
SCENE = "noaber_levens"
IBANS = {A: "NL44RABO0123456789", B: "NL02ABNA0123456789"}
OF_GEMEENTEN = {ENSCHEDE: "NL61BNGH0285000000", HENGELO: "NL61BNGH0285000000"}
PATIENCE_SECONDS = 60
BUSY = """
SELECT (SELECT count(*) FROM wachtrij.procrastinate_jobs)
     + (SELECT count(*) FROM declaratie WHERE afgehandeld_op IS NULL AND mislukt_op IS NULL)
"""

Documented = list[tuple[re.Pattern[str], dict[str, set[str]]]]


@dataclass(frozen=True)
class Play:
    """One life: the callers, and an eye on the database."""

    region: Region
    pool: Watched
    documented: Documented
    tally: Counter[tuple[str, int]]

    async def send(self, caller: dict[str, str], method: str, path: str, body: Any) -> Any:
        """The answer, that is none of our faults and stands in the document."""
        answer = await self.region.client.request(method, f"/v1{path}", headers=caller, json=body)
        self.tally[re.sub(r"\d+", "#", f"{method} {path}"), answer.status_code] += 1
        known = next(statuses for pattern, statuses in self.documented if pattern.fullmatch(path))
        said = (method, path, body, answer.status_code, answer.text)
        assert answer.status_code < 500, said
        assert str(answer.status_code) in known[method.lower()], said
        kind = "application/json" if answer.is_success else "application/problem+json"
        assert answer.headers["content-type"].split(";")[0] == kind, said
        return answer

    async def come_to_rest(self) -> None:
        """Wait until nothing waits for the worker."""
        async with asyncio.timeout(PATIENCE_SECONDS):
            while await self.pool.fetchval(BUSY):
                await asyncio.sleep(0.003)

    async def prove(self) -> None:
        """What `noaber controleer` proves."""
        async with self.pool.acquire() as db, db.transaction():
            await see_one_moment(db)
            found = [b async for b in find_faults(db) if b.aantal_fouten]
        assert found == []


@dataclass(frozen=True)
class Stage:
    """A server with a scene in it, and a thread in which plays are played."""

    portal: BlockingPortal
    server: embedded.Server
    settings: Settings
    token: Headers
    tally: Counter[tuple[str, int]] = field(default_factory=Counter)

    async def build(self, template: str) -> None:
        """A database with a catalogue, two aanbieders under contract, and accounts."""
        await self.server.create_database(SCENE, template=template)
        async with self._served(SCENE) as client:
            region = await opened(client, self.token)
            for agb, iban in IBANS.items():
                body = {"iban": iban, "tenaamstelling": "Aanbieder"}
                path = f"/aanbieders/{agb}/bankrekening"
                await region.answer("PUT", path, region.regio, body, 200)
            for code, iban in OF_GEMEENTEN.items():
                body = {"iban": iban, "tenaamstelling": "Gemeente"}
                path = f"/gemeenten/{code}/bankrekening"
                await region.answer("PUT", path, region.financien(code), body, 200)

    async def strike(self) -> None:
        await self.server.drop_database(SCENE)

    @asynccontextmanager
    async def play(self) -> AsyncIterator[Play]:
        """A life on a copy of the scene, that is gone after it."""
        name = f"leven_{uuid4().hex}"
        await self.server.create_database(name, template=SCENE)
        try:
            url = self.server.url(name)
            async with (
                self._served(name) as client,
                working(url, 1),
                watched_pool(url) as pool,
            ):
                yield Play(Region(client, self.token), pool, await documented(client), self.tally)
        finally:
            await self.server.drop_database(name)

    @asynccontextmanager
    async def _served(self, database: str) -> AsyncIterator[httpx.AsyncClient]:
        app = create_app(self.settings, self.server.url(database))
        async with (
            app.router.lifespan_context(app),
            httpx.AsyncClient(
                transport=httpx.ASGITransport(app, raise_app_exceptions=False),
                base_url="http://noaber.test",
            ) as client,
        ):
            yield client

    def call(self, work: Callable[..., Awaitable[T]], *args: Any) -> T:
        return self.portal.call(work, *args)


async def documented(client: httpx.AsyncClient) -> Documented:
    """Which statuses the document promises, by the pattern of a path and by method."""
    paths = (await client.get("/v1/openapi.json")).json()["paths"]
    found = []
    for path in sorted(paths, key=lambda path: path.count("{")):
        pattern = re.compile(re.sub(r"\{[^}]*\}", "[^/]+", path))
        methods = {
            method: set(operation["responses"])
            for method, operation in paths[path].items()
            if "responses" in operation
        }
        found.append((pattern, methods))
    return found
