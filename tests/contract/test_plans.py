# SPDX-License-Identifier: EUPL-1.2
"""One family, one plan, one regisseur: made, approved, evaluated, changed and closed."""

import asyncio
from datetime import timedelta
from typing import Any

import httpx
import pytest

from app.api.clock import today
from tests.contract.world import AGB, Json, World, assert_problem, bsn, inwoner_body

SOON = str(today() + timedelta(days=30))
PAST = str(today() - timedelta(days=1))


def plan_body(*huishouden: int, **changes: Any) -> Json:
    body = {
        "huishouden": list(huishouden),
        "regisseur": {"naam": "M. Jansen", "organisatie": "Wijkteam", "aanbieder": None},
        "resultaten": [
            {
                "nummer": 1,
                "inwonerId": huishouden[0],
                "leefgebied": "school",
                "resultaat": "Gaat naar school",
                "onderbouwing": "Gesprek",
            },
            {
                "nummer": 2,
                "inwonerId": None,
                "leefgebied": "werk",
                "resultaat": "Moeder werkt",
                "onderbouwing": "Eigen wens",
            },
        ],
        "elementen": [
            {
                "soort": soort,
                "omschrijving": "Iets doen",
                "inwonerId": None,
                "leveringsvorm": None,
                "toewijzingNummer": None,
                "resultaten": [1, 2],
            }
            for soort in ("eigen_kracht", "informele_zorg", "algemene_voorziening")
        ],
        "evaluatiemomenten": [PAST, SOON],
    }
    return {**body, **changes}


def help_by(nummer: int | None, vorm: str | None = "zin", **changes: Any) -> Json:
    body = {
        "soort": "toewijzing",
        "omschrijving": "Begeleiding",
        "inwonerId": None,
        "leveringsvorm": vorm,
        "toewijzingNummer": nummer,
        "resultaten": [1],
    }
    return {**body, **changes}


def directed_by(agb: str) -> Json:
    return {"naam": "P. de Boer", "organisatie": "De Proef", "aanbieder": agb}


def evaluation(**changes: Any) -> Json:
    body = {
        "moment": PAST,
        "datum": PAST,
        "bevindingen": "Het gaat beter",
        "resultaten": [{"nummer": 1, "stand": "bereikt", "toelichting": None}],
        "volgendeEvaluatie": None,
    }
    return {**body, **changes}


async def _send(
    world: World, method: str, path: str, body: Json, caller: dict[str, str] | None = None
) -> httpx.Response:
    return await world.client.request(
        method, f"/v1/{path}", json=body, headers=world.toegang if caller is None else caller
    )


async def _get(
    world: World, path: str, caller: dict[str, str] | None = None, **query: Any
) -> httpx.Response:
    headers = world.toegang if caller is None else caller
    return await world.client.get(f"/v1/{path}", params=query, headers=headers)


async def _household(world: World, size: int = 2) -> list[int]:
    return [(await world.register())["id"] for _ in range(size)]


async def _make(world: World, body: Json) -> Json:
    answer = await _send(world, "POST", "plannen", body)
    assert answer.status_code == 201, answer.text
    made: Json = answer.json()
    assert answer.headers["Location"] == f"/v1/plannen/{made['id']}"
    return made


async def _approve(world: World, plan: Json, versie: int = 1) -> httpx.Response:
    body = {"versie": versie, "datum": PAST, "akkoordVan": "Beide ouders"}
    return await _send(world, "POST", f"plannen/{plan['id']}/goedkeuring", body)


