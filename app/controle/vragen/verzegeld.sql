-- SPDX-License-Identifier: EUPL-1.2
-- All that was settled has its seal or waits for it, and nothing else has one.

SELECT 'declaratie ' || declaratie_id || ' ronde ' || ronde AS waar,
       CASE WHEN d.declaratie_id IS NULL THEN 'is niet afgehandeld en toch verzegeld'
            ELSE 'heeft geen zegel' END AS bevinding
FROM (
    SELECT id AS declaratie_id, 0::smallint AS ronde FROM declaratie
    WHERE afgehandeld_op IS NOT NULL
    UNION ALL
    SELECT DISTINCT declaratie_id, ronde FROM herziening
    UNION ALL
    SELECT declaratie_id, ronde FROM herverdeling_ronde
) d
FULL JOIN (
    SELECT declaratie_id, ronde FROM zegel
    UNION
    SELECT declaratie_id, ronde FROM te_verzegelen
) z USING (declaratie_id, ronde)
WHERE d.declaratie_id IS NULL OR z.declaratie_id IS NULL
