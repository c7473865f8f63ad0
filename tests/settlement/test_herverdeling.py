# SPDX-License-Identifier: EUPL-1.2
"""A line that was settled is divided anew: what it came to stays, who bears it follows."""

from datetime import date
from random import Random

import pytest
from asyncpg import Record

from app.controle.controles import find_faults
from app.db.connection import Connection
from app.domain.period import Periode
from app.settlement import herverdeling
from app.settlement.herverdeling import Keuze
from tests import naive
from tests.cases.read import Case, cases
from tests.pools import Watched
from tests.settlement import draw, region

HALF_JAAR = Periode(date(2026, 2, 1), date(2026, 7, 31))
AGB = region.AANBIEDERS[0]
ALL = Keuze(region.GEMEENTE)

SUMS = """
SELECT toewijzing_nummer, termijn, sum(bedrag_centen)::bigint AS centen
FROM boeking GROUP BY 1, 2 ORDER BY 1, 2
"""
BORNE_BY_MONTH = """
SELECT begindatum, sum(bedrag_centen)::bigint AS centen FROM kostensom GROUP BY 1 ORDER BY 1
"""
LAST_TURNS = """
SELECT toewijzing_nummer, termijn, gemeente, dagen, bedrag_centen
FROM (SELECT *, max(beurt) OVER (PARTITION BY toewijzing_nummer, termijn) AS laatste
      FROM boeking) b
WHERE beurt = laatste AND beurt % 2 = 0
ORDER BY toewijzing_nummer, termijn, deel
"""


async def _redistribute(db: Connection) -> int:
    """How many lines were divided anew."""
    async with db.transaction():
        keuze, rows = await herverdeling.lock_affected(db, ALL)
        divisible = [row for row in rows if row["herverdeelbaar"]]
        if divisible:
            await herverdeling.book(db, keuze, "Proef", "proef")
        return len(divisible)


def _moves(of: list[Case]) -> list[naive.Verhuizing]:
    return [(w["vanaf"], w.get("gemeente")) for w in of]


def _parts(delen: list[Case]) -> list[tuple[str | None, int, int]]:
    return [(d.get("gemeente"), d["dagen"], d["bedrag_centen"]) for d in delen]


def _told(row: Record, name: str) -> list[tuple[str | None, int, int]]:
    return [(d["gemeente"], d["dagen"], d["bedragCenten"]) for d in row[name]]


@pytest.mark.parametrize("case", cases("herverdeling", "herverdeling"))
async def test_a_settled_line_is_divided_anew(case: Case, pool: Watched, db: Connection) -> None:
    regio = await region.found(db)
    inwoner = await region.register_inwoner(db, _moves(case["eerst"]))
    toewijzing = await region.allocate(db, regio, inwoner, AGB, "E", HALF_JAAR, 482_000)
    regels = [region.line(1, "R1", toewijzing, toewijzing.termijnen[0])]
    await region.declare(pool, AGB, "1", regels, date(2026, 9, 1))
    await region.move(db, inwoner, _moves(case["nu"]))
    found = await herverdeling.find_affected(db, ALL)
    assert [_told(row, "was") for row in found] == ([_parts(case["was"])] if case["was"] else [])
    assert [_told(row, "wordt") for row in found] == (
        [_parts(case["wordt"])] if case["wordt"] else []
    )
    divisible = bool(case["wordt"]) and all("gemeente" in deel for deel in case["wordt"])
    assert await _redistribute(db) == divisible
    assert await _redistribute(db) == 0
    rows = await db.fetch(LAST_TURNS)
    booked = sorted(tuple(row.values())[2:] for row in rows)
    if case["was"]:
        assert booked == sorted(_parts(case["wordt"] if divisible else case["was"]))
    assert await db.fetchval("SELECT sum(bedrag_centen) FROM boeking") == 482_000


@pytest.mark.parametrize("seed", range(3))
async def test_random_lives_are_divided_as_the_naive_model_says(
    pool: Watched, db: Connection, seed: int
) -> None:
    chance = Random(seed)
    boeken = await draw.draw_region(db, chance, aantal_inwoners=6)
    lot = draw.Draw(chance, boeken)
    for n, aanbieder in enumerate(region.AANBIEDERS * 2):
        regels, dag = lot.declaratie(aanbieder, 60)
        boeken.judge(aanbieder, regels, dag)
        await region.declare(pool, aanbieder, str(n), regels, dag)
    await draw.move_some(db, chance, boeken)
    lines, months = await db.fetch(SUMS), await db.fetch(BORNE_BY_MONTH)
    before = _by_line(await db.fetch(LAST_TURNS))
    await _redistribute(db)
    assert await db.fetch(SUMS) == lines
    assert await db.fetch(BORNE_BY_MONTH) == months
    assert await _redistribute(db) == 0
    for (nummer, volgnummer), parts in _by_line(await db.fetch(LAST_TURNS)).items():
        toewijzing = boeken.toewijzingen[nummer]
        split = naive.split(
            toewijzing.termijnen[volgnummer - 1],
            boeken.woonplaatsen[toewijzing.inwoner],
            sum(centen for _, _, centen in parts),
        )
        unknown = any(deel.gemeente is None for deel in split)
        expected = before[nummer, volgnummer] if unknown else {tuple(deel) for deel in split}
        assert parts == expected
    # the prices of this region come from no list
    wrong = {b.naam async for b in find_faults(db) if b.aantal_fouten}
    assert wrong == {"tarief_van_toewijzing"}


def _by_line(rows: list[Record]) -> dict[tuple[int, int], set[tuple[str | None, int, int]]]:
    found: dict[tuple[int, int], set[tuple[str | None, int, int]]] = {}
    for row in rows:
        key = (row["toewijzing_nummer"], row["termijn"])
        found.setdefault(key, set()).add((row["gemeente"], row["dagen"], row["bedrag_centen"]))
    return found
