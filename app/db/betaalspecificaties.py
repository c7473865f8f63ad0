# SPDX-License-Identifier: EUPL-1.2
"""Betaalspecificaties, to be read. Each read is bound to the betaler or aanbieder that asks.

They come about by themselves: triggers on boeking and taakboeking make them of what is booked.
"""

from datetime import date, datetime
from typing import NamedTuple

from asyncpg import Record

from app.db.connection import Connection
from app.db.uitvoer import Column, Sink, as_csv, copy_as_csv, table
from app.domain.errors import NotFound


class Partij(NamedTuple):
    """Who asks: the betaler, or the aanbieder that is paid; one of both."""

    betaler: str | None
    aanbieder: str | None


# $1 betaler and $2 aanbieder: the caller. $3 the moment that is asked about; null: now.
_SPECIFICATIES = """
SELECT s.id, s.declaratie_id AS declaratie, s.taakopdracht_nummer AS taakopdracht,
       d.declaratienummer, d.dagtekening, s.aanbieder,
       s.betaler, s.geboekt_op, s.aantal_regels, s.bedrag_centen,
       s.bedrag_centen - s.credit_centen AS debet_centen, s.credit_centen, s.vervaldatum,
       b.betaald_centen, s.bedrag_centen - b.betaald_centen AS open_centen,
       CASE WHEN s.bedrag_centen = b.betaald_centen THEN 'voldaan'
            WHEN b.betaald_centen <> 0 THEN 'deels_voldaan' ELSE 'open' END AS status,
       CASE WHEN s.bedrag_centen = b.betaald_centen
            THEN coalesce(b.laatste_dag, (s.geboekt_op AT TIME ZONE 'Europe/Amsterdam')::date)
       END AS voldaan_op,
       s.opdracht_id AS betaalopdracht
FROM betaalspecificatie s
LEFT JOIN declaratie d ON d.id = s.declaratie_id
CROSS JOIN LATERAL (
    SELECT coalesce(sum(b.bedrag_centen), 0)::bigint AS betaald_centen,
           max(b.datum) AS laatste_dag
    FROM betaling b
    WHERE b.specificatie_id = s.id AND ($3::timestamptz IS NULL OR b.geregistreerd_op <= $3)
) b
WHERE ($1::text IS NULL OR s.betaler = $1) AND ($2::text IS NULL OR s.aanbieder = $2)
  AND num_nonnulls($1, $2) = 1 AND ($3::timestamptz IS NULL OR s.geboekt_op <= $3)
"""

# $4 status, $5 aanbieder, $6 betaler, $7 declaratie, $8 and $9 vervaldatum; each null for any.
SPECIFICATIES = f"""
SELECT * FROM ({_SPECIFICATIES}) s
WHERE ($4::text IS NULL OR s.status = $4)
  AND ($5::text IS NULL OR s.aanbieder = $5) AND ($6::text IS NULL OR s.betaler = $6)
  AND ($7::bigint IS NULL OR s.declaratie = $7)
  AND ($8::date IS NULL OR s.vervaldatum >= $8) AND ($9::date IS NULL OR s.vervaldatum <= $9)
ORDER BY s.id
"""

SPECIFICATIE = f"SELECT * FROM ({_SPECIFICATIES}) s WHERE s.id = $4"

REGEL_COLUMNS = {
    "regelnummer": Column("r.regelnummer", "getal"),
    "referentie": Column("r.referentie", "tekst"),
    "vorigeReferentie": Column("r.vorige_referentie", "tekst", nullable=True),
    "toewijzingNummer": Column("r.toewijzing_nummer", "getal", nullable=True),
    "wet": Column("r.wet", "code", nullable=True),
    "profiel": Column("r.profiel", "code", nullable=True),
    "mijlpaal": Column("r.mijlpaal", "code"),
    "begindatum": Column("r.begindatum", "dag"),
    "einddatum": Column("r.einddatum", "dag"),
    "debetCredit": Column("CASE WHEN r.credit THEN 'credit' ELSE 'debet' END", "code"),
    "bedragCenten": Column("r.bedrag_centen", "getal"),
}

