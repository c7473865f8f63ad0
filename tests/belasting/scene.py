# SPDX-License-Identifier: EUPL-1.2
"""What the crowd works in: a profiel that is paid per month, and aanbieders under contract."""

import calendar
from datetime import date
from typing import Any

import httpx

from tests.callers import Headers
from tests.contract.declaring import MAANDELIJKS, Region, first

GEMEENTEN = ("0153", "0164", "0141", "0147", "0163", "0168", "0173", "0175", "0177", "0183")
AGBS = tuple(f"990000{number}" for number in range(60, 70))
PROFIEL = "MAAND"
MONTHS = 10
"""So many months back a toewijzing begins: as many lines it has to declare."""
PRICE = 1_200_000


async def set_scene(url: str, token: Headers) -> None:
    """Make it, through the service."""
    async with httpx.AsyncClient(base_url=url, timeout=60) as client:
        region = Region(client, token)
        await region.profiel(PROFIEL, "duurzaam", MAANDELIJKS, "wmo")
        prices = {PROFIEL: (PRICE, PRICE * 2, PRICE * 3)}
        await region.tarieflijst(prices=prices)
        for agb in AGBS:
            await region.contract(agb, profielen=[PROFIEL], gemeenten=list(GEMEENTEN))


def inwoner(gemeente: str) -> dict[str, Any]:
    woonplaats = {"gemeente": gemeente, "vanaf": "2010-05-05", "grondslag": "brp"}
    return {"geboortedatum": "2010-05-05", "woonplaatsen": [woonplaats]}


def toewijzing(inwoner_id: int, gemeente: str, agb: str) -> dict[str, Any]:
    """Of ten whole months that are over, so that each has a line to declare."""
    end = first(-1)
    return {
        "inwonerId": inwoner_id,
        "gemeente": gemeente,
        "wet": "wmo",
        "profiel": PROFIEL,
        "intensiteit": "licht",
        "aanbieder": agb,
        "begindatum": str(first(-MONTHS)),
        "einddatum": str(end.replace(day=calendar.monthrange(end.year, end.month)[1])),
        "beoogdeResultaten": [{"resultaat": "Redt zich thuis", "onderbouwing": "Gesprek"}],
    }


def declaratie(nummer: str, given: dict[str, Any], today: date) -> dict[str, Any]:
    """Every termijn of a toewijzing, in one declaratie."""
    regels = [
        {
            "referentie": f"{nummer}-{termijn['volgnummer']}",
            "toewijzingNummer": given["nummer"],
            "mijlpaal": termijn["mijlpaal"],
            "begindatum": termijn["begindatum"],
            "einddatum": termijn["einddatum"],
            "bedragCenten": termijn["bedragCenten"],
            "debetCredit": "debet",
        }
        for termijn in given["termijnen"]
    ]
    return {"declaratienummer": nummer, "dagtekening": str(today), "regels": regels}
