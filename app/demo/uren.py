# SPDX-License-Identifier: EUPL-1.2
"""Inwoners of the demo region who are helped by the hour: the one way of paying by volume."""

from datetime import date

from app.demo.catalogue import ALMELO, ENSCHEDE, HENGELO, PER_UUR, aanbieders_for
from app.demo.client import Json
from app.demo.population import Dossier
from app.domain.period import add_months, last_of_month

UREN_PER_WEEK = {ENSCHEDE: 2, HENGELO: 3, ALMELO: 4}
"""How much help one inwoner gets in each of these gemeenten."""

GEBOREN = "1951-10-04"


def helped_by_the_hour(vandaag: date) -> list[Dossier]:
    """Help that began eight months ago and goes on for three more."""
    return [_dossier(vandaag, gemeente, uren) for gemeente, uren in UREN_PER_WEEK.items()]


def _dossier(vandaag: date, gemeente: str, uren: int) -> Dossier:
    woonplaats = {"gemeente": gemeente, "vanaf": GEBOREN, "grondslag": "brp"}
    inwoner = {"geboortedatum": GEBOREN, "woonplaatsen": [woonplaats]}
    return Dossier(gemeente, inwoner, (_toewijzing(vandaag, gemeente, uren),))


def _toewijzing(vandaag: date, gemeente: str, uren: int) -> Json:
    eerste = vandaag.replace(day=1)
    return {
        "gemeente": gemeente,
        "wet": PER_UUR.wetten[0],
        "profiel": PER_UUR.code,
        "intensiteit": "middel",
        "aanbieder": aanbieders_for(PER_UUR.code, gemeente)[0].agb,
        "begindatum": add_months(eerste, -8).isoformat(),
        "einddatum": last_of_month(add_months(eerste, 3)).isoformat(),
        "beoogdeResultaten": [
            {
                "resultaat": PER_UUR.resultaat,
                "onderbouwing": "Keukentafelgesprek, met de inwoner besproken",
            }
        ],
        "omvang": {"volume": uren, "eenheid": PER_UUR.eenheid, "frequentie": "2"},
    }
