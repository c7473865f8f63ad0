# SPDX-License-Identifier: EUPL-1.2
"""Who saw or changed whose data: kept with each request, and told to the inwoner's gemeente."""

from collections.abc import AsyncIterator
from datetime import datetime, timedelta

import asyncpg
import httpx
import pytest

from app.api.app import ROUTERS
from app.api.clock import today
from app.api.route import declaration_of
from app.db import revisions
from app.db.connection import Connection, connected_as_owner
from app.domain.verwerking import ACTIVITEITEN
from tests.contract.test_plans import plan_body
from tests.contract.world import (
    AGB,
    BSN,
    GEMEENTE,
    OTHER,
    Json,
    World,
    assert_problem,
    inwoner_body,
    toewijzing_body,
)

TRACE = "4bf92f3577b34da6a3ce929d0e0e4736"
PERSONS = {"Inwoners", "Verzoeken", "Plannen", "Werkvoorraad", "Toewijzingen"}
NO_PERSON = {"/toewijzingen/_prijs"}


@pytest.fixture
async def db(database_url: str) -> AsyncIterator[Connection]:
    async with connected_as_owner(database_url) as db:
        yield db


@pytest.fixture
async def inwoner(world: World) -> int:
    await world.basics()
    made: int = (await world.register(bsn=BSN))["id"]
    return made


async def _inzagen(world: World, inwoner: int, **query: int) -> list[Json]:
    answer = await world.client.get(
        f"/v1/inwoners/{inwoner}/inzagen", params=query, headers=world.toegang
    )
    assert answer.status_code == 200, answer.text
    results: list[Json] = answer.json()["results"]
    return results


async def _get(
    world: World, path: str, caller: dict[str, str], **query: str | int
) -> httpx.Response:
    return await world.client.get(f"/v1/{path}", params=query, headers=caller)


async def test_each_operation_on_persons_says_for_what_purpose() -> None:
    silent = {
        (method, operation.path_format)
        for router in ROUTERS
        for operation in router.operations
        for method in operation.methods or ()
        if set(operation.tags) & PERSONS and not declaration_of(operation.endpoint).verwerking
    }
    assert {path for _, path in silent} == NO_PERSON


async def test_whoever_saw_or_changed_an_inwoner_is_told_with_the_purpose(
    world: World, inwoner: int
) -> None:
    toewijzing = await world.allocate(inwoner)
    nummer = toewijzing["nummer"]
    anna = world.token("toegang", gemeente=GEMEENTE, sub="anna")
    traced = anna | {"traceparent": f"00-{TRACE}-00f067aa0ba902b7-01"}
    assert (await _get(world, f"inwoners/{inwoner}", traced)).status_code == 200
    client = await _get(world, f"toewijzingen/{nummer}/client", world.aanbieder)
    if client.status_code == 409:  # the period is over by the clock of this machine
        await _get(world, f"toewijzingen/{nummer}", world.aanbieder)
    told = await _inzagen(world, inwoner)
    [*_, read, given, registered] = told
    assert (registered["operatie"], registered["handeling"]) == ("POST /inwoners", "schrijven")
    assert (given["operatie"], given["toewijzingNummer"]) == ("POST /toewijzingen", nummer)
    assert (read["traceId"], read["door"], read["rol"]) == (TRACE, "anna", "toegang")
    assert (read["operatie"], read["handeling"]) == ("GET /inwoners/{id}", "lezen")
    assert read["verwerkingsactiviteit"]["code"] == "toegang"
    assert "Jeugdwet" in read["verwerkingsactiviteit"]["grondslag"]
    assert datetime.fromisoformat(read["begonnenOp"]) <= datetime.fromisoformat(read["beeindigdOp"])
    [by_aanbieder] = [it for it in told if it["aanbieder"] == AGB]
    assert by_aanbieder["verwerkingsactiviteit"]["code"] == "levering"
    assert (by_aanbieder["gemeente"], by_aanbieder["status"]) == (None, "ok")
    assert not any(BSN in str(it) for it in told)
    [latest, *_] = await _inzagen(world, inwoner)
    assert latest["operatie"] == "GET /inwoners/{id}/inzagen"


async def test_only_the_gemeente_of_the_inwoner_is_told(world: World, inwoner: int) -> None:
    path = f"inwoners/{inwoner}/inzagen"
    other = await _get(world, path, world.other_toegang)
    assert_problem(other, 404, "inwoner_niet_gevonden")
    for caller in (world.aanbieder, world.financien, world.regio):
        assert_problem(await _get(world, path, caller), 403)
    assert_problem(await world.client.get(f"/v1/{path}"), 401)
    assert_problem(await _get(world, "inwoners/999999/inzagen", world.toegang), 404)
    assert_problem(await _get(world, path, world.toegang, door="anna"), 400)


async def test_a_list_puts_down_everyone_it_showed_and_nobody_else(
    world: World, db: Connection
) -> None:
    await world.basics()
    inwoners = [(await world.register())["id"] for _ in range(3)]
    for inwoner in inwoners:
        await world.allocate(inwoner)
    seen = {"page": 1, "pageSize": 2}
    assert (await _get(world, "toewijzingen", world.aanbieder, **seen)).status_code == 200
    rows = await db.fetch("SELECT inwoner_id FROM logregel WHERE operatie = 'GET /toewijzingen'")
    assert [row["inwoner_id"] for row in rows] == inwoners[:2]
    head = await world.client.head("/v1/toewijzingen", headers=world.aanbieder)
    assert head.status_code == 200
    count = "SELECT count(*) FROM logregel WHERE operatie = 'GET /toewijzingen'"
    assert await db.fetchval(count) == 2


