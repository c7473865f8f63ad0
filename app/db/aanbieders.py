# SPDX-License-Identifier: EUPL-1.2
"""Aanbieders, what is published about them, and how they are found and compared."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from asyncpg import Record

from app.db.connection import Connection
from app.db.raamovereenkomsten import offers, opgeschort
from app.domain.errors import Fault, NotFound


def _wachttijden(kept: str = "true") -> str:
    """The waiting times of aanbieder `a`, as far as `kept` holds for `w` and its profiel `p`."""
    return f"""
    coalesce((SELECT jsonb_agg(jsonb_build_object(
                         'profiel', p.code, 'gemeente', w.gemeente,
                         'weken', w.weken, 'peildatum', w.peildatum
                     ) ORDER BY p.code, w.gemeente NULLS FIRST)
              FROM wachttijd w JOIN profiel p ON p.id = w.profiel_id
              WHERE w.agb = a.agb AND ({kept})), '[]')
    """


def _counts(gemeente: str, profiel: str) -> str:
    """Whether a waiting time counts here: that of the gemeente itself goes before the general."""
    return f"""
        ({profiel}::text IS NULL OR p.code = {profiel})
        AND ({gemeente}::text IS NULL OR w.gemeente = {gemeente}
             OR w.gemeente IS NULL
                AND NOT EXISTS (SELECT FROM wachttijd eigen
                                WHERE eigen.agb = w.agb AND eigen.profiel_id = w.profiel_id
                                  AND eigen.gemeente = {gemeente}))
    """


def _offers(gemeente: str, profiel: str, today: str) -> str:
    """SQL: the profielen that aanbieder `a` offers here, now or from a later day on.

    A raamovereenkomst that has ended, was dissolved or is on hold offers nothing.
    """
    dag = f"greatest({today}, r.begindatum)"
    return f"""
        SELECT p.code
        FROM raamovereenkomst r
        JOIN profiel p ON {profiel}::text IS NULL OR p.code = {profiel}
        WHERE r.aanbieder = a.agb AND r.einddatum >= {today}
          AND (r.ontbonden_per > {dag}) IS NOT FALSE
          AND NOT {opgeschort("r.nummer", dag)}
          AND {offers("r.nummer", dag, "p.id", gemeente)}
    """


GEMEENTEN = """
    ARRAY(SELECT ag.gemeente FROM aanbieder_gemeente ag
          WHERE ag.agb = a.agb ORDER BY ag.gemeente)
"""

# Exact numbers as text: read as JSON numbers they would become floats.
KWALITEITSCIJFERS = """
    coalesce((SELECT jsonb_agg(jsonb_build_object(
                         'periode', k.periode, 'indicator', k.indicator,
                         'waarde', k.waarde::text, 'bron', k.bron
                     ) ORDER BY k.indicator, k.periode, k.bron)
              FROM kwaliteitscijfer k WHERE k.agb = a.agb), '[]')
"""

AANBIEDERS = f"""
SELECT a.agb, a.naam, a.specialisaties, {GEMEENTEN} AS gemeenten,
       {_wachttijden()} AS wachttijden, {KWALITEITSCIJFERS} AS kwaliteitscijfers
FROM aanbieder a
"""

# $1 gemeente, $2 profiel, $3 specialisatie, $4 today, $5 longest waiting time, $6 order
AANBIEDERS_BY_CHOICE = f"""
{AANBIEDERS}
LEFT JOIN LATERAL (
    SELECT min(w.weken) AS weken FROM wachttijd w JOIN profiel p ON p.id = w.profiel_id
    WHERE w.agb = a.agb AND {_counts("$1", "$2")}
) kortste ON true
WHERE ($1::text IS NULL
       OR EXISTS (SELECT FROM aanbieder_gemeente WHERE agb = a.agb AND gemeente = $1))
  AND ($2::text IS NULL OR EXISTS ({_offers("$1", "$2", "$4")}))
  AND ($3::text IS NULL OR lower($3) IN (SELECT lower(s) FROM unnest(a.specialisaties) AS s))
  AND ($5::integer IS NULL OR kortste.weken <= $5)
ORDER BY CASE WHEN $6::text = 'wachttijd' THEN kortste.weken END NULLS LAST,
         CASE WHEN $6 = 'naam' THEN lower(a.naam) END,
         a.agb
