# SPDX-License-Identifier: EUPL-1.2
"""Every day of a life stands under exactly one woonplaats, or under none that is established."""

from datetime import date, timedelta
from itertools import pairwise
from random import Random
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.domain.woonplaats import BEGINNING, FOREVER, Tijdvak, Woonplaats, tile
from tests.cases.read import Case, cases

ENDS = {"sinds_altijd": BEGINNING, "voorgoed": FOREVER}

dagen = st.dates(min_value=date(1900, 1, 1), max_value=date(2199, 12, 31))
levens = st.lists(
    st.builds(
        lambda gemeente, vanaf: Woonplaats(gemeente, vanaf, "brp" if gemeente else "onbekend"),
        st.sampled_from(["0153", "0141", "0363", None]),
        dagen,
    ),
    max_size=12,
    unique_by=lambda w: w.vanaf,
)


def _day(waarde: Any) -> date:
    day: date = ENDS[waarde] if isinstance(waarde, str) else waarde
    return day


@pytest.mark.parametrize("case", cases("woonplaats", "tijdvakken"))
def test_a_list_of_residences_becomes_tiles(case: Case) -> None:
    woonplaatsen = [
        Woonplaats(w.get("gemeente"), w["vanaf"], "brp" if "gemeente" in w else "onbekend")
        for w in case["woonplaatsen"]
    ]
    assert [(t.gemeente, t.vanaf, t.tot_en_met) for t in tile(woonplaatsen)] == [
        (t.get("gemeente"), _day(t["vanaf"]), _day(t["tot_en_met"])) for t in case["tijdvakken"]
    ]


def test_two_residences_on_one_day_are_refused() -> None:
    woonplaatsen = [
        Woonplaats("0153", date(2026, 2, 1), "brp"),
        Woonplaats("0141", date(2026, 2, 1), "brp"),
    ]
    with pytest.raises(ValueError, match="same day"):
        tile(woonplaatsen)


@given(levens)
def test_tiles_lie_end_to_end_from_the_beginning_to_forever(leven: list[Woonplaats]) -> None:
    tijdvakken = tile(leven)
    assert tijdvakken[0].vanaf == BEGINNING
    assert tijdvakken[-1].tot_en_met == FOREVER
    for eerder, later in pairwise(tijdvakken):
        assert eerder.tot_en_met + timedelta(days=1) == later.vanaf


@given(levens, dagen)
def test_each_day_has_exactly_one_tile_that_of_the_last_move(
    leven: list[Woonplaats], dag: date
) -> None:
    (tijdvak,) = [t for t in tile(leven) if t.vanaf <= dag <= t.tot_en_met]
    verhuizingen = [w for w in leven if w.vanaf <= dag]
    laatste = max(verhuizingen, key=lambda w: w.vanaf, default=None)
    assert tijdvak.gemeente == (laatste.gemeente if laatste else None)


@given(levens, st.randoms(use_true_random=False))
def test_tiles_do_not_depend_on_the_order_of_input(leven: list[Woonplaats], toeval: Random) -> None:
    geschud: list[Woonplaats] = list(leven)
    toeval.shuffle(geschud)
    expected: list[Tijdvak] = tile(leven)
    assert tile(geschud) == expected
