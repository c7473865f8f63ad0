# SPDX-License-Identifier: EUPL-1.2
"""Many toewijzingen and lines at once, made by SQL: one inwoner in twenty moves, 3 % is wrong."""

from collections.abc import Sequence
from datetime import date

from app.db.connection import Connection
from tests.settlement.region import AANBIEDERS, Region, found

PRICE = 100_003

# No trigger or foreign key looks at each row: all of it is right by construction.
FILL = """
SET LOCAL session_replication_role = replica;

INSERT INTO inwoner (gemeente, geboortedatum)
SELECT '0153', '2010-05-01' FROM generate_series(1, {count});

INSERT INTO woonplaats (inwoner_id, vanaf, tot_en_met, gemeente, grondslag)
SELECT id, '-infinity'::date, CASE WHEN id % 20 = 0 THEN date '2026-03-14' ELSE 'infinity' END,
       '0153', 'brp'
FROM inwoner
UNION ALL
SELECT id, date '2026-03-15', 'infinity', '0141', 'brp' FROM inwoner WHERE id % 20 = 0;

INSERT INTO toewijzing (
    gemeente, inwoner_id, wet, profiel_id, intensiteit, aanbieder, raamovereenkomst_nummer,
    begindatum, einddatum, beoogde_resultaten, verwijzer, tarieflijst_id, tarief_centen,
    tarief_vanaf, prijs_centen, aangemaakt_door
)
SELECT '0153', i.id, 'jeugdwet', p.id, 'licht', r.aanbieder, r.nummer, '2026-01-01', '2026-06-30',
       '[]', 'gemeente', {tarieflijst}, {price}, '2020-01-01', {price}, 'proef'
FROM inwoner i, raamovereenkomst r, profiel p
WHERE p.code = 'H70' AND r.aanbieder IN ({aanbieders})
ORDER BY r.aanbieder, i.id;

INSERT INTO termijn
SELECT nummer, deel, mijlpaal, begindatum, einddatum, bedrag, begindatum, '2040-01-01',
       aanbieder, inwoner_id, gemeente, profiel_id, wet
FROM toewijzing, (VALUES (1, 'start', 70002), (2, 'resultaat', {price} - 70002))
     AS t (deel, mijlpaal, bedrag);
"""

LINES = """
SELECT row_number() OVER (ORDER BY nummer) AS regelnummer,
       $2 || '-' || row_number() OVER (ORDER BY nummer) AS referentie,
       nummer AS toewijzing_nummer, 'start' AS mijlpaal, begindatum, einddatum,
       70002 + CASE WHEN inwoner_id % 33 = 0 THEN 1 ELSE 0 END AS bedrag_centen,
       'debet' AS debet_credit, NULL::text AS vorige_referentie
FROM toewijzing
WHERE aanbieder = $1
ORDER BY nummer
LIMIT $3 OFFSET $4
"""

REGISTER = f"""
INSERT INTO declaratieregel
SELECT $5, regelnummer, $1, referentie, toewijzing_nummer, mijlpaal, begindatum, einddatum,
       bedrag_centen, false, NULL
FROM ({LINES}) lines
"""


async def fill(db: Connection, count: int, aanbieders: Sequence[str] = AANBIEDERS) -> Region:
    """So many inwoners with a toewijzing at each aanbieder, in an empty database."""
    region = await found(db)
    async with db.transaction():
        await db.execute(_script(count, aanbieders, region))
    await db.execute("ANALYZE inwoner, woonplaats, toewijzing, termijn")
    return region


def _script(count: int, aanbieders: Sequence[str], region: Region) -> str:
    listed = ", ".join(f"'{agb}'" for agb in aanbieders)
    return FILL.format(count=count, aanbieders=listed, tarieflijst=region.tarieflijst, price=PRICE)


async def insert_declaratie(db: Connection, agb: str, declaratienummer: str, lines: int) -> int:
    """The head of a declaratie of so many lines, which the caller puts below it."""
    declaratie_id: int = await db.fetchval(
        "INSERT INTO declaratie (aanbieder, declaratienummer, dagtekening, inhoud_hash,"
        " aantal_regels, ontvangen_op) VALUES ($1, $2, $3, '', $4, now()) RETURNING id",
        agb,
        declaratienummer,
        date(2026, 8, 1),
        lines,
    )
    return declaratie_id


async def register(
    db: Connection, declaratienummer: str, lines: int, *, agb: str = AANBIEDERS[0], skip: int = 0
) -> int:
    """A declaratie with the start lines of so many toewijzingen, taken in but not settled."""
    declaratie_id = await insert_declaratie(db, agb, declaratienummer, lines)
    await db.execute(REGISTER, agb, declaratienummer, lines, skip, declaratie_id)
    return declaratie_id


async def csv_lines(
    db: Connection, referentie: str, lines: int, *, agb: str = AANBIEDERS[0], skip: int = 0
) -> bytes:
    """The same lines as a file of CSV."""
    rows = await db.fetch(LINES, agb, referentie, lines, skip)
    head = "referentie,toewijzingNummer,mijlpaal,begindatum,einddatum,bedragCenten,debetCredit\n"
    return (head + "".join(f"{','.join(map(str, list(r.values())[1:8]))}\n" for r in rows)).encode()
