-- SPDX-License-Identifier: EUPL-1.2
-- What is paid by volume is what its lines cost by volume, no termijn took more than it may, and no
-- toewijzing more than its whole.

SELECT 'toewijzing ' || om.toewijzing_nummer AS waar,
       sum(CASE b.beurt % 2 WHEN 0 THEN 1 ELSE -1 END * v.geteld) || ' toegekend van '
       || om.totaal || ' (eenheid ' || om.eenheid || ')' AS bevinding
FROM omvang om
JOIN boeking b ON b.toewijzing_nummer = om.toewijzing_nummer AND b.deel = 1
LEFT JOIN declaratieregel r
       ON r.declaratie_id = b.declaratie_id AND r.regelnummer = b.regelnummer
CROSS JOIN LATERAL (SELECT telbaar(r.volume, r.eenheid, om.eenheid) AS geteld) v
GROUP BY om.toewijzing_nummer
HAVING bool_or((r.bedrag_centen = volumebedrag(v.geteld, om.eenheid, om.tarief_centen)
                AND v.geteld <= telbaar(om.maxima[b.termijn], om.eenheid, om.eenheid)) IS NOT TRUE)
    OR sum(CASE b.beurt % 2 WHEN 0 THEN 1 ELSE -1 END * v.geteld)
       NOT BETWEEN 0 AND telbaar(om.totaal, om.eenheid, om.eenheid)
