# SPDX-License-Identifier: EUPL-1.2
"""The omvang of a toewijzing while it lives: what is taken of it, and what it becomes."""

from collections.abc import Mapping, Sequence
from fractions import Fraction

from asyncpg import Record

from app.db.catalogus import betaalplan_of
from app.db.connection import Connection
from app.domain.omvang import Omvang
from app.domain.period import Periode
from app.domain.toewijzingsleven import Termijnstand
from app.pricing.volumeleven import Volumestand, Volumetermijn

# Of each termijn that stands: what is granted or held of it now, and the most that was ever booked,
# counted as `telbaar` counts (hours in minutes).
VOLUMES = """
SELECT om.*, p.betaalplan, p.aandeel_start, p.aandeel_voortgang, p.aandeel_resultaat,
       p.gebroken_maand, telbaar(1, om.eenheid, om.eenheid) AS noemer,
       t.volgnummer, t.mijlpaal, t.begindatum, t.einddatum, t.bedrag_centen,
       CASE WHEN o.geteld IS NOT NULL THEN 'aangehouden'
            WHEN b.geteld > 0 THEN 'toegekend' ELSE 'open' END AS stand,
       coalesce(o.geteld, b.geteld, 0) AS gebruikt, coalesce(b.meest, 0) AS meest,
       coalesce(b.centen, 0) AS toegekend_centen
FROM omvang om
JOIN toewijzing tw ON tw.nummer = om.toewijzing_nummer
JOIN profiel p ON p.id = tw.profiel_id
JOIN termijn t ON t.toewijzing_nummer = om.toewijzing_nummer AND t.vervallen_door = 0
LEFT JOIN LATERAL (
    SELECT sum(telbaar(r.volume, r.eenheid, om.eenheid)) AS geteld
    FROM oordeel h
    JOIN declaratieregel r USING (declaratie_id, regelnummer)
    WHERE h.toewijzing_nummer = t.toewijzing_nummer AND h.termijn = t.volgnummer
      AND h.uitkomst = 'aangehouden'
) o ON true
LEFT JOIN LATERAL (
    SELECT sum(CASE b.beurt % 2 WHEN 0 THEN 1 ELSE -1 END * v.geteld) AS geteld,
           sum(CASE b.beurt % 2 WHEN 0 THEN 1 ELSE -1 END * r.bedrag_centen) AS centen,
           max(v.geteld) AS meest
    FROM boeking b
    JOIN declaratieregel r ON r.declaratie_id = b.declaratie_id AND r.regelnummer = b.regelnummer
    CROSS JOIN LATERAL (SELECT telbaar(r.volume, r.eenheid, om.eenheid) AS geteld) v
    WHERE b.toewijzing_nummer = t.toewijzing_nummer AND b.termijn = t.volgnummer AND b.deel = 1
) b ON true
WHERE om.toewijzing_nummer = ANY($1::integer[])
ORDER BY om.toewijzing_nummer, t.volgnummer
"""

# What it was is kept beside it, with the gebeurtenis by which it changed.
CHANGE = """
WITH eerder AS (
    INSERT INTO omvang_eerder (toewijzing_nummer, gebeurtenis, totaal, maxima)
    SELECT toewijzing_nummer, $2, totaal, maxima FROM omvang WHERE toewijzing_nummer = $1
)
UPDATE omvang SET totaal = $3, maxima = $4 WHERE toewijzing_nummer = $1
"""


def omvang_of(row: Record) -> Omvang | None:
    """The omvang in a row that has one, as it was given."""
    if row["volume"] is None:
        return None
    return Omvang(row["volume"], row["eenheid"], row["frequentie"])


async def find_volumes(db: Connection, nummers: Sequence[int]) -> Mapping[int, Volumestand]:
    """Where the omvang of each of these toewijzingen stands, by nummer; of others there is none."""
    found: dict[int, list[Record]] = {}
    for row in await db.fetch(VOLUMES, nummers):
        found.setdefault(row["toewijzing_nummer"], []).append(row)
    return {nummer: _stand_of(rows) for nummer, rows in found.items()}


async def change(
    db: Connection, nummer: int, gebeurtenis: int, totaal: int, maxima: Sequence[int]
) -> None:
    """Let an omvang become what is left by a gebeurtenis; what it was is kept."""
    await db.execute(CHANGE, nummer, gebeurtenis, totaal, maxima)


def _stand_of(rows: Sequence[Record]) -> Volumestand:
    row = rows[0]
    return Volumestand(
        Omvang(row["volume"], row["eenheid"], row["frequentie"]),
        betaalplan_of(row),
        row["tarief_centen"],
        row["totaal"],
        tuple(row["maxima"]),
        tuple(map(_termijn_of, rows)),
        sum(int(r["toegekend_centen"]) for r in rows),
    )


def _termijn_of(row: Record) -> Volumetermijn:
    return Volumetermijn(
        Termijnstand(
            row["volgnummer"],
            row["mijlpaal"],
            Periode(row["begindatum"], row["einddatum"]),
            row["bedrag_centen"],
            row["stand"],
        ),
        row["maxima"][row["volgnummer"] - 1],
        Fraction(int(row["gebruikt"]), row["noemer"]),
        Fraction(int(row["meest"]), row["noemer"]),
    )
