# SPDX-License-Identifier: EUPL-1.2
"""The journal: what a gemeente books in its ledger for what is specified, and on which accounts."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import NamedTuple

from asyncpg import Record

from app.db.afsluitingen import boekmaand
from app.db.connection import Connection
from app.db.uitvoer import (
    Column,
    Sink,
    as_csv,
    copy_as_csv,
    copy_written_out,
    ndjson,
    table,
)
from app.domain.errors import NotFound


class Keuze(NamedTuple):
    """Which days of booking, of a gemeente, as known at a moment."""

    gemeente: str
    vanaf: date
    tot_en_met: date
    bekend_op: datetime | None


@dataclass(frozen=True, slots=True)
class Kostenrekening:
    """The account and taakveld of the costs of a profiel, of all others of a wet, or of tasks."""

    wet: str
    profiel_id: int | None
    rekening: str
    taakveld: str


PUT = """
WITH kop AS (
    INSERT INTO grootboek (gemeente, crediteurenrekening, verrekenrekening, vastgelegd_door)
    VALUES ($1, $2, $3, $4)
    ON CONFLICT (gemeente) DO UPDATE
    SET crediteurenrekening = excluded.crediteurenrekening,
        verrekenrekening = excluded.verrekenrekening,
        vastgelegd_door = excluded.vastgelegd_door, vastgelegd_op = now()
)
DELETE FROM grootboekrekening WHERE gemeente = $1
"""

PUT_ACCOUNTS = """
INSERT INTO grootboekrekening (gemeente, wet, profiel_id, rekening, taakveld)
SELECT $1, * FROM unnest($2::text[], $3::integer[], $4::text[], $5::text[])
"""

GROOTBOEK = """
SELECT g.gemeente, g.crediteurenrekening, g.verrekenrekening, g.vastgelegd_op,
       coalesce((SELECT jsonb_agg(jsonb_build_object(
                            'wet', r.wet, 'profiel', p.code, 'rekening', r.rekening,
                            'taakveld', r.taakveld
                        ) ORDER BY r.wet, p.code NULLS FIRST)
                 FROM grootboekrekening r LEFT JOIN profiel p ON p.id = r.profiel_id
                 WHERE r.gemeente = g.gemeente), '[]') AS kosten
FROM grootboek g
WHERE g.gemeente = $1
"""

_BOOKED = """
    s.geboekt_op >= $2::date::timestamp AT TIME ZONE 'Europe/Amsterdam'
    AND s.geboekt_op < ($3::date + 1)::timestamp AT TIME ZONE 'Europe/Amsterdam'
    AND ($4::timestamptz IS NULL OR s.geboekt_op <= $4)
"""

# What the gemeente pays, and what others pay for it, each with the month in whose books it is.
_PARTS = f"""
    SELECT s.id, s.declaratie_id, s.taakopdracht_nummer, s.aanbieder, s.betaler,
           k.gemeente AS drager, k.wet, k.profiel_id,
           s.geboekt_op, extract(year FROM k.maand)::integer AS dienstjaar, k.bedrag_centen,
           {boekmaand("$1", "k.maand", "s.geboekt_op")} AS boekmaand
    FROM betaalspecificatie s
    JOIN kostendeel k ON k.specificatie_id = s.id
    WHERE s.betaler = $1 AND {_BOOKED}
    UNION ALL
    SELECT s.id, s.declaratie_id, s.taakopdracht_nummer, s.aanbieder, s.betaler, k.gemeente,
           k.wet, k.profiel_id, s.geboekt_op, extract(year FROM k.maand)::integer, k.bedrag_centen,
           {boekmaand("$1", "k.maand", "s.geboekt_op")}
    FROM kostendeel k
    JOIN betaalspecificatie s ON s.id = k.specificatie_id
    WHERE k.gemeente = $1 AND s.betaler <> $1 AND {_BOOKED}
"""

# The account of a profiel goes before that of its wet.
_ACCOUNT = """
    LEFT JOIN LATERAL (
        SELECT r.rekening, r.taakveld FROM grootboekrekening r
        WHERE r.gemeente = $1 AND r.wet = d.wet
          AND (r.profiel_id = d.profiel_id OR r.profiel_id IS NULL)
        ORDER BY r.profiel_id NULLS LAST
        LIMIT 1
    ) r ON true
