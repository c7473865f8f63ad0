-- SPDX-License-Identifier: EUPL-1.2
-- What a herverdeling says of a line, before and after, is what it took back and booked anew.

WITH delen AS (
    SELECT h.toewijzing_nummer, h.termijn, h.beurt, b.beurt - h.beurt AS stap,
           jsonb_agg(jsonb_build_object(
               'gemeente', b.gemeente, 'dagen', b.dagen,
               'bedragCenten', CASE b.beurt WHEN h.beurt THEN -b.bedrag_centen
                                            ELSE b.bedrag_centen END
           ) ORDER BY b.gemeente) AS delen
    FROM herverdeling_regel h
    JOIN boeking b ON b.toewijzing_nummer = h.toewijzing_nummer AND b.termijn = h.termijn
                  AND b.beurt BETWEEN h.beurt AND h.beurt + 1
    GROUP BY h.toewijzing_nummer, h.termijn, h.beurt, b.beurt
)
SELECT 'herverdeling ' || h.herverdeling_id AS waar,
       'zegt van toewijzing ' || h.toewijzing_nummer || ' termijn ' || h.termijn
       || ' iets anders dan haar boekingen' AS bevinding
FROM herverdeling_regel h
LEFT JOIN delen terug
       ON terug.toewijzing_nummer = h.toewijzing_nummer AND terug.termijn = h.termijn
      AND terug.beurt = h.beurt AND terug.stap = 0
LEFT JOIN delen nieuw
       ON nieuw.toewijzing_nummer = h.toewijzing_nummer AND nieuw.termijn = h.termijn
      AND nieuw.beurt = h.beurt AND nieuw.stap = 1
WHERE h.was IS DISTINCT FROM terug.delen OR h.wordt IS DISTINCT FROM nieuw.delen
