# SPDX-License-Identifier: EUPL-1.2
"""What the access worker has to look after comes up by itself, and goes when it is done."""

from datetime import date, timedelta
from typing import Any

import httpx

from app.api.clock import today
from app.api.feestdagen import feestdagen_from
from app.domain.termijnen import last_to_have_started, terms_of
from tests.contract.test_plans import directed_by, evaluation, plan_body
from tests.contract.test_requests import request_body
from tests.contract.world import AGB, GEMEENTE, OTHER, Json, World, assert_problem

BEGIN = str(today() - timedelta(days=2))
FAR = str(today() + timedelta(days=400))


def day(days: int) -> date:
    return today() + timedelta(days=days)


async def _work(world: World, caller: dict[str, str] | None = None, **query: Any) -> list[Json]:
    headers = world.toegang if caller is None else caller
    answer = await world.client.get("/v1/werkvoorraad", params=query, headers=headers)
    assert answer.status_code == 200, answer.text
    found: list[Json] = answer.json()["results"]
    assert answer.json()["count"] == len(found)
    if caller is None:
        assert await _work(world, world.other_toegang) == []
    return found


async def _post(
    world: World, path: str, body: Json | None, caller: dict[str, str] | None = None
) -> httpx.Response:
    headers = world.toegang if caller is None else caller
    answer = await world.client.post(f"/v1/{path}", json=body, headers=headers)
    assert answer.is_success, answer.text
    return answer


async def _open(world: World) -> None:
    """All that a toewijzing of these days needs."""
    await world.put_profiel()
    await world.prices("2020-01-01")
    await world.put_aanbieder()
    await world.contract(begindatum="2020-01-01", einddatum=str(day(3_000)))


async def test_what_ends_within_eight_weeks_is_there_from_the_day_it_does(world: World) -> None:
    await _open(world)
    for inwoner_days in (-1, 0, 56, 57):
        inwoner = (await world.register())["id"]
        await world.allocate(inwoner, begindatum=str(day(-2)), einddatum=str(day(inwoner_days)))
    work = await _work(world)
    assert [(w["soort"], w["datum"], w["dagen"]) for w in work] == [
        ("loopt_af", str(today()), 0),
        ("loopt_af", str(day(56)), 56),
    ]
    assert all(w["toewijzingNummer"] and w["inwonerId"] for w in work)


async def test_what_has_not_started_is_there_until_the_start_is_reported(world: World) -> None:
    await _open(world)
    last = last_to_have_started(today(), feestdagen_from(day(-60)))
    for begin in (last, last + timedelta(days=1)):
        inwoner = (await world.register())["id"]
        await world.allocate(inwoner, begindatum=str(begin), einddatum=FAR)
    [work] = await _work(world)
    assert (work["soort"], work["datum"]) == ("niet_gestart", str(last))
    path = f"toewijzingen/{work['toewijzingNummer']}/start"
    await _post(world, path, {"begindatum": str(last)}, world.aanbieder)
    assert await _work(world) == []


async def test_a_request_waits_until_its_term_and_goes_with_the_answer(world: World) -> None:
    await _open(world)
    asked = (await _post(world, "verzoeken", request_body(), world.aanbieder)).json()
    terms = terms_of(today(), feestdagen_from(today()))
    [work] = await _work(world)
    assert (work["soort"], work["datum"]) == ("verzoek", str(terms.antwoord))
    assert work["verzoekId"] == asked["id"]
    assert work["dagen"] == (terms.antwoord - today()).days
    await _post(world, f"verzoeken/{asked['id']}/onderzoek", None)
    [work] = await _work(world, soort="verzoek")
    assert work["datum"] == str(terms.onderzoek)
    await _post(world, f"verzoeken/{asked['id']}/afwijzing", {"reden": "geen_contract"})
    assert await _work(world) == []


async def test_an_evaluation_is_due_on_its_moment_while_the_plan_runs(world: World) -> None:
    inwoner = (await world.register())["id"]
    moments = [str(day(-1)), str(today()), str(day(1))]
    plan = await _post(world, "plannen", plan_body(inwoner, evaluatiemomenten=moments))
    path = f"plannen/{plan.json()['id']}"
    assert await _work(world) == []
    agreed = {"versie": 1, "datum": BEGIN, "akkoordVan": "Beide ouders"}
    await _post(world, f"{path}/goedkeuring", agreed)
    assert [w["datum"] for w in await _work(world, soort="evaluatie")] == moments[:2]
    await _post(world, f"{path}/evaluaties", evaluation())
    [work] = await _work(world)
    assert (work["datum"], work["planId"]) == (str(today()), plan.json()["id"])
    await _post(world, f"{path}/afsluiting", {"datum": BEGIN, "reden": "Verhuisd"})
    assert await _work(world) == []


async def test_a_residence_that_changes_during_help_is_shown(world: World) -> None:
    await _open(world)
    inwoner = (await world.register())["id"]
    made = await world.allocate(inwoner, begindatum=BEGIN, einddatum=FAR)
    assert await _work(world) == []
    home = {"gemeente": GEMEENTE, "vanaf": "2015-05-05", "grondslag": "brp"}
    moved = {"gemeente": OTHER, "vanaf": str(day(-1)), "grondslag": "brp"}
    lost = {"gemeente": None, "vanaf": str(day(20)), "grondslag": "onbekend"}
    for since, vanaf in (([home, moved, lost], day(-1)), ([home, lost], day(20))):
        answer = await world.client.put(
            f"/v1/inwoners/{inwoner}/woonplaatsen",
            json={"woonplaatsen": since},
            headers=world.toegang,
        )
        assert answer.status_code == 200, answer.text
        [work] = await _work(world)
        assert (work["soort"], work["datum"]) == ("woonplaats_gewijzigd", str(vanaf))
        assert work["toewijzingNummer"] == made["nummer"]


async def test_a_regisseur_whose_aanbieder_came_to_deliver_is_shown(world: World) -> None:
    await _open(world)
    inwoner = (await world.register())["id"]
    body = plan_body(inwoner, regisseur=directed_by(AGB))
    plan = (await _post(world, "plannen", body)).json()
    await world.allocate(inwoner, begindatum=BEGIN, einddatum=FAR)
    [work] = await _work(world)
    assert (work["soort"], work["datum"], work["planId"]) == (
        "regisseur_levert",
        BEGIN,
        plan["id"],
    )


async def test_the_worklist_is_for_the_toegang_of_one_gemeente(world: World) -> None:
    await _open(world)
    await world.allocate((await world.register())["id"], begindatum=BEGIN, einddatum=str(day(9)))
    await _post(world, "verzoeken", request_body(), world.aanbieder)
    assert len(await _work(world)) == 2
    assert [w["soort"] for w in await _work(world, soort="loopt_af")] == ["loopt_af"]
    assert await _work(world, world.other_toegang) == []
    path = "/v1/werkvoorraad"
    assert_problem(await world.client.get(path), 401)
    for caller in (world.aanbieder, world.financien, world.regio):
        assert_problem(await world.client.get(path, headers=caller), 403)
    answer = await world.client.get(path, params={"soort": "iets"}, headers=world.toegang)
    assert_problem(answer, 400)