async def test_a_plan_is_made_approved_evaluated_and_its_results_are_reached(world: World) -> None:
    household = await _household(world)
    body = plan_body(*household)
    plan = await _make(world, body)
    assert (plan["status"], plan["versie"], plan["inhoud"]) == ("concept", 1, body)
    path = f"plannen/{plan['id']}"
    early = await _send(world, "POST", f"{path}/evaluaties", evaluation())
    assert_problem(early, 409, "plan_niet_goedgekeurd")
    approved = (await _approve(world, plan)).json()
    assert (approved["status"], approved["goedgekeurdeVersie"]) == ("goedgekeurd", 1)
    assert approved["momenten"] == [
        {"datum": PAST, "evaluatie": None},
        {"datum": SOON, "evaluatie": None},
    ]
    assert_problem(await _approve(world, plan), 409, "al_goedgekeurd")
    next_one = str(today() + timedelta(days=60))
    first = await _send(world, "POST", f"{path}/evaluaties", evaluation(volgendeEvaluatie=next_one))
    assert first.status_code == 201, first.text
    assert (await _get(world, first.headers["Location"][4:])).json() == first.json()
    standen = [
        {"nummer": 1, "stand": "deels_bereikt", "toelichting": "Terugval"},
        {"nummer": 2, "stand": "loopt", "toelichting": None},
    ]
    between = evaluation(moment=None, datum=str(today()), resultaten=standen)
    second = await _send(world, "POST", f"{path}/evaluaties", between)
    assert second.json()["volgnummer"] == 2
    shown = (await _get(world, path)).json()
    assert [(m["datum"], m["evaluatie"]) for m in shown["momenten"]] == [
        (PAST, 1),
        (SOON, None),
        (next_one, None),
    ]
    extra = {"evaluatie": 2, "datum": str(today())}
    assert shown["standen"] == [{**stand, **extra} for stand in standen]
    found = (await _get(world, f"{path}/evaluaties")).json()["results"]
    assert found == [first.json(), second.json()]


async def test_every_version_stays_and_the_approved_one_counts_until_the_next(
    world: World,
) -> None:
    [inwoner] = await _household(world, 1)
    plan = await _make(world, plan_body(inwoner))
    path = f"plannen/{plan['id']}"
    await _approve(world, plan)
    changed = plan_body(inwoner, evaluatiemomenten=[SOON])
    changed["resultaten"] = [changed["resultaten"][0]]
    changed["elementen"] = [{**changed["elementen"][0], "resultaten": [1]}]
    answer = await _send(world, "PUT", path, {**changed, "versie": 1})
    assert (answer.json()["status"], answer.json()["versie"]) == ("concept", 2)
    assert answer.json()["goedgekeurdeVersie"] == 1
    stale = await _send(world, "PUT", path, {**changed, "versie": 1})
    assert_problem(stale, 409, "versie_verouderd")
    assert_problem(await _approve(world, plan, 1), 409, "versie_verouderd")
    old_result = evaluation(resultaten=[{"nummer": 2, "stand": "niet_bereikt"}])
    evaluated = await _send(world, "POST", f"{path}/evaluaties", old_result)
    assert evaluated.json()["versie"] == 1
    approved = (await _approve(world, plan, 2)).json()
    assert [m["datum"] for m in approved["momenten"]] == [PAST, SOON]
    gone = await _send(world, "POST", f"{path}/evaluaties", {**old_result, "moment": SOON})
    assert_problem(gone, 409, "resultaat_onbekend")
    versies = (await _get(world, f"{path}/versies")).json()["results"]
    assert [(v["versie"], v["akkoordVan"]) for v in versies] == [
        (1, "Beide ouders"),
        (2, "Beide ouders"),
    ]
    assert versies[0]["inhoud"] == plan["inhoud"]
    assert versies[1]["inhoud"] == changed


async def test_each_is_in_one_running_plan(world: World) -> None:
    first, second, third = await _household(world, 3)
    plan = await _make(world, plan_body(first, second))
    again = await _send(world, "POST", "plannen", plan_body(second, third))
    assert_problem(again, 409, "plan_loopt")
    other = await _make(world, plan_body(third))
    moved = {**plan_body(third, first), "versie": 1}
    joined = await _send(world, "PUT", f"plannen/{other['id']}", moved)
    assert_problem(joined, 409, "plan_loopt")
    end = {"datum": PAST, "reden": "Alles bereikt"}
    closed = await _send(world, "POST", f"plannen/{plan['id']}/afsluiting", end)
    assert (closed.json()["status"], closed.json()["afsluitreden"]) == (
        "afgesloten",
        "Alles bereikt",
    )
    joined = await _send(world, "PUT", f"plannen/{other['id']}", moved)
    assert joined.status_code == 200, joined.text
    for method, action, body in (
        ("POST", "/afsluiting", end),
        ("PUT", "", {**plan_body(first), "versie": 1}),
        ("POST", "/goedkeuring", {"versie": 1, "datum": PAST, "akkoordVan": "Ouders"}),
        ("POST", "/evaluaties", evaluation()),
    ):
        answer = await _send(world, method, f"plannen/{plan['id']}{action}", body)
        assert_problem(answer, 409, "plan_afgesloten")
    for query, count in (
        ({}, 2),
        ({"inwonerId": third}, 1),
        ({"status": "afgesloten"}, 1),
        ({"status": "goedgekeurd"}, 0),
    ):
        assert (await _get(world, "plannen", **query)).json()["count"] == count, query


