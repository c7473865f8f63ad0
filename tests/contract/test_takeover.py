# SPDX-License-Identifier: EUPL-1.2
"""A family moves, and the new gemeente takes over: at most once, and for the rest of the price."""

import asyncio
from datetime import date, timedelta
from typing import Any

import asyncpg
import httpx
import pytest

from app.db.connection import connected_as_owner
from tests.callers import Headers
from tests.contract.declaring import (
    ALMELO,
    DUURZAAM,
    ENSCHEDE,
    GRANTED,
    HENGELO,
    Region,
    first,
    last,
    line,
    lived,
    opened,
    today,
)
from tests.contract.world import BSN, assert_problem

YEAR = today().year - 1
HALF_YEAR = {"begindatum": f"{YEAR}-03-01", "einddatum": f"{YEAR}-08-28"}
MOVED = f"{YEAR}-06-12"


@pytest.fixture
async def region(client: httpx.AsyncClient, token: Headers) -> Region:
    return await opened(client, token)


async def _moved(region: Region, moved: str = MOVED, **changed: Any) -> Any:
    """The worked example a year back: 103 days in Enschede and 78 in Hengelo."""
    body = {
        "bsn": BSN,
        "geboortedatum": "2010-05-05",
        "woonplaatsen": lived((ENSCHEDE, "2010-05-05"), (HENGELO, moved)),
    }
    inwoner = await region.post("/inwoners", region.toegang(), body)
    return await region.toewijzing(inwoner["id"], **(HALF_YEAR | changed))


async def _ask(region: Region, made: Any, gemeente: str = HENGELO, vanaf: str = MOVED) -> Any:
    path = f"/toewijzingen/{made['nummer']}/voortzetting"
    return await region.post(path, region.toegang(), {"gemeente": gemeente, "begindatum": vanaf})


async def _accept(region: Region, asked: Any, status: int = 201, **body: Any) -> Any:
    path = f"/voortzettingen/{asked['id']}/aanvaarding"
    return await region.post(path, region.toegang(HENGELO), body, status)


async def _borne(region: Region) -> dict[str, int]:
    found = {}
    for code in (ENSCHEDE, HENGELO):
        path = f"/kosten?gemeente={code}&vanaf={first(-36)}&totEnMet={last(36)}"
        found[code] = (await region.get(path, region.financien(code)))["bedragCenten"]
    return found


async def test_the_continuation_gets_the_rest_of_the_price(region: Region) -> None:
    made = await _moved(region)
    await region.declare(line(made, "R1"))
    asked = await _ask(region, made)
    assert asked["status"] == "gevraagd"
    assert asked["overname"]["verschuldigdCenten"] == 274_287
    assert asked["overname"]["prijsCenten"] == 207_713
    new = await _accept(region, asked)
    assert (new["gemeente"], new["volgtOp"]) == (HENGELO, made["nummer"])
    assert (new["begindatum"], new["einddatum"]) == (MOVED, made["einddatum"])
    assert new["prijsCenten"] == 207_713 == sum(t["bedragCenten"] for t in new["termijnen"])
    same = ("wet", "profiel", "intensiteit", "aanbieder", "tarief", "beoogdeResultaten")
    assert [new[name] for name in same] == [made[name] for name in same]
    old = await region.get(f"/toewijzingen/{made['nummer']}", region.toegang())
    assert (old["status"], old["redenEinde"]) == ("beeindigd", "verhuizing")
    assert (old["verschuldigdCenten"], old["afrekening"]["correctieCenten"]) == (274_287, -63_113)
    assert await region.judged(line(new, "R2"), line(new, "R3", 1)) == [GRANTED, GRANTED]
    assert await _borne(region) == {ENSCHEDE: 274_287, HENGELO: 207_713}


async def test_the_new_gemeente_gets_the_inwoner_and_the_old_one_the_story(region: Region) -> None:
    made = await _moved(region)
    new = await _accept(region, await _ask(region, made))
    path = f"/inwoners/{new['inwonerId']}"
    inwoner = await region.get(path, region.toegang(HENGELO))
    assert [w["gemeente"] for w in inwoner["woonplaatsen"]] == [ENSCHEDE, HENGELO]
    await region.get(path, region.toegang(), 404)
    found = await region.post("/inwoners/_zoek", region.toegang(HENGELO), {"bsn": BSN}, 200)
    assert found["id"] == new["inwonerId"]
    story = f"/toewijzingen/{made['nummer']}/geschiedenis"
    told = (await region.get(story, region.toegang()))["results"]
    assert [g["soort"] for g in told] == ["gegeven", "voortzetting_gevraagd", "beeindigd"]
    assert told[-1]["andereToewijzing"] == new["nummer"]
    await region.get(f"/toewijzingen/{new['nummer']}", region.toegang(), 404)


