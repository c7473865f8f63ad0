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
    MIJLPALEN,
    Aandeel,
    Betaalplan,
    Einde,
    Maandelijks,
    Mijlpaal,
    Mijlpalen,
    Wekelijks,
    cut,
    declarable_from,
    halfway,
    plan_termijnen,
    start_en_resultaat,
)
from app.pricing.gewichten import GEBROKEN_MAAND, naar_dagen, weken_naar_zondag
from app.pricing.prijs import months_charged, price
from tests.cases.read import Case, cases

dagen = st.dates(min_value=date(1990, 1, 1), max_value=date(2150, 12, 31))
perioden = st.builds(
    lambda begin, dagen: Periode(begin, begin + timedelta(days=dagen)),
    dagen,
    st.integers(min_value=0, max_value=1500),
)
centen = st.integers(min_value=0, max_value=99_999_999)
BY_DAYS = Maandelijks()


def _shares(tienduizendsten: tuple[int, int]) -> Mijlpalen:
    """Three shares that add up to 1, cut at two places."""
    laag, hoog = sorted(tienduizendsten)
    delen = (laag, hoog - laag, 10_000 - hoog)
    return Mijlpalen(
        tuple(Aandeel(m, Decimal(d) / 10_000) for m, d in zip(MIJLPALEN, delen, strict=True))
    )


tienduizendsten = st.integers(min_value=0, max_value=10_000)
maandelijks = st.builds(Maandelijks, st.sampled_from(sorted(GEBROKEN_MAAND)))
plannen: st.SearchStrategy[Betaalplan] = st.one_of(
    maandelijks,
    st.just(Wekelijks()),
    st.just(Einde()),
    st.builds(start_en_resultaat, st.decimals(min_value=0, max_value=1, places=4)),
    st.builds(_shares, st.tuples(tienduizendsten, tienduizendsten)),
)
maanden = st.integers(min_value=0, max_value=60)


def _periode(case: Case) -> Periode:
    return Periode(case["begindatum"], case["einddatum"])


def _plan(case: Case) -> Betaalplan:
    if "startaandeel" in case:
        return start_en_resultaat(Decimal(case["startaandeel"]))
    if "aandelen" in case:
        return Mijlpalen(
            tuple(Aandeel(a["mijlpaal"], Decimal(a["aandeel"])) for a in case["aandelen"])
        )
    plannen: dict[str, Betaalplan] = {"wekelijks": Wekelijks(), "einde": Einde()}
    return plannen.get(case.get("plan", "")) or Maandelijks(
        case.get("gebroken_maand", "naar_dagen")
    )


@pytest.mark.parametrize("case", cases("prijs", "prijs"))
def test_a_toewijzing_costs_what_its_profiel_says(case: Case) -> None:
    prijs_centen = price(case["soort"], case["tarief_centen"], _periode(case), _plan(case))
    assert prijs_centen == case["prijs_centen"]


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
    plan = BY_DAYS if case["mijlpaal"] == "voortgang" else start_en_resultaat(Decimal("0.7"))
    termijnen = plan_termijnen(plan, 100, _periode(case), case["declaratietermijn_maanden"])
    (termijn,) = [t for t in termijnen if t.mijlpaal == case["mijlpaal"]]
    assert termijn.declarabel_vanaf == case["vanaf"]
    assert termijn.declarabel_tot_en_met == case["tot_en_met"]


@pytest.mark.parametrize("case", cases("declareren", "halverwege"))
def test_a_voortgang_halfway_may_be_declared_from_a_day(case: Case) -> None:
    assert halfway(_periode(case)) == case["vanaf"]


@given(plannen, centen, perioden)
def test_herstel_costs_its_tarief_however_long_it_takes(
    plan: Betaalplan, tarief: int, periode: Periode
) -> None:
    assert price("herstel", tarief, periode, plan) == tarief


@given(plannen, centen, dagen, st.integers(min_value=1, max_value=25))
def test_whole_years_cost_the_tarief_times_the_years(
    plan: Betaalplan, tarief: int, dag: date, jaren: int
) -> None:
    begin = dag.replace(day=1)
    einde = add_months(begin, 12 * jaren) - timedelta(days=1)
    assert price("duurzaam", tarief, Periode(begin, einde), plan) == tarief * jaren


@given(plannen, centen, perioden)
def test_duurzaam_costs_no_more_than_the_tarief_of_the_months_begun(
    plan: Betaalplan, tarief: int, periode: Periode
) -> None:
    begonnen = Fraction(len(periode.maanden()), 12)
    assert 0 <= price("duurzaam", tarief, periode, plan) <= ceil(tarief * begonnen)


@given(plannen, centen, perioden)
def test_a_longer_period_never_costs_less(plan: Betaalplan, tarief: int, periode: Periode) -> None:
    langer = Periode(periode.begindatum, periode.einddatum + timedelta(days=1))
    assert price("duurzaam", tarief, periode, plan) <= price("duurzaam", tarief, langer, plan)


