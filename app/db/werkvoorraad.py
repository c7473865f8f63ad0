# SPDX-License-Identifier: EUPL-1.2
"""What the toegang of a gemeente has to look after, out of all it keeps."""

from collections.abc import Sequence
from datetime import date

from asyncpg import Record

from app.db.connection import Connection

RECEIVED = """
SELECT DISTINCT (ontvangen_op AT TIME ZONE 'Europe/Amsterdam')::date AS dag
FROM verzoek
WHERE gemeente = $1 AND antwoord IS NULL
"""

# $1 gemeente, $2 today, $3 the last day of the weeks ahead, $4 the last begindatum of what should
# have started; $5 days on which verzoeken came in, with until when each is answered in time, at
# first ($6) and once it is looked into ($7).
WERKVOORRAAD = """
SELECT * FROM (
    SELECT 'loopt_af' AS soort, tw.einddatum AS datum, tw.inwoner_id,
           tw.nummer AS toewijzing_nummer, NULL::integer AS plan_id, NULL::integer AS verzoek_id
    FROM toewijzing tw
    WHERE tw.gemeente = $1 AND tw.status IN ('actief', 'opgeschort')
      AND tw.einddatum BETWEEN $2 AND $3
    UNION ALL
    SELECT 'niet_gestart', tw.begindatum, tw.inwoner_id, tw.nummer, NULL, NULL
    FROM toewijzing tw
    WHERE tw.gemeente = $1 AND tw.status = 'actief'
      AND tw.begindatum <= $4 AND tw.einddatum >= $2
      AND NOT EXISTS (SELECT FROM toewijzing_gebeurtenis g
                      WHERE g.nummer = tw.nummer AND g.soort = 'gestart')
    UNION ALL
    SELECT 'woonplaats_gewijzigd', w.vanaf, tw.inwoner_id, tw.nummer, NULL, NULL
    FROM toewijzing tw
    JOIN LATERAL (
        SELECT min(w.vanaf) AS vanaf FROM woonplaats w
        WHERE w.inwoner_id = tw.inwoner_id AND w.wet IN ('beide', tw.wet)
          AND w.gemeente IS DISTINCT FROM tw.gemeente
          AND w.vanaf > tw.begindatum AND w.vanaf <= tw.einddatum
    ) w ON w.vanaf IS NOT NULL
    WHERE tw.gemeente = $1 AND tw.status IN ('actief', 'opgeschort') AND tw.einddatum >= $2
    UNION ALL
    SELECT 'evaluatie', m.datum, NULL, NULL, p.id, NULL
    FROM plan p
    JOIN planmoment m ON m.plan_id = p.id AND m.evaluatie IS NULL AND m.datum <= $2
    WHERE p.gemeente = $1 AND p.afgesloten_op IS NULL
    UNION ALL
    SELECT 'regisseur_levert', min(tw.begindatum), NULL, NULL, p.id, NULL
    FROM plan p
    JOIN planlid l ON l.plan_id = p.id AND l.loopt
    JOIN toewijzing tw ON tw.inwoner_id = l.inwoner_id AND tw.aanbieder = p.regisseur_aanbieder
    WHERE p.gemeente = $1 AND tw.status IN ('actief', 'opgeschort') AND tw.einddatum >= $2
    GROUP BY p.id
    UNION ALL
    SELECT 'verzoek', CASE WHEN v.onderzoek_op IS NULL THEN t.antwoord ELSE t.onderzoek END,
           v.inwoner_id, v.betreft_toewijzing, NULL, v.id
    FROM verzoek v
    JOIN unnest($5::date[], $6::date[], $7::date[]) AS t (dag, antwoord, onderzoek)
      ON t.dag = (v.ontvangen_op AT TIME ZONE 'Europe/Amsterdam')::date
    WHERE v.gemeente = $1 AND v.antwoord IS NULL
) AS werk
WHERE $8::text IS NULL OR soort = $8
ORDER BY datum, soort, toewijzing_nummer, plan_id, verzoek_id
"""


async def find_days_received(db: Connection, gemeente: str) -> Sequence[date]:
    """The days in Amsterdam on which the verzoeken came in that this gemeente has not answered."""
    rows: list[Record] = await db.fetch(RECEIVED, gemeente)
    return [row["dag"] for row in rows]