async def test_what_is_refused_or_not_found_puts_nothing_down(
    world: World, inwoner: int, db: Connection
) -> None:
    before = await db.fetchval("SELECT count(*) FROM logregel")
    client = world.client
    again = await client.post("/v1/inwoners", json=inwoner_body(bsn=BSN), headers=world.toegang)
    assert_problem(again, 409)
    assert_problem(await _get(world, f"inwoners/{inwoner}", world.other_toegang), 404)
    body = toewijzing_body(inwoner, gemeente=OTHER)
    refused = await client.post("/v1/toewijzingen", json=body, headers=world.toegang)
    assert_problem(refused, 403)
    body = toewijzing_body(inwoner)
    quoted = await client.post("/v1/toewijzingen/_prijs", json=body, headers=world.toegang)
    assert quoted.status_code == 200
    assert await db.fetchval("SELECT count(*) FROM logregel") == before


async def test_a_request_once_asked_by_an_aanbieder_is_told_when_the_inwoner_is_known(
    world: World,
) -> None:
    await world.basics()
    asked = {
        "gemeente": GEMEENTE,
        "inwoner": {"bsn": BSN, "geboortedatum": "2015-05-05"},
        "wet": "jeugdwet",
        "profiel": "OB1",
        "intensiteit": "licht",
        "begindatum": "2026-01-01",
        "einddatum": "2026-06-30",
        "verwijzer": "huisarts",
        "referentieAanbieder": "V1",
        "beoogdeResultaten": [{"resultaat": "Slaapt door", "onderbouwing": "Uit het gesprek"}],
    }
    made = await world.client.post("/v1/verzoeken", json=asked, headers=world.aanbieder)
    assert made.status_code == 201, made.text
    verzoek = made.json()["id"]
    await _get(world, f"verzoeken/{verzoek}/client", world.toegang)
    path = f"/v1/verzoeken/{verzoek}/toewijzing"
    homes = {"woonplaatsen": inwoner_body()["woonplaatsen"]}
    given = await world.client.post(path, json=homes, headers=world.toegang)
    assert given.status_code == 201, given.text
    told = await _inzagen(world, given.json()["inwonerId"])
    assert {it["operatie"] for it in told} >= {
        "POST /verzoeken",
        "GET /verzoeken/{id}/client",
        "POST /verzoeken/{id}/toewijzing",
    }
    nummer = given.json()["nummer"]
    assert len([it for it in told if it["toewijzingNummer"] == nummer]) == 1


async def test_a_plan_puts_down_its_whole_household(world: World, db: Connection) -> None:
    await world.basics()
    household = [(await world.register())["id"] for _ in range(2)]
    made = await world.client.post("/v1/plannen", json=plan_body(*household), headers=world.toegang)
    assert made.status_code == 201, made.text
    rows = await db.fetch("SELECT inwoner_id FROM logregel WHERE operatie = 'POST /plannen'")
    assert sorted(row["inwoner_id"] for row in rows) == household
    assert set(ACTIVITEITEN) >= {
        row["activiteit"] for row in await db.fetch("SELECT activiteit FROM logregel")
    }


async def test_what_was_read_before_there_was_one_log_is_in_it_and_goes_back(
    world: World, inwoner: int, database_url: str
) -> None:
    soon = {"begindatum": str(today()), "einddatum": str(today() + timedelta(days=30))}
    nummer = (await world.allocate(inwoner, **soon))["nummer"]
    read = await _get(world, f"toewijzingen/{nummer}/client", world.aanbieder)
    assert read.status_code == 200, read.text
    told = "SELECT aanbieder, door, beeindigd_op, inwoner_id, toewijzing_nummer FROM logregel"
    told += " WHERE operatie = 'GET /toewijzingen/{nummer}/client'"
    connection = await asyncpg.connect(database_url)
    before = await connection.fetch(told)
    await revisions.downgrade(database_url, "0031")
    kept = "SELECT aanbieder, door, gelezen_op, toewijzing_nummer FROM clientinzage"
    [row] = await connection.fetch(kept)
    assert tuple(row) == (AGB, before[0]["door"], before[0]["beeindigd_op"], nummer)
    await revisions.upgrade(database_url, "head")
    assert await connection.fetch(told) == before
    await connection.close()


@pytest.mark.usefixtures("inwoner")
async def test_the_log_never_changes_and_goes_only_after_its_term(db: Connection) -> None:
    for refused in (
        "UPDATE logregel SET door = 'niemand'",
        "DELETE FROM logregel",
        "TRUNCATE logregel",
    ):
        with pytest.raises(asyncpg.RestrictViolationError):
            await db.execute(refused)
    await db.execute(
        "INSERT INTO logregel (activiteit, operatie, handeling, rol, door, begonnen_op,"
        " beeindigd_op, inwoner_id) VALUES ('toegang', 'GET /inwoners/{id}', 'lezen', 'toegang',"
        " 'anna', now() - interval '6 years', now() - interval '6 years', 1)"
    )
    old = "DELETE FROM logregel WHERE beeindigd_op < now() - interval '5 years'"
    assert await db.execute(old) == "DELETE 1"
