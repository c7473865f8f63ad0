# SPDX-License-Identifier: EUPL-1.2
"""A task for a population: given, booked when due, seen in the costs, accounted for."""

import asyncio
import csv
import io
from datetime import date, timedelta
from typing import Any

import httpx
import pytest

from app.api.clock import today
from tests.contract.world import AGB, GEMEENTE, OTHER, PROFIEL, Json, World, assert_problem

FIRST_DAY = date(today().year - 1, 1, 1)
LAST_DAY = date(today().year, 12, 31)
TOTAL = 100_000_001


def task_body(**changes: Any) -> Json:
    body = {
        "aanbieder": AGB,
        "gemeenten": [
            {"gemeente": GEMEENTE, "bedragCenten": TOTAL},
            {"gemeente": OTHER, "bedragCenten": 500},
        ],
        "begindatum": str(FIRST_DAY),
        "einddatum": str(LAST_DAY),
        "termijnen": 24,
        "omvat": [PROFIEL, "Inloop in elke wijk"],
        "omvatNiet": ["Behandeling in een instelling"],
    }
    return {**body, **changes}


async def _post(world: World, path: str, body: Json, caller: dict[str, str]) -> httpx.Response:
    return await world.client.post(f"/v1/{path}", json=body, headers=caller)


async def _give(world: World, **changes: Any) -> Json:
    answer = await _post(world, "taakopdrachten", task_body(**changes), world.regio)
    assert answer.status_code == 201, answer.text
    made: Json = answer.json()
    assert answer.headers["Location"] == f"/v1/taakopdrachten/{made['nummer']}"
    return made


async def _book(world: World) -> Json:
    answer = await world.client.post("/v1/taakopdrachten/_boek", headers=world.regio)
    assert answer.status_code == 200, answer.text
    booked: Json = answer.json()
    return booked


async def _get(
    world: World, path: str, caller: dict[str, str], accept: str = "*/*", **query: Any
) -> httpx.Response:
    return await world.client.get(f"/v1/{path}", params=query, headers=caller | {"Accept": accept})


def _years() -> dict[str, str]:
    return {"vanaf": str(FIRST_DAY), "totEnMet": str(LAST_DAY)}


async def test_what_is_due_is_booked_once_and_counts(world: World) -> None:
    await world.basics()
    made = await _give(world)
    nummer = made["nummer"]
    due = 12 + today().month
    first = await _book(world)
    assert first["aantalBoekingen"] == 2 * due
    assert await _book(world) == {"aantalBoekingen": 0, "bedragCenten": 0}
    own = (await _get(world, f"taakopdrachten/{nummer}", world.financien)).json()
    [part] = own["gemeenten"]
    assert part["gemeente"] == GEMEENTE
    booked = [t["bedragCenten"] for t in part["termijnen"] if t["geboektOp"]]
    assert (len(booked), sum(booked)) == (due, part["geboektCenten"])
    assert sum(t["bedragCenten"] for t in part["termijnen"]) == TOTAL
    for groepering, sleutels in (
        ("profiel", {"taakopdracht"}),
        ("wet", {"taakopdracht"}),
        ("aanbieder", {AGB}),
    ):
        answer = await _get(world, "kosten", world.financien, groepering=groepering, **_years())
        kosten = answer.json()
        assert (kosten["bedragCenten"], kosten["aantalBoekingen"]) == (sum(booked), due)
        assert {groep["sleutel"] for groep in kosten["groepen"]} == sleutels
    csv_text = (await _get(world, "kostenregels", world.financien, **_years())).text
    lines = list(csv.DictReader(io.StringIO(csv_text)))
    assert [int(line["bedragCenten"]) for line in lines] == booked
    assert (lines[0]["mijlpaal"], lines[0]["toewijzingNummer"]) == ("taak", "")
    assert lines[0]["referentie"] == f"taakopdracht {nummer} termijn 1"
    ndjson = await _get(world, "kostenregels", world.financien, "application/x-ndjson", **_years())
    row = httpx.Response(200, text=ndjson.text.splitlines()[0]).json()
    assert (row["toewijzingNummer"], row["wet"], row["declaratienummer"]) == (None, None, None)


