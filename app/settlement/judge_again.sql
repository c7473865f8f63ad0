-- SPDX-License-Identifier: EUPL-1.2
-- Judge the held lines of a settled declaratie once more: $1 declaratie, $2 the day (Amsterdam) it
-- was received. A held line was right in all else, and its termijn is still its own.

INSERT INTO vonnis (
    regelnummer, uitkomst, redenen, credit, toewijzing_nummer, termijn, beurt, begindatum,
    einddatum, bedrag_centen, inwoner_id, betaler, profiel_id, wet
)
WITH aangehouden AS (
    SELECT r.regelnummer, o.toewijzing_nummer, o.termijn, r.begindatum, r.einddatum,
           r.bedrag_centen, tw.inwoner_id, tw.gemeente AS betaler, tw.profiel_id, tw.wet,
           coalesce((SELECT max(b.beurt) FROM boeking b
                     WHERE b.toewijzing_nummer = o.toewijzing_nummer AND b.termijn = o.termijn),
                    -1) + 1 AS beurt,
           array_remove(ARRAY[
               CASE WHEN t.vervallen_door <> 0 THEN 'termijn_vervallen' END,
               CASE WHEN c.ontbonden_grond IN ({in_default}) THEN 'wanprestatie' END,
               CASE WHEN c.opgeschort_vanaf <= $2 THEN 'contract_opgeschort' END,
               CASE WHEN tw.is_in_beoordeling THEN 'in_beoordeling' END,
               CASE WHEN tw.opgeschort_vanaf <= $2 THEN 'toewijzing_opgeschort' END,
               CASE WHEN EXISTS (
                   SELECT FROM woonplaats w
                   WHERE w.inwoner_id = tw.inwoner_id AND w.wet IN ('beide', tw.wet)
                     AND w.gemeente IS NULL
                     AND w.vanaf <= r.einddatum AND w.tot_en_met >= r.begindatum
               ) THEN 'woonplaats_onbekend' END
           ], NULL) AS redenen
    FROM oordeel o
    JOIN declaratieregel r USING (declaratie_id, regelnummer)
    JOIN toewijzing tw ON tw.nummer = o.toewijzing_nummer
    JOIN termijn t ON t.toewijzing_nummer = o.toewijzing_nummer AND t.volgnummer = o.termijn
    JOIN raamovereenkomst c ON c.nummer = tw.raamovereenkomst_nummer
    WHERE o.declaratie_id = $1 AND o.uitkomst = 'aangehouden'
)
SELECT regelnummer,
       CASE
           WHEN redenen = '{}' THEN 'toegekend'
           WHEN redenen && '{wanprestatie,termijn_vervallen}' THEN 'afgekeurd'
           ELSE 'aangehouden'
       END,
       redenen, false, toewijzing_nummer, termijn, beurt, begindatum, einddatum, bedrag_centen,
       inwoner_id, betaler, profiel_id, wet
FROM aangehouden
ORDER BY toewijzing_nummer, termijn
