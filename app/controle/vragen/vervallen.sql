-- SPDX-License-Identifier: EUPL-1.2
-- A termijn that lapsed is not granted: what was, is credited.

SELECT 'toewijzing ' || t.toewijzing_nummer || ' termijn ' || t.volgnummer AS waar,
       'is vervallen en nog toegekend' AS bevinding
FROM termijn t
JOIN (SELECT toewijzing_nummer, termijn, max(beurt) AS laatste FROM boeking GROUP BY 1, 2) b
  ON b.toewijzing_nummer = t.toewijzing_nummer AND b.termijn = t.volgnummer
WHERE t.vervallen_door <> 0 AND b.laatste % 2 = 0
