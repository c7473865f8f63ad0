# SPDX-License-Identifier: EUPL-1.2
"""Bring a database to a revision of the schema, in one transaction; Alembic does the work."""

import asyncio
from collections.abc import Callable
from pathlib import Path
from typing import TypeVar

import asyncpg
from alembic import command
from alembic.config import Config
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Connection, text
from sqlalchemy.exc import DBAPIError
from sqlalchemy.ext.asyncio import create_async_engine
from sqlalchemy.pool import NullPool

MIGRATIONS = Path(__file__).parents[2] / "migrations"
_MIGRATION_LOCK = 0x6D696772

LOCK_PATIENCE = "3s"
"""What waits for a lock on a table holds up all that comes after it: not for longer than this."""
MOST_ATTEMPTS = 20
PAUSE_SECONDS = 1.0
LOCK_NOT_AVAILABLE = asyncpg.LockNotAvailableError.sqlstate

Result = TypeVar("Result")


class UnreachableError(Exception):
    """No connection to the database, or none to change it; the text says in Dutch why."""


def alembic_config(connection: Connection | None = None) -> Config:
    """Alembic's configuration; migrations/env.py works on the connection in it."""
    config = Config(attributes={"connection": connection})
    config.set_main_option("script_location", str(MIGRATIONS).replace("%", "%%"))
    return config


async def upgrade(url: str, revision: str = "head") -> None:
    """Migrate forward."""
    await locked(url, lambda it: command.upgrade(alembic_config(it), revision))


async def downgrade(url: str, revision: str) -> None:
    """Migrate back; `base` leaves nothing."""
    await locked(url, lambda it: command.downgrade(alembic_config(it), revision))


async def move(url: str, revision: str) -> None:
    """Migrate to this revision, forward or back. Raises alembic's CommandError when unknown."""
    await locked(url, lambda it: _move(it, revision))


async def is_current(url: str) -> bool:
    """Whether the schema is that of this version of the service."""
    head = ScriptDirectory.from_config(alembic_config()).get_current_head()
    return await locked(url, _current) == head


async def locked(url: str, work: Callable[[Connection], Result]) -> Result:
    """Do the work in one transaction; of several processes at once each waits its turn.

    When a table is not free soon, all of it is undone and tried again, so that requests go through
    in between.
    """
    engine = create_async_engine(
        "postgresql+asyncpg://",
        async_creator=lambda: _connect(url),
        poolclass=NullPool,
    )
    for _ in range(MOST_ATTEMPTS):
        try:
            async with engine.begin() as connection:
                await connection.execute(text(f"SELECT pg_advisory_xact_lock({_MIGRATION_LOCK})"))
                await connection.execute(text(f"SET LOCAL lock_timeout = '{LOCK_PATIENCE}'"))
                return await connection.run_sync(work)
        except DBAPIError as error:
            if getattr(error.orig, "sqlstate", None) != LOCK_NOT_AVAILABLE:
                raise
        await asyncio.sleep(PAUSE_SECONDS)
    raise UnreachableError(
        "De database is te druk om haar schema te wijzigen. Probeer het op een stiller moment."
    )


async def _connect(url: str) -> asyncpg.Connection:
    try:
        return await asyncpg.connect(url, statement_cache_size=0)
    except (OSError, asyncpg.PostgresError, asyncpg.InterfaceError) as error:
        raise UnreachableError(
            f"De database is niet bereikbaar: {error}. Controleer NOABER_DATABASE_URL."
        ) from error


def _move(connection: Connection, revision: str) -> None:
    config = alembic_config(connection)
    current = _current(connection)
    behind = {"base"}
    if current:
        scripts = ScriptDirectory.from_config(config).iterate_revisions(current, "base")
        behind |= {script.revision for script in scripts} - {current}
    change = command.downgrade if revision in behind else command.upgrade
    change(config, revision)


def _current(connection: Connection) -> str | None:
    return MigrationContext.configure(connection).get_current_revision()
