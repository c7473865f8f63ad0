# SPDX-License-Identifier: EUPL-1.2
"""The eleven-proof tells a BSN from a slip of the pen."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.domain.bsn import passes_eleven_proof
from tests.cases.read import Case, cases


def _with_last_digit(eight: int) -> str | None:
    """The BSN that begins with these eight digits, if there is one."""
    candidates = (f"{eight:08}{last}" for last in range(10))
    return next(filter(passes_eleven_proof, candidates), None)


bsns = st.integers(1, 99_999_999).map(_with_last_digit).filter(bool).map(str)


@pytest.mark.parametrize("case", cases("bsn", "bsn"))
def test_nine_digits_are_a_possible_bsn_or_not(case: Case) -> None:
    assert passes_eleven_proof(case["bsn"]) is case["kan"]


@given(bsns, st.integers(min_value=0, max_value=8), st.integers(min_value=1, max_value=9))
def test_one_wrong_digit_never_passes(bsn: str, plaats: int, verschil: int) -> None:
    fout = str((int(bsn[plaats]) + verschil) % 10)
    assert not passes_eleven_proof(bsn[:plaats] + fout + bsn[plaats + 1 :])


@given(bsns, st.integers(min_value=0, max_value=7))
def test_two_neighbours_swapped_never_pass(bsn: str, plaats: int) -> None:
    een, ander = bsn[plaats], bsn[plaats + 1]
    if een != ander:
        assert not passes_eleven_proof(bsn[:plaats] + ander + een + bsn[plaats + 2 :])


@given(st.text(max_size=12))
def test_any_text_gets_an_answer(text: str) -> None:
    assert passes_eleven_proof(text) in (True, False)
