# SPDX-License-Identifier: EUPL-1.2
"""The story of a toewijzing: all that happened to it and to its termijnen, in order."""

from app.db.logboek import CLIENT_READ

# Of the money, each turn of a termijn is told, and what is held now. $2: whether the caller is the
# gemeente, which alone reads who did it.
GESCHIEDENIS = f"""
SELECT *
FROM (
    SELECT tw.aangemaakt_op AS op, 0 AS volgnummer, 'gegeven' AS soort, tw.begindatum AS datum,
           NULL AS reden, NULL AS toelichting, tw.volgt_op AS andere_toewijzing,
           NULL::jsonb AS afrekening, CASE WHEN $2 THEN tw.aangemaakt_door END AS door,
           NULL::smallint AS termijn, tw.prijs_centen AS bedrag_centen, NULL AS referentie
    FROM toewijzing tw WHERE tw.nummer = $1
    UNION ALL
    SELECT geregistreerd_op, volgnummer, soort, datum, reden, toelichting,
           CASE WHEN soort IN ('gewijzigd', 'beeindigd')
                -- of another gemeente no more is seen than its nummer
                THEN coalesce((SELECT nummer FROM toewijzing WHERE volgt_op = $1),
                              (SELECT vervolg FROM voortzetting
                               WHERE toewijzing_nummer = $1 AND vervolg IS NOT NULL)) END,
           afrekening, CASE WHEN $2 THEN geregistreerd_door END, NULL, NULL, NULL
    FROM toewijzing_gebeurtenis WHERE nummer = $1
    UNION ALL
    SELECT min(b.geboekt_op), 0, CASE b.beurt % 2 WHEN 0 THEN 'toegekend' ELSE 'gecrediteerd' END,
           min(b.begindatum), NULL, NULL, NULL, NULL, NULL, b.termijn,
           sum(b.bedrag_centen)::bigint, r.referentie
    FROM boeking b
    JOIN declaratieregel r USING (declaratie_id, regelnummer)
    LEFT JOIN herverdeling_regel h
           ON h.toewijzing_nummer = b.toewijzing_nummer AND h.termijn = b.termijn
          AND h.beurt IN (b.beurt, b.beurt - 1)
    WHERE b.toewijzing_nummer = $1 AND h.beurt IS NULL
    GROUP BY b.termijn, b.beurt, r.referentie
    UNION ALL
    SELECT v.geboekt_op, 0, 'herverdeeld', t.begindatum, NULL, v.reden, NULL, NULL, v.geboekt_door,
           h.termijn, h.bedrag_centen, NULL
    FROM herverdeling_regel h
    JOIN herverdeling v ON v.id = h.herverdeling_id
    JOIN termijn t ON t.toewijzing_nummer = h.toewijzing_nummer AND t.volgnummer = h.termijn
    WHERE h.toewijzing_nummer = $1 AND $2
    UNION ALL
    SELECT d.afgehandeld_op, 0, 'aangehouden', r.begindatum, o.redenen[1], NULL, NULL, NULL, NULL,
           o.termijn, r.bedrag_centen, r.referentie
    FROM oordeel o
    JOIN declaratieregel r USING (declaratie_id, regelnummer)
    JOIN declaratie d ON d.id = o.declaratie_id
    WHERE o.toewijzing_nummer = $1 AND o.uitkomst = 'aangehouden'
    UNION ALL
    SELECT beeindigd_op, 0, 'client_ingezien',
           (beeindigd_op AT TIME ZONE 'Europe/Amsterdam')::date,
           NULL, NULL, NULL, NULL, door, NULL, NULL, NULL
    FROM logregel
    WHERE toewijzing_nummer = $1 AND operatie = '{CLIENT_READ}' AND $2
) AS verhaal
ORDER BY op, volgnummer, termijn, bedrag_centen DESC
"""
