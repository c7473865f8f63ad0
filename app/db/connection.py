# SPDX-License-Identifier: EUPL-1.2
"""The pool of connections: in which role, bound to whom, and what a connection is set to."""

import json
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from typing import Any, Self, TypeAlias, cast

import asyncpg
from asyncpg.pool import PoolConnectionProxy

from app.db.binding import BIND, NOBODY, Binding
from app.db.migrate import UnreachableError
from app.db.rechten import LOGS_IN_AS_OWNER, ROLE, SEARCH_PATH

Connection: TypeAlias = "PoolConnectionProxy[asyncpg.Record]"

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

SETTINGS = {
    "application_name": "noaber",
    "timezone": "UTC",
    "client_min_messages": "warning",
}


MAY_NOT_TAKE_ROLE = (
    f"Wie in NOABER_DATABASE_URL inlogt, kan de rol {ROLE} niet aannemen, of is daarin niet aan de "
    f"rijbeveiliging gebonden. Log in als {ROLE} zelf, of laat een beheerder dit doen: "
    f"GRANT {ROLE} TO die gebruiker."
)
NOT_THE_OWNER = (
    "Dit gaat over de hele database, en vraagt haar eigenaar: zet die in NOABER_MIGRATIE_URL."
)
ROWS_ARE_GUARDED = "SELECT row_security_active('public.toewijzing')"


class Bindable(asyncpg.Connection):
    """A connection that knows to whom it was bound last, and so asks no more than it must."""

    _bound_to: Binding | None = None

    async def bind(self, binding: Binding) -> None:
        """Whatever is done from here on is done for them."""
        if self._bound_to != binding:
            self._bound_to = None
            await self.execute(BIND, *binding.settings())
            self._bound_to = binding

    def itself(self) -> "Bindable":
        """Not what the pool lends in its place, which knows nothing once the connection is lost."""
        return self

    def forget(self) -> None:
        """It is no longer sure to whom it is bound: whoever comes next binds it anew."""
        self._bound_to = None


class Pool:
    """Connections in the role of the service, each lent to one at a time and bound to them."""

    def __init__(self, pool: "asyncpg.Pool[asyncpg.Record]") -> None:
        self.connections = pool

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(self, *_: object) -> None:
        await self.connections.close()

    @asynccontextmanager
    async def lent(
        self, binding: Binding, timeout: float | None = None
    ) -> AsyncIterator[Connection]:
        """A connection on which each statement is a transaction of its own."""
        async with self.giving_back(await self.take(binding, timeout)) as db:
            yield db

    async def take(self, binding: Binding, timeout: float | None = None) -> Connection:
        """A connection that is bound to them, to be used within `giving_back`."""
        db: Connection = await self.connections.acquire(timeout=timeout)
        try:
            await _bindable(db).bind(binding)
        except BaseException:
            await self.connections.release(db)
            raise
        return db

    @asynccontextmanager
    async def giving_back(self, db: Connection) -> AsyncIterator[Connection]:
        """Use it and give it back; after whatever went wrong it is bound anew for the next."""
        bound = _bindable(db).itself()
        try:
            yield db
        except BaseException:
            bound.forget()
            raise
        finally:
            await self.connections.release(db)

    async def execute_for(self, binding: Binding, query: str, *args: Any) -> None:
        """One statement, in a transaction of its own."""
        async with self.lent(binding) as db:
            await db.execute(query, *args)


async def open_pool(database_url: str, bounds: Mapping[str, str] | None = None) -> Pool:
    """Open a pool for one process; with `BOUNDS` for the requests, without for the workers.

    Whoever logs in takes the role of the service. Raises UnreachableError when that cannot be, or
    when its policies would not hold nevertheless.
    """
    try:
        pool = await asyncpg.create_pool(
            database_url,
            min_size=1,
            max_size=MOST_CONNECTIONS,
            connection_class=Bindable,
            init=_prepare,
            reset=_leave_as_it_is,
            server_settings=SETTINGS
            | {"role": ROLE, "search_path": SEARCH_PATH}
            | dict(bounds or {}),
        )
    except (asyncpg.InvalidParameterValueError, asyncpg.InsufficientPrivilegeError) as error:
        raise UnreachableError(MAY_NOT_TAKE_ROLE) from error
    return Pool(pool)


async def is_lent_by_owner(database_url: str) -> bool:
    """Whether who logs in could step out of the role of the service. Raises as `open_pool` does."""
    async with await open_pool(database_url) as pool, pool.lent(NOBODY) as db:
        return bool(await db.fetchval(LOGS_IN_AS_OWNER))


@asynccontextmanager
async def connected_as_owner(database_url: str) -> AsyncIterator[Connection]:
    """A connection that sees all there is, for what is done to the database as a whole.

    Raises UnreachableError when it would not.
    """
    async with (
        asyncpg.create_pool(
            database_url, min_size=1, max_size=1, init=read_json, server_settings=SETTINGS
        ) as pool,
        pool.acquire() as db,
    ):
        if await db.fetchval(ROWS_ARE_GUARDED):
            raise UnreachableError(NOT_THE_OWNER)
        yield db


async def freeze(db: Connection) -> None:
    """From here to the end of this transaction, which has just begun, one moment is seen."""
    await db.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ, READ ONLY")


def _bindable(db: Connection) -> Bindable:
    """What the pool lends hands on to it whatever it does not know itself."""
    return cast(Bindable, db)


async def _leave_as_it_is(_db: "asyncpg.Connection[asyncpg.Record]") -> None:
    """Whoever borrowed the connection set nothing that outlives its transaction but the binding.

    That spares a statement per request. A transaction that was left open, asyncpg rolls back.
    """


async def _prepare(db: "asyncpg.Connection[asyncpg.Record]") -> None:
    if not await db.fetchval(ROWS_ARE_GUARDED):
        raise UnreachableError(MAY_NOT_TAKE_ROLE)
    await read_json(db)


async def read_json(db: "asyncpg.Connection[asyncpg.Record]") -> None:
    await db.set_type_codec("jsonb", encoder=json.dumps, decoder=json.loads, schema="pg_catalog")
