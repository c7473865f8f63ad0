-- SPDX-License-Identifier: EUPL-1.2
-- What a termijn repeats of its toewijzing is what the toewijzing says.

SELECT 'toewijzing ' || t.toewijzing_nummer || ' termijn ' || t.volgnummer AS waar,
       'zegt iets anders dan de toewijzing' AS bevinding
FROM termijn t
LEFT JOIN toewijzing tw ON tw.nummer = t.toewijzing_nummer
WHERE (t.aanbieder, t.inwoner_id, t.betaler, t.profiel_id, t.wet)
      IS DISTINCT FROM (tw.aanbieder, tw.inwoner_id, tw.gemeente, tw.profiel_id, tw.wet)
