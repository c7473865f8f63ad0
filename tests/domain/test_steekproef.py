# SPDX-License-Identifier: EUPL-1.2
"""Every cent has the same chance, and the same seed draws the same."""

from collections import Counter
from itertools import pairwise

from hypothesis import given
from hypothesis import strategies as st

from app.domain.steekproef import draw

totals = st.integers(1, 10**12)
sizes = st.integers(1, 200)


@given(totals, sizes, st.text(max_size=20))
def test_a_sample_lies_within_the_total_and_is_evenly_spread(
    totaal: int, omvang: int, zaad: str
) -> None:
    centen = draw(totaal, omvang, zaad)
    assert len(centen) == omvang
    assert all(1 <= cent <= totaal for cent in centen)
    gaps = {later - cent for cent, later in pairwise(centen)}
    assert gaps <= {totaal // omvang, -(-totaal // omvang)}
    assert draw(totaal, omvang, zaad) == centen


@given(totals, st.data())
def test_what_is_as_large_as_a_stretch_is_always_drawn(totaal: int, data: st.DataObject) -> None:
    omvang = data.draw(sizes)
    stretch = -(-totaal // omvang)
    begin = data.draw(st.integers(1, max(1, totaal - stretch + 1)))
    assert any(begin <= cent < begin + stretch for cent in draw(totaal, omvang, "zaad"))


def test_of_nothing_nothing_is_drawn() -> None:
    assert draw(0, 5, "zaad") == []


def test_seeds_reach_every_cent() -> None:
    drawn = Counter(draw(10, 1, str(seed))[0] for seed in range(1_000))
    assert drawn.keys() == set(range(1, 11))
    assert max(drawn.values()) < 2 * min(drawn.values())
