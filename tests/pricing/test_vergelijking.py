# SPDX-License-Identifier: EUPL-1.2
"""How much more, in cents and per cent."""

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.pricing.vergelijking import Verschil, compare
from tests.cases.read import Case, cases

bedragen = st.integers(min_value=1, max_value=10**14)


@pytest.mark.parametrize("case", cases("vergelijking", "verschil"))
def test_two_amounts_differ_by(case: Case) -> None:
    percentage = Decimal(case["percentage"]) if "percentage" in case else None
    assert compare(case["oud"], case["nieuw"]) == Verschil(case["centen"], percentage)


@given(bedragen, st.integers(min_value=0, max_value=10**14))
def test_the_percentage_is_within_half_a_hundredth_of_the_exact_one(oud: int, nieuw: int) -> None:
    verschil = compare(oud, nieuw)
    assert oud + verschil.centen == nieuw
    assert verschil.percentage is not None
    assert verschil.percentage.as_tuple().exponent == -2
    hundredths = int(verschil.percentage.scaleb(2))
    assert abs(2 * (hundredths * oud - verschil.centen * 10_000)) <= oud
