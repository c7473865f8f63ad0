-- SPDX-License-Identifier: EUPL-1.2
-- The termijnen of a toewijzing that stand add up to what is due, or to its price.

SELECT 'toewijzing ' || tw.nummer AS waar,
       'prijs ' || coalesce(tw.verschuldigd_centen, tw.prijs_centen) || ', termijnen ' || coalesce(t.centen::text, 'ontbreken')
           AS bevinding
FROM toewijzing tw
LEFT JOIN (SELECT toewijzing_nummer,
                  coalesce(sum(bedrag_centen) FILTER (WHERE vervallen_door = 0), 0) AS centen
           FROM termijn GROUP BY 1) t
       ON t.toewijzing_nummer = tw.nummer
WHERE coalesce(tw.verschuldigd_centen, tw.prijs_centen) IS DISTINCT FROM t.centen
