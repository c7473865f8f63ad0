# SPDX-License-Identifier: EUPL-1.2
"""What a toewijzing costs, in which termijnen, and when each of them may be declared."""

from datetime import date, timedelta
from decimal import Decimal
from fractions import Fraction
from math import ceil

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.domain.period import Periode, add_months
from app.pricing.betaalplan import (
    Betaalplan,
    Maandelijks,
    Mijlpalen,
    Termijn,
    months_covered,
    plan_termijnen,
    price,
)
from tests.cases.read import Case, cases

dagen = st.dates(min_value=date(1990, 1, 1), max_value=date(2150, 12, 31))
perioden = st.builds(
    lambda begin, dagen: Periode(begin, begin + timedelta(days=dagen)),
    dagen,
    st.integers(min_value=0, max_value=1500),
)
centen = st.integers(min_value=0, max_value=99_999_999)
plannen: st.SearchStrategy[Betaalplan] = st.one_of(
    st.just(Maandelijks()),
    st.builds(Mijlpalen, st.decimals(min_value=0, max_value=1, places=4)),
)
maanden = st.integers(min_value=0, max_value=60)


def _periode(case: Case) -> Periode:
    return Periode(case["begindatum"], case["einddatum"])


def _plan(case: Case) -> Betaalplan:
    return Mijlpalen(Decimal(case["startaandeel"])) if "startaandeel" in case else Maandelijks()


@pytest.mark.parametrize("case", cases("prijs", "prijs"))
def test_a_toewijzing_costs_what_its_profiel_says(case: Case) -> None:
    assert price(case["soort"], case["tarief_centen"], _periode(case)) == case["prijs_centen"]


@pytest.mark.parametrize("case", cases("betaalplan", "termijnen"))
def test_a_price_is_paid_in_termijnen(case: Case) -> None:
    termijnen = plan_termijnen(_plan(case), case["prijs_centen"], _periode(case), 60)
    assert [t.volgnummer for t in termijnen] == list(range(1, len(termijnen) + 1))
    assert [
        {
            "mijlpaal": t.mijlpaal,
            "begindatum": t.periode.begindatum,
            "einddatum": t.periode.einddatum,
            "bedrag_centen": t.bedrag_centen,
        }
        for t in termijnen
    ] == case["termijnen"]


@pytest.mark.parametrize("case", cases("declareren", "declarabel"))
def test_a_termijn_may_be_declared_from_a_day_until_a_day(case: Case) -> None:
    plan = Maandelijks() if case["mijlpaal"] == "voortgang" else Mijlpalen(Decimal("0.7"))
    termijnen = plan_termijnen(plan, 100, _periode(case), case["declaratietermijn_maanden"])
    (termijn,) = [t for t in termijnen if t.mijlpaal == case["mijlpaal"]]
    assert termijn.declarabel_vanaf == case["vanaf"]
    assert termijn.declarabel_tot_en_met == case["tot_en_met"]


@given(centen, perioden)
def test_herstel_costs_its_tarief_however_long_it_takes(tarief: int, periode: Periode) -> None:
    assert price("herstel", tarief, periode) == tarief


@given(centen, dagen, st.integers(min_value=1, max_value=25))
def test_whole_years_cost_the_tarief_times_the_years(tarief: int, dag: date, jaren: int) -> None:
    begin = dag.replace(day=1)
    einde = add_months(begin, 12 * jaren) - timedelta(days=1)
    assert price("duurzaam", tarief, Periode(begin, einde)) == tarief * jaren


@given(centen, perioden)
def test_duurzaam_costs_no_more_than_the_tarief_of_the_years_begun(
    tarief: int, periode: Periode
) -> None:
    jaren = ceil(months_covered(periode) / 12)
    assert 0 <= price("duurzaam", tarief, periode) <= tarief * jaren


@given(centen, perioden)
def test_a_longer_period_never_costs_less(tarief: int, periode: Periode) -> None:
    langer = Periode(periode.begindatum, periode.einddatum + timedelta(days=1))
    assert price("duurzaam", tarief, periode) <= price("duurzaam", tarief, langer)


@given(centen, perioden, st.data())
def test_a_period_cut_in_two_costs_the_same_but_for_rounding(
    tarief: int, periode: Periode, data: st.DataObject
) -> None:
    laatste = data.draw(st.dates(periode.begindatum, periode.einddatum))
    if laatste == periode.einddatum:
        return
    eerste_deel = Periode(periode.begindatum, laatste)
    tweede_deel = Periode(laatste + timedelta(days=1), periode.einddatum)
    assert months_covered(eerste_deel) + months_covered(tweede_deel) == months_covered(periode)
    samen = price("duurzaam", tarief, eerste_deel) + price("duurzaam", tarief, tweede_deel)
    assert abs(samen - price("duurzaam", tarief, periode)) <= 1


@given(plannen, centen, perioden, maanden)
def test_termijnen_add_up_to_the_price(
    plan: Betaalplan, prijs: int, periode: Periode, termijn: int
) -> None:
    termijnen = plan_termijnen(plan, prijs, periode, termijn)
    assert sum(t.bedrag_centen for t in termijnen) == prijs
    assert all(t.bedrag_centen >= 0 for t in termijnen)


@given(plannen, centen, perioden)
def test_each_termijn_is_within_a_cent_of_its_exact_share(
    plan: Betaalplan, prijs: int, periode: Periode
) -> None:
    for termijn in plan_termijnen(plan, prijs, periode, 60):
        assert abs(termijn.bedrag_centen - prijs * _share(plan, termijn, periode)) < 1


@given(centen, perioden)
def test_monthly_termijnen_are_the_months_of_the_period(prijs: int, periode: Periode) -> None:
    termijnen = plan_termijnen(Maandelijks(), prijs, periode, 60)
    assert [t.periode for t in termijnen] == periode.maanden()
    assert {t.mijlpaal for t in termijnen} == {"voortgang"}


@given(plannen, perioden, maanden)
def test_every_termijn_can_be_declared_for_some_days(
    plan: Betaalplan, periode: Periode, termijn: int
) -> None:
    for t in plan_termijnen(plan, 100, periode, termijn):
        assert t.declarabel_vanaf <= t.declarabel_tot_en_met


@given(plannen, perioden)
def test_what_has_yet_to_be_done_cannot_be_declared(plan: Betaalplan, periode: Periode) -> None:
    for t in plan_termijnen(plan, 100, periode, 60):
        assert t.mijlpaal == "start" or t.declarabel_vanaf > t.periode.einddatum


def _share(plan: Betaalplan, termijn: Termijn, periode: Periode) -> Fraction:
    if isinstance(plan, Maandelijks):
        return months_covered(termijn.periode) / months_covered(periode)
    start = Fraction(plan.startaandeel)
    return start if termijn.mijlpaal == "start" else 1 - start
