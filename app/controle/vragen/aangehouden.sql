-- SPDX-License-Identifier: EUPL-1.2
-- A line that is held occupies a termijn of its own, which is not granted.

SELECT 'declaratie ' || o.declaratie_id || ' regel ' || o.regelnummer AS waar,
       CASE WHEN t.volgnummer IS NULL THEN 'is aangehouden zonder eigen termijn'
            ELSE 'houdt een termijn bezet die al is toegekend' END AS bevinding
FROM oordeel o
JOIN declaratieregel r USING (declaratie_id, regelnummer)
LEFT JOIN termijn t
       ON t.toewijzing_nummer = o.toewijzing_nummer AND t.volgnummer = o.termijn
      AND t.aanbieder = r.aanbieder AND t.toewijzing_nummer = r.toewijzing_nummer
LEFT JOIN (SELECT toewijzing_nummer, termijn, max(beurt) AS laatste FROM boeking GROUP BY 1, 2) b
       ON b.toewijzing_nummer = o.toewijzing_nummer AND b.termijn = o.termijn
WHERE o.uitkomst = 'aangehouden' AND (t.volgnummer IS NULL OR b.laatste % 2 = 0)
