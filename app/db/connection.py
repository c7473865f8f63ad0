# SPDX-License-Identifier: EUPL-1.2
"""The pool of connections, and what a connection is set to."""

import json
from collections.abc import Mapping
from typing import TypeAlias

import asyncpg
from asyncpg.pool import PoolConnectionProxy

Connection: TypeAlias = "PoolConnectionProxy[asyncpg.Record]"
Pool: TypeAlias = "asyncpg.Pool[asyncpg.Record]"

MOST_CONNECTIONS = 20

PASSING_FAULTS = (
    asyncpg.PostgresConnectionError,
    asyncpg.InterfaceError,
    asyncpg.InternalClientError,
    asyncpg.SerializationError,
    asyncpg.DeadlockDetectedError,
    asyncpg.LockNotAvailableError,
    asyncpg.QueryCanceledError,
    asyncpg.OperatorInterventionError,
    asyncpg.InsufficientResourcesError,
)
"""What another attempt may not meet: nothing is wrong with what was asked.

asyncpg raises InternalClientError on a connection that was cut a moment ago.
"""


BOUNDS = {
    "statement_timeout": "60s",
    "lock_timeout": "30s",
    "idle_in_transaction_session_timeout": "300s",
}
"""How long PostgreSQL keeps at what a request asks, and keeps its locks when nothing comes."""


async def open_pool(database_url: str, bounds: Mapping[str, str] | None = None) -> Pool:
    """Open a pool for one process; with `BOUNDS` for the requests, without for the workers."""
    return await asyncpg.create_pool(
        database_url,
        min_size=1,
        max_size=MOST_CONNECTIONS,
        init=_read_json,
        reset=_leave_as_it_is,
        server_settings={
            "application_name": "noaber",
            "timezone": "UTC",
            "client_min_messages": "warning",
            **(bounds or {}),
        },
    )


async def freeze(db: Connection) -> None:
    """From here to the end of this transaction, which has just begun, one moment is seen."""
    await db.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ, READ ONLY")


async def _leave_as_it_is(_db: "asyncpg.Connection[asyncpg.Record]") -> None:
    """Whoever borrowed the connection set nothing that outlives its transaction.

    That spares a statement per request. A transaction that was left open, asyncpg rolls back.
    """


async def _read_json(db: "asyncpg.Connection[asyncpg.Record]") -> None:
    await db.set_type_codec("jsonb", encoder=json.dumps, decoder=json.loads, schema="pg_catalog")
