# SPDX-License-Identifier: EUPL-1.2
"""What an auditor reads: a sample of the boekingen of a gemeente, and the path of each."""

from collections.abc import Sequence
from datetime import date, datetime

from asyncpg import Record

from app.db.connection import Connection
from app.domain.errors import NotFound

# What the gemeente bears, as it stood at a moment: not what had been taken back by then, nor what
# took it back. $1 gemeente, $2 to $3 the days in which the periods begin, $4 the moment.
POPULATION = """
SELECT b.*, sum(b.bedrag_centen) OVER (ORDER BY b.boekingnummer) AS tot_en_met
FROM boeking b
WHERE b.gemeente = $1 AND b.begindatum BETWEEN $2 AND $3 AND b.geboekt_op <= $4
  AND b.beurt % 2 = 0 AND b.bedrag_centen > 0
  AND NOT EXISTS (SELECT FROM boeking terug
                  WHERE terug.toewijzing_nummer = b.toewijzing_nummer
                    AND terug.termijn = b.termijn AND terug.beurt = b.beurt + 1
                    AND terug.geboekt_op <= $4)
"""

TOTAL = f"""
SELECT count(*) AS aantal_boekingen, coalesce(sum(bedrag_centen), 0)::bigint AS bedrag_centen
FROM ({POPULATION}) b
"""

DRAWN = f"""
SELECT t.trekking, t.cent, b.boekingnummer, b.betaler, b.aanbieder, b.toewijzing_nummer, b.termijn,
       b.wet, b.begindatum, b.einddatum, b.bedrag_centen, b.geboekt_op, b.declaratie_id,
       b.regelnummer
FROM unnest($5::bigint[]) WITH ORDINALITY AS t (cent, trekking)
JOIN ({POPULATION}) b ON t.cent > b.tot_en_met - b.bedrag_centen AND t.cent <= b.tot_en_met
ORDER BY t.trekking
"""

