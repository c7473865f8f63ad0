# SPDX-License-Identifier: EUPL-1.2
"""An aanbieder reads why a line was refused in words, and its software reads it in codes."""

import pytest

from app.domain.redenen import REDENEN
from tests.cases.read import Case, cases

CASES = cases("redenen", "redenen")


@pytest.mark.parametrize("case", CASES)
def test_each_reason_has_its_retourcode(case: Case) -> None:
    reden = REDENEN[case["naam"]]
    assert reden.code == case["naam"]
    assert reden.retourcode == case.get("retourcode")
    assert reden.omschrijving.endswith(".")


def test_there_is_no_reason_without_a_case() -> None:
    assert list(REDENEN) == [case.id for case in CASES]
