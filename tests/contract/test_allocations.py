# SPDX-License-Identifier: EUPL-1.2
"""What toegang may allocate, what it costs and how it is paid, by the contract's letter."""

import asyncio
from typing import Any

import httpx
import pytest

from tests.callers import Headers
from tests.contract.declaring import (
    ALMELO,
    AMSTERDAM,
    DUURZAAM,
    ENSCHEDE,
    GEZIN,
    HENGELO,
    START,
    A,
    B,
    Region,
    allocation,
    opened,
)

PATHS = ("/toewijzingen", "/toewijzingen/_prijs")


@pytest.fixture
async def region(client: httpx.AsyncClient, token: Headers) -> Region:
    return await opened(client, token)


async def refused(region: Region, inwoner: int, **changed: Any) -> str:
    """The code both operations refuse with; they must say the same."""
    body = allocation(inwoner, **changed)
    headers = region.toegang(body["gemeente"])
    problems = [await region.post(path, headers, body, 409) for path in PATHS]
    assert problems[0]["code"] == problems[1]["code"]
    code: str = problems[0]["code"]
    return code


async def test_the_first_refusal_that_applies_is_the_one_that_is_named(region: Region) -> None:
    """Everything is wrong at once; each fault mended shows the next."""
    await region.profiel("DUUR", "duurzaam", {"soort": "maandelijks"}, "wmo")
    none = "99000009"
    await region.answer(
        "PUT",
        f"/aanbieders/{none}",
        region.regio,
        {"naam": "Zonder", "specialisaties": [], "gemeenten": []},
        201,
    )
    inwoner = await region.inwoner((HENGELO, "2010-01-01"), of=ALMELO)
    asked: dict[str, Any] = {
        "gemeente": ALMELO, "wet": "jeugdwet", "profiel": "DUUR", "aanbieder": none,
    }  # fmt: skip
    assert await refused(region, inwoner, **asked) == "profiel_niet_voor_wet"
    asked["wet"] = "wmo"
    assert await refused(region, inwoner, **asked) == "geen_raamovereenkomst"
    asked["aanbieder"] = A
    assert await refused(region, inwoner, **asked) == "gemeente_niet_gecontracteerd"
    asked["gemeente"] = ENSCHEDE
    inwoner = await region.inwoner((HENGELO, "2010-01-01"))
    assert await refused(region, inwoner, **asked) == "profiel_niet_gecontracteerd"
    other = "99000003"
    await region.contract(other, profielen=["DUUR", DUURZAAM])
    asked["aanbieder"] = other
    assert await refused(region, inwoner, **asked) == "andere_gemeente_verantwoordelijk"
    inwoner = await region.inwoner()
    assert await refused(region, inwoner, **asked) == "geen_tarief"
    asked["profiel"] = DUURZAAM
    await region.toewijzing(inwoner, **asked)
    assert await refused(region, inwoner, **asked) == "overlappende_toewijzing"


async def test_a_contract_that_does_not_hold_on_the_begindatum_is_no_contract(
    region: Region,
) -> None:
    short = "99000004"
    await region.contract(short, begindatum="2026-02-02", einddatum="2026-12-31")
    inwoner = await region.inwoner()
    assert await refused(region, inwoner, aanbieder=short) == "geen_raamovereenkomst"
    await region.toewijzing(inwoner, aanbieder=short, begindatum="2026-02-02")


async def test_the_refusal_for_residence_names_the_gemeente_that_answers_for_it(
    region: Region,
) -> None:
    inwoner = await region.inwoner((HENGELO, "2010-01-01"))
    for path in PATHS:
        problem = await region.post(path, region.toegang(), allocation(inwoner), 409)
        assert problem["code"] == "andere_gemeente_verantwoordelijk"
        assert HENGELO in problem["detail"] or "Hengelo" in problem["detail"]


async def test_the_residence_on_the_begindatum_decides_and_not_a_later_one(region: Region) -> None:
    gone = await region.inwoner((ENSCHEDE, "2010-01-01"), (HENGELO, START))
    assert await refused(region, gone) == "andere_gemeente_verantwoordelijk"
    leaving = await region.inwoner((ENSCHEDE, "2010-01-01"), (HENGELO, "2026-02-02"))
    await region.toewijzing(leaving)


async def test_a_gemeente_outside_the_region_is_another_gemeente_too(region: Region) -> None:
    inwoner = await region.inwoner((AMSTERDAM, "2010-01-01"))
    assert await refused(region, inwoner) == "andere_gemeente_verantwoordelijk"


async def test_residence_that_is_not_established_does_not_refuse(region: Region) -> None:
    unknown = await region.inwoner((None, "2010-01-01"))
    await region.toewijzing(unknown)
    before_the_first = await region.inwoner((HENGELO, "2026-02-02"))
    await region.toewijzing(before_the_first)


async def test_spoed_passes_by_residence_and_by_nothing_else(region: Region) -> None:
    inwoner = await region.inwoner((HENGELO, "2010-01-01"))
    spoed = {"reden": "Crisis thuis"}
    made = await region.toewijzing(inwoner, spoed=spoed)
    assert made["spoed"] == spoed
    assert await refused(region, inwoner, spoed=spoed) == "overlappende_toewijzing"


async def test_an_overlap_is_of_one_inwoner_profiel_and_aanbieder(region: Region) -> None:
    inwoner = await region.inwoner()
    await region.toewijzing(inwoner)
    last_day = {"begindatum": "2026-07-31", "einddatum": "2026-12-31"}
    assert await refused(region, inwoner, **last_day) == "overlappende_toewijzing"
    changed = {"intensiteit": "licht", "einddatum": START, "begindatum": "2026-01-01"}
    assert await refused(region, inwoner, **changed) == "overlappende_toewijzing"
    await region.toewijzing(inwoner, begindatum="2026-08-01", einddatum="2026-12-31")
    await region.toewijzing(inwoner, aanbieder=B)
    await region.toewijzing(inwoner, profiel=GEZIN)
    await region.toewijzing(await region.inwoner())


