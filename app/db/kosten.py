# SPDX-License-Identifier: EUPL-1.2
"""What gemeenten bear, in sums."""

from datetime import date

from asyncpg import Record

from app.db.connection import Connection

GROUPS = {
    "maand": "to_char(s.begindatum, 'YYYY-MM')",
    "profiel": "p.code",
    "aanbieder": "s.aanbieder",
    "wet": "s.wet",
    "gemeente": "s.gemeente",
}
"""What costs can be grouped by, as the SQL of the sleutel."""

SUMS = """
SELECT {sleutel} AS sleutel, sum(s.bedrag_centen)::bigint AS bedrag_centen,
       sum(s.aantal_boekingen)::bigint AS aantal_boekingen
FROM kostensom s
JOIN profiel p ON p.id = s.profiel_id
WHERE ($1::text IS NULL OR s.gemeente = $1) AND s.begindatum BETWEEN $2 AND $3
GROUP BY 1
ORDER BY 1
"""


async def find_kosten(
    db: Connection, gemeente: str | None, vanaf: date, tot_en_met: date, groepering: str | None
) -> list[Record]:
    """One row per group in order of sleutel; without a groepering all is one group."""
    sleutel = GROUPS[groepering] if groepering else "'alles'"
    return await db.fetch(SUMS.format(sleutel=sleutel), gemeente, vanaf, tot_en_met)
