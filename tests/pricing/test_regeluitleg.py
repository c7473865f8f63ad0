# SPDX-License-Identifier: EUPL-1.2
"""Why a line came to its amount, where the price did not come from the tarief itself."""

from datetime import date

from app.domain.period import Periode
from app.pricing.besluit import Prijsregels
from app.pricing.betaalplan import Einde
from app.pricing.regeluitleg import Oordeel, Prijsfeiten, explain_line


def test_the_price_of_a_continuation_is_what_the_first_gemeente_left() -> None:
    prijs = Prijsfeiten(
        nummer=8,
        wet="jeugdwet",
        profiel="HA1",
        intensiteit="middel",
        periode=Periode(date(2026, 5, 15), date(2026, 7, 31)),
        prijs_centen=207_713,
        tarief_centen=482_000,
        tarieflijst=1,
        lijstnaam="Tarieven 2026",
        vanaf=date(2026, 1, 1),
        vastgesteld=date(2025, 11, 1),
        besluit="mandaat 2026",
        regels=Prijsregels("herstel", Einde()),
        termijnen=(207_713,),
        voortzetting_van=7,
    )
    oordeel = Oordeel("afgekeurd", ("termijn_onbekend",), False, 0, ())
    stappen = explain_line(prijs, None, oordeel)
    assert [(stap.regel, stap.bedrag_centen) for stap in stappen[:2]] == [
        ("P1, P2, P7", 482_000),
        ("E18", 207_713),
    ]
    assert "toewijzing 7" in stappen[1].bron
