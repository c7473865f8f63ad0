# SPDX-License-Identifier: EUPL-1.2
"""Residence by law: derived from addresses and stays, kept with what was said before, and used."""

import asyncio
from collections.abc import AsyncIterator
from datetime import UTC, datetime
from typing import Any

import httpx
import pytest

from app.settlement.workers import working
from tests.callers import Headers
from tests.contract.declaring import (
    ALMELO,
    AMSTERDAM,
    ENSCHEDE,
    GEZIN,
    GRANTED,
    HENGELO,
    PAST,
    Region,
    judgement,
    line,
    opened,
    parts,
    past,
)
from tests.contract.world import assert_problem

BORN = "2010-05-05"
PATIENCE_SECONDS = 30
HELD = ("aangehouden", {"woonplaats_onbekend"})


def address(gemeente: str | None, vanaf: str = BORN, soort: str = "woonadres") -> dict[str, Any]:
    return {"gemeente": gemeente, "vanaf": vanaf, "soort": soort}


def stay(begin: str, einde: str | None = None, soort: str = "pleegouder") -> dict[str, Any]:
    return {"soort": soort, "begindatum": begin, "einddatum": einde}


class Lives:
    """A region, and what its toegang says of where its inwoners live."""

    def __init__(self, region: Region) -> None:
        self.region = region
        self.toegang = region.toegang()

    async def send(
        self, inwoner: int, *adressen: Any, caller: dict[str, str] | None = None, **more: Any
    ) -> httpx.Response:
        """Whatever comes of saying where an inwoner lives."""
        return await self.region.client.put(
            f"/v1/inwoners/{inwoner}/woongeschiedenis",
            json={"adressen": list(adressen), **more},
            headers=caller or self.toegang,
        )

    async def say(self, inwoner: int, *adressen: Any, **more: Any) -> Any:
        answer = await self.send(inwoner, *adressen, **more)
        assert answer.status_code == 200, answer.text
        return answer.json()

    async def on(self, inwoner: int, wet: str, peildatum: str, **query: Any) -> tuple[Any, Any]:
        """The gemeente and the grondslag of a day."""
        answer = await self.region.client.get(
            f"/v1/inwoners/{inwoner}/woonplaats",
            params={"wet": wet, "peildatum": peildatum, **query},
            headers=self.toegang,
        )
        assert answer.status_code == 200, answer.text
        return answer.json()["gemeente"], answer.json()["grondslag"]


@pytest.fixture
async def lives(
    client: httpx.AsyncClient, token: Headers, database_url: str
) -> AsyncIterator[Lives]:
    region = await opened(client, token)
    async with working(database_url, 1):
        yield Lives(region)


async def test_each_law_has_its_own_gemeente_and_says_why(lives: Lives) -> None:
    inwoner = await lives.region.inwoner()
    told = await lives.say(
        inwoner, address(ENSCHEDE), address(ALMELO, "2026-02-10"), verblijven=[stay("2026-02-10")]
    )
    assert told["verantwoordelijk"]["jeugdwet"][-1] == {
        "vanaf": "2026-02-10",
        "totEnMet": None,
        "gemeente": ENSCHEDE,
        "grondslag": "verblijf",
        "artikel": "Jeugdwet art. 1.1",
        "stap": 2,
        "uitleg": "Stap 2: verblijf sinds 2026-02-10, aaneengesloten. Het woonadres onmiddellijk "
        "daarvoor was in gemeente 0153.",
    }
    assert await lives.on(inwoner, "jeugdwet", "2026-03-01") == (ENSCHEDE, "verblijf")
    assert await lives.on(inwoner, "wmo", "2026-03-01") == (ALMELO, "brp")
    assert await lives.on(inwoner, "wmo", "2010-05-04") == (None, "onbekend")
    path = f"/inwoners/{inwoner}"
    assert await lives.region.get(f"{path}/woongeschiedenis", lives.toegang) == told
    shown = (await lives.region.get(path, lives.toegang))["woonplaatsen"]
    assert [(w["wet"], w["gemeente"], w["vanaf"]) for w in shown] == [
        ("jeugdwet", ENSCHEDE, BORN),
        ("jeugdwet", ENSCHEDE, "2026-02-10"),
        ("wmo", ENSCHEDE, BORN),
        ("wmo", ALMELO, "2026-02-10"),
    ]


async def test_where_the_laws_agree_the_inwoner_has_one_list(lives: Lives) -> None:
    inwoner = await lives.region.inwoner()
    await lives.say(inwoner, address(ENSCHEDE), address(HENGELO, "2026-02-10"))
    shown = await lives.region.get(f"/inwoners/{inwoner}", lives.toegang)
    assert shown["woonplaatsen"] == [
        {"gemeente": ENSCHEDE, "vanaf": BORN, "grondslag": "brp"},
        {"gemeente": HENGELO, "vanaf": "2026-02-10", "grondslag": "brp"},
    ]


