# SPDX-License-Identifier: EUPL-1.2
"""A contract from aanmelding to ontbinding, with Σ boekingen after each step."""

from datetime import date
from typing import Any

import httpx

from app.settlement.workers import working
from tests.callers import Headers
from tests.contract.declaring import (
    ENSCHEDE,
    GRANTED,
    HENGELO,
    HERSTEL,
    A,
    Region,
    allocation,
    line,
    parts,
    refused,
    stocked,
    today,
)
from tests.contract.test_contract_life import HELD, Life

LAST_YEAR = today().year - 1
HELP = {"begindatum": f"{LAST_YEAR}-03-01", "einddatum": f"{LAST_YEAR}-08-28"}
MOVES = date(LAST_YEAR, 6, 12)  # 103 days in one gemeente and 78 in the other
NOTHING = {ENSCHEDE: 0, HENGELO: 0}
START_PAID = {ENSCHEDE: 192_001, HENGELO: 145_399}
ALL_PAID = {ENSCHEDE: 274_287, HENGELO: 207_713}


async def _applies(region: Region) -> int:
    """The region asks for a keurmerk, and an aanbieder applies."""
    eis = {"naam": "Keurmerk", "omschrijving": "Een geldig keurmerk.", "vanaf": "2010-01-01"}
    await region.answer("PUT", "/kwaliteitseisen/keurmerk", region.regio, eis, 201)
    aanbieder = {"naam": "De Proef", "specialisaties": [], "gemeenten": [ENSCHEDE, HENGELO]}
    await region.answer("PUT", f"/aanbieders/{A}", region.regio, aanbieder, 201)
    applied = await region.post(
        "/aanmeldingen",
        region.aanbieder(),
        {"aanbieder": A, "naam": "De Proef", "profielen": [HERSTEL], "gemeenten": [ENSCHEDE]},
    )
    number: int = applied["id"]
    return number


async def _is_admitted(region: Region, aanmelding: int) -> None:
    """Not before it was held against the demand."""
    path = f"/aanmeldingen/{aanmelding}/besluit"
    besluit = {"besluit": "toegelaten", "datum": f"{LAST_YEAR}-01-02", "getoetst": []}
    problem = await region.post(path, region.regio, besluit, 409)
    assert problem["code"] == "eis_niet_getoetst"
    tested = [{"eis": "keurmerk", "voldoet": True}]
    done = await region.post(path, region.regio, besluit | {"getoetst": tested}, 200)
    assert done["status"] == "toegelaten"


async def _gets_a_contract(region: Region) -> Life:
    """For two months, on results: the help of this test begins on the day after."""
    made = await region.contract(
        A,
        profielen=[HERSTEL],
        begindatum=f"{LAST_YEAR}-01-03",
        einddatum=f"{LAST_YEAR}-02-28",
        verlengingVereistResultaten=True,
    )
    return Life(region, made["nummer"])


async def _is_extended(contract: Life) -> None:
    wat: Any = {"einddatum": f"{LAST_YEAR + 9}-12-31", "reden": "Goede resultaten."}
    problem = await contract.do("verlenging", 409, **wat)
    assert problem["code"] == "resultaten_vereist"
    extended = await contract.do("verlenging", **wat, resultaten=["Jaarbericht: 92 %"])
    assert extended["einddatum"] == wat["einddatum"]


async def _kinds(contract: Life) -> list[str]:
    path = f"/raamovereenkomsten/{contract.nummer}/versies"
    found = await contract.region.get(path, contract.region.regio)
    return [versie["soort"] for versie in found["results"]]


async def test_a_contract_from_aanmelding_to_ontbinding(
    client: httpx.AsyncClient, token: Headers, database_url: str
) -> None:
    region = await stocked(client, token)
    await _is_admitted(region, await _applies(region))
    contract = await _gets_a_contract(region)
    inwoner = await region.inwoner((ENSCHEDE, "2010-01-01"), (HENGELO, MOVES))
    asked = allocation(inwoner, **HELP)
    problem = await region.post("/toewijzingen", region.toegang(), asked, 409)
    assert problem["code"] == "geen_raamovereenkomst"
    await _is_extended(contract)
    given = await region.post("/toewijzingen", region.toegang(), asked)
    assert [termijn["bedragCenten"] for termijn in given["termijnen"]] == [337_400, 144_600]
    assert await contract.borne() == NOTHING

    async with working(database_url, 1):
        start = await region.declare(line(given, "R1"))
        assert await contract.judged(start) == [GRANTED]
        assert await contract.borne() == START_PAID

        await contract.hold()
        assert await contract.borne() == START_PAID
        result = await region.declare(line(given, "R2", 1))
        assert await contract.judged(result) == [HELD]
        assert result["aantalAangehouden"] == 1
        assert await contract.borne() == START_PAID

        await contract.do("hervatting")
        released = await contract.becomes(result, GRANTED)
        assert (released["aantalAangehouden"], released["aantalToegekend"]) == (0, 1)
        assert released["toegekendCenten"] == 144_600
        assert await contract.borne() == ALL_PAID

        await contract.dissolve("wanprestatie", HELP["begindatum"])
        back = await contract.reversal()
        assert [parts(regel) for regel in back] == [
            [(ENSCHEDE, 103, -192_001), (HENGELO, 78, -145_399)],
            [(ENSCHEDE, 103, -82_286), (HENGELO, 78, -62_314)],
        ]
        assert await contract.borne() == NOTHING
        again = await region.declare(line(given, "R3"))
        assert await contract.judged(again) == [refused("wanprestatie")]
        assert await contract.borne() == NOTHING

    life = ["gesloten", "verlengd", "opgeschort", "hervat", "ontbonden"]
    assert await _kinds(contract) == life
