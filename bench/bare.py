# SPDX-License-Identifier: EUPL-1.2
"""The least that a service on FastAPI and asyncpg can do: insert a row, read a row by its key.

`python -m bench.bare URL PORT`, in a process of its own as the service is, and served as that is.
"""

import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import date

import asyncpg
import uvicorn
from fastapi import FastAPI, Request
from fastapi.telemetry import TelemetryConfig
from pydantic import BaseModel

from app.db.connection import MOST_CONNECTIONS

# As `app.api.app` says it, which would bring the whole service along.
NO_TELEMETRY: TelemetryConfig = {
    "tracing": False,
    "metrics": False,
    "logs": False,
    "operation_spans": False,
    "auto_configure": False,
}

TABLE = """
CREATE TABLE kaal (
    id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    inwoner bigint NOT NULL,
    gemeente text NOT NULL,
    begindatum date NOT NULL,
    einddatum date NOT NULL,
    bedrag_centen bigint NOT NULL
)
"""
INSERT = """
INSERT INTO kaal (inwoner, gemeente, begindatum, einddatum, bedrag_centen)
VALUES ($1, $2, $3, $4, $5)
RETURNING *
"""
READ = "SELECT * FROM kaal WHERE id = $1"


class Invoer(BaseModel):
    """A row to insert."""

    inwoner: int
    gemeente: str
    begindatum: date
    einddatum: date
    bedrag_centen: int


class Kaal(Invoer):
    """A row."""

    id: int


def create_app(url: str) -> FastAPI:
    """Two operations on one table, one statement each."""

    @asynccontextmanager
    async def lifespan(app: FastAPI) -> AsyncIterator[None]:
        async with asyncpg.create_pool(url, min_size=1, max_size=MOST_CONNECTIONS) as pool:
            app.state.pool = pool
            yield

    app = FastAPI(lifespan=lifespan, telemetry=NO_TELEMETRY)

    @app.post("/kaal", status_code=201)
    async def insert(request: Request, invoer: Invoer) -> Kaal:
        row = await request.app.state.pool.fetchrow(INSERT, *invoer.model_dump().values())
        return Kaal(**row)

    @app.get("/kaal/{id_}")
    async def read(request: Request, id_: int) -> Kaal:
        return Kaal(**await request.app.state.pool.fetchrow(READ, id_))

    return app


if __name__ == "__main__":
    uvicorn.run(
        create_app(sys.argv[1]),
        port=int(sys.argv[2]),
        server_header=False,
        access_log=False,
        proxy_headers=False,
    )
