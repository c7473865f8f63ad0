-- SPDX-License-Identifier: EUPL-1.2
-- The woonplaatsen of an inwoner cover every day once.

SELECT 'inwoner ' || inwoner_id AS waar, 'woonplaatsen sluiten niet aan' AS bevinding
FROM (
    SELECT i.id AS inwoner_id, w.vanaf, w.tot_en_met,
           lag(w.tot_en_met) OVER per_inwoner AS vorige, lead(w.vanaf) OVER per_inwoner AS volgende
    FROM inwoner i
    LEFT JOIN woonplaats w ON w.inwoner_id = i.id
    WINDOW per_inwoner AS (PARTITION BY i.id ORDER BY w.vanaf)
) tegels
WHERE coalesce(vorige + 1, '-infinity') IS DISTINCT FROM vanaf
   OR volgende IS NULL AND tot_en_met IS DISTINCT FROM 'infinity'
GROUP BY inwoner_id
