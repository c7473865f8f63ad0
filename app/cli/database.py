# SPDX-License-Identifier: EUPL-1.2
"""Which database a command works on, and making the embedded one when it is not there."""

import asyncio
from collections.abc import Awaitable, Callable, Iterator
from contextlib import contextmanager
from typing import NamedTuple, TypeVar

from app.cli.manners import warn
from app.db import embedded, migrate
from app.db.connection import is_lent_by_owner
from app.db.rechten import ROLE
from app.demo import region
from app.domain.errors import NotFound
from app.settings import Settings

T = TypeVar("T")

DATABASE = "noaber"
DRAFT = "noaber_nieuw"


class Addresses(NamedTuple):
    """One database, as its owner and as the service reach it."""

    owner: str
    service: str


@contextmanager
def database(settings: Settings) -> Iterator[Addresses]:
    """The configured database, else the embedded one, filled when it is new."""
    if settings.database_url and settings.owner_url:
        yield Addresses(settings.owner_url, settings.database_url)
        return

    async def fill(url: str) -> None:
        warn("Nieuwe gegevensmap: de voorbeeldregio wordt gemaakt ...")
        await region.fill(settings, url)

    with embedded.running(settings.data) as server:
        asyncio.run(prepare(server, fill))
        yield Addresses(server.url(DATABASE), server.url(DATABASE, ROLE))


@contextmanager
def current_database(settings: Settings) -> Iterator[Addresses]:
    """That database, migrated to the schema of this version."""
    with database(settings) as url:
        asyncio.run(migrate.upgrade(url.owner))
        yield url


@contextmanager
def existing_database(settings: Settings) -> Iterator[str]:
    """The database as it is, for its owner. Raises NotFound when there is none yet."""
    if settings.owner_url:
        yield settings.owner_url
        return
    absent = NotFound("geen_database", f"In {settings.data} staat geen database.")
    if not embedded.exists(settings.data):
        raise absent
    with embedded.running(settings.data) as server:
        if not asyncio.run(server.has_database(DATABASE)):
            raise absent
        yield server.url(DATABASE)


async def prepare(server: embedded.Server, fill: Callable[[str], Awaitable[T]]) -> T | None:
    """Make the database unless it is there; tells what filling it gave, None when it was there.

    After a crash the database is there with everything in it, or not at all.
    """
    async with server.preparing():
        if await server.has_database(DATABASE):
            return None
        await server.drop_database(DRAFT)
        await server.create_database(DRAFT)
        await migrate.upgrade(server.url(DRAFT))
        result = await fill(server.url(DRAFT))
        await server.rename_database(DRAFT, DATABASE)
        return result


def warn_of_risks(settings: Settings) -> None:
    if settings.database_url and settings.uses_local_issuer:
        warn(
            "LET OP: NOABER_LOKALE_UITGEVER=1. Wie bij de gegevensmap kan, maakt zelf tokens "
            "voor elke gemeente en aanbieder in deze database. Niet voor productie."
        )
    if settings.database_url and settings.sleutel is None:
        warn(
            f"LET OP: de sleutel van deze database ligt in {settings.data.absolute()}. Raakt zij "
            "weg, dan zijn inwoners niet meer te vinden; zet haar liever in NOABER_SLEUTEL."
        )


def warn_of_ownership(settings: Settings) -> None:
    """Raises UnreachableError when the service cannot be held to its own role."""
    if settings.database_url and asyncio.run(is_lent_by_owner(settings.database_url)):
        warn(
            f"LET OP: NOABER_DATABASE_URL logt in als eigenaar van de database. De service werkt "
            f"als {ROLE}, maar kan daar weer uit. Geef haar een eigen login, en zet de eigenaar in "
            "NOABER_MIGRATIE_URL."
        )
