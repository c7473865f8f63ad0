# SPDX-License-Identifier: EUPL-1.2
"""Keep a copy of the database in a file, and bring it back."""

import os
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from secrets import token_hex

import asyncpg

from app.api.bsn import BsnSeal
from app.api.keys import has_key
from app.db import dump, embedded, migrate, sleutels
from app.db.connection import connected_as_owner
from app.demo.progress import progress_bar
from app.domain.errors import Conflict, Invalid, Unavailable
from app.settings import Settings

SUFFIX = ".backup"
DRAFT, BEFORE = "noaber_herstel", "noaber_oud"

CHANGE_ALL = "UPDATE toewijzing SET status = status"

IN_USE = "Deze database is in gebruik. Stop eerst de service en de werkers die haar gebruiken."


async def backup(url: str, where: Path) -> Path:
    """Copy all there is in one snapshot; gives the file, which is there when it is whole.

    In a folder it is named after the moment. Raises Invalid, Unavailable.
    """
    name = f"noaber-{datetime.now(UTC):%Y%m%dT%H%M%SZ}{SUFFIX}"
    file = where / name if where.is_dir() else where
    if file.exists():
        raise Invalid("bestaat", f"{file} bestaat al, en wordt niet overschreven.")
    if not file.parent.is_dir():
        raise Invalid("map_ontbreekt", f"De map {file.parent} is er niet.")
    await migrate.check_reachable(url)  # a plain word when it is out of reach
    draft = file.with_name(f".{file.name}.{token_hex(4)}.deel")
    try:
        with _told(int(str(await dump.ask(url, dump.COUNT_TABLES)))) as tell:
            await dump.dump(url, draft, tell)
        os.link(draft, file)
    except OSError as error:
        raise Unavailable("bestand", f"{file} is niet te schrijven: {error.strerror}.") from error
    finally:
        draft.unlink(missing_ok=True)
    return file


async def restore(
    settings: Settings,
    server: embedded.Server | None,
    database: str,
    file: Path,
    *,
    overwrite: bool,
) -> bool:
    """Bring a copy back, on this server or else where the settings say.

    Tells whether the key that its BSNs were sealed with is at hand. Raises Conflict, Invalid,
    Unavailable.
    """
    count = await dump.check(file)
    if server:
        url = server.url(database)
        await _replace(server, database, file, count, overwrite=overwrite)
    else:
        assert settings.owner_url
        url = settings.owner_url
        if not await is_empty(url):
            await _refuse_unless(url, overwrite)
            await dump.run(url, dump.EMPTY)
        await _fill(url, file, count)
    return await _has_its_key(url, settings)


async def _replace(
    server: embedded.Server, database: str, file: Path, count: int, *, overwrite: bool
) -> None:
    """Make this database of a file; one that is there stays until the copy is whole."""
    async with server.preparing():
        present = await server.has_database(database)
        if present:
            await _refuse_unless(server.url(database), overwrite)
        await server.drop_database(DRAFT)
        await server.create_database(DRAFT)
        await _fill(server.url(DRAFT), file, count)
        if present:
            await _set_aside(server, database)
        await server.rename_database(DRAFT, database)
        await server.drop_database(BEFORE)


async def _set_aside(server: embedded.Server, database: str) -> None:
    await server.drop_database(BEFORE)
    try:
        await server.rename_database(database, BEFORE)
    except asyncpg.ObjectInUseError:
        raise Conflict("in_gebruik", IN_USE) from None


async def is_empty(url: str) -> bool:
    """There is no table in this database, ours or another's."""
    await migrate.check_reachable(url)
    return not await dump.ask(url, dump.HAS_TABLES)


async def _has_its_key(url: str, settings: Settings) -> bool:
    """Whether the key of this installation opens the BSNs in a database; without any it does."""
    async with connected_as_owner(url) as db:
        if not has_key(settings):
            return await sleutels.fits(db, (), lambda _sealed: False)
        seal = BsnSeal.of(settings)
        return await sleutels.fits(db, seal.kenmerken, seal.made)


async def _refuse_unless(url: str, overwrite: bool) -> None:
    if not overwrite:
        raise Conflict(
            "database_bestaat",
            "Er staat al een database. Met --overschrijf komt de backup in haar plaats, en gaat "
            "alles wat er nu in staat verloren.",
        )
    if await dump.ask(url, dump.IS_USED):
        raise Conflict("in_gebruik", IN_USE)


async def _fill(url: str, file: Path, count: int) -> None:
    with _told(count) as tell:
        await dump.restore(url, file, tell)
    await migrate.upgrade(url)
    # Who follows the changes may have seen later ones than the copy holds, by another count.
    await dump.run(url, CHANGE_ALL)


@contextmanager
def _told(total: int) -> Iterator[dump.Tell]:
    with progress_bar() as progress:
        task = progress.add_task("", total=total)

        def tell(what: str) -> None:
            progress.update(task, description=what, advance=1)

        yield tell
