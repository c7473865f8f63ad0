# SPDX-License-Identifier: EUPL-1.2
"""A running server, and the databases in it."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import quote

import asyncpg

OWNER = "postgres"
_PREPARATION_LOCK = 0x6E6F6162


@dataclass(frozen=True)
class Server:
    """Listens on a unix socket in a folder that only its own user (and root) may enter."""

    socket_folder: Path

    def url(self, database: str, user: str = OWNER) -> str:
        """A DSN for asyncpg; nothing in it depends on the environment."""
        host = quote(str(self.socket_folder), safe="")
        return f"postgresql://{user}@/{quote(database)}?host={host}&port=5432"

    async def has_database(self, name: str) -> bool:
        async with self._connection() as connection:
            found = await connection.fetchval("SELECT 1 FROM pg_database WHERE datname = $1", name)
        return found is not None

    async def create_database(self, name: str, template: str | None = None) -> None:
        copying = f" TEMPLATE {_quoted(template)} STRATEGY FILE_COPY" if template else ""
        await self._execute(f"CREATE DATABASE {_quoted(name)}{copying}")

    async def drop_database(self, name: str) -> None:
        """Drop it, if it is there, whoever is connected."""
        await self._execute(f"DROP DATABASE IF EXISTS {_quoted(name)} WITH (FORCE)")

    async def rename_database(self, old: str, new: str) -> None:
        await self._execute(f"ALTER DATABASE {_quoted(old)} RENAME TO {_quoted(new)}")

    @asynccontextmanager
    async def preparing(self) -> AsyncIterator[None]:
        """One process at a time prepares the databases of this server; the others wait."""
        async with self._connection() as connection:
            await connection.execute("SELECT pg_advisory_lock($1)", _PREPARATION_LOCK)
            yield

    async def _execute(self, statement: str) -> None:
        async with self._connection() as connection:
            await connection.execute(statement)

    @asynccontextmanager
    async def _connection(self) -> AsyncIterator[asyncpg.Connection]:
        connection = await asyncpg.connect(self.url("postgres"))
        try:
            yield connection
        finally:
            await connection.close()


def _quoted(name: str) -> str:
    return '"' + name.replace('"', '""') + '"'
