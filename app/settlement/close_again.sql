-- SPDX-License-Identifier: EUPL-1.2
-- Give the held lines of a settled declaratie their new end state: $1 declaratie. Answers with what
-- was granted.

WITH toegekend AS (
    DELETE FROM oordeel o USING vonnis v
    WHERE o.declaratie_id = $1 AND o.regelnummer = v.regelnummer AND v.uitkomst = 'toegekend'
),
herzien AS (
    UPDATE oordeel o SET uitkomst = v.uitkomst, redenen = v.redenen
    FROM vonnis v
    WHERE o.declaratie_id = $1 AND o.regelnummer = v.regelnummer AND v.uitkomst <> 'toegekend'
),
telling AS (
    SELECT count(*) FILTER (WHERE uitkomst = 'toegekend') AS toegekend,
           count(*) FILTER (WHERE uitkomst = 'afgekeurd') AS afgekeurd,
           coalesce(sum(bedrag_centen) FILTER (WHERE uitkomst = 'toegekend'), 0)::bigint
               AS toegekend_centen
    FROM vonnis
)
UPDATE declaratie
SET aantal_toegekend = aantal_toegekend + telling.toegekend,
    aantal_afgekeurd = aantal_afgekeurd + telling.afgekeurd,
    aantal_aangehouden = aantal_aangehouden - telling.toegekend - telling.afgekeurd,
    toegekend_centen = declaratie.toegekend_centen + telling.toegekend_centen
FROM telling
WHERE id = $1
RETURNING telling.toegekend_centen
