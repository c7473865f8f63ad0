# SPDX-License-Identifier: EUPL-1.2
"""Days are counted in one place, with both ends."""

from datetime import date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.domain.period import (
    Periode,
    add_months,
    day_in_amsterdam,
    days_in_month,
    last_of_month,
)

dagen = st.dates(min_value=date(1900, 1, 1), max_value=date(2199, 12, 31))
perioden = st.builds(
    lambda begin, dagen: Periode(begin, begin + timedelta(days=dagen)),
    dagen,
    st.integers(min_value=0, max_value=3000),
)
aantallen = st.integers(min_value=-1200, max_value=1200)


def test_a_period_of_one_day_has_one_day() -> None:
    assert Periode(date(2026, 2, 1), date(2026, 2, 1)).dagen == 1


def test_a_half_year_has_181_days() -> None:
    assert Periode(date(2026, 2, 1), date(2026, 7, 31)).dagen == 181


def test_a_period_does_not_end_before_it_begins() -> None:
    with pytest.raises(ValueError, match="before"):
        Periode(date(2026, 2, 2), date(2026, 2, 1))


@given(perioden)
def test_months_cover_each_day_of_the_period_once_and_in_order(periode: Periode) -> None:
    days = [
        maand.begindatum + timedelta(days=n)
        for maand in periode.maanden()
        for n in range(maand.dagen)
    ]
    assert days == [periode.begindatum + timedelta(days=n) for n in range(periode.dagen)]


@given(perioden)
def test_each_month_of_a_period_is_another_calendar_month(periode: Periode) -> None:
    months = [(m.begindatum.year, m.begindatum.month) for m in periode.maanden()]
    assert months == [(m.einddatum.year, m.einddatum.month) for m in periode.maanden()]
    assert len(set(months)) == len(months)


@given(dagen)
def test_after_the_last_of_a_month_comes_a_first(dag: date) -> None:
    laatste = last_of_month(dag)
    assert (laatste.year, laatste.month) == (dag.year, dag.month)
    assert laatste.day == days_in_month(dag)
    assert (laatste + timedelta(days=1)).day == 1


@given(dagen, aantallen)
def test_adding_months_never_leaves_the_month(dag: date, aantal: int) -> None:
    later = add_months(dag, aantal)
    assert later.year * 12 + later.month == dag.year * 12 + dag.month + aantal


@given(dagen, aantallen)
def test_adding_months_keeps_the_day_where_the_month_has_it(dag: date, aantal: int) -> None:
    later = add_months(dag, aantal)
    assert later.day == min(dag.day, days_in_month(later))


@given(dagen, dagen, aantallen)
def test_adding_months_keeps_the_order(een: date, ander: date, aantal: int) -> None:
    eerder, later = sorted((een, ander))
    assert add_months(eerder, aantal) <= add_months(later, aantal)


@pytest.mark.parametrize(
    ("moment", "dag"),
    [
        ("2026-01-31T22:59:59Z", date(2026, 1, 31)),
        ("2026-01-31T23:00:00Z", date(2026, 2, 1)),
        ("2026-07-31T21:59:59Z", date(2026, 7, 31)),
        ("2026-07-31T22:00:00Z", date(2026, 8, 1)),
    ],
)
def test_a_day_begins_at_midnight_in_amsterdam_in_winter_and_in_summer(
    moment: str, dag: date
) -> None:
    assert day_in_amsterdam(datetime.fromisoformat(moment)) == dag
