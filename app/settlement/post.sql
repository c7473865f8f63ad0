-- SPDX-License-Identifier: EUPL-1.2
-- Book what was granted: $1 declaratie, $2 its aanbieder. The query of split.sql stands in for its place below.
-- Debits are split by what is known of residence today; a credit repeats the parts of the turn
-- before it, however the inwoner has moved since. Answers with what was booked in all.

WITH te_verdelen AS (
    SELECT toewijzing_nummer, termijn, inwoner_id, begindatum, einddatum, bedrag_centen
    FROM vonnis
    WHERE uitkomst = 'toegekend' AND NOT credit
),
verdeeld AS ({split}),
parten AS (
    SELECT toewijzing_nummer, termijn, false AS credit, deel, gemeente, dagen, bedrag_centen
    FROM verdeeld
    UNION ALL
    SELECT b.toewijzing_nummer, b.termijn, true, b.deel, b.gemeente, b.dagen, -b.bedrag_centen
    FROM vonnis v
    JOIN boeking b
      ON b.toewijzing_nummer = v.toewijzing_nummer AND b.termijn = v.termijn
     AND b.beurt = v.beurt - 1
    WHERE v.uitkomst = 'toegekend' AND v.credit
),
geboekt AS (
    INSERT INTO boeking (
        toewijzing_nummer, termijn, beurt, deel, gemeente, betaler, aanbieder, profiel_id, wet,
        begindatum, einddatum, dagen, bedrag_centen, declaratie_id, regelnummer, geboekt_op
    )
    SELECT v.toewijzing_nummer, v.termijn, v.beurt, p.deel, p.gemeente, v.betaler, $2,
           v.profiel_id, v.wet, v.begindatum, v.einddatum, p.dagen, p.bedrag_centen,
           $1, v.regelnummer, statement_timestamp()
    FROM parten p
    JOIN vonnis v USING (toewijzing_nummer, termijn, credit)
    WHERE v.uitkomst = 'toegekend'
    ORDER BY v.toewijzing_nummer, v.termijn, v.beurt, p.deel
    RETURNING bedrag_centen
)
SELECT coalesce(sum(bedrag_centen), 0)::bigint FROM geboekt
