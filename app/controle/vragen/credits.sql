-- SPDX-License-Identifier: EUPL-1.2
-- Each part of a credit takes back the same part of the turn before it.

SELECT 'boeking ' || c.boekingnummer AS waar,
       c.bedrag_centen || ', en het debet was ' || coalesce(d.bedrag_centen::text, 'er niet')
           AS bevinding
FROM boeking c
LEFT JOIN boeking d
       ON d.toewijzing_nummer = c.toewijzing_nummer AND d.termijn = c.termijn
      AND d.beurt = c.beurt - 1 AND d.deel = c.deel
WHERE c.beurt % 2 = 1
  AND (c.gemeente, c.dagen, -c.bedrag_centen)
      IS DISTINCT FROM (d.gemeente, d.dagen, d.bedrag_centen)
