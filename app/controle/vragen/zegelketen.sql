-- SPDX-License-Identifier: EUPL-1.2
-- The seals of an aanbieder are numbered from 1 without a gap, and each covers the one before it.

SELECT 'aanbieder ' || aanbieder || ' zegel ' || volgnummer AS waar,
       CASE WHEN volgnummer <> plaats THEN 'er ontbreekt een zegel voor dit'
            ELSE 'past niet op het vorige' END AS bevinding
FROM (
    SELECT *, row_number() OVER keten AS plaats, lag(hash, 1, ''::bytea) OVER keten AS vorige
    FROM zegel
    WINDOW keten AS (PARTITION BY aanbieder ORDER BY volgnummer)
) zegels
WHERE volgnummer <> plaats OR hash <> {schakel}
