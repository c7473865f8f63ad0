# SPDX-License-Identifier: EUPL-1.2
"""What is set off and what goes to the bank, whatever stands open."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.domain.betaling import (
    Bankrekening,
    Openstaand,
    Rekeningen,
    accounts_missing,
    check_approval,
    set_off,
    set_off_each,
    transfers,
)
from app.domain.errors import Conflict
from tests.cases.read import Case, cases

AMOUNTS = st.lists(st.integers(-1_000, 1_000).filter(bool), max_size=12)


def _open(amounts: list[int], aanbieder: str = "99000001") -> list[Openstaand]:
    return [Openstaand(number, aanbieder, amount) for number, amount in enumerate(amounts)]


@pytest.mark.parametrize("case", cases("betaling", "verrekening"))
def test_what_is_set_off(case: Case) -> None:
    found = set_off(_open(case["open"]))
    assert [found.delen.get(number, 0) for number in range(len(case["open"]))] == case["delen"]
    assert found.over_te_maken_centen == case["over_te_maken"]


@given(AMOUNTS)
def test_the_parts_add_up_to_what_goes_to_the_bank(amounts: list[int]) -> None:
    found = set_off(_open(amounts))
    assert (
        sum(found.delen.values())
        == found.over_te_maken_centen
        == max(0, sum(amounts) if found.over_te_maken_centen else 0)
    )
    for number, part in found.delen.items():
        assert 0 < part * (1 if amounts[number] > 0 else -1) <= abs(amounts[number])
    if any(amount > 0 for amount in amounts):
        assert all(found.delen[n] == a for n, a in enumerate(amounts) if a > 0)


@given(AMOUNTS, AMOUNTS)
def test_one_aanbieder_never_pays_for_another(one: list[int], two: list[int]) -> None:
    both = [*_open(one, "99000001")]
    both += [Openstaand(100 + d.specificatie, "99000002", d.open_centen) for d in _open(two)]
    found = set_off_each(both)
    assert set(found) <= {"99000001", "99000002"}
    for aanbieder, amounts in (("99000001", one), ("99000002", two)):
        paid = found[aanbieder].over_te_maken_centen if aanbieder in found else 0
        assert paid == set_off(_open(amounts)).over_te_maken_centen


def test_only_who_is_paid_needs_an_account() -> None:
    verrekend = set_off_each(
        [Openstaand(1, "99000001", 10), Openstaand(2, "99000002", 5), Openstaand(3, "99000002", -5)]
    )
    rekening = Bankrekening("NL44RABO0123456789", "Zorg")
    waits = Rekeningen({}, frozenset({"99000001"}))
    assert [(f.name, f.code) for f in accounts_missing("0153", verrekend, waits)] == [
        ("gemeenten.0153", "bankrekening_ontbreekt"),
        ("aanbieders.99000001", "bankrekening_wacht"),
    ]
    # Who changes an account is paid on the one before until somebody agrees.
    known = Rekeningen({"0153": rekening, "99000001": rekening}, frozenset({"99000001"}))
    assert accounts_missing("0153", verrekend, known) == []
    [only] = transfers(verrekend, {"99000001": rekening})
    assert (only.aanbieder, only.bedrag_centen, only.specificaties) == ("99000001", 10, [1])


def test_an_account_is_agreed_to_by_somebody_else_and_as_it_was_put_down() -> None:
    check_approval("NL44RABO0123456789", "anna", "NL44RABO0123456789", "bert")
    with pytest.raises(Conflict) as refused:
        check_approval("NL44RABO0123456789", "anna", "NL02ABNA0123456789", "anna")
    codes = [fault.code for fault in refused.value.faults]
    assert codes == ["vier_ogen", "bankrekening_veranderd"]
    with pytest.raises(Conflict, match="Er wacht geen"):
        check_approval(None, None, "NL02ABNA0123456789", "anna")
