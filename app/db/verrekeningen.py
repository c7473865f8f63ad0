# SPDX-License-Identifier: EUPL-1.2
"""Onderlinge verrekening: what gemeenten paid for each other, per pair and quarter of booking."""

from datetime import date, datetime

from asyncpg import Record

from app.db.afsluitingen import LOCK_BOOKS
from app.db.connection import Connection
from app.domain.errors import NotFound
from app.domain.verrekening import Besluit

# Each amount stands at both gemeenten, with its sign turned: all rows together come to nothing.
# $1 gemeente and $2 tegenpartij, null for any; $3 as it was known at a moment, null: now.
_PAIRS = """
    SELECT s.betaler AS gemeente, k.gemeente AS tegenpartij, s.geboekt_op,
           k.bedrag_centen AS voorgeschoten_centen, 0::bigint AS verschuldigd_centen
    FROM betaalspecificatie s
    JOIN kostendeel k ON k.specificatie_id = s.id AND k.gemeente <> s.betaler
    WHERE ($1::text IS NULL OR s.betaler = $1) AND ($2::text IS NULL OR k.gemeente = $2)
    UNION ALL
    SELECT k.gemeente, s.betaler, s.geboekt_op, 0, k.bedrag_centen
    FROM kostendeel k
    JOIN betaalspecificatie s ON s.id = k.specificatie_id AND s.betaler <> k.gemeente
    WHERE ($1::text IS NULL OR k.gemeente = $1) AND ($2::text IS NULL OR s.betaler = $2)
"""

_QUARTERS = f"""
    SELECT gemeente, tegenpartij,
           date_trunc('quarter', geboekt_op AT TIME ZONE 'Europe/Amsterdam')::date AS kwartaal,
           sum(voorgeschoten_centen)::bigint AS voorgeschoten_centen,
           sum(verschuldigd_centen)::bigint AS verschuldigd_centen,
           sum(voorgeschoten_centen - verschuldigd_centen)::bigint AS saldo_centen
    FROM ({_PAIRS}) p
    WHERE $3::timestamptz IS NULL OR geboekt_op <= $3
    GROUP BY 1, 2, 3
"""

_STANDEN = f"""
    SELECT q.*, v.aangezegd_op, v.bezwaar_reden, v.bezwaar_centen, v.besluit_toelichting,
           CASE WHEN v.bezwaar_op <= coalesce($3, v.bezwaar_op) THEN v.bezwaar_op END
               AS bezwaar_op,
           CASE WHEN v.besloten_op <= coalesce($3, v.besloten_op) THEN v.besloten_op END
               AS besloten_op,
           CASE WHEN v.besloten_op <= coalesce($3, v.besloten_op) THEN v.besluit END AS besluit,
           (v.aangezegd_op AT TIME ZONE 'Europe/Amsterdam')::date AS aangezegd,
           coalesce(b.betaald_centen, 0)::bigint AS betaald_centen,
           coalesce(b.betalingen, '[]'::jsonb) AS betalingen
    FROM ({_QUARTERS}) q
    LEFT JOIN verrekening v
           ON v.kwartaal = q.kwartaal AND v.aangezegd_op <= coalesce($3, v.aangezegd_op)
          AND (v.schuldeiser, v.schuldenaar) = (
              CASE WHEN q.saldo_centen > 0 THEN q.gemeente ELSE q.tegenpartij END,
              CASE WHEN q.saldo_centen > 0 THEN q.tegenpartij ELSE q.gemeente END)
    LEFT JOIN LATERAL (
        SELECT sum(b.bedrag_centen) AS betaald_centen,
               jsonb_agg(jsonb_build_object(
                   'datum', b.datum, 'bedragCenten', b.bedrag_centen, 'kenmerk', b.kenmerk
               ) ORDER BY b.id) AS betalingen
        FROM verrekenbetaling b
        WHERE (b.schuldeiser, b.schuldenaar, b.kwartaal)
              = (v.schuldeiser, v.schuldenaar, v.kwartaal)
          AND b.geregistreerd_op <= coalesce($3, b.geregistreerd_op)
    ) b ON true
"""

VERREKENINGEN = f"""
SELECT * FROM ({_STANDEN}) q
WHERE $4::date IS NULL OR q.kwartaal = $4
ORDER BY q.kwartaal, q.gemeente, q.tegenpartij
"""

