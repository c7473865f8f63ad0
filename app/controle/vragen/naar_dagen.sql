-- SPDX-License-Identifier: EUPL-1.2
-- No part of a split is a cent or more away from its share by days.

SELECT 'boeking ' || boekingnummer AS waar,
       bedrag_centen || ' voor ' || dagen || ' van ' || alle_dagen || ' dagen van ' || alle_centen
           AS bevinding
FROM (
    SELECT boekingnummer, bedrag_centen, dagen,
           sum(bedrag_centen) OVER beurten AS alle_centen, sum(dagen) OVER beurten AS alle_dagen
    FROM boeking
    WHERE dagen <> einddatum - begindatum + 1
    WINDOW beurten AS (PARTITION BY toewijzing_nummer, termijn, beurt)
) delen
WHERE abs(bedrag_centen * alle_dagen - alle_centen * dagen) >= alle_dagen
