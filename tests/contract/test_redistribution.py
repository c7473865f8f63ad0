# SPDX-License-Identifier: EUPL-1.2
"""A residence that changed after lines were settled: what is affected, and dividing it anew."""

import asyncio
from typing import Any

import httpx
import pytest

from tests.callers import Headers
from tests.contract.declaring import (
    ALMELO,
    ENSCHEDE,
    GRANTED,
    HENGELO,
    PAST,
    Region,
    credit,
    first,
    judgement,
    last,
    later,
    line,
    opened,
    parts,
)
from tests.contract.world import assert_problem

PERIOD = f"vanaf={first(-24)}&totEnMet={last(-1)}"
REASON: dict[str, Any] = {"reden": "Verhuizing te laat doorgegeven"}
HALFWAY = later(PAST["begindatum"], 60)


class Moved:
    """A line settled for one gemeente, of an inwoner who turns out to have moved since."""

    def __init__(self, region: Region, inwoner: int, toewijzing: Any, declaratie: Any) -> None:
        self.region = region
        self.inwoner = inwoner
        self.toewijzing = toewijzing
        self.declaratie = declaratie

    async def send(
        self, path: str, caller: dict[str, str] | None = None, **body: Any
    ) -> httpx.Response:
        return await self.region.client.post(
            f"/v1/herverdelingen{path}", json=body, headers=caller or self.region.financien()
        )

    async def affected(self, query: str = "", caller: dict[str, str] | None = None) -> Any:
        path = f"/herverdelingen/_geraakt{query}"
        return (await self.region.get(path, caller or self.region.financien()))["results"]

    async def borne(self) -> list[int]:
        """What each gemeente bears."""
        found = []
        for code in (ENSCHEDE, HENGELO):
            path = f"/kosten?gemeente={code}&{PERIOD}"
            found.append((await self.region.get(path, self.region.financien(code)))["bedragCenten"])
        return found


@pytest.fixture
async def moved(client: httpx.AsyncClient, token: Headers) -> Moved:
    region = await opened(client, token)
    inwoner = await region.inwoner((ENSCHEDE, "2010-01-01"))
    toewijzing = await region.toewijzing(inwoner, **PAST)
    declaratie = await region.declare(line(toewijzing, "R1"))
    await region.moved(inwoner, (ENSCHEDE, "2010-01-01"), (HENGELO, HALFWAY))
    return Moved(region, inwoner, toewijzing, declaratie)


async def test_a_move_changes_no_boeking_and_lists_what_it_affects(moved: Moved) -> None:
    assert (await moved.borne())[1] == 0
    (regel,) = await moved.affected()
    bedrag = moved.toewijzing["termijnen"][0]["bedragCenten"]
    assert (regel["toewijzingNummer"], regel["referentie"]) == (moved.toewijzing["nummer"], "R1")
    assert regel["was"] == [
        {"gemeente": ENSCHEDE, "dagen": regel["was"][0]["dagen"], "bedragCenten": bedrag}
    ]
    assert [deel["gemeente"] for deel in regel["wordt"]] == [ENSCHEDE, HENGELO]
    assert sum(deel["bedragCenten"] for deel in regel["wordt"]) == bedrag
    assert regel["herverdeelbaar"] is True
    assert await moved.affected(f"?inwonerId={moved.inwoner}", moved.region.toegang()) == [regel]
    assert await moved.affected(f"?inwonerId={moved.inwoner + 1}") == []


async def test_a_rehearsal_tells_all_and_books_nothing(moved: Moved) -> None:
    answer = await moved.send("/_bereken", inwonerId=moved.inwoner)
    proef = answer.json()
    assert answer.status_code == 200, answer.text
    assert proef["regels"] == await moved.affected()
    assert [v["gemeente"] for v in proef["verschillen"]] == [ENSCHEDE, HENGELO]
    assert sum(v["bedragCenten"] for v in proef["verschillen"]) == 0
    assert (await moved.borne())[1] == 0
    again = await moved.send("/_bereken", toewijzingen=[moved.toewijzing["nummer"]])
    assert again.json() == proef


async def test_it_is_booked_once_and_the_line_keeps_its_amount(moved: Moved) -> None:
    proef = (await moved.send("/_bereken")).json()
    before = await moved.borne()
    answer = await moved.send("", kenmerk=proef["kenmerk"], **REASON)
    assert answer.status_code == 201, answer.text
    made = answer.json()
    assert made["regels"] == proef["regels"]
    assert made["verschillen"] == proef["verschillen"]
    after = await moved.borne()
    assert (sum(after), after[1]) == (sum(before), proef["verschillen"][1]["bedragCenten"])
    (regel,) = await moved.region.regels(moved.declaratie)
    assert judgement(regel) == GRANTED
    assert regel["toegekendCenten"] == sum(before)
    wordt = [(d["gemeente"], d["dagen"], d["bedragCenten"]) for d in made["regels"][0]["wordt"]]
    assert parts(regel) == wordt
    assert await moved.affected() == []
    assert_problem(await moved.send("", **REASON), 409, "niets_te_herverdelen")
    assert await moved.borne() == after
    path = answer.headers["location"].removeprefix("/v1")
    assert await moved.region.get(path, moved.region.financien()) == made
    listed = await moved.region.get("/herverdelingen", moved.region.financien())
    assert [h["id"] for h in listed["results"]] == [made["id"]]
    path = f"/declaraties/{moved.declaratie['id']}/regels/1/uitleg"
    uitleg = await moved.region.get(path, moved.region.aanbieder())
    assert sum(1 for stap in uitleg["stappen"] if "Deel van gemeente" in stap["stap"]) == 2


