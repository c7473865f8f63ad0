# SPDX-License-Identifier: EUPL-1.2
"""Books with something of everything: splits, credits, refused and held lines, a task."""

from datetime import date

import httpx

from app.api.clock import today
from tests.callers import Headers
from tests.contract.declaring import (
    ENSCHEDE,
    HENGELO,
    A,
    B,
    Region,
    credit,
    later,
    line,
    opened,
    past,
)
from tests.contract.test_indexering import index_body

YEAR = today().year - 1
PERIOD = {"begindatum": f"{YEAR}-03-01", "einddatum": f"{YEAR}-08-28"}
TASK = {
    "aanbieder": A,
    "gemeenten": [{"gemeente": ENSCHEDE, "bedragCenten": 1_000_001}],
    "begindatum": f"{YEAR}-01-01",
    "einddatum": f"{YEAR}-12-31",
    "termijnen": 12,
    "omvat": ["Inloop in elke wijk"],
    "omvatNiet": ["Behandeling in een instelling"],
}


async def keep_books(client: httpx.AsyncClient, token: Headers) -> Region:
    """All of it by the API alone."""
    region = await opened(client, token)
    await _declare_and_take_back(region)
    await _hold(region)
    await region.declare(line(await past(region, aanbieder=B), "B1"), agb=B)
    ouder = (await region.tarieflijst(f"{YEAR}-01-01"))["id"]
    await region.post("/tarieflijsten/_indexeer", region.regio, index_body(ouder))
    await _by_volume(region)
    await region.post("/taakopdrachten", region.regio, TASK)
    await client.post("/v1/taakopdrachten/_boek", headers=region.regio)
    await _divide_anew(region)
    return region


async def _declare_and_take_back(region: Region) -> None:
    """A split over a move, taken back and declared again; and a line that is a cent too much."""
    inwoner = await region.inwoner((ENSCHEDE, "2010-01-01"), (HENGELO, date(YEAR, 6, 12)))
    made = await region.toewijzing(inwoner, **PERIOD)
    first, wrong = line(made, "R1"), line(made, "R2", 1)
    await region.declare(first, wrong | {"bedragCenten": wrong["bedragCenten"] + 1})
    await region.declare(credit(first, "R3"), line(made, "R4"), line(made, "R5", 1))


async def _hold(region: Region) -> None:
    """A line whose woonplaats is unknown for some days."""
    inwoner = await region.inwoner((ENSCHEDE, "2010-01-01"))
    made = await region.toewijzing(inwoner, **PERIOD)
    lost = date(YEAR, 5, 1)
    await region.moved(inwoner, (ENSCHEDE, "2010-01-01"), (None, lost), (ENSCHEDE, later(lost, 9)))
    await region.declare(line(made, "H1"))


async def _divide_anew(region: Region) -> None:
    """A line for an inwoner who turns out to have lived elsewhere."""
    inwoner = await region.inwoner((ENSCHEDE, "2010-01-01"))
    await region.declare(line(await region.toewijzing(inwoner, **PERIOD), "V1"))
    await region.moved(inwoner, (HENGELO, "2010-01-01"))
    await region.post("/herverdelingen", region.financien(), {"reden": "Te laat bekend"})


async def _by_volume(region: Region) -> None:
    """Hours, of an aanbieder of its own."""
    effort = {"bekostiging": "inspanningsgericht", "bekostigingReden": "De inzet verschilt."}
    einde = {"soort": "einde"}
    await region.profiel("UUR", "herstel", einde, "jeugdwet", eenheid="04", **effort)
    await region.tarieflijst(prices={"UUR": (5_000, 6_622, 7_000)})
    await region.contract("99000003", profielen=["UUR"])
    omvang = {"volume": 20, "eenheid": "04", "frequentie": "6"}
    made = await past(region, aanbieder="99000003", profiel="UUR", omvang=omvang)
    asked = {"volume": 12, "eenheid": "04", "bedragCenten": 12 * 6_622}
    await region.declare(line(made, "V1") | asked, agb="99000003")
