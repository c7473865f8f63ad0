# SPDX-License-Identifier: EUPL-1.2
"""What is taken apart can be put together again, to the cent."""

from decimal import Decimal
from fractions import Fraction

from hypothesis import given
from hypothesis import strategies as st

from app.domain.money import round_half_up
from app.pricing.opbouw import Bijdrage, build_up, in_dutch, in_euros

bedragen = st.lists(
    st.fractions(min_value=-1000, max_value=1000, max_denominator=9999), max_size=20
)


@given(bedragen, st.integers(min_value=2, max_value=6))
def test_the_parts_add_up_to_the_rounded_sum(bedragen: list[Fraction], decimalen: int) -> None:
    bijdragen = [Bijdrage(f"deel {i}", bedrag, "") for i, bedrag in enumerate(bedragen)]
    honderdsten, stappen = build_up(bijdragen, "euro", decimalen)
    assert honderdsten == round_half_up(sum(bedragen, Fraction(0)) * 100)
    assert sum(stap.waarde for stap in stappen) == Decimal(honderdsten) / 100


@given(bedragen)
def test_each_part_is_its_contribution_but_for_the_last_decimal(bedragen: list[Fraction]) -> None:
    bijdragen = [Bijdrage("deel", bedrag, "") for bedrag in bedragen]
    *stappen, afronding = build_up(bijdragen, "euro")[1]
    for stap, bedrag in zip(stappen, bedragen, strict=True):
        assert abs(Fraction(stap.waarde) - bedrag) <= Fraction(1, 10**6)
    assert abs(Fraction(afronding.waarde)) <= Fraction(5_001, 10**6)


def test_numbers_are_written_as_a_dutch_reader_does() -> None:
    assert in_dutch(Decimal("-0.50")) == "-0,5"
    assert in_dutch(Decimal("1E+2")) == "100"
    assert in_euros(5) == "€ 0,05"
