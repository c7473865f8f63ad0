# SPDX-License-Identifier: EUPL-1.2
"""The work of an aanbieder: who it is for, begun and over, what changed, what may be declared."""

import asyncio
import csv
import io
from collections.abc import AsyncIterator
from datetime import timedelta
from typing import Any

import httpx
import pytest

from app.db.connection import Connection, connected_as_owner
from tests.callers import Headers
from tests.contract.declaring import (
    DUURZAAM,
    ENSCHEDE,
    GRANTED,
    HENGELO,
    A,
    B,
    Region,
    declaration,
    first,
    last,
    line,
    lived,
    opened,
    past,
    refused,
    today,
)
from tests.contract.world import BSN, assert_problem

PATIENCE_SECONDS = 30
RUNNING = {"begindatum": first(-2), "einddatum": last(2)}


@pytest.fixture
async def region(client: httpx.AsyncClient, token: Headers) -> Region:
    return await opened(client, token)


@pytest.fixture
async def db(database_url: str) -> AsyncIterator[Connection]:
    async with connected_as_owner(database_url) as connection:
        yield connection


async def _with_bsn(region: Region, **changed: Any) -> Any:
    body = {
        "bsn": BSN,
        "geboortedatum": "2010-05-05",
        "woonplaatsen": lived((ENSCHEDE, "2010-05-05")),
    }
    inwoner = await region.post("/inwoners", region.toegang(), body)
    return await region.toewijzing(inwoner["id"], **(RUNNING | changed))


async def _does(region: Region, made: Any, what: str, status: int = 200, **body: Any) -> Any:
    path = f"/toewijzingen/{made['nummer']}/{what}"
    return await region.post(path, region.aanbieder(), body, status)


async def _faults(region: Region, made: Any, what: str, **body: Any) -> set[str]:
    path = f"/v1/toewijzingen/{made['nummer']}/{what}"
    answer = await region.client.post(path, headers=region.aanbieder(), json=body)
    return {fault["code"] for fault in assert_problem(answer, 409)["invalidParams"]}


async def test_the_aanbieder_reads_its_client_and_the_gemeente_sees_that(region: Region) -> None:
    made = await _with_bsn(region)
    path = f"/toewijzingen/{made['nummer']}/client"
    client = await region.get(path, region.aanbieder())
    assert client == {
        "toewijzingNummer": made["nummer"],
        "bsn": BSN,
        "geboortedatum": "2010-05-05",
    }
    await region.get(path, region.aanbieder(B), 404)
    await region.get(path, region.toegang(), 403)
    story = f"/toewijzingen/{made['nummer']}/geschiedenis"
    found = (await region.get(story, region.toegang()))["results"]
    assert [(g["soort"], g["door"]) for g in found][1:] == [("client_ingezien", f"aanbieder-{A}")]
    own = (await region.get(story, region.aanbieder()))["results"]
    assert [g["soort"] for g in own] == ["gegeven"]


async def test_a_client_is_read_no_more_once_the_toewijzing_is_over(region: Region) -> None:
    over = await past(region)
    answer = await region.client.get(
        f"/v1/toewijzingen/{over['nummer']}/client", headers=region.aanbieder()
    )
    assert_problem(answer, 409, "toewijzing_loopt_niet")


async def test_a_start_and_a_stop_are_reported_once_and_in_order(region: Region) -> None:
    made = await region.toewijzing(await region.inwoner(), **RUNNING)
    begin, stop = str(first(-2) + timedelta(days=3)), str(first(-1))
    assert await _faults(region, made, "stop", einddatum=stop, reden="client") == {"niet_gestart"}
    outside = await _faults(region, made, "start", begindatum=str(last(3)))
    assert outside == {"buiten_toewijzing", "in_de_toekomst"}
    await _does(region, made, "start", begindatum=begin)
    early = await _faults(region, made, "stop", einddatum=str(first(-2)), reden="client")
    assert early == {"stop_voor_start"}
    await _does(region, made, "stop", einddatum=stop, reden="client")
    again = await _faults(region, made, "start", begindatum=str(first(-1) + timedelta(days=1)))
    assert again == {"al_gestart", "start_na_stop"}
    twice = await _faults(region, made, "stop", einddatum=stop, reden="client")
    assert twice == {"al_gestopt"}
    path = f"/toewijzingen/{made['nummer']}/geschiedenis"
    story = (await region.get(path, region.toegang()))["results"]
    told = [(g["soort"], g["datum"], g["reden"]) for g in story][1:]
    assert told == [("gestart", begin, None), ("gestopt", stop, "client")]


async def test_help_that_stopped_as_planned_lets_the_resultaat_be_declared(region: Region) -> None:
    made = await region.toewijzing(await region.inwoner(), **RUNNING)
    assert await region.judged(line(made, "R1", 1)) == [refused("te_vroeg")]
    await _does(region, made, "start", begindatum=str(first(-2)))
    await _does(region, made, "stop", einddatum=str(last(-1)), reden="volgens_plan")
    assert await region.judged(line(made, "R2", 1)) == [GRANTED]


