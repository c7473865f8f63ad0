# SPDX-License-Identifier: EUPL-1.2
"""What becomes of declared lines when a raamovereenkomst or a toewijzing goes on, or ends."""

from collections.abc import Sequence
from datetime import date, datetime

from app.db.connection import Connection
from app.domain.period import day_in_amsterdam
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
WHERE {whose} = $1
ORDER BY o.declaratie_id
"""
HELD_UNDER_CONTRACT = HELD.format(whose="tw.raamovereenkomst_nummer")
HELD_OF_TOEWIJZING = HELD.format(whose="tw.nummer")

# A declaratie of the service itself: $1 its aanbieder, $2 its name, $3 when, $4 the gebeurtenis of
# a toewijzing that it follows from. No declaratienummer or referentie that an aanbieder may choose
# looks like these.
DECLARE = """
WITH regel AS ({regels}),
kop AS (
    INSERT INTO declaratie (
        aanbieder, declaratienummer, dagtekening, inhoud_hash, ontvangen_op, aantal_regels,
        ingediend_centen, gebeurtenis
    )
    SELECT $1, $2, ($3::timestamptz AT TIME ZONE 'Europe/Amsterdam')::date, '', $3, count(*),
           sum(CASE WHEN credit THEN -bedrag_centen ELSE bedrag_centen END), $4::smallint
    FROM regel
    HAVING count(*) > 0
    RETURNING id
),
regels AS (
    INSERT INTO public.declaratieregel (
        regelnummer, declaratie_id, aanbieder, referentie, toewijzing_nummer, mijlpaal,
        begindatum, einddatum, bedrag_centen, credit, vorige_referentie, volume, eenheid
    )
    SELECT regelnummer, kop.id, $1, $2 || '/' || regelnummer, toewijzing_nummer, mijlpaal,
           begindatum, einddatum, bedrag_centen, credit, vorige_referentie,
           volume, eenheid
    FROM regel, kop
)
SELECT id FROM kop
"""

# A credit for each granted line that was paid from that day on.
REVERSE = DECLARE.format(
    regels="""
    SELECT row_number() OVER (ORDER BY b.toewijzing_nummer, b.termijn) AS regelnummer,
           r.toewijzing_nummer, r.mijlpaal, r.begindatum, r.einddatum, r.bedrag_centen,
           true AS credit, r.referentie AS vorige_referentie, r.volume, r.eenheid
    FROM toewijzing tw
    JOIN boeking b ON b.toewijzing_nummer = tw.nummer AND b.deel = 1 AND b.beurt % 2 = 0
    JOIN declaratieregel r
      ON r.declaratie_id = b.declaratie_id AND r.regelnummer = b.regelnummer
    WHERE tw.raamovereenkomst_nummer = $5
      -- a line that was divided anew was paid when it was booked first
      AND ((SELECT min(eerst.geboekt_op) FROM boeking eerst
            WHERE eerst.toewijzing_nummer = b.toewijzing_nummer AND eerst.termijn = b.termijn
              AND eerst.declaratie_id = b.declaratie_id AND eerst.regelnummer = b.regelnummer)
           AT TIME ZONE 'Europe/Amsterdam')::date >= $6
      AND NOT EXISTS (SELECT FROM boeking later
                      WHERE later.toewijzing_nummer = b.toewijzing_nummer
                        AND later.termijn = b.termijn AND later.beurt > b.beurt)
    """
)

# A credit for each granted termijn that lapses by this gebeurtenis, a debit for what remains due.
CORRECT = DECLARE.format(
    regels="""
    SELECT row_number() OVER (ORDER BY t.vervallen_door = 0, t.volgnummer) AS regelnummer,
           t.toewijzing_nummer, t.mijlpaal, t.begindatum, t.einddatum,
           -- by volume a line asked what was delivered, not the part of its termijn
           coalesce(r.bedrag_centen, t.bedrag_centen) AS bedrag_centen,
           t.vervallen_door <> 0 AS credit, r.referentie AS vorige_referentie,
           r.volume, r.eenheid
    FROM termijn t
    LEFT JOIN boeking b
      ON b.toewijzing_nummer = t.toewijzing_nummer AND b.termijn = t.volgnummer AND b.deel = 1
     AND b.beurt = (SELECT max(beurt) FROM boeking later
                    WHERE later.toewijzing_nummer = t.toewijzing_nummer
                      AND later.termijn = t.volgnummer)
    LEFT JOIN declaratieregel r
      ON r.declaratie_id = b.declaratie_id AND r.regelnummer = b.regelnummer
    WHERE t.toewijzing_nummer = $5 AND t.volgnummer = ANY($6::smallint[])
    """
)


async def settle_first(db: Connection, aanbieder: str) -> None:
    """Let what is being settled for this aanbieder end, and begin nothing until this commits."""
    await settle.lock_aanbieder(db, aanbieder)
    await db.execute(LOCK_OPEN, aanbieder)


async def judge_again(db: Connection, nummer: int, aanbieder: str) -> None:
    """Have each declaratie with held lines under this contract judged again, in its turn."""
    await _defer_all(db, HELD_UNDER_CONTRACT, nummer, aanbieder)


async def judge_again_of(db: Connection, toewijzing: int, aanbieder: str) -> None:
    """Have each declaratie with held lines of this toewijzing judged again, in its turn."""
    await _defer_all(db, HELD_OF_TOEWIJZING, toewijzing, aanbieder)


async def reverse(
    db: Connection, nummer: int, aanbieder: str, vanaf: date, ontvangen_op: datetime
) -> None:
    """Have all that was paid under this contract from a day on booked back, in its turn."""
    naam = f"ontbinding raamovereenkomst {nummer}"
    declaratie_id = await db.fetchval(REVERSE, aanbieder, naam, ontvangen_op, 0, nummer, vanaf)
    if declaratie_id is not None:
        await queue.defer(db, declaratie_id, aanbieder)


async def correct(
    db: Connection,
    toewijzing: int,
    aanbieder: str,
    gebeurtenis: int,
    volgnummers: Sequence[int],
    ontvangen_op: datetime,
) -> None:
    """Book back at once the granted termijnen that lapse, and book the one that remains due.

    Asked after `settle_first`. Raises as `settle.settle` does.
    """
    naam = f"afrekening toewijzing {toewijzing}"
    declaratie_id = await db.fetchval(
        CORRECT, aanbieder, naam, ontvangen_op, gebeurtenis, toewijzing, list(volgnummers)
    )
    await settle.settle(db, declaratie_id, day_in_amsterdam(ontvangen_op))


async def _defer_all(db: Connection, query: str, nummer: int, aanbieder: str) -> None:
    for row in await db.fetch(query, nummer):
        await queue.defer(db, row["declaratie_id"], aanbieder)
