# SPDX-License-Identifier: EUPL-1.2
"""The real price: worked out for anyone, and carried by a list that says what it is made of."""

from decimal import Decimal
from typing import Any

import httpx
import pytest

from tests.contract.world import PROFIEL, Json, World, assert_problem, lijst_body, price_lines

FUNCTIE: Json = {
    "naam": "hbo",
    "maandloonCenten": 375_000,
    "vakantietoeslag": "0.08",
    "eindejaarsuitkering": "0.0833",
    "ort": "0.015",
    "werkgeverslasten": "0.28",
    "reisEnOpleidingCenten": 150_000,
    "contracturen": "1878",
    "verlofuren": "234",
    "ziekteuren": "104",
    "scholingsuren": "40",
    "overleguren": "80",
    "reisuren": "50",
    "overhead": "0.25",
    "verplichtingenPerUurCenten": 100,
    "risico": "0.03",
    "index": "1",
}
LICHT: Json = {"profiel": PROFIEL, "intensiteit": "licht", "uren": {"hbo": "24"}}


def berekening(*producten: Json, wet: str = "wmo", **changes: Any) -> Json:
    return {"wet": wet, "functies": [{**FUNCTIE, **changes}], "producten": list(producten)}


def without(field: str, **changes: Any) -> Json:
    body = berekening(**changes)
    del body["functies"][0][field]
    return body


async def _calculate(world: World, body: Any) -> httpx.Response:
    return await world.client.post("/v1/tarieven/_bereken", json=body, headers=world.aanbieder)


async def _faults(world: World, body: Any) -> set[tuple[str, str]]:
    problem = assert_problem(await _calculate(world, body), 400)
    return {(fault["name"], fault["code"]) for fault in problem["invalidParams"]}


def added_up(opbouw: list[Json]) -> Decimal:
    return sum((Decimal(stap["waarde"]) for stap in opbouw), Decimal(0)) * 100


async def test_anyone_may_work_out_the_worked_example(world: World) -> None:
    await world.put_profiel()
    body = berekening(LICHT)
    callers = (world.aanbieder, world.toegang, world.financien, world.regio)
    for caller in callers:
        answer = await world.client.post("/v1/tarieven/_bereken", json=body, headers=caller)
        assert answer.status_code == 200, answer.text
    assert (await world.client.post("/v1/tarieven/_bereken", json=body)).status_code == 401
    (functie,), (product,) = answer.json()["functies"], answer.json()["producten"]
    assert (functie["naam"], functie["uurtariefCenten"]) == ("hbo", 6622)
    assert product["bedragCenten"] == 158_928
    assert (product["profiel"], product["intensiteit"]) == (PROFIEL, "licht")
    assert added_up(functie["opbouw"]) == 6622
    assert added_up(product["opbouw"]) == 158_928
    assert (await world.read("tarieflijsten")).json()["count"] == 0


async def test_the_steps_are_named_as_the_fields_they_come_from(world: World) -> None:
    (functie,) = (await _calculate(world, berekening())).json()["functies"]
    elements = {stap["element"] for stap in functie["opbouw"]}
    hours = {"contracturen", "naam"}
    assert elements == FUNCTIE.keys() - hours | {"clientgebondenPerUurCenten", "afronding"}
    assert {stap["eenheid"] for stap in functie["opbouw"]} == {"euro_per_uur"}
    assert all(stap["grondslag"] for stap in functie["opbouw"])


async def test_the_example_of_the_document_is_true(world: World) -> None:
    await world.put_profiel("OB6")
    document = (await world.client.get("/v1/openapi.json")).json()
    operation = document["paths"]["/tarieven/_bereken"]["post"]
    sent = operation["requestBody"]["content"]["application/json"]["example"]
    shown = operation["responses"]["200"]["content"]["application/json"]["example"]
    assert (await _calculate(world, sent)).json() == shown


