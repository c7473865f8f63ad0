# SPDX-License-Identifier: EUPL-1.2
"""Cents never come from nowhere and never get lost."""

from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.domain.money import divide, round_half_up

centen = st.integers(min_value=0, max_value=10**12)
fractions = st.fractions(min_value=-(10**9), max_value=10**9)
gewichten = st.lists(
    st.fractions(min_value=0, max_value=1000, max_denominator=366), min_size=1, max_size=40
).filter(lambda ws: sum(ws) > 0)


@given(fractions)
def test_rounding_moves_an_amount_by_at_most_half_a_cent(bedrag: Fraction) -> None:
    assert abs(round_half_up(bedrag) - bedrag) <= Fraction(1, 2)


@given(st.integers(min_value=-(10**9), max_value=10**9))
def test_a_half_goes_up_and_a_whole_stays(geheel: int) -> None:
    assert round_half_up(Fraction(geheel)) == geheel
    assert round_half_up(geheel + Fraction(1, 2)) == geheel + 1


@given(fractions, fractions)
def test_rounding_keeps_the_order(een: Fraction, ander: Fraction) -> None:
    lager, hoger = sorted((een, ander))
    assert round_half_up(lager) <= round_half_up(hoger)


@given(centen, gewichten)
def test_parts_add_up_to_the_amount(bedrag: int, ws: list[Fraction]) -> None:
    assert sum(divide(bedrag, ws)) == bedrag


@given(centen, gewichten)
def test_each_part_is_within_a_cent_of_its_exact_share(bedrag: int, ws: list[Fraction]) -> None:
    for deel, gewicht in zip(divide(bedrag, ws), ws, strict=True):
        assert abs(deel - bedrag * gewicht / sum(ws)) < 1


@given(centen, gewichten)
def test_parts_stand_in_the_order_of_their_weights(bedrag: int, ws: list[Fraction]) -> None:
    delen = divide(bedrag, ws)
    for i, j in zip(range(len(ws)), range(1, len(ws)), strict=False):
        if ws[i] > ws[j]:
            assert delen[i] >= delen[j]
        if ws[i] < ws[j]:
            assert delen[i] <= delen[j]


@given(centen, st.integers(min_value=1, max_value=40))
def test_equal_weights_give_the_odd_cents_to_the_first(bedrag: int, aantal: int) -> None:
    per_deel, over = divmod(bedrag, aantal)
    assert divide(bedrag, [1] * aantal) == [per_deel + 1] * over + [per_deel] * (aantal - over)


@given(centen, gewichten, st.fractions(min_value=Fraction(1, 100), max_value=100))
def test_only_the_ratio_of_the_weights_counts(
    bedrag: int, ws: list[Fraction], schaal: Fraction
) -> None:
    assert divide(bedrag, [gewicht * schaal for gewicht in ws]) == divide(bedrag, ws)


@given(centen, gewichten)
def test_a_weight_of_nothing_gets_nothing(bedrag: int, ws: list[Fraction]) -> None:
    assert divide(bedrag, [*ws, Fraction(0)])[-1] == 0


@pytest.mark.parametrize("ws", [[], [0], [0, 0], [3, -1]])
def test_weights_that_divide_nothing_are_refused(ws: list[int]) -> None:
    with pytest.raises(ValueError, match="weights"):
        divide(100, ws)
