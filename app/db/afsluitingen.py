# SPDX-License-Identifier: EUPL-1.2
"""Closed months and years, and in which month something is booked.

What is booked belongs to the month of its begindatum, or when that was closed at the moment of
booking, to the first month that was open then. So nothing ever comes into a closed month.
"""

from collections.abc import Set
from datetime import date, datetime

from asyncpg import Record

from app.db.connection import Connection
from app.domain.afsluiting import Boekperiode, Soort
from app.domain.errors import NotFound


def boekmaand(gemeente: str, maand: str, geboekt_op: str) -> str:
    """SQL: the first day of the month in whose books this is, of this gemeente."""
    return f"""
        greatest({maand}, (SELECT (max(a.vanaf) + interval '1 month')::date FROM afsluiting a
                           WHERE a.gemeente = {gemeente} AND a.soort = 'maand'
                             AND a.gesloten_op < {geboekt_op}))
    """


# Whoever books now is waited for; whoever books after this waits, and books later than it closes.
LOCK = """
SELECT set_config('lock_timeout', '30s', true),
       pg_advisory_xact_lock(hashtext('afsluiting ' || $1), 0)
"""
LOCK_BOOKS = "SELECT zicht.houd_boekingen_tegen()"

FIND_ALL = "SELECT soort, vanaf FROM afsluiting WHERE gemeente = $1"

INSERT = f"""
INSERT INTO afsluiting (
    gemeente, soort, vanaf, vorige, tot_en_met, kosten_centen, nog_te_ontvangen_centen,
    gesloten_door, gesloten_op
)
SELECT $1, $2, $3, (SELECT max(vanaf) FROM afsluiting WHERE gemeente = $1 AND soort = $2), $4,
       (SELECT coalesce(sum(k.bedrag_centen), 0)
        FROM kostendeel k JOIN betaalspecificatie s ON s.id = k.specificatie_id
        WHERE k.gemeente = $1 AND {boekmaand("k.gemeente", "k.maand", "s.geboekt_op")}
              BETWEEN $3 AND $4),
       $5, $6, clock_timestamp()
"""

AFSLUITINGEN = """
SELECT to_char(vanaf, CASE soort WHEN 'maand' THEN 'YYYY-MM' ELSE 'YYYY' END) AS periode, soort,
       kosten_centen, nog_te_ontvangen_centen, gesloten_op
FROM afsluiting
WHERE gemeente = $1 AND gesloten_op <= coalesce($2::timestamptz, 'infinity')
ORDER BY tot_en_met, soort DESC
"""

# $2 peildatum, $3 as it was known at this moment. What lapsed is due no more. A task is earned as
# soon as it is due: it is paid while the help is given.
OPEN_TERMIJNEN = """
SELECT t.wet, p.code AS profiel, t.begindatum, t.einddatum, t.declarabel_vanaf, t.bedrag_centen,
       coalesce(b.geboekt_centen, 0)::bigint AS geboekt_centen, count(*) AS aantal
FROM toewijzing tw
JOIN termijn t ON t.toewijzing_nummer = tw.nummer
JOIN profiel p ON p.id = t.profiel_id
LEFT JOIN LATERAL (
    SELECT sum(b.bedrag_centen) AS geboekt_centen
    FROM boeking b
    WHERE b.toewijzing_nummer = t.toewijzing_nummer AND b.termijn = t.volgnummer
      AND b.geboekt_op <= $3
) b ON true
WHERE tw.gemeente = $1 AND tw.begindatum <= $2 AND tw.aangemaakt_op <= $3
  AND tw.status <> 'ingetrokken' AND t.vervallen_door = 0
  AND t.begindatum <= $2 AND t.declarabel_tot_en_met >= $2
  AND coalesce(b.geboekt_centen, 0) < t.bedrag_centen
GROUP BY 1, 2, 3, 4, 5, 6, 7
UNION ALL
SELECT 'taakopdracht', NULL, t.begindatum, t.einddatum, t.vervaldatum, t.bedrag_centen, 0, 1
FROM taaktermijn t
JOIN taakopdracht o ON o.nummer = t.taakopdracht_nummer AND o.aangemaakt_op <= $3
LEFT JOIN taakboeking b
       ON b.taakopdracht_nummer = t.taakopdracht_nummer AND b.gemeente = t.gemeente
      AND b.volgnummer = t.volgnummer AND b.geboekt_op <= $3
WHERE t.gemeente = $1 AND t.begindatum <= $2 AND b.volgnummer IS NULL
ORDER BY wet, profiel
"""


async def lock_afsluitingen(db: Connection, gemeente: str) -> Set[tuple[Soort, date]]:
    """What this gemeente has closed so far; nobody books or closes until this transaction ends."""
    await db.execute(LOCK, gemeente)
    await db.execute(LOCK_BOOKS)
    return {(row["soort"], row["vanaf"]) for row in await db.fetch(FIND_ALL, gemeente)}


async def insert_afsluiting(
    db: Connection, gemeente: str, wat: Boekperiode, nog_te_ontvangen_centen: int, door: str
) -> None:
    """Close it, with what is in its books. Asked under `lock_afsluitingen`."""
    await db.execute(
        INSERT,
        gemeente,
        wat.soort,
        wat.periode.begindatum,
        wat.periode.einddatum,
        nog_te_ontvangen_centen,
        door,
    )


async def find_afsluiting(db: Connection, gemeente: str, naam: str) -> Record:
    """One closed month or year. Raises NotFound."""
    row = await db.fetchrow(
        f"SELECT * FROM ({AFSLUITINGEN}) a WHERE periode = $3", gemeente, None, naam
    )
    if row is None:
        raise NotFound("afsluiting_niet_gevonden", f"{naam} is niet afgesloten.")
    return row


async def find_open_termijnen(
    db: Connection, gemeente: str, peildatum: date, bekend_op: datetime
) -> list[Record]:
    """Termijnen that this gemeente will pay and that are not wholly booked, like ones counted."""
    return await db.fetch(OPEN_TERMIJNEN, gemeente, peildatum, bekend_op)
