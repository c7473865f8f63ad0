-- SPDX-License-Identifier: EUPL-1.2
-- What was sealed is as it was.

SELECT 'declaratie ' || z.declaratie_id || ' ronde ' || z.ronde AS waar,
       CASE WHEN i.inhoud IS NULL THEN 'is verzegeld en bestaat niet'
            ELSE 'is veranderd sinds zij werd verzegeld' END AS bevinding
FROM zegel z
LEFT JOIN ({inhoud}) i USING (declaratie_id, ronde)
WHERE z.inhoud IS DISTINCT FROM i.inhoud
