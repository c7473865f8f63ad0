# SPDX-License-Identifier: EUPL-1.2
"""Two callers at the same moment, held back until both are on their way."""

import asyncio
from collections.abc import Coroutine, Sequence
from datetime import date
from typing import Any

import httpx

from app.db.connection import Connection
from app.domain.period import Periode
from app.settlement import settle
from tests.callers import Headers
from tests.naive import Toewijzing, Verhuizing
from tests.pools import Watched
from tests.settlement import region

AGB = region.AANBIEDERS[0]
STAYS: list[Verhuizing] = [(date(2020, 1, 1), "0153")]
FIRST_HALF = Periode(date(2025, 1, 1), date(2025, 6, 30))
PATIENCE_SECONDS = 10

Answers = list[httpx.Response]


async def _let_go_together(
    pool: Watched, lock: str, requests: Sequence[Coroutine[Any, Any, httpx.Response]]
) -> Answers:
    """Take a lock, start the requests, and give it back when all of them wait for it."""
    async with pool.acquire() as holder, holder.transaction():
        await holder.execute(lock)
        tasks = [asyncio.create_task(request) for request in requests]
        await _until_waiting(holder, len(tasks))
    return list(await asyncio.gather(*tasks))


async def _until_waiting(db: Connection, aantal: int) -> None:
    # A lock on a row is one on the transaction that holds it, and belongs to no database.
    waiting = """
        SELECT count(DISTINCT pid) FROM pg_locks
        WHERE NOT granted
          AND (database IS NULL
               OR database = (SELECT oid FROM pg_database WHERE datname = current_database()))
    """
    async with asyncio.timeout(PATIENCE_SECONDS):
        while await db.fetchval(waiting) < aantal:
            await asyncio.sleep(0.01)


async def _toewijzing(db: Connection, verhuizingen: Sequence[Verhuizing] = STAYS) -> Toewijzing:
    regio = await region.found(db)
    inwoner = await region.register_inwoner(db, verhuizingen)
    return await region.allocate(db, regio, inwoner, AGB, "H70", FIRST_HALF, 482_000)


LOCK_AANBIEDER = f"SELECT pg_advisory_xact_lock(hashtext('declaratie'), {int(AGB)})"


async def test_the_same_declaratie_twice_at_once_is_settled_once(
    pool: Watched, db: Connection, client: httpx.AsyncClient, token: Headers
) -> None:
    toewijzing = await _toewijzing(db)
    body = region.as_json("2026001", region.line(1, "R1", toewijzing, toewijzing.termijnen[0]))
    headers = token("aanbieder", agb=AGB)
    answers = await _let_go_together(
        pool,
        LOCK_AANBIEDER,
        [client.post("/v1/declaraties", json=body, headers=headers) for _ in range(4)],
    )
    assert sorted(answer.status_code for answer in answers) == [200, 200, 200, 201]
    assert len({answer.text for answer in answers}) == 1
    assert await db.fetchval("SELECT count(*) FROM boeking") == 1


async def test_another_declaratie_under_the_same_number_at_once_is_refused(
    pool: Watched, db: Connection, client: httpx.AsyncClient, token: Headers
) -> None:
    start, resultaat = (toewijzing := await _toewijzing(db)).termijnen
    bodies = [
        region.as_json("2026001", region.line(1, "R1", toewijzing, start)),
        region.as_json("2026001", region.line(1, "R2", toewijzing, resultaat)),
    ]
    headers = token("aanbieder", agb=AGB)
    answers = await _let_go_together(
        pool,
        LOCK_AANBIEDER,
        [client.post("/v1/declaraties", json=body, headers=headers) for body in bodies],
    )
    assert sorted(answer.status_code for answer in answers) == [201, 409]
    assert await db.fetchval("SELECT count(*) FROM declaratieregel") == 1


async def test_a_termijn_declared_twice_at_once_is_granted_once(
    pool: Watched, db: Connection, client: httpx.AsyncClient, token: Headers
) -> None:
    toewijzing = await _toewijzing(db)
    start = toewijzing.termijnen[0]
    bodies = [
        region.as_json(f"202600{n}", region.line(1, f"R{n}", toewijzing, start)) for n in range(4)
    ]
    headers = token("aanbieder", agb=AGB)
    answers = await _let_go_together(
        pool,
        LOCK_AANBIEDER,
        [client.post("/v1/declaraties", json=body, headers=headers) for body in bodies],
    )
    assert {answer.status_code for answer in answers} == {201}
    toegekend = sorted(answer.json()["aantalToegekend"] for answer in answers)
    assert toegekend == [0, 0, 0, 1]
    reasons = await db.fetch("SELECT redenen FROM oordeel")
    assert [row["redenen"] for row in reasons] == [["al_gedeclareerd"]] * 3


