# SPDX-License-Identifier: EUPL-1.2
"""A database to measure in: a catalogue, who is helped, and the boekingen of earlier months.

The catalogue is written with the functions of the service. The rest is made by generate_series,
with triggers off: these rows are merely present, and nothing about them is measured. What the
triggers would have kept (the sums of kosten) is made at the end.

An inwoner has one toewijzing, of the same number. The first ones are `verleden`: all of 2024,
wholly booked. The others are `lopend`: the second half of 2025, of which September and on is still
to be declared. One in five of those inwoners moves in one of those four months, so that one line
in twenty is split.
"""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import date

import asyncpg

from app.db import aanbieders, catalogus, tarieven
from app.db.connection import Connection, connected_as_owner
from app.db.raamovereenkomsten import Voorwaarden, insert_raamovereenkomst
from app.domain.period import Periode
from app.domain.toewijzing import Intensiteit
from app.pricing.betaalplan import Maandelijks
from bench.sizes import TERMIJNEN_OPEN, Sizes

LARGE = "99000001"
"""The aanbieder of the large declaraties."""
SMALL = tuple(f"9900000{i}" for i in range(2, 10))
"""The aanbieders of the small ones."""
CAPITAL = "0363"
"""More than half of all inwoners live here, so that one gemeente has a large export."""

PROFIELEN = 8
INTENSITEITEN: tuple[Intensiteit, ...] = ("licht", "middel", "zwaar")
OPEN_FROM = date(2025, 9, 1)
MONTHS_OF_VERLEDEN = 12
MONTHS_BOOKED_OF_LOPEND = 2
BOOKED_TWICE = 20
"""One in so many boekingen is of a toewijzing that is declared again."""

# k is the number of an inwoner and its toewijzing, $1 how many are verleden, $2 how many of the
# lopende are of the large aanbieder, $3 how many toewijzingen there are.
_HOME = "(CASE WHEN k % 20 < 11 THEN '0363' ELSE codes[1 + k % cardinality(codes)] END)"
_NEXT = "codes[1 + (k + 1) % cardinality(codes)]"
_CODES = "(SELECT array_agg(code ORDER BY code) AS codes FROM gemeente) AS gemeenten"
_AGB = """(CASE WHEN k <= $1 THEN '9900000' || 1 + k % 9
                WHEN k <= $1 + $2 THEN '99000001'
                ELSE '9900000' || 2 + k % 8 END)"""
_MOVES = "k > $1 AND k <= $3 AND k % 5 = 0"
_MOVED = "make_date(2025, 9 + k / 5 % 4, 10)"

INWONERS = f"""
INSERT INTO inwoner (id, gemeente, geboortedatum) OVERRIDING SYSTEM VALUE
SELECT k, {_HOME}, '2010-01-01' FROM generate_series(1, $1::int) k, {_CODES}
"""

WOONPLAATSEN = f"""
INSERT INTO woonplaats (inwoner_id, vanaf, tot_en_met, gemeente, grondslag)
SELECT k, w.*
FROM generate_series(1, $2::int) k, {_CODES},
     LATERAL (VALUES
        ('-infinity'::date, '2009-12-31'::date, NULL, 'onbekend'),
        ('2010-01-01', CASE WHEN {_MOVES} THEN {_MOVED} - 1 ELSE 'infinity' END, {_HOME}, 'brp'),
        (CASE WHEN {_MOVES} THEN {_MOVED} END, 'infinity', {_NEXT}, 'brp')
     ) AS w (vanaf, tot_en_met, gemeente, grondslag)
WHERE w.vanaf IS NOT NULL
"""

TOEWIJZINGEN = f"""
INSERT INTO toewijzing (
    nummer, gemeente, inwoner_id, wet, profiel_id, intensiteit, aanbieder, raamovereenkomst_nummer,
    begindatum, einddatum, beoogde_resultaten, verwijzer, tarieflijst_id, tarief_centen,
    tarief_vanaf, prijs_centen, aangemaakt_door
) OVERRIDING SYSTEM VALUE
SELECT k, {_HOME}, k, 'jeugdwet', 1 + k % {PROFIELEN}, 'licht', c.aanbieder, c.nummer,
       CASE WHEN k <= $1 THEN '2024-01-01'::date ELSE '2025-07-01' END,
       CASE WHEN k <= $1 THEN '2024-12-31'::date ELSE '2025-12-31' END,
       '[{{"resultaat": "Gaat weer naar school", "onderbouwing": "Gesprek met de ouders"}}]',
       'gemeente', 1, 1200000, '2020-01-01', CASE WHEN k <= $1 THEN 1200000 ELSE 600000 END, 'bench'
FROM generate_series(1, $3::int) k
CROSS JOIN {_CODES}
JOIN raamovereenkomst c ON c.aanbieder = {_AGB}
"""