WMO = (
    "maandloonCenten",
    "vakantietoeslag",
    "werkgeverslasten",
    "reisEnOpleidingCenten",
    "verlofuren",
    "ziekteuren",
    "scholingsuren",
    "overleguren",
    "overhead",
    "index",
    "verplichtingenPerUurCenten",
)


@pytest.mark.parametrize("field", WMO)
async def test_wmo_asks_for_every_element(world: World, field: str) -> None:
    assert await _faults(world, without(field)) == {(f"functies[0].{field}", "verplicht")}


@pytest.mark.parametrize("field", [field for field in WMO if field != WMO[-1]])
async def test_jeugdwet_asks_for_its_own(world: World, field: str) -> None:
    body = without(field, wet="jeugdwet")
    assert await _faults(world, body) == {(f"functies[0].{field}", "verplicht")}


async def test_what_no_law_asks_for_may_be_left_out(world: World) -> None:
    for field in ("ort", "reisuren", "risico"):
        assert (await _calculate(world, without(field))).status_code == 200, field
    body = without("verplichtingenPerUurCenten", wet="jeugdwet")
    assert (await _calculate(world, body)).status_code == 200


@pytest.mark.parametrize("field", [field for field in WMO if field != "index"])
async def test_an_element_of_zero_needs_a_reason(world: World, field: str) -> None:
    zero = 0 if field.endswith("Centen") else "0"
    change: Json = {field: zero}
    found = await _faults(world, berekening(**change))
    assert found == {(f"functies[0].{field}", "toelichting_ontbreekt")}
    told = berekening(**change, toelichtingen={field: "Zo is het hier"})
    answer = await _calculate(world, told)
    assert answer.status_code == 200, answer.text
    opbouw = answer.json()["functies"][0]["opbouw"]
    (stap,) = [stap for stap in opbouw if stap["element"] == field]
    assert (stap["waarde"], stap["toelichting"]) == ("0.00", "Zo is het hier")


async def test_a_reason_is_text_for_an_element_that_exists(world: World) -> None:
    for redenen in ({"onzin": "x"}, {"overhead": ""}, {"overhead": 1}):
        body = berekening(overhead="0", toelichtingen=redenen)
        found = await _faults(world, body)
        assert {name for name, _ in found} == {f"functies[0].toelichtingen.{next(iter(redenen))}"}


async def test_jeugdwet_does_not_ask_why_obligations_cost_nothing(world: World) -> None:
    body = berekening(wet="jeugdwet", verplichtingenPerUurCenten=0, overleguren="0")
    assert (await _calculate(world, body)).status_code == 200


@pytest.mark.parametrize(
    "value", ["0,25", "NaN", "1e400", "-0.01", "Infinity", "", " 0.25", "0.1234567", "10", 0.25, 0]
)
async def test_a_rate_is_a_decimal_number_as_text(world: World, value: Any) -> None:
    found = await _faults(world, berekening(overhead=value))
    assert found == {("functies[0].overhead", "ongeldig_decimaal_getal")}


@pytest.mark.parametrize("value", ["10000", "-1", "1,5", "1.23456", "01", 1878])
async def test_hours_are_a_decimal_number_as_text(world: World, value: Any) -> None:
    found = await _faults(world, berekening(contracturen=value))
    assert found == {("functies[0].contracturen", "ongeldig_decimaal_getal")}


async def test_there_must_be_hours_left(world: World) -> None:
    for contracturen in ("508", "507.9999", "0"):
        found = await _faults(world, berekening(contracturen=contracturen))
        assert found == {("functies[0].contracturen", "geen_netto_uren")}
    assert (await _calculate(world, berekening(contracturen="509"))).status_code == 200


async def test_an_index_of_nothing_is_refused_also_with_a_reason(world: World) -> None:
    body = berekening(index="0", toelichtingen={"index": "x"})
    assert await _faults(world, body) == {("functies[0].index", "te_klein")}