async def test_two_bookings_at_once_book_once(world: World) -> None:
    await world.basics()
    await _give(world, termijnen=1)
    both = await asyncio.gather(_book(world), _book(world))
    assert sum(booked["aantalBoekingen"] for booked in both) == 2


async def test_what_is_not_due_is_not_booked(world: World) -> None:
    await world.basics()
    tomorrow = today() + timedelta(days=1)
    await _give(
        world,
        begindatum=str(tomorrow),
        einddatum=str(tomorrow.replace(year=tomorrow.year + 1, day=1)),
        termijnen=1,
    )
    assert (await _book(world))["aantalBoekingen"] == 0


async def test_who_sees_a_task(world: World) -> None:
    await world.basics()
    nummer = (await _give(world, gemeenten=[{"gemeente": GEMEENTE, "bedragCenten": 10}]))["nummer"]
    other_aanbieder = world.token("aanbieder", agb="99000002")
    for caller in (world.regio, world.toegang, world.financien, world.aanbieder):
        assert (await _get(world, f"taakopdrachten/{nummer}", caller)).status_code == 200
        assert (await _get(world, "taakopdrachten", caller)).json()["count"] == 1
        assert (await _get(world, f"taakopdrachten/{nummer}/verslagen", caller)).json()[
            "count"
        ] == 0
    for caller in (world.other_toegang, other_aanbieder):
        for path in ("", "/verslagen", "/verslagen/2026-1"):
            answer = await _get(world, f"taakopdrachten/{nummer}{path}", caller)
            assert_problem(answer, 404, "taakopdracht_niet_gevonden")
        assert (await _get(world, "taakopdrachten", caller)).json()["count"] == 0
    assert (await _get(world, f"taakopdrachten/{nummer}", {})).status_code == 401
    for caller in (world.toegang, world.aanbieder, world.financien):
        assert_problem(await _post(world, "taakopdrachten", task_body(), caller), 403)
        assert_problem(await _post(world, "taakopdrachten/_boek", {}, caller), 403)


async def test_help_within_a_task_is_not_paid_twice(world: World) -> None:
    await world.basics()
    inwoner = (await world.register())["id"]
    await _give(world)
    days = {"begindatum": str(FIRST_DAY), "einddatum": str(FIRST_DAY)}
    body = {
        "inwonerId": inwoner,
        "gemeente": GEMEENTE,
        "wet": "jeugdwet",
        "profiel": PROFIEL,
        "intensiteit": "licht",
        "aanbieder": AGB,
        "beoogdeResultaten": [{"resultaat": "Slaapt door", "onderbouwing": "Uit het gesprek"}],
        **days,
    }
    for path in ("toewijzingen", "toewijzingen/_prijs"):
        refused = await _post(world, path, body, world.toegang)
        assert_problem(refused, 409, "binnen_taakopdracht")
    after = str(LAST_DAY + timedelta(days=1))
    allowed = await _post(
        world, "toewijzingen", {**body, "begindatum": after, "einddatum": after}, world.toegang
    )
    assert allowed.status_code == 201, allowed.text


async def test_help_outside_a_task_is_given(world: World) -> None:
    await world.basics()
    await _give(world, gemeenten=[{"gemeente": OTHER, "bedragCenten": 10}])
    await _give(world, omvat=["Alleen een omschrijving"], omvatNiet=[PROFIEL])
    await world.allocate((await world.register())["id"])


async def test_two_tasks_do_not_pay_for_the_same(world: World) -> None:
    await world.basics()
    await _give(world)
    again = await _post(world, "taakopdrachten", task_body(), world.regio)
    assert_problem(again, 409, "overlappende_taakopdracht")
    assert (await _get(world, "taakopdrachten", world.regio)).json()["count"] == 1


