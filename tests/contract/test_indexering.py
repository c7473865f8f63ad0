# SPDX-License-Identifier: EUPL-1.2
"""Next year's list by indexation of this year's."""

from decimal import Decimal
from typing import Any

import httpx
import pytest

from tests.contract.world import World, assert_problem, price_lines

FIGURES: dict[str, Any] = {
    "methode": "verschil",
    "gewichten": {"loon": "0.90", "materieel": "0.10"},
    "loon": {"prognoseVorig": "4.94", "definitiefVorig": "6.00", "prognose": "4.18"},
    "materieel": {"prognoseVorig": "2.51", "definitiefVorig": "3.10", "prognose": "1.82"},
    "nacalculatie": True,
}
OF_2024 = {
    "methode": "verhouding",
    "loon": {"prognoseVorig": "4.74", "definitiefVorig": "6.36", "prognose": "4.94"},
    "materieel": {"prognoseVorig": "4.87", "definitiefVorig": "7.02", "prognose": "2.51"},
}


def index_body(ouder: int, **changes: Any) -> dict[str, Any]:
    body = {"tarieflijst": ouder, "naam": "Tarieven 2027", "vanaf": "2027-01-01", **FIGURES}
    return {**body, **changes}


async def _index(world: World, ouder: int, **changes: Any) -> httpx.Response:
    return await world.send("POST", "tarieflijsten/_indexeer", index_body(ouder, **changes))


async def _parent(world: World, **prices: int) -> int:
    await world.put_profiel()
    found: int = (await world.prices("2026-01-01", *price_lines(**prices)))["id"]
    return found


def _all_of(percentage: str) -> dict[str, Any]:
    """Figures that come out at this percentage."""
    return {
        "gewichten": {"loon": "1", "materieel": "0"},
        "loon": {"prognose": percentage},
        "materieel": {"prognose": "0"},
        "nacalculatie": False,
    }


async def test_a_list_is_indexed_into_a_concept_for_next_year(world: World) -> None:
    ouder = await _parent(world, licht=94_070, middel=242_478, zwaar=514_168)
    answer = await _index(world, ouder)
    assert answer.status_code == 201, answer.text
    lijst = answer.json()
    assert answer.headers["location"] == f"/v1/tarieflijsten/{lijst['id']}"
    assert (lijst["status"], lijst["naam"], lijst["vanaf"]) == (
        "concept",
        "Tarieven 2027",
        "2027-01-01",
    )
    prices = {t["intensiteit"]: t["bedragCenten"] for t in lijst["tarieven"]}
    assert prices == {"licht": 98_736, "middel": 254_505, "zwaar": 539_671}
    indexering = lijst["indexering"]
    assert indexering["percentage"] == "4.96"
    assert indexering["tarieflijst"] == ouder
    assert {key: indexering[key] for key in FIGURES} == FIGURES
    assert sum(Decimal(stap["waarde"]) for stap in indexering["stappen"]) == Decimal("4.96")
    assert (await world.read(f"tarieflijsten/{lijst['id']}")).json() == lijst
    assert (await world.read(f"tarieflijsten/{ouder}")).json()["indexering"] is None
    read_by_others = await world.client.get(
        f"/v1/tarieflijsten/{lijst['id']}", headers=world.aanbieder
    )
    assert_problem(read_by_others, 404)


@pytest.mark.parametrize(
    ("changes", "percentage"),
    [
        ({}, "4.96"),
        (OF_2024, "6.30"),
        (OF_2024 | {"methode": "verschil"}, "6.37"),
        ({"methode": "verhouding"}, "4.91"),
        ({"nacalculatie": False}, "3.94"),
        (OF_2024 | {"nacalculatie": False}, "4.70"),
        ({"gewichten": {"loon": "0.80", "materieel": "0.20"}, "nacalculatie": False}, "3.71"),
    ],
)
async def test_the_method_is_chosen_by_name(
    world: World, changes: dict[str, Any], percentage: str
) -> None:
    lijst = (await _index(world, await _parent(world), **changes)).json()
    assert lijst["indexering"]["percentage"] == percentage


