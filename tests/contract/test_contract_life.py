# SPDX-License-Identifier: EUPL-1.2
"""A contract on hold or dissolved, with what that does to declared lines and to the books."""

import asyncio
from collections.abc import AsyncIterator
from datetime import date, timedelta
from typing import Any

import httpx
import pytest

from app.settlement.workers import working
from tests.callers import Headers
from tests.contract.declaring import (
    ENSCHEDE,
    GRANTED,
    HENGELO,
    PAST,
    A,
    B,
    Region,
    credit,
    first,
    judgement,
    last,
    line,
    opened,
    parts,
    past,
    refused,
    today,
)

PATIENCE_SECONDS = 30
HELD = ("aangehouden", {"contract_opgeschort"})
PERIOD = f"vanaf={first(-24)}&totEnMet={last(-1)}"


class Life:
    """A region whose workers work, and the contract of aanbieder A."""

    def __init__(self, region: Region, nummer: int) -> None:
        self.region = region
        self.nummer = nummer

    async def do(self, what: str, status: int = 200, **body: Any) -> Any:
        path = f"/raamovereenkomsten/{self.nummer}/{what}"
        return await self.region.post(path, self.region.regio, body, status)

    async def hold(self, vanaf: date | str | None = None) -> None:
        await self.do("opschorting", vanaf=str(vanaf or today()), reden="Onderzoek.")

    async def dissolve(self, grond: str, datum: date | str | None = None) -> None:
        await self.do("ontbinding", datum=str(datum or today()), grond=grond, reden="Besluit.")

    async def judged(self, declaratie: Any) -> list[Any]:
        return [judgement(regel) for regel in await self.region.regels(declaratie)]

    async def becomes(self, declaratie: Any, *expected: Any) -> Any:
        """Wait until the lines are judged so; gives the declaratie."""
        async with asyncio.timeout(PATIENCE_SECONDS):
            while await self.judged(declaratie) != list(expected):
                await asyncio.sleep(0.02)
        path = f"/declaraties/{declaratie['id']}"
        return await self.region.get(path, self.region.aanbieder())

    async def reversal(self) -> list[Any]:
        """Wait for what the service books back by itself; gives its lines."""
        async with asyncio.timeout(PATIENCE_SECONDS):
            while True:
                found = await self.region.get("/declaraties", self.region.aanbieder())
                last = found["results"][-1]
                if last["declaratienummer"].startswith("ontbinding") and last["afgehandeldOp"]:
                    lines: list[Any] = await self.region.regels(last)
                    return lines
                await asyncio.sleep(0.02)

    async def borne(self) -> dict[str, int]:
        """Σ boekingen of each gemeente."""
        found = {}
        for code in (ENSCHEDE, HENGELO):
            path = f"/kosten?gemeente={code}&{PERIOD}"
            found[code] = (await self.region.get(path, self.region.financien(code)))["bedragCenten"]
        return found


@pytest.fixture
async def life(client: httpx.AsyncClient, token: Headers, database_url: str) -> AsyncIterator[Life]:
    region = await opened(client, token)
    path = f"/raamovereenkomsten?aanbieder={A}"
    (contract,) = (await region.get(path, region.regio))["results"]
    async with working(database_url, 1):
        yield Life(region, contract["nummer"])


async def _moved(region: Region) -> dict[str, Any]:
    """The worked example a year back: 103 days in one gemeente and 78 in the other."""
    year = today().year - 1
    inwoner = await region.inwoner((ENSCHEDE, "2010-01-01"), (HENGELO, date(year, 6, 12)))
    return await region.toewijzing(inwoner, begindatum=f"{year}-03-01", einddatum=f"{year}-08-28")


async def test_the_reversal_repeats_the_split_whatever_moved_since(life: Life) -> None:
    made = await _moved(life.region)
    await life.region.declare(line(made, "R1"))
    await life.region.moved(made["inwonerId"], (HENGELO, "2010-01-01"))
    await life.dissolve("fraude")
    (regel,) = await life.reversal()
    assert parts(regel) == [(ENSCHEDE, 103, -192_001), (HENGELO, 78, -145_399)]
    assert sum((await life.borne()).values()) == 0


