# SPDX-License-Identifier: EUPL-1.2
"""Inwoners: who registers them, where they live, and a BSN that never comes out again."""

import asyncio
import logging
from typing import Any

import httpx
import pytest

from tests.contract.world import (
    BSN,
    GEMEENTE,
    OTHER,
    Json,
    World,
    assert_problem,
    bsn,
    inwoner_body,
)

SECOND = bsn(int(BSN) + 1)


async def _register(
    world: World, caller: dict[str, str] | None = None, /, **changes: Any
) -> httpx.Response:
    body = inwoner_body(**changes)
    return await world.client.post("/v1/inwoners", json=body, headers=caller or world.toegang)


async def _move(world: World, inwoner: int, *homes: Json) -> httpx.Response:
    path = f"/v1/inwoners/{inwoner}/woonplaatsen"
    body = {"woonplaatsen": list(homes)}
    return await world.client.put(path, json=body, headers=world.toegang)


async def _seek(
    world: World, number: object, caller: dict[str, str] | None = None
) -> httpx.Response:
    return await world.client.post(
        "/v1/inwoners/_zoek", json={"bsn": number}, headers=caller or world.toegang
    )


def home(gemeente: str | None = GEMEENTE, vanaf: str = "2020-01-01", why: str = "brp") -> Json:
    return {"gemeente": gemeente, "vanaf": vanaf, "grondslag": why}


async def test_an_inwoner_is_registered_and_read(world: World) -> None:
    answer = await _register(world, bsn=BSN)
    assert answer.status_code == 201, answer.text
    inwoner = answer.json()
    assert inwoner.keys() >= {"id", "geboortedatum", "woonplaatsen"}
    assert inwoner["woonplaatsen"] == inwoner_body()["woonplaatsen"]
    found = await world.client.get(f"/v1/inwoners/{inwoner['id']}", headers=world.toegang)
    assert (found.status_code, found.json()) == (200, inwoner)


async def test_the_bsn_comes_out_nowhere(
    world: World, caplog: pytest.LogCaptureFixture, capfd: pytest.CaptureFixture[str]
) -> None:
    caplog.set_level(logging.DEBUG)
    first = await _register(world, bsn=BSN)
    path = f"/v1/inwoners/{first.json()['id']}"
    wrong = f"{BSN[:-1]}{(int(BSN[-1]) + 1) % 10}"
    keyed = world.toegang | {"Idempotency-Key": "k"}
    answers = [
        first,
        await _register(world, bsn=BSN),
        await _register(world, bsn=wrong),
        await _register(world, bsn=BSN, geboortedatum=BSN),
        await _register(world, bsn=BSN, nummer=BSN),
        await _register(world, bsn=int(BSN)),
        await _register(world, bsn={"nummer": BSN}),
        await _register(world, bsn=BSN, woonplaatsen=[home(BSN)]),
        await _register(world, keyed, bsn=SECOND),
        await _register(world, keyed, bsn=SECOND),
        await _seek(world, BSN),
        await _seek(world, wrong),
        await _seek(world, [BSN]),
        await _seek(world, SECOND, world.other_toegang),
        await world.client.get(path, headers=world.toegang),
        await world.client.get(f"/v1/inwoners/_zoek?bsn={BSN}", headers=world.toegang),
        await world.client.post(f"{path}?bsn={BSN}", headers=world.toegang),
        await world.client.post(
            "/v1/inwoners",
            content=f'{{"bsn":"{BSN}",',
            headers=world.toegang | {"Content-Type": "application/json"},
        ),
        await _move(world, first.json()["id"], {"bsn": BSN}),
    ]
    for answer in answers:
        shown = answer.text + str(answer.headers)
        assert not {number for number in (BSN, SECOND, wrong) if number in shown}, answer.text
    out, err = capfd.readouterr()
    own = [record for record in caplog.records if not record.name.startswith(("httpx", "httpcore"))]
    logged = out + err + " ".join(record.getMessage() for record in own)
    assert BSN not in logged
    assert SECOND not in logged