"""

# Costs on the debit side; against them what is owed to the aanbieder, or to the gemeente that paid
# for this one. What this one paid for others is owed by them.
LINES = f"""
FROM (
    WITH deel AS ({_PARTS})
    SELECT 1 AS volgorde, 'kosten' AS soort, d.id, d.declaratie_id, d.taakopdracht_nummer,
           d.aanbieder, d.geboekt_op, d.boekmaand, d.dienstjaar,
           NULL::text AS tegenpartij, d.wet, p.code AS profiel,
           r.rekening, r.taakveld, sum(d.bedrag_centen)::bigint AS centen
    FROM deel d
    LEFT JOIN profiel p ON p.id = d.profiel_id
    {_ACCOUNT}
    WHERE d.drager = $1
    GROUP BY d.id, d.declaratie_id, d.taakopdracht_nummer, d.aanbieder,
           d.geboekt_op, d.boekmaand, d.dienstjaar, d.wet,
             p.code, r.rekening, r.taakveld
    UNION ALL
    SELECT 2, 'verrekening', d.id, d.declaratie_id, d.taakopdracht_nummer, d.aanbieder,
           d.geboekt_op, d.boekmaand, NULL,
           CASE WHEN d.betaler = $1 THEN d.drager ELSE d.betaler END, NULL, NULL,
           g.verrekenrekening, NULL,
           sum(CASE WHEN d.betaler = $1 THEN d.bedrag_centen ELSE -d.bedrag_centen END)::bigint
    FROM deel d
    JOIN grootboek g ON g.gemeente = $1
    WHERE d.betaler <> d.drager
    GROUP BY d.id, d.declaratie_id, d.taakopdracht_nummer, d.aanbieder,
           d.geboekt_op, d.boekmaand, d.betaler, d.drager,
             g.verrekenrekening
    UNION ALL
    SELECT 3, 'crediteuren', d.id, d.declaratie_id, d.taakopdracht_nummer, d.aanbieder,
           d.geboekt_op, d.boekmaand, NULL,
           NULL, NULL, NULL, g.crediteurenrekening, NULL, -sum(d.bedrag_centen)::bigint
    FROM deel d
    JOIN grootboek g ON g.gemeente = $1
    WHERE d.betaler = $1
    GROUP BY d.id, d.declaratie_id, d.taakopdracht_nummer, d.aanbieder,
           d.geboekt_op, d.boekmaand, g.crediteurenrekening
) j
LEFT JOIN declaratie d ON d.id = j.declaratie_id
WHERE j.centen <> 0
ORDER BY j.geboekt_op, j.id, j.boekmaand, j.volgorde, j.dienstjaar, j.wet, j.profiel, j.tegenpartij
"""

COLUMNS = {
    "boekdatum": Column("(j.geboekt_op AT TIME ZONE 'Europe/Amsterdam')::date", "dag"),
    "boekperiode": Column("to_char(j.boekmaand, 'YYYY-MM')", "code"),
    "dienstjaar": Column("j.dienstjaar", "getal", nullable=True),
    "soort": Column("j.soort", "code"),
    "specificatie": Column("j.id", "getal"),
    "declaratienummer": Column("d.declaratienummer", "code", nullable=True),
    "aanbieder": Column("j.aanbieder", "code"),
    "tegenpartij": Column("j.tegenpartij", "code", nullable=True),
    "wet": Column("j.wet", "code", nullable=True),
    "profiel": Column("j.profiel", "code", nullable=True),
    "grootboekrekening": Column("j.rekening", "code", nullable=True),
    "taakveld": Column("j.taakveld", "code", nullable=True),
    "debetCenten": Column("greatest(j.centen, 0)", "getal"),
    "creditCenten": Column("greatest(-j.centen, 0)", "getal"),
    "taakopdracht": Column("j.taakopdracht_nummer", "getal", nullable=True),
}

CSV = table(COLUMNS, as_csv, LINES)
NDJSON = ndjson(COLUMNS, LINES)

MISSING = f"""
SELECT DISTINCT d.wet, p.code AS profiel
FROM ({_PARTS}) d
LEFT JOIN profiel p ON p.id = d.profiel_id
{_ACCOUNT}
WHERE d.drager = $1 AND r.rekening IS NULL
ORDER BY 1, 2
"""


async def put_grootboek(
    db: Connection,
    gemeente: str,
    crediteurenrekening: str,
    verrekenrekening: str,
    kosten: Sequence[Kostenrekening],
    door: str,
) -> None:
    """Replace the accounts of a gemeente."""
    await db.execute(PUT, gemeente, crediteurenrekening, verrekenrekening, door)
    await db.execute(
        PUT_ACCOUNTS,
        gemeente,
        [rekening.wet for rekening in kosten],
        [rekening.profiel_id for rekening in kosten],
        [rekening.rekening for rekening in kosten],
        [rekening.taakveld for rekening in kosten],
    )


async def find_grootboek(db: Connection, gemeente: str) -> Record:
    """The accounts of a gemeente. Raises NotFound."""
    row = await db.fetchrow(GROOTBOEK, gemeente)
    if row is None:
        raise NotFound("grootboek_niet_gevonden", "Er zijn nog geen rekeningen vastgelegd.")
    return row


async def find_missing(db: Connection, keuze: Keuze) -> list[Record]:
    """The wet and profiel of costs that have no account."""
    return await db.fetch(MISSING, *keuze)


async def copy_csv(db: Connection, sink: Sink, keuze: Keuze, delimiter: str) -> None:
    """COPY the journal to the sink as CSV below a header."""
    await copy_as_csv(db, sink, CSV, *keuze, delimiter=delimiter)


async def copy_ndjson(db: Connection, sink: Sink, keuze: Keuze) -> None:
    """COPY the journal to the sink as a JSON object a line."""
    await copy_written_out(db, sink, NDJSON, *keuze)
