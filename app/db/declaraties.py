# SPDX-License-Identifier: EUPL-1.2
"""Declaraties and their lines, to be read. Every read is bound to the aanbieder of the caller."""

from asyncpg import Record

from app.db.connection import Connection
from app.domain.errors import NotFound

# Beside each declaratie how far it is; without a worker at work on it that is null.
_MET_VOORTGANG = """
SELECT d.*, v.begonnen_op, v.aantal_beoordeeld, v.aantal_geboekt,
       extract(epoch FROM v.bijgewerkt_op - v.begonnen_op)::float8 AS seconden_tot_stap,
       extract(epoch FROM clock_timestamp() - v.begonnen_op)::float8 AS seconden_bezig
FROM declaratie d
LEFT JOIN voortgang v ON v.declaratie_id = d.id
"""

DECLARATIES = f"{_MET_VOORTGANG} WHERE d.aanbieder = $1 ORDER BY d.id"

DECLARATIE = f"{_MET_VOORTGANG} WHERE d.id = $1 AND d.aanbieder = $2"

# Once a declaratie is settled, a line that no oordeel stands against was granted: its boekingen are
# its outcome. Until then no line has one.
REGELS = """
SELECT r.regelnummer, r.referentie, r.toewijzing_nummer, r.mijlpaal,
       coalesce(o.uitkomst, 'toegekend') AS uitkomst,
       coalesce(o.redenen, '{}') AS redenen,
       coalesce(b.toegekend_centen, 0)::bigint AS toegekend_centen,
       coalesce(b.verdeling, '[]'::jsonb) AS verdeling
FROM declaratieregel r
JOIN declaratie d ON d.id = r.declaratie_id AND d.afgehandeld_op IS NOT NULL
LEFT JOIN oordeel o USING (declaratie_id, regelnummer)
LEFT JOIN LATERAL (
    SELECT sum(bedrag_centen) AS toegekend_centen,
           jsonb_agg(jsonb_build_object(
               'gemeente', gemeente, 'dagen', dagen, 'bedragCenten', bedrag_centen
           ) ORDER BY deel) AS verdeling
    FROM boeking
    WHERE toewijzing_nummer = r.toewijzing_nummer
      AND declaratie_id = r.declaratie_id AND regelnummer = r.regelnummer
) b ON o.uitkomst IS NULL
WHERE r.declaratie_id = $1 AND r.aanbieder = $2
  AND ($3::text IS NULL OR coalesce(o.uitkomst, 'toegekend') = $3)
ORDER BY r.regelnummer
"""


async def find_declaratie(db: Connection, agb: str, declaratie_id: int) -> Record:
    """One declaratie of this aanbieder. Raises NotFound, also when another's."""
    row = await db.fetchrow(DECLARATIE, declaratie_id, agb)
    if row is None:
        raise NotFound("declaratie_niet_gevonden", f"Er is geen declaratie {declaratie_id}.")
    return row