async def test_the_inwoner_of_the_old_gemeente_is_told_who_took_over(region: Region) -> None:
    made = await _moved(region)
    new = await _accept(region, await _ask(region, made))
    for gemeente, inwoner, nummer in (
        (ENSCHEDE, made["inwonerId"], made["nummer"]),
        (HENGELO, new["inwonerId"], new["nummer"]),
    ):
        told = await region.get(f"/inwoners/{inwoner}/inzagen", region.toegang(gemeente))
        [accepted] = [it for it in told["results"] if it["operatie"].endswith("/aanvaarding")]
        assert (accepted["gemeente"], accepted["handeling"]) == (HENGELO, "schrijven")
        assert accepted["toewijzingNummer"] == nummer


async def test_of_a_key_that_was_withdrawn_nothing_goes_over_to_the_new_gemeente(
    region: Region, database_url: str
) -> None:
    made = await _moved(region)
    async with connected_as_owner(database_url) as db:
        # withdrawn, and broken off before its hashes were wiped
        await db.execute("UPDATE inwoner SET bsn_hash_oud = 'oud' WHERE id = $1", made["inwonerId"])
        new = await _accept(region, await _ask(region, made))
        kept = "SELECT bsn_hash IS NOT NULL, bsn_hash_oud FROM inwoner WHERE id = $1"
        assert tuple(await db.fetchrow(kept, new["inwonerId"]) or ()) == (True, None)


async def test_an_inwoner_that_the_new_gemeente_knows_is_used(region: Region) -> None:
    made = await _moved(region)
    body = {"bsn": BSN, "geboortedatum": "2010-05-05", "woonplaatsen": []}
    known = await region.post("/inwoners", region.toegang(HENGELO), body)
    asked = await _ask(region, made)
    path = f"/voortzettingen/{asked['id']}"
    assert (await region.get(path, region.toegang(HENGELO)))["bekendeInwonerId"] == known["id"]
    assert (await region.get(path, region.toegang()))["bekendeInwonerId"] is None
    other = await region.inwoner(of=HENGELO)
    answer = await region.client.post(
        f"/v1{path}/aanvaarding",
        headers=region.toegang(HENGELO),
        json={"inwonerId": other + 1000},
    )
    assert_problem(answer, 404, "inwoner_niet_gevonden")
    assert (await _accept(region, asked))["inwonerId"] == known["id"]


async def test_another_person_does_not_take_it_over(region: Region) -> None:
    asked = await _ask(region, await _moved(region))
    body = {"geboortedatum": "2011-01-01", "woonplaatsen": []}
    other = await region.post("/inwoners", region.toegang(HENGELO), body)
    answer = await region.client.post(
        f"/v1/voortzettingen/{asked['id']}/aanvaarding",
        headers=region.toegang(HENGELO),
        json={"inwonerId": other["id"]},
    )
    assert_problem(answer, 409, "andere_inwoner")


async def test_a_question_names_all_that_is_wrong_and_changes_nothing(region: Region) -> None:
    made = await _moved(region)
    path = f"/v1/toewijzingen/{made['nummer']}/voortzetting"
    for body, codes in (
        (
            {"gemeente": ENSCHEDE, "begindatum": made["begindatum"]},
            {"zelfde_gemeente", "buiten_toewijzing"},
        ),
        ({"gemeente": HENGELO, "begindatum": str(last(24))}, {"buiten_toewijzing"}),
    ):
        answer = await region.client.post(path, headers=region.toegang(), json=body)
        problem = assert_problem(answer, 409)
        assert {fault["code"] for fault in problem["invalidParams"]} == codes
    unknown = {"gemeente": "9999", "begindatum": MOVED}
    answer = await region.client.post(path, headers=region.toegang(), json=unknown)
    assert_problem(answer, 400)
    await _ask(region, made)
    again = {"gemeente": ALMELO, "begindatum": MOVED}
    answer = await region.client.post(path, headers=region.toegang(), json=again)
    assert_problem(answer, 409, "voortzetting_gevraagd")
    assert await region.get(f"/toewijzingen/{made['nummer']}", region.toegang()) == made


