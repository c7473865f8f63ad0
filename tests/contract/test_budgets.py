# SPDX-License-Identifier: EUPL-1.2
"""What gemeenten set aside, and what a tarieflijst would do to what they spend."""

from typing import Any

import httpx
import pytest

from tests.contract.world import GEMEENTE, MONTHLY, Json, World, assert_problem, price_lines

BUDGET = [{"wet": "jeugdwet", "bedragCenten": 4_812_500_000}]


async def _put(world: World, body: Json, caller: dict[str, str] | None = None) -> httpx.Response:
    path = "/v1/budgetten/2027"
    return await world.client.put(path, json=body, headers=caller or world.financien)


async def _effect(world: World, lijst: int, **query: str) -> Json:
    answer = await world.read(f"tarieflijsten/{lijst}/effect", **query)
    assert answer.status_code == 200, answer.text
    found: Json = answer.json()
    return found


async def test_a_budget_is_kept_for_the_own_gemeente_and_replaced_as_a_whole(world: World) -> None:
    path = "/v1/budgetten/2027"
    missing = await world.client.get(path, headers=world.financien)
    assert_problem(missing, 404, "budget_niet_gevonden")
    both = [*BUDGET, {"wet": "wmo", "bedragCenten": 0}]
    first = await _put(world, {"gemeente": GEMEENTE, "jaar": 2027, "onderdelen": both})
    assert first.status_code == 201, first.text
    assert first.json() == {"gemeente": GEMEENTE, "jaar": 2027, "onderdelen": both}
    again = await _put(world, {"onderdelen": BUDGET})
    assert again.status_code == 200
    assert (await world.client.get(path, headers=world.financien)).json() == again.json()
    assert again.json()["onderdelen"] == BUDGET
    other = world.token("financien", gemeente="0141")
    assert_problem(await world.client.get(path, headers=other), 404)


async def test_a_budget_is_of_nobody_else(world: World) -> None:
    body = {"gemeente": "0141", "onderdelen": BUDGET}
    assert_problem(await _put(world, body), 403, "andere_gemeente")
    for caller in (world.toegang, world.aanbieder, world.regio):
        assert_problem(await _put(world, {"onderdelen": BUDGET}, caller), 403)
        assert_problem(await world.client.get("/v1/budgetten/2027", headers=caller), 403)
    nowhere = world.token("financien", gemeente="9999")
    assert_problem(await _put(world, {"onderdelen": BUDGET}, nowhere), 403, "gemeente_onbekend")


@pytest.mark.parametrize(
    ("body", "faults"),
    [
        ({}, {"onderdelen": "verplicht"}),
        ({"onderdelen": []}, {"onderdelen": "te_weinig"}),
        ({"onderdelen": [*BUDGET, *BUDGET]}, {"onderdelen": "dubbele_wet"}),
        (
            {"jaar": 2026, "onderdelen": [{"wet": "wlz", "bedragCenten": -1}], "extra": 1},
            {
                "jaar": "ongelijk_aan_pad",
                "onderdelen[0].wet": "onbekende_waarde",
                "onderdelen[0].bedragCenten": "te_klein",
                "extra": "onbekend_veld",
            },
        ),
        (
            {"onderdelen": [{"wet": "wmo", "bedragCenten": 1.5}]},
            {"onderdelen[0].bedragCenten": "geen_geheel_getal"},
        ),
    ],
)
async def test_every_fault_in_a_budget_is_named(
    world: World, body: Json, faults: dict[str, str]
) -> None:
    problem = assert_problem(await _put(world, body), 400)
    assert {f["name"]: f["code"] for f in problem["invalidParams"]} == faults
    for year in ("1999", "2200", "volgend"):
        answer = await world.client.get(f"/v1/budgetten/{year}", headers=world.financien)
        assert answer.status_code == 400, year


