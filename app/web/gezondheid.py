# SPDX-License-Identifier: EUPL-1.2
"""For whoever runs the service: does it live, and can it take requests?

Outside /v1 and without a token; nothing is told but yes or no.
"""

import asyncio

from asyncpg import PostgresError
from starlette.requests import Request
from starlette.responses import JSONResponse
from starlette.routing import Route

from app.db.binding import NOBODY
from app.db.connection import PASSING_FAULTS, Pool

PATIENCE_SECONDS = 2
NO = {"Retry-After": "5"}


async def alive(_request: Request) -> JSONResponse:
    """The process answers. Restart it when it does not."""
    return JSONResponse({"status": "gezond"})


async def ready(request: Request) -> JSONResponse:
    """The database answers too. Send requests elsewhere while it does not, and do not restart."""
    pool: Pool = request.app.state.pool
    try:
        async with asyncio.timeout(PATIENCE_SECONDS):
            await pool.execute_for(NOBODY, "SELECT 1 FROM alembic_version")
    except (*PASSING_FAULTS, PostgresError, OSError):  # a time-out is an OSError
        return JSONResponse({"status": "niet gereed"}, status_code=503, headers=NO)
    return JSONResponse({"status": "gereed"})


ROUTES = [Route("/gezond", alive), Route("/gereed", ready)]
