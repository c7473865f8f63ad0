# SPDX-License-Identifier: EUPL-1.2
"""A verzoek is answered once, for a reason that fits; a concept is approved by another."""

from collections.abc import Callable
from datetime import date
from functools import partial

import pytest

from app.domain.concept import check_four_eyes, check_price, check_undecided
from app.domain.errors import Conflict
from app.domain.verzoek import (
    check_not_investigated,
    check_open,
    check_reason,
    check_same_person,
)


@pytest.mark.parametrize(
    "fine",
    [
        partial(check_open, "ontvangen"),
        partial(check_open, "in_onderzoek"),
        partial(check_not_investigated, "ontvangen"),
        partial(check_reason, "jeugdwet", "woonplaatsbeginsel"),
        partial(check_reason, "wmo", "andere_gemeente"),
        partial(check_same_person, date(2014, 3, 9), date(2014, 3, 9)),
        partial(check_undecided, None),
        partial(check_four_eyes, "anna", "bert"),
        partial(check_price, 1, 1),
    ],
)
def test_what_may_be_done_passes(fine: Callable[[], None]) -> None:
    fine()


@pytest.mark.parametrize(
    ("wrong", "code"),
    [
        (partial(check_open, "toegewezen"), "verzoek_beantwoord"),
        (partial(check_open, "afgewezen"), "verzoek_beantwoord"),
        (partial(check_not_investigated, "in_onderzoek"), "al_in_onderzoek"),
        (partial(check_not_investigated, "afgewezen"), "verzoek_beantwoord"),
        (partial(check_reason, "wmo", "woonplaatsbeginsel"), "alleen_jeugdwet"),
        (partial(check_same_person, date(2014, 3, 9), date(2014, 9, 3)), "geboortedatum_wijkt_af"),
        (partial(check_undecided, "afgekeurd"), "al_besloten"),
        (partial(check_four_eyes, "anna", "anna"), "vier_ogen"),
        (partial(check_price, 1, 2), "prijs_gewijzigd"),
    ],
)
def test_what_may_not_be_done_says_why(wrong: Callable[[], None], code: str) -> None:
    with pytest.raises(Conflict) as refused:
        wrong()
    assert refused.value.code == code