async def test_all_faults_of_all_functies_and_producten_are_named_at_once(world: World) -> None:
    first = {**FUNCTIE, "overhead": "0", "contracturen": "10", "extra": 1}
    second = {**FUNCTIE, "index": "NaN"}
    del second["verlofuren"]
    product = LICHT | {"intensiteit": "x", "uren": {"hbo": "1,5"}}
    body = {"wet": "wmo", "functies": [first, second], "producten": [product]}
    assert await _faults(world, body) == {
        ("functies[0].overhead", "toelichting_ontbreekt"),
        ("functies[0].contracturen", "geen_netto_uren"),
        ("functies[0].extra", "onbekend_veld"),
        ("functies[1].index", "ongeldig_decimaal_getal"),
        ("functies[1].verlofuren", "verplicht"),
        ("producten[0].intensiteit", "onbekende_waarde"),
        ("producten[0].uren.hbo", "ongeldig_decimaal_getal"),
    }


async def test_a_functie_has_a_name_of_its_own(world: World) -> None:
    body = berekening()
    body["functies"] *= 2
    assert await _faults(world, body) == {("functies[1].naam", "dubbele_naam")}


async def test_producten_are_made_of_functies_that_are_there_each_once(world: World) -> None:
    strange = LICHT | {"intensiteit": "middel", "uren": {"arts": "1", "tolk": "2", "hbo": "1"}}
    body = berekening(LICHT, LICHT, strange)
    assert await _faults(world, body) == {
        ("producten[1]", "dubbel_tarief"),
        ("producten[2].uren.arts", "functie_onbekend"),
        ("producten[2].uren.tolk", "functie_onbekend"),
    }
    assert await _faults(world, berekening(LICHT | {"uren": {}})) == {
        ("producten[0].uren", "te_weinig")
    }


async def test_a_price_of_nothing_and_a_price_beyond_bounds_are_none(world: World) -> None:
    assert await _faults(world, berekening(LICHT | {"uren": {"hbo": "0"}})) == {
        ("producten[0].uren", "te_klein")
    }
    dear = berekening(LICHT | {"uren": {"hbo": "9999"}}, maandloonCenten=99_999_999)
    assert await _faults(world, dear) == {("producten[0].uren", "te_groot")}
    dear = berekening(maandloonCenten=99_999_999, contracturen="508.0001")
    assert await _faults(world, dear) == {("functies[0]", "te_groot")}


async def test_without_a_law_nothing_can_be_checked(world: World) -> None:
    assert await _faults(world, berekening(wet="wlz")) == {("wet", "onbekende_waarde")}
    assert await _faults(world, {"functies": [FUNCTIE]}) == {("wet", "verplicht")}
    bodies: list[Any] = [{}, [], None, {"wet": "wmo"}, {"wet": "wmo", "functies": []}]
    for body in bodies:
        assert (await _calculate(world, body)).status_code == 400, body


async def test_a_profiel_that_does_not_exist_is_not_found(world: World) -> None:
    answer = await _calculate(world, berekening(LICHT | {"profiel": "NIET"}))
    assert_problem(answer, 404, "profiel_niet_gevonden")


async def test_a_list_carries_what_its_prices_are_made_of(world: World) -> None:
    await world.put_profiel()
    lines = price_lines(licht=158_928, middel=400_000)
    drafted = await world.draft("2026-01-01", *lines, kostprijsberekeningen=[berekening(LICHT)])
    shown = (await world.read(f"tarieflijsten/{drafted['id']}/opbouw")).json()
    licht, middel = shown["tarieven"]
    assert (licht["bedragCenten"], licht["berekening"]) == (158_928, 1)
    assert added_up(licht["opbouw"]) == 158_928
    assert (middel["bedragCenten"], middel["berekening"], middel["opbouw"]) == (400_000, None, [])
    assert shown["toelichting"] == "Van 1 van de 2 prijzen is de opbouw vastgelegd."
    assert shown["indexering"] is None
    (kept,) = shown["berekeningen"]
    assert (kept["volgnummer"], kept["wet"]) == (1, "wmo")
    assert added_up(kept["functies"][0]["opbouw"]) == 6622
    again = (await _calculate(world, kept["invoer"])).json()
    assert again["functies"] == kept["functies"]
    assert again["producten"][0]["opbouw"] == licht["opbouw"]


