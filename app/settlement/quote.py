# SPDX-License-Identifier: EUPL-1.2
"""What the split of a toewijzing would be if its termijnen were booked today; books nothing."""

from collections.abc import Sequence

from app.db.connection import Connection
from app.domain.period import Periode
from app.domain.toewijzing import Wet
from app.pricing.betaalplan import Termijn
from app.pricing.uitleg import Deel
from app.settlement.settle import SPLIT

WHOLE_PERIOD = 0
"""A termijn of no cents over the whole period: it counts each day once, however many termijnen
carry it."""

QUOTE = f"""
WITH te_verdelen AS (
    SELECT 0 AS toewijzing_nummer, $1::bigint AS inwoner_id, $6::text AS wet, t.*
    FROM unnest($2::smallint[], $3::date[], $4::date[], $5::bigint[])
         AS t (termijn, begindatum, einddatum, bedrag_centen)
    -- no limit: it tells the planner of few rows, so that it keeps its plan. Planning takes longer
    -- than all the rest.
    LIMIT cardinality($2)
),
verdeeld AS ({SPLIT})
SELECT gemeente,
       min(dagen) FILTER (WHERE termijn = {WHOLE_PERIOD})::integer AS dagen,
       sum(bedrag_centen)::bigint AS bedrag_centen
FROM verdeeld
GROUP BY gemeente
ORDER BY min(deel) FILTER (WHERE termijn = {WHOLE_PERIOD})
"""


async def quote_split(
    db: Connection, inwoner_id: int, wet: Wet, periode: Periode, termijnen: Sequence[Termijn]
) -> list[Deel]:
    """Per gemeente its days of the period and the sum of its parts of the termijnen, in cents."""
    parts = [(WHOLE_PERIOD, periode, 0)]
    parts += [(t.volgnummer, t.periode, t.bedrag_centen) for t in termijnen]
    rows = await db.fetch(
        QUOTE,
        inwoner_id,
        [volgnummer for volgnummer, _, _ in parts],
        [p.begindatum for _, p, _ in parts],
        [p.einddatum for _, p, _ in parts],
        [centen for _, _, centen in parts],
        wet,
    )
    return [Deel(r["gemeente"], r["dagen"], r["bedrag_centen"]) for r in rows]