async def test_a_bsn_is_nine_digits_that_pass_the_eleven_proof(world: World) -> None:
    wrong: list[object] = ["123456789", "000000000", "12345678", "9999900190", "", " " + BSN, 1]
    wrong += [BSN + "\n", "99999001९", int(BSN), True, [BSN], f"{BSN[:4]}.{BSN[4:]}"]
    for number in wrong:
        answer = await _register(world, bsn=number)
        problem = assert_problem(answer, 400)
        assert [fault["name"] for fault in problem["invalidParams"]] == ["bsn"], number
        assert_problem(await _seek(world, number), 400)
    assert_problem(await _seek(world, None), 400)
    for good in (BSN, SECOND, "123456782"):
        assert (await _register(world, bsn=good)).status_code == 201


async def test_a_bsn_is_registered_once_within_a_gemeente(world: World) -> None:
    first = await _register(world, bsn=BSN)
    assert_problem(await _register(world, bsn=BSN), 409, "bsn_bekend")
    theirs = await _register(world, world.other_toegang, bsn=BSN)
    assert theirs.status_code == 201, theirs.text
    assert (await _seek(world, BSN)).json() == first.json()
    assert (await _seek(world, BSN, world.other_toegang)).json() == theirs.json()


async def test_of_two_registrations_of_a_bsn_at_once_one_is_made(world: World) -> None:
    answers = await asyncio.gather(*(_register(world, bsn=BSN) for _ in range(5)))
    assert sorted(answer.status_code for answer in answers) == [201, 409, 409, 409, 409]


async def test_without_a_bsn_inwoners_are_not_confused(world: World) -> None:
    first = await _register(world)
    second = await _register(world)
    assert (first.status_code, second.status_code) == (201, 201)
    assert first.json()["id"] != second.json()["id"]
    assert (await _register(world, bsn=None)).status_code in {201, 400}


async def test_a_bsn_is_sought_and_found_or_404(world: World) -> None:
    inwoner = (await _register(world, bsn=BSN)).json()
    found = await _seek(world, BSN)
    assert (found.status_code, found.json()) == (200, inwoner)
    assert_problem(await _seek(world, SECOND), 404)
    assert_problem(await _seek(world, BSN, world.other_toegang), 404)


async def test_the_inwoner_of_another_gemeente_is_404(world: World) -> None:
    inwoner = (await _register(world, bsn=BSN)).json()
    path = f"/v1/inwoners/{inwoner['id']}"
    headers = world.other_toegang
    assert_problem(await world.client.get(path, headers=headers), 404)
    body = {"woonplaatsen": [home(OTHER)]}
    answer = await world.client.put(f"{path}/woonplaatsen", json=body, headers=headers)
    assert_problem(answer, 404)
    missing = await world.client.get("/v1/inwoners/999999", headers=headers)
    theirs = await world.client.get(path, headers=headers)
    own = {"instance": "", "detail": ""}
    assert missing.json() | own == theirs.json() | own
    kept = await world.client.get(path, headers=world.toegang)
    assert kept.json() == inwoner


async def test_put_replaces_the_woonplaatsen_and_nothing_else(world: World) -> None:
    inwoner = (await _register(world, bsn=BSN)).json()
    for homes in (
        [home(OTHER, "2024-01-01"), home(GEMEENTE, "2025-01-01", "verblijf")],
        [home("0363", "2016-02-29", "moeder")],
        [home(None, "2024-01-01", "onbekend"), home(OTHER, "2024-01-02", "werkelijk_verblijf")],
        [],
    ):
        answer = await _move(world, inwoner["id"], *homes)
        assert answer.status_code == 200, answer.text
        assert answer.json() == inwoner | {"woonplaatsen": homes}
        found = await world.client.get(f"/v1/inwoners/{inwoner['id']}", headers=world.toegang)
        assert found.json() == answer.json()
    assert (await _seek(world, BSN)).json()["id"] == inwoner["id"]


async def test_woonplaatsen_come_back_in_the_order_of_their_days(world: World) -> None:
    homes = [home(OTHER, "2024-01-01"), home(GEMEENTE, "2020-01-01")]
    answer = await _register(world, woonplaatsen=homes)
    assert answer.status_code in {201, 400}, answer.text
    if answer.status_code == 201:
        assert answer.json()["woonplaatsen"] == homes[::-1]


