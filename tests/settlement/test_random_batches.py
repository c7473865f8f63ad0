# SPDX-License-Identifier: EUPL-1.2
"""Settlement in SQL and the naive model come to the same, line by line and cent by cent."""

from collections import Counter
from collections.abc import Iterable, Sequence
from datetime import date
from random import Random

import pytest
from asyncpg import Record

from app.controle.controles import find_faults
from app.db.connection import Connection
from app.domain.redenen import REDENEN
from app.settlement.settle import MANY_LINES
from app.settlement.verzegelen import seal_all
from tests import naive
from tests.pools import Watched
from tests.settlement import draw, region

SEEDS = range(12)
DECLARATIES = 10
REGELS = 60
OF_CONTRACTS = {
    *("wanprestatie", "contract_opgeschort"),
    *("toewijzing_opgeschort", "termijn_vervallen", "in_beoordeling"),
}
"""Tried in tests/contract, where things happen to a contract or a toewijzing."""

# Each finds nothing, after every declaratie.
INVARIANTS = {
    "the boekingen of a granted line add up to its amount, with the sign of the line": """
        SELECT r.declaratie_id, r.regelnummer
        FROM declaratieregel r
        LEFT JOIN boeking b USING (declaratie_id, regelnummer)
        LEFT JOIN oordeel o USING (declaratie_id, regelnummer)
        WHERE o.uitkomst IS NULL
        GROUP BY r.declaratie_id, r.regelnummer
        HAVING sum(b.bedrag_centen) IS DISTINCT FROM
               CASE WHEN r.credit THEN -r.bedrag_centen ELSE r.bedrag_centen END
    """,
    "a line that was not granted has no boekingen": """
        SELECT declaratie_id, regelnummer
        FROM oordeel JOIN boeking USING (declaratie_id, regelnummer)
    """,
    "the counters of a declaratie add up and agree with its lines": """
        SELECT d.id
        FROM declaratie d
        JOIN declaratieregel r ON r.declaratie_id = d.id
        LEFT JOIN oordeel o ON o.declaratie_id = d.id AND o.regelnummer = r.regelnummer
        GROUP BY d.id
        HAVING (d.aantal_regels, d.aantal_toegekend, d.aantal_afgekeurd, d.aantal_aangehouden)
               IS DISTINCT FROM
               (count(*), count(*) FILTER (WHERE o.uitkomst IS NULL),
                count(*) FILTER (WHERE o.uitkomst = 'afgekeurd'),
                count(*) FILTER (WHERE o.uitkomst = 'aangehouden'))
    """,
    "the amounts of a declaratie are the sums of its lines and of its boekingen": """
        SELECT d.id
        FROM declaratie d
        WHERE (d.ingediend_centen, d.toegekend_centen) IS DISTINCT FROM
              ((SELECT sum(CASE WHEN credit THEN -bedrag_centen ELSE bedrag_centen END)
                FROM declaratieregel WHERE declaratie_id = d.id),
               (SELECT coalesce(sum(bedrag_centen), 0) FROM boeking WHERE declaratie_id = d.id))
    """,
    # Lines in minutes are rounded each by itself: half a cent at most for each.
    "no toewijzing is paid less than nothing or more than its price": """
        SELECT tw.nummer
        FROM toewijzing tw
        JOIN boeking b ON b.toewijzing_nummer = tw.nummer
        JOIN declaratieregel r USING (declaratie_id, regelnummer)
        GROUP BY tw.nummer
        HAVING sum(b.bedrag_centen) NOT BETWEEN 0 AND tw.prijs_centen
               + count(*) FILTER (WHERE b.deel = 1 AND b.beurt % 2 = 0 AND r.eenheid = '01') / 2
    """,
    "no toewijzing is granted more volume than it holds, nor a termijn more than it may take": """
        SELECT om.toewijzing_nummer
        FROM omvang om
        JOIN boeking b ON b.toewijzing_nummer = om.toewijzing_nummer AND b.deel = 1
        JOIN declaratieregel r USING (declaratie_id, regelnummer),
        LATERAL (SELECT r.volume::numeric
                        / CASE WHEN r.eenheid <> om.eenheid THEN 60 ELSE 1 END AS volume) hele
        GROUP BY om.toewijzing_nummer
        HAVING sum(CASE b.beurt % 2 WHEN 0 THEN 1 ELSE -1 END * hele.volume)
               NOT BETWEEN 0 AND om.totaal
            OR bool_or(hele.volume > om.maxima[b.termijn])
    """,
    "a termijn that is held is not granted as well": """
        SELECT toewijzing_nummer, termijn
        FROM boeking JOIN oordeel o USING (toewijzing_nummer, termijn)
        WHERE o.uitkomst = 'aangehouden'
        GROUP BY toewijzing_nummer, termijn
        HAVING max(beurt) % 2 = 0
    """,
    "a boeking carries the period, the payer and the aanbieder of its toewijzing": """
        SELECT boekingnummer
        FROM boeking b
        JOIN toewijzing tw ON tw.nummer = b.toewijzing_nummer
        JOIN termijn t USING (toewijzing_nummer)
        WHERE t.volgnummer = b.termijn
          AND (b.begindatum, b.einddatum, b.betaler, b.aanbieder, b.profiel_id, b.wet)
              IS DISTINCT FROM
              (t.begindatum, t.einddatum, tw.gemeente, tw.aanbieder, tw.profiel_id, tw.wet)
    """,
    "the sums of kosten are those of the boekingen": """
        SELECT gemeente, begindatum, aanbieder, profiel_id, wet, bedrag_centen, aantal_boekingen
        FROM kostensom
        EXCEPT
        SELECT gemeente, begindatum, aanbieder, profiel_id, wet, sum(bedrag_centen), count(*)
        FROM boeking
        GROUP BY gemeente, begindatum, aanbieder, profiel_id, wet
        UNION ALL
        SELECT NULL, NULL, NULL, NULL, NULL, NULL, NULL
        WHERE (SELECT sum(aantal_boekingen) FROM kostensom) <> (SELECT count(*) FROM boeking)
    """,
    "the days of the parts of a line are the days of its period": """
        SELECT declaratie_id, regelnummer
        FROM boeking
        GROUP BY declaratie_id, regelnummer, begindatum, einddatum
        HAVING sum(dagen) <> einddatum - begindatum + 1
    """,
    "the specifications of a betaler are its boekingen, by declaratie and moment": """
        (SELECT declaratie_id, betaler, aanbieder, geboekt_op, bedrag_centen, aantal_regels
         FROM betaalspecificatie
         EXCEPT
         SELECT declaratie_id, betaler, aanbieder, geboekt_op, sum(bedrag_centen),
                count(*) FILTER (WHERE deel = 1)
         FROM boeking
         GROUP BY declaratie_id, betaler, aanbieder, geboekt_op)
        UNION ALL
        SELECT NULL, NULL, NULL, NULL, NULL, NULL
        WHERE (SELECT sum(bedrag_centen) FROM betaalspecificatie)
              IS DISTINCT FROM (SELECT sum(bedrag_centen) FROM boeking)
    """,
    "what each gemeente bears of another's payments is what was booked so": """
        SELECT gemeente, betaler, sum(k.bedrag_centen), sum(k.aantal_boekingen)
        FROM kostendeel k JOIN betaalspecificatie s ON s.id = k.specificatie_id
        GROUP BY gemeente, betaler
        EXCEPT
        SELECT gemeente, betaler, sum(bedrag_centen), count(*) FROM boeking
        GROUP BY gemeente, betaler
    """,
    "what is borne of a specification adds up to it": """
        SELECT s.id
        FROM betaalspecificatie s LEFT JOIN kostendeel k ON k.specificatie_id = s.id
        GROUP BY s.id
        HAVING sum(k.bedrag_centen) IS DISTINCT FROM s.bedrag_centen
    """,
}


