# SPDX-License-Identifier: EUPL-1.2
"""How two gemeenten stand in a quarter, and what may follow."""

from collections.abc import Callable
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.domain.errors import Conflict
from app.domain.verrekening import (
    Stand,
    check_decision,
    check_notice,
    check_objection,
    check_payment,
    is_over,
    kwartaal_of,
    naam_of,
    status_of,
)
from tests.cases.read import Case, cases


def _stand(case: Case) -> Stand:
    return Stand(
        kwartaal_of(case.get("kwartaal", "2026-1")),
        case["saldo"],
        case.get("betaald", 0),
        case.get("aangezegd"),
        case.get("bezwaar", False),
        case.get("besluit"),
    )


def _faults(check: Callable[[], None]) -> list[str]:
    try:
        check()
    except Conflict as refused:
        return [fault.code for fault in refused.faults]
    return []


@pytest.mark.parametrize("case", cases("verrekening", "stand"))
def test_how_far_it_is_and_what_may_follow(case: Case) -> None:
    stand, vandaag = _stand(case), case["vandaag"]
    assert status_of(stand, vandaag) == case["status"]
    assert _faults(lambda: check_notice(stand, vandaag)) == case["aanzegging"]
    assert _faults(lambda: check_payment(stand, vandaag, 100, "K1")) == case["betaling"]


@pytest.mark.parametrize("case", cases("verrekening", "bezwaar"))
def test_when_a_bezwaar_can_be_made(case: Case) -> None:
    found = _faults(lambda: check_objection(_stand(case), case["bedrag"], case["vandaag"]))
    assert found == case["verwacht"]


def test_a_bezwaar_is_made_and_decided_on_once() -> None:
    notice = date(2026, 4, 2)
    owes = Stand(date(2026, 1, 1), -5, aangezegd=notice, heeft_bezwaar=True)
    assert _faults(lambda: check_objection(owes, 5, notice)) == ["al_bezwaar"]
    due = Stand(date(2026, 1, 1), 5, aangezegd=notice)
    assert _faults(lambda: check_decision(due)) == ["geen_bezwaar"]
    disputed = Stand(date(2026, 1, 1), 5, aangezegd=notice, heeft_bezwaar=True)
    assert _faults(lambda: check_decision(disputed)) == []
    decided = Stand(date(2026, 1, 1), 5, 0, notice, True, "gegrond")
    assert _faults(lambda: check_decision(decided)) == ["al_besloten"]
    assert _faults(lambda: check_decision(owes)) == ["niets_te_vorderen"]


def test_a_payment_has_its_own_kenmerk_and_follows_the_notice() -> None:
    notice = date(2026, 4, 2)
    stand = Stand(date(2026, 1, 1), 9, 4, notice, kenmerken=frozenset({"K1"}))
    assert _faults(lambda: check_payment(stand, date(2026, 4, 1), 6, "K1")) == [
        "voor_aanzegging",
        "meer_dan_open",
        "betaling_bekend",
    ]
    assert _faults(lambda: check_payment(stand, notice, 5, "K2")) == []


@given(st.dates(date(1990, 1, 1), date(2190, 12, 31)))
def test_a_quarter_is_named_by_its_days(dag: date) -> None:
    begin = dag.replace(day=1, month=(dag.month - 1) // 3 * 3 + 1)
    assert kwartaal_of(naam_of(begin)) == begin
    assert not is_over(begin, dag)


@given(st.integers(-1_000, 1_000), st.integers(0, 1_000))
def test_what_is_open_for_one_is_open_for_the_other(saldo: int, betaald: int) -> None:
    betaald = min(betaald, abs(saldo))
    here, there = Stand(date(2026, 1, 1), saldo, betaald), Stand(date(2026, 1, 1), -saldo, betaald)
    assert here.open_centen == -there.open_centen
    assert abs(here.open_centen) == abs(saldo) - betaald