# The boekingen of one specificatie are found by the lines of its declaratie: the key of boeking
# begins with the toewijzing. Of a task the instalments are its lines.
_REGELS = """
FROM (
    SELECT r.regelnummer, r.referentie, r.vorige_referentie, r.toewijzing_nummer, b.wet,
           p.code AS profiel, r.mijlpaal, r.begindatum, r.einddatum, r.credit, b.bedrag_centen
    FROM betaalspecificatie s
    JOIN declaratieregel r ON r.declaratie_id = s.declaratie_id
    CROSS JOIN LATERAL (
        SELECT b.wet, b.profiel_id, sum(b.bedrag_centen)::bigint AS bedrag_centen
        FROM boeking b
        WHERE b.toewijzing_nummer = r.toewijzing_nummer AND b.declaratie_id = s.declaratie_id
          AND b.regelnummer = r.regelnummer AND b.betaler = s.betaler
          AND b.geboekt_op = s.geboekt_op
        GROUP BY b.wet, b.profiel_id
    ) b
    JOIN profiel p ON p.id = b.profiel_id
    WHERE s.id = $1
    UNION ALL
    SELECT t.volgnummer, 'taakopdracht ' || t.taakopdracht_nummer || '/' || t.volgnummer, NULL,
           NULL, NULL, NULL, 'taak', t.begindatum, t.einddatum, false, t.bedrag_centen
    FROM betaalspecificatie s
    JOIN taakboeking b ON b.taakopdracht_nummer = s.taakopdracht_nummer
                      AND b.gemeente = s.betaler AND b.geboekt_op = s.geboekt_op
    JOIN taaktermijn t ON t.taakopdracht_nummer = b.taakopdracht_nummer
                      AND t.gemeente = b.gemeente AND t.volgnummer = b.volgnummer
    WHERE s.id = $1
) r
ORDER BY r.regelnummer
"""

REGELS = f"""
SELECT r.*, CASE WHEN r.credit THEN 'credit' ELSE 'debet' END AS debet_credit
{_REGELS}
"""

REGELS_CSV = table(REGEL_COLUMNS, as_csv, _REGELS)

# Due in these days, and either paid in full or past its day: the others say nothing yet. What an
# aanbieder owes has no day on which it should be paid.
BETAALTIJD = f"""
SELECT count(*) AS aantal, count(*) FILTER (WHERE op_tijd) AS aantal_op_tijd,
       coalesce(sum(bedrag_centen), 0)::bigint AS bedrag_centen,
       coalesce(sum(bedrag_centen) FILTER (WHERE op_tijd), 0)::bigint AS bedrag_op_tijd_centen
FROM (SELECT s.bedrag_centen, coalesce(s.voldaan_op <= s.vervaldatum, false) AS op_tijd
      FROM ({_SPECIFICATIES}) s
      WHERE s.bedrag_centen > 0 AND s.vervaldatum BETWEEN $4 AND $5
        AND (s.voldaan_op IS NOT NULL OR s.vervaldatum < $6)) s
"""


async def find_specificatie(
    db: Connection, partij: Partij, nummer: int, bekend_op: datetime | None = None
) -> Record:
    """One specificatie of this party. Raises NotFound, also when another's or not yet there."""
    row = await db.fetchrow(SPECIFICATIE, *partij, bekend_op, nummer)
    if row is None:
        raise NotFound(
            "betaalspecificatie_niet_gevonden", f"Er is geen betaalspecificatie {nummer}."
        )
    return row


async def find_betaaltijd(
    db: Connection,
    partij: Partij,
    vanaf: date,
    tot_en_met: date,
    vandaag: date,
    bekend_op: datetime | None,
) -> Record:
    """How many specificaties that were due in these days have been paid in time."""
    row = await db.fetchrow(BETAALTIJD, *partij, bekend_op, vanaf, tot_en_met, vandaag)
    assert row is not None
    return row


async def copy_regels(db: Connection, sink: Sink, nummer: int, delimiter: str) -> None:
    """COPY the lines of a specificatie to the sink as CSV, safe to open in a spreadsheet."""
    await copy_as_csv(db, sink, REGELS_CSV, nummer, delimiter=delimiter)
