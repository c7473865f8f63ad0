# SPDX-License-Identifier: EUPL-1.2
"""A creating request under an Idempotency-Key is done once."""

import asyncio

import asyncpg
import httpx

from tests.api.test_manners import BODY, problem
from tests.callers import Headers

CSV = {"Content-Type": "text/csv"}


def keyed(headers: dict[str, str], key: str = "sleutel 1") -> dict[str, str]:
    return headers | {"Idempotency-Key": key}


async def test_the_same_again_gives_the_first_answer(
    proeven: httpx.AsyncClient, token: Headers
) -> None:
    toegang = keyed(token("toegang", gemeente="0153"))
    first = await proeven.post("/v1/proeven", headers=toegang, json=BODY)
    again = await proeven.post("/v1/proeven", headers=toegang, json=BODY)
    assert first.status_code == again.status_code == 201
    assert first.json()["nummer"] == 1
    assert again.content == first.content
    for name in ("Location", "Content-Type", "API-Version"):
        assert again.headers[name] == first.headers[name]


async def test_without_a_key_it_is_done_again(proeven: httpx.AsyncClient, token: Headers) -> None:
    toegang = token("toegang", gemeente="0153")
    answers = [await proeven.post("/v1/proeven", headers=toegang, json=BODY) for _ in range(2)]
    assert [answer.json()["nummer"] for answer in answers] == [1, 2]


async def test_the_key_is_spent_on_one_body_one_query_and_one_path(
    proeven: httpx.AsyncClient, token: Headers
) -> None:
    toegang = keyed(token("toegang", gemeente="0153"))
    await proeven.post("/v1/proeven", headers=toegang, json=BODY)
    other = await proeven.post("/v1/proeven", headers=toegang, json={**BODY, "naam": "twee"})
    problem(other, 409, "sleutel_hergebruikt")
    other = await proeven.post("/v1/proeven/_meet", headers=toegang | CSV, content=b"x")
    problem(other, 409, "sleutel_hergebruikt")


async def test_a_body_that_streams_counts_as_well(
    proeven: httpx.AsyncClient, token: Headers
) -> None:
    toegang = keyed(token("toegang", gemeente="0153")) | CSV
    body = b"x" * 200_000
    first = await proeven.post("/v1/proeven/_meet", headers=toegang, content=body)
    again = await proeven.post("/v1/proeven/_meet", headers=toegang, content=body)
    assert first.text == again.text == "text/csv,200000"
    other = await proeven.post("/v1/proeven/_meet", headers=toegang, content=body + b"y")
    problem(other, 409, "sleutel_hergebruikt")


async def test_each_caller_has_its_own_keys(proeven: httpx.AsyncClient, token: Headers) -> None:
    callers = [
        token("toegang", gemeente="0153"),
        token("toegang", gemeente="0141"),
        token("toegang", gemeente="0153", sub="een collega"),
    ]
    nummers = [
        (await proeven.post("/v1/proeven", headers=keyed(caller), json=BODY)).json()["nummer"]
        for caller in callers
    ]
    assert nummers == [1, 2, 1]


async def test_what_failed_is_not_kept(
    proeven: httpx.AsyncClient, token: Headers, database_url: str
) -> None:
    toegang = keyed(token("toegang", gemeente="0153"))
    for _ in range(2):
        answer = await proeven.post("/v1/proeven", headers=toegang, json={**BODY, "naam": "bezet"})
        problem(answer, 409, "bezet")
    problem(await proeven.post("/v1/proeven", headers=toegang, json={}), 400, "ongeldige_aanvraag")
    answer = await proeven.post("/v1/proeven", headers=toegang, json=BODY)
    assert (answer.status_code, answer.json()["nummer"]) == (201, 1)


async def test_of_two_at_once_the_second_waits_for_the_first(
    proeven: httpx.AsyncClient, token: Headers
) -> None:
    toegang = keyed(token("toegang", gemeente="0153"))
    body = {**BODY, "naam": "traag"}
    answers = await asyncio.gather(
        *(proeven.post("/v1/proeven", headers=toegang, json=body) for _ in range(4))
    )
    assert {answer.status_code for answer in answers} == {201}
    assert {answer.json()["nummer"] for answer in answers} == {1}


async def test_the_body_is_not_stored_and_old_keys_are_forgotten(
    proeven: httpx.AsyncClient, token: Headers, database_url: str
) -> None:
    toegang = token("toegang", gemeente="0153")
    await proeven.post("/v1/proeven", headers=keyed(toegang, "oud"), json=BODY)
    db = await asyncpg.connect(database_url)
    stored = await db.fetchrow("SELECT * FROM idempotentie")
    assert stored is not None
    assert (stored["beller"], stored["sleutel"]) == ("toegang 0153", "oud")
    assert len(stored["aanvraag_hash"]) == 32
    await db.execute("UPDATE idempotentie SET aangemaakt_op = now() - interval '49 hours'")
    await proeven.post("/v1/proeven", headers=keyed(toegang, "nieuw"), json=BODY)
    assert [row["sleutel"] for row in await db.fetch("SELECT sleutel FROM idempotentie")] == [
        "nieuw"
    ]
    await db.close()


async def test_a_malformed_key_is_400(proeven: httpx.AsyncClient, token: Headers) -> None:
    toegang = token("toegang", gemeente="0153")
    for key in ("", "x" * 256, "sleutel\té", "é"):
        headers = toegang | {"Idempotency-Key": key}
        answer = await proeven.post(
            "/v1/proeven",
            headers=[(n.encode(), value.encode("latin-1")) for n, value in headers.items()],
            json=BODY,
        )
        found = problem(answer, 400, "ongeldige_aanvraag")
        assert [fault["name"] for fault in found["invalidParams"]] == ["Idempotency-Key"]