async def test_an_aanbieder_may_decline_before_it_begins(region: Region) -> None:
    made = await region.toewijzing(await region.inwoner(), **RUNNING)
    gone = await _does(region, made, "weigering", toelichting="De wachttijd is te lang.")
    assert (gone["status"], gone["termijnen"]) == ("ingetrokken", [])
    assert await region.judged(line(made, "R1")) == [refused("termijn_onbekend")]
    await region.toewijzing(made["inwonerId"], **RUNNING)


async def test_declining_comes_too_late_once_begun_or_declared(region: Region) -> None:
    made = await region.toewijzing(await region.inwoner(), **RUNNING)
    await region.declare(line(made, "R1"))
    await _does(region, made, "start", begindatum=str(first(-2)))
    codes = await _faults(region, made, "weigering", toelichting="Toch niet.")
    assert codes == {"al_gestart", "al_gedeclareerd"}


async def test_the_referentie_of_the_aanbieder_stays_with_it(region: Region) -> None:
    made = await region.toewijzing(
        await region.inwoner(), **RUNNING, referentieAanbieder="V-2026-0042"
    )
    path = f"/toewijzingen/{made['nummer']}"
    for caller in (region.aanbieder(), region.toegang()):
        assert (await region.get(path, caller))["referentieAanbieder"] == "V-2026-0042"


async def _changed(region: Region, cursor: str, caller: dict[str, str], size: int = 100) -> Any:
    path = f"/toewijzingen?gewijzigdSinds={cursor}&pageSize={size}"
    return await region.get(path, caller)


async def _changes(region: Region, cursor: str, caller: dict[str, str], *expected: int) -> str:
    """Follow the cursor until exactly these were handed out, in order; gives the next cursor."""
    found: list[int] = []
    async with asyncio.timeout(PATIENCE_SECONDS):
        while len(found) < len(expected):
            page = await _changed(region, cursor, caller, 2)
            found += [t["nummer"] for t in page["results"]]
            cursor = page["cursor"]
            await asyncio.sleep(0.01)
    assert found == list(expected)
    return cursor


async def test_who_follows_the_changes_gets_each_once_and_in_order(region: Region) -> None:
    made = [await region.toewijzing(await region.inwoner(), **RUNNING) for _ in range(3)]
    other = await region.toewijzing(await region.inwoner(), **RUNNING, aanbieder=B)
    numbers = [t["nummer"] for t in made]
    cursor = await _changes(region, "0", region.aanbieder(), *numbers)
    assert (await _changed(region, cursor, region.aanbieder()))["results"] == []
    await _does(region, made[1], "start", begindatum=str(first(-2)))
    body = {"vanaf": str(today()), "reden": "Onderzoek."}
    await region.post(f"/toewijzingen/{numbers[0]}/opschorting", region.toegang(), body, 200)
    await _changes(region, cursor, region.aanbieder(), numbers[1], numbers[0])
    await _changes(region, "0", region.aanbieder(B), other["nummer"])


async def test_nothing_is_missed_of_a_transaction_that_takes_long(
    region: Region, db: Connection
) -> None:
    slow = await region.toewijzing(await region.inwoner(), **RUNNING)
    cursor = await _changes(region, "0", region.toegang(), slow["nummer"])
    async with db.transaction():
        await db.execute("UPDATE toewijzing SET status = status WHERE nummer = $1", slow["nummer"])
        quick = await region.toewijzing(await region.inwoner(), **RUNNING)
        page = await _changed(region, cursor, region.toegang())
        assert page["results"] == []
        cursor = page["cursor"]
    await _changes(region, cursor, region.toegang(), slow["nummer"], quick["nummer"])


async def test_a_cursor_of_elsewhere_or_with_a_page_is_refused(region: Region) -> None:
    for query, code in (
        ("gewijzigdSinds=1.2.3", "cursor_vervallen"),
        ("gewijzigdSinds=zomaar", "ongeldig_patroon"),
        ("page=2&gewijzigdSinds=0", "geen_pagina"),
    ):
        answer = await region.client.get(f"/v1/toewijzingen?{query}", headers=region.aanbieder())
        problem = assert_problem(answer, 400)
        assert len(problem["invalidParams"]) == 1
        assert problem["invalidParams"][0]["code"] == code or code == "ongeldig_patroon"


async def _declarable(region: Region, op: object = "", agb: str = A) -> list[tuple[int, int]]:
    query = f"?declarabelOp={op}" if op else ""
    found = await region.get(f"/termijnen{query}", region.aanbieder(agb))
    return [(t["toewijzingNummer"], t["volgnummer"]) for t in found["results"]]


