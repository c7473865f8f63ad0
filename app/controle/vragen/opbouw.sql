-- SPDX-License-Identifier: EUPL-1.2
-- What a tarief is made of adds up to it.

SELECT 'tarieflijst ' || tarieflijst_id || ' profiel ' || profiel_id || ' ' || intensiteit AS waar,
       'tarief ' || t.bedrag_centen || ', opbouw ' || o.centen AS bevinding
FROM (
    SELECT tarieflijst_id, profiel_id, intensiteit,
           100 * (SELECT sum((stap ->> 'waarde')::numeric)
                  FROM jsonb_array_elements(stappen) AS stap) AS centen
    FROM tarief_opbouw
) o
JOIN tarief t USING (tarieflijst_id, profiel_id, intensiteit)
WHERE o.centen IS DISTINCT FROM t.bedrag_centen
