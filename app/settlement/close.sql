-- SPDX-License-Identifier: EUPL-1.2
-- Give every line its end state and close the declaratie: $1 declaratie.

WITH uitzondering AS (
    INSERT INTO oordeel (declaratie_id, regelnummer, uitkomst, redenen, toewijzing_nummer, termijn)
    SELECT $1, regelnummer, uitkomst, redenen, toewijzing_nummer, termijn
    FROM vonnis
    WHERE uitkomst <> 'toegekend'
),
telling AS (
    SELECT count(*) FILTER (WHERE uitkomst = 'toegekend') AS toegekend,
           count(*) FILTER (WHERE uitkomst = 'afgekeurd') AS afgekeurd,
           count(*) FILTER (WHERE uitkomst = 'aangehouden') AS aangehouden,
           sum(CASE WHEN credit THEN -bedrag_centen ELSE bedrag_centen END)
               FILTER (WHERE uitkomst = 'toegekend') AS toegekend_centen
    FROM vonnis
)
UPDATE declaratie
SET aantal_toegekend = telling.toegekend,
    aantal_afgekeurd = telling.afgekeurd,
    aantal_aangehouden = telling.aangehouden,
    toegekend_centen = coalesce(telling.toegekend_centen, 0),
    afgehandeld_op = clock_timestamp()
FROM telling
WHERE id = $1
RETURNING declaratie.*
