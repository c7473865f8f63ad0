# SPDX-License-Identifier: EUPL-1.2
"""A concept that aanbieders see for some days, what they say of it, and what the region answers."""

from datetime import timedelta
from typing import Any

import httpx
import pytest

from app.api.clock import today
from tests.contract.world import AGB, Json, World, assert_problem, price_lines

OTHER_AGB = "99000002"


def window(first: int, last: int, **changes: Any) -> Json:
    """A consultation from so many days from now up to and including so many."""
    days = {
        name: str(today() + timedelta(days=days))
        for name, days in (("begindatum", first), ("einddatum", last))
    }
    return {**days, "toelichting": "Graag uw mening over OB1", **changes}


async def _send(world: World, path: str, body: Json, caller: dict[str, str]) -> httpx.Response:
    return await world.client.post(f"/v1/tarieflijsten/{path}", json=body, headers=caller)


async def _get(world: World, path: str, caller: dict[str, str]) -> httpx.Response:
    return await world.client.get(f"/v1/{path}", headers=caller)


async def _concept(world: World) -> int:
    await world.put_profiel()
    lijst: int = (await world.draft("2026-01-01"))["id"]
    return lijst


async def _consulted(world: World, first: int = 0, last: int = 7) -> int:
    lijst = await _concept(world)
    answer = await _send(world, f"{lijst}/consultatie", window(first, last), world.regio)
    assert answer.status_code == 201, answer.text
    assert answer.headers["Location"] == f"/v1/tarieflijsten/{lijst}/consultatie"
    return lijst


async def _comment(world: World, lijst: int, caller: dict[str, str], **changes: Any) -> Json:
    answer = await _send(world, f"{lijst}/reacties", {"tekst": "Te laag", **changes}, caller)
    assert answer.status_code == 201, answer.text
    made: Json = answer.json()
    assert (await _get(world, answer.headers["Location"][4:], caller)).json() == made
    return made


async def _answer(world: World, lijst: int, volgnummer: int) -> httpx.Response:
    path = f"{lijst}/reacties/{volgnummer}/antwoord"
    return await _send(world, path, {"tekst": "Wij kijken ernaar"}, world.regio)


async def _close(world: World, lijst: int) -> httpx.Response:
    return await _send(world, f"{lijst}/consultatie/_sluit", {"reden": "Klaar"}, world.regio)


async def _adopt(world: World, lijst: int) -> httpx.Response:
    return await _send(world, f"{lijst}/vaststelling", {"besluit": "Mandaat"}, world.vaststeller)


async def test_an_aanbieder_sees_the_concept_beside_the_prices_in_force(world: World) -> None:
    await world.put_profiel()
    await world.prices("2025-01-01", *price_lines(licht=100_000, middel=300_000))
    lijst = (
        await world.draft("2026-01-01", *price_lines(licht=104_960, middel=290_000, zwaar=400_000))
    )["id"]
    await _send(world, f"{lijst}/consultatie", window(0, 0), world.regio)
    seen = await _get(world, f"tarieflijsten/{lijst}/consultatie", world.aanbieder)
    assert seen.status_code == 200, seen.text
    assert seen.json() | window(0, 0) == seen.json()
    assert seen.json()["status"] == "loopt"
    kept = ("intensiteit", "bedragCenten", "huidigCenten", "verschilCenten", "verschilPercentage")
    rows = [tuple(tarief[name] for name in kept) for tarief in seen.json()["tarieven"]]
    assert rows == [
        ("licht", 104_960, 100_000, 4_960, "4.96"),
        ("middel", 290_000, 300_000, -10_000, "-3.33"),
        ("zwaar", 400_000, None, None, None),
    ]
    assert (await _close(world, lijst)).status_code == 200
    assert (await _adopt(world, lijst)).status_code == 200
    after = await _get(world, f"tarieflijsten/{lijst}/consultatie", world.toegang)
    assert after.json()["tarieven"] == seen.json()["tarieven"]
    assert after.json()["sluitreden"] == "Klaar"


