# SPDX-License-Identifier: EUPL-1.2
"""Kostenregels straight into the database, as many as wanted."""

from datetime import date

from app.db.connection import Connection
from app.db.kostenregels import Keuze

GEMEENTE = "0153"
KEUZE = Keuze(GEMEENTE, date(2026, 1, 1), date(2026, 12, 31))
PERIODE = {"vanaf": "2026-01-01", "totEnMet": "2026-12-31"}

# The triggers that guard a boeking are left out: what they check is not what is tested here.
FILL = """
SET session_replication_role = replica;
INSERT INTO profiel (code, naam, omschrijving, wetten, soort, bekostiging, betaalplan)
SELECT 'OB' || i, '', '', '{jeugdwet}', 'herstel', 'outputgericht', 'einde'
FROM generate_series(1, 3) i;
INSERT INTO toewijzing (
    nummer, gemeente, inwoner_id, wet, profiel_id, intensiteit, aanbieder, begindatum, einddatum,
    raamovereenkomst_nummer, beoogde_resultaten, verwijzer, tarieflijst_id, tarief_centen,
    tarief_vanaf, prijs_centen, aangemaakt_door
)
OVERRIDING SYSTEM VALUE
SELECT i, '0153', i, 'jeugdwet', 1 + i % 3, 'zwaar', '99000001', '2026-01-01', '2026-12-31',
       1, '[]', 'gemeente', 1, 100, '2026-01-01', 100, ''
FROM generate_series(0, {count} / 12) i;
INSERT INTO termijn
SELECT i, m, 'voortgang', date '2026-01-01' + m * 28, date '2026-01-28' + m * 28, 100,
       '2026-01-01', '2031-12-31', '99000001', i, '0153', 1 + i % 3, 'jeugdwet'
FROM generate_series(0, {count} / 12) i, generate_series(0, 11) m;
INSERT INTO declaratie (
    id, aanbieder, declaratienummer, dagtekening, inhoud_hash, ontvangen_op, aantal_regels
)
OVERRIDING SYSTEM VALUE SELECT 1, '99000001', 'D1', '2026-08-01', '', now(), {count};
INSERT INTO declaratieregel
SELECT 1, i, '99000001', 'REF-' || i, i / 12, 'voortgang', '2026-01-01', '2026-01-31', 1, false
FROM generate_series(1, {count}) i;
INSERT INTO boeking (
    toewijzing_nummer, termijn, beurt, deel, gemeente, betaler, aanbieder, profiel_id, wet,
    begindatum, einddatum, dagen, bedrag_centen, declaratie_id, regelnummer, geboekt_op
)
SELECT i / 12, i % 12, 0, 1, '0153', '0141', '99000001', 1 + i / 12 % 3, 'jeugdwet',
       date '2026-01-01' + i % 12 * 28, date '2026-01-28' + i % 12 * 28, 28, 100 + i, 1, i,
       timestamptz '2026-08-03 07:15:00.000001Z' + i * interval '1 s'
FROM generate_series(1, {count}) i;
INSERT INTO betaalspecificatie (
    declaratie_id, betaler, aanbieder, geboekt_op, aantal_regels, bedrag_centen, credit_centen,
    vervaldatum
)
VALUES (1, '0141', '99000001', '2026-08-03', {count}, 1, 0, '2026-09-02');
INSERT INTO kostendeel
SELECT id, '0153', 'jeugdwet', 1, '2026-01-01', 1, 1 FROM betaalspecificatie;
RESET session_replication_role;
ANALYZE;
"""


async def fill(db: Connection, count: int, *referenties: str) -> None:
    """So many lines; the first have these references."""
    await db.execute(FILL.replace("{count}", str(count)))
    await db.execute("SET session_replication_role = replica")
    await db.executemany(
        "UPDATE declaratieregel SET referentie = $2 WHERE regelnummer = $1",
        list(enumerate(referenties, start=1)),
    )
    await db.execute("RESET session_replication_role")
