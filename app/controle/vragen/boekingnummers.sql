-- SPDX-License-Identifier: EUPL-1.2
-- A boekingnummer is given once, also over the boekingen of taakopdrachten.

SELECT 'boeking ' || boekingnummer AS waar, count(*) || ' keer gegeven' AS bevinding
FROM (
    SELECT boekingnummer FROM boeking
    UNION ALL
    SELECT boekingnummer FROM taakboeking
) gegeven
GROUP BY boekingnummer
HAVING count(*) > 1
