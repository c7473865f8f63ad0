# SPDX-License-Identifier: EUPL-1.2
"""A declaratie may be rehearsed: judged by the very same steps, and nothing of it stays."""

import asyncio
from typing import Any

import asyncpg
import httpx
import pytest

from tests.callers import Headers
from tests.contract.declaring import (
    PAST,
    A,
    B,
    Region,
    credit,
    declaration,
    line,
    opened,
    past,
    today,
)
from tests.contract.world import assert_problem

TABLES = ("declaratie", "declaratieregel", "oordeel", "boeking", "kostensom", "idempotentie")


@pytest.fixture
async def region(client: httpx.AsyncClient, token: Headers) -> Region:
    return await opened(client, token)


async def _check(region: Region, *regels: dict[str, Any], nummer: str = "P1") -> httpx.Response:
    body = declaration(nummer, *regels)
    headers = region.aanbieder()
    return await region.client.post("/v1/declaraties/_controleer", headers=headers, json=body)


async def _contents(database_url: str) -> list[Any]:
    db = await asyncpg.connect(database_url)
    found = [await db.fetch(f"SELECT * FROM {table} ORDER BY 1, 2") for table in TABLES]
    await db.close()
    return found


async def test_what_is_rehearsed_is_what_happens_and_leaves_nothing(
    region: Region, database_url: str
) -> None:
    made = await past(region)
    held = await region.toewijzing(await region.inwoner((None, "2010-01-01")), **PAST)
    await region.declare(line(made, "R1"))
    regels = [
        line(made, "R2", 1),
        credit(line(made, "R1"), "R3"),
        line(held, "R4"),
        line(made, "R5", bedragCenten=1),
        line(made, "R6", toewijzingNummer=999_999_999),
    ]
    before = await _contents(database_url)
    rehearsed = [await _check(region, *regels, nummer="TELLEN1") for _ in range(2)]
    assert await _contents(database_url) == before
    assert [answer.status_code for answer in rehearsed] == [200, 200]
    assert rehearsed[0].json() == rehearsed[1].json()
    declaratie = await region.declare(*regels, nummer="TELLEN1")
    shown = rehearsed[0].json()
    assert shown.pop("regels") == await region.regels(declaratie)
    assert shown == {key: declaratie[key] for key in shown}
    assert (shown["aantalToegekend"], shown["aantalAangehouden"]) == (2, 1)


async def test_a_declaratie_that_was_handed_in_is_shown_as_it_stands(region: Region) -> None:
    made = await past(region)
    regel = line(made, "R1")
    declaratie = await region.declare(regel, nummer="A1")
    again = await _check(region, regel, nummer="A1")
    assert again.json()["regels"] == await region.regels(declaratie)
    other = await _check(region, line(made, "R2"), nummer="A1")
    assert_problem(other, 409, "declaratienummer_bekend")


async def test_csv_is_rehearsed_as_well(region: Region) -> None:
    made = await past(region)
    regel = line(made, "R1")
    text = ",".join(regel) + "\n" + ",".join(map(str, regel.values())) + "\n"
    answer = await region.client.post(
        "/v1/declaraties/_controleer",
        params={"declaratienummer": "C1", "dagtekening": str(today())},
        headers=region.aanbieder() | {"Content-Type": "text/csv"},
        content=text.encode(),
    )
    assert answer.json()["aantalToegekend"] == 1, answer.text


async def test_faults_of_shape_and_of_size_are_told(region: Region) -> None:
    made = await past(region)
    wrong = await _check(region, line(made, "R1", mijlpaal="slot", begindatum="2026-02-30"))
    problem = assert_problem(wrong, 400)
    assert {fault["name"] for fault in problem["invalidParams"]} == {
        "regels[0].mijlpaal",
        "regels[0].begindatum",
    }
    many = await _check(region, *(line(made, f"R{n}") for n in range(1_001)))
    assert_problem(many, 413, "te_veel_regels")
    most = await _check(region, *(line(made, f"R{n}") for n in range(1_000)))
    assert most.json()["aantalRegels"] == 1_000
    headers = region.aanbieder() | {"Content-Type": "text/csv"}
    large = await region.client.post(
        "/v1/declaraties/_controleer", headers=headers, content=b"x" * (1024 * 1024 + 1)
    )
    assert_problem(large, 413)


async def test_only_an_aanbieder_rehearses_and_only_against_its_own(region: Region) -> None:
    made = await past(region)
    body = declaration("P1", line(made, "R1"))
    path = "/v1/declaraties/_controleer"
    assert_problem(await region.client.post(path, json=body), 401)
    for caller in (region.toegang(), region.financien(), region.regio):
        assert_problem(await region.client.post(path, json=body, headers=caller), 403)
    stranger = await region.client.post(path, json=body, headers=region.aanbieder(B))
    [regel] = stranger.json()["regels"]
    assert [reden["code"] for reden in regel["redenen"]] == ["toewijzing_onbekend"]


async def test_rehearsing_and_declaring_at_once_do_not_disturb_each_other(region: Region) -> None:
    made = await past(region)
    rehearsals = (_check(region, line(made, "R1"), nummer=f"P{n}") for n in range(4))
    declaratie, *answers = await asyncio.gather(
        region.declare(line(made, "R1"), nummer="ECHT1"), *rehearsals
    )
    assert declaratie["aantalToegekend"] == 1
    for answer in answers:
        assert answer.status_code == 200, answer.text
    assert (await region.get("/declaraties", region.aanbieder(A)))["count"] == 1
