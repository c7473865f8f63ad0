# SPDX-License-Identifier: EUPL-1.2
"""The service called from within: the demo knows the API and nothing behind it."""

import json
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import Any

import httpx

from app.api.issuer import make_token
from app.main import create_app
from app.settings import Settings

Json = dict[str, Any]
"""The body of a request or an answer."""

LARGEST_PAGE = 500
NDJSON = "application/x-ndjson"


class UnexpectedAnswerError(Exception):
    """The service refused what it should take: a bug in the demo, or in the service."""


@dataclass(frozen=True, slots=True)
class Caller:
    """Someone with a token. Every call raises UnexpectedAnswerError on another status."""

    http: httpx.AsyncClient
    token: str

    async def get(self, path: str, **query: str | int) -> Json:
        """One thing."""
        return _json(await self._send("GET", path, 200, params=query))

    async def get_all(self, path: str, **query: str | int) -> list[Json]:
        """The results of every page."""
        results: list[Json] = []
        page = 1
        while True:
            answer = await self.get(path, page=page, pageSize=LARGEST_PAGE, **query)
            results += answer["results"]
            if answer["next"] is None:
                return results
            page += 1

    async def get_lines(self, path: str, **query: str | int) -> list[Json]:
        """The lines of a stream."""
        answer = await self._send("GET", path, 200, params=query, headers={"Accept": NDJSON})
        return [json.loads(line) for line in answer.text.splitlines()]

    async def post(self, path: str, body: Json, status: int = 201) -> Json:
        """Make a thing, or with another status ask or try something."""
        return _json(await self._send("POST", path, status, json=body))

    async def put(self, path: str, body: Json, status: int = 201) -> Json:
        """Lay down a thing that is new, or with status 200 replace what there was."""
        return _json(await self._send("PUT", path, status, json=body))

    async def _send(
        self,
        method: str,
        path: str,
        status: int,
        headers: Mapping[str, str] | None = None,
        **how: Any,
    ) -> httpx.Response:
        headers = {"Authorization": f"Bearer {self.token}", **(headers or {})}
        answer = await self.http.request(method, f"/v1{path}", headers=headers, **how)
        if answer.status_code != status:
            raise UnexpectedAnswerError(
                f"{method} {path} gaf {answer.status_code} in plaats van {status}: {answer.text}"
            )
        return answer


class Service:
    """Hands out callers, one per role, binding and person."""

    def __init__(self, http: httpx.AsyncClient, settings: Settings) -> None:
        self._http = http
        self._settings = settings
        self._callers: dict[tuple[str, ...], Caller] = {}

    def toegang(self, gemeente: str) -> Caller:
        """The access team of a gemeente."""
        return self._caller("toegang", gemeente=gemeente)

    def aanbieder(self, agb: str) -> Caller:
        """An aanbieder."""
        return self._caller("aanbieder", agb=agb)

    def financien(self, gemeente: str) -> Caller:
        """The finance department of a gemeente."""
        return self._caller("financien", gemeente=gemeente)

    def regio(self, sub: str = "regio") -> Caller:
        """Someone of the region; what one drafts, another adopts."""
        return self._caller("regio", sub=sub)

    def _caller(self, rol: str, **binding: str) -> Caller:
        key = (rol, *binding.values())
        if key not in self._callers:
            token = make_token(self._settings.data, rol, **binding)
            self._callers[key] = Caller(self._http, token)
        return self._callers[key]


@asynccontextmanager
async def open_service(settings: Settings, database_url: str) -> AsyncIterator[Service]:
    """The whole service on this database, without a port.

    It trusts the local issuer, also when the service that is started later trusts another.
    """
    own = settings.model_copy(update={"issuer": None, "audience": None, "jwks_url": None})
    app = create_app(own, database_url)
    async with (
        app.router.lifespan_context(app),
        httpx.AsyncClient(
            transport=httpx.ASGITransport(app), base_url="http://noaber.localhost"
        ) as http,
    ):
        yield Service(http, own)


def _json(answer: httpx.Response) -> Json:
    body: Json = answer.json()
    return body
