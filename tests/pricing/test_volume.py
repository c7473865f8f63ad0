# SPDX-License-Identifier: EUPL-1.2
"""What may be declared of an omvang: worked cases, and what holds for every one."""

from collections.abc import Mapping
from datetime import date, timedelta
from decimal import Decimal

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from app.domain.errors import Conflict
from app.domain.omvang import Eenheid, Frequentie, Omvang
from app.domain.period import Periode
from app.pricing.betaalplan import (
    Betaalplan,
    Einde,
    Maandelijks,
    Wekelijks,
    cut,
    start_en_resultaat,
)
from app.pricing.volume import MOST_CENTEN, calendar_weeks, plan_volumes, price_of, total_volume
from tests.cases.read import Case, cases

PLANS: Mapping[str, Betaalplan] = {
    "mijlpalen": start_en_resultaat(Decimal("0.70")),
    "einde": Einde(),
    "naar_dagen": Maandelijks("naar_dagen"),
    "eerste_niet_laatste_heel": Maandelijks("eerste_niet_laatste_heel"),
    "wekelijks": Wekelijks(),
}

PERIODES = st.builds(
    lambda begin, dagen: Periode(begin, begin + timedelta(days=dagen)),
    st.dates(date(2020, 1, 1), date(2030, 12, 31)),
    st.integers(0, 800),
)
EENHEDEN: st.SearchStrategy[Eenheid] = st.sampled_from(("01", "04", "14", "16", "84"))
FREQUENTIES: st.SearchStrategy[Frequentie] = st.sampled_from(("1", "2", "4", "6"))
OMVANGEN = st.builds(Omvang, st.integers(1, 99_999_999), EENHEDEN, FREQUENTIES)


@pytest.mark.parametrize("case", cases("volume", "volume"))
def test_an_omvang_allows_what_the_case_says(case: Case) -> None:
    periode = Periode(case["begindatum"], case["einddatum"])
    volumes = plan_volumes(Omvang(**case["omvang"]), PLANS[case["plan"]], periode)
    assert (volumes.totaal, list(volumes.maxima)) == (case["totaal"], case["maxima"])
    assert list(volumes.delen) == case.get("delen", case["maxima"])


@given(OMVANGEN, st.sampled_from(list(PLANS.values())), PERIODES)
def test_the_parts_are_the_whole_and_each_fits_its_termijn(
    omvang: Omvang, plan: Betaalplan, periode: Periode
) -> None:
    assume(total_volume(omvang, plan, periode) > 0)
    volumes = plan_volumes(omvang, plan, periode)
    assert sum(volumes.delen) == volumes.totaal == total_volume(omvang, plan, periode)
    assert len(volumes.delen) == len(volumes.maxima) == len(cut(plan, periode))
    for deel, most in zip(volumes.delen, volumes.maxima, strict=True):
        assert 0 <= deel <= most
    assert sum(volumes.maxima) >= volumes.totaal >= max(volumes.delen)


@given(PERIODES)
def test_weeks_are_counted_by_their_mondays(periode: Periode) -> None:
    days = (periode.begindatum + timedelta(days=n) for n in range(periode.dagen))
    assert calendar_weeks(periode) == len({day - timedelta(days=day.weekday()) for day in days})


def test_a_volume_of_which_not_one_fits_is_refused() -> None:
    een_dag = Periode(date(2026, 1, 1), date(2026, 1, 1))
    with pytest.raises(Conflict) as refusal:
        plan_volumes(Omvang(1, "84", "4"), Maandelijks(), een_dag)
    assert refusal.value.code == "geen_volume"


def test_a_price_that_no_message_can_hold_is_refused() -> None:
    assert price_of(MOST_CENTEN, 1) == MOST_CENTEN
    with pytest.raises(Conflict) as refusal:
        price_of(MOST_CENTEN, 2)
    assert refusal.value.code == "prijs_te_hoog"
