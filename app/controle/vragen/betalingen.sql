-- SPDX-License-Identifier: EUPL-1.2
-- What counts as paid, to aanbieders and between gemeenten, is what was said to be paid.

SELECT 'betaalspecificatie ' || s.id AS waar,
       'betaald ' || s.betaald_centen || ', vastgelegd ' || coalesce(sum(b.bedrag_centen), 0)
           AS bevinding
FROM betaalspecificatie s
LEFT JOIN betaling b ON b.specificatie_id = s.id
GROUP BY s.id
HAVING s.betaald_centen <> coalesce(sum(b.bedrag_centen), 0)
UNION ALL
SELECT 'verrekening ' || v.kwartaal || ' van ' || v.schuldenaar || ' aan ' || v.schuldeiser,
       'betaald ' || v.betaald_centen || ', vastgelegd ' || coalesce(sum(b.bedrag_centen), 0)
FROM verrekening v
LEFT JOIN verrekenbetaling b USING (schuldeiser, schuldenaar, kwartaal)
GROUP BY v.schuldeiser, v.schuldenaar, v.kwartaal
HAVING v.betaald_centen <> coalesce(sum(b.bedrag_centen), 0)
