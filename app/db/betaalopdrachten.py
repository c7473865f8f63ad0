# SPDX-License-Identifier: EUPL-1.2
"""Betaalopdrachten: what the bank is told to pay, with the specificaties that are settled by it.

A specificatie stands in one order at a time, so that no export pays it twice.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from asyncpg import Record

from app.db.connection import Connection
from app.domain.betaling import Bankrekening, Openstaand, Overboeking, Verrekend
from app.domain.errors import NotFound

# What is due first is set off first. $2: only what is due by then; what an aanbieder owes, always.
LOCK_OPEN = """
SELECT id, aanbieder, bedrag_centen - betaald_centen AS open_centen
FROM betaalspecificatie
WHERE betaler = $1 AND bedrag_centen <> betaald_centen AND opdracht_id IS NULL
  AND (bedrag_centen < 0 OR vervaldatum <= $2)
ORDER BY vervaldatum, id
FOR NO KEY UPDATE
"""

INSERT = """
INSERT INTO betaalopdracht (gemeente, uitvoerdatum, iban, tenaamstelling, aangemaakt_door)
VALUES ($1, $2, $3, $4, $5)
RETURNING id
"""

# $1 an order that is there: its parts are written by whom it is of.
INSERT_PARTS = """
WITH overboekingen AS (
    INSERT INTO overboeking (opdracht_id, aanbieder, iban, tenaamstelling, bedrag_centen)
    SELECT $1, o.* FROM unnest($2::text[], $3::text[], $4::text[], $5::bigint[]) AS o
),
delen AS (
    INSERT INTO opdrachtdeel (opdracht_id, specificatie_id, bedrag_centen)
    SELECT $1, d.* FROM unnest($6::integer[], $7::bigint[]) AS d
)
UPDATE betaalspecificatie SET opdracht_id = $1 WHERE id = ANY ($6::integer[])
"""

# $2 as it stood at this moment, or null for now.
OPDRACHTEN = """
SELECT o.id, o.gemeente, o.uitvoerdatum, o.iban, o.tenaamstelling, o.aangemaakt_op,
       einde.uitgevoerd_op, einde.ingetrokken_op,
       CASE WHEN einde.uitgevoerd_op IS NOT NULL THEN 'uitgevoerd'
            WHEN einde.ingetrokken_op IS NOT NULL THEN 'ingetrokken' ELSE 'open' END AS status,
       (SELECT coalesce(sum(d.bedrag_centen), 0)::bigint FROM opdrachtdeel d
        WHERE d.opdracht_id = o.id) AS bedrag_centen,
       coalesce((SELECT jsonb_agg(jsonb_build_object(
                            'aanbieder', v.aanbieder, 'iban', v.iban,
                            'tenaamstelling', v.tenaamstelling, 'bedragCenten', v.bedrag_centen
                        ) ORDER BY v.aanbieder)
                 FROM overboeking v WHERE v.opdracht_id = o.id), '[]') AS overboekingen,
       (SELECT jsonb_agg(jsonb_build_object(
                   'specificatie', d.specificatie_id, 'aanbieder', s.aanbieder,
                   'bedragCenten', d.bedrag_centen
               ) ORDER BY d.specificatie_id)
        FROM opdrachtdeel d JOIN betaalspecificatie s ON s.id = d.specificatie_id
        WHERE d.opdracht_id = o.id) AS delen