async def test_a_grant_credited_twice_at_once_is_credited_once(
    pool: Watched, db: Connection, client: httpx.AsyncClient, token: Headers
) -> None:
    toewijzing = await _toewijzing(db)
    start = toewijzing.termijnen[0]
    await region.declare(
        pool, AGB, "1", [region.line(1, "R0", toewijzing, start)], date(2026, 1, 5)
    )
    bodies = [
        region.as_json(f"202600{n}", region.line(1, f"R{n}", toewijzing, start, credits="R0"))
        for n in (1, 2)
    ]
    headers = token("aanbieder", agb=AGB)
    answers = await _let_go_together(
        pool,
        LOCK_AANBIEDER,
        [client.post("/v1/declaraties", json=body, headers=headers) for body in bodies],
    )
    assert sorted(answer.json()["toegekendCenten"] for answer in answers) == [-337_400, 0]
    assert await db.fetchval("SELECT sum(bedrag_centen)::bigint FROM boeking") == 0


async def test_declaraties_of_two_aanbieders_do_not_wait_for_each_other(
    pool: Watched, db: Connection, client: httpx.AsyncClient, token: Headers
) -> None:
    toewijzing = await _toewijzing(db)
    body = region.as_json("2026001", region.line(1, "R1", toewijzing, toewijzing.termijnen[0]))
    other = token("aanbieder", agb=region.AANBIEDERS[1])
    async with pool.acquire() as holder, holder.transaction():
        await settle.lock_aanbieder(holder, AGB)
        async with asyncio.timeout(PATIENCE_SECONDS):
            answer = await client.post("/v1/declaraties", json=body, headers=other)
    assert answer.status_code == 201


async def _ask(client: httpx.AsyncClient, token: Headers, inwoner: int) -> httpx.Response:
    body = {
        "inwonerId": inwoner,
        "gemeente": "0153",
        "wet": "jeugdwet",
        "profiel": "H70",
        "intensiteit": "licht",
        "aanbieder": AGB,
        "begindatum": "2026-02-01",
        "einddatum": "2026-07-31",
        "beoogdeResultaten": [{"resultaat": "Naar school", "onderbouwing": "Gesprek"}],
    }
    return await client.post(
        "/v1/toewijzingen", json=body, headers=token("toegang", gemeente="0153")
    )


async def test_overlapping_toewijzingen_at_once_are_given_once(
    pool: Watched, db: Connection, client: httpx.AsyncClient, token: Headers
) -> None:
    await region.found(db)
    inwoner = await region.register_inwoner(db, STAYS)
    # Both have looked and found nothing when they reach the table.
    answers = await _let_go_together(
        pool,
        "LOCK TABLE toewijzing IN SHARE MODE",
        [_ask(client, token, inwoner) for _ in range(2)],
    )
    assert sorted(answer.status_code for answer in answers) == [201, 409]
    refused = max(answers, key=lambda answer: answer.status_code)
    assert refused.json()["code"] == "overlappende_toewijzing"
    assert await db.fetchval("SELECT count(*) FROM toewijzing") == 1


async def test_an_inwoner_wiped_meanwhile_gets_no_toewijzing(
    pool: Watched, db: Connection, client: httpx.AsyncClient, token: Headers
) -> None:
    await region.found(db)
    inwoner = await region.register_inwoner(db, STAYS)
    answers = await _let_go_together(
        pool,
        f"UPDATE inwoner SET gewist_op = now(), geboortedatum = NULL WHERE id = {inwoner}",
        [_ask(client, token, inwoner)],
    )
    assert [(a.status_code, a.json().get("code")) for a in answers] == [
        (404, "inwoner_niet_gevonden")
    ]
    assert await db.fetchval("SELECT count(*) FROM toewijzing") == 0


async def test_a_woonplaats_lost_between_judging_and_booking_undoes_the_declaratie(
    pool: Watched, db: Connection, client: httpx.AsyncClient, token: Headers
) -> None:
    toewijzing = await _toewijzing(db, [(date(2020, 1, 1), "0153"), (date(2025, 3, 1), "0141")])
    body = region.as_json("2026001", region.line(1, "R1", toewijzing, toewijzing.termijnen[0]))
    headers = token("aanbieder", agb=AGB)
    async with pool.acquire() as holder, holder.transaction():
        await holder.execute("LOCK TABLE boeking IN SHARE MODE")
        declaring = asyncio.create_task(client.post("/v1/declaraties", json=body, headers=headers))
        await _until_waiting(holder, 1)
        await region.move(holder, toewijzing.inwoner, [(date(2025, 2, 1), "0153")])
    answer = await declaring
    assert (answer.status_code, answer.json()["code"]) == (503, "woonplaats_gewijzigd")
    assert answer.headers["Retry-After"]
    assert await db.fetchval("SELECT count(*) FROM declaratie") == 0
    again = await client.post("/v1/declaraties", json=body, headers=headers)
    assert (again.status_code, again.json()["aantalAangehouden"]) == (201, 1)