async def test_of_two_plans_at_once_for_one_person_one_is_made(world: World) -> None:
    [inwoner] = await _household(world, 1)
    bodies = [plan_body(inwoner) for _ in range(4)]
    answers = await asyncio.gather(*(_send(world, "POST", "plannen", b) for b in bodies))
    assert sorted(answer.status_code for answer in answers) == [201, 409, 409, 409]
    [plan] = (await _get(world, "plannen")).json()["results"]
    changes = [{**plan_body(inwoner), "versie": 1} for _ in range(3)]
    answers = await asyncio.gather(
        *(_send(world, "PUT", f"plannen/{plan['id']}", b) for b in changes)
    )
    assert sorted(answer.status_code for answer in answers) == [200, 409, 409]


async def test_the_regisseur_is_never_of_an_aanbieder_that_delivers(world: World) -> None:
    await world.basics()
    first, second = await _household(world)
    body = plan_body(first, second, regisseur=directed_by(AGB))
    plan = await _make(world, body)
    await world.allocate(second, begindatum="2027-12-01", einddatum="2050-12-31")
    assert_problem(await _approve(world, plan), 409, "regisseur_levert")
    again = await _send(world, "PUT", f"plannen/{plan['id']}", {**body, "versie": 1})
    assert_problem(again, 409, "regisseur_levert")
    other = {**body, "regisseur": directed_by("99000002"), "versie": 1}
    assert (await _send(world, "PUT", f"plannen/{plan['id']}", other)).status_code == 200


async def test_a_plan_names_toewijzingen_of_its_own_household(world: World) -> None:
    await world.basics()
    first, second = await _household(world)
    toewijzing = (await world.allocate(first))["nummer"]
    plan = await _make(world, plan_body(first, elementen=[help_by(toewijzing)]))
    assert plan["inhoud"]["elementen"][0]["toewijzingNummer"] == toewijzing
    own = plan_body(second, elementen=[help_by(toewijzing)])
    answer = await _send(world, "POST", "plannen", own)
    assert_problem(answer, 409, "toewijzing_buiten_huishouden")
    unknown = plan_body(second, elementen=[help_by(toewijzing + 1)])
    answer = await _send(world, "POST", "plannen", unknown)
    assert_problem(answer, 404, "toewijzing_niet_gevonden")
    registered = await world.client.post(
        "/v1/inwoners", json=inwoner_body(bsn=bsn(999_991_000)), headers=world.other_toegang
    )
    assert registered.status_code == 201, registered.text
    theirs = plan_body(registered.json()["id"], elementen=[help_by(toewijzing)])
    answer = await world.client.post("/v1/plannen", json=theirs, headers=world.other_toegang)
    assert_problem(answer, 404, "toewijzing_niet_gevonden")
    for planned in (help_by(None), help_by(None, "pgb")):
        body = {**plan_body(first, elementen=[planned]), "versie": plan["versie"]}
        answer = await _send(world, "PUT", f"plannen/{plan['id']}", body)
        assert answer.status_code == 200, answer.text
        plan = answer.json()