def _as_booked(uitkomst: Record) -> naive.Oordeel:
    verdeling = tuple(
        naive.Deel(deel["gemeente"], deel["dagen"], deel["bedragCenten"])
        for deel in uitkomst["verdeling"]
    )
    return naive.Oordeel(uitkomst["uitkomst"], frozenset(uitkomst["redenen"]), verdeling)


def _compare(
    regels: Sequence[naive.Regel],
    expected: dict[int, naive.Oordeel],
    declaratie: Record,
    uitkomsten: Sequence[Record],
) -> None:
    assert [uitkomst["regelnummer"] for uitkomst in uitkomsten] == [r.regelnummer for r in regels]
    for regel, uitkomst in zip(regels, uitkomsten, strict=True):
        oordeel = expected[regel.regelnummer]
        assert _as_booked(uitkomst) == oordeel, regel
        assert uitkomst["toegekend_centen"] == oordeel.toegekend_centen
        assert uitkomst["redenen"] == [code for code in REDENEN if code in oordeel.redenen]
    toegekend = sum(oordeel.toegekend_centen for oordeel in expected.values())
    assert declaratie["toegekend_centen"] == toegekend


async def _check_invariants(db: Connection) -> None:
    for claim, exceptions in INVARIANTS.items():
        assert await db.fetch(exceptions) == [], claim


