# SPDX-License-Identifier: EUPL-1.2
"""Declaraties and their lines, to be read. Every read is bound to the aanbieder of the caller."""

from asyncpg import Record

from app.db.connection import Connection
from app.db.uitvoer import Sink
from app.domain.errors import NotFound
from app.domain.redenen import REDENEN

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
SELECT r.regelnummer, r.referentie, r.toewijzing_nummer, r.mijlpaal, r.volume, r.eenheid,
       coalesce(o.uitkomst, 'toegekend') AS uitkomst,
       coalesce(o.redenen, '{}') AS redenen,
       coalesce(b.toegekend_centen, 0)::bigint AS toegekend_centen,
       coalesce(b.verdeling, '[]'::jsonb) AS verdeling
FROM declaratieregel r
JOIN declaratie d ON d.id = r.declaratie_id AND d.afgehandeld_op IS NOT NULL
LEFT JOIN oordeel o USING (declaratie_id, regelnummer)
LEFT JOIN LATERAL (
    -- a line that was divided anew has several turns, and the last one holds
    SELECT sum(bedrag_centen) AS toegekend_centen,
           jsonb_agg(jsonb_build_object(
               'gemeente', gemeente, 'dagen', dagen, 'bedragCenten', bedrag_centen
           ) ORDER BY deel) AS verdeling
    FROM (SELECT *, max(beurt) OVER () AS laatste_beurt
          FROM boeking
          WHERE toewijzing_nummer = r.toewijzing_nummer
            AND declaratie_id = r.declaratie_id AND regelnummer = r.regelnummer) van_regel
    WHERE beurt = laatste_beurt
) b ON o.uitkomst IS NULL
WHERE r.declaratie_id = $1 AND r.aanbieder = $2
  AND ($3::text IS NULL OR coalesce(o.uitkomst, 'toegekend') = $3)
ORDER BY r.regelnummer
"""

# $3 and $4: the reasons with the retourcode that fits, if any.
ANTWOORD = f"""
SELECT r.referentie, r.toewijzing_nummer AS "toewijzingNummer", r.mijlpaal, r.begindatum,
       r.einddatum, r.bedrag_centen AS "bedragCenten",
       CASE WHEN r.credit THEN 'credit' ELSE 'debet' END AS "debetCredit",
       r.vorige_referentie AS "vorigeReferentie", u.uitkomst,
       array_to_string(u.redenen, ' ') AS redenen,
       (SELECT string_agg(code.retour, ' ' ORDER BY reden.plaats)
        FROM unnest(u.redenen) WITH ORDINALITY AS reden (code, plaats)
        JOIN unnest($4::text[], $5::text[]) AS code (reden, retour) ON code.reden = reden.code)
           AS retourcodes,
       u.toegekend_centen AS "toegekendCenten"
FROM ({REGELS}) AS u
JOIN declaratieregel r ON r.declaratie_id = $1 AND r.regelnummer = u.regelnummer
ORDER BY r.regelnummer
"""


async def copy_antwoord(db: Connection, sink: Sink, declaratie_id: int, agb: str) -> None:
    """COPY each line as it was sent with what came of it to the sink, as CSV below a header."""
    codes = {reden.code: reden.retourcode for reden in REDENEN.values() if reden.retourcode}
    await db.copy_from_query(
        ANTWOORD,
        declaratie_id,
        agb,
        None,
        list(codes),
        list(codes.values()),
        output=sink,
        format="csv",
        header=True,
    )


async def find_declaratie(db: Connection, agb: str, declaratie_id: int) -> Record:
    """One declaratie of this aanbieder. Raises NotFound, also when another's."""
    row = await db.fetchrow(DECLARATIE, declaratie_id, agb)
    if row is None:
        raise NotFound("declaratie_niet_gevonden", f"Er is geen declaratie {declaratie_id}.")
    return row
