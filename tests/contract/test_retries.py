# SPDX-License-Identifier: EUPL-1.2
"""A caller who is not sure that the first attempt arrived, and sends it again."""

import asyncio
from typing import Any

import httpx
import pytest

from tests.callers import Headers, OpenClient
from tests.contract.world import (
    BSN,
    Json,
    World,
    assert_problem,
    inwoner_body,
    lijst_body,
    overeenkomst_body,
    profiel_body,
    toewijzing_body,
)


def keyed(caller: dict[str, str], key: str = "sleutel-1") -> dict[str, str]:
    return caller | {"Idempotency-Key": key}


async def _post(world: World, path: str, body: Json, caller: dict[str, str]) -> httpx.Response:
    return await world.client.post(path, json=body, headers=caller)


async def _count(world: World, path: str) -> int:
    answer = await world.client.get(path, headers=world.regio)
    count: int = answer.json()["count"]
    return count


async def test_each_creation_is_done_once_and_answered_the_same_again(world: World) -> None:
    await world.basics()
    inwoner = (await world.register())["id"]
    creations: list[tuple[str, Json, dict[str, str]]] = [
        ("/v1/inwoners", inwoner_body(bsn=BSN), world.toegang),
        ("/v1/tarieflijsten", lijst_body("2026-02-01"), world.regio),
        ("/v1/raamovereenkomsten", _later(), world.regio),
        ("/v1/toewijzingen", toewijzing_body(inwoner), world.toegang),
    ]
    for path, body, caller in creations:
        first = await _post(world, path, body, keyed(caller, path))
        again = await _post(world, path, body, keyed(caller, path))
        assert (first.status_code, again.status_code) == (201, 201), (path, again.text)
        assert again.json() == first.json()
        assert again.headers.get("location") == first.headers.get("location")
        assert again.headers["content-type"] == first.headers["content-type"]
    assert await _count(world, "/v1/tarieflijsten") == 2
    assert await _count(world, "/v1/raamovereenkomsten") == 2


async def test_created_things_say_where_they_are(world: World) -> None:
    await world.basics()
    inwoner = await _post(world, "/v1/inwoners", inwoner_body(), world.toegang)
    lijst = await _post(world, "/v1/tarieflijsten", lijst_body("2026-02-01"), world.regio)
    contract = await _post(world, "/v1/raamovereenkomsten", _later(), world.regio)
    body = toewijzing_body(inwoner.json()["id"])
    toewijzing = await _post(world, "/v1/toewijzingen", body, world.toegang)
    ours, regional = (inwoner, toewijzing), (lijst, contract)
    readers = [(answer, world.toegang) for answer in ours]
    for answer, caller in [*readers, *((answer, world.regio) for answer in regional)]:
        found = await world.client.get(answer.headers["location"], headers=caller)
        assert (found.status_code, found.json()) == (200, answer.json())


async def test_without_a_key_the_same_body_is_a_new_thing(world: World) -> None:
    first = await _post(world, "/v1/inwoners", inwoner_body(), world.toegang)
    second = await _post(world, "/v1/inwoners", inwoner_body(), world.toegang)
    assert first.json()["id"] != second.json()["id"]


async def test_the_same_key_with_another_body_or_path_is_409(world: World) -> None:
    await world.put_profiel()
    await world.put_aanbieder()
    assert (
        await _post(world, "/v1/tarieflijsten", lijst_body(), keyed(world.regio))
    ).status_code == 201
    other_body = await _post(
        world, "/v1/tarieflijsten", lijst_body(naam="Anders"), keyed(world.regio)
    )
    assert_problem(other_body, 409, "sleutel_hergebruikt")
    other_path = await _post(
        world, "/v1/raamovereenkomsten", overeenkomst_body(), keyed(world.regio)
    )
    assert_problem(other_path, 409, "sleutel_hergebruikt")
    assert await _count(world, "/v1/tarieflijsten") == 1
    assert await _count(world, "/v1/raamovereenkomsten") == 0


async def test_a_known_key_does_not_go_before_the_scope_and_the_media_types(
    world: World,
) -> None:
    await _post(world, "/v1/inwoners", inwoner_body(), keyed(world.toegang))
    post = world.client.post
    known = keyed(world.toegang)
    answer = await post("/v1/inwoners", json=inwoner_body(), headers=keyed(world.financien))
    assert_problem(answer, 403)
    answer = await post("/v1/inwoners", json={}, headers=known | {"Accept": "text/html"})
    assert_problem(answer, 406)
    answer = await post("/v1/inwoners", content=b"x", headers=known | {"Content-Type": "text/csv"})
    assert_problem(answer, 415)
    large = b" " * 12_000_000
    json_type = {"Content-Type": "application/json"}
    assert_problem(await post("/v1/inwoners", content=large, headers=known | json_type), 413)


async def test_a_bad_body_under_a_known_key_is_refused(world: World) -> None:
    await world.put_profiel()
    await _post(world, "/v1/tarieflijsten", lijst_body(), keyed(world.regio))
    answer = await _post(world, "/v1/tarieflijsten", {}, keyed(world.regio))
    assert answer.status_code in {400, 409}


