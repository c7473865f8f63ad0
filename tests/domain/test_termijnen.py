# SPDX-License-Identifier: EUPL-1.2
"""A verzoek is answered in working days that a calendar on the wall agrees with."""

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.api.feestdagen import feestdagen_from
from app.domain.termijnen import (
    Verzoektermijnen,
    add_werkdagen,
    is_late,
    is_werkdag,
    last_to_have_started,
    next_werkdag,
    terms_of,
    werkdagen_left,
)
from tests.cases.read import Case, cases

DAY = timedelta(days=1)
days = st.dates(min_value=date(2020, 1, 1), max_value=date(2040, 12, 31))
free_days = st.frozensets(days, max_size=50)


@pytest.mark.parametrize("case", cases("termijnen", "termijnen"))
def test_a_term_ends_on_the_day_that_the_calendar_says(case: Case) -> None:
    terms = terms_of(case["ontvangen"], feestdagen_from(case["ontvangen"]))
    expected = Verzoektermijnen(case["antwoord"], case["woonplaats"], case["onderzoek"])
    assert terms == expected


@pytest.mark.parametrize("case", cases("termijnen", "niet_begonnen"))
def test_a_start_is_missed_when_the_calendar_says(case: Case) -> None:
    feestdagen = feestdagen_from(case["vandaag"] - timedelta(days=60))
    assert last_to_have_started(case["vandaag"], feestdagen) == case["begindatum"]


@given(days)
def test_every_term_ends_on_a_working_day_and_none_before_the_one_it_extends(dag: date) -> None:
    feestdagen = feestdagen_from(dag)
    terms = terms_of(dag, feestdagen)
    for einde in (terms.antwoord, terms.woonplaats, terms.onderzoek):
        assert is_werkdag(einde, feestdagen)
    assert dag < terms.antwoord < terms.onderzoek
    assert dag + timedelta(weeks=2) <= terms.woonplaats < terms.onderzoek


@given(days, st.integers(1, 30), free_days)
def test_as_many_working_days_are_left_as_were_added(
    dag: date, aantal: int, feestdagen: frozenset[date]
) -> None:
    einde = add_werkdagen(dag, aantal, feestdagen)
    assert is_werkdag(einde, feestdagen)
    assert werkdagen_left(dag, einde, feestdagen) == aantal
    assert werkdagen_left(einde, dag, feestdagen) == 0


@given(days, free_days)
def test_a_start_is_missed_from_the_day_after_its_term(
    today: date, feestdagen: frozenset[date]
) -> None:
    last = last_to_have_started(today, feestdagen)
    assert add_werkdagen(last, 5, feestdagen) < today
    assert add_werkdagen(last + DAY, 5, feestdagen) >= today


@given(days, free_days)
def test_a_term_is_extended_over_days_off_alone(dag: date, feestdagen: frozenset[date]) -> None:
    einde = next_werkdag(dag, feestdagen)
    assert not any(is_werkdag(dag + DAY * n, feestdagen) for n in range((einde - dag).days))


@pytest.mark.parametrize(
    ("onderzoek", "antwoord", "today", "late"),
    [
        (None, None, date(2026, 1, 12), False),
        (None, None, date(2026, 1, 13), True),
        (None, date(2026, 1, 12), date(2026, 6, 1), False),
        (None, date(2026, 1, 13), date(2026, 1, 13), True),
        (date(2026, 1, 12), None, date(2026, 3, 2), False),
        (date(2026, 1, 12), None, date(2026, 3, 3), True),
        (date(2026, 1, 13), None, date(2026, 1, 13), True),
        (date(2026, 1, 12), date(2026, 3, 2), date(2026, 6, 1), False),
        (date(2026, 1, 12), date(2026, 3, 3), date(2026, 6, 1), True),
    ],
)
def test_an_answer_is_late_from_the_day_after_its_term(
    onderzoek: date | None, antwoord: date | None, today: date, late: bool
) -> None:
    terms = terms_of(date(2026, 1, 5), frozenset())
    assert is_late(terms, onderzoek, antwoord, today) is late
