-- SPDX-License-Identifier: EUPL-1.2
-- The woonplaatsen of an inwoner cover every day once: those for both wetten, or those of each.

SELECT 'inwoner ' || inwoner_id AS waar, 'woonplaatsen sluiten niet aan' AS bevinding
FROM (
    SELECT i.id AS inwoner_id, w.wet, w.vanaf, w.tot_en_met,
           lag(w.tot_en_met) OVER per_wet AS vorige, lead(w.vanaf) OVER per_wet AS volgende
    FROM inwoner i
    LEFT JOIN woonplaats w ON w.inwoner_id = i.id
    WINDOW per_wet AS (PARTITION BY i.id, w.wet ORDER BY w.vanaf)
) tegels
GROUP BY inwoner_id
HAVING bool_or(coalesce(vorige + 1, '-infinity') IS DISTINCT FROM vanaf
               OR volgende IS NULL AND tot_en_met IS DISTINCT FROM 'infinity')
    OR array_agg(DISTINCT wet) NOT IN (ARRAY['beide'], ARRAY['jeugdwet', 'wmo'])
