# SPDX-License-Identifier: EUPL-1.2
"""What fits in a plan, who may direct it, and when it may be evaluated."""

from datetime import date
from typing import get_args

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.domain.errors import Conflict
from app.domain.plan import (
    Element,
    Elementsoort,
    GegevenToewijzing,
    Leveringsvorm,
    check_evaluation,
    check_not_approved,
    check_regisseur,
    check_running,
    check_toewijzingen,
    check_version,
    faults_in_element,
)

HOUSEHOLD, RESULTS = {1, 2}, {1}
elements = st.builds(
    Element,
    st.sampled_from(get_args(Elementsoort)),
    st.none() | st.integers(1, 3),
    st.none() | st.sampled_from(get_args(Leveringsvorm)),
    st.none() | st.integers(1, 3),
    st.lists(st.integers(1, 2), min_size=1),
)


@given(elements)
def test_an_element_without_faults_fits_in_every_way(element: Element) -> None:
    faults = {fault.code for fault in faults_in_element(element, HOUSEHOLD, RESULTS)}
    fits = {
        "leveringsvorm_past_niet": (element.soort == "toewijzing") == bool(element.leveringsvorm),
        "toewijzing_past_niet": element.toewijzing is None or element.leveringsvorm == "zin",
        "buiten_huishouden": element.inwoner in (None, 1, 2),
        "resultaat_onbekend": 2 not in element.resultaten,
    }
    assert faults == {code for code, does in fits.items() if not does}


@given(st.none() | st.sampled_from("abc"), st.frozensets(st.sampled_from("abc")))
def test_a_regisseur_never_delivers(aanbieder: str | None, leveren: frozenset[str]) -> None:
    if aanbieder in leveren:
        with pytest.raises(Conflict, match="regisseren"):
            check_regisseur(aanbieder, leveren)
    else:
        check_regisseur(aanbieder, leveren)


def test_toewijzingen_of_another_household_are_named() -> None:
    given_ones = {n: GegevenToewijzing(n, "99000001") for n in (1, 2, 3, 4)}
    with pytest.raises(Conflict, match=r"toewijzing 3, 4\.") as refused:
        check_toewijzingen(given_ones, HOUSEHOLD)
    assert refused.value.code == "toewijzing_buiten_huishouden"
    check_toewijzingen({1: given_ones[1]}, HOUSEHOLD)


def test_only_the_last_version_of_a_running_plan_changes_and_is_approved_once() -> None:
    check_running(None)
    check_version(2, 2)
    check_not_approved(2, 1)
    with pytest.raises(Conflict, match="afgesloten"):
        check_running(date(2026, 1, 1))
    with pytest.raises(Conflict, match="versie 2"):
        check_version(1, 2)
    with pytest.raises(Conflict, match="al goedgekeurd"):
        check_not_approved(2, 2)


MOMENTS = {date(2026, 5, 1): True, date(2026, 8, 1): False}


@pytest.mark.parametrize(
    ("approved", "moment", "named", "code"),
    [
        (1, date(2026, 8, 1), [1], None),
        (1, None, [1], None),
        (None, None, [1], "plan_niet_goedgekeurd"),
        (1, date(2026, 6, 1), [1], "moment_onbekend"),
        (1, date(2026, 5, 1), [1], "al_geevalueerd"),
        (1, None, [1, 3], "resultaat_onbekend"),
    ],
)
def test_an_evaluation_fits_what_was_agreed(
    approved: int | None, moment: date | None, named: list[int], code: str | None
) -> None:
    if code is None:
        check_evaluation(approved, moment, MOMENTS, named, RESULTS)
        return
    with pytest.raises(Conflict) as refused:
        check_evaluation(approved, moment, MOMENTS, named, RESULTS)
    assert refused.value.code == code