async def test_the_parts_of_each_price_are_the_parent_and_its_index(world: World) -> None:
    ouder = await _parent(world, licht=94_070, middel=242_478)
    lijst = (await _index(world, ouder)).json()
    shown = (await world.read(f"tarieflijsten/{lijst['id']}/opbouw")).json()
    assert shown["indexering"] == lijst["indexering"]
    assert shown["berekeningen"] == []
    for prijs in shown["tarieven"]:
        added_up = sum(Decimal(stap["waarde"]) for stap in prijs["opbouw"])
        assert added_up * 100 == prijs["bedragCenten"]
        assert prijs["berekening"] is None
    vorige, raised, afronding = shown["tarieven"][0]["opbouw"]
    assert (vorige["element"], vorige["waarde"]) == ("vorige_prijs", "940.70")
    assert (raised["element"], raised["waarde"]) == ("indexering", "46.65872")
    assert raised["grondslag"] == "4,96 % van € 940,70"
    assert (afronding["element"], afronding["waarde"]) == ("afronding", "0.00128")


async def test_all_prices_of_the_list_are_indexed_and_no_others(world: World) -> None:
    await world.put_profiel()
    await world.put_profiel("OB2")
    await world.prices("2025-01-01", *price_lines("OB2"), *price_lines())
    partial = (await world.prices("2026-01-01", *price_lines(licht=150_000)))["id"]
    lijst = (await _index(world, partial, **_all_of("10.00"))).json()
    assert lijst["tarieven"] == [
        {"profiel": "OB1", "intensiteit": "licht", "bedragCenten": 165_000}
    ]


async def test_an_indexed_list_is_adopted_by_another_and_then_holds(world: World) -> None:
    ouder = await _parent(world, licht=94_070)
    lijst = (await _index(world, ouder)).json()["id"]
    path = f"/v1/tarieflijsten/{lijst}/vaststelling"
    drafter = await world.client.post(path, json={"besluit": "x"}, headers=world.regio)
    assert_problem(drafter, 409, "vier_ogen")
    adopted = await world.adopt(lijst)
    assert adopted["indexering"]["percentage"] == "4.96"
    for day, price in {"2026-12-31": 94_070, "2027-01-01": 98_736}.items():
        (tarief,) = (await world.read("tarieven", peildatum=day)).json()["results"]
        assert tarief["bedragCenten"] == price
    next_one = await _index(world, lijst, naam="Tarieven 2028", vanaf="2028-01-01")
    assert next_one.json()["indexering"]["tarieflijst"] == lijst


async def test_intensities_that_become_equal_are_refused_at_adoption(world: World) -> None:
    ouder = await _parent(world, licht=1, middel=2)
    lijst = (await _index(world, ouder, **_all_of("-50.00"))).json()
    assert [t["bedragCenten"] for t in lijst["tarieven"]] == [1, 1]
    path = f"/v1/tarieflijsten/{lijst['id']}/vaststelling"
    refused = await world.client.post(path, json={"besluit": "x"}, headers=world.vaststeller)
    assert_problem(refused, 409, "volgorde_intensiteiten")


async def test_prices_may_stay_or_fall_but_not_to_nothing_or_beyond_bounds(world: World) -> None:
    ouder = await _parent(world, licht=1, middel=90_000_000)
    for percentage, prices in {"0": [1, 90_000_000], "-0.01": [1, 89_991_000]}.items():
        lijst = (await _index(world, ouder, **_all_of(percentage))).json()
        assert [t["bedragCenten"] for t in lijst["tarieven"]] == prices
    for percentage, named in {"-99.99": "OB1 licht", "99.99": "OB1 middel"}.items():
        refused = await _index(world, ouder, **_all_of(percentage))
        problem = assert_problem(refused, 409, "prijs_buiten_bereik")
        assert named in problem["detail"]
    deep = {"loon": {"prognoseVorig": "99", "definitiefVorig": "-99", "prognose": "-99"}}
    refused = await _index(world, ouder, gewichten={"loon": "1", "materieel": "0"}, **deep)
    assert_problem(refused, 409, "prijs_buiten_bereik")