async def _prove(pool: Watched, db: Connection) -> None:
    """What `noaber controleer` proves, but for prices: the region has them from nowhere."""
    await seal_all(pool)
    faults = {b.naam async for b in find_faults(db) if b.aantal_fouten}
    assert faults <= {"tarief_van_toewijzing"}


def _tally(oordelen: Iterable[naive.Oordeel]) -> Counter[str]:
    return Counter(
        woord for oordeel in oordelen for woord in (oordeel.uitkomst, *sorted(oordeel.redenen))
    )


@pytest.mark.parametrize("seed", SEEDS)
async def test_successive_declaraties_come_out_as_the_naive_model_says(
    pool: Watched, db: Connection, seed: int
) -> None:
    chance = Random(seed)
    boeken = await draw.draw_region(db, chance, aantal_inwoners=30)
    lot = draw.Draw(chance, boeken)
    tally: Counter[str] = Counter()
    for nummer in range(DECLARATIES):
        aanbieder = chance.choice(region.AANBIEDERS)
        regels, dag = lot.declaratie(aanbieder, chance.choice((1, REGELS, 3 * REGELS)))
        expected = boeken.judge(aanbieder, regels, dag)
        _compare(regels, expected, *await region.declare(pool, aanbieder, f"{nummer}", regels, dag))
        await _check_invariants(db)
        await draw.move_some(db, chance, boeken)
        tally += _tally(expected.values())
    await _prove(pool, db)
    assert set(tally) >= {"toegekend", "afgekeurd", "aangehouden"}


async def test_declaraties_too_large_for_nested_loops_come_out_the_same_for_every_reason(
    pool: Watched, db: Connection
) -> None:
    chance = Random(2026)
    boeken = await draw.draw_region(db, chance, aantal_inwoners=100)
    lot = draw.Draw(chance, boeken)
    tally: Counter[str] = Counter()
    for dag in (date(2026, 11, 15), date(2028, 3, 15)):
        for aanbieder in region.AANBIEDERS:
            regels, _ = lot.declaratie(aanbieder, MANY_LINES + 100)
            expected = boeken.judge(aanbieder, regels, dag)
            nummer = f"{dag:%Y%m%d}"
            _compare(regels, expected, *await region.declare(pool, aanbieder, nummer, regels, dag))
            await _check_invariants(db)
            tally += _tally(expected.values())
    await _prove(pool, db)
    assert set(tally) >= set(REDENEN) - OF_CONTRACTS, tally