async def test_a_refusal_is_not_kept(world: World) -> None:
    await world.put_profiel()
    body = overeenkomst_body()
    assert_problem(await _post(world, "/v1/raamovereenkomsten", {}, keyed(world.regio)), 400)
    assert_problem(await _post(world, "/v1/raamovereenkomsten", body, keyed(world.regio)), 404)
    await world.put_aanbieder()
    answer = await _post(world, "/v1/raamovereenkomsten", body, keyed(world.regio))
    assert answer.status_code == 201, answer.text
    first = await _post(world, "/v1/inwoners", inwoner_body(bsn=BSN), world.toegang)
    refused = await _post(world, "/v1/inwoners", inwoner_body(bsn=BSN), keyed(world.toegang))
    assert_problem(refused, 409, "bsn_bekend")
    free = await _post(world, "/v1/inwoners", inwoner_body(), keyed(world.toegang))
    assert free.status_code == 201
    assert free.json()["id"] != first.json()["id"]


async def test_of_two_at_once_one_is_done(world: World) -> None:
    attempts = [
        _post(world, "/v1/inwoners", inwoner_body(), keyed(world.toegang)) for _ in range(8)
    ]
    answers = await asyncio.gather(*attempts)
    assert {answer.status_code for answer in answers} == {201}
    assert len({answer.json()["id"] for answer in answers}) == 1


async def test_of_two_at_once_at_two_services_one_is_done(
    world: World, open_client: OpenClient
) -> None:
    async with open_client() as other:
        attempts = [
            client.post("/v1/inwoners", json=inwoner_body(), headers=keyed(world.toegang))
            for client in (world.client, other) * 4
        ]
        answers = await asyncio.gather(*attempts)
    assert {answer.status_code for answer in answers} == {201}
    assert len({answer.text for answer in answers}) == 1


async def test_of_two_different_bodies_at_once_one_is_refused(world: World) -> None:
    bodies: list[Json] = [inwoner_body(geboortedatum=f"2015-05-0{day}") for day in (1, 2)]
    bodies = [body | {"woonplaatsen": []} for body in bodies]
    attempts = [_post(world, "/v1/inwoners", body, keyed(world.toegang)) for body in bodies]
    answers = await asyncio.gather(*attempts)
    codes = sorted(answer.status_code for answer in answers)
    assert codes == [201, 409], [answer.text for answer in answers]


async def test_a_key_belongs_to_its_caller(world: World, token: Headers) -> None:
    mine = await _post(world, "/v1/inwoners", inwoner_body(bsn=BSN), keyed(world.toegang))
    theirs = await _post(world, "/v1/inwoners", inwoner_body(bsn=BSN), keyed(world.other_toegang))
    assert (mine.status_code, theirs.status_code) == (201, 201)
    assert mine.json()["id"] != theirs.json()["id"]
    colleague = keyed(token("toegang", gemeente="0153", sub="collega"))
    again = await _post(world, "/v1/inwoners", inwoner_body(bsn=BSN), colleague)
    assert (again.status_code, again.json()) == (201, mine.json())


@pytest.mark.parametrize("key", ["", "x" * 256, "a\x01b", "é".encode("latin-1"), b"\xff"])
async def test_a_key_that_is_not_printable_or_too_long_is_400(world: World, key: Any) -> None:
    headers = httpx.Headers(world.toegang)
    raw = [*headers.raw, (b"Idempotency-Key", key if isinstance(key, bytes) else key.encode())]
    answer = await world.client.post("/v1/inwoners", json=inwoner_body(), headers=raw)
    assert_problem(answer, 400)


async def test_a_key_of_255_printable_characters_is_kept(world: World) -> None:
    key = "".join(chr(33 + index % 94) for index in range(255))
    first = await _post(world, "/v1/inwoners", inwoner_body(), keyed(world.toegang, key))
    again = await _post(world, "/v1/inwoners", inwoner_body(), keyed(world.toegang, key))
    assert (first.status_code, again.json()) == (201, first.json())


async def test_the_stored_answer_is_the_first_though_the_thing_has_changed(world: World) -> None:
    first = await _post(world, "/v1/inwoners", inwoner_body(), keyed(world.toegang))
    path = f"/v1/inwoners/{first.json()['id']}/woonplaatsen"
    moved: Json = {"woonplaatsen": []}
    answer = await world.client.put(path, json=moved, headers=world.toegang)
    assert answer.status_code == 200, answer.text
    again = await _post(world, "/v1/inwoners", inwoner_body(), keyed(world.toegang))
    assert (again.status_code, again.json()) == (201, first.json())


async def test_a_profiel_is_put_once_though_two_put_at_once(world: World) -> None:
    attempts = [
        world.client.put("/v1/profielen/OB1", json=profiel_body(), headers=world.regio)
        for _ in range(8)
    ]
    codes = sorted(answer.status_code for answer in await asyncio.gather(*attempts))
    assert codes == [200] * 7 + [201]


def _later() -> Json:
    return overeenkomst_body(begindatum="2028-01-01", einddatum="2028-12-31")
