# SPDX-License-Identifier: EUPL-1.2
"""Inwoners and where they lived. Every read and write is bound to the gemeente of the caller."""

from collections.abc import Sequence
from datetime import date

from asyncpg import Record

from app.db.connection import Connection
from app.domain.errors import NotFound
from app.domain.woonplaats import Tijdvak

INWONER = """
SELECT i.id, i.geboortedatum, w.woonplaatsen
FROM inwoner i
CROSS JOIN LATERAL (
    SELECT coalesce(jsonb_agg(jsonb_build_object(
               'gemeente', w.gemeente, 'vanaf', w.vanaf, 'grondslag', w.grondslag
           ) ORDER BY w.vanaf), '[]') AS woonplaatsen
    FROM woonplaats w
    WHERE w.inwoner_id = i.id AND w.vanaf <> '-infinity'
) w
WHERE i.gemeente = $1
"""

INSERT_INWONER = """
INSERT INTO inwoner (gemeente, geboortedatum, bsn_hash, bsn_versleuteld)
VALUES ($1, $2, $3, $4)
RETURNING id
"""

INSERT_WOONPLAATSEN = """
INSERT INTO woonplaats (inwoner_id, gemeente, vanaf, tot_en_met, grondslag)
SELECT $1, * FROM unnest($2::text[], $3::date[], $4::date[], $5::text[])
"""


def _not_found() -> NotFound:
    return NotFound("inwoner_niet_gevonden", "Deze gemeente kent geen inwoner met dit id.")


async def find_inwoner(db: Connection, gemeente: str, inwoner_id: int) -> Record:
    """One inwoner of this gemeente, with woonplaatsen. Raises NotFound, also when another's."""
    row = await db.fetchrow(f"{INWONER} AND i.id = $2", gemeente, inwoner_id)
    if row is None:
        raise _not_found()
    return row


async def find_inwoner_by_bsn(db: Connection, gemeente: str, bsn_hash: bytes) -> Record | None:
    """The inwoner of this gemeente with this BSN, found by its keyed hash."""
    return await db.fetchrow(f"{INWONER} AND i.bsn_hash = $2", gemeente, bsn_hash)


async def insert_inwoner(
    db: Connection,
    gemeente: str,
    geboortedatum: date,
    bsn_hash: bytes | None,
    bsn_versleuteld: bytes | None,
    tijdvakken: Sequence[Tijdvak],
) -> int:
    """Register an inwoner with its life in tiles; gives its id."""
    inwoner_id: int = await db.fetchval(
        INSERT_INWONER, gemeente, geboortedatum, bsn_hash, bsn_versleuteld
    )
    await _insert_woonplaatsen(db, inwoner_id, tijdvakken)
    return inwoner_id


async def replace_woonplaatsen(
    db: Connection, gemeente: str, inwoner_id: int, tijdvakken: Sequence[Tijdvak]
) -> None:
    """Put these tiles in the place of those there were. Raises NotFound, also when another's."""
    found = await db.fetchval(
        "SELECT true FROM inwoner WHERE id = $1 AND gemeente = $2 FOR NO KEY UPDATE",
        inwoner_id,
        gemeente,
    )
    if not found:
        raise _not_found()
    await db.execute("DELETE FROM woonplaats WHERE inwoner_id = $1", inwoner_id)
    await _insert_woonplaatsen(db, inwoner_id, tijdvakken)


async def _insert_woonplaatsen(
    db: Connection, inwoner_id: int, tijdvakken: Sequence[Tijdvak]
) -> None:
    await db.execute(
        INSERT_WOONPLAATSEN,
        inwoner_id,
        [t.gemeente for t in tijdvakken],
        [t.vanaf for t in tijdvakken],
        [t.tot_en_met for t in tijdvakken],
        [t.grondslag for t in tijdvakken],
    )
