# SPDX-License-Identifier: EUPL-1.2
"""A list that the gemeenten adopt themselves, each by its own decision."""

import asyncio
from datetime import timedelta
from typing import Any

import asyncpg
import httpx
import pytest

from app.api.clock import today
from tests.contract.world import Json, World, assert_problem, price_lines


async def _deelnemers(world: World) -> list[str]:
    gemeenten = (await world.read("gemeenten", pageSize=500)).json()["results"]
    return [gemeente["code"] for gemeente in gemeenten if gemeente["samen14"]]


def decision(gemeente: str, **changes: Any) -> Json:
    return {
        "gemeente": gemeente,
        "datum": str(today() - timedelta(days=1)),
        "kenmerk": f"Raad {gemeente}-7",
        **changes,
    }


async def _post(
    world: World, lijst: int, path: str, body: Json, caller: dict[str, str] | None = None
) -> httpx.Response:
    return await world.client.post(
        f"/v1/tarieflijsten/{lijst}/{path}", json=body, headers=caller or world.vaststeller
    )


async def _concept(world: World) -> int:
    await world.put_profiel()
    lijst: int = (await world.draft())["id"]
    return lijst


async def test_a_list_is_adopted_when_every_gemeente_has_decided(world: World) -> None:
    lijst = await _concept(world)
    besluiten = [decision(gemeente) for gemeente in await _deelnemers(world)]
    assert len(besluiten) == 14
    answer = await _post(world, lijst, "vaststelling", {"besluiten": besluiten})
    assert answer.status_code == 200, answer.text
    adopted = answer.json()
    assert (adopted["status"], adopted["besluit"]) == ("vastgesteld", None)
    assert adopted["besluiten"] == besluiten
    seen = await world.client.get(f"/v1/tarieflijsten/{lijst}", headers=world.aanbieder)
    assert seen.json() == adopted
    again = await _post(world, lijst, "vaststelling", {"besluiten": besluiten})
    assert_problem(again, 409, "al_vastgesteld")
    more = await _post(world, lijst, "besluiten", {"besluiten": besluiten[:1]})
    assert_problem(more, 409, "al_vastgesteld")
    assert (await world.read("tarieven", peildatum="2026-06-01")).json()["count"] == 3


async def test_who_has_not_decided_is_named_and_nothing_is_kept(world: World) -> None:
    lijst = await _concept(world)
    first, second, *rest = await _deelnemers(world)
    body = {"besluiten": [decision(gemeente) for gemeente in rest]}
    problem = assert_problem(
        await _post(world, lijst, "vaststelling", body), 409, "besluiten_onvolledig"
    )
    assert first in problem["detail"]
    assert second in problem["detail"]
    assert rest[0] not in problem["detail"]
    found = (await world.read(f"tarieflijsten/{lijst}")).json()
    assert (found["status"], found["besluiten"]) == ("concept", [])


async def test_decisions_that_came_in_before_count(world: World) -> None:
    lijst = await _concept(world)
    codes = await _deelnemers(world)
    answer = await _post(world, lijst, "besluiten", {"besluiten": [decision(codes[0])]})
    assert answer.status_code == 201, answer.text
    assert answer.headers["Location"] == f"/v1/tarieflijsten/{lijst}"
    assert answer.json()["status"] == "concept"
    assert answer.json()["besluiten"] == [decision(codes[0])]
    same = await _post(world, lijst, "besluiten", {"besluiten": [decision(codes[0])]})
    assert same.status_code == 201
    for changes in ({"kenmerk": "anders"}, {"datum": "2020-01-01"}):
        other = {"besluiten": [decision(codes[0], **changes)]}
        for path in ("besluiten", "vaststelling"):
            assert_problem(await _post(world, lijst, path, other), 409, "besluit_bekend")
    rest = {"besluiten": [decision(gemeente) for gemeente in codes[1:]]}
    assert (await _post(world, lijst, "besluiten", rest)).status_code == 201
    adopted = await _post(world, lijst, "vaststelling", {"besluiten": []})
    assert adopted.json()["besluiten"] == [decision(gemeente) for gemeente in codes]


async def test_who_drafted_adopts_by_neither_way(world: World) -> None:
    lijst = await _concept(world)
    besluiten = [decision(gemeente) for gemeente in await _deelnemers(world)]
    for body in ({"besluiten": besluiten}, {"besluit": "Mandaat"}):
        answer = await _post(world, lijst, "vaststelling", body, world.regio)
        assert_problem(answer, 409, "vier_ogen")
    assert (await world.read(f"tarieflijsten/{lijst}")).json()["besluiten"] == []


