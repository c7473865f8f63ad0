# SPDX-License-Identifier: EUPL-1.2
"""What became of a price."""

from datetime import UTC, date, datetime
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.pricing.prijzenboek import Boekprijs, Prijzenboek, change
from app.pricing.vergelijking import Verschil
from tests.cases.read import Case, cases

bedragen = st.integers(min_value=1, max_value=10**14)
DAG = date(2027, 3, 1)
NU = datetime(2027, 3, 1, tzinfo=UTC)


@pytest.mark.parametrize("case", cases("prijzenboek", "wijziging"))
def test_a_price_became(case: Case) -> None:
    wijziging = change(case.get("was"), case["is"])
    assert wijziging.soort == case["wijziging"]
    if "was" in case:
        assert wijziging.verschil == Verschil(case["verschil"], Decimal(case["percentage"]))
    else:
        assert wijziging.verschil is None


@given(bedragen, bedragen)
def test_a_change_back_is_the_opposite(oud: int, nieuw: int) -> None:
    there, back = change(oud, nieuw), change(nieuw, oud)
    opposite = {"hoger": "lager", "lager": "hoger", "ongewijzigd": "ongewijzigd"}
    assert opposite[there.soort] == back.soort
    assert there.verschil is not None
    assert back.verschil is not None
    assert there.verschil.centen == -back.verschil.centen


def test_a_book_reads_so_since_its_last_list_began() -> None:
    prijzen = [
        Boekprijs("OB1", "Naam", "licht", "jaar", 1, vanaf, 1, None, change(None, 1))
        for vanaf in (date(2026, 1, 1), date(2027, 1, 1), date(2025, 1, 1))
    ]
    assert Prijzenboek(DAG, NU, (), prijzen).sinds == date(2027, 1, 1)
    assert Prijzenboek(DAG, NU, (), ()).sinds is None
