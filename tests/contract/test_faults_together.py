# SPDX-License-Identifier: EUPL-1.2
"""Faults that span fields or need the database are named with all others, not in a second round."""

from typing import Any

from tests.contract.world import (
    BSN,
    GEMEENTE,
    Json,
    World,
    aanbieder_body,
    assert_problem,
    inwoner_body,
    lijst_body,
    overeenkomst_body,
    price_lines,
    profiel_body,
    toewijzing_body,
)

HOME = {"gemeente": GEMEENTE, "vanaf": "2020-01-01", "grondslag": "brp"}
NO_DAY = HOME | {"vanaf": "2026-02-30"}
BACKWARDS = {"begindatum": "2026-02-01", "einddatum": "2026-01-31"}


async def _faults(world: World, method: str, path: str, body: Any) -> set[str]:
    ours = path.startswith(("inwoners", "toewijzingen"))
    caller = world.toegang if ours else world.regio
    answer = await world.client.request(method, f"/v1/{path}", json=body, headers=caller)
    problem = assert_problem(answer, 400)
    assert problem["invalidParams"], problem
    return {fault["name"] for fault in problem["invalidParams"]}


async def _register(world: World, *homes: Json, **changes: Any) -> set[str]:
    body = inwoner_body(woonplaatsen=list(homes), **changes)
    return await _faults(world, "POST", "inwoners", body)


async def test_a_birthday_to_come_stands_beside_another_fault(world: World) -> None:
    found = await _register(world, NO_DAY, geboortedatum="2100-01-01")
    assert found == {"geboortedatum", "woonplaatsen[0].vanaf"}


async def test_a_gemeente_that_does_not_exist_stands_beside_another_fault(world: World) -> None:
    """Holds as far as an unknown gemeente is bad input, which the service says it is."""
    found = await _register(world, HOME | {"gemeente": "9999"}, NO_DAY)
    assert found == {"woonplaatsen[0].gemeente", "woonplaatsen[1].vanaf"}


async def test_a_gemeente_that_does_not_exist_stands_beside_a_birthday_to_come(
    world: World,
) -> None:
    found = await _register(world, HOME | {"gemeente": "9999"}, geboortedatum="2100-01-01")
    assert found == {"geboortedatum", "woonplaatsen[0].gemeente"}


async def test_a_grondslag_that_does_not_fit_stands_beside_another_fault(world: World) -> None:
    wrong = HOME | {"gemeente": None}
    assert len(await _register(world, wrong, NO_DAY)) == 2
    assert len(await _register(world, wrong | {"extra": 1})) == 2
    assert len(await _register(world, wrong, bsn="1")) == 2


async def test_two_homes_on_a_day_stand_beside_another_fault(world: World) -> None:
    assert len(await _register(world, HOME, HOME, bsn="1")) == 2


async def test_a_period_backwards_stands_beside_another_fault(world: World) -> None:
    body = overeenkomst_body(**BACKWARDS, extra=1)
    found = await _faults(world, "POST", "raamovereenkomsten", body)
    assert found & {"begindatum", "einddatum"}, found
    assert "extra" in found
    body = toewijzing_body(1, **BACKWARDS, wet="x")
    found = await _faults(world, "POST", "toewijzingen", body)
    assert found & {"begindatum", "einddatum"}, found
    assert "wet" in found


async def test_a_price_named_twice_stands_beside_another_fault(world: World) -> None:
    await world.put_profiel()
    lines = price_lines(licht=1) * 2
    found = await _faults(world, "POST", "tarieflijsten", lijst_body("2026-02-30", *lines))
    assert "vanaf" in found
    assert len(found) > 1, found


async def test_a_code_other_than_that_of_the_path_stands_beside_another_fault(
    world: World,
) -> None:
    found = await _faults(world, "PUT", "profielen/OB1", profiel_body("OB2", soort="x"))
    assert found == {"code", "soort"}
    body = aanbieder_body("99000002", naam=1)
    assert await _faults(world, "PUT", "aanbieders/99000001", body) == {"agb", "naam"}


async def test_a_plan_of_no_kind_stands_beside_the_faults_of_the_profiel(world: World) -> None:
    body = profiel_body(naam=1, betaalplan={"soort": "mijlpalen", "startaandeel": "2", "x": 1})
    found = await _faults(world, "PUT", "profielen/OB1", body)
    assert len(found) == 3, found


async def test_faults_between_lines_are_cut_off_at_a_hundred_too(world: World) -> None:
    await world.put_profiel()
    codes = [f"99{number:02}" for number in range(100)] + [f"98{number:02}" for number in range(50)]
    homes = [
        {"gemeente": code, "vanaf": f"{1990 + index // 12}-{index % 12 + 1:02}-01"}
        for index, code in enumerate(codes)
    ]
    bodies = {
        "inwoners": inwoner_body(woonplaatsen=[home | {"grondslag": "brp"} for home in homes]),
        "raamovereenkomsten": overeenkomst_body(gemeenten=codes),
    }
    await world.put_aanbieder()
    counts = {}
    for path, body in bodies.items():
        caller = world.toegang if path == "inwoners" else world.regio
        answer = await world.client.post(f"/v1/{path}", json=body, headers=caller)
        counts[path] = len(assert_problem(answer, 400)["invalidParams"])
    assert counts == dict.fromkeys(bodies, 100)


async def test_bad_input_goes_before_a_thing_that_is_not_there(world: World) -> None:
    twice = lijst_body("2026-01-01", *price_lines("NIET", licht=1) * 2)
    await _faults(world, "POST", "tarieflijsten", twice)
    unknown = overeenkomst_body(gemeenten=["9999"])
    answer = await world.client.post("/v1/raamovereenkomsten", json=unknown, headers=world.regio)
    assert answer.status_code in {400, 404}
    path = "inwoners/999/woonplaatsen"
    await _faults(world, "PUT", path, {"woonplaatsen": [HOME, HOME]})


async def test_bad_input_goes_before_a_conflict(world: World) -> None:
    await world.register(bsn=BSN)
    assert await _register(world, HOME, bsn=BSN, geboortedatum="2100-01-01") == {"geboortedatum"}
    await world.put_profiel()
    await world.put_aanbieder()
    await world.contract()
    body = overeenkomst_body(gemeenten=["9999"])
    answer = await world.client.post("/v1/raamovereenkomsten", json=body, headers=world.regio)
    assert answer.status_code in {400, 404}
