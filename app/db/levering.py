# SPDX-License-Identifier: EUPL-1.2
"""What an aanbieder needs for its work: who the inwoner is, and what it may declare."""

from datetime import date

from asyncpg import Record

from app.db.connection import Connection
from app.db.uitvoer import Sink
from app.domain.contractleven import IN_DEFAULT

CLIENT = """
SELECT tw.nummer, tw.inwoner_id, i.geboortedatum, i.bsn_versleuteld
FROM toewijzing tw
JOIN inwoner i ON i.id = tw.inwoner_id
WHERE tw.nummer = $1 AND tw.aanbieder = $2 AND tw.status <> 'ingetrokken' AND tw.einddatum >= $3
"""

ADVANCE_RESULTAAT = """
UPDATE termijn SET declarabel_vanaf = $2
WHERE toewijzing_nummer = $1 AND mijlpaal = 'resultaat' AND vervallen_door = 0
  AND declarabel_vanaf > $2
"""

# $1 the aanbieder, $2 the day.
DECLARABLE = f"""
SELECT t.toewijzing_nummer, t.volgnummer, t.mijlpaal, t.begindatum, t.einddatum, t.bedrag_centen,
       t.declarabel_vanaf, t.declarabel_tot_en_met, tw.referentie_aanbieder
FROM toewijzing tw
JOIN raamovereenkomst c ON c.nummer = tw.raamovereenkomst_nummer
JOIN termijn t ON t.toewijzing_nummer = tw.nummer AND t.vervallen_door = 0
WHERE tw.aanbieder = $1 AND $2::date BETWEEN t.declarabel_vanaf AND t.declarabel_tot_en_met
  AND (c.ontbonden_grond IN ({", ".join(f"'{grond}'" for grond in IN_DEFAULT)})) IS NOT TRUE
  AND NOT EXISTS (SELECT FROM oordeel o
                  WHERE o.toewijzing_nummer = t.toewijzing_nummer
                    AND o.termijn = t.volgnummer AND o.uitkomst = 'aangehouden')
  AND (SELECT max(b.beurt) % 2 = 0 FROM boeking b
       WHERE b.toewijzing_nummer = t.toewijzing_nummer AND b.termijn = t.volgnummer) IS NOT TRUE
ORDER BY t.toewijzing_nummer, t.volgnummer
"""

MOST_TIMES = 99
"""So often may one termijn be offered under a referentie of ours."""

LINES = f"""
SELECT (SELECT kandidaat FROM generate_series(1, {MOST_TIMES}) AS keer,
               format('T%s-%s-%s', d.toewijzing_nummer, d.volgnummer, keer) AS kandidaat
        WHERE NOT EXISTS (SELECT FROM declaratieregel r
                          WHERE r.aanbieder = $1 AND r.referentie = kandidaat)
        ORDER BY keer LIMIT 1) AS referentie,
       d.toewijzing_nummer AS "toewijzingNummer", d.mijlpaal, d.begindatum, d.einddatum,
       d.bedrag_centen AS "bedragCenten", 'debet' AS "debetCredit"
FROM ({DECLARABLE}) AS d
-- how much was delivered only the aanbieder knows
WHERE NOT EXISTS (SELECT FROM omvang WHERE toewijzing_nummer = d.toewijzing_nummer)
ORDER BY d.toewijzing_nummer, d.volgnummer
"""

COUNT_OF_DAY = "SELECT count(*) FROM declaratie WHERE aanbieder = $1 AND dagtekening = $2"


async def find_client(db: Connection, nummer: int, aanbieder: str, today: date) -> Record | None:
    """Who the inwoner of a running toewijzing is."""
    return await db.fetchrow(CLIENT, nummer, aanbieder, today)


async def advance_resultaat(db: Connection, nummer: int, vanaf: date) -> None:
    """Let the resultaat be declared from this day, when it could only be later."""
    await db.execute(ADVANCE_RESULTAAT, nummer, vanaf)


async def find_lines(db: Connection, aanbieder: str, dag: date, most: int) -> list[Record]:
    """The lines of a declaratie of all that can be declared on a day, at most so many."""
    return await db.fetch(f"{LINES} LIMIT $3", aanbieder, dag, most)


async def copy_lines(db: Connection, sink: Sink, aanbieder: str, dag: date) -> None:
    """COPY those lines to the sink, as POST /declaraties takes them in."""
    await db.copy_from_query(LINES, aanbieder, dag, output=sink, format="csv", header=True)


async def count_of_day(db: Connection, aanbieder: str, dag: date) -> int:
    """How many declaraties of this aanbieder bear the date of this day."""
    count: int = await db.fetchval(COUNT_OF_DAY, aanbieder, dag)
    return count
