# SPDX-License-Identifier: EUPL-1.2
"""What the database itself refuses of help that is paid by volume."""

from datetime import date

import pytest

from app.db.connection import Connection
from tests.pools import Watched
from tests.settlement import region
from tests.settlement.test_guards import AGB, HALF_JAAR, Attempts, _refused_by

TARIEF = 6_622
HOURS = 12

# A line of so many hours of the second termijn, and a boeking for it.
BOOK_MORE = f"""
    INSERT INTO declaratieregel
    SELECT r.declaratie_id, 99, r.aanbieder, 'X', r.toewijzing_nummer, t.mijlpaal, t.begindatum,
           t.einddatum, {{hours}} * {TARIEF}, false, NULL, {{hours}}, '04'
    FROM declaratieregel r JOIN termijn t USING (toewijzing_nummer)
    WHERE t.volgnummer = 2 AND r.volume IS NOT NULL;
    INSERT INTO boeking (toewijzing_nummer, termijn, beurt, deel, gemeente, betaler, aanbieder,
                         profiel_id, wet, begindatum, einddatum, dagen, bedrag_centen,
                         declaratie_id, regelnummer, geboekt_op)
    SELECT b.toewijzing_nummer, 2, 0, 1, b.gemeente, b.betaler, b.aanbieder, b.profiel_id, b.wet,
           t.begindatum, t.einddatum, t.einddatum - t.begindatum + 1, {{centen}},
           b.declaratie_id, 99, now()
    FROM boeking b JOIN termijn t USING (toewijzing_nummer)
    WHERE t.volgnummer = 2 AND b.termijn = 1
"""


def book(hours: int, centen: int | None = None) -> str:
    return BOOK_MORE.format(hours=hours, centen=hours * TARIEF if centen is None else centen)


GUARDED: Attempts = {
    "no more than the whole is granted": (book(9), "volume_past"),
    "a termijn takes no more than it may": (book(21), "boekingen_tellen_op"),
    "what is booked is what the volume costs": (book(8, centen=1), "boekingen_tellen_op"),
    "what was given is not changed": ("UPDATE omvang SET volume = volume + 1", "onveranderlijk"),
    "what is left of an omvang costs what is due": (
        "UPDATE omvang SET totaal = totaal + 1",
        "omvang_volgt_toewijzing",
    ),
    "no less is left than was granted": (
        f"UPDATE omvang SET totaal = {HOURS - 1};"
        f" UPDATE toewijzing tw SET verschuldigd_centen = {(HOURS - 1) * TARIEF} FROM omvang om"
        " WHERE om.toewijzing_nummer = tw.nummer;"
        f" UPDATE termijn t SET bedrag_centen = CASE volgnummer WHEN 1 THEN {(HOURS - 1) * TARIEF}"
        " ELSE 0 END FROM omvang om WHERE om.toewijzing_nummer = t.toewijzing_nummer",
        "volume_past",
    ),
    "an omvang is not deleted": ("DELETE FROM omvang", "onveranderlijk"),
    "an omvang is of a toewijzing that costs as much": (
        "INSERT INTO omvang SELECT nummer, aanbieder, 1, '04', '6', tarief_centen, 2, '{2}'"
        " FROM toewijzing WHERE nummer NOT IN (SELECT toewijzing_nummer FROM omvang)",
        "omvang_volgt_toewijzing",
    ),
    "an eenheid is of a profiel that is paid by volume": (
        "UPDATE profiel SET eenheid = '04' WHERE code = 'H70'",
        "ck_profiel_eenheid",
    ),
}


@pytest.fixture
async def settled(pool: Watched, db: Connection) -> Connection:
    """Twelve of twenty hours granted; and a toewijzing without omvang."""
    regio = await region.found(db)
    inwoner = await region.register_inwoner(db, [(date(2020, 1, 1), "0153")])
    by_volume = await region.allocate(db, regio, inwoner, AGB, "IT", HALF_JAAR, TARIEF)
    await region.allocate(db, regio, inwoner, AGB, "H70", HALF_JAAR, 482_000)
    regel = region.line(1, "R1", by_volume, by_volume.termijnen[0])
    regel = regel._replace(volume=HOURS, eenheid="04", bedrag_centen=HOURS * TARIEF)
    declaratie, _ = await region.declare(pool, AGB, "1", [regel], date(2026, 8, 3))
    assert declaratie["toegekend_centen"] == HOURS * TARIEF
    return db


async def test_the_database_refuses(settled: Connection) -> None:
    refused = {
        what: await _refused_by(settled, statement) for what, (statement, _) in GUARDED.items()
    }
    assert refused == {what: guard for what, (_, guard) in GUARDED.items()}


async def test_the_database_lets_pass_what_still_fits(settled: Connection) -> None:
    assert await _refused_by(settled, book(8)) is None
