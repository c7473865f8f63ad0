-- SPDX-License-Identifier: EUPL-1.2
-- A line of a settled declaratie has boekingen or an oordeel, never both and never neither; of one
-- that is not settled it has none.

SELECT 'declaratie ' || declaratie_id || ' regel ' || regelnummer AS waar,
       CASE
           WHEN d.afgehandeld_op IS NULL THEN 'heeft een uitkomst terwijl de declaratie open staat'
           WHEN b.declaratie_id IS NULL THEN 'heeft geen uitkomst'
           ELSE 'is ' || o.uitkomst || ' en toch geboekt'
       END AS bevinding
FROM declaratieregel r
JOIN declaratie d ON d.id = r.declaratie_id
LEFT JOIN oordeel o USING (declaratie_id, regelnummer)
LEFT JOIN (SELECT declaratie_id, regelnummer FROM boeking GROUP BY 1, 2) b
    USING (declaratie_id, regelnummer)
WHERE num_nonnulls(o.uitkomst, b.declaratie_id)
      <> CASE WHEN d.afgehandeld_op IS NULL THEN 0 ELSE 1 END