async def test_one_replaces_the_other_and_both_stay_in_the_history(lives: Lives) -> None:
    inwoner = await lives.region.inwoner((ENSCHEDE, "2010-01-01"))
    registered = datetime.now(UTC).isoformat()
    await lives.say(inwoner, address(HENGELO))
    derived = datetime.now(UTC).isoformat()
    await lives.region.moved(inwoner, (ALMELO, "2010-01-01"))
    day = "2026-03-01"
    assert await lives.on(inwoner, "wmo", day) == (ALMELO, "brp")
    assert await lives.on(inwoner, "wmo", day, bekendOp=derived) == (HENGELO, "brp")
    assert await lives.on(inwoner, "wmo", day, bekendOp=registered) == (ENSCHEDE, "brp")
    path = f"/v1/inwoners/{inwoner}"
    gone = await lives.region.client.get(f"{path}/woongeschiedenis", headers=lives.toegang)
    assert_problem(gone, 404, "geen_woongeschiedenis")
    then = await lives.region.client.get(
        f"{path}/woongeschiedenis", params={"bekendOp": derived}, headers=lives.toegang
    )
    assert then.json()["adressen"] == [address(HENGELO)]
    pages = await lives.region.get(f"/inwoners/{inwoner}/woonopgaven", lives.toegang)
    assert [(o["volgnummer"], o["soort"]) for o in pages["results"]] == [
        (1, "woonplaatsen"),
        (2, "woongeschiedenis"),
        (3, "woonplaatsen"),
    ]
    before = await lives.region.client.get(
        f"{path}/woonplaats",
        params={"wet": "wmo", "bekendOp": "2020-01-01T00:00:00Z"},
        headers=lives.toegang,
    )
    assert_problem(before, 404, "inwoner_niet_gevonden")


async def test_an_inwoner_who_never_changed_shows_what_was_registered(lives: Lives) -> None:
    inwoner = await lives.region.inwoner((ENSCHEDE, "2020-01-01"))
    assert await lives.on(inwoner, "jeugdwet", "2020-01-01") == (ENSCHEDE, "brp")
    assert await lives.on(inwoner, "jeugdwet", "2019-12-31") == (None, "onbekend")
    pages = await lives.region.get(f"/inwoners/{inwoner}/woonopgaven", lives.toegang)
    assert [o["soort"] for o in pages["results"]] == ["woonplaatsen"]


async def test_a_line_is_split_by_the_residence_of_its_own_law(lives: Lives) -> None:
    region = lives.region
    inwoner = await region.inwoner()
    begin = str(PAST["begindatum"])
    await lives.say(inwoner, address(ENSCHEDE), address(HENGELO, begin), verblijven=[stay(begin)])
    young = await region.toewijzing(inwoner, profiel=GEZIN, **PAST)
    adult = await region.toewijzing(
        inwoner, profiel=GEZIN, wet="wmo", aanbieder="99000002", spoed={"reden": "Crisis"}, **PAST
    )
    (regel,) = await region.regels(await region.declare(line(young, "R1")))
    assert [part[0] for part in parts(regel)] == [ENSCHEDE]
    declaratie = await region.declare(line(adult, "R2"), agb="99000002")
    (regel,) = await region.regels(declaratie, agb="99000002")
    assert [part[0] for part in parts(regel)] == [HENGELO]


async def test_the_law_of_the_request_decides_who_may_allocate(lives: Lives) -> None:
    region = lives.region
    inwoner = await region.inwoner()
    begin = str(PAST["begindatum"])
    await lives.say(inwoner, address(ENSCHEDE), address(HENGELO, begin), verblijven=[stay(begin)])
    made = await region.toewijzing(inwoner, profiel=GEZIN, **PAST)
    assert made["wet"] == "jeugdwet"
    with pytest.raises(AssertionError, match="andere_gemeente_verantwoordelijk"):
        await region.toewijzing(inwoner, profiel=GEZIN, wet="wmo", **PAST)


async def test_a_held_line_is_judged_again_by_itself_once_residence_is_known(
    lives: Lives,
) -> None:
    region = lives.region
    for established in ("woongeschiedenis", "woonplaatsen"):
        inwoner = await region.inwoner((None, "2010-01-01"))
        made = await region.toewijzing(inwoner, **PAST)
        other = await past(region)
        declaratie = await region.declare(
            line(made, f"{established}1"), line(other, f"{established}2")
        )
        results = await region.regels(declaratie)
        assert [judgement(regel) for regel in results] == [HELD, GRANTED]
        assert "wacht" in results[0]["redenen"][0]["omschrijving"]
        if established == "woongeschiedenis":
            await lives.say(inwoner, address(ENSCHEDE))
        else:
            await region.moved(inwoner, (ENSCHEDE, "2010-01-01"))
        async with asyncio.timeout(PATIENCE_SECONDS):
            while [judgement(r) for r in await region.regels(declaratie)] != [GRANTED, GRANTED]:
                await asyncio.sleep(0.02)
        path = f"/declaraties/{declaratie['id']}"
        settled = await region.get(path, region.aanbieder())
        assert (settled["aantalAangehouden"], settled["aantalToegekend"]) == (0, 2)
        assert settled["toegekendCenten"] == settled["ingediendCenten"]


