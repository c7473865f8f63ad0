-- SPDX-License-Identifier: EUPL-1.2
-- Say what is wrong with lines that name a volume or should, and refuse what goes past the whole of
-- a toewijzing: $1 declaratie, $2 its aanbieder, $3 and $4 between which toewijzingen its lines lie.
-- Only of a declaratie that has such lines. Reads and changes vonnis.
--
-- What was granted or is held before counts, what is credited here does not, and of the lines of
-- this declaratie each in turn takes what still fits.

WITH regel AS (
    SELECT v.regelnummer, v.uitkomst, v.credit, v.termijn, om.toewijzing_nummer, om.eenheid, om.totaal,
           telbaar(r.volume, r.eenheid, om.eenheid) AS geteld,
           CASE
               WHEN v.redenen = '{toewijzing_onbekend}' AND EXISTS (
                   SELECT FROM taakopdracht
                   WHERE nummer = v.toewijzing_nummer AND aanbieder = $2
               ) THEN ARRAY['taakgericht_zonder_regels']
               WHEN v.redenen = '{termijn_onbekend}' AND om.toewijzing_nummer IS NOT NULL
                    AND NOT EXISTS (
                   SELECT FROM termijn
                   WHERE toewijzing_nummer = v.toewijzing_nummer AND mijlpaal = r.mijlpaal
               ) THEN ARRAY['mijlpaal_past_niet']
               WHEN v.termijn IS NULL THEN v.redenen
               ELSE {fouten} || array_remove(v.redenen, 'bedrag_ongelijk')
           END AS redenen
    FROM vonnis v
    JOIN declaratieregel r ON r.declaratie_id = $1 AND r.regelnummer = v.regelnummer
    LEFT JOIN termijn t
           ON t.toewijzing_nummer = v.toewijzing_nummer AND t.volgnummer = v.termijn
          AND t.toewijzing_nummer BETWEEN $3 AND $4
    LEFT JOIN omvang om
           ON om.toewijzing_nummer = v.toewijzing_nummer AND om.aanbieder = $2
          AND om.toewijzing_nummer BETWEEN $3 AND $4
    WHERE om.toewijzing_nummer IS NOT NULL OR r.volume IS NOT NULL OR v.termijn IS NULL
),
eerder AS (
    -- of lines that are granted, credited or held, with the sign with which they count
    SELECT om.toewijzing_nummer, om.eenheid, b.declaratie_id, b.regelnummer,
           CASE b.beurt % 2 WHEN 0 THEN 1 ELSE -1 END AS teken
    FROM omvang om
    JOIN boeking b ON b.toewijzing_nummer = om.toewijzing_nummer AND b.deel = 1
                  AND b.toewijzing_nummer BETWEEN $3 AND $4
    WHERE om.toewijzing_nummer IN (SELECT toewijzing_nummer FROM regel)
    UNION ALL
    SELECT om.toewijzing_nummer, om.eenheid, o.declaratie_id, o.regelnummer, 1
    FROM omvang om
    JOIN oordeel o ON o.toewijzing_nummer = om.toewijzing_nummer AND o.uitkomst = 'aangehouden'
    WHERE om.toewijzing_nummer IN (SELECT toewijzing_nummer FROM regel)
),
gebruikt AS (
    SELECT toewijzing_nummer, sum(geteld)::bigint AS geteld
    FROM (
        SELECT e.toewijzing_nummer, e.teken * telbaar(r.volume, r.eenheid, e.eenheid) AS geteld
        FROM eerder e
        JOIN declaratieregel r USING (declaratie_id, regelnummer)
        UNION ALL
        SELECT toewijzing_nummer, -geteld FROM regel WHERE credit AND uitkomst = 'toegekend'
    ) AS stuk
    GROUP BY toewijzing_nummer
),
met_ruimte AS (
    SELECT regel.*,
           telbaar(totaal, eenheid, eenheid) - coalesce(gebruikt.geteld, 0) AS ruimte
    FROM regel
    LEFT JOIN gebruikt USING (toewijzing_nummer)
),
op_volgorde AS (
    SELECT *,
           opgenomen(CASE WHEN uitkomst = 'afgekeurd' OR credit THEN 0 ELSE geteld END, ruimte)
               OVER (PARTITION BY toewijzing_nummer ORDER BY regelnummer
                     ROWS BETWEEN UNBOUNDED PRECEDING AND 1 PRECEDING) AS al_opgenomen
    FROM met_ruimte
),
gewogen AS (
    SELECT *,
           coalesce(termijn IS NOT NULL AND NOT credit
                    AND coalesce(al_opgenomen, 0) + geteld > ruimte, false)
               AS volume_totaal
    FROM op_volgorde
)
UPDATE vonnis
SET uitkomst = CASE WHEN volume_totaal THEN 'afgekeurd' ELSE vonnis.uitkomst END,
    redenen = nullif(
        coalesce(gewogen.redenen, '{}')
            || CASE WHEN volume_totaal THEN ARRAY['volume_totaal'] ELSE '{}' END,
        '{}'
    )
FROM gewogen
WHERE vonnis.regelnummer = gewogen.regelnummer