async def test_what_is_declarable_on_a_day(region: Region) -> None:
    dates = {"begindatum": first(-2), "einddatum": last(1)}
    made = await region.toewijzing(
        await region.inwoner(), **dates, profiel=DUURZAAM, wet="wmo", referentieAanbieder="X1"
    )
    nummer = made["nummer"]
    assert await _declarable(region) == [(nummer, 1), (nummer, 2)]
    assert await _declarable(region, first(-1)) == [(nummer, 1)]
    assert await _declarable(region, last(-2)) == []
    assert await _declarable(region, first(2)) == [(nummer, n) for n in range(1, 5)]
    assert await _declarable(region, agb=B) == []
    await region.declare(line(made, "R1"))
    assert await _declarable(region) == [(nummer, 2)]
    (found,) = (await region.get("/termijnen", region.aanbieder()))["results"]
    assert (found["referentieAanbieder"], found["bedragCenten"]) == (
        "X1",
        made["termijnen"][1]["bedragCenten"],
    )


async def test_a_ready_made_declaratie_is_granted_as_it_stands(region: Region) -> None:
    for _ in range(3):
        await past(region)
    body = await region.get("/termijnen/_declaratie", region.aanbieder())
    assert len(body["regels"]) == 6
    made = await region.post("/declaraties", region.aanbieder(), body)
    assert (made["aantalToegekend"], made["aantalAfgekeurd"]) == (6, 0)
    assert await _declarable(region) == []
    empty = await region.get("/termijnen/_declaratie", region.aanbieder())
    assert empty["regels"] == []
    assert empty["declaratienummer"] != body["declaratienummer"]


async def test_a_ready_made_declaratie_also_comes_as_csv(region: Region) -> None:
    await past(region)
    csv_only = region.aanbieder() | {"Accept": "text/csv"}
    answer = await region.client.get("/v1/termijnen/_declaratie", headers=csv_only)
    assert answer.status_code == 200
    sent = await region.client.post(
        "/v1/declaraties?declaratienummer=V1&dagtekening=2026-01-05",
        headers=region.aanbieder() | {"Content-Type": "text/csv"},
        content=answer.content,
    )
    assert sent.json()["aantalToegekend"] == 2


async def test_a_referentie_of_a_refused_line_is_not_offered_again(region: Region) -> None:
    made = await past(region)
    used = line(made, f"T{made['nummer']}-1-1", bedragCenten=1)
    await region.declare(used)
    body = await region.get("/termijnen/_declaratie", region.aanbieder())
    assert [r["referentie"] for r in body["regels"]] == [
        f"T{made['nummer']}-1-2",
        f"T{made['nummer']}-2-1",
    ]
    assert await region.judged(*body["regels"]) == [GRANTED, GRANTED]


async def test_the_answer_file_holds_each_line_as_sent_with_its_outcome(region: Region) -> None:
    made = await past(region)
    sent = [line(made, "=R,1"), line(made, "R2", bedragCenten=1), line(made, "R3", 1)]
    declaratie = await region.post("/declaraties", region.aanbieder(), declaration("D9", *sent))
    path = f"/v1/declaraties/{declaratie['id']}/antwoord"
    answer = await region.client.get(path, headers=region.aanbieder())
    assert answer.headers["content-type"].startswith("text/csv")
    rows = list(csv.DictReader(io.StringIO(answer.text)))
    for row, regel in zip(rows, sent, strict=True):
        assert {name: row[name] for name in regel} == {k: str(v) for k, v in regel.items()}
    told = [(r["uitkomst"], r["redenen"], r["retourcodes"], r["toegekendCenten"]) for r in rows]
    start, resultaat = (str(t["bedragCenten"]) for t in made["termijnen"])
    assert told == [
        ("toegekend", "", "", start),
        ("afgekeurd", "bedrag_ongelijk al_gedeclareerd", "9346 9389", "0"),
        ("toegekend", "", "", resultaat),
    ]
    other = await region.client.get(path, headers=region.aanbieder(B))
    assert_problem(other, 404, "declaratie_niet_gevonden")


async def test_a_token_of_several_names_for_whom_each_request_is(region: Region) -> None:
    made = await past(region)
    both = region.token("aanbieder", agb=f"{A},{B}")
    path = f"/v1/toewijzingen/{made['nummer']}"
    for namens, status, code in (
        (None, 403, "namens_ontbreekt"),
        ("99000003", 403, "namens_niet_toegestaan"),
        (B, 404, "toewijzing_niet_gevonden"),
    ):
        headers = both | ({"Namens": namens} if namens else {})
        assert_problem(await region.client.get(path, headers=headers), status, code)
    answer = await region.client.get(path, headers=both | {"Namens": A})
    assert answer.status_code == 200
    finance = region.token("financien", gemeente=f"{ENSCHEDE},{HENGELO}")
    for gemeente in (ENSCHEDE, HENGELO):
        query = f"gemeente={gemeente}&vanaf=2026-01-01&totEnMet=2026-12-31"
        path = f"/v1/kosten?{query}"
        found = await region.client.get(path, headers=finance | {"Namens": gemeente})
        assert found.status_code == 200
        wrong = region.financien(gemeente) | {"Namens": "0363"}
        assert_problem(await region.client.get(path, headers=wrong), 403, "namens_niet_toegestaan")
