# SPDX-License-Identifier: EUPL-1.2
"""Heavier help costs more."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.pricing.tarief import INTENSITEITEN, rises_with_intensity
from tests.cases.read import Case, cases

bedragen = st.integers(min_value=0, max_value=10)


@pytest.mark.parametrize("case", cases("tarief", "volgorde"))
def test_prices_rise_with_intensity_or_not(case: Case) -> None:
    assert rises_with_intensity(case["tarieven"]) is case["stijgt"]


@given(bedragen, bedragen, bedragen)
def test_prices_rise_when_each_is_above_the_one_before(licht: int, middel: int, zwaar: int) -> None:
    tarieven = dict(zip(INTENSITEITEN, (licht, middel, zwaar), strict=True))
    assert rises_with_intensity(tarieven) is (licht < middel < zwaar)