"""

# $1 whom to compare, in order; $2 gemeente, $3 profiel, $4 today
COMPARISON = f"""
SELECT a.agb, a.naam, a.specialisaties, {GEMEENTEN} AS gemeenten,
       ARRAY(SELECT DISTINCT code FROM ({_offers("$2", "$3", "$4")}) o ORDER BY code) AS profielen,
       {_wachttijden(_counts("$2", "$3"))} AS wachttijden,
       {KWALITEITSCIJFERS} AS kwaliteitscijfers
FROM unnest($1::text[]) WITH ORDINALITY AS gevraagd (agb, plaats)
JOIN aanbieder a ON a.agb = gevraagd.agb
ORDER BY gevraagd.plaats
"""

PUT_AANBIEDER = """
INSERT INTO aanbieder (agb, naam, specialisaties) VALUES ($1, $2, $3)
ON CONFLICT (agb) DO UPDATE
SET naam = excluded.naam, specialisaties = excluded.specialisaties
RETURNING xmax = 0
"""

INSERT_WACHTTIJDEN = """
INSERT INTO wachttijd (agb, profiel_id, gemeente, weken, peildatum)
SELECT $1, w.*, $5 FROM unnest($2::integer[], $3::text[], $4::smallint[]) AS w
"""

INSERT_KWALITEITSCIJFERS = """
INSERT INTO kwaliteitscijfer (agb, periode, indicator, waarde, bron)
SELECT $1, k.* FROM unnest($2::text[], $3::text[], $4::numeric[], $5::text[]) AS k
"""


@dataclass(frozen=True, slots=True)
class Wachttijd:
    """How many weeks one waits for a profiel: in one gemeente, or where nothing else is said."""

    profiel_id: int
    gemeente: str | None
    weken: int


@dataclass(frozen=True, slots=True)
class Kwaliteitscijfer:
    """A published figure about an aanbieder, with where it was published."""

    periode: str
    indicator: str
    waarde: Decimal
    bron: str


async def find_aanbieder(db: Connection, agb: str) -> Record:
    """One aanbieder with the gemeenten it serves. Raises NotFound."""
    row = await db.fetchrow(f"{AANBIEDERS} WHERE a.agb = $1", agb)
    if row is None:
        raise _no_aanbieder(agb)
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


async def replace_wachttijden(
    db: Connection, agb: str, peildatum: date, wachttijden: Sequence[Wachttijd]
) -> None:
    """Put these waiting times in the place of all before. Raises NotFound."""
    await _lock_aanbieder(db, agb)
    await db.execute("DELETE FROM wachttijd WHERE agb = $1", agb)
    await db.execute(
        INSERT_WACHTTIJDEN,
        agb,
        [w.profiel_id for w in wachttijden],
        [w.gemeente for w in wachttijden],
        [w.weken for w in wachttijden],
        peildatum,
    )


async def replace_kwaliteitscijfers(
    db: Connection, agb: str, cijfers: Sequence[Kwaliteitscijfer]
) -> None:
    """Put these figures in the place of all before. Raises NotFound."""
    await _lock_aanbieder(db, agb)
    await db.execute("DELETE FROM kwaliteitscijfer WHERE agb = $1", agb)
    await db.execute(
        INSERT_KWALITEITSCIJFERS,
        agb,
        [k.periode for k in cijfers],
        [k.indicator for k in cijfers],
        [k.waarde for k in cijfers],
        [k.bron for k in cijfers],
    )


async def compare(
    db: Connection, agbs: Sequence[str], gemeente: str | None, profiel: str | None, today: date
) -> list[Record]:
    """These aanbieders side by side, in this order. Raises NotFound, naming each unknown one."""
    rows = await db.fetch(COMPARISON, agbs, gemeente, profiel, today)
    found = {row["agb"] for row in rows}
    unknown = tuple(
        Fault(f"agb[{place}]", "aanbieder_niet_gevonden", f"Er is geen aanbieder {agb}.")
        for place, agb in enumerate(agbs)
        if agb not in found
    )
    if unknown:
        raise NotFound(unknown[0].code, " ".join(fault.reason for fault in unknown), unknown)
    return rows


async def _lock_aanbieder(db: Connection, agb: str) -> None:
    """Two at once for one aanbieder take turns here."""
    query = "SELECT agb FROM aanbieder WHERE agb = $1 FOR NO KEY UPDATE"
    if await db.fetchval(query, agb) is None:
        raise _no_aanbieder(agb)


def _no_aanbieder(agb: str) -> NotFound:
    return NotFound("aanbieder_niet_gevonden", f"Er is geen aanbieder {agb}.")