TERMIJNEN = """
INSERT INTO termijn (
    toewijzing_nummer, volgnummer, mijlpaal, begindatum, einddatum, bedrag_centen,
    declarabel_vanaf, declarabel_tot_en_met, aanbieder, inwoner_id, betaler, profiel_id, wet
)
SELECT tw.nummer, m, 'voortgang', begin, (begin + interval '1 month -1 day')::date, 100000,
       (begin + interval '1 month')::date, '2099-12-31',
       tw.aanbieder, tw.inwoner_id, tw.gemeente, tw.profiel_id, tw.wet
FROM toewijzing tw,
     generate_series(1, CASE WHEN tw.nummer <= $1 THEN 12 ELSE 6 END) m,
     LATERAL (SELECT CASE WHEN tw.nummer <= $1 THEN make_date(2024, m, 1)
                          ELSE make_date(2025, 6 + m, 1) END AS begin) dag
ORDER BY tw.nummer
"""

# A declaratie per month and aanbieder: the months of verleden, then July and August of the lopende.
_BOOKED = """
FROM (SELECT k, m, m AS termijn, 1 + k % 9 AS deel, (k - 1) / 9 + 1 AS regelnummer,
             make_date(2024, m, 1) AS begin
      FROM generate_series(1, $1::int) k, generate_series(1, 12) m
      UNION ALL
      SELECT k, 12 + m, m, 1, k - $1, make_date(2025, 6 + m, 1)
      FROM generate_series($1 + 1, $2::int) k, generate_series(1, 2) m) AS geboekt
"""

DECLARATIES = f"""
INSERT INTO declaratie (
    id, aanbieder, declaratienummer, dagtekening, inhoud_hash, ontvangen_op, afgehandeld_op,
    aantal_regels, aantal_toegekend, ingediend_centen, toegekend_centen
) OVERRIDING SYSTEM VALUE
SELECT m * 10 + deel, '9900000' || deel, 'V' || m, min(begin), '\\x00', now(), now(),
       count(*), count(*), 100000 * count(*), 100000 * count(*)
{_BOOKED}
GROUP BY m, deel
"""

REGELS = f"""
INSERT INTO declaratieregel (
    declaratie_id, regelnummer, aanbieder, referentie, toewijzing_nummer, mijlpaal, begindatum,
    einddatum, bedrag_centen, credit
)
SELECT m * 10 + deel, regelnummer, '9900000' || deel,
       'V' || lpad(m::text, 2, '0') || lpad(regelnummer::text, 9, '0'), k, 'voortgang', begin,
       (begin + interval '1 month -1 day')::date, 100000, false
{_BOOKED}
"""

BOEKINGEN = f"""
INSERT INTO boeking (
    toewijzing_nummer, termijn, beurt, deel, gemeente, betaler, aanbieder, profiel_id, wet,
    begindatum, einddatum, dagen, bedrag_centen, declaratie_id, regelnummer, geboekt_op
)
SELECT k, termijn, 0, 1, {_HOME}, {_HOME}, '9900000' || deel, 1 + k % {PROFIELEN}, 'jeugdwet',
       begin, (begin + interval '1 month -1 day')::date,
       (begin + interval '1 month')::date - begin, 100000, m * 10 + deel, regelnummer, now()
{_BOOKED}, {_CODES}
"""

KOSTENSOMMEN = """
INSERT INTO kostensom
SELECT gemeente, begindatum, aanbieder, profiel_id, wet, sum(bedrag_centen), count(*)
FROM boeking
GROUP BY gemeente, begindatum, aanbieder, profiel_id, wet
"""

SPECIFICATIES = """
INSERT INTO betaalspecificatie (
    declaratie_id, betaler, aanbieder, geboekt_op, aantal_regels, bedrag_centen, credit_centen,
    vervaldatum
)
SELECT declaratie_id, betaler, aanbieder, geboekt_op, count(*), sum(bedrag_centen), 0,
       geboekt_op::date + 30
FROM boeking
GROUP BY declaratie_id, betaler, aanbieder, geboekt_op
"""

OVERLAP = "ex_toewijzing_overlap"
"""Built again after the rows are in, which goes much faster than row by row."""

COUNT_ON = """
SELECT setval(pg_get_serial_sequence('inwoner', 'id'), (SELECT max(id) FROM inwoner)),
       setval(pg_get_serial_sequence('toewijzing', 'nummer'), (SELECT max(nummer) FROM toewijzing)),
       setval(pg_get_serial_sequence('declaratie', 'id'), 1000)
"""