async def test_changes_one_after_the_other_pay_once(lives: Lives) -> None:
    region = lives.region
    inwoner = await region.inwoner((None, "2010-01-01"))
    made = await region.toewijzing(inwoner, **PAST)
    declaratie = await region.declare(line(made, "R1"))
    homes = [address(code) for code in (ENSCHEDE, HENGELO, ALMELO)] * 3
    answers = await asyncio.gather(*(lives.send(inwoner, home) for home in homes))
    assert {answer.status_code for answer in answers} == {200}
    async with asyncio.timeout(PATIENCE_SECONDS):
        while [judgement(r) for r in await region.regels(declaratie)] != [GRANTED]:
            await asyncio.sleep(0.02)
    (regel,) = await region.regels(declaratie)
    assert regel["toegekendCenten"] == made["termijnen"][0]["bedragCenten"]


async def test_a_line_that_still_has_an_unknown_day_waits_on(lives: Lives) -> None:
    region = lives.region
    inwoner = await region.inwoner((None, "2010-01-01"))
    made = await region.toewijzing(inwoner, **PAST)
    declaratie = await region.declare(line(made, "R1"))
    gone = str(PAST["einddatum"])
    await lives.say(inwoner, address(ENSCHEDE), address(None, gone, "onbekend"))
    await asyncio.sleep(1)
    assert [judgement(r) for r in await region.regels(declaratie)] == [HELD]
    await lives.say(
        inwoner,
        address(ENSCHEDE),
        address(None, gone, "onbekend"),
        gemeenteMoederBijGeboorte=HENGELO,
    )
    async with asyncio.timeout(PATIENCE_SECONDS):
        while [judgement(r) for r in await region.regels(declaratie)] != [GRANTED]:
            await asyncio.sleep(0.02)
    (regel,) = await region.regels(declaratie)
    assert [part[0] for part in parts(regel)] == [ENSCHEDE, HENGELO]


async def test_what_cannot_be_is_named_all_together_and_changes_nothing(lives: Lives) -> None:
    inwoner = await lives.region.inwoner()
    kept = await lives.region.get(f"/inwoners/{inwoner}", lives.toegang)
    answer = await lives.send(
        inwoner,
        address(ENSCHEDE, "2010-05-04"),
        address(HENGELO, "2020-01-01"),
        address(ALMELO, "2020-01-01"),
        verblijven=[
            stay("2025-01-01", "2024-12-31"),
            stay("2026-01-01", "2026-03-31"),
            stay("2026-03-31"),
        ],
    )
    problem = assert_problem(answer, 400, "woongeschiedenis_past_niet")
    assert [(f["name"], f["code"]) for f in problem["invalidParams"]] == [
        ("adressen[0].vanaf", "voor_geboorte"),
        ("adressen[2].vanaf", "dubbele_vanaf"),
        ("verblijven[0].einddatum", "eind_voor_begin"),
        ("verblijven[2].begindatum", "overlappend_verblijf"),
    ]
    assert await lives.region.get(f"/inwoners/{inwoner}", lives.toegang) == kept


async def test_a_code_is_valid_on_the_dates_on_which_it_held(lives: Lives) -> None:
    inwoner = await lives.region.inwoner()
    told = await lives.say(inwoner, address("0457"))
    periods = [(p["gemeente"], p["totEnMet"]) for p in told["verantwoordelijk"]["jeugdwet"][1:]]
    assert periods == [("0457", "2022-03-23"), (AMSTERDAM, None)]
    answer = await lives.send(
        inwoner,
        address("0457", "2022-03-24"),
        address("1992", "2022-12-31"),
        address("9999", "2023-01-01"),
    )
    problem = assert_problem(answer, 400)
    assert [(f["name"], f["code"]) for f in problem["invalidParams"]] == [
        ("adressen[0].vanaf", "gemeente_gold_niet"),
        ("adressen[1].vanaf", "gemeente_gold_niet"),
        ("adressen[2].gemeente", "gemeente_onbekend"),
    ]
    assert "0363" in problem["invalidParams"][0]["reason"]
    by_hand = {"gemeente": "0457", "vanaf": "2022-03-24", "grondslag": "brp"}
    answer = await lives.region.client.put(
        f"/v1/inwoners/{inwoner}/woonplaatsen",
        json={"woonplaatsen": [by_hand]},
        headers=lives.toegang,
    )
    assert_problem(answer, 400)
    await lives.region.moved(inwoner, ("0457", "2022-03-23"))


