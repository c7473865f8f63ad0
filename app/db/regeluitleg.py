# SPDX-License-Identifier: EUPL-1.2
"""All that is kept of why a declared line came to its amount."""

from asyncpg import Record

from app.db.connection import Connection
from app.domain.errors import NotFound

# $3 and $4 bind the caller: the aanbieder sees its own lines; a gemeente those it pays with the
# whole split, and those it bears a part of with that part. A line that names a toewijzing of
# another aanbieder finds none.
UITLEG = """
SELECT r.regelnummer, r.referentie, r.toewijzing_nummer, r.bedrag_centen, r.credit,
       r.volume, r.eenheid, om.eenheid AS eenheid_van_tarief, om.totaal,
       om.maxima[t.volgnummer] AS maximum,
       coalesce(o.uitkomst, 'toegekend') AS uitkomst, coalesce(o.redenen, '{}') AS redenen,
       tw.nummer, tw.wet, tw.intensiteit, tw.begindatum,
       coalesce(einde.geplande_einddatum, tw.einddatum) AS einddatum, tw.prijs_centen,
       tw.verschuldigd_centen, (einde.afrekening ->> 'termijn')::integer AS slottermijn,
       tw.voortzetting_van,
       tw.tarief_centen, tw.tarief_vanaf, tw.tarieflijst_id, l.naam AS lijstnaam,
       l.vastgesteld_op, l.besluit,
       p.code AS profiel, p.soort, p.betaalplan, p.aandeel_start, p.aandeel_voortgang,
       p.aandeel_resultaat, p.gebroken_maand,
       t.volgnummer, t.mijlpaal, t.begindatum AS termijn_begindatum,
       t.einddatum AS termijn_einddatum, t.bedrag_centen AS termijn_centen,
       ARRAY(SELECT alle.bedrag_centen FROM termijn alle
             WHERE alle.toewijzing_nummer = tw.nummer ORDER BY alle.volgnummer) AS termijnen,
       (SELECT coalesce(sum(b.bedrag_centen), 0)::bigint FROM boeking b
        WHERE b.toewijzing_nummer = r.toewijzing_nummer
          AND b.declaratie_id = r.declaratie_id AND b.regelnummer = r.regelnummer)
           AS toegekend_centen,
       (SELECT coalesce(jsonb_agg(jsonb_build_object(
                   'gemeente', b.gemeente, 'dagen', b.dagen, 'bedragCenten', b.bedrag_centen
               ) ORDER BY b.deel), '[]')
        FROM boeking b
        WHERE b.toewijzing_nummer = r.toewijzing_nummer
          AND b.declaratie_id = r.declaratie_id AND b.regelnummer = r.regelnummer
          -- a line that was divided anew has several turns, and the last one holds
          AND b.beurt = (SELECT max(beurt) FROM boeking later
                         WHERE later.toewijzing_nummer = r.toewijzing_nummer
                           AND later.declaratie_id = r.declaratie_id
                           AND later.regelnummer = r.regelnummer)
          AND ($3::text IS NOT NULL OR $4::text IN (b.betaler, b.gemeente))) AS delen
FROM declaratieregel r
JOIN declaratie d ON d.id = r.declaratie_id AND d.afgehandeld_op IS NOT NULL
LEFT JOIN oordeel o USING (declaratie_id, regelnummer)
LEFT JOIN zicht.prijs_van_toewijzing tw
       ON tw.nummer = r.toewijzing_nummer AND tw.aanbieder = r.aanbieder
LEFT JOIN tarieflijst l ON l.id = tw.tarieflijst_id
LEFT JOIN profiel p ON p.id = tw.profiel_id
LEFT JOIN omvang om ON om.toewijzing_nummer = tw.nummer
LEFT JOIN zicht.einde_van_toewijzing einde ON einde.nummer = tw.nummer
LEFT JOIN LATERAL (
    -- of those that lapsed, the one that this line was about
    SELECT * FROM termijn kandidaat
    WHERE kandidaat.toewijzing_nummer = tw.nummer AND kandidaat.mijlpaal = r.mijlpaal
      AND kandidaat.begindatum = r.begindatum AND kandidaat.einddatum = r.einddatum
    ORDER BY EXISTS (SELECT FROM boeking b
                     WHERE b.toewijzing_nummer = kandidaat.toewijzing_nummer
                       AND b.termijn = kandidaat.volgnummer
                       AND b.declaratie_id = r.declaratie_id
                       AND b.regelnummer = r.regelnummer) DESC,
             (kandidaat.volgnummer = o.termijn) IS TRUE DESC, kandidaat.vervallen_door
    LIMIT 1
) t ON true
WHERE r.declaratie_id = $1 AND r.regelnummer = $2
  AND (r.aanbieder = $3 OR tw.gemeente = $4
       OR EXISTS (SELECT FROM boeking b
                  WHERE b.toewijzing_nummer = r.toewijzing_nummer
                    AND b.declaratie_id = r.declaratie_id AND b.regelnummer = r.regelnummer
                    AND b.gemeente = $4))
"""


async def find_uitleg(
    db: Connection,
    declaratie_id: int,
    regelnummer: int,
    aanbieder: str | None,
    gemeente: str | None,
) -> Record:
    """What is kept of one settled line. Raises NotFound, also when another's."""
    row = await db.fetchrow(UITLEG, declaratie_id, regelnummer, aanbieder, gemeente)
    if row is None:
        raise NotFound(
            "regel_niet_gevonden", f"Declaratie {declaratie_id} heeft geen regel {regelnummer}."
        )
    return row
