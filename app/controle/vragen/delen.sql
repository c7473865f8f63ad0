-- SPDX-License-Identifier: EUPL-1.2
-- The parts of a turn add up to its termijn, in cents (a credit below nothing) and in days, are
-- numbered from 1, and name each gemeente once. By volume the cents are those of the line, which
-- regel_geboekt looks at.

SELECT 'toewijzing ' || b.toewijzing_nummer || ' termijn ' || b.termijn || ' beurt ' || b.beurt
           AS waar,
       coalesce('termijn ' || t.bedrag_centen, 'termijn ontbreekt') || ', delen ' || b.centen
       || ' in ' || b.dagen || ' dagen' AS bevinding
FROM (
    SELECT toewijzing_nummer, termijn, beurt, sum(bedrag_centen) AS centen, sum(dagen) AS dagen,
           max(deel) AS laatste, count(*) AS delen, count(DISTINCT gemeente) AS gemeenten
    FROM boeking
    GROUP BY toewijzing_nummer, termijn, beurt
) b
LEFT JOIN termijn t ON t.toewijzing_nummer = b.toewijzing_nummer AND t.volgnummer = b.termijn
LEFT JOIN omvang om ON om.toewijzing_nummer = b.toewijzing_nummer
WHERE om.toewijzing_nummer IS NULL
      AND b.centen IS DISTINCT FROM
          CASE b.beurt % 2 WHEN 0 THEN t.bedrag_centen ELSE -t.bedrag_centen END
   OR b.dagen IS DISTINCT FROM t.einddatum - t.begindatum + 1
   OR b.laatste <> b.delen OR b.gemeenten <> b.delen
