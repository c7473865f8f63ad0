# SPDX-License-Identifier: EUPL-1.2
"""Herverdelingen as they were booked. Every read is bound to the gemeente that pays the lines."""

from asyncpg import Record

from app.db.connection import Connection
from app.domain.errors import NotFound

HERVERDELINGEN = "SELECT * FROM herverdeling WHERE gemeente = $1 ORDER BY id"

HERVERDELING = """
SELECT h.*,
       (SELECT jsonb_agg(jsonb_build_object(
                   'toewijzingNummer', r.toewijzing_nummer, 'termijn', r.termijn,
                   'mijlpaal', t.mijlpaal, 'begindatum', t.begindatum, 'einddatum', t.einddatum,
                   'referentie', d.referentie, 'bedragCenten', r.bedrag_centen,
                   'was', r.was, 'wordt', r.wordt, 'herverdeelbaar', true
               ) ORDER BY r.toewijzing_nummer, r.termijn)
        FROM herverdeling_regel r
        JOIN termijn t ON t.toewijzing_nummer = r.toewijzing_nummer AND t.volgnummer = r.termijn
        JOIN boeking b
          ON b.toewijzing_nummer = r.toewijzing_nummer AND b.termijn = r.termijn
         AND b.beurt = r.beurt AND b.deel = 1
        JOIN declaratieregel d
          ON d.declaratie_id = b.declaratie_id AND d.regelnummer = b.regelnummer
        WHERE r.herverdeling_id = h.id) AS regels
FROM herverdeling h
WHERE h.gemeente = $1 AND h.id = $2
"""

UNKNOWN = """
SELECT nummer FROM unnest($2::integer[]) AS nummer
WHERE nummer NOT IN (SELECT nummer FROM toewijzing WHERE gemeente = $1 AND nummer = ANY ($2))
ORDER BY nummer
"""


async def find_herverdeling(db: Connection, gemeente: str, herverdeling_id: int) -> Record:
    """One herverdeling of this gemeente, with its lines. Raises NotFound, also when another's."""
    row = await db.fetchrow(HERVERDELING, gemeente, herverdeling_id)
    if row is None:
        raise NotFound("herverdeling_niet_gevonden", f"Er is geen herverdeling {herverdeling_id}.")
    return row


async def check_toewijzingen(db: Connection, gemeente: str, nummers: list[int]) -> None:
    """Raises NotFound, naming every toewijzing that this gemeente did not give."""
    rows = await db.fetch(UNKNOWN, gemeente, nummers)
    if rows:
        named = ", ".join(str(row["nummer"]) for row in rows)
        raise NotFound("toewijzing_niet_gevonden", f"Er is geen toewijzing {named}.")
