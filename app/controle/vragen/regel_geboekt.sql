-- SPDX-License-Identifier: EUPL-1.2
-- The boekingen of a line add up to its amount, with the sign of the line.

SELECT 'declaratie ' || declaratie_id || ' regel ' || regelnummer AS waar,
       coalesce('gedeclareerd ' || CASE WHEN r.credit THEN -r.bedrag_centen ELSE r.bedrag_centen END,
                'bestaat niet') || ', geboekt ' || b.geboekt AS bevinding
FROM (SELECT declaratie_id, regelnummer, sum(bedrag_centen) AS geboekt FROM boeking GROUP BY 1, 2) b
LEFT JOIN declaratieregel r USING (declaratie_id, regelnummer)
WHERE b.geboekt
      IS DISTINCT FROM CASE WHEN r.credit THEN -r.bedrag_centen ELSE r.bedrag_centen END