@dataclass(frozen=True, slots=True)
class People:
    """How many toewijzingen there are of each kind, and how many inwoners without one."""

    verleden: int
    lopend_of_large: int
    lopend: int
    booked_again: int
    without: int

    @property
    def toewijzingen(self) -> int:
        return self.verleden + self.lopend

    @property
    def inwoners(self) -> int:
        return self.toewijzingen + self.without


def people(sizes: Sizes, present: int) -> People:
    """Who it takes to have so many boekingen present and so many lines still to declare."""
    of_large = _toewijzingen_for(sizes.lines_of_large)
    booked_again = min(of_large, present // BOOKED_TWICE // MONTHS_BOOKED_OF_LOPEND)
    rest = present - booked_again * MONTHS_BOOKED_OF_LOPEND
    return People(
        verleden=-(-rest // MONTHS_OF_VERLEDEN),
        lopend_of_large=of_large,
        lopend=of_large + len(SMALL) * _toewijzingen_for(sizes.lines_of_small),
        booked_again=booked_again,
        without=sizes.inwoners_without,
    )


def _toewijzingen_for(lines: int) -> int:
    return lines // TERMIJNEN_OPEN + 1


async def fill(url: str, them: People) -> None:
    """Fill an empty, migrated database, two tables at a time."""
    async with connected_as_owner(url) as db, db.transaction():
        await _lay_down_catalogue(db)
    await asyncio.gather(_fill_facts(url, them), _fill_books(url, them))
    async with connected_as_owner(url) as db:
        await db.execute("SET session_replication_role = replica")
        await db.execute(KOSTENSOMMEN)
        await db.execute(SPECIFICATIES)
        await db.execute(COUNT_ON)
        await db.execute("VACUUM (ANALYZE)")


async def _fill_facts(url: str, them: People) -> None:
    old, of_large, all_ = them.verleden, them.lopend_of_large, them.toewijzingen
    async with connected_as_owner(url) as db:
        await db.execute("SET session_replication_role = replica")
        await db.execute(INWONERS, them.inwoners)
        await db.execute(WOONPLAATSEN, old, them.inwoners, all_)
        async with _without_overlap_guard(db):
            await db.execute(TOEWIJZINGEN, old, of_large, all_)
        await db.execute(TERMIJNEN, old)
        await db.execute("RESET session_replication_role")


@asynccontextmanager
async def _without_overlap_guard(db: Connection) -> AsyncIterator[None]:
    definition = await db.fetchval(
        "SELECT pg_get_constraintdef(oid) FROM pg_constraint WHERE conname = $1", OVERLAP
    )
    await db.execute(f"ALTER TABLE toewijzing DROP CONSTRAINT {OVERLAP}")
    yield
    await db.execute(f"ALTER TABLE toewijzing ADD CONSTRAINT {OVERLAP} {definition}")


async def _fill_books(url: str, them: People) -> None:
    async with connected_as_owner(url) as db:
        await db.execute("SET session_replication_role = replica")
        for statement in (DECLARATIES, REGELS, BOEKINGEN):
            await db.execute(statement, them.verleden, them.verleden + them.booked_again)
        await db.execute("RESET session_replication_role")


async def _lay_down_catalogue(db: Connection) -> None:
    profielen = [f"P{i}" for i in range(1, PROFIELEN + 1)]
    ids = [await _put_profiel(db, code) for code in profielen]
    prices = [(i, soort, 1_200_000 * n) for i in ids for n, soort in enumerate(INTENSITEITEN, 1)]
    lijst = await tarieven.insert_tarieflijst(db, "Bench", date(2020, 1, 1), "opsteller", prices)
    await tarieven.adopt(db, lijst, "vaststeller", "besluit")
    codes = list(await catalogus.find_gemeentecodes(db))
    for agb in (LARGE, *SMALL):
        await aanbieders.put_aanbieder(db, agb, f"Aanbieder {agb}", [], [])
        await insert_raamovereenkomst(
            db, agb, Periode(date(2020, 1, 1), date(2049, 12, 31)), Voorwaarden(), profielen, codes
        )


async def _put_profiel(db: Connection, code: str) -> int:
    profiel = catalogus.Profiel(
        code, code, "-", ["jeugdwet"], "duurzaam", "outputgericht", None, Maandelijks()
    )
    row = await catalogus.put_profiel(db, profiel)
    profiel_id: int = row["id"]
    return profiel_id


async def checkpoint(url: str) -> None:
    """Write out what is still to be written, so that what is timed next does not pay for it."""
    db = await asyncpg.connect(url)
    await db.execute("CHECKPOINT")
    await db.close()
