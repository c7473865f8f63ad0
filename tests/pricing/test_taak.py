# SPDX-License-Identifier: EUPL-1.2
"""How the lump sum of a task falls apart into instalments."""

from datetime import date, timedelta
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.domain.period import Periode
from app.pricing.taak import plan_taak
from tests.cases.read import Case, cases


@pytest.mark.parametrize("case", cases("taak", "taak"))
def test_the_instalments_are_those_of_the_worked_example(case: Case) -> None:
    plan = plan_taak(
        case["bedrag_centen"], Periode(case["begindatum"], case["einddatum"]), case["termijnen"]
    )
    assert [[t.periode.begindatum, t.periode.einddatum, t.bedrag_centen] for t in plan] == case[
        "verwacht"
    ]
    assert [t.vervaldatum for t in plan] == [t.periode.begindatum for t in plan]
    assert [t.volgnummer for t in plan] == list(range(1, case["termijnen"] + 1))


@given(
    st.dates(date(1990, 1, 1), date(2150, 1, 1)),
    st.integers(0, 1_500),
    st.integers(0, 999_999_999_999),
    st.data(),
)
def test_instalments_add_up_and_leave_no_day_out(
    begin: date, dagen: int, bedrag: int, data: st.DataObject
) -> None:
    periode = Periode(begin, begin + timedelta(days=dagen))
    plan = plan_taak(bedrag, periode, data.draw(st.integers(1, len(periode.maanden()))))
    assert sum(t.bedrag_centen for t in plan) == bedrag
    assert max(t.bedrag_centen for t in plan) - min(t.bedrag_centen for t in plan) <= 1
    days = [(t.periode.begindatum, t.periode.einddatum) for t in plan]
    assert (days[0][0], days[-1][1]) == (periode.begindatum, periode.einddatum)
    assert all(after[0] - before[1] == timedelta(days=1) for before, after in pairwise(days))


@pytest.mark.parametrize("termijnen", [0, 2])
def test_there_is_a_month_for_each_instalment(termijnen: int) -> None:
    with pytest.raises(ValueError, match="one for each month"):
        plan_taak(100, Periode(date(2026, 1, 1), date(2026, 1, 31)), termijnen)