# From what the inwoner was told to what was paid: all that a settled line hangs on. $3 the gemeente
# that pays or bears. Of what another pays, the beschikking is not ours to show.
PATH = """
SELECT r.declaratie_id, r.regelnummer, d.declaratienummer, d.dagtekening, d.ontvangen_op,
       d.afgehandeld_op, r.aanbieder, r.referentie, r.mijlpaal, r.credit,
       r.bedrag_centen AS ingediend_centen, r.begindatum AS termijn_begindatum,
       r.einddatum AS termijn_einddatum, tw.nummer AS toewijzing_nummer, tw.gemeente AS betaler,
       tw.raamovereenkomst_nummer, tw.wet, p.code AS profiel, tw.intensiteit, tw.begindatum,
       tw.einddatum, tw.aangemaakt_op, tw.aangemaakt_door, tw.prijs_centen, tw.tarief_centen,
       tw.tarieflijst_id, l.naam AS lijstnaam, l.vastgesteld_op, l.besluit,
       coalesce(o.uitkomst, 'toegekend') AS uitkomst, coalesce(o.redenen, '{}') AS redenen,
       CASE WHEN tw.gemeente = $3 THEN be.kenmerk END AS beschikking,
       CASE WHEN tw.gemeente = $3 THEN v.id END AS verzoek_id,
       CASE WHEN tw.gemeente = $3 THEN c.mandaat END AS mandaat,
       (SELECT coalesce(jsonb_agg(jsonb_build_object(
                   'boekingnummer', b.boekingnummer, 'gemeente', b.gemeente, 'dagen', b.dagen,
                   'bedragCenten', b.bedrag_centen, 'geboektOp', b.geboekt_op
               ) ORDER BY b.beurt, b.deel), '[]')
        FROM boeking b
        WHERE b.toewijzing_nummer = r.toewijzing_nummer AND b.declaratie_id = r.declaratie_id
          AND b.regelnummer = r.regelnummer AND $3 IN (b.betaler, b.gemeente)) AS boekingen,
       CASE WHEN tw.gemeente = $3 THEN betaald.specificaties ELSE '[]' END AS betaalspecificaties
FROM declaratieregel r
JOIN declaratie d ON d.id = r.declaratie_id AND d.afgehandeld_op IS NOT NULL
JOIN zicht.prijs_van_toewijzing tw ON tw.nummer = r.toewijzing_nummer AND tw.aanbieder = r.aanbieder
JOIN profiel p ON p.id = tw.profiel_id
JOIN tarieflijst l ON l.id = tw.tarieflijst_id
LEFT JOIN oordeel o USING (declaratie_id, regelnummer)
LEFT JOIN beschikking be ON be.toewijzing_nummer = tw.nummer
LEFT JOIN verzoek v ON v.toewijzing_nummer = tw.nummer
LEFT JOIN concepttoewijzing c ON c.toewijzing_nummer = tw.nummer
CROSS JOIN LATERAL (
    -- a line that was divided anew is in more than one
    SELECT coalesce(jsonb_agg(jsonb_build_object(
               'id', s.id, 'bedragCenten', s.bedrag_centen,
               'openCenten', s.bedrag_centen - s.betaald_centen, 'vervaldatum', s.vervaldatum,
               'betaalopdrachten', (
                   SELECT coalesce(jsonb_agg(jsonb_build_object(
                       'id', o.id, 'uitvoerdatum', o.uitvoerdatum, 'bedragCenten', d.bedrag_centen,
                       'status', CASE WHEN o.uitgevoerd_op IS NOT NULL THEN 'uitgevoerd'
                                      WHEN o.ingetrokken_op IS NOT NULL THEN 'ingetrokken'
                                      ELSE 'open' END
                   ) ORDER BY o.id), '[]')
                   FROM opdrachtdeel d JOIN betaalopdracht o ON o.id = d.opdracht_id
                   WHERE d.specificatie_id = s.id),
               'betalingen', (
                   SELECT coalesce(jsonb_agg(jsonb_build_object(
                       'datum', p.datum, 'bedragCenten', p.bedrag_centen, 'kenmerk', p.kenmerk,
                       'betaalopdracht', p.opdracht_id
                   ) ORDER BY p.id), '[]')
                   FROM betaling p WHERE p.specificatie_id = s.id)
           ) ORDER BY s.id), '[]') AS specificaties
    FROM betaalspecificatie s
    WHERE s.declaratie_id = r.declaratie_id AND s.betaler = tw.gemeente
      AND s.geboekt_op IN (SELECT b.geboekt_op FROM boeking b
                           WHERE b.toewijzing_nummer = r.toewijzing_nummer
                             AND b.declaratie_id = r.declaratie_id
                             AND b.regelnummer = r.regelnummer)
) betaald
WHERE r.declaratie_id = $1 AND r.regelnummer = $2
  AND (tw.gemeente = $3
       OR EXISTS (SELECT FROM boeking b
                  WHERE b.toewijzing_nummer = r.toewijzing_nummer
                    AND b.declaratie_id = r.declaratie_id AND b.regelnummer = r.regelnummer
                    AND b.gemeente = $3))
"""


async def find_total(
    db: Connection, gemeente: str, vanaf: date, tot_en_met: date, bekend_op: datetime
) -> Record:
    """How many boekingen a sample is drawn from, and how much they come to."""
    row = await db.fetchrow(TOTAL, gemeente, vanaf, tot_en_met, bekend_op)
    assert row is not None
    return row


async def find_drawn(
    db: Connection,
    gemeente: str,
    vanaf: date,
    tot_en_met: date,
    bekend_op: datetime,
    centen: Sequence[int],
) -> list[Record]:
    """The boeking that each of these cents belongs to, in the order in which they were drawn."""
    rows: list[Record] = await db.fetch(DRAWN, gemeente, vanaf, tot_en_met, bekend_op, centen)
    return rows


async def find_path(db: Connection, gemeente: str, declaratie_id: int, regelnummer: int) -> Record:
    """The path of one settled line that this gemeente pays or bears. Raises NotFound."""
    row = await db.fetchrow(PATH, declaratie_id, regelnummer, gemeente)
    if row is None:
        raise NotFound(
            "regel_niet_gevonden", f"Declaratie {declaratie_id} heeft geen regel {regelnummer}."
        )
    return row
