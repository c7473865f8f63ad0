# SPDX-License-Identifier: EUPL-1.2
"""What is set off and what goes to the bank, whatever stands open."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.domain.betaling import (
    Bankrekening,
    Openstaand,
    accounts_missing,
    set_off,
    set_off_each,
    transfers,
)
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
    assert [f.name for f in accounts_missing("0153", None, verrekend, {})] == [
        "gemeenten.0153",
        "aanbieders.99000001",
    ]
    assert accounts_missing("0153", rekening, verrekend, {"99000001": rekening}) == []
    [only] = transfers(verrekend, {"99000001": rekening})
    assert (only.aanbieder, only.bedrag_centen, only.specificaties) == ("99000001", 10, [1])
