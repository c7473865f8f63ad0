# SPDX-License-Identifier: EUPL-1.2
"""Indexation by either method: the published percentages, and parts that add up."""

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.pricing.indexering import (
    METHODEN,
    Cijfers,
    Component,
    Methode,
    adds_up,
    index_price,
)
from tests.cases.read import Case, cases

percentages = st.decimals(min_value=Decimal("-99.99"), max_value=Decimal("99.99"), places=2)
cijfers = st.builds(Cijfers, percentages, percentages, percentages)


def _component(naam: str, case: Case) -> Component:
    numbers = {key: Decimal(value) for key, value in case[naam].items()}
    return Component(naam, numbers.pop("gewicht"), Cijfers(**numbers))


@pytest.mark.parametrize("case", cases("indexering", "percentage"))
def test_figures_give_a_percentage(case: Case) -> None:
    componenten = [_component(naam, case) for naam in ("loon", "materieel")]
    assert adds_up([component.gewicht for component in componenten])
    index = METHODEN[case["methode"]](componenten, case["nacalculatie"])
    assert str(index.percentage) == case["percentage"]


@pytest.mark.parametrize("case", cases("indexering", "prijs"))
def test_a_price_follows_the_index(case: Case) -> None:
    prijs = index_price(case["bedrag_centen"], Decimal(case["percentage"]))
    assert prijs.bedrag_centen == case["nieuw_centen"]


@given(
    st.sampled_from(sorted(METHODEN)),
    st.decimals(min_value=0, max_value=1, places=4),
    cijfers,
    cijfers,
    st.booleans(),
)
def test_the_parts_add_up_to_the_percentage(
    methode: Methode, gewicht: Decimal, loon: Cijfers, materieel: Cijfers, nacalculatie: bool
) -> None:
    componenten = [Component("loon", gewicht, loon), Component("materieel", 1 - gewicht, materieel)]
    index = METHODEN[methode](componenten, nacalculatie)
    assert sum(stap.waarde for stap in index.stappen) == index.percentage


@given(st.integers(min_value=1, max_value=99_999_999), percentages)
def test_the_parts_of_an_indexed_price_add_up(bedrag: int, percentage: Decimal) -> None:
    prijs = index_price(bedrag, percentage)
    assert sum(stap.waarde for stap in prijs.opbouw) * 100 == prijs.bedrag_centen


@given(st.lists(st.integers(min_value=1, max_value=10**8), min_size=2, max_size=2), percentages)
def test_a_higher_price_stays_at_least_as_high(bedragen: list[int], percentage: Decimal) -> None:
    laag, hoog = sorted(bedragen)
    indexed = [index_price(bedrag, percentage).bedrag_centen for bedrag in (laag, hoog)]
    assert indexed[0] <= indexed[1]


def test_weights_that_are_not_the_whole_price_do_not_add_up() -> None:
    assert not adds_up([Decimal("0.90"), Decimal("0.11")])
    assert not adds_up([])
