-- SPDX-License-Identifier: EUPL-1.2
-- A toewijzing was given at the tarief of a vastgestelde list.

SELECT 'toewijzing ' || tw.nummer AS waar,
       'tarief ' || tw.tarief_centen || ', de lijst zegt '
       || coalesce(t.bedrag_centen::text, 'niets') AS bevinding
FROM toewijzing tw
LEFT JOIN tarief t
       ON t.tarieflijst_id = tw.tarieflijst_id AND t.profiel_id = tw.profiel_id
      AND t.intensiteit = tw.intensiteit
LEFT JOIN tarieflijst l ON l.id = tw.tarieflijst_id AND l.vastgesteld_op IS NOT NULL
WHERE (tw.tarief_centen, tw.tarief_vanaf) IS DISTINCT FROM (t.bedrag_centen, l.vanaf)