async def test_another_gemeente_in_the_body_is_forbidden(region: Region) -> None:
    inwoner = await region.inwoner()
    body = allocation(inwoner, gemeente=HENGELO)
    for path in PATHS:
        problem = await region.post(path, region.toegang(), body, 403)
        assert problem["status"] == 403


async def test_what_does_not_exist_or_is_anothers_is_not_found(region: Region) -> None:
    mine, theirs = await region.inwoner(), await region.inwoner(of=HENGELO)
    for body in (
        allocation(999_999),
        allocation(theirs),
        allocation(mine, profiel="NIETS"),
        allocation(mine, aanbieder="99000099"),
        allocation(theirs, wet="wmo"),  # not found comes before refused
    ):
        for path in PATHS:
            problem = await region.post(path, region.toegang(), body, 404)
            assert problem["status"] == 404


async def test_bad_input_names_every_fault_at_once(region: Region) -> None:
    body = allocation(1, wet="awbz", begindatum="2026-02-30", beoogdeResultaten=[], kleur="rood")
    del body["intensiteit"]
    for path in PATHS:
        problem = await region.post(path, region.toegang(), body, 400)
        names = " ".join(fault["name"] for fault in problem["invalidParams"])
        for name in ("wet", "begindatum", "beoogdeResultaten", "kleur", "intensiteit"):
            assert name in names


async def test_a_period_that_ends_before_it_begins_is_bad_input(region: Region) -> None:
    inwoner = await region.inwoner()
    body = allocation(inwoner, begindatum="2026-07-31", einddatum="2026-02-01")
    await region.post("/toewijzingen", region.toegang(), body, 400)


async def test_a_new_toewijzing_answers_where_it_lives_and_repeats_the_input(
    region: Region,
) -> None:
    lijst = (await region.get("/tarieflijsten", region.regio))["results"][0]
    body = allocation(await region.inwoner(), verwijzer="huisarts")
    answer = await region.client.post("/v1/toewijzingen", headers=region.toegang(), json=body)
    made = answer.json()
    assert answer.status_code == 201
    assert answer.headers["Location"].endswith(f"/v1/toewijzingen/{made['nummer']}")
    assert 1 <= made["nummer"] <= 999_999_999
    assert made["status"] == "actief"
    assert made["prijsCenten"] == 482_000
    tarief = {"bedragCenten": 482_000, "vanaf": "2010-01-01", "tarieflijst": lijst["id"]}
    assert made["tarief"] == tarief
    assert {name: made[name] for name in body} == body
    location = answer.headers["Location"].removeprefix("http://noaber.test")
    assert (await region.client.get(location, headers=region.toegang())).json() == made


async def test_the_default_verwijzer_is_the_gemeente(region: Region) -> None:
    assert (await region.toewijzing(await region.inwoner()))["verwijzer"] == "gemeente"


async def test_of_two_allocations_at_once_one_overlaps(region: Region) -> None:
    body, headers = allocation(await region.inwoner()), region.toegang()
    answers = await asyncio.gather(
        *(region.client.post("/v1/toewijzingen", headers=headers, json=body) for _ in range(4))
    )
    assert sorted(answer.status_code for answer in answers) == [201, 409, 409, 409]


async def test_toegang_lists_its_own_toewijzingen_and_filters_them(region: Region) -> None:
    one, two = await region.inwoner(), await region.inwoner()
    first = (await region.toewijzing(one))["nummer"]
    second = (await region.toewijzing(two, aanbieder=B))["nummer"]
    theirs = (await region.toewijzing(await region.inwoner(of=HENGELO), gemeente=HENGELO))["nummer"]

    async def listed(query: str) -> list[int]:
        page = await region.get(f"/toewijzingen{query}", region.toegang())
        assert page["count"] == len(page["results"])
        return sorted(made["nummer"] for made in page["results"])

    assert await listed("") == sorted([first, second])
    assert await listed(f"?inwonerId={two}") == [second]
    assert await listed(f"?aanbieder={A}") == [first]
    assert await listed("?status=actief") == sorted([first, second])
    assert await listed("?status=beeindigd") == []
    await region.get(f"/toewijzingen/{theirs}", region.toegang(), 404)
    await region.get("/toewijzingen?status=weg", region.toegang(), 400)
    await region.get(f"/toewijzingen?gemeente={ENSCHEDE}", region.toegang(), 400)


async def test_an_aanbieder_sees_the_toewijzingen_it_got_from_all_gemeenten(
    region: Region,
) -> None:
    mine = (await region.toewijzing(await region.inwoner()))["nummer"]
    also = (await region.toewijzing(await region.inwoner(of=HENGELO), gemeente=HENGELO))["nummer"]
    other = (await region.toewijzing(await region.inwoner(), aanbieder=B))["nummer"]
    page = await region.get("/toewijzingen", region.aanbieder())
    assert sorted(made["nummer"] for made in page["results"]) == sorted([mine, also])
    assert (await region.get(f"/toewijzingen?aanbieder={B}", region.aanbieder()))["count"] == 0
    assert (await region.get(f"/toewijzingen/{mine}", region.aanbieder()))["nummer"] == mine
    await region.get(f"/toewijzingen/{other}", region.aanbieder(), 404)


async def test_an_aanbieder_allocates_nothing(region: Region) -> None:
    body = allocation(await region.inwoner())
    for path in PATHS:
        await region.post(path, region.aanbieder(), body, 403)
