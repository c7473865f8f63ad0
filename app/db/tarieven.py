# SPDX-License-Identifier: EUPL-1.2
"""Tarieflijsten, and the one price that follows from them."""

from collections.abc import Sequence
from datetime import date

from asyncpg import Record

from app.db.connection import Connection
from app.db.indexering import INDEXERING
from app.domain.errors import NotFound

TARIEFLIJSTEN = f"""
SELECT l.*, t.tarieven, b.besluiten, i.indexering
FROM tarieflijst l
CROSS JOIN LATERAL (
    SELECT jsonb_agg(jsonb_build_object(
               'profiel', p.code, 'intensiteit', t.intensiteit, 'bedragCenten', t.bedrag_centen
           ) ORDER BY p.code, t.intensiteit) AS tarieven
    FROM tarief t
    JOIN profiel p ON p.id = t.profiel_id
    WHERE t.tarieflijst_id = l.id
) t
CROSS JOIN LATERAL (
    SELECT coalesce(jsonb_agg(jsonb_build_object(
               'gemeente', b.gemeente, 'datum', b.datum, 'kenmerk', b.kenmerk
           ) ORDER BY b.gemeente), '[]') AS besluiten
    FROM gemeentebesluit b
    WHERE b.tarieflijst_id = l.id
) b
LEFT JOIN LATERAL ({INDEXERING} WHERE x.tarieflijst_id = l.id) i ON true
WHERE ($1::boolean OR l.vastgesteld_op IS NOT NULL)
"""


def effective(peildatum: str, bekend_op: str, only: str = "true") -> str:
    """The query for the one price per profiel and intensiteit, on a day and as known at a moment.

    That of the vastgestelde list with the latest `vanaf` up to the day; of two with the same
    `vanaf`, the one that was vastgesteld last. The arguments are SQL expressions; `only` is a
    condition on the profiel p and the tarief t.
    """
    return f"""
SELECT DISTINCT ON (t.profiel_id, t.intensiteit)
       t.profiel_id, p.code AS profiel, t.intensiteit, t.bedrag_centen, l.vanaf,
       l.id AS tarieflijst
FROM tarief t
JOIN tarieflijst l ON l.id = t.tarieflijst_id
JOIN profiel p ON p.id = t.profiel_id
WHERE l.vanaf <= {peildatum} AND l.vastgesteld_op <= {bekend_op} AND {only}
ORDER BY t.profiel_id, t.intensiteit, l.vanaf DESC, l.vastgesteld_op DESC, l.id DESC
"""


_CHOSEN = "($3::text IS NULL OR p.code = $3) AND ($4::text IS NULL OR t.intensiteit = $4)"

TARIEVEN = f"""
SELECT profiel, intensiteit, bedrag_centen, vanaf, tarieflijst
FROM ({effective("$1::date", "coalesce($2, clock_timestamp())", _CHOSEN)}) AS geldend
ORDER BY profiel, intensiteit
"""

_OF_LIST = "t.profiel_id IN (SELECT profiel_id FROM tarief WHERE tarieflijst_id = $1)"

# A list changes the prices from its own vanaf on, and each later list changes them again.
EFFECT_OF_LIST = f"""
SELECT keerpunt.vanaf AS peildatum, geldend.profiel, geldend.intensiteit, geldend.bedrag_centen
FROM (SELECT DISTINCT later.vanaf
      FROM tarieflijst lijst
      JOIN tarieflijst later ON later.vanaf >= lijst.vanaf AND later.vastgesteld_op IS NOT NULL
      WHERE lijst.id = $1) AS keerpunt
CROSS JOIN LATERAL ({effective("keerpunt.vanaf", "clock_timestamp()", _OF_LIST)}) AS geldend
ORDER BY 1, 2
"""

ADOPT = """
UPDATE tarieflijst
SET vastgesteld_door = $2, vastgesteld_op = clock_timestamp(), besluit = $3
WHERE id = $1
"""


async def insert_tarieflijst(
    db: Connection,
    naam: str,
    vanaf: date,
    opgesteld_door: str,
    tarieven: Sequence[tuple[int, str, int]],
) -> int:
    """Keep a concept list with its tarieven (profiel id, intensiteit, cents); gives its id."""
    tarieflijst_id: int = await db.fetchval(
        "INSERT INTO tarieflijst (naam, vanaf, opgesteld_door) VALUES ($1, $2, $3) RETURNING id",
        naam,
        vanaf,
        opgesteld_door,
    )
    await db.copy_records_to_table(
        "tarief",
        records=[(tarieflijst_id, *tarief) for tarief in tarieven],
        columns=["tarieflijst_id", "profiel_id", "intensiteit", "bedrag_centen"],
    )
    return tarieflijst_id


async def find_tarieflijst(db: Connection, tarieflijst_id: int, concepts: bool) -> Record:
    """One list with its tarieven; a concept only where `concepts`. Raises NotFound."""
    row = await db.fetchrow(f"{TARIEFLIJSTEN} AND l.id = $2", concepts, tarieflijst_id)
    if row is None:
        raise NotFound("tarieflijst_niet_gevonden", f"Er is geen tarieflijst {tarieflijst_id}.")
    return row


async def lock_tarieflijst(db: Connection, tarieflijst_id: int) -> Record:
    """The bare list, held until the transaction ends; adoptions take turns. Raises NotFound."""
    await db.execute("SELECT pg_advisory_xact_lock(hashtext('vaststelling'), 0)")
    row = await db.fetchrow("SELECT * FROM tarieflijst WHERE id = $1 FOR UPDATE", tarieflijst_id)
    if row is None:
        raise NotFound("tarieflijst_niet_gevonden", f"Er is geen tarieflijst {tarieflijst_id}.")
    return row


async def adopt(
    db: Connection, tarieflijst_id: int, door: str, besluit: str | None
) -> list[Record]:
    """Adopt a list, under this mandate or else on the decisions of all gemeenten that are kept.

    Gives the prices of its profielen on every day on which one changes.
    """
    await db.execute(ADOPT, tarieflijst_id, door, besluit)
    return await db.fetch(EFFECT_OF_LIST, tarieflijst_id)