async def test_nothing_else_shows_a_concept(world: World) -> None:
    lijst = await _consulted(world)
    for caller in (world.aanbieder, world.toegang, world.financien):
        assert_problem(await _get(world, f"tarieflijsten/{lijst}", caller), 404)
        assert (await _get(world, "tarieflijsten", caller)).json()["count"] == 0
    for caller in (world.toegang, world.financien):
        for path in ("consultatie", "reacties", "reacties/1"):
            assert_problem(await _get(world, f"tarieflijsten/{lijst}/{path}", caller), 404)
        assert (await _get(world, "consultaties", caller)).json()["count"] == 0
        answer = await _send(world, f"{lijst}/reacties", {"tekst": "Hoor"}, caller)
        assert_problem(answer, 403, "alleen_aanbieders")
    assert (await _get(world, "consultaties", world.aanbieder)).json()["count"] == 1
    assert (await _get(world, f"tarieflijsten/{lijst}/consultatie", {})).status_code == 401


@pytest.mark.parametrize(("first", "last", "status"), [(1, 9, "gepland"), (-9, -1, "gesloten")])
async def test_outside_the_window_an_aanbieder_sees_nothing(
    world: World, first: int, last: int, status: str
) -> None:
    lijst = await _consulted(world, first, last)
    path = f"tarieflijsten/{lijst}/consultatie"
    assert (await world.read(path)).json()["status"] == status
    assert (await world.read("consultaties")).json()["results"][0]["status"] == status
    assert_problem(await _get(world, path, world.aanbieder), 404)
    assert (await _get(world, "consultaties", world.aanbieder)).json()["count"] == 0
    answer = await _send(world, f"{lijst}/reacties", {"tekst": "Hoor"}, world.aanbieder)
    if status == "gepland":
        assert_problem(answer, 404)
        assert_problem(await _get(world, f"tarieflijsten/{lijst}/reacties", world.aanbieder), 404)
        assert_problem(await _adopt(world, lijst), 409, "consultatie_loopt")
    else:
        assert_problem(answer, 409, "consultatie_gesloten")
        assert (await _adopt(world, lijst)).status_code == 200


async def test_comments_are_answered_before_the_list_is_adopted(world: World) -> None:
    lijst = await _consulted(world)
    first = await _comment(world, lijst, world.aanbieder, profiel="OB1", intensiteit="zwaar")
    other = world.token("aanbieder", agb=OTHER_AGB)
    second = await _comment(world, lijst, other)
    assert [first["volgnummer"], second["volgnummer"]] == [1, 2]
    assert (first["aanbieder"], first["antwoord"]) == (AGB, None)
    assert_problem(await _adopt(world, lijst), 409, "consultatie_loopt")
    assert (await _close(world, lijst)).json()["status"] == "gesloten"
    refused = assert_problem(await _adopt(world, lijst), 409, "reacties_onbeantwoord")
    assert "2" in refused["detail"]
    answered = await _answer(world, lijst, 1)
    assert answered.status_code == 200, answered.text
    assert answered.json()["antwoord"]["tekst"] == "Wij kijken ernaar"
    assert_problem(await _answer(world, lijst, 1), 409, "al_beantwoord")
    assert_problem(await _answer(world, lijst, 9), 404, "reactie_niet_gevonden")
    assert_problem(await _adopt(world, lijst), 409, "reacties_onbeantwoord")
    assert (await _answer(world, lijst, 2)).status_code == 200
    assert (await _adopt(world, lijst)).status_code == 200


