# SPDX-License-Identifier: EUPL-1.2
"""What falls within a task, and when an account on its results is given."""

from datetime import date

import pytest

from app.domain.errors import Conflict
from app.domain.period import Periode
from app.domain.taak import check_report, half_years, named_profielen, reports_due
from tests.cases.read import Case, cases

TASK = Periode(date(2026, 4, 1), date(2027, 2, 14))


@pytest.mark.parametrize("case", cases("taak", "taak"))
def test_each_half_year_that_is_touched_is_accounted_for(case: Case) -> None:
    periode = Periode(case["begindatum"], case["einddatum"])
    assert half_years(periode) == case["halfjaren"]


def test_one_word_names_a_profiel() -> None:
    assert named_profielen(["OB1", "twee woorden", "regel\neinde", "OB_2"]) == ["OB1", "OB_2"]


@pytest.mark.parametrize(
    ("halfjaar", "today", "code"),
    [
        ("2026-1", date(2026, 6, 30), "halfjaar_loopt"),
        ("2026-1", date(2026, 7, 1), None),
        ("2027-1", date(2027, 2, 14), "halfjaar_loopt"),
        ("2027-1", date(2027, 2, 15), None),
        ("2025-2", date(2027, 2, 15), "halfjaar_buiten_opdracht"),
    ],
)
def test_an_account_is_given_when_its_time_is_over(
    halfjaar: str, today: date, code: str | None
) -> None:
    if code is None:
        check_report(TASK, halfjaar, today)
        assert halfjaar in reports_due(TASK, today)
    else:
        with pytest.raises(Conflict) as refused:
            check_report(TASK, halfjaar, today)
        assert refused.value.code == code
        assert halfjaar not in reports_due(Periode(TASK.begindatum, TASK.einddatum), today)
