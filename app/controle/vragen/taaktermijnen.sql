-- SPDX-License-Identifier: EUPL-1.2
-- The instalments of a task add up to what each gemeente pays for it.

SELECT 'taakopdracht ' || d.taakopdracht_nummer || ' gemeente ' || d.gemeente AS waar,
       'bedrag ' || d.bedrag_centen || ', termijnen ' || coalesce(t.centen::text, 'ontbreken')
           AS bevinding
FROM taakdeel d
LEFT JOIN (SELECT taakopdracht_nummer, gemeente, sum(bedrag_centen) AS centen
           FROM taaktermijn GROUP BY 1, 2) t USING (taakopdracht_nummer, gemeente)
WHERE d.bedrag_centen IS DISTINCT FROM t.centen
