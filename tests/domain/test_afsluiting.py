# SPDX-License-Identifier: EUPL-1.2
"""Which period may be closed, and what is still to come in."""

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.domain.afsluiting import boekperiode, check_close, still_to_come
from app.domain.errors import Conflict
from app.domain.period import Periode
from tests.cases.read import Case, cases


@pytest.mark.parametrize("case", cases("afsluiting", "nog_te_ontvangen"))
def test_what_is_still_to_come(case: Case) -> None:
    periode = Periode(case["begindatum"], case["einddatum"])
    to_come = still_to_come(
        periode, case["bedrag"], case["declarabel_vanaf"], case["geboekt"], case["peildatum"]
    )
    assert to_come == case["verwacht"]


@given(st.integers(0, 10_000_000), st.integers(0, 400), st.integers(-30, 500))
def test_it_grows_with_the_days_and_never_beyond_the_termijn(
    bedrag: int, dagen: int, na: int
) -> None:
    begin = date(2026, 1, 15)
    periode = Periode(begin, begin + timedelta(days=dagen))
    declarabel = periode.einddatum + timedelta(days=1)
    on, next_day = (
        still_to_come(periode, bedrag, declarabel, 0, begin + timedelta(days=na + extra))
        for extra in (0, 1)
    )
    assert 0 <= on <= next_day <= bedrag
    if na > dagen:
        assert on == bedrag


@pytest.mark.parametrize("case", cases("afsluiting", "sluiten"))
def test_which_period_may_be_closed(case: Case) -> None:
    closed = {(p.soort, p.periode.begindatum) for p in map(boekperiode, case["gesloten"])}
    wat = boekperiode(case["periode"])
    assert wat.naam == case["periode"]
    if not case["verwacht"]:
        check_close(wat, closed, case["vandaag"])
        return
    with pytest.raises(Conflict) as refused:
        check_close(wat, closed, case["vandaag"])
    assert [fault.code for fault in refused.value.faults] == case["verwacht"]
    assert refused.value.code == case["verwacht"][0]