async def test_woonplaatsen_that_cannot_be_are_refused_whole(world: World) -> None:
    inwoner = (await _register(world)).json()
    wrong: list[Any] = [
        [home(vanaf="2024-02-30")],
        [home(why="anders")],
        [home(why="BRP")],
        [home("153")],
        [home("")],
        [home(None, why="brp")],
        [home(None, why="verblijf")],
        [home() | {"totEnMet": "2024-01-01"}],
        [{"gemeente": GEMEENTE, "vanaf": "2020-01-01"}],
        [{"vanaf": "2020-01-01", "grondslag": "brp"}],
        [home(), home(OTHER)],
        [home(), None],
        {},
        None,
    ]
    for homes in wrong:
        body = {"woonplaatsen": homes}
        path = f"/v1/inwoners/{inwoner['id']}/woonplaatsen"
        answer = await world.client.put(path, json=body, headers=world.toegang)
        assert answer.status_code == 400, (homes, answer.text)
        answer = await _register(world, woonplaatsen=homes)
        assert answer.status_code == 400, (homes, answer.text)
    found = await world.client.get(f"/v1/inwoners/{inwoner['id']}", headers=world.toegang)
    assert found.json() == inwoner


async def test_a_gemeente_that_does_not_exist_is_no_residence(world: World) -> None:
    inwoner = (await _register(world)).json()
    for code in ("0000", "9999"):
        answer = await _move(world, inwoner["id"], home(code))
        assert answer.status_code in {400, 404}, (code, answer.text)
        answer = await _register(world, woonplaatsen=[home(code)])
        assert answer.status_code in {400, 404}, (code, answer.text)
    found = await world.client.get(f"/v1/inwoners/{inwoner['id']}", headers=world.toegang)
    assert found.json() == inwoner


async def test_every_gemeente_of_the_netherlands_may_be_a_residence(world: World) -> None:
    answer = await world.client.get("/v1/gemeenten?pageSize=500", headers=world.toegang)
    codes = [gemeente["code"] for gemeente in answer.json()["results"]]
    days = [f"{1980 + index // 12}-{index % 12 + 1:02}-01" for index in range(len(codes))]
    homes = [home(code, day) for code, day in zip(codes, days, strict=True)]
    inwoner = (await _register(world, woonplaatsen=homes)).json()
    assert inwoner.get("woonplaatsen") == homes, inwoner


async def test_a_grondslag_unknown_with_a_gemeente_is_judged_once_and_for_all(
    world: World,
) -> None:
    """The contract does not say what it means; it is taken or refused, never half kept."""
    answer = await _register(world, woonplaatsen=[home(GEMEENTE, why="onbekend")])
    assert answer.status_code in {201, 400}, answer.text
    if answer.status_code == 201:
        assert answer.json()["woonplaatsen"] == [home(GEMEENTE, why="onbekend")]


async def test_two_who_move_an_inwoner_at_once_leave_one_of_the_two_lists(world: World) -> None:
    inwoner = (await _register(world)).json()["id"]
    lists = [[home(code, f"202{n}-01-01") for n in range(3)] for code in ("0141", "0153", "0363")]
    answers = await asyncio.gather(*(_move(world, inwoner, *homes) for homes in lists * 2))
    assert {answer.status_code for answer in answers} == {200}
    found = await world.client.get(f"/v1/inwoners/{inwoner}", headers=world.toegang)
    assert found.json()["woonplaatsen"] in lists


async def test_the_bsn_has_no_place_in_a_path_or_query(world: World) -> None:
    await _register(world, bsn=BSN)
    by_query = await world.client.get(f"/v1/inwoners?bsn={BSN}", headers=world.toegang)
    assert by_query.status_code == 405
    by_path = await world.client.get(f"/v1/inwoners/{BSN}", headers=world.toegang)
    assert by_path.status_code == 404
    by_zoek = await world.client.post(
        f"/v1/inwoners/_zoek?bsn={BSN}", json={"bsn": BSN}, headers=world.toegang
    )
    assert by_zoek.status_code == 400
