# SPDX-License-Identifier: EUPL-1.2
"""Take in a declaratie whose lines have been staged: settle it at once, or leave it to a worker."""

from asyncpg import Record

from app.api.clock import day_in_amsterdam, now
from app.db.connection import Connection
from app.domain.errors import Conflict
from app.settlement import queue, settle

SETTLED, KNOWN, QUEUED = 201, 200, 202


async def take_in(db: Connection, kop: settle.Kop) -> tuple[Record, int]:
    """The declaratie and the status to answer with. Raises Conflict when its number is taken.

    A large one goes to the queue; so does any that came in behind one that waits there, as the
    declaraties of one aanbieder are settled in the order in which they came.
    """
    await settle.lock_aanbieder(db, kop.aanbieder)
    row = await settle.find_declaratie(db, kop.aanbieder, kop.declaratienummer)
    if row is not None:
        return _known(row, kop)
    waits = kop.aantal_regels > queue.MOST_LINES_AT_ONCE or await queue.is_behind(db, kop.aanbieder)
    ontvangen_op = now()
    declaratie_id = await settle.register(db, kop, ontvangen_op)
    if not waits:
        dag = day_in_amsterdam(ontvangen_op)
        return await settle.settle(db, declaratie_id, kop.aantal_regels, dag), SETTLED
    await queue.defer(db, declaratie_id, kop.aanbieder)
    row = await settle.find_declaratie(db, kop.aanbieder, kop.declaratienummer)
    assert row is not None
    return row, QUEUED


def _known(row: Record, kop: settle.Kop) -> tuple[Record, int]:
    if row["inhoud_hash"] != kop.inhoud_hash:
        raise Conflict(
            "declaratienummer_bekend",
            "Onder dit nummer is al een andere declaratie ingediend. Kies een nieuw nummer.",
        )
    waits = row["afgehandeld_op"] is None and row["mislukt_op"] is None
    return row, QUEUED if waits else KNOWN
