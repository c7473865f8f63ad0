# SPDX-License-Identifier: EUPL-1.2
"""Alembic at work: the revisions of the schema, and moving a database between them.

`app.db.migrate` is the way in, and knows when there is no need to load all this.
"""

import asyncio
from collections.abc import Callable
from typing import TypeVar

import asyncpg
from alembic import command
from alembic.config import Config
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from alembic.util import CommandError
from sqlalchemy import Connection, text
from sqlalchemy.exc import DBAPIError
from sqlalchemy.ext.asyncio import create_async_engine
from sqlalchemy.pool import NullPool

from app.db import migrate, rechten
from app.db.migrate import MIGRATIONS, RevisionError, UnreachableError, connect

_MIGRATION_LOCK = 0x6D696772

LOCK_PATIENCE = "3s"
"""What waits for a lock on a table holds up all that comes after it: not for longer than this."""
MOST_ATTEMPTS = 20
PAUSE_SECONDS = 1.0
NO_PRIVILEGE = asyncpg.InsufficientPrivilegeError.sqlstate
MAY_NOT = (
    "Deze gebruiker mag het schema van de database niet wijzigen. Zet in NOABER_MIGRATIE_URL de "
    "eigenaar van de database."
)
LOCK_NOT_AVAILABLE = asyncpg.LockNotAvailableError.sqlstate

Result = TypeVar("Result")


def alembic_config(connection: Connection | None = None) -> Config:
    """Alembic's configuration; migrations/env.py works on the connection in it."""
    config = Config(attributes={"connection": connection})
    config.set_main_option("script_location", str(MIGRATIONS).replace("%", "%%"))
    return config


def known_revisions() -> set[str]:
    """Every revision that this version of the service knows."""
    return {it.revision for it in ScriptDirectory.from_config(alembic_config()).walk_revisions()}


async def upgrade(url: str, revision: str) -> None:
    """Migrate forward."""
    await locked(url, lambda it: _upgrade(it, revision))


async def downgrade(url: str, revision: str) -> None:
    """Migrate back; `base` leaves nothing."""
    await locked(url, lambda it: command.downgrade(alembic_config(it), revision))


async def move(url: str, revision: str) -> None:
    """Migrate to this revision, forward or back. Raises RevisionError when unknown."""
    try:
        await locked(url, lambda it: _move(it, revision))
    except CommandError as error:
        raise RevisionError(str(error)) from error


async def locked(url: str, work: Callable[[Connection], Result]) -> Result:
    """Do the work in one transaction; of several processes at once each waits its turn.

    When a table is not free soon, all of it is undone and tried again, so that requests go through
    in between.
    """
    engine = create_async_engine(
        "postgresql+asyncpg://",
        async_creator=lambda: connect(url),
        poolclass=NullPool,
    )
    for _ in range(MOST_ATTEMPTS):
        try:
            async with engine.begin() as connection:
                await connection.execute(text(f"SELECT pg_advisory_xact_lock({_MIGRATION_LOCK})"))
                await connection.execute(text(f"SET LOCAL lock_timeout = '{LOCK_PATIENCE}'"))
                return await connection.run_sync(work)
        except DBAPIError as error:
            state = getattr(error.orig, "sqlstate", None)
            if state == NO_PRIVILEGE:
                raise UnreachableError(f"{MAY_NOT} {error.orig}") from error
            if state != LOCK_NOT_AVAILABLE:
                raise
        await asyncio.sleep(PAUSE_SECONDS)
    raise UnreachableError(
        "De database is te druk om haar schema te wijzigen. Probeer het op een stiller moment."
    )


def _upgrade(connection: Connection, revision: str) -> None:
    """Migrate forward; to the last revision belong the rights of the service."""
    command.upgrade(alembic_config(connection), revision)
    if MigrationContext.configure(connection).get_current_revision() == migrate.head():
        for statement in (rechten.CREATE_ROLE, rechten.JOIN_ROLE, *rechten.GRANT):
            connection.exec_driver_sql(statement)


def _move(connection: Connection, revision: str) -> None:
    config = alembic_config(connection)
    current = MigrationContext.configure(connection).get_current_revision()
    behind = {"base"}
    if current:
        scripts = ScriptDirectory.from_config(config).iterate_revisions(current, "base")
        behind |= {script.revision for script in scripts} - {current}
    if revision in behind:
        command.downgrade(config, revision)
    else:
        _upgrade(connection, revision)
