-- SPDX-License-Identifier: EUPL-1.2
-- Split amounts over the gemeenten where the inwoner lived, by days.
--
-- A query over te_verdelen (toewijzing_nummer, termijn, inwoner_id, wet, begindatum, einddatum,
-- bedrag_centen), which whoever runs it puts in front. One row per termijn and gemeente; a null
-- gemeente stands for the days on which the woonplaats is not established. Cents by largest
-- remainder, ties to the gemeente with the earliest day; the parts add up to the amount because
-- the rows of woonplaats for one wet cover every day once.

WITH woondagen AS (
    SELECT v.toewijzing_nummer, v.termijn, w.gemeente, v.bedrag_centen,
           v.einddatum - v.begindatum + 1 AS alle_dagen,
           min(greatest(w.vanaf, v.begindatum)) AS eerste_dag,
           sum(least(w.tot_en_met, v.einddatum) - greatest(w.vanaf, v.begindatum) + 1) AS dagen
    FROM te_verdelen v
    JOIN woonplaats w
      ON w.inwoner_id = v.inwoner_id AND w.wet IN ('beide', v.wet)
     AND w.vanaf <= v.einddatum AND w.tot_en_met >= v.begindatum
    GROUP BY v.toewijzing_nummer, v.termijn, w.gemeente, v.bedrag_centen,
             v.begindatum, v.einddatum
),
aandelen AS (
    SELECT *,
           bedrag_centen * dagen / alle_dagen AS hele_centen,
           bedrag_centen * dagen % alle_dagen AS rest
    FROM woondagen
),
gerangschikt AS (
    SELECT *,
           bedrag_centen - sum(hele_centen) OVER per_termijn AS centen_over,
           row_number() OVER (per_termijn ORDER BY rest DESC, eerste_dag) AS rang,
           row_number() OVER (per_termijn ORDER BY eerste_dag) AS deel
    FROM aandelen
    WINDOW per_termijn AS (PARTITION BY toewijzing_nummer, termijn)
)
SELECT toewijzing_nummer, termijn, deel::smallint, gemeente, dagen::integer,
       (hele_centen + CASE WHEN rang <= centen_over THEN 1 ELSE 0 END)::bigint AS bedrag_centen
FROM gerangschikt