async def test_the_gemeenten_of_a_day_are_told(lives: Lives) -> None:
    today = await lives.region.get("/gemeenten?pageSize=500", lives.toegang)
    assert today["count"] == 342
    then = await lives.region.get("/gemeenten?pageSize=500&peildatum=2022-03-23", lives.toegang)
    found = {gemeente["code"]: gemeente for gemeente in then["results"]}
    assert (found["0457"]["geldigTotEnMet"], found["0457"]["opvolger"]) == ("2022-03-23", "0363")
    assert "1992" not in found


@pytest.mark.parametrize(
    "wrong",
    [
        {"adressen": None},
        {"adressen": [address(None)]},
        {"adressen": [address(ENSCHEDE, soort="buitenland")]},
        {"adressen": [address(ENSCHEDE, soort="anders")]},
        {"adressen": [address(ENSCHEDE, "2026-02-30")]},
        {"adressen": [address(ENSCHEDE) | {"straat": "Marktstraat"}]},
        {"adressen": [], "verblijven": [stay("2026-01-01", soort="hotel")]},
        {"adressen": [], "verblijven": [stay("2026-01-01") | {"gemeenteAanmelding": ENSCHEDE}]},
        {"adressen": [], "gemeenteMoederBijGeboorte": "9999"},
        {"adressen": [], "gemeenteWerkelijkVerblijf": 153},
        {"verblijven": []},
    ],
)
async def test_a_wrong_shape_is_refused(lives: Lives, wrong: Any) -> None:
    inwoner = await lives.region.inwoner()
    path = f"/v1/inwoners/{inwoner}/woongeschiedenis"
    answer = await lives.region.client.put(path, json=wrong, headers=lives.toegang)
    assert_problem(answer, 400)


async def test_another_gemeente_and_another_role_see_nothing(lives: Lives) -> None:
    inwoner = await lives.region.inwoner()
    theirs = lives.region.toegang(ALMELO)
    assert_problem(await lives.send(inwoner, address(ENSCHEDE), caller=theirs), 404)
    wrong = await lives.send(inwoner, address(ENSCHEDE), address(ENSCHEDE), caller=theirs)
    assert_problem(wrong, 400)
    client, path = lives.region.client, f"/v1/inwoners/{inwoner}"
    for what in ("woongeschiedenis", "woonplaats?wet=wmo", "woonopgaven"):
        assert_problem(await client.get(f"{path}/{what}", headers=theirs), 404)
        for caller in (lives.region.aanbieder(), lives.region.financien(), lives.region.regio):
            assert_problem(await client.get(f"{path}/{what}", headers=caller), 403)
        assert_problem(await client.get(f"{path}/{what}"), 401)


async def test_what_the_region_sets_decides_about_beschermd_wonen(lives: Lives) -> None:
    region, client = lives.region, lives.region.client
    inwoner = await region.inwoner()
    adressen = [address(ALMELO)]
    verblijven = [stay("2026-01-01", soort="beschermd_wonen") | {"gemeenteAanmelding": HENGELO}]
    none = await region.get("/woonplaatsinstellingen", lives.toegang)
    assert (none["versie"], none["beschermdWonen"]) == (0, [])
    await lives.say(inwoner, *adressen, verblijven=verblijven)
    assert await lives.on(inwoner, "wmo", "2026-03-01") == (HENGELO, "verblijf")
    settings = {
        "beschermdWonen": [{"vanaf": "2026-01-01", "regel": "woonadres_voor_verblijf"}],
        "centrumgemeenten": [
            {"gemeente": ALMELO, "vanaf": "2026-02-01", "centrumgemeente": ENSCHEDE}
        ],
    }
    path = "/v1/woonplaatsinstellingen"
    assert_problem(await client.put(path, json=settings, headers=lives.toegang), 403)
    answer = await client.put(path, json=settings, headers=region.regio)
    assert (answer.status_code, answer.json()["versie"]) == (200, 1)
    assert await lives.on(inwoner, "wmo", "2026-03-01") == (HENGELO, "verblijf")
    await lives.say(inwoner, *adressen, verblijven=verblijven)
    assert await lives.on(inwoner, "wmo", "2026-01-31") == (ALMELO, "verblijf")
    assert await lives.on(inwoner, "wmo", "2026-02-01") == (ENSCHEDE, "verblijf")
    twice = {name: lines * 2 for name, lines in settings.items()}
    problem = assert_problem(await client.put(path, json=twice, headers=region.regio), 400)
    found = {fault["name"] for fault in problem["invalidParams"]}
    assert found == {"beschermdWonen", "centrumgemeenten"}
