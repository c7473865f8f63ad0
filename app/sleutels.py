# SPDX-License-Identifier: EUPL-1.2
"""Change the key by which BSNs are found and sealed, while the service runs.

Each batch is a transaction of its own, and what is done is not done again: whoever breaks off may
begin anew.
"""

from asyncpg import Record
from rich.progress import Progress, TaskID

from app.api.bsn import BsnSeal
from app.db import migrate, sleutels
from app.db.connection import Connection, connected_as_owner
from app.demo.progress import progress_bar
from app.domain.errors import Conflict
from app.settings import Settings

BATCH = 500
MOST_NAMED = 20


async def show(settings: Settings, url: str) -> str:
    """Which keys are in use, how many BSNs each is needed for, and which are at hand here.

    Raises Conflict when the schema of the database differs.
    """
    await migrate.require_current(url)
    held = BsnSeal.of(settings).kenmerken
    async with connected_as_owner(url) as db:
        known = await sleutels.find_keys(db)
        counts = {row["bsn_sleutel"]: row["count"] for row in await sleutels.count_by_key(db)}
    lines = [
        f"{kenmerk}: {counts.pop(kenmerk, 0)} BSNs, "
        f"{_place(kenmerk, held)}{'' if kenmerk in known else ', niet in gebruik'}"
        for kenmerk in dict.fromkeys([*known, *held])
    ]
    return "\n".join([*lines, *(f"zonder kenmerk: {n} BSNs" for n in counts.values())])


def _place(kenmerk: str, held: list[str]) -> str:
    if kenmerk not in held:
        return "hier onbekend"
    return "de sleutel" if kenmerk == held[0] else "de vorige"


async def rotate(settings: Settings, url: str) -> int:
    """Bring all BSNs to the key of this installation; gives how many were not yet.

    Raises Conflict, naming those that no key at hand opens; the others are brought over.
    """
    seal, changed, broken = BsnSeal.of(settings), 0, set[str]()
    await migrate.upgrade(url)
    async with connected_as_owner(url) as db:
        await sleutels.admit(db, seal.kenmerken, seal.made)
        with progress_bar() as progress:
            left = await sleutels.count_left(db, seal.kenmerken[0])
            task = progress.add_task("BSNs", total=left)
            # Somebody who knows the key before alone may write until the last process has changed.
            while done := await _pass_over(db, seal, progress, task, broken):
                changed += done
    if broken:
        named = ", ".join(sorted(broken)[:MOST_NAMED])
        raise Conflict(
            "zegel_onleesbaar",
            f"{len(broken)} BSNs gaan met geen sleutel open, of zijn een ander: {named}. "
            f"De andere zijn omgezet ({changed}).",
        )
    return changed


async def _pass_over(
    db: Connection, seal: BsnSeal, progress: Progress, task: TaskID, broken: set[str]
) -> int:
    """All rows once, in batches; gives how many went over."""
    changed = 0
    for table in sleutels.TABLES:
        last = 0
        while True:
            async with db.transaction():
                rows = await sleutels.lock_next(db, table, seal.kenmerken[0], last, BATCH)
                done = await _go_over(db, table, seal, rows, broken)
            if not rows:
                break
            last, changed = rows[-1]["id"], changed + done
            progress.advance(task, done)
    return changed


async def _go_over(
    db: Connection, table: str, seal: BsnSeal, rows: list[Record], broken: set[str]
) -> int:
    kept = {}
    for row in rows:
        bsn = seal.open(row["bsn_versleuteld"]) if seal.made(row["bsn_versleuteld"]) else None
        # A BSN that was found by another hash than its own would be another person's from now on.
        if bsn is None or row["bsn_hash"] not in seal.find_by(bsn):
            broken.add(f"{table} {row['id']}")
        else:
            kept[row["id"]] = seal.keep(bsn)
    await sleutels.go_over(
        db,
        table,
        seal.kenmerken[0],
        list(kept),
        [bsn.hash for bsn in kept.values()],
        [bsn.versleuteld for bsn in kept.values()],
    )
    return len(kept)


async def remove_previous(settings: Settings, url: str) -> list[str]:
    """Let no key be in use but that of this installation, and wipe the hashes by others.

    Gives the kenmerken of the keys that were withdrawn. Raises Conflict while one is needed, and
    when the schema of the database differs.
    """
    await migrate.require_current(url)
    current = BsnSeal.of(settings).kenmerken[0]
    async with connected_as_owner(url) as db:
        if current not in await sleutels.find_keys(db):
            raise Conflict(
                "sleutel_niet_in_gebruik",
                "De sleutel van deze installatie is niet die van deze database.",
            )
        removed = await sleutels.remove_others(db, current)
        with progress_bar() as progress:
            task = progress.add_task("Oude vingerafdrukken", total=None)
            for table in sleutels.TABLES:
                last = 0
                while ids := await sleutels.forget_old(db, table, last, BATCH):
                    last = max(ids)
                    progress.advance(task, len(ids))
    return removed