async def test_the_effect_of_a_list_is_what_the_same_toewijzingen_would_have_cost(
    world: World,
) -> None:
    await world.basics()
    await world.put_profiel("OB4", soort="duurzaam", betaalplan=MONTHLY)
    await world.prices("2025-01-01", *price_lines("OB4", licht=146_673))
    inwoner = (await world.register())["id"]
    await world.allocate(inwoner)
    await world.allocate(inwoner, wet="wmo", begindatum="2026-12-31", einddatum="2026-12-31")
    await world.allocate(inwoner, begindatum="2025-12-31", einddatum="2025-12-31")
    await _put(world, {"onderdelen": BUDGET})
    lijst = (await world.draft("2027-01-01", *price_lines(licht=104_960)))["id"]
    found = await _effect(world, lijst)
    assert (found["vanaf"], found["totEnMet"]) == ("2026-01-01", "2026-12-31")
    line = {
        "huidigCenten": 100_000,
        "nieuwCenten": 104_960,
        "verschilCenten": 4_960,
        "verschilPercentage": "4.96",
    }
    assert found["regels"] == [
        {"gemeente": GEMEENTE, "wet": "jeugdwet", "budgetCenten": 4_812_500_000, **line},
        {"gemeente": GEMEENTE, "wet": "wmo", "budgetCenten": None, **line},
    ]
    assert (found["huidigCenten"], found["nieuwCenten"]) == (200_000, 209_920)
    day = await _effect(world, lijst, vanaf="2025-12-31", totEnMet="2025-12-31")
    assert [regel["nieuwCenten"] for regel in day["regels"]] == [104_960]
    assert set(day["regels"][0]) == {"gemeente", "wet", "budgetCenten", *line}


@pytest.mark.parametrize(
    "betaalplan",
    [MONTHLY, {**MONTHLY, "gebrokenMaand": "eerste_niet_laatste_heel"}, {"soort": "wekelijks"}],
)
@pytest.mark.parametrize(
    ("begindatum", "einddatum"),
    [("2026-01-01", "2026-12-31"), ("2026-01-16", "2026-09-03"), ("2026-02-11", "2027-05-30")],
)
async def test_a_price_per_year_is_computed_as_a_quote_would(
    world: World, betaalplan: Json, begindatum: str, einddatum: str
) -> None:
    await world.put_profiel("OB4", soort="duurzaam", betaalplan=betaalplan)
    await world.prices("2025-01-01", *price_lines("OB4", licht=146_673))
    await world.put_aanbieder()
    await world.contract(profielen=["OB4"])
    inwoner = (await world.register())["id"]
    ask: Json = {"profiel": "OB4", "begindatum": begindatum, "einddatum": einddatum}
    given = await world.allocate(inwoner, **ask)
    lijst = (await world.draft("2026-01-01", *price_lines("OB4", licht=153_947)))["id"]
    found = await _effect(world, lijst, vanaf=begindatum, totEnMet=begindatum)
    assert found["huidigCenten"] == given["prijsCenten"]
    await world.adopt(lijst)
    other = (await world.register())["id"]
    quoted = await world.allocate(other, **ask)
    assert found["nieuwCenten"] == quoted["prijsCenten"]


async def test_what_the_list_does_not_price_stays_as_it_was(world: World) -> None:
    await world.basics()
    inwoner = (await world.register())["id"]
    await world.allocate(inwoner, intensiteit="zwaar")
    lijst = (await world.draft("2027-01-01", *price_lines(licht=1)))["id"]
    found = await _effect(world, lijst)
    assert (found["verschilCenten"], found["verschilPercentage"]) == (0, "0.00")


async def test_without_toewijzingen_there_is_no_percentage(world: World) -> None:
    await world.put_profiel()
    await _put(world, {"onderdelen": BUDGET})
    lijst = (await world.draft("2027-02-28"))["id"]
    found = await _effect(world, lijst)
    assert (found["vanaf"], found["totEnMet"]) == ("2026-02-28", "2027-02-27")
    assert found["verschilPercentage"] is None
    assert [r["budgetCenten"] for r in found["regels"]] == [4_812_500_000]


async def test_the_effect_is_for_the_region_alone(world: World) -> None:
    await world.put_profiel()
    lijst = (await world.draft())["id"]
    path = f"/v1/tarieflijsten/{lijst}/effect"
    for caller in (world.financien, world.toegang, world.aanbieder):
        assert_problem(await world.client.get(path, headers=caller), 403)
    assert_problem(await world.read("tarieflijsten/999/effect"), 404)


@pytest.mark.parametrize(
    ("query", "fault"),
    [
        ({"vanaf": "2026-01-01"}, ("totEnMet", "verplicht")),
        ({"totEnMet": "2026-01-01"}, ("vanaf", "verplicht")),
        ({"vanaf": "2026-01-02", "totEnMet": "2026-01-01"}, ("totEnMet", "eind_voor_begin")),
        ({"gemeente": GEMEENTE}, ("gemeente", "onbekend_veld")),
    ],
)
async def test_a_reference_period_is_whole(
    world: World, query: dict[str, Any], fault: tuple[str, str]
) -> None:
    problem = assert_problem(await world.read("tarieflijsten/1/effect", **query), 400)
    assert [(f["name"], f["code"]) for f in problem["invalidParams"]] == [fault]
