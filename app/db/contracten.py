# SPDX-License-Identifier: EUPL-1.2
"""Aanbieders and their raamovereenkomsten."""

from collections.abc import Sequence
from datetime import date

from asyncpg import Record

from app.db.connection import Connection
from app.domain.errors import NotFound

AANBIEDERS = """
SELECT a.agb, a.naam, a.specialisaties,
       ARRAY(SELECT ag.gemeente FROM aanbieder_gemeente ag
             WHERE ag.agb = a.agb ORDER BY ag.gemeente) AS gemeenten
FROM aanbieder a
"""

# $4 is today: a raamovereenkomst that has ended offers nothing any more.
AANBIEDERS_BY_CHOICE = f"""
{AANBIEDERS}
WHERE ($1::text IS NULL
       OR EXISTS (SELECT FROM aanbieder_gemeente WHERE agb = a.agb AND gemeente = $1))
  AND ($2::text IS NULL
       OR EXISTS (SELECT FROM raamovereenkomst r
                  JOIN raamovereenkomst_profiel rp USING (nummer)
                  JOIN profiel p ON p.id = rp.profiel_id
                  WHERE r.aanbieder = a.agb AND p.code = $2 AND r.einddatum >= $4
                    AND ($1::text IS NULL
                         OR EXISTS (SELECT FROM raamovereenkomst_gemeente
                                    WHERE nummer = r.nummer AND gemeente = $1))))
  AND ($3::text IS NULL OR lower($3) IN (SELECT lower(s) FROM unnest(a.specialisaties) AS s))
ORDER BY a.agb
"""

RAAMOVEREENKOMSTEN = """
SELECT r.*,
       ARRAY(SELECT p.code FROM raamovereenkomst_profiel rp
             JOIN profiel p ON p.id = rp.profiel_id
             WHERE rp.nummer = r.nummer ORDER BY p.code) AS profielen,
       ARRAY(SELECT rg.gemeente FROM raamovereenkomst_gemeente rg
             WHERE rg.nummer = r.nummer ORDER BY rg.gemeente) AS gemeenten
FROM raamovereenkomst r
WHERE ($1::text IS NULL OR r.aanbieder = $1) AND ($2::integer IS NULL OR r.nummer = $2)
ORDER BY r.nummer
"""

PUT_AANBIEDER = """
INSERT INTO aanbieder (agb, naam, specialisaties) VALUES ($1, $2, $3)
ON CONFLICT (agb) DO UPDATE
SET naam = excluded.naam, specialisaties = excluded.specialisaties
RETURNING xmax = 0
"""

# Two at once for one aanbieder take turns here; inside the overlap guard they would deadlock.
INSERT_RAAMOVEREENKOMST = """
WITH wie AS (SELECT agb FROM aanbieder WHERE agb = $1 FOR NO KEY UPDATE)
INSERT INTO raamovereenkomst (aanbieder, begindatum, einddatum, declaratietermijn_maanden)
SELECT agb, $2, $3, $4 FROM wie
RETURNING nummer
"""


async def find_aanbieder(db: Connection, agb: str) -> Record:
    """One aanbieder with the gemeenten it serves. Raises NotFound."""
    row = await db.fetchrow(f"{AANBIEDERS} WHERE a.agb = $1", agb)
    if row is None:
        raise NotFound("aanbieder_niet_gevonden", f"Er is geen aanbieder {agb}.")
    return row


async def put_aanbieder(
    db: Connection, agb: str, naam: str, specialisaties: Sequence[str], gemeenten: Sequence[str]
) -> bool:
    """Write an aanbieder with its gemeenten; tells whether it was not there before."""
    is_new: bool = await db.fetchval(PUT_AANBIEDER, agb, naam, specialisaties)
    await db.execute(
        "DELETE FROM aanbieder_gemeente WHERE agb = $1 AND gemeente <> ALL($2::text[])",
        agb,
        gemeenten,
    )
    await db.execute(
        "INSERT INTO aanbieder_gemeente SELECT $1, unnest($2::text[]) ON CONFLICT DO NOTHING",
        agb,
        gemeenten,
    )
    return is_new


async def insert_raamovereenkomst(
    db: Connection,
    aanbieder: str,
    begindatum: date,
    einddatum: date,
    declaratietermijn_maanden: int,
    profiel_ids: Sequence[int],
    gemeenten: Sequence[str],
) -> int:
    """Keep a raamovereenkomst with what it covers; gives its nummer."""
    nummer: int = await db.fetchval(
        INSERT_RAAMOVEREENKOMST, aanbieder, begindatum, einddatum, declaratietermijn_maanden
    )
    await db.execute(
        "INSERT INTO raamovereenkomst_profiel SELECT $1, unnest($2::integer[])",
        nummer,
        profiel_ids,
    )
    await db.execute(
        "INSERT INTO raamovereenkomst_gemeente SELECT $1, unnest($2::text[])", nummer, gemeenten
    )
    return nummer


async def find_raamovereenkomst(db: Connection, nummer: int) -> Record:
    """One raamovereenkomst with what it covers. Raises NotFound."""
    row = await db.fetchrow(RAAMOVEREENKOMSTEN, None, nummer)
    if row is None:
        raise NotFound("raamovereenkomst_niet_gevonden", f"Er is geen raamovereenkomst {nummer}.")
    return row