async def test_only_who_is_asked_accepts_and_only_once(region: Region) -> None:
    asked = await _ask(region, await _moved(region))
    path = f"/voortzettingen/{asked['id']}"
    await region.get(path, region.toegang(ALMELO), 404)
    await region.post(f"{path}/aanvaarding", region.toegang(), {}, 404)
    answers = await asyncio.gather(
        *(
            region.client.post(f"/v1{path}/aanvaarding", headers=region.toegang(HENGELO), json={})
            for _ in "12"
        )
    )
    assert sorted(answer.status_code for answer in answers) == [201, 409]
    listed = await region.get("/voortzettingen?status=aangenomen", region.toegang())
    assert [v["id"] for v in listed["results"]] == [asked["id"]]


async def test_a_question_may_be_declined_or_withdrawn_and_asked_anew(region: Region) -> None:
    made = await _moved(region)
    for caller, what, status in (
        (region.toegang(HENGELO), "afwijzing", "afgewezen"),
        (region.toegang(), "intrekking", "ingetrokken"),
    ):
        asked = await _ask(region, made)
        path = f"/voortzettingen/{asked['id']}/{what}"
        done = await region.post(path, caller, {"toelichting": "Niet nodig."}, 200)
        assert done["status"] == status
        answer = await region.client.post(
            f"/v1{path}", headers=caller, json={"toelichting": "Nog eens."}
        )
        assert_problem(answer, 409, "al_besloten")
    new = await _accept(region, await _ask(region, made))
    assert new["prijsCenten"] == 207_713


async def test_what_ended_meanwhile_is_not_taken_over(region: Region) -> None:
    made = await _moved(region)
    asked = await _ask(region, made)
    body = {"einddatum": f"{YEAR}-05-31", "reden": "client"}
    await region.post(f"/toewijzingen/{made['nummer']}/beeindiging", region.toegang(), body, 200)
    answer = await region.client.post(
        f"/v1/voortzettingen/{asked['id']}/aanvaarding",
        headers=region.toegang(HENGELO),
        json={},
    )
    problem = assert_problem(answer, 409)
    assert {f["code"] for f in problem["invalidParams"]} == {
        "toewijzing_beeindigd",
        "buiten_toewijzing",
    }


async def test_a_continuation_in_youth_care_lasts_a_year_and_no_longer(region: Region) -> None:
    vanaf = first(0)
    made = await _moved(region, str(vanaf), begindatum=first(-6), einddatum=last(29))
    asked = await _ask(region, made, vanaf=str(vanaf))
    new = await _accept(region, asked)
    a_year = date(vanaf.year + 1, vanaf.month, 1) - timedelta(days=1)
    assert new["einddatum"] == str(a_year)
    assert new["prijsCenten"] < made["prijsCenten"]
    answer = await region.client.post(
        f"/v1/toewijzingen/{new['nummer']}/verlenging",
        headers=region.toegang(HENGELO),
        json={"einddatum": str(last(14))},
    )
    problem = assert_problem(answer, 409)
    assert {f["code"] for f in problem["invalidParams"]} == {"langer_dan_een_jaar"}


async def test_an_extended_continuation_costs_only_the_days_that_come_with_it(
    region: Region,
) -> None:
    dates = {"begindatum": first(-3), "einddatum": last(2)}
    made = await _moved(region, str(first(0)), profiel=DUURZAAM, wet="wmo", **dates)
    new = await _accept(region, await _ask(region, made, vanaf=str(first(0))))
    path = f"/toewijzingen/{new['nummer']}/verlenging"
    caller = region.toegang(HENGELO)
    longer = await region.post(path, caller, {"einddatum": str(last(3))}, 200)
    assert longer["prijsCenten"] - new["prijsCenten"] in (83_333, 83_334)
    assert sum(t["bedragCenten"] for t in longer["termijnen"]) == longer["prijsCenten"]


async def test_the_database_refuses_a_continuation_that_pays_twice(
    region: Region, database_url: str
) -> None:
    made, other = await _moved(region), await region.inwoner(of=HENGELO)
    again = await region.toewijzing(other, gemeente=HENGELO, **HALF_YEAR)
    asked = await _ask(region, made)
    async with connected_as_owner(database_url) as db:
        with pytest.raises(asyncpg.CheckViolationError) as refused:
            await db.execute(
                "UPDATE voortzetting SET besluit = 'aangenomen', besloten_door = 'x',"
                " besloten_op = now(), vervolg = $2 WHERE id = $1",
                asked["id"],
                again["nummer"],
            )
    assert refused.value.constraint_name == "voortzetting_betaalt_eenmaal"
