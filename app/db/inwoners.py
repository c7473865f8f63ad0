# SPDX-License-Identifier: EUPL-1.2
"""Inwoners and where they lived. Every read and write is bound to the gemeente of the caller."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, Literal

from asyncpg import Record

from app.db import bsn
from app.db.connection import Connection
from app.domain.errors import NotFound
from app.domain.woonplaats import Tijdvak

# As they hold now. Where the two laws say different things, each says of which law it is.
WOONPLAATSEN = """
CROSS JOIN LATERAL (
    SELECT coalesce(jsonb_agg(jsonb_build_object(
               'gemeente', w.gemeente, 'vanaf', w.vanaf, 'grondslag', w.grondslag
           ) || CASE w.wet WHEN 'beide' THEN '{}' ELSE jsonb_build_object('wet', w.wet) END
           ORDER BY w.wet, w.vanaf), '[]') AS woonplaatsen
    FROM woonplaats w
    WHERE w.inwoner_id = i.id AND w.vanaf <> '-infinity'
) w
"""

INWONER = f"""
SELECT i.id, i.geboortedatum, w.woonplaatsen
FROM inwoner i
{WOONPLAATSEN}
WHERE i.gemeente = $1 AND i.gewist_op IS NULL
"""

INSERT_INWONER = f"""
WITH andere AS ({bsn.ANDERE_SLEUTEL.format(5)})
INSERT INTO inwoner (gemeente, geboortedatum, {bsn.COLUMNS})
SELECT $1, $2, {bsn.values(3)}
RETURNING id
"""

LOCK_INWONER = """
SELECT geboortedatum FROM inwoner
WHERE id = $1 AND gemeente = $2 AND gewist_op IS NULL
FOR NO KEY UPDATE
"""

# What was known since the registration is written down when the first change replaces it.
KEEP_REGISTRATION = f"""
INSERT INTO woonopgave (inwoner_id, volgnummer, soort, invoer, geregistreerd_op)
SELECT i.id, 1, 'woonplaatsen', w.woonplaatsen, i.aangemaakt_op
FROM inwoner i
{WOONPLAATSEN}
WHERE i.id = $1 AND NOT EXISTS (SELECT FROM woonopgave WHERE inwoner_id = $1)
"""

INSERT_OPGAVE = """
INSERT INTO woonopgave (
    inwoner_id, volgnummer, soort, invoer, afleiding, geregistreerd_op, geregistreerd_door
)
SELECT $1, max(volgnummer) + 1, $2, $3, $4, clock_timestamp(), $5
FROM woonopgave
WHERE inwoner_id = $1
"""

# $1 gemeente, $2 inwoner, $3 as known at this moment, or null for now. Without any change of
# residence, what was registered.
OPGAVEN = f"""
SELECT coalesce(o.volgnummer, 1) AS volgnummer, coalesce(o.soort, 'woonplaatsen') AS soort,
       coalesce(o.invoer, w.woonplaatsen) AS invoer, o.afleiding,
       coalesce(o.geregistreerd_op, i.aangemaakt_op) AS geregistreerd_op, o.geregistreerd_door
FROM inwoner i
LEFT JOIN woonopgave o ON o.inwoner_id = i.id
{WOONPLAATSEN}
WHERE i.gemeente = $1 AND i.id = $2 AND i.gewist_op IS NULL
  AND ($3::timestamptz IS NULL OR coalesce(o.geregistreerd_op, i.aangemaakt_op) <= $3)
ORDER BY o.volgnummer
"""
OPGAVE = f"SELECT * FROM ({OPGAVEN}) o ORDER BY o.volgnummer DESC LIMIT 1"

INSERT_WOONPLAATSEN = """
INSERT INTO woonplaats (inwoner_id, gemeente, vanaf, tot_en_met, grondslag, wet)
SELECT $1, * FROM unnest($2::text[], $3::date[], $4::date[], $5::text[], $6::text[])
"""


@dataclass(frozen=True, slots=True)
class Opgave:
    """What is said of where an inwoner lives, as it was given, and what follows by law."""

    soort: Literal["woonplaatsen", "woongeschiedenis"]
    invoer: Any
    door: str
    afleiding: Any = None


def _not_found() -> NotFound:
    return NotFound("inwoner_niet_gevonden", "Deze gemeente kent geen inwoner met dit id.")


async def find_inwoner(db: Connection, gemeente: str, inwoner_id: int) -> Record:
    """One inwoner of this gemeente, with woonplaatsen. Raises NotFound, also when another's."""
    row = await db.fetchrow(f"{INWONER} AND i.id = $2", gemeente, inwoner_id)
    if row is None:
        raise _not_found()
    return row


async def find_inwoner_by_bsn(
    db: Connection, gemeente: str, hashes: Sequence[bytes]
) -> Record | None:
    """The inwoner of this gemeente with this BSN, found by its keyed hashes."""
    return await db.fetchrow(f"{INWONER} AND {bsn.found_by('i', '$2')}", gemeente, hashes)


async def insert_inwoner(
    db: Connection,
    gemeente: str,
    geboortedatum: date,
    verzegeld: bsn.VerzegeldBsn | None,
    tijdvakken: Sequence[Tijdvak],
) -> int:
    """Register an inwoner with its life in tiles; gives its id."""
    inwoner_id: int = await db.fetchval(
        INSERT_INWONER, gemeente, geboortedatum, *bsn.arguments(verzegeld)
    )
    await _insert_woonplaatsen(db, inwoner_id, tijdvakken)
    return inwoner_id


async def lock_inwoner(db: Connection, gemeente: str, inwoner_id: int) -> date:
    """When this inwoner was born; its residence changes by nobody else meanwhile.

    Raises NotFound, also when another's.
    """
    geboortedatum: date | None = await db.fetchval(LOCK_INWONER, inwoner_id, gemeente)
    if geboortedatum is None:
        raise _not_found()
    return geboortedatum


async def replace_woonplaatsen(
    db: Connection, inwoner_id: int, opgave: Opgave, tijdvakken: Sequence[Tijdvak]
) -> None:
    """Put these tiles in the place of those there were, and keep what they follow from.

    Asked under `lock_inwoner`.
    """
    await insert_opgave(db, inwoner_id, opgave)
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
        [t.wet for t in tijdvakken],
    )


async def insert_opgave(db: Connection, inwoner_id: int, opgave: Opgave) -> None:
    """Keep what was said of residence, after what was known from the registration."""
    await db.execute(KEEP_REGISTRATION, inwoner_id)
    await db.execute(
        INSERT_OPGAVE, inwoner_id, opgave.soort, opgave.invoer, opgave.afleiding, opgave.door
    )


async def find_opgave(
    db: Connection, gemeente: str, inwoner_id: int, bekend_op: datetime | None = None
) -> Record:
    """What was said last of where an inwoner lived, as known at a moment.

    Raises NotFound, also when another's, or when the inwoner was not known yet.
    """
    row = await db.fetchrow(OPGAVE, gemeente, inwoner_id, bekend_op)
    if row is None:
        raise _not_found()
    return row
