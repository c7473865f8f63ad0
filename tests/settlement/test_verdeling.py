# SPDX-License-Identifier: EUPL-1.2
"""A termijn is borne by the gemeenten where the inwoner lived, by days."""

from datetime import date
from fractions import Fraction

import pytest

from app.db.connection import Connection
from app.domain.period import Periode
from app.pricing.betaalplan import Termijn
from app.settlement.quote import quote_split
from tests import naive
from tests.cases.read import Case, cases
from tests.pools import Watched
from tests.settlement import region

CASES = cases("verdeling", "verdeling")
MOVES: list[naive.Verhuizing] = [(date(2019, 5, 2), "0153"), (date(2026, 5, 15), "0141")]
HALF_JAAR = Periode(date(2026, 2, 1), date(2026, 7, 31))


def _moves(case: Case) -> list[naive.Verhuizing]:
    return [(w["vanaf"], w.get("gemeente")) for w in case["woonplaatsen"]]


def _parts(case: Case) -> list[naive.Deel]:
    return [naive.Deel(d.get("gemeente"), d["dagen"], d["bedrag_centen"]) for d in case["delen"]]


@pytest.mark.parametrize("case", CASES)
def test_the_naive_model_splits_as_the_case_says(case: Case) -> None:
    termijn = naive.Termijn("start", case["begindatum"], case["einddatum"], case["bedrag_centen"])
    assert list(naive.split(termijn, _moves(case))) == _parts(case)


async def test_a_quote_splits_as_the_cases_say(db: Connection) -> None:
    for case in (param.values[0] for param in CASES):
        assert isinstance(case, dict)
        inwoner = await region.register_inwoner(db, _moves(case))
        periode = Periode(case["begindatum"], case["einddatum"])
        centen, heel = case["bedrag_centen"], Fraction(1)
        termijn = Termijn(1, "start", periode, centen, date.min, date.max, heel)
        quoted = await quote_split(db, inwoner, "jeugdwet", periode, [termijn])
        found = [naive.Deel(d.gemeente, d.dagen, d.bedrag_centen) for d in quoted]
        assert found == _parts(case), case["naam"]


async def test_both_termijnen_of_4820_over_a_move_are_booked_as_2742_87_and_2077_13(
    pool: Watched, db: Connection
) -> None:
    regio = await region.found(db)
    inwoner = await region.register_inwoner(db, MOVES)
    toewijzing = await region.allocate(
        db, regio, inwoner, region.AANBIEDERS[0], "H70", HALF_JAAR, 482_000
    )
    regels = [
        region.line(n, f"R{n}", toewijzing, termijn)
        for n, termijn in enumerate(toewijzing.termijnen, start=1)
    ]
    declaratie, _ = await region.declare(
        pool, region.AANBIEDERS[0], "2026081", regels, date(2026, 8, 3)
    )
    assert declaratie["aantal_toegekend"] == 2
    borne = await db.fetch(
        "SELECT gemeente, sum(bedrag_centen)::bigint FROM boeking GROUP BY 1 ORDER BY 1 DESC"
    )
    assert [tuple(row) for row in borne] == [("0153", 274_287), ("0141", 207_713)]


async def test_the_gemeente_of_the_toewijzing_pays_the_whole_line(
    pool: Watched, db: Connection
) -> None:
    regio = await region.found(db)
    inwoner = await region.register_inwoner(db, MOVES)
    toewijzing = await region.allocate(
        db, regio, inwoner, region.AANBIEDERS[0], "H70", HALF_JAAR, 482_000
    )
    regels = [region.line(1, "R1", toewijzing, toewijzing.termijnen[0])]
    await region.declare(pool, region.AANBIEDERS[0], "1", regels, date(2026, 8, 3))
    paid = await db.fetch("SELECT betaler, gemeente FROM boeking ORDER BY deel")
    assert [tuple(row) for row in paid] == [("0153", "0153"), ("0153", "0141")]


async def test_a_credit_repeats_the_original_split_after_the_inwoner_has_moved(
    pool: Watched, db: Connection
) -> None:
    agb = region.AANBIEDERS[0]
    regio = await region.found(db)
    inwoner = await region.register_inwoner(db, MOVES)
    toewijzing = await region.allocate(db, regio, inwoner, agb, "H70", HALF_JAAR, 482_000)
    start = toewijzing.termijnen[0]
    await region.declare(
        pool, agb, "1", [region.line(1, "R1", toewijzing, start)], date(2026, 8, 3)
    )
    await region.move(db, inwoner, [(date(2019, 5, 2), "0363")])
    again = [
        region.line(1, "R2", toewijzing, start),
        region.line(2, "R3", toewijzing, start, credits="R1"),
    ]
    _, uitkomsten = await region.declare(pool, agb, "2", again, date(2026, 8, 4))
    assert [uitkomst["verdeling"] for uitkomst in uitkomsten] == [
        [{"gemeente": "0363", "dagen": 181, "bedragCenten": 337_400}],
        [
            {"gemeente": "0153", "dagen": 103, "bedragCenten": -192_001},
            {"gemeente": "0141", "dagen": 78, "bedragCenten": -145_399},
        ],
    ]