async def test_of_a_concept_only_the_region_sees_it_and_of_an_adopted_list_all(
    world: World,
) -> None:
    await world.put_profiel()
    lines = price_lines(licht=158_928)
    lijst = (await world.draft("2026-01-01", *lines, kostprijsberekeningen=[berekening(LICHT)]))[
        "id"
    ]
    path = f"/v1/tarieflijsten/{lijst}/opbouw"
    concept = (await world.client.get(path, headers=world.regio)).json()
    others = (world.aanbieder, world.toegang, world.financien)
    for caller in others:
        answer = await world.client.get(path, headers=caller)
        assert_problem(answer, 404, "tarieflijst_niet_gevonden")
    await world.adopt(lijst)
    for caller in (world.regio, *others):
        assert (await world.client.get(path, headers=caller)).json() == concept
    assert (await world.client.get(path)).status_code == 401


async def test_a_list_without_says_so(world: World) -> None:
    await world.put_profiel()
    lijst = (await world.prices())["id"]
    shown = (await world.read(f"tarieflijsten/{lijst}/opbouw")).json()
    assert shown["toelichting"] == "Bij deze lijst is geen opbouw van de prijzen vastgelegd."
    assert [prijs["opbouw"] for prijs in shown["tarieven"]] == [[], [], []]
    assert shown["berekeningen"] == []
    assert_problem(await world.read("tarieflijsten/999/opbouw"), 404)


async def test_a_calculation_must_come_out_at_the_prices_of_its_list(world: World) -> None:
    await world.put_profiel()
    middel, zwaar = LICHT | {"intensiteit": "middel"}, LICHT | {"intensiteit": "zwaar"}
    body = lijst_body(
        "2026-01-01",
        *price_lines(licht=158_929, middel=158_928),
        kostprijsberekeningen=[berekening(LICHT, middel, zwaar), berekening(middel), berekening()],
    )
    problem = assert_problem(await world.send("POST", "tarieflijsten", body), 400)
    faults = {fault["name"]: fault for fault in problem["invalidParams"]}
    assert {name: fault["code"] for name, fault in faults.items()} == {
        "kostprijsberekeningen[0].producten[0]": "bedrag_ongelijk",
        "kostprijsberekeningen[0].producten[2]": "niet_op_lijst",
        "kostprijsberekeningen[1].producten[0]": "dubbel_tarief",
        "kostprijsberekeningen[2].producten": "te_weinig",
    }
    reason = faults["kostprijsberekeningen[0].producten[0]"]["reason"]
    assert "€ 1589,28" in reason
    assert "€ 1589,29" in reason
    assert (await world.read("tarieflijsten")).json()["count"] == 0


async def test_faults_in_a_calculation_of_a_list_stand_beside_those_of_the_list(
    world: World,
) -> None:
    body = lijst_body("2026-02-30", kostprijsberekeningen=[berekening(LICHT, overhead="0")])
    problem = assert_problem(await world.send("POST", "tarieflijsten", body), 400)
    assert {fault["name"] for fault in problem["invalidParams"]} == {
        "vanaf",
        "kostprijsberekeningen[0].functies[0].overhead",
    }


async def test_a_list_carries_calculations_under_a_law_that_the_profiel_serves(
    world: World,
) -> None:
    await world.put_profiel(wetten=["jeugdwet"])
    body = lijst_body(
        "2026-01-01", *price_lines(licht=158_928), kostprijsberekeningen=[berekening(LICHT)]
    )
    refused = await world.send("POST", "tarieflijsten", body)
    assert_problem(refused, 409, "profiel_niet_voor_wet")
    assert (await world.read("tarieflijsten")).json()["count"] == 0
    body["kostprijsberekeningen"][0]["wet"] = "jeugdwet"
    assert (await world.send("POST", "tarieflijsten", body)).status_code == 201