@given(centen, perioden, st.data())
def test_a_period_cut_in_two_costs_the_same_by_days_but_for_rounding(
    tarief: int, periode: Periode, data: st.DataObject
) -> None:
    laatste = data.draw(st.dates(periode.begindatum, periode.einddatum))
    if laatste == periode.einddatum:
        return
    samen = sum(
        price("duurzaam", tarief, deel, BY_DAYS)
        for deel in (
            Periode(periode.begindatum, laatste),
            Periode(laatste + timedelta(days=1), periode.einddatum),
        )
    )
    assert abs(samen - price("duurzaam", tarief, periode, BY_DAYS)) <= 1


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
    stukken = cut(plan, periode)
    totaal = sum(stuk.gewicht for stuk in stukken)
    for termijn, stuk in zip(plan_termijnen(plan, prijs, periode, 60), stukken, strict=True):
        assert abs(termijn.bedrag_centen - prijs * stuk.gewicht / totaal) < 1


@given(maandelijks | st.just(Wekelijks()), centen, perioden)
def test_voortgang_termijnen_are_the_months_of_the_period(
    plan: Betaalplan, prijs: int, periode: Periode
) -> None:
    termijnen = plan_termijnen(plan, prijs, periode, 60)
    assert [t.periode for t in termijnen] == periode.maanden()
    assert {t.mijlpaal for t in termijnen} == {"voortgang"}


@given(plannen, centen, perioden)
def test_a_line_that_names_mijlpaal_and_period_names_one_termijn(
    plan: Betaalplan, prijs: int, periode: Periode
) -> None:
    termijnen = plan_termijnen(plan, prijs, periode, 60)
    genoemd = {(t.mijlpaal, t.periode) for t in termijnen}
    assert len(genoemd) == len(termijnen)
    assert [t.volgnummer for t in termijnen] == list(range(1, len(termijnen) + 1))
    assert [t.declarabel_vanaf for t in termijnen] == sorted(t.declarabel_vanaf for t in termijnen)


@given(perioden)
def test_every_week_that_the_period_touches_belongs_to_one_month(periode: Periode) -> None:
    maandagen = {
        dag - timedelta(days=dag.weekday())
        for dag in (periode.begindatum + timedelta(days=n) for n in range(periode.dagen))
    }
    assert sum(weken_naar_zondag(periode)) == len(maandagen)


@given(perioden)
def test_a_whole_week_belongs_to_the_month_of_its_sunday(periode: Periode) -> None:
    maanden = periode.maanden()
    for maand, weken in zip(maanden[:-1], weken_naar_zondag(periode)[:-1], strict=True):
        dagen_ = (maand.begindatum + timedelta(days=n) for n in range(maand.dagen))
        zondagen = sum(dag.weekday() == 6 for dag in dagen_)
        assert weken in {zondagen, zondagen + 1}


@given(perioden)
def test_the_two_rules_for_a_broken_month_agree_on_whole_months(periode: Periode) -> None:
    heel = Periode(
        periode.begindatum.replace(day=1),
        add_months(periode.einddatum.replace(day=1), 1) - timedelta(days=1),
    )
    assert {tuple(rule(heel)) for rule in GEBROKEN_MAAND.values()} == {tuple(naar_dagen(heel))}


@given(maandelijks, perioden)
def test_a_monthly_plan_charges_the_months_that_it_pays(
    plan: Maandelijks, periode: Periode
) -> None:
    assert months_charged(plan, periode) == sum(stuk.gewicht for stuk in cut(plan, periode)) > 0


@given(plannen, perioden, maanden)
def test_every_termijn_can_be_declared_for_some_days(
    plan: Betaalplan, periode: Periode, termijn: int
) -> None:
    for t in plan_termijnen(plan, 100, periode, termijn):
        assert t.declarabel_vanaf <= t.declarabel_tot_en_met


@given(plannen, perioden)
def test_what_has_yet_to_be_done_cannot_be_declared(plan: Betaalplan, periode: Periode) -> None:
    for t in plan_termijnen(plan, 100, periode, 60):
        if t.mijlpaal == "voortgang" and isinstance(plan, Mijlpalen):
            gedaan = (t.declarabel_vanaf - periode.begindatum).days
            assert 2 * gedaan >= periode.dagen
        else:
            assert t.mijlpaal == "start" or t.declarabel_vanaf > t.periode.einddatum


@pytest.mark.parametrize(
    "aandelen",
    [
        (),
        (("start", "0.7"),),
        (("start", "0.7"), ("resultaat", "0.4")),
        (("start", "-0.1"), ("resultaat", "1.1")),
        (("start", "0.5"), ("start", "0.5")),
        (("resultaat", "0.5"), ("start", "0.5")),
    ],
)
def test_shares_that_make_no_plan_are_refused(aandelen: tuple[tuple[Mijlpaal, str], ...]) -> None:
    with pytest.raises(ValueError, match=r"mijlpaal|share"):
        Mijlpalen(tuple(Aandeel(mijlpaal, Decimal(deel)) for mijlpaal, deel in aandelen))


@pytest.mark.parametrize("case", cases("betaalplan", "declarabel"))
def test_a_termijn_may_be_declared_from_the_day_that_the_calendar_says(case: Case) -> None:
    periode = Periode(case["begindatum"], case["einddatum"])
    assert declarable_from(case["mijlpaal"], periode) == case["vanaf"]