async def test_the_story_tells_it_to_the_gemeente_alone(moved: Moved) -> None:
    await moved.send("", **REASON)
    path = f"/toewijzingen/{moved.toewijzing['nummer']}/geschiedenis"
    told = {}
    for caller in (moved.region.toegang(), moved.region.aanbieder()):
        story = (await moved.region.get(path, caller))["results"]
        told[caller["Authorization"]] = [event["soort"] for event in story]
    assert list(told.values()) == [
        ["gegeven", "toegekend", "herverdeeld"],
        ["gegeven", "toegekend"],
    ]


async def test_of_two_at_once_one_is_booked(moved: Moved) -> None:
    answers = await asyncio.gather(*(moved.send("", **REASON) for _ in range(4)))
    assert sorted(answer.status_code for answer in answers) == [201, 409, 409, 409]
    bedrag = moved.toewijzing["termijnen"][0]["bedragCenten"]
    assert sum(await moved.borne()) == bedrag


async def test_the_same_key_gives_the_same_answer(moved: Moved) -> None:
    keyed = moved.region.financien() | {"Idempotency-Key": "k"}
    answer = await moved.send("", keyed, **REASON)
    again = await moved.send("", keyed, **REASON)
    assert (again.status_code, again.json()) == (201, answer.json())


async def test_what_changed_since_the_rehearsal_is_not_booked(moved: Moved) -> None:
    proef = (await moved.send("/_bereken")).json()
    await moved.region.moved(moved.inwoner, (ENSCHEDE, "2010-01-01"), (HENGELO, later(HALFWAY, 1)))
    answer = await moved.send("", kenmerk=proef["kenmerk"], **REASON)
    assert_problem(answer, 409, "herverdeling_veranderd")
    assert (await moved.borne())[1] == 0


async def test_a_credit_takes_back_what_was_divided_anew(moved: Moved) -> None:
    await moved.send("", **REASON)
    regel = line(moved.toewijzing, "R1")
    assert await moved.region.judged(credit(regel, "R2")) == [GRANTED]
    assert await moved.borne() == [0, 0]
    assert await moved.affected() == []
    assert await moved.region.judged(line(moved.toewijzing, "R3")) == [GRANTED]
    assert sum(await moved.borne()) == moved.toewijzing["termijnen"][0]["bedragCenten"]


async def test_moving_back_is_divided_back(moved: Moved) -> None:
    before = await moved.borne()
    await moved.send("", **REASON)
    await moved.region.moved(moved.inwoner, (ENSCHEDE, "2010-01-01"))
    assert (await moved.send("", **REASON)).status_code == 201
    assert await moved.borne() == before


async def test_a_line_with_a_day_that_is_not_established_stays(moved: Moved) -> None:
    await moved.region.moved(moved.inwoner, (ENSCHEDE, "2010-01-01"), (None, HALFWAY))
    (regel,) = await moved.affected()
    assert regel["herverdeelbaar"] is False
    assert regel["wordt"][-1]["gemeente"] is None
    proef = (await moved.send("/_bereken")).json()
    assert (proef["aantalRegels"], proef["verschillen"]) == (0, [])
    assert_problem(await moved.send("", **REASON), 409, "niets_te_herverdelen")


async def test_the_law_of_the_line_decides_about_a_change_by_law(moved: Moved) -> None:
    """A stay keeps the gemeente of before under the Jeugdwet: nothing is affected."""
    body = {
        "adressen": [
            {"gemeente": ENSCHEDE, "vanaf": "2010-05-05", "soort": "woonadres"},
            {"gemeente": HENGELO, "vanaf": str(HALFWAY), "soort": "woonadres"},
        ],
        "verblijven": [{"soort": "pleegouder", "begindatum": str(HALFWAY)}],
    }
    path = f"/v1/inwoners/{moved.inwoner}/woongeschiedenis"
    answer = await moved.region.client.put(path, json=body, headers=moved.region.toegang())
    assert answer.status_code == 200, answer.text
    assert await moved.affected() == []


async def test_only_the_gemeente_that_pays_may_see_and_its_finance_may_book(moved: Moved) -> None:
    region = moved.region
    for code in (ALMELO, HENGELO):
        theirs = region.financien(code)
        assert await moved.affected(caller=theirs) == []
        assert_problem(await moved.send("", theirs, **REASON), 409, "niets_te_herverdelen")
        named = await moved.send("", theirs, inwonerId=moved.inwoner, **REASON)
        assert_problem(named, 404, "inwoner_niet_gevonden")
        for nummer in (moved.toewijzing["nummer"], 999_999):
            named = await moved.send("", theirs, toewijzingen=[nummer], **REASON)
            assert_problem(named, 404, "toewijzing_niet_gevonden")
    for caller in (region.toegang(), region.aanbieder(), region.regio):
        assert_problem(await moved.send("", caller, **REASON), 403)
    for caller in (region.aanbieder(), region.regio):
        assert_problem(await moved.send("/_bereken", caller), 403)
    made = (await moved.send("", **REASON)).json()
    path = f"/v1/herverdelingen/{made['id']}"
    theirs = region.financien(HENGELO)
    assert_problem(await region.client.get(path, headers=theirs), 404)
    assert (await region.get("/herverdelingen", theirs))["results"] == []
    assert_problem(await region.client.get(path), 401)


@pytest.mark.parametrize(
    "wrong",
    [
        {},
        {"reden": ""},
        {"reden": "x", "kenmerk": "kort"},
        {"reden": "x", "toewijzingen": []},
        {"reden": "x", "toewijzingen": [0]},
        {"reden": "x", "inwonerId": 1, "toewijzingen": [1]},
        {"reden": "x", "proef": True},
    ],
)
async def test_a_wrong_shape_is_refused(moved: Moved, wrong: Any) -> None:
    assert_problem(await moved.send("", **wrong), 400)
