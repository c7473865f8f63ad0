# SPDX-License-Identifier: EUPL-1.2
"""Every amount can be asked why, by whoever it concerns and nobody else."""

from typing import Any

import httpx
import pytest

from tests.callers import Headers
from tests.contract.declaring import (
    ALMELO,
    DUURZAAM,
    END,
    ENSCHEDE,
    HENGELO,
    HERSTEL,
    MOVED,
    START,
    B,
    Region,
    credit,
    line,
    opened,
    past,
)
from tests.contract.world import assert_problem


@pytest.fixture
async def region(client: httpx.AsyncClient, token: Headers) -> Region:
    return await opened(client, token)


async def _why(
    region: Region,
    declaratie: dict[str, Any],
    regel: int = 1,
    caller: dict[str, str] | None = None,
) -> httpx.Response:
    path = f"/v1/declaraties/{declaratie['id']}/regels/{regel}/uitleg"
    return await region.client.get(path, headers=caller or region.aanbieder())


async def _steps(region: Region, declaratie: dict[str, Any], regel: int = 1) -> list[Any]:
    answer = await _why(region, declaratie, regel)
    assert answer.status_code == 200, answer.text
    steps: list[Any] = answer.json()["stappen"]
    return steps


async def _moved(region: Region) -> dict[str, Any]:
    inwoner = await region.inwoner((ENSCHEDE, "2010-01-01"), (HENGELO, MOVED))
    return await region.toewijzing(inwoner, begindatum=START, einddatum=END)


async def test_an_amount_is_told_from_price_list_to_the_days_of_each_gemeente(
    region: Region,
) -> None:
    made = await _moved(region)
    regel = line(made, "R1")
    declaratie = await region.declare(regel)
    answer = (await _why(region, declaratie)).json()
    assert (answer["ingediendCenten"], answer["toegekendCenten"]) == (337_400, 337_400)
    tarief, prijs, termijn, oordeel, *delen = answer["stappen"]
    assert tarief["stap"] == f"Tarief van profiel {HERSTEL} middel op {START}"
    assert "vastgesteld op" in tarief["bron"]
    assert tarief["bron"].endswith("krachtens Besluit 1")
    assert (tarief["regel"], prijs["regel"]) == ("P1, P2, P7", "P5")
    assert (prijs["bedragCenten"], termijn["bedragCenten"]) == (482_000, 337_400)
    assert termijn["bron"] == "Betaalplan van het profiel: start 70 %, resultaat 30 %"
    assert termijn["stap"].startswith("Termijn 1 van 2: start over 2026-02-01")
    assert oordeel["stap"] == "Regel toegekend: geen reden daartegen"
    assert [(deel["stap"], deel["bedragCenten"]) for deel in delen] == [
        (f"Deel van gemeente {ENSCHEDE}: 103 van 181 dagen", 192_001),
        (f"Deel van gemeente {HENGELO}: 78 van 181 dagen", 145_399),
    ]
    assert "Jeugdwet art. 1.1" in delen[0]["bron"]
    back = await region.declare(credit(regel, "R2"))
    *_, oordeel, first, second = await _steps(region, back)
    assert oordeel["stap"] == "Creditregel toegekend: geen reden daartegen"
    assert [first["bedragCenten"], second["bedragCenten"]] == [-192_001, -145_399]
    assert {first["regel"], second["regel"]} == {"S6"}
    assert (await _why(region, back)).json()["ingediendCenten"] == -337_400


async def test_a_line_that_is_refused_or_held_says_why_as_far_as_it_came(region: Region) -> None:
    made = await past(region)
    unknown = await region.inwoner((None, "2010-01-01"))
    held = await region.toewijzing(unknown, begindatum=START, einddatum=END)
    declaratie = await region.declare(
        line(made, "R1", bedragCenten=1),
        line(made, "R2", toewijzingNummer=999_999_999),
        line(made, "R3", begindatum=str(made["begindatum"]), mijlpaal="voortgang"),
        line(held, "R4"),
    )
    wrong = await _steps(region, declaratie)
    assert [step["bedragCenten"] for step in wrong] == [482_000, 482_000, 337_400, 0]
    assert wrong[-1]["bron"] == "Retourcode 9346 (WJ001)"
    [nothing] = await _steps(region, declaratie, 2)
    assert nothing["regel"] == "J1-J10 (toewijzing_onbekend)"
    assert len(await _steps(region, declaratie, 3)) == 3
    assert (await _steps(region, declaratie, 4))[-1]["bron"] == "Eigen regel"