@pytest.mark.parametrize(
    ("changes", "status", "name", "code"),
    [
        ({"termijnen": 25}, 400, "termijnen", "te_veel_termijnen"),
        ({"termijnen": 0}, 400, "termijnen", "te_klein"),
        ({"omvat": []}, 400, "omvat", "te_weinig"),
        ({"omvatNiet": [PROFIEL]}, 400, "omvatNiet", "wel_en_niet"),
        ({"einddatum": "2000-01-01"}, 400, "einddatum", "eind_voor_begin"),
        (
            {"gemeenten": [{"gemeente": GEMEENTE, "bedragCenten": 1}] * 2},
            400,
            "gemeenten",
            "dubbel_genoemd",
        ),
        (
            {"gemeenten": [{"gemeente": "9999", "bedragCenten": 1}]},
            400,
            "gemeenten[0].gemeente",
            "gemeente_onbekend",
        ),
        (
            {"gemeenten": [{"gemeente": GEMEENTE, "bedragCenten": 0}]},
            400,
            "gemeenten[0].bedragCenten",
            "te_klein",
        ),
        ({"omvat": ["OB99"]}, 404, None, "profiel_niet_gevonden"),
        ({"aanbieder": "99000009"}, 404, None, "aanbieder_niet_gevonden"),
    ],
)
async def test_a_wrong_task_is_refused_and_changes_nothing(
    world: World, changes: Json, status: int, name: str | None, code: str
) -> None:
    await world.basics()
    answer = await _post(world, "taakopdrachten", task_body(**changes), world.regio)
    problem = assert_problem(answer, status)
    if name is None:
        assert problem["code"] == code
    else:
        assert (name, code) in [(f["name"], f["code"]) for f in problem["invalidParams"]]
    assert (await _get(world, "taakopdrachten", world.regio)).json()["count"] == 0


async def test_the_aanbieder_accounts_for_each_half_year(world: World) -> None:
    await world.basics()
    nummer = (await _give(world))["nummer"]
    path = f"taakopdrachten/{nummer}/verslagen"
    halfjaar = f"{FIRST_DAY.year}-1"
    body = {
        "halfjaar": halfjaar,
        "aantalInwoners": 12,
        "resultaten": [{"resultaat": "Minder verwijzingen", "toelichting": "Een op de vijf"}],
    }
    missing = (await _get(world, f"taakopdrachten/{nummer}", world.regio)).json()
    assert missing["ontbrekendeVerslagen"][:2] == [halfjaar, f"{FIRST_DAY.year}-2"]
    given = await _post(world, path, body, world.aanbieder)
    assert given.status_code == 201, given.text
    assert (await _get(world, given.headers["Location"][4:], world.toegang)).json() == given.json()
    assert (await _get(world, path, world.regio)).json()["results"] == [given.json()]
    left = (await _get(world, f"taakopdrachten/{nummer}", world.regio)).json()
    assert halfjaar not in left["ontbrekendeVerslagen"]
    assert_problem(await _post(world, path, body, world.aanbieder), 409, "verslag_bestaat")
    for wrong, code in (
        (f"{LAST_DAY.year}-2", "halfjaar_loopt"),
        ("2001-1", "halfjaar_buiten_opdracht"),
    ):
        refused = await _post(world, path, {**body, "halfjaar": wrong}, world.aanbieder)
        assert_problem(refused, 409, code)
    refused = await _post(world, path, {**body, "halfjaar": "2026-3"}, world.aanbieder)
    assert_problem(refused, 400)
    assert_problem(await _get(world, f"{path}/2001-1", world.regio), 404, "verslag_niet_gevonden")
    assert_problem(await _get(world, f"{path}/later", world.regio), 400)
    assert_problem(await _post(world, path, body, world.regio), 403)
    stranger = world.token("aanbieder", agb="99000002")
    assert_problem(await _post(world, path, body, stranger), 404, "taakopdracht_niet_gevonden")