# $4: the first day of the quarter that still runs, which is not settled yet.
SALDI = f"""
SELECT gemeente, tegenpartij, sum(saldo_centen)::bigint AS saldo_centen,
       sum(sign(saldo_centen) * betaald_centen)::bigint AS betaald_centen,
       sum(saldo_centen - sign(saldo_centen) * betaald_centen)::bigint AS open_centen
FROM ({_STANDEN}) q
WHERE q.kwartaal < $4
GROUP BY gemeente, tegenpartij
ORDER BY gemeente, tegenpartij
"""

# Two of both gemeenten take turns.
LOCK = """
SELECT set_config('lock_timeout', '30s', true),
       pg_advisory_xact_lock(hashtext('verrekening ' || least($1, $2)),
                             hashtext(greatest($1, $2)))
"""

NOTICE = """
INSERT INTO verrekening (schuldeiser, schuldenaar, kwartaal, saldo_centen, aangezegd_door)
VALUES ($1, $2, $3, $4, $5)
"""

OBJECT = """
UPDATE verrekening
SET bezwaar_op = now(), bezwaar_door = $4, bezwaar_reden = $5, bezwaar_centen = $6
WHERE schuldenaar = $1 AND schuldeiser = $2 AND kwartaal = $3
"""

DECIDE = """
UPDATE verrekening
SET besloten_op = now(), besloten_door = $4, besluit = $5, besluit_toelichting = $6
WHERE schuldeiser = $1 AND schuldenaar = $2 AND kwartaal = $3
"""

PAY = """
INSERT INTO verrekenbetaling (
    schuldeiser, schuldenaar, kwartaal, datum, bedrag_centen, kenmerk, geregistreerd_door
)
VALUES ($1, $2, $3, $4, $5, $6, $7)
"""


async def find_verrekening(
    db: Connection,
    gemeente: str,
    tegenpartij: str,
    kwartaal: date,
    bekend_op: datetime | None = None,
) -> Record:
    """How these two stand in a quarter, seen from the first. Raises NotFound."""
    row = await db.fetchrow(VERREKENINGEN, gemeente, tegenpartij, bekend_op, kwartaal)
    if row is None:
        raise NotFound(
            "verrekening_niet_gevonden",
            "In dit kwartaal heeft geen van beide gemeenten voor de andere betaald.",
        )
    return row


async def lock_verrekening(
    db: Connection, gemeente: str, tegenpartij: str, kwartaal: date
) -> Record:
    """The same, while nobody else changes it. Raises NotFound."""
    await db.execute(LOCK, gemeente, tegenpartij)
    return await find_verrekening(db, gemeente, tegenpartij, kwartaal)


async def lock_books(db: Connection) -> None:
    """Wait for what is being booked: a quarter that is over is whole after this."""
    await db.execute("SELECT set_config('lock_timeout', '30s', true)")
    await db.execute(LOCK_BOOKS)


async def give_notice(
    db: Connection, schuldeiser: str, schuldenaar: str, kwartaal: date, saldo_centen: int, door: str
) -> None:
    """Tell the other what it owes. Asked under `lock_verrekening`, as are those below."""
    await db.execute(NOTICE, schuldeiser, schuldenaar, kwartaal, saldo_centen, door)


async def insert_bezwaar(
    db: Connection,
    schuldenaar: str,
    schuldeiser: str,
    kwartaal: date,
    door: str,
    reden: str,
    bedrag_centen: int,
) -> None:
    """Keep what the one that should pay disputes, and why."""
    await db.execute(OBJECT, schuldenaar, schuldeiser, kwartaal, door, reden, bedrag_centen)


async def insert_besluit(
    db: Connection,
    schuldeiser: str,
    schuldenaar: str,
    kwartaal: date,
    door: str,
    besluit: Besluit,
    toelichting: str,
) -> None:
    """Keep what was decided on a bezwaar."""
    await db.execute(DECIDE, schuldeiser, schuldenaar, kwartaal, door, besluit, toelichting)


async def insert_betaling(
    db: Connection,
    schuldeiser: str,
    schuldenaar: str,
    kwartaal: date,
    betaling: tuple[date, int, str],
    door: str,
) -> None:
    """Keep what was received: on which day, how many cents, under which kenmerk."""
    await db.execute(PAY, schuldeiser, schuldenaar, kwartaal, *betaling, door)
