-- SPDX-License-Identifier: EUPL-1.2
-- What was specified, and what each gemeente bears of it, is what was booked.

SELECT 'declaratie ' || declaratie_id || ' betaler ' || betaler || ' gemeente ' || gemeente AS waar,
       'gespecificeerd ' || coalesce(k.centen, 0) || ', geboekt ' || coalesce(b.centen, 0)
           AS bevinding
FROM (
    SELECT s.declaratie_id, s.betaler, s.geboekt_op, k.gemeente, k.wet, k.profiel_id, k.maand,
           k.bedrag_centen AS centen, k.aantal_boekingen AS boekingen
    FROM betaalspecificatie s
    JOIN kostendeel k ON k.specificatie_id = s.id
    WHERE s.declaratie_id IS NOT NULL
) k
FULL JOIN (
    SELECT declaratie_id, betaler, geboekt_op, gemeente, wet, profiel_id,
           date_trunc('month', begindatum)::date AS maand, sum(bedrag_centen) AS centen,
           count(*) AS boekingen
    FROM boeking
    GROUP BY 1, 2, 3, 4, 5, 6, 7
) b USING (declaratie_id, betaler, geboekt_op, gemeente, wet, profiel_id, maand)
WHERE (k.centen, k.boekingen) IS DISTINCT FROM (b.centen, b.boekingen)
UNION ALL
SELECT 'taakopdracht ' || taakopdracht_nummer || ' gemeente ' || gemeente,
       'gespecificeerd ' || coalesce(k.centen, 0) || ', geboekt ' || coalesce(b.centen, 0)
FROM (
    SELECT s.taakopdracht_nummer, s.betaler AS gemeente, s.geboekt_op, k.maand,
           k.bedrag_centen AS centen, k.aantal_boekingen AS boekingen
    FROM betaalspecificatie s
    JOIN kostendeel k ON k.specificatie_id = s.id AND k.gemeente = s.betaler
    WHERE s.taakopdracht_nummer IS NOT NULL
) k
FULL JOIN (
    SELECT b.taakopdracht_nummer, b.gemeente, b.geboekt_op,
           date_trunc('month', t.begindatum)::date AS maand, sum(t.bedrag_centen) AS centen,
           count(*) AS boekingen
    FROM taakboeking b
    JOIN taaktermijn t USING (taakopdracht_nummer, gemeente, volgnummer)
    GROUP BY 1, 2, 3, 4
) b USING (taakopdracht_nummer, gemeente, geboekt_op, maand)
WHERE (k.centen, k.boekingen) IS DISTINCT FROM (b.centen, b.boekingen)
UNION ALL
SELECT 'betaalspecificatie ' || s.id,
       'bedrag ' || s.bedrag_centen || ', gedragen ' || coalesce(sum(k.bedrag_centen), 0)
FROM betaalspecificatie s
LEFT JOIN kostendeel k ON k.specificatie_id = s.id
GROUP BY s.id
HAVING s.bedrag_centen IS DISTINCT FROM sum(k.bedrag_centen)
