# SPDX-License-Identifier: EUPL-1.2
"""A price book in print."""

from datetime import UTC, date, datetime

import pytest

from app.exports.prijzenboek_pdf import as_pdf, printable
from app.pricing.prijzenboek import Boeklijst, Boekprijs, Prijzenboek, change

DAG = date(2027, 3, 1)
NU = datetime(2027, 3, 1, tzinfo=UTC)


@pytest.mark.parametrize(
    ("text", "printed"),
    [("Zoë, Łukasz, €", "Zoë, Łukasz, €"), ("o\u0308ő", "öo"), ("中文", "??"), ("a\nb", "a\nb")],
)
def test_a_letter_that_the_font_lacks_is_replaced(text: str, printed: str) -> None:
    assert printable(text) == printed


def test_text_as_long_as_it_may_be_still_fits() -> None:
    prijs = Boekprijs("O" * 20, "W" * 200, "middel", "jaar", 10**14, DAG, 1, 1, change(1, 10**14))
    lijst = Boeklijst(
        1, "W" * 200, DAG, NU, "; ".join("0153 2027-01-01 " + "k" * 200 for _ in range(14))
    )
    assert as_pdf(Prijzenboek(DAG, NU, [lijst], [prijs])).startswith(b"%PDF")
