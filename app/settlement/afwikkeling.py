# SPDX-License-Identifier: EUPL-1.2
"""What becomes of declared lines when a raamovereenkomst goes on, or is dissolved."""

from datetime import date, datetime

from app.db.connection import Connection
from app.settlement import queue, settle

# Of a declaratie that is being settled now the end is waited for; one that still waits its turn
# will be judged by what holds after this transaction.
LOCK_OPEN = """
SELECT id FROM declaratie
WHERE aanbieder = $1 AND afgehandeld_op IS NULL AND mislukt_op IS NULL
ORDER BY id
FOR NO KEY UPDATE
"""

HELD = """
SELECT DISTINCT o.declaratie_id
FROM toewijzing tw
JOIN oordeel o ON o.toewijzing_nummer = tw.nummer AND o.uitkomst = 'aangehouden'
WHERE tw.raamovereenkomst_nummer = $1
ORDER BY o.declaratie_id
"""

# A credit for each granted line that was paid from that day on, in a declaratie of the service
# itself. No declaratienummer or referentie that an aanbieder may choose is as long as these.
REVERSE = """
WITH terug AS (
    SELECT row_number() OVER (ORDER BY b.toewijzing_nummer, b.termijn) AS regelnummer,
           r.toewijzing_nummer, r.mijlpaal, r.begindatum, r.einddatum, r.bedrag_centen, r.referentie
    FROM toewijzing tw
    JOIN boeking b ON b.toewijzing_nummer = tw.nummer AND b.deel = 1 AND b.beurt % 2 = 0
    JOIN declaratieregel r
      ON r.declaratie_id = b.declaratie_id AND r.regelnummer = b.regelnummer
    WHERE tw.raamovereenkomst_nummer = $1
      AND (b.geboekt_op AT TIME ZONE 'Europe/Amsterdam')::date >= $3
      AND NOT EXISTS (SELECT FROM boeking later
                      WHERE later.toewijzing_nummer = b.toewijzing_nummer
                        AND later.termijn = b.termijn AND later.beurt > b.beurt)
),
kop AS (
    INSERT INTO declaratie (
        aanbieder, declaratienummer, dagtekening, inhoud_hash, ontvangen_op, aantal_regels,
        ingediend_centen
    )
    SELECT $2, 'ontbinding raamovereenkomst ' || $1::integer,
           ($4::timestamptz AT TIME ZONE 'Europe/Amsterdam')::date, '', $4, count(*),
           -sum(bedrag_centen)
    FROM terug
    HAVING count(*) > 0
    RETURNING id
),
regels AS (
    INSERT INTO declaratieregel (
        regelnummer, declaratie_id, aanbieder, referentie, toewijzing_nummer, mijlpaal,
        begindatum, einddatum, bedrag_centen, credit, vorige_referentie
    )
    SELECT regelnummer, kop.id, $2, 'ontbinding raamovereenkomst ' || $1 || '/' || regelnummer,
           toewijzing_nummer, mijlpaal, begindatum, einddatum, bedrag_centen, true, referentie
    FROM terug, kop
)
SELECT id FROM kop
"""


async def settle_first(db: Connection, aanbieder: str) -> None:
    """Let what is being settled for this aanbieder end, and begin nothing until this commits."""
    await settle.lock_aanbieder(db, aanbieder)
    await db.execute(LOCK_OPEN, aanbieder)


async def judge_again(db: Connection, nummer: int, aanbieder: str) -> None:
    """Have each declaratie with held lines under this contract judged again, in its turn."""
    for row in await db.fetch(HELD, nummer):
        await queue.defer(db, row["declaratie_id"], aanbieder)


async def reverse(
    db: Connection, nummer: int, aanbieder: str, vanaf: date, ontvangen_op: datetime
) -> None:
    """Have all that was paid under this contract from a day on booked back, in its turn."""
    declaratie_id = await db.fetchval(REVERSE, nummer, aanbieder, vanaf, ontvangen_op)
    if declaratie_id is not None:
        await queue.defer(db, declaratie_id, aanbieder)
