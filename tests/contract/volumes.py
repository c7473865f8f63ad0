# SPDX-License-Identifier: EUPL-1.2
"""Inspanningsgerichte profielen under each plan, and lines that name a volume."""

from typing import Any

import httpx

from tests.callers import Headers
from tests.contract.declaring import (
    ENSCHEDE,
    HENGELO,
    MAANDELIJKS,
    MIJLPALEN,
    Region,
    allocation,
    line,
)

HOUR = 6_622
PLANS: dict[str, dict[str, Any]] = {
    "WEEK": {"soort": "wekelijks"},
    "DAGEN": MAANDELIJKS | {"gebrokenMaand": "naar_dagen"},
    "HEEL": MAANDELIJKS | {"gebrokenMaand": "eerste_niet_laatste_heel"},
    "DELEN": MIJLPALEN,
    "EINDE": {"soort": "einde"},
}
EFFORT = {"bekostiging": "inspanningsgericht", "bekostigingReden": "De inzet verschilt per week."}
TASK = {"bekostiging": "taakgericht", "bekostigingReden": "Een inloop voor de hele wijk."}
STUKS, OUTPUT, WIJK = "STUKS", "OUTPUT", "WIJK"
TOTAL_OF_40 = {"volume": 40, "eenheid": "04", "frequentie": "6"}
PER_WEEK = {"volume": 3, "eenheid": "04", "frequentie": "2"}
PER_MONTH = {"volume": 10, "eenheid": "04", "frequentie": "4"}


async def stocked_by_volume(client: httpx.AsyncClient, token: Headers) -> Region:
    """A profiel in hours under each plan, one in stuks, one outputgericht, one taakgericht."""
    region = Region(client, token)
    for code, plan in PLANS.items():
        await region.profiel(code, "herstel", plan, "jeugdwet", eenheid="04", **EFFORT)
    await region.profiel(STUKS, "herstel", PLANS["DAGEN"], "jeugdwet", eenheid="84", **EFFORT)
    await region.profiel(OUTPUT, "herstel", MIJLPALEN, "jeugdwet")
    await region.profiel(WIJK, "herstel", MIJLPALEN, "jeugdwet", **TASK)
    codes = [*PLANS, STUKS, OUTPUT, WIJK]
    await region.tarieflijst(prices=dict.fromkeys(codes, (HOUR - 1, HOUR, HOUR + 1)))
    for agb in ("99000001", "99000002"):
        await region.contract(agb, profielen=codes, gemeenten=[ENSCHEDE, HENGELO])
    return region


async def refusal(region: Region, **changed: Any) -> tuple[str, list[str]]:
    """The code of the 409 and the fields that it names, the same for a quote."""
    body = allocation(await region.inwoner(), **changed)
    found = []
    for path in ("/toewijzingen", "/toewijzingen/_prijs"):
        problem = await region.post(path, region.toegang(), body, 409)
        found.append((problem["code"], [fault["name"] for fault in problem["invalidParams"]]))
    assert found[0] == found[1]
    return found[0]


def effort(
    made: dict[str, Any], referentie: str, volume: int, at: int = 0, **changed: Any
) -> dict[str, Any]:
    """The line that claims this volume of a termijn, in hours unless it says otherwise."""
    told = {"volume": volume, "eenheid": "04", "bedragCenten": volume * HOUR}
    return line(made, referentie, at, **(told | changed))
