# SPDX-License-Identifier: EUPL-1.2
"""What a toewijzing may not go through, beside what is tried through the API."""

from datetime import date

import pytest

from app.domain.errors import Conflict
from app.domain.omvang import Omvang
from app.domain.period import Periode
from app.domain.toewijzingsleven import Stand, Termijnstand, check_change, check_extension


def test_a_toewijzing_of_which_the_resultaat_was_declared_is_not_extended() -> None:
    periode = Periode(date(2026, 2, 1), date(2026, 7, 31))
    resultaat = Termijnstand(2, "resultaat", periode, 144_600, "toegekend")
    with pytest.raises(Conflict) as refused:
        check_extension(
            Stand("actief", periode, "middel", (resultaat,)), date(2026, 8, 31), date(2026, 7, 1)
        )
    assert [fault.code for fault in refused.value.faults] == ["resultaat_gedeclareerd"]


def test_an_omvang_does_not_change_into_the_same() -> None:
    periode, omvang = Periode(date(2026, 2, 1), date(2026, 7, 31)), Omvang(4, "04", "2")
    with pytest.raises(Conflict) as refused:
        check_change(
            Stand("actief", periode, "middel", (), omvang=omvang), date(2026, 3, 1), None, omvang
        )
    assert [fault.code for fault in refused.value.faults] == ["omvang_gelijk"]
