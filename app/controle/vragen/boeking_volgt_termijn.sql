-- SPDX-License-Identifier: EUPL-1.2
-- A boeking says of its termijn, its line and its gemeente what they say themselves. A herverdeling
-- takes a debit back without a line of its own.

SELECT 'boeking ' || b.boekingnummer AS waar,
       'wijkt af van toewijzing ' || b.toewijzing_nummer || ' termijn ' || b.termijn
       || ' of declaratie ' || b.declaratie_id || ' regel ' || b.regelnummer AS bevinding
FROM boeking b
LEFT JOIN termijn t ON t.toewijzing_nummer = b.toewijzing_nummer AND t.volgnummer = b.termijn
LEFT JOIN declaratieregel r ON r.declaratie_id = b.declaratie_id AND r.regelnummer = b.regelnummer
LEFT JOIN herverdeling_regel h
       ON h.toewijzing_nummer = b.toewijzing_nummer AND h.termijn = b.termijn AND h.beurt = b.beurt
LEFT JOIN gemeente g ON g.code = b.gemeente
WHERE (b.begindatum, b.einddatum, b.betaler, b.aanbieder, b.profiel_id, b.wet)
      IS DISTINCT FROM
      (t.begindatum, t.einddatum, t.betaler, t.aanbieder, t.profiel_id, t.wet)
   OR (b.toewijzing_nummer, b.aanbieder, b.begindatum, b.einddatum, b.beurt % 2 = 1 AND h.beurt IS NULL)
      IS DISTINCT FROM
      (r.toewijzing_nummer, r.aanbieder, r.begindatum, r.einddatum, r.credit)
   OR r.mijlpaal IS DISTINCT FROM t.mijlpaal
   OR g.code IS NULL
