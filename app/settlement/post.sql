-- SPDX-License-Identifier: EUPL-1.2
-- Book what was granted: $1 declaratie, $2 its aanbieder. The query of split.sql stands in for its
-- place below. A debit is borne by the gemeente where the inwoner lived for the whole period, or
-- split over several; a credit repeats the parts of the turn before it, however the inwoner has
-- moved since. Answers with what was booked in all.
--
-- vonnis is read as it was written, in the order of the key: sorting once more would cost as much
-- as the booking.

WITH te_verdelen AS (
    SELECT toewijzing_nummer, termijn, inwoner_id, wet, begindatum, einddatum, bedrag_centen
    FROM vonnis
    WHERE uitkomst = 'toegekend' AND NOT credit AND woonplaats IS NULL
),
verdeeld AS ({split}),
geboekt AS (
    INSERT INTO boeking (
        toewijzing_nummer, termijn, beurt, deel, gemeente, betaler, aanbieder, profiel_id, wet,
        begindatum, einddatum, dagen, bedrag_centen, declaratie_id, regelnummer, geboekt_op
    )
    SELECT toewijzing_nummer, termijn, beurt, 1, woonplaats, betaler, $2::text, profiel_id, wet,
           begindatum, einddatum, einddatum - begindatum + 1, bedrag_centen,
           $1::bigint, regelnummer, statement_timestamp()
    FROM vonnis
    WHERE uitkomst = 'toegekend' AND NOT credit AND woonplaats IS NOT NULL
    UNION ALL
    SELECT v.toewijzing_nummer, v.termijn, v.beurt, p.deel, p.gemeente, v.betaler, $2::text, v.profiel_id,
           v.wet, v.begindatum, v.einddatum, p.dagen, p.bedrag_centen,
           $1::bigint, v.regelnummer, statement_timestamp()
    FROM verdeeld p
    JOIN vonnis v USING (toewijzing_nummer, termijn)
    WHERE v.uitkomst = 'toegekend' AND NOT v.credit AND v.woonplaats IS NULL
    UNION ALL
    SELECT v.toewijzing_nummer, v.termijn, v.beurt, b.deel, b.gemeente, v.betaler, $2::text, v.profiel_id,
           v.wet, v.begindatum, v.einddatum, b.dagen, -b.bedrag_centen,
           $1::bigint, v.regelnummer, statement_timestamp()
    FROM vonnis v
    JOIN boeking b
      ON b.toewijzing_nummer = v.toewijzing_nummer AND b.termijn = v.termijn
     AND b.beurt = v.beurt - 1
    WHERE v.uitkomst = 'toegekend' AND v.credit
    RETURNING bedrag_centen
)
SELECT coalesce(sum(bedrag_centen), 0)::bigint FROM geboekt