async def test_who_said_it_is_known_to_that_aanbieder_and_the_region_alone(world: World) -> None:
    lijst = await _consulted(world)
    await world.put_aanbieder()
    await _comment(world, lijst, world.aanbieder)
    other = world.token("aanbieder", agb=OTHER_AGB)
    await _comment(world, lijst, other)
    path = f"tarieflijsten/{lijst}/reacties"

    async def seen(caller: dict[str, str]) -> list[tuple[int, str | None, str | None]]:
        answer = await _get(world, path, caller)
        assert answer.status_code == 200, answer.text
        return [(r["volgnummer"], r["aanbieder"], r["naam"]) for r in answer.json()["results"]]

    all_of_it = [(1, AGB, "De Proef"), (2, OTHER_AGB, None)]
    assert await seen(world.regio) == all_of_it
    assert await seen(world.aanbieder) == all_of_it[:1]
    assert_problem(await _get(world, f"{path}/2", world.aanbieder), 404)
    await _close(world, lijst)
    assert await seen(other) == all_of_it[1:]
    for number in (1, 2):
        await _answer(world, lijst, number)
    assert (await _adopt(world, lijst)).status_code == 200
    assert await seen(world.regio) == all_of_it
    assert await seen(world.aanbieder) == [all_of_it[0], (2, None, None)]
    assert await seen(world.financien) == [(1, None, None), (2, None, None)]


async def test_a_consultation_is_closed_once_and_with_a_reason(world: World) -> None:
    lijst = await _consulted(world, 3, 9)
    assert_problem(await _send(world, f"{lijst}/consultatie/_sluit", {}, world.regio), 400)
    assert (await _close(world, lijst)).json()["geslotenOp"] is not None
    assert_problem(await _close(world, lijst), 409, "consultatie_gesloten")
    assert_problem(await _close(world, 999), 404)
    assert (await _adopt(world, lijst)).status_code == 200


async def test_a_list_is_consulted_on_once_and_only_as_a_concept(world: World) -> None:
    lijst = await _consulted(world)
    path = f"{lijst}/consultatie"
    assert_problem(await _send(world, path, window(0, 9), world.regio), 409, "consultatie_bestaat")
    adopted = (await world.prices("2026-02-01"))["id"]
    answer = await _send(world, f"{adopted}/consultatie", window(0, 9), world.regio)
    assert_problem(answer, 409, "al_vastgesteld")
    assert_problem(await _send(world, "999/consultatie", window(0, 9), world.regio), 404)
    assert_problem(await _send(world, path, window(0, 9), world.aanbieder), 403)


@pytest.mark.parametrize(
    ("path", "body", "faults"),
    [
        ("consultatie", window(5, 4), {"einddatum": "eind_voor_begin"}),
        (
            "consultatie",
            {"begindatum": "2026-02-30", "toelichting": " "},
            {"begindatum": "ongeldige_datum", "einddatum": "verplicht", "toelichting": "te_kort"},
        ),
        ("reacties", {"tekst": ""}, {"tekst": "te_kort"}),
        ("reacties", {"tekst": "x", "intensiteit": "licht"}, {"profiel": "verplicht"}),
        (
            "reacties",
            {"profiel": "OB 1", "intensiteit": "fors", "naam": "x"},
            {
                "tekst": "verplicht",
                "profiel": "ongeldige_vorm",
                "intensiteit": "onbekende_waarde",
                "naam": "onbekend_veld",
            },
        ),
        ("reacties/1/antwoord", {"tekst": "x" * 4_001}, {"tekst": "te_lang"}),
    ],
)
async def test_bad_input_names_every_fault(
    world: World, path: str, body: Json, faults: dict[str, str]
) -> None:
    caller = world.aanbieder if path == "reacties" else world.regio
    problem = assert_problem(await _send(world, f"1/{path}", body, caller), 400)
    assert {f["name"]: f["code"] for f in problem["invalidParams"]} == faults


async def test_a_comment_is_about_a_profiel_that_exists(world: World) -> None:
    lijst = await _consulted(world)
    answer = await _send(
        world, f"{lijst}/reacties", {"tekst": "x", "profiel": "NIET"}, world.aanbieder
    )
    assert_problem(answer, 404, "profiel_niet_gevonden")
    assert (await world.read(f"tarieflijsten/{lijst}/reacties")).json()["count"] == 0
