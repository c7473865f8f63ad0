# SPDX-License-Identifier: EUPL-1.2
"""A concept toewijzing counts once a colleague with mandate approves it."""

import asyncio
from typing import Any

import httpx

from tests.contract.world import GEMEENTE, Json, World, assert_problem, price_lines, toewijzing_body

MANDAAT = {"mandaat": "Mandaatregister 14", "beschikking": "Z26-7"}


async def _post(world: World, path: str, body: Json, caller: dict[str, str]) -> httpx.Response:
    return await world.client.post(f"/v1/{path}", json=body, headers=caller)


async def _get(world: World, path: str, caller: dict[str, str], **query: Any) -> httpx.Response:
    return await world.client.get(f"/v1/{path}", params=query, headers=caller)


def _colleague(world: World, sub: str = "bert") -> dict[str, str]:
    return world.token("toegang", gemeente=GEMEENTE, sub=sub)


async def _draft(world: World, **changes: Any) -> Json:
    await world.basics()
    body = toewijzing_body((await world.register())["id"], **changes)
    answer = await _post(world, "concepttoewijzingen", body, world.toegang)
    assert answer.status_code == 201, answer.text
    concept: Json = answer.json()
    assert answer.headers["Location"] == f"/v1/concepttoewijzingen/{concept['id']}"
    return concept


async def test_a_concept_becomes_a_toewijzing_when_a_colleague_approves(world: World) -> None:
    concept = await _draft(world)
    assert (concept["status"], concept["prijsCenten"]) == ("concept", 100_000)
    assert (await _get(world, "toewijzingen", world.toegang)).json()["count"] == 0
    path = f"concepttoewijzingen/{concept['id']}"
    own = await _post(world, f"{path}/goedkeuring", MANDAAT, world.toegang)
    assert_problem(own, 409, "vier_ogen")
    approved = await _post(world, f"{path}/goedkeuring", MANDAAT, _colleague(world))
    assert approved.status_code == 201, approved.text
    toewijzing = approved.json()
    assert (toewijzing["prijsCenten"], toewijzing["beschikking"]) == (100_000, "Z26-7")
    location = approved.headers["Location"]
    assert (await world.client.get(location, headers=world.toegang)).json() == toewijzing
    done = (await _get(world, path, world.toegang)).json()
    assert (done["status"], done["toewijzingNummer"]) == ("goedgekeurd", toewijzing["nummer"])
    assert done["mandaat"] == MANDAAT["mandaat"]
    for action, body in (("goedkeuring", MANDAAT), ("afkeuring", {"reden": "Toch niet"})):
        again = await _post(world, f"{path}/{action}", body, _colleague(world))
        assert_problem(again, 409, "al_besloten")


async def test_of_two_approvals_at_once_one_counts(world: World) -> None:
    concept = await _draft(world)
    path = f"concepttoewijzingen/{concept['id']}/goedkeuring"
    answers = await asyncio.gather(
        *(_post(world, path, MANDAAT, _colleague(world, f"collega {n}")) for n in range(4))
    )
    assert sorted(answer.status_code for answer in answers) == [201, 409, 409, 409]
    assert (await _get(world, "toewijzingen", world.toegang)).json()["count"] == 1


async def test_a_concept_that_is_rejected_says_why_and_gives_nothing(world: World) -> None:
    concept = await _draft(world, beschikking="Z26-1")
    assert concept["toewijzing"]["beschikking"] == "Z26-1"
    path = f"concepttoewijzingen/{concept['id']}"
    assert_problem(await _post(world, f"{path}/afkeuring", {}, world.toegang), 400)
    assert_problem(await _post(world, f"{path}/goedkeuring", {}, world.toegang), 400)
    rejected = await _post(world, f"{path}/afkeuring", {"reden": "Te mager"}, world.toegang)
    assert (rejected.json()["status"], rejected.json()["reden"]) == ("afgekeurd", "Te mager")
    again = await _post(world, f"{path}/goedkeuring", MANDAAT, _colleague(world))
    assert_problem(again, 409, "al_besloten")
    for status, count in (("afgekeurd", 1), ("concept", 0)):
        found = await _get(world, "concepttoewijzingen", world.toegang, status=status)
        assert found.json()["count"] == count
    assert (await _get(world, "toewijzingen", world.toegang)).json()["count"] == 0


async def test_what_changed_since_the_draft_is_seen_at_the_approval(world: World) -> None:
    concept = await _draft(world)
    path = f"concepttoewijzingen/{concept['id']}/goedkeuring"
    await world.prices("2026-01-01", *price_lines(licht=110_000, middel=200_000, zwaar=300_000))
    refused = await _post(world, path, MANDAAT, _colleague(world))
    assert_problem(refused, 409, "prijs_gewijzigd")
    assert (await _get(world, "toewijzingen", world.toegang)).json()["count"] == 0
    await world.allocate(concept["toewijzing"]["inwonerId"])
    refused = await _post(world, path, MANDAAT, _colleague(world))
    assert_problem(refused, 409, "overlappende_toewijzing")


async def test_what_is_no_toewijzing_is_no_concept(world: World) -> None:
    await world.basics()
    inwoner = (await world.register())["id"]
    for changes, status in (
        ({"gemeente": "0141"}, 403),
        ({"inwonerId": inwoner + 1}, 404),
        ({"einddatum": "2020-01-01"}, 400),
        ({"begindatum": "2028-01-01", "einddatum": "2028-06-30"}, 409),
    ):
        body = toewijzing_body(inwoner, **changes)
        assert_problem(await _post(world, "concepttoewijzingen", body, world.toegang), status)
    assert (await _get(world, "concepttoewijzingen", world.toegang)).json()["count"] == 0


async def test_a_concept_is_for_its_own_gemeente_alone(world: World) -> None:
    concept = await _draft(world)
    path = f"concepttoewijzingen/{concept['id']}"
    assert_problem(await _get(world, path, {}), 401)
    for caller in (world.aanbieder, world.regio, world.financien):
        assert_problem(await _get(world, path, caller), 403)
    assert_problem(await _get(world, path, world.other_toegang), 404, "concept_niet_gevonden")
    assert (await _get(world, "concepttoewijzingen", world.other_toegang)).json()["count"] == 0
    for action, body in (("goedkeuring", MANDAAT), ("afkeuring", {"reden": "Nee"})):
        answer = await _post(world, f"{path}/{action}", body, world.other_toegang)
        assert_problem(answer, 404, "concept_niet_gevonden")
