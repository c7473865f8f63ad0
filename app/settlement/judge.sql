-- SPDX-License-Identifier: EUPL-1.2
-- Judge every line of one declaratie: $1 declaratie, $2 the day (Amsterdam) it was received, $3 its
-- aanbieder.
-- Reads declaratieregel and what was decided before; writes one row per line into vonnis.
--
-- A termijn passes through turns (beurt): 0 its debit, 1 the credit of that, 2 a new debit, …
-- An even last turn means granted, none or an odd one means free.

INSERT INTO vonnis
WITH eerder AS (
    -- references used up in an earlier declaratie, whatever came of the line
    SELECT DISTINCT oud.referentie
    FROM declaratieregel nu
    JOIN declaratieregel oud ON oud.aanbieder = $3 AND oud.referentie = nu.referentie
    WHERE nu.declaratie_id = $1 AND oud.declaratie_id < $1
),
regel AS (
    SELECT r.*,
           eerder.referentie IS NOT NULL
           OR row_number() OVER (PARTITION BY r.referentie ORDER BY r.regelnummer) > 1
               AS referentie_bekend
    FROM declaratieregel r
    LEFT JOIN eerder USING (referentie)
    WHERE r.declaratie_id = $1
),
gevonden AS (
    -- the termijn that a line names; the amount is judged after
    SELECT regel.*,
           tw.nummer IS NULL AS toewijzing_onbekend, tw.inwoner_id, tw.gemeente AS betaler,
           tw.profiel_id, tw.wet, t.volgnummer AS termijn, t.bedrag_centen AS termijn_centen,
           t.declarabel_vanaf, t.declarabel_tot_en_met
    FROM regel
    LEFT JOIN toewijzing tw
           ON tw.nummer = regel.toewijzing_nummer AND tw.aanbieder = regel.aanbieder
    LEFT JOIN termijn t
           ON t.toewijzing_nummer = tw.nummer AND t.mijlpaal = regel.mijlpaal
          AND t.begindatum = regel.begindatum AND t.einddatum = regel.einddatum
),
stand AS (
    -- the last turn of each termijn, as the books stand
    SELECT toewijzing_nummer, termijn, max(b.beurt) AS beurt
    FROM boeking b
    JOIN (SELECT DISTINCT toewijzing_nummer, termijn FROM gevonden) genoemd
   USING (toewijzing_nummer, termijn)
   GROUP BY toewijzing_nummer, termijn
),
tegenhanger AS (
    -- the granted debit of this very termijn that a credit names by its reference
    SELECT g.regelnummer, b.beurt
    FROM gevonden g
    JOIN boeking b USING (toewijzing_nummer, termijn)
    JOIN declaratieregel oud
      ON oud.declaratie_id = b.declaratie_id AND oud.regelnummer = b.regelnummer
    WHERE g.credit AND oud.referentie = g.vorige_referentie AND b.beurt % 2 = 0 AND b.deel = 1
),
zonder_woonplaats AS (
    -- the bounds of all lines together leave almost nothing of woonplaats to look through
    SELECT DISTINCT g.regelnummer
    FROM gevonden g
    JOIN woonplaats w
      ON w.inwoner_id = g.inwoner_id
     AND w.vanaf <= g.einddatum AND w.tot_en_met >= g.begindatum
    WHERE w.gemeente IS NULL AND g.termijn IS NOT NULL AND NOT g.credit
      AND w.vanaf <= (SELECT max(einddatum) FROM regel)
      AND w.tot_en_met >= (SELECT min(begindatum) FROM regel)
),
getoetst AS (
    -- what is wrong with a line by itself, and what held its termijn before this declaratie
    SELECT g.*,
           g.bedrag_centen <> g.termijn_centen AS bedrag_ongelijk,
           g.credit AND d.beurt IS NULL AS credit_zonder_debet,
           g.credit AND d.beurt < s.beurt AS eerder_gecrediteerd,
           NOT g.credit AND $2 < g.declarabel_vanaf AS te_vroeg,
           NOT g.credit AND $2 > g.declarabel_tot_en_met AS te_laat,
           z.regelnummer IS NOT NULL AS woonplaats_onbekend,
           s.beurt AS laatste_beurt,
           coalesce(s.beurt % 2 = 0, false) AS toegekend,
           o.termijn IS NOT NULL AS aangehouden
    FROM gevonden g
    LEFT JOIN stand s USING (toewijzing_nummer, termijn)
    LEFT JOIN oordeel o
           ON o.toewijzing_nummer = g.toewijzing_nummer AND o.termijn = g.termijn
          AND o.uitkomst = 'aangehouden'
    LEFT JOIN tegenhanger d ON d.regelnummer = g.regelnummer
    LEFT JOIN zonder_woonplaats z ON z.regelnummer = g.regelnummer
),
geschift AS (
    SELECT *,
           termijn IS NOT NULL
           AND NOT (bedrag_ongelijk OR referentie_bekend OR credit_zonder_debet
                    OR eerder_gecrediteerd OR te_vroeg OR te_laat) AS zuiver
    FROM getoetst
),
op_volgorde AS (
    -- of the lines that may claim a termijn, the first credit and the first debit do
    SELECT *,
           min(regelnummer) FILTER (WHERE zuiver AND credit) OVER per_termijn AS eerste_credit,
           min(regelnummer) FILTER (WHERE zuiver AND NOT credit) OVER per_termijn AS eerste_debet
    FROM geschift
    WINDOW per_termijn AS (PARTITION BY toewijzing_nummer, termijn)
),
beoordeeld AS (
    -- credits come before debits: one in this declaratie frees the termijn
    SELECT *,
           NOT credit
           AND (aangehouden OR toegekend AND eerste_credit IS NULL
                OR coalesce(regelnummer > eerste_debet, false)) AS al_gedeclareerd,
           eerder_gecrediteerd
           OR credit AND NOT credit_zonder_debet
              AND coalesce(regelnummer > eerste_credit, false) AS al_gecrediteerd
    FROM op_volgorde
),
met_redenen AS (
    SELECT *,
           CASE
               WHEN toewijzing_onbekend THEN ARRAY['toewijzing_onbekend']
               WHEN termijn IS NULL THEN ARRAY['termijn_onbekend']
               ELSE array_remove(ARRAY[
                   CASE WHEN bedrag_ongelijk THEN 'bedrag_ongelijk' END,
                   CASE WHEN al_gedeclareerd THEN 'al_gedeclareerd' END,
                   CASE WHEN referentie_bekend THEN 'referentie_bekend' END,
                   CASE WHEN credit_zonder_debet THEN 'credit_zonder_debet' END,
                   CASE WHEN al_gecrediteerd THEN 'al_gecrediteerd' END,
                   CASE WHEN te_vroeg THEN 'te_vroeg' END,
                   CASE WHEN te_laat THEN 'te_laat' END,
                   CASE WHEN woonplaats_onbekend THEN 'woonplaats_onbekend' END
               ], NULL)
           END AS redenen
    FROM beoordeeld
)
SELECT regelnummer,
       CASE
           WHEN redenen = '{}' THEN 'toegekend'
           WHEN redenen = ARRAY['woonplaats_onbekend'] THEN 'aangehouden'
           ELSE 'afgekeurd'
       END,
       redenen,
       credit,
       toewijzing_nummer,
       termijn,
       coalesce(laatste_beurt, -1) + 1
           + CASE WHEN NOT credit AND eerste_credit IS NOT NULL THEN 1 ELSE 0 END,
       begindatum, einddatum, bedrag_centen, inwoner_id, betaler, profiel_id, wet
FROM met_redenen
