# SPDX-License-Identifier: EUPL-1.2
"""Aanmeldingen of aanbieders, the kwaliteitseisen they are held against, and what was decided."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from asyncpg import Record

from app.db.connection import Connection
from app.domain.aanmelding import Toelating, Uitslag
from app.domain.errors import NotFound

KWALITEITSEISEN = """
SELECT code, naam, omschrijving, vanaf, tot_en_met FROM kwaliteitseis
WHERE $1::date IS NULL OR vanaf <= $1 AND (tot_en_met >= $1) IS NOT FALSE
ORDER BY code
"""

PUT_KWALITEITSEIS = """
INSERT INTO kwaliteitseis (code, naam, omschrijving, vanaf, tot_en_met)
VALUES ($1, $2, $3, $4, $5)
ON CONFLICT (code) DO UPDATE
SET naam = excluded.naam, omschrijving = excluded.omschrijving, vanaf = excluded.vanaf,
    tot_en_met = excluded.tot_en_met
RETURNING *, xmax = 0 AS is_new
"""

# $1 binds an aanbieder to its own; null sees all.
AANMELDINGEN = """
SELECT a.*,
       coalesce((SELECT jsonb_agg(jsonb_build_object(
                            'eis', t.eis, 'naam', t.naam, 'voldoet', t.voldoet,
                            'toelichting', t.toelichting
                        ) ORDER BY t.eis)
                 FROM toetsing t WHERE t.aanmelding_id = a.id), '[]') AS getoetst
FROM aanmelding a
WHERE ($1::text IS NULL OR a.aanbieder = $1)
"""

AANMELDINGEN_BY_CHOICE = f"""
{AANMELDINGEN}
  AND ($2::text IS NULL OR a.aanbieder = $2)
  AND ($3::text IS NULL OR coalesce(a.besluit, 'ingediend') = $3)
ORDER BY a.id
"""

INSERT_AANMELDING = """
INSERT INTO aanmelding (aanbieder, naam, profielen, gemeenten, toelichting, ingediend_door)
VALUES ($1, $2, $3, $4, $5, $6)
RETURNING id
"""

INSERT_TOETSING = """
INSERT INTO toetsing (aanmelding_id, eis, naam, voldoet, toelichting)
SELECT $1, e.code, e.naam, g.voldoet, g.toelichting
FROM unnest($2::text[], $3::boolean[], $4::text[]) AS g (eis, voldoet, toelichting)
JOIN kwaliteitseis e ON e.code = g.eis
"""

DECIDE = """
UPDATE aanmelding
SET besluit = $2, reden = $3, datum = $4, tot_en_met = $5, besloten_op = clock_timestamp(),
    besloten_door = $6
WHERE id = $1
"""

TOELATING = """
SELECT besluit, datum, tot_en_met FROM aanmelding
WHERE aanbieder = $1 AND besluit IS NOT NULL
ORDER BY besloten_op DESC, id DESC LIMIT 1
"""


@dataclass(frozen=True, slots=True)
class Toets:
    """One demand, tested."""

    eis: str
    voldoet: bool
    toelichting: str | None


async def find_kwaliteitseis(db: Connection, code: str) -> Record:
    """One demand. Raises NotFound."""
    row = await db.fetchrow("SELECT * FROM kwaliteitseis WHERE code = $1", code)
    if row is None:
        raise NotFound("kwaliteitseis_niet_gevonden", f"Er is geen kwaliteitseis {code}.")
    return row


async def put_kwaliteitseis(
    db: Connection, code: str, naam: str, omschrijving: str, vanaf: date, tot_en_met: date | None
) -> Record:
    """Write a demand; `is_new` of the answer tells whether it was not there before."""
    row = await db.fetchrow(PUT_KWALITEITSEIS, code, naam, omschrijving, vanaf, tot_en_met)
    assert row is not None
    return row


async def find_eisen(db: Connection, dag: date, named: Sequence[str]) -> frozenset[str]:
    """The demands that hold on a day. Raises NotFound for those named that never were."""
    known = {row["code"] for row in await db.fetch("SELECT code FROM kwaliteitseis")}
    if unknown := sorted(set(named) - known):
        codes = ", ".join(unknown)
        raise NotFound("kwaliteitseis_niet_gevonden", f"Er is geen kwaliteitseis {codes}.")
    return frozenset(row["code"] for row in await db.fetch(KWALITEITSEISEN, dag))


async def insert_aanmelding(
    db: Connection,
    aanbieder: str,
    naam: str,
    profielen: Sequence[str],
    gemeenten: Sequence[str],
    toelichting: str | None,
    door: str,
) -> int:
    """Keep an aanmelding; gives its id. A second open one violates ux_aanmelding_open."""
    aanmelding_id: int = await db.fetchval(
        INSERT_AANMELDING, aanbieder, naam, profielen, gemeenten, toelichting, door
    )
    return aanmelding_id


async def find_aanmelding(db: Connection, agb: str | None, aanmelding_id: int) -> Record:
    """One aanmelding, of this aanbieder when given. Raises NotFound, also when another's."""
    row = await db.fetchrow(f"{AANMELDINGEN} AND a.id = $2", agb, aanmelding_id)
    if row is None:
        raise _not_found(aanmelding_id)
    return row


async def lock_aanmelding(db: Connection, aanmelding_id: int) -> Record:
    """An aanmelding; nobody decides on it meanwhile. Raises NotFound."""
    row = await db.fetchrow(
        "SELECT aanbieder, besluit FROM aanmelding WHERE id = $1 FOR NO KEY UPDATE", aanmelding_id
    )
    if row is None:
        raise _not_found(aanmelding_id)
    return row


async def decide(
    db: Connection,
    aanmelding_id: int,
    besluit: Uitslag,
    reden: str | None,
    datum: date,
    tot_en_met: date | None,
    getoetst: Sequence[Toets],
    door: str,
) -> None:
    """Keep what was tested and decided; from then on the aanmelding never changes."""
    await db.execute(
        INSERT_TOETSING,
        aanmelding_id,
        [t.eis for t in getoetst],
        [t.voldoet for t in getoetst],
        [t.toelichting for t in getoetst],
    )
    await db.execute(DECIDE, aanmelding_id, besluit, reden, datum, tot_en_met, door)


async def find_toelating(db: Connection, agb: str) -> Toelating | None:
    """The last decision on this aanbieder, if there is one."""
    row = await db.fetchrow(TOELATING, agb)
    return Toelating(row["besluit"], row["datum"], row["tot_en_met"]) if row else None


def _not_found(aanmelding_id: int) -> NotFound:
    return NotFound("aanmelding_niet_gevonden", f"Er is geen aanmelding {aanmelding_id}.")
