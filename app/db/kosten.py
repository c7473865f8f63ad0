# SPDX-License-Identifier: EUPL-1.2
"""What gemeenten bear, in sums."""

from datetime import date, datetime

from asyncpg import Record

from app.db.connection import Connection

GROUPS = {
    "maand": "to_char(s.begindatum, 'YYYY-MM')",
    "profiel": "s.profiel",
    "aanbieder": "s.aanbieder",
    "wet": "s.wet",
    "gemeente": "s.gemeente",
}
"""What costs can be grouped by, as the SQL of the sleutel."""

KNOWN_NOW = "kostensom"
# The sums say nothing of when; then the boekingen themselves are added up.
KNOWN_THEN = """
    (SELECT gemeente, begindatum, aanbieder, profiel_id, wet, bedrag_centen, 1::bigint
                AS aantal_boekingen
     FROM zicht.kosten_van_boeking
     WHERE geboekt_op <= $4)
"""

SUMS = """
SELECT {sleutel} AS sleutel, sum(s.bedrag_centen)::bigint AS bedrag_centen,
       sum(s.aantal_boekingen)::bigint AS aantal_boekingen
FROM (
    SELECT k.gemeente, k.begindatum, k.aanbieder, p.code AS profiel, k.wet,
           k.bedrag_centen, k.aantal_boekingen
    FROM {sommen} k
    JOIN profiel p ON p.id = k.profiel_id
    UNION ALL
    SELECT t.gemeente, t.begindatum, o.aanbieder, 'taakopdracht', 'taakopdracht',
           t.bedrag_centen, 1::bigint
    FROM taakboeking b
    JOIN taaktermijn t USING (taakopdracht_nummer, gemeente, volgnummer)
    JOIN taakopdracht o ON o.nummer = t.taakopdracht_nummer
    WHERE $4::timestamptz IS NULL OR b.geboekt_op <= $4
) s
WHERE ($1::text IS NULL OR s.gemeente = $1) AND s.begindatum BETWEEN $2 AND $3
GROUP BY 1
ORDER BY 1
"""
"""A task belongs to no one profiel or wet; both group it under `taakopdracht`."""


async def find_kosten(
    db: Connection,
    gemeente: str | None,
    vanaf: date,
    tot_en_met: date,
    bekend_op: datetime | None,
    groepering: str | None,
) -> list[Record]:
    """One row per group in order of sleutel; without a groepering all is one group.

    With `bekend_op` only what had been booked at that moment.
    """
    query = SUMS.format(
        sleutel=GROUPS[groepering] if groepering else "'alles'",
        sommen=KNOWN_THEN if bekend_op else KNOWN_NOW,
    )
    return await db.fetch(query, gemeente, vanaf, tot_en_met, bekend_op)