FROM (SELECT coalesce($2::timestamptz, 'infinity') AS moment) bekend
JOIN betaalopdracht o ON o.aangemaakt_op <= bekend.moment
CROSS JOIN LATERAL (
    SELECT CASE WHEN o.uitgevoerd_op <= bekend.moment THEN o.uitgevoerd_op END AS uitgevoerd_op,
           CASE WHEN o.ingetrokken_op <= bekend.moment THEN o.ingetrokken_op END AS ingetrokken_op
) einde
WHERE o.gemeente = $1
"""

OPDRACHTEN_IN_ORDER = f"{OPDRACHTEN} ORDER BY o.id"

LOCK = """
SELECT id, uitvoerdatum, uitgevoerd_op, ingetrokken_op
FROM betaalopdracht WHERE gemeente = $1 AND id = $2
FOR NO KEY UPDATE
"""

RELEASE = "UPDATE betaalspecificatie SET opdracht_id = NULL WHERE opdracht_id = $1"

PAY = """
INSERT INTO betaling (
    specificatie_id, datum, bedrag_centen, kenmerk, opdracht_id, geregistreerd_door
)
SELECT specificatie_id, $2, bedrag_centen, 'betaalopdracht ' || $1::integer, $1, $3
FROM opdrachtdeel WHERE opdracht_id = $1
ORDER BY specificatie_id
"""


@dataclass(frozen=True, slots=True)
class Opdracht:
    """What the bank is told, and what is settled by it, for each aanbieder."""

    gemeente: str
    uitvoerdatum: date
    rekening: Bankrekening
    overboekingen: Sequence[Overboeking]
    verrekend: Mapping[str, Verrekend]


async def lock_open(db: Connection, gemeente: str, vervalt_tot_en_met: date) -> list[Openstaand]:
    """What stands open here and in no order, what is due first at the front."""
    rows = await db.fetch(LOCK_OPEN, gemeente, vervalt_tot_en_met)
    return [Openstaand(row["id"], row["aanbieder"], row["open_centen"]) for row in rows]


async def insert_opdracht(db: Connection, opdracht: Opdracht, door: str) -> int:
    """Keep an order, and its specificaties in it; gives its id. Asked under `lock_open`."""
    delen = {n: c for found in opdracht.verrekend.values() for n, c in found.delen.items()}
    nummer: int = await db.fetchval(
        INSERT,
        opdracht.gemeente,
        opdracht.uitvoerdatum,
        opdracht.rekening.iban,
        opdracht.rekening.tenaamstelling,
        door,
    )
    await db.execute(
        INSERT_PARTS,
        nummer,
        [o.aanbieder for o in opdracht.overboekingen],
        [o.rekening.iban for o in opdracht.overboekingen],
        [o.rekening.tenaamstelling for o in opdracht.overboekingen],
        [o.bedrag_centen for o in opdracht.overboekingen],
        list(delen),
        list(delen.values()),
    )
    return nummer


async def keep_bestand(db: Connection, nummer: int, bestand: bytes) -> None:
    """Keep the file for the bank with its order: asked for again, it is the same."""
    await db.execute("UPDATE betaalopdracht SET bestand = $2 WHERE id = $1", nummer, bestand)


async def find_opdracht(db: Connection, gemeente: str, nummer: int) -> Record:
    """One order of this gemeente. Raises NotFound."""
    row = await db.fetchrow(f"{OPDRACHTEN} AND o.id = $3", gemeente, None, nummer)
    if row is None:
        raise _not_found(nummer)
    return row


async def find_bestand(db: Connection, gemeente: str, nummer: int) -> bytes | None:
    """The file for the bank as it was made with the order; None when it pays nothing."""
    bestand: bytes | None = await db.fetchval(
        "SELECT bestand FROM betaalopdracht WHERE gemeente = $1 AND id = $2", gemeente, nummer
    )
    return bestand


async def lock_opdracht(db: Connection, gemeente: str, nummer: int) -> Record:
    """An order that nobody else ends meanwhile. Raises NotFound."""
    row = await db.fetchrow(LOCK, gemeente, nummer)
    if row is None:
        raise _not_found(nummer)
    return row


async def end_opdracht(db: Connection, nummer: int, betaald_op: date | None, door: str) -> None:
    """Free its specificaties, paid on that day or not at all. Asked under `lock_opdracht`."""
    await db.execute(RELEASE, nummer)
    if betaald_op:
        await db.execute(PAY, nummer, betaald_op, door)
    column = "uitgevoerd_op" if betaald_op else "ingetrokken_op"
    await db.execute(f"UPDATE betaalopdracht SET {column} = now() WHERE id = $1", nummer)


def _not_found(nummer: int) -> NotFound:
    return NotFound("betaalopdracht_niet_gevonden", f"Er is geen betaalopdracht {nummer}.")
