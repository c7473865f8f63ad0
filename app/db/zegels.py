# SPDX-License-Identifier: EUPL-1.2
"""What a seal is made of: a hash over rows that never change, and over the seal before it.

Rows are hashed in their binary form, which no setting of a session changes, by blocks, so that a
million lines take no more memory than a thousand. Columns are named one by one: a column that
comes later changes no seal.
"""

BLOK = 1_000

INHOUD = f"""
SELECT d.id AS declaratie_id, coalesce(s.ronde, 0)::smallint AS ronde,
       sha256(record_send(ROW(
           d.id, d.aanbieder, d.declaratienummer, d.dagtekening, d.inhoud_hash, d.ontvangen_op,
           d.afgehandeld_op, d.aantal_regels, d.ingediend_centen, coalesce(s.ronde, 0)
       )) || coalesce(string_agg(record_send(ROW(s.soort, s.blok, s.hash)), ''
                                 ORDER BY s.soort, s.blok), '')) AS inhoud
FROM declaratie d
LEFT JOIN (
    SELECT r.declaratie_id, 0::smallint AS ronde, 1 AS soort, r.regelnummer / {BLOK} AS blok,
           sha256(string_agg(record_send(ROW(
               r.regelnummer, r.aanbieder, r.referentie, r.toewijzing_nummer, r.mijlpaal,
               r.begindatum, r.einddatum, r.bedrag_centen, r.credit, r.vorige_referentie
           )), '' ORDER BY r.regelnummer)) AS hash
    FROM declaratieregel r
    WHERE {{regels}}
    GROUP BY 1, 4
    UNION ALL
    SELECT o.declaratie_id, coalesce(h.ronde, 0::smallint), 2, o.regelnummer / {BLOK},
           sha256(string_agg(record_send(ROW(
               o.regelnummer, o.uitkomst, o.redenen, o.toewijzing_nummer, o.termijn
           )), '' ORDER BY o.regelnummer))
    FROM oordeel o
    LEFT JOIN herziening h USING (declaratie_id, regelnummer)
    WHERE o.uitkomst = 'afgekeurd' AND {{oordelen}}
    GROUP BY 1, 2, 4
    UNION ALL
    SELECT b.declaratie_id, coalesce(hr.ronde, h.ronde, 0::smallint), 3, b.regelnummer / {BLOK},
           sha256(string_agg(record_send(ROW(
               b.regelnummer, b.deel, b.boekingnummer, b.toewijzing_nummer, b.termijn, b.beurt,
               b.gemeente, b.betaler, b.aanbieder, b.profiel_id, b.wet, b.begindatum, b.einddatum,
               b.dagen, b.bedrag_centen, b.geboekt_op
           )), '' ORDER BY b.regelnummer, b.beurt, b.deel))
    FROM {{geboekt}} b
    LEFT JOIN herziening h USING (declaratie_id, regelnummer)
    LEFT JOIN herverdeling_regel v
           ON v.toewijzing_nummer = b.toewijzing_nummer AND v.termijn = b.termijn
          AND v.beurt IN (b.beurt, b.beurt - 1)
    LEFT JOIN herverdeling_ronde hr
           ON hr.herverdeling_id = v.herverdeling_id AND hr.declaratie_id = b.declaratie_id
    WHERE {{boekingen}}
    GROUP BY 1, 2, 4
) s ON s.declaratie_id = d.id
WHERE {{declaraties}}
GROUP BY d.id, coalesce(s.ronde, 0)
"""
"""The hash over the rows of each declaratie and round, of the tables as far as they are asked for.

The lines belong to round 0, also those that are held: they stood there from the start. What a
herverdeling books of a declaratie is a round of its own.
"""

INHOUD_VAN_ALLE = INHOUD.format(
    regels="true", oordelen="true", boekingen="true", declaraties="true", geboekt="boeking"
)
# $1 the declaratie, $2 the round. The boekingen are looked up toewijzing by toewijzing: the planner
# knows nothing of a declaratie that came in just now, and any other plan may read all there are.
INHOUD_VAN_EEN = INHOUD.format(
    regels="r.declaratie_id = $1 AND $2 = 0",
    oordelen="o.declaratie_id = $1 AND coalesce(h.ronde, 0) = $2",
    boekingen="coalesce(hr.ronde, h.ronde, 0) = $2",
    declaraties="d.id = $1",
    geboekt="""(
        SELECT geboekt.*
        FROM (SELECT DISTINCT toewijzing_nummer FROM declaratieregel
              WHERE declaratie_id = $1) genoemd
        CROSS JOIN LATERAL (
            SELECT * FROM boeking
            WHERE toewijzing_nummer = genoemd.toewijzing_nummer AND declaratie_id = $1
            OFFSET 0
        ) geboekt
    )""",
)

SCHAKEL = (
    "sha256({vorige} || record_send(ROW("
    "aanbieder, volgnummer, declaratie_id, ronde, inhoud, verzegeld_op)))"
)
"""The hash of a seal, from the hash of the one before and what it says itself."""

SEAL = f"""
WITH vorige AS (
    SELECT volgnummer, hash FROM zegel WHERE aanbieder = $3 ORDER BY volgnummer DESC LIMIT 1
),
nieuw AS (
    SELECT $3::text AS aanbieder, coalesce((SELECT volgnummer FROM vorige), 0) + 1 AS volgnummer,
           declaratie_id, ronde, inhoud, statement_timestamp() AS verzegeld_op
    FROM ({INHOUD_VAN_EEN}) van_een
    WHERE ronde = $2
)
INSERT INTO zegel (aanbieder, volgnummer, declaratie_id, ronde, inhoud, hash, verzegeld_op)
SELECT aanbieder, volgnummer, declaratie_id, ronde, inhoud,
       {SCHAKEL.format(vorige="coalesce((SELECT hash FROM vorige), '')")}, verzegeld_op
FROM nieuw
"""
