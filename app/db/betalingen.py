# SPDX-License-Identifier: EUPL-1.2
"""What was paid: betalingen on betaalspecificaties. They are added, never changed."""

from collections.abc import Mapping, Sequence

from app.db.connection import Connection
from app.domain.betaling import Betaling, Stand

# In order of id, so that two who pay the same specificaties wait for each other in one order.
LOCK_STANDEN = """
SELECT s.id, s.bedrag_centen - s.betaald_centen AS open_centen,
       (s.geboekt_op AT TIME ZONE 'Europe/Amsterdam')::date AS geboekt,
       s.opdracht_id IS NOT NULL AS in_opdracht,
       ARRAY(SELECT b.kenmerk FROM betaling b WHERE b.specificatie_id = s.id) AS kenmerken
FROM betaalspecificatie s
WHERE s.betaler = $1 AND s.id = ANY ($2::integer[])
ORDER BY s.id
FOR NO KEY UPDATE OF s
"""

INSERT = """
INSERT INTO betaling (specificatie_id, datum, bedrag_centen, kenmerk, geregistreerd_door)
SELECT *, $5 FROM unnest($1::integer[], $2::date[], $3::bigint[], $4::text[])
RETURNING id
"""

BETALINGEN = """
SELECT id, specificatie_id AS specificatie, datum, bedrag_centen, kenmerk,
       opdracht_id AS betaalopdracht, geregistreerd_op
FROM betaling
WHERE specificatie_id = $1 AND ($2::timestamptz IS NULL OR geregistreerd_op <= $2)
ORDER BY id
"""


async def lock_standen(db: Connection, betaler: str, nummers: Sequence[int]) -> Mapping[int, Stand]:
    """How those of these specificaties stand that are of this betaler; nobody changes it now."""
    rows = await db.fetch(LOCK_STANDEN, betaler, sorted(set(nummers)))
    return {
        row["id"]: Stand(
            row["open_centen"], row["geboekt"], frozenset(row["kenmerken"]), row["in_opdracht"]
        )
        for row in rows
    }


async def insert_betalingen(db: Connection, betalingen: Sequence[Betaling], door: str) -> list[int]:
    """Keep them, in order; gives their ids. Asked under `lock_standen`."""
    rows = await db.fetch(
        INSERT,
        [betaling.specificatie for betaling in betalingen],
        [betaling.datum for betaling in betalingen],
        [betaling.bedrag_centen for betaling in betalingen],
        [betaling.kenmerk for betaling in betalingen],
        door,
    )
    return [row["id"] for row in rows]