async def test_the_parent_is_there_and_adopted_and_earlier(world: World) -> None:
    ouder = await _parent(world)
    assert_problem(await _index(world, 999), 404, "tarieflijst_niet_gevonden")
    concept = (await world.draft("2026-02-01"))["id"]
    assert_problem(await _index(world, concept), 409, "nog_niet_vastgesteld")
    for vanaf in ("2026-01-01", "2025-12-31"):
        assert_problem(await _index(world, ouder, vanaf=vanaf), 409, "vanaf_niet_later")
    assert (await world.read("tarieflijsten")).json()["count"] == 2


@pytest.mark.parametrize(
    ("changes", "name", "code"),
    [
        ({"gewichten": {"loon": "0.90", "materieel": "0.11"}}, "gewichten.materieel", None),
        ({"gewichten": {"loon": "0.90", "materieel": "0.09"}}, "gewichten.materieel", None),
        ({"gewichten": {"loon": "1"}}, "gewichten.materieel", "verplicht"),
        ({"gewichten": {"loon": "-0.1", "materieel": "1"}}, "gewichten.loon", None),
        ({"methode": "gemengd"}, "methode", "onbekende_waarde"),
        ({"nacalculatie": "ja"}, "nacalculatie", "geen_ja_of_nee"),
        ({"loon": {"prognose": "4,18"}, "nacalculatie": False}, "loon.prognose", None),
        ({"loon": {"prognose": "1e400"}, "nacalculatie": False}, "loon.prognose", None),
        ({"loon": {"prognose": "NaN"}, "nacalculatie": False}, "loon.prognose", None),
        ({"loon": {"prognose": "-100"}, "nacalculatie": False}, "loon.prognose", None),
        ({"loon": {"prognose": 4.18}, "nacalculatie": False}, "loon.prognose", None),
        ({"naam": ""}, "naam", None),
        ({"vanaf": "2027-02-30"}, "vanaf", None),
        ({"tarieflijst": "1"}, "tarieflijst", None),
        ({"gemeente": "0153"}, "gemeente", "onbekend_veld"),
    ],
)
async def test_bad_input_is_named(
    world: World, changes: dict[str, Any], name: str, code: str | None
) -> None:
    ouder = await _parent(world)
    problem = assert_problem(await _index(world, ouder, **changes), 400)
    ((found, found_code),) = [(f["name"], f["code"]) for f in problem["invalidParams"]]
    assert found == name
    assert code in (None, found_code)
    assert (await world.read("tarieflijsten")).json()["count"] == 1


async def test_catching_up_needs_the_figures_of_the_year_before(world: World) -> None:
    ouder = await _parent(world)
    missing = {"loon": {"prognose": "4.18"}, "materieel": {"prognose": "x"}}
    problem = assert_problem(await _index(world, ouder, **missing), 400)
    assert {f["name"] for f in problem["invalidParams"]} == {
        "loon.prognoseVorig",
        "loon.definitiefVorig",
        "materieel.prognose",
    }


async def test_only_the_region_indexes(world: World) -> None:
    ouder = await _parent(world)
    for caller in (world.aanbieder, world.toegang, world.financien):
        answer = await world.client.post(
            "/v1/tarieflijsten/_indexeer", json=index_body(ouder), headers=caller
        )
        assert_problem(answer, 403, "scope_ontbreekt")


async def test_an_indexation_sent_again_is_done_once(world: World) -> None:
    ouder = await _parent(world)
    headers = world.regio | {"Idempotency-Key": "index-2027"}
    path, body = "/v1/tarieflijsten/_indexeer", index_body(ouder)
    first = await world.client.post(path, json=body, headers=headers)
    again = await world.client.post(path, json=body, headers=headers)
    assert (again.status_code, again.json()) == (201, first.json())
    assert again.headers["location"] == first.headers["location"]
    other = await world.client.post(path, json=index_body(ouder, naam="x"), headers=headers)
    assert_problem(other, 409, "sleutel_hergebruikt")
    assert (await world.read("tarieflijsten")).json()["count"] == 2
