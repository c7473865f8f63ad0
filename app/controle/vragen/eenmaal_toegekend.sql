-- SPDX-License-Identifier: EUPL-1.2
-- The turns of a termijn follow each other without a gap, each by one line: a termijn is granted
-- again only after a credit.

SELECT 'toewijzing ' || toewijzing_nummer || ' termijn ' || termijn AS waar,
       CASE WHEN bool_or(regels > 1) THEN 'een beurt is van meer dan een regel'
            ELSE 'de beurten sluiten niet aan' END AS bevinding
FROM (
    SELECT toewijzing_nummer, termijn, beurt,
           CASE WHEN min(declaratie_id) = max(declaratie_id) AND min(regelnummer) = max(regelnummer)
                THEN 1 ELSE 2 END AS regels
    FROM boeking
    GROUP BY toewijzing_nummer, termijn, beurt
) beurten
GROUP BY toewijzing_nummer, termijn
HAVING min(beurt) <> 0 OR max(beurt) + 1 <> count(*) OR bool_or(regels > 1)
