-- SPDX-License-Identifier: EUPL-1.2
-- The termijnen of a toewijzing add up to its price.

SELECT 'toewijzing ' || tw.nummer AS waar,
       'prijs ' || tw.prijs_centen || ', termijnen ' || coalesce(t.centen::text, 'ontbreken')
           AS bevinding
FROM toewijzing tw
LEFT JOIN (SELECT toewijzing_nummer, sum(bedrag_centen) AS centen FROM termijn GROUP BY 1) t
       ON t.toewijzing_nummer = tw.nummer
WHERE tw.prijs_centen IS DISTINCT FROM t.centen