async def test_a_hold_reaches_lines_from_its_day_on_and_no_credit(life: Life) -> None:
    made = await past(life.region)
    regel = line(made, "R1")
    await life.region.declare(regel)
    await life.hold(today() + timedelta(days=1))
    assert await life.region.judged(line(made, "R2", 1)) == [GRANTED]
    await life.do("hervatting")
    await life.hold(today() + timedelta(days=1))
    await life.do("hervatting")
    await life.hold(today() + timedelta(days=1))
    assert await life.region.judged(credit(regel, "R3")) == [GRANTED]


async def test_what_is_held_keeps_its_termijn_and_its_order(life: Life) -> None:
    one, two = await past(life.region), await past(life.region)
    await life.hold()
    earlier = await life.region.declare(line(one, "R1"), line(one, "R2", bedragCenten=1))
    later = await life.region.declare(line(two, "R3"), line(one, "R4"))
    wrong = refused("bedrag_ongelijk", "al_gedeclareerd", "contract_opgeschort")
    taken = refused("al_gedeclareerd", "contract_opgeschort")
    assert await life.judged(earlier) == [HELD, wrong]
    assert await life.judged(later) == [HELD, taken]
    await life.do("hervatting")
    await life.becomes(earlier, GRANTED, wrong)
    await life.becomes(later, GRANTED, taken)


async def test_a_line_that_also_waits_for_a_woonplaats_waits_on(life: Life) -> None:
    inwoner = await life.region.inwoner((None, "2010-01-01"))
    made = await life.region.toewijzing(inwoner, **PAST)
    await life.hold()
    held = await life.region.declare(line(made, "R1"))
    assert await life.judged(held) == [
        ("aangehouden", {"contract_opgeschort", "woonplaats_onbekend"})
    ]
    await life.do("hervatting")
    await life.becomes(held, ("aangehouden", {"woonplaats_onbekend"}))
    assert sum((await life.borne()).values()) == 0


async def test_a_second_hold_before_the_release_holds_once_more_and_pays_once(life: Life) -> None:
    made = await past(life.region)
    await life.hold()
    held = await life.region.declare(line(made, "R1"))
    for _ in range(3):
        await life.do("hervatting")
        await life.hold()
    await life.do("hervatting")
    await life.becomes(held, GRANTED)
    assert sum((await life.borne()).values()) == made["termijnen"][0]["bedragCenten"]


async def test_dissolution_on_another_ground_pays_what_was_held(life: Life) -> None:
    made = await past(life.region)
    await life.hold()
    held = await life.region.declare(line(made, "R1"))
    await life.dissolve("wederzijds")
    await life.becomes(held, GRANTED)
    assert await life.region.judged(line(made, "R2", 1)) == [GRANTED]


async def test_dissolution_in_default_refuses_what_was_held(life: Life) -> None:
    made = await past(life.region)
    await life.hold()
    held = await life.region.declare(line(made, "R1"))
    await life.dissolve("wanprestatie")
    closed = await life.becomes(held, refused("wanprestatie"))
    assert (closed["aantalAfgekeurd"], closed["aantalAangehouden"]) == (1, 0)
    assert sum((await life.borne()).values()) == 0


async def test_another_contract_feels_nothing(life: Life) -> None:
    made = await past(life.region, aanbieder=B)
    await life.hold()
    assert await life.region.judged(line(made, "R1"), agb=B) == [GRANTED]
    await life.dissolve("fraude")
    assert await life.region.judged(line(made, "R2", 1), agb=B) == [GRANTED]


async def test_no_line_that_comes_in_during_a_hervatting_is_left_behind(life: Life) -> None:
    made = [await past(life.region) for _ in range(6)]
    await life.hold()
    before = await life.region.declare(line(made[0], "R0"))
    *declared, _ = await asyncio.gather(
        *(life.region.declare(line(one, f"R{at}")) for at, one in enumerate(made[1:], 1)),
        life.do("hervatting"),
    )
    for declaratie in (before, *declared):
        await life.becomes(declaratie, GRANTED)
    paid = sum(one["termijnen"][0]["bedragCenten"] for one in made)
    assert sum((await life.borne()).values()) == paid