async def test_a_plan_that_changed_since_is_not_told_as_if_it_had_been_this_one(
    region: Region,
) -> None:
    inwoner = await region.inwoner()
    made = await region.toewijzing(
        inwoner, profiel=DUURZAAM, wet="wmo", begindatum="2026-01-01", einddatum="2026-03-31"
    )
    declaratie = await region.declare(line(made, "R1"))
    steps = await _steps(region, declaratie)
    assert steps[1]["regel"] == "P6, P6a"
    assert steps[2]["bron"].startswith("Betaalplan van het profiel: maandelijks")
    assert "Wmo 2015 art. 1.2.1" in steps[-1]["bron"]
    body = {
        "naam": DUURZAAM,
        "omschrijving": "Voorbeeld",
        "wetten": ["wmo"],
        "soort": "duurzaam",
        "bekostiging": "outputgericht",
        "betaalplan": {"soort": "mijlpalen", "startaandeel": "0.50"},
    }
    await region.answer("PUT", f"/profielen/{DUURZAAM}", region.regio, body, 200)
    steps = await _steps(region, declaratie)
    assert steps[2]["bron"] == "Betaalplan zoals het bij de toewijzing is vastgelegd"


async def test_who_pays_sees_all_parts_and_who_bears_sees_its_own(region: Region) -> None:
    declaratie = await region.declare(line(await _moved(region), "R1"))
    for gemeente, parts in ((ENSCHEDE, 2), (HENGELO, 1)):
        answer = await _why(region, declaratie, caller=region.financien(gemeente))
        assert answer.status_code == 200, answer.text
        steps = answer.json()["stappen"]
        assert len([step for step in steps if "Deel van" in step["stap"]]) == parts
        assert f"gemeente {gemeente}" in steps[-parts]["stap"]
    strangers = (region.financien(ALMELO), region.aanbieder(B))
    for caller in strangers:
        assert_problem(await _why(region, declaratie, caller=caller), 404, "regel_niet_gevonden")
    for caller in (region.toegang(), region.regio):
        assert_problem(await _why(region, declaratie, caller=caller), 403)
    assert_problem(await _why(region, declaratie, 2), 404, "regel_niet_gevonden")
    assert_problem(await _why(region, {"id": declaratie["id"] + 1}), 404)
    path = f"/v1/declaraties/{declaratie['id']}/regels/1/uitleg"
    assert_problem(await region.client.get(path), 401)


async def test_a_line_naming_a_toewijzing_of_another_says_nothing_of_it(region: Region) -> None:
    made = await past(region)
    declaratie = await region.declare(line(made, "R1"), agb=B)
    answer = await _why(region, declaratie, caller=region.aanbieder(B))
    [step] = answer.json()["stappen"]
    assert step["regel"] == "J1-J10 (toewijzing_onbekend)"
    assert_problem(
        await _why(region, declaratie, caller=region.financien()), 404, "regel_niet_gevonden"
    )


async def test_a_line_that_was_divided_anew_tells_the_division_that_holds(region: Region) -> None:
    made = await _moved(region)
    declaratie = await region.declare(line(made, "R1"))
    await region.moved(made["inwonerId"], (ENSCHEDE, "2010-01-01"))
    again = {"inwonerId": made["inwonerId"], "reden": "Toch niet verhuisd"}
    await region.post("/herverdelingen", region.financien(), again)
    [part] = (await _steps(region, declaratie))[4:]
    assert part["stap"] == f"Deel van gemeente {ENSCHEDE}: 181 van 181 dagen"
    assert part["bedragCenten"] == 337_400