async def test_prices_out_of_order_are_not_adopted_by_decisions_either(world: World) -> None:
    await world.put_profiel()
    lijst = (await world.draft("2026-01-01", *price_lines(licht=2, middel=1)))["id"]
    body = {"besluiten": [decision(gemeente) for gemeente in await _deelnemers(world)]}
    answer = await _post(world, lijst, "vaststelling", body)
    assert_problem(answer, 409, "volgorde_intensiteiten")
    assert (await world.read(f"tarieflijsten/{lijst}")).json()["besluiten"] == []


async def test_it_is_a_mandate_or_decisions_and_never_both(world: World) -> None:
    lijst = await _concept(world)
    for body in ({}, {"besluit": "x", "besluiten": [decision("0153")]}, {"besluiten": None}):
        problem = assert_problem(await _post(world, lijst, "vaststelling", body), 400)
        assert [fault["code"] for fault in problem["invalidParams"]] == ["een_van_beide"]


@pytest.mark.parametrize("path", ["besluiten", "vaststelling"])
async def test_every_fault_of_a_decision_is_named(world: World, path: str) -> None:
    lijst = await _concept(world)
    tomorrow = str(today() + timedelta(days=1))
    besluiten = [
        decision("9999"),
        decision("0363"),
        decision("0153", datum=tomorrow),
        decision("0141", kenmerk=""),
    ]
    problem = assert_problem(await _post(world, lijst, path, {"besluiten": besluiten}), 400)
    assert {(f["name"], f["code"]) for f in problem["invalidParams"]} == {
        ("besluiten[0].gemeente", "gemeente_onbekend"),
        ("besluiten[1].gemeente", "neemt_niet_deel"),
        ("besluiten[2].datum", "in_de_toekomst"),
        ("besluiten[3].kenmerk", "te_kort"),
    }
    double = {"besluiten": [decision("0153"), decision("0153", kenmerk="y")]}
    problem = assert_problem(await _post(world, lijst, path, double), 400)
    assert [f["code"] for f in problem["invalidParams"]] == ["dubbele_gemeente"]
    assert (await world.read(f"tarieflijsten/{lijst}")).json()["besluiten"] == []


async def test_only_the_region_keeps_decisions(world: World) -> None:
    lijst = await _concept(world)
    body = {"besluiten": [decision("0153")]}
    for caller in (world.toegang, world.aanbieder, world.financien):
        assert_problem(await _post(world, lijst, "besluiten", body, caller), 403)
    assert_problem(await _post(world, 999, "besluiten", body), 404)
    assert_problem(await _post(world, 999, "vaststelling", body), 404)


async def test_of_two_decisions_of_one_gemeente_at_once_one_is_kept(world: World) -> None:
    lijst = await _concept(world)
    answers = await asyncio.gather(
        *(
            _post(world, lijst, "besluiten", {"besluiten": [decision("0153", kenmerk=f"K{n}")]})
            for n in range(4)
        )
    )
    assert sorted(answer.status_code for answer in answers) == [201, 409, 409, 409]


async def test_the_database_itself_asks_for_every_decision(world: World, database_url: str) -> None:
    lijst = await _concept(world)
    body = {"besluiten": [decision("0153")]}
    assert (await _post(world, lijst, "besluiten", body)).status_code == 201
    db = await asyncpg.connect(database_url)
    try:
        adopt = "UPDATE tarieflijst SET vastgesteld_door = 'x', vastgesteld_op = now()"
        with pytest.raises(asyncpg.CheckViolationError, match="niet elke gemeente"):
            await db.execute(adopt)
        for change in ("UPDATE gemeentebesluit SET kenmerk = 'x'", "DELETE FROM gemeentebesluit"):
            with pytest.raises(asyncpg.RestrictViolationError):
                await db.execute(change)
        today_only = "INSERT INTO consultatie (tarieflijst_id, begindatum, einddatum, toelichting,"
        today_only += " geopend_door) VALUES ($1, current_date, current_date + 1, 'x', 'x')"
        await db.execute(today_only, lijst)
        with pytest.raises(asyncpg.CheckViolationError, match="niet klaar"):
            await db.execute(f"{adopt}, besluit = 'Mandaat'")
    finally:
        await db.close()
