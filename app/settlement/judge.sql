-- SPDX-License-Identifier: EUPL-1.2
-- Judge every line of one declaratie: $1 declaratie, $2 the day (Amsterdam) it was received, $3 its
-- aanbieder. $4 to $9 say between which toewijzingen, days and references all its lines lie, so that
-- the planner sees how little of the large tables they can touch; no outcome depends on them. $10
-- is the gebeurtenis of a toewijzing that the service itself declares for, 0 for an aanbieder: only
-- that declaratie still finds the termijnen that lapsed by it, to book them back.
-- What stands in braces is filled in by judging.py: what makes an amount wrong depends on whether
-- any line can be about a volume.
-- Reads declaratieregel and what was decided before; writes one row per line into vonnis, in the
-- order of the key of boeking.
--
-- What is MATERIALIZED is worked out once: the planner knows so little of these lines that it would
-- do so again for each of them.
--
-- A termijn passes through turns (beurt): 0 its debit, 1 the credit of that, 2 a new debit, …
-- An even last turn means granted, none or an odd one means free.

INSERT INTO vonnis
WITH eerder AS MATERIALIZED (
    -- lines whose reference was used up by a line that was judged before, whatever came of it
    SELECT DISTINCT nu.regelnummer
    FROM declaratieregel oud
    JOIN declaratie d ON d.id = oud.declaratie_id AND d.afgehandeld_op IS NOT NULL
    JOIN declaratieregel nu ON nu.declaratie_id = $1 AND nu.referentie = oud.referentie
    WHERE oud.aanbieder = $3 AND oud.declaratie_id <> $1 AND oud.referentie BETWEEN $8 AND $9
),
herhaald AS MATERIALIZED (
    SELECT referentie, min(regelnummer) AS eerste_regel
    FROM declaratieregel
    WHERE declaratie_id = $1
    GROUP BY referentie
    HAVING count(*) > 1
),
stil AS MATERIALIZED (
    -- the contracts of this aanbieder that are on hold or in default: hardly ever any
    SELECT nummer,
           CASE WHEN opgeschort_vanaf IS NULL THEN 'wanprestatie' ELSE 'contract_opgeschort' END
               AS reden
    FROM raamovereenkomst
    WHERE aanbieder = $3
      AND (opgeschort_vanaf <= $2 OR ontbonden_grond IN ({in_default}))
),
stille_toewijzing AS MATERIALIZED (
    -- the toewijzingen of this aanbieder that are on hold or under review: hardly ever any
    SELECT nummer, coalesce(opgeschort_vanaf <= $2, false) AS opgeschort, is_in_beoordeling
    FROM toewijzing
    WHERE aanbieder = $3 AND nummer BETWEEN $4 AND $5
      AND (opgeschort_vanaf IS NOT NULL OR is_in_beoordeling)
),
gevonden AS (
    -- the termijn that a line names, and all that is known of it; the amount is judged after
    SELECT r.regelnummer, r.credit, r.toewijzing_nummer, t.volgnummer AS termijn, r.begindatum,
           r.einddatum, r.bedrag_centen, t.inwoner_id, t.betaler, t.profiel_id, t.wet,
           w.gemeente AS woonplaats,
           {bedrag_ongelijk} AS bedrag_ongelijk,
           eerder.regelnummer IS NOT NULL OR coalesce(r.regelnummer > h.eerste_regel, false)
               AS referentie_bekend,
           NOT r.credit AND $2 < t.declarabel_vanaf AS te_vroeg,
           NOT r.credit AND $2 > t.declarabel_tot_en_met AS te_laat,
           o.termijn IS NOT NULL AS aangehouden,
           CASE WHEN b.termijn IS NOT NULL THEN (
               -- the last turn, as the books stand
               SELECT max(beurt) FROM boeking
               WHERE toewijzing_nummer = b.toewijzing_nummer AND termijn = b.termijn
           ) END AS laatste_beurt,
           CASE WHEN r.credit AND b.termijn IS NOT NULL THEN (
               -- the granted debit of this very termijn that a credit names by its reference;
               -- it repeats the volume, where there is one
               SELECT max(debet.beurt) FROM boeking debet
               WHERE debet.toewijzing_nummer = b.toewijzing_nummer AND debet.termijn = b.termijn
                 AND debet.beurt % 2 = 0 AND debet.deel = 1
                 AND r.vorige_referentie = (
                     SELECT oud.referentie FROM declaratieregel oud
                     WHERE oud.declaratie_id = debet.declaratie_id
                       AND oud.regelnummer = debet.regelnummer
                       AND oud.volume IS NOT DISTINCT FROM r.volume
                       AND oud.eenheid IS NOT DISTINCT FROM r.eenheid
                 )
           ) END AS beurt_van_debet,
           -- who lived in one gemeente for the whole period has none of these days
           CASE WHEN t.volgnummer IS NOT NULL AND NOT r.credit AND w.gemeente IS NULL THEN EXISTS (
               SELECT FROM woonplaats onbekend
               WHERE onbekend.inwoner_id = t.inwoner_id AND onbekend.wet IN ('beide', t.wet)
                 AND onbekend.gemeente IS NULL
                 AND onbekend.vanaf <= r.einddatum AND onbekend.tot_en_met >= r.begindatum
           ) ELSE false END AS woonplaats_onbekend,
           CASE WHEN EXISTS (SELECT FROM stil) AND t.volgnummer IS NOT NULL AND NOT r.credit THEN (
               SELECT stil.reden
               FROM toewijzing tw JOIN stil ON stil.nummer = tw.raamovereenkomst_nummer
               WHERE tw.nummer = t.toewijzing_nummer
           ) END AS stilte,
           CASE WHEN EXISTS (SELECT FROM stille_toewijzing) AND t.volgnummer IS NOT NULL
                     AND NOT r.credit THEN (
               SELECT CASE WHEN is_in_beoordeling THEN 'in_beoordeling'
                           WHEN opgeschort THEN 'toewijzing_opgeschort' END
               FROM stille_toewijzing WHERE nummer = t.toewijzing_nummer
           ) END AS eigen_stilte,
           CASE WHEN t.volgnummer IS NULL THEN NOT EXISTS (
               SELECT FROM toewijzing
               WHERE nummer = r.toewijzing_nummer AND aanbieder = $3
           ) ELSE false END AS toewijzing_onbekend
    FROM declaratieregel r
    LEFT JOIN termijn t
           ON t.toewijzing_nummer = r.toewijzing_nummer AND t.mijlpaal = r.mijlpaal
          AND t.begindatum = r.begindatum AND t.einddatum = r.einddatum
          AND t.aanbieder = $3 AND t.toewijzing_nummer BETWEEN $4 AND $5
          AND t.begindatum >= $6 AND t.einddatum <= $7
          AND t.vervallen_door IN (0, $10)
    LEFT JOIN woonplaats w
           ON w.inwoner_id = t.inwoner_id AND w.wet IN ('beide', t.wet)
          AND w.vanaf <= r.begindatum AND w.tot_en_met >= r.einddatum
          AND w.vanaf <= $7 AND w.tot_en_met >= $6
    LEFT JOIN boeking b
           ON b.toewijzing_nummer = t.toewijzing_nummer AND b.termijn = t.volgnummer
          AND b.beurt = 0 AND b.deel = 1 AND b.toewijzing_nummer BETWEEN $4 AND $5
    LEFT JOIN oordeel o
           ON o.toewijzing_nummer = t.toewijzing_nummer AND o.termijn = t.volgnummer
          AND o.uitkomst = 'aangehouden'
    {omvang}
    LEFT JOIN eerder ON eerder.regelnummer = r.regelnummer
    LEFT JOIN herhaald h ON h.referentie = r.referentie
    WHERE r.declaratie_id = $1
    OFFSET 0  -- each of these is worked out once, however often it is used below
),
getoetst AS (
    -- what is wrong with a line by itself, and what held its termijn before this declaratie
    SELECT *,
           credit AND beurt_van_debet IS NULL AS credit_zonder_debet,
           coalesce(credit AND beurt_van_debet < laatste_beurt, false) AS eerder_gecrediteerd,
           coalesce(laatste_beurt % 2 = 0, false) AS toegekend,
           coalesce(stilte = 'wanprestatie', false) AS wanprestatie,
           coalesce(stilte = 'contract_opgeschort', false) AS contract_opgeschort
    FROM gevonden
),
geschift AS (
    SELECT *,
           termijn IS NOT NULL
           AND NOT (bedrag_ongelijk OR referentie_bekend OR credit_zonder_debet
                    OR eerder_gecrediteerd OR te_vroeg OR te_laat OR wanprestatie) AS zuiver
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
gewogen AS (
    SELECT *,
           termijn IS NULL OR bedrag_ongelijk OR al_gedeclareerd OR referentie_bekend
           OR credit_zonder_debet OR al_gecrediteerd OR te_vroeg OR te_laat
           OR wanprestatie AS af_te_keuren,
           contract_opgeschort OR eigen_stilte IS NOT NULL OR woonplaats_onbekend
               AS aan_te_houden
    FROM beoordeeld
)
SELECT regelnummer,
       CASE
           WHEN af_te_keuren THEN 'afgekeurd'
           WHEN aan_te_houden THEN 'aangehouden'
           ELSE 'toegekend'
       END,
       CASE
           WHEN toewijzing_onbekend THEN ARRAY['toewijzing_onbekend']
           WHEN termijn IS NULL THEN ARRAY['termijn_onbekend']
           WHEN af_te_keuren OR aan_te_houden THEN array_remove(ARRAY[
               CASE WHEN bedrag_ongelijk THEN 'bedrag_ongelijk' END,
               CASE WHEN al_gedeclareerd THEN 'al_gedeclareerd' END,
               CASE WHEN referentie_bekend THEN 'referentie_bekend' END,
               CASE WHEN credit_zonder_debet THEN 'credit_zonder_debet' END,
               CASE WHEN al_gecrediteerd THEN 'al_gecrediteerd' END,
               CASE WHEN te_vroeg THEN 'te_vroeg' END,
               CASE WHEN te_laat THEN 'te_laat' END,
               CASE WHEN wanprestatie THEN 'wanprestatie' END,
               CASE WHEN contract_opgeschort THEN 'contract_opgeschort' END,
               eigen_stilte,
               CASE WHEN woonplaats_onbekend THEN 'woonplaats_onbekend' END
           ], NULL)
       END,
       credit,
       toewijzing_nummer,
       termijn,
       coalesce(laatste_beurt, -1) + 1
           + CASE WHEN NOT credit AND eerste_credit IS NOT NULL THEN 1 ELSE 0 END,
       begindatum, einddatum, bedrag_centen, inwoner_id, woonplaats, betaler, profiel_id, wet
FROM gewogen
ORDER BY toewijzing_nummer, termijn