@pytest.mark.parametrize(
    ("changes", "where", "code"),
    [
        ({"huishouden": []}, "huishouden", "te_weinig"),
        ({"huishouden": [7, 7]}, "huishouden", "dubbel_genoemd"),
        ({"evaluatiemomenten": []}, "evaluatiemomenten", "te_weinig"),
        ({"evaluatiemomenten": [SOON, SOON]}, "evaluatiemomenten", "dubbel_genoemd"),
        ({"elementen": [help_by(None, None)]}, "elementen[0].leveringsvorm", None),
        ({"elementen": [help_by(3, "pgb")]}, "elementen[0].toewijzingNummer", None),
        ({"elementen": [help_by(None, inwonerId=99)]}, "elementen[0].inwonerId", None),
        ({"elementen": [help_by(None, resultaten=[9])]}, "elementen[0].resultaten", None),
        ({"elementen": [help_by(None, soort="wens")]}, "elementen[0].soort", None),
    ],
)
async def test_a_plan_that_does_not_fit_names_every_fault(
    world: World, changes: Json, where: str, code: str | None
) -> None:
    answer = await _send(world, "POST", "plannen", plan_body(7, **changes))
    faults = assert_problem(answer, 400)["invalidParams"]
    assert where in [fault["name"] for fault in faults]
    assert code in (None, *(fault["code"] for fault in faults))


async def test_results_are_numbered_once_and_belong_to_the_household(world: World) -> None:
    body = plan_body(7)
    body["resultaten"] = [{**r, "nummer": 1, "inwonerId": 8} for r in body["resultaten"]]
    faults = assert_problem(await _send(world, "POST", "plannen", body), 400)["invalidParams"]
    assert {(fault["name"], fault["code"]) for fault in faults} == {
        ("resultaten[0].inwonerId", "buiten_huishouden"),
        ("resultaten[1].nummer", "dubbel_genoemd"),
        ("resultaten[1].inwonerId", "buiten_huishouden"),
    }


async def test_an_evaluation_that_does_not_fit_is_refused(world: World) -> None:
    [inwoner] = await _household(world, 1)
    plan = await _make(world, plan_body(inwoner))
    await _approve(world, plan)
    path = f"plannen/{plan['id']}/evaluaties"
    stand = {"nummer": 1, "stand": "loopt"}
    for changes, status, code in (
        ({"moment": "2020-01-01"}, 409, "moment_onbekend"),
        ({"resultaten": [{"nummer": 9, "stand": "loopt"}]}, 409, "resultaat_onbekend"),
        ({"datum": SOON}, 400, "ongeldige_aanvraag"),
        ({"volgendeEvaluatie": PAST}, 400, "ongeldige_aanvraag"),
        ({"resultaten": [stand, stand]}, 400, "ongeldige_aanvraag"),
    ):
        answer = await _send(world, "POST", path, evaluation(**changes))
        assert_problem(answer, status, code)
    assert (await _send(world, "POST", path, evaluation())).status_code == 201
    assert_problem(await _send(world, "POST", path, evaluation()), 409, "al_geevalueerd")
    assert_problem(await _get(world, f"{path}/2"), 404, "evaluatie_niet_gevonden")


async def test_a_plan_is_for_its_own_gemeente_alone(world: World) -> None:
    await world.basics()
    [inwoner] = await _household(world, 1)
    plan = await _make(world, plan_body(inwoner))
    await _approve(world, plan)
    await _send(world, "POST", f"plannen/{plan['id']}/evaluaties", evaluation())
    foreign = await _send(world, "POST", "plannen", plan_body(inwoner), world.other_toegang)
    assert_problem(foreign, 404, "inwoner_niet_gevonden")
    path = f"plannen/{plan['id']}"
    for part in ("", "/versies", "/evaluaties", "/evaluaties/1"):
        assert_problem(await _get(world, path + part, {}), 401)
        assert_problem(await _get(world, path + part, world.other_toegang), 404)
        for caller in (world.aanbieder, world.financien, world.regio):
            assert_problem(await _get(world, path + part, caller), 403)
    for method, action, body in (
        ("PUT", "", {**plan_body(inwoner), "versie": 1}),
        ("POST", "/goedkeuring", {"versie": 1, "datum": PAST, "akkoordVan": "Ouders"}),
        ("POST", "/evaluaties", evaluation()),
        ("POST", "/afsluiting", {"datum": PAST, "reden": "Klaar"}),
    ):
        answer = await _send(world, method, path + action, body, world.other_toegang)
        assert_problem(answer, 404, "plan_niet_gevonden")
        assert_problem(await _send(world, method, path + action, body, world.aanbieder), 403)
    assert (await _get(world, "plannen", world.other_toegang)).json()["count"] == 0
