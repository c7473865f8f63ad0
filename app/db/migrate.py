# SPDX-License-Identifier: EUPL-1.2
"""Bring a database to a revision of the schema, in one transaction.

Alembic does the work (`app.db.revisions`), and is imported where there is any to do: it takes
30 MB with SQLAlchemy, and nearly every start finds the database up to date.
"""

from pathlib import Path

import asyncpg

from app.db import rechten
from app.domain.errors import Conflict

MIGRATIONS = Path(__file__).parents[2] / "migrations"
HEAD_FILE = MIGRATIONS / ".current-alembic-head"
"""Holds the last revision, so that two of them conflict in git; `make check` sees that it does."""


class UnreachableError(Exception):
    """No connection to the database, or none to change it; the text says in Dutch why."""


class RevisionError(Exception):
    """There is no such revision, or no way there; the text is Alembic's."""


async def upgrade(url: str) -> None:
    """Migrate forward to the last revision. Raises UnreachableError."""
    if not await is_current(url):
        from app.db import revisions  # noqa: PLC0415

        await revisions.upgrade(url, "head")


async def move(url: str, revision: str) -> None:
    """Migrate to this revision, forward or back. Raises UnreachableError, RevisionError."""
    from app.db import revisions  # noqa: PLC0415

    await revisions.move(url, revision)


async def is_current(url: str) -> bool:
    """Whether the schema is that of this version, and the service has its rights.

    Raises UnreachableError.
    """
    db = await connect(url)
    try:
        current = await db.fetchval("SELECT version_num FROM alembic_version") == head()
        return current and bool(await db.fetchval(rechten.IS_GRANTED))
    except (asyncpg.UndefinedTableError, asyncpg.InsufficientPrivilegeError):
        return False
    finally:
        await db.close()


async def require_current(url: str) -> None:
    """Raises Conflict when the schema is not that of this version, UnreachableError."""
    if not await is_current(url):
        raise Conflict(
            "schema_verschilt",
            "Het schema van deze database is niet dat van deze versie. Draai eerst noaber migrate.",
        )


def knows(revision: str) -> bool:
    """Whether this version of the service can bring a database of that revision up to date."""
    from app.db import revisions  # noqa: PLC0415

    return revision in revisions.known_revisions()


async def check_reachable(url: str) -> None:
    """Raises UnreachableError."""
    await (await connect(url)).close()


async def connect(url: str) -> "asyncpg.Connection[asyncpg.Record]":
    """A connection of its own. Raises UnreachableError."""
    try:
        return await asyncpg.connect(url, statement_cache_size=0)
    except (OSError, asyncpg.PostgresError, asyncpg.InterfaceError) as error:
        raise UnreachableError(
            f"De database is niet bereikbaar: {error}. Controleer NOABER_DATABASE_URL."
        ) from error


def head() -> str:
    """The last revision of the schema that this version of the service knows."""
    return HEAD_FILE.read_text(encoding="ascii").strip()
