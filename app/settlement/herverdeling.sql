-- SPDX-License-Identifier: EUPL-1.2
-- Find the settled lines whose split no longer fits where the inwoner is now responsible for: $1 the
-- betaler, $2 an inwoner or null for any, $3 the toewijzingen or null for all. The query of split.sql
-- stands in for its place below. A line with a day that is not established is found, and cannot be
-- divided anew.
--
-- Only an inwoner of whom a residence was changed has an opgave: hardly anyone.

WITH regel AS (
    SELECT b.toewijzing_nummer, b.termijn, b.beurt, tw.inwoner_id
    FROM inwoner i
    JOIN toewijzing tw ON tw.inwoner_id = i.id AND tw.gemeente = $1
    JOIN boeking b ON b.toewijzing_nummer = tw.nummer AND b.deel = 1 AND b.beurt % 2 = 0
    WHERE i.gemeente = $1 AND ($2::bigint IS NULL OR i.id = $2)
      AND ($3::integer[] IS NULL OR tw.nummer = ANY ($3))
      AND EXISTS (SELECT FROM woonopgave o WHERE o.inwoner_id = i.id)
      AND NOT EXISTS (SELECT FROM boeking later
                      WHERE later.toewijzing_nummer = b.toewijzing_nummer
                        AND later.termijn = b.termijn AND later.beurt > b.beurt)
),
geboekt AS (
    SELECT regel.toewijzing_nummer, regel.termijn, regel.beurt, regel.inwoner_id,
           b.betaler, b.aanbieder, b.profiel_id, b.wet, b.begindatum, b.einddatum,
           b.declaratie_id, b.regelnummer, sum(b.bedrag_centen)::bigint AS bedrag_centen,
           jsonb_agg(jsonb_build_object(
               'gemeente', b.gemeente, 'dagen', b.dagen, 'bedragCenten', b.bedrag_centen
           ) ORDER BY b.gemeente) AS was
    FROM regel
    JOIN boeking b USING (toewijzing_nummer, termijn, beurt)
    GROUP BY regel.toewijzing_nummer, regel.termijn, regel.beurt, regel.inwoner_id,
             b.betaler, b.aanbieder, b.profiel_id, b.wet, b.begindatum, b.einddatum,
             b.declaratie_id, b.regelnummer
),
te_verdelen AS (
    SELECT toewijzing_nummer, termijn, inwoner_id, wet, begindatum, einddatum, bedrag_centen
    FROM geboekt
),
verdeeld AS ({split}),
nu AS (
    SELECT toewijzing_nummer, termijn, bool_and(gemeente IS NOT NULL) AS herverdeelbaar,
           jsonb_agg(jsonb_build_object(
               'gemeente', gemeente, 'dagen', dagen, 'bedragCenten', bedrag_centen
           ) ORDER BY gemeente) AS wordt
    FROM verdeeld
    GROUP BY toewijzing_nummer, termijn
),
geraakt AS (
    SELECT geboekt.*, nu.wordt, nu.herverdeelbaar
    FROM geboekt
    JOIN nu USING (toewijzing_nummer, termijn)
    WHERE geboekt.was <> nu.wordt
)
