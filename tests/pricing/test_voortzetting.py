# SPDX-License-Identifier: EUPL-1.2
"""A move never pays twice: what the old gemeente owes and what is continued."""

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.domain.period import Periode
from app.domain.toewijzing import Wet
from app.pricing.voortzetting import take_over
from tests.cases.read import Case, cases

wetten: st.SearchStrategy[Wet] = st.sampled_from(("jeugdwet", "wmo"))


@pytest.mark.parametrize("case", cases("voortzetting", "overname"))
def test_a_takeover_comes_to_what_was_worked_out(case: Case) -> None:
    periode = Periode(case["begindatum"], case["einddatum"])
    found = take_over(case["prijs_centen"], periode, case["vanaf"], case["wet"])
    assert found.verschuldigd_centen == case["verschuldigd_centen"]
    assert found.prijs_centen == case["vervolg_centen"]
    assert found.periode == Periode(case["vanaf"], case["vervolg_einddatum"])


@given(
    st.dates(date(2020, 1, 1), date(2040, 1, 1)),
    st.integers(1, 3_000),
    st.integers(0, 10**8),
    wetten,
    st.data(),
)
def test_an_origin_and_its_continuation_never_exceed_the_price(
    begin: date, dagen: int, prijs: int, wet: Wet, data: st.DataObject
) -> None:
    periode = Periode(begin, begin + timedelta(days=dagen))
    vanaf = begin + timedelta(days=data.draw(st.integers(1, dagen)))
    found = take_over(prijs, periode, vanaf, wet)
    samen = found.verschuldigd_centen + found.prijs_centen
    assert min(found.verschuldigd_centen, found.prijs_centen) >= 0
    assert samen <= prijs
    assert found.periode.begindatum == vanaf
    assert found.periode.dagen <= 366 or wet == "wmo"
    if found.periode.einddatum == periode.einddatum:
        assert samen == prijs
