-- SPDX-License-Identifier: EUPL-1.2
-- The sums that are kept are those of the boekingen.

SELECT 'gemeente ' || gemeente || ' ' || begindatum || ' aanbieder ' || aanbieder || ' profiel '
       || profiel_id || ' ' || wet AS waar,
       'bewaard ' || coalesce(k.bedrag_centen, 0) || ', geboekt ' || coalesce(b.centen, 0)
           AS bevinding
FROM kostensom k
FULL JOIN (
    SELECT gemeente, begindatum, aanbieder, profiel_id, wet,
           sum(bedrag_centen) AS centen, count(*) AS boekingen
    FROM boeking
    GROUP BY gemeente, begindatum, aanbieder, profiel_id, wet
) b USING (gemeente, begindatum, aanbieder, profiel_id, wet)
WHERE (k.bedrag_centen, k.aantal_boekingen) IS DISTINCT FROM (b.centen, b.boekingen)
