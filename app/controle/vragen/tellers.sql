-- SPDX-License-Identifier: EUPL-1.2
-- What a declaratie says of its lines, by number and in cents, is what its lines and boekingen say.

WITH uitkomst AS (
    SELECT r.declaratie_id, o.uitkomst,
           CASE WHEN r.credit THEN -r.bedrag_centen ELSE r.bedrag_centen END AS centen
    FROM declaratieregel r
    LEFT JOIN oordeel o USING (declaratie_id, regelnummer)
),
telling AS (
    SELECT declaratie_id, count(*) AS regels, sum(centen) AS ingediend,
           count(*) FILTER (WHERE uitkomst IS NULL) AS toegekend,
           count(*) FILTER (WHERE uitkomst = 'afgekeurd') AS afgekeurd,
           count(*) FILTER (WHERE uitkomst = 'aangehouden') AS aangehouden,
           sum(centen) FILTER (WHERE uitkomst IS NULL) AS toegekend_centen
    FROM uitkomst
    GROUP BY declaratie_id
),
geboekt AS (
    SELECT declaratie_id, sum(bedrag_centen) AS centen FROM boeking GROUP BY 1
)
SELECT 'declaratie ' || d.id AS waar,
       'zegt ' || concat_ws('/', d.aantal_regels, d.aantal_toegekend, d.aantal_afgekeurd,
                            d.aantal_aangehouden, d.ingediend_centen, d.toegekend_centen)
       || ', heeft ' || concat_ws('/', coalesce(t.regels, 0), t.toegekend, t.afgekeurd,
                                  t.aangehouden, t.ingediend, t.toegekend_centen)
       || ', geboekt ' || coalesce(g.centen, 0) AS bevinding
FROM declaratie d
LEFT JOIN telling t ON t.declaratie_id = d.id
LEFT JOIN geboekt g ON g.declaratie_id = d.id
WHERE (d.aantal_regels, d.ingediend_centen)
      IS DISTINCT FROM (coalesce(t.regels, 0), coalesce(t.ingediend, 0))
   OR ROW(d.aantal_toegekend::bigint, d.aantal_afgekeurd::bigint, d.aantal_aangehouden::bigint,
          d.toegekend_centen::numeric)
      IS DISTINCT FROM
      CASE WHEN d.afgehandeld_op IS NULL THEN ROW(0::bigint, 0::bigint, 0::bigint, 0::numeric)
           ELSE ROW(t.toegekend, t.afgekeurd, t.aangehouden, coalesce(t.toegekend_centen, 0)) END
   OR d.toegekend_centen <> coalesce(g.centen, 0)
