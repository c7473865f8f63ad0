# SPDX-License-Identifier: EUPL-1.2
"""The main job for two gemeenten and two aanbieders side by side, from catalogue to costs."""

from dataclasses import dataclass
from typing import Any

import httpx

from tests.callers import Headers
from tests.contract.declaring import (
    ENSCHEDE,
    HENGELO,
    A,
    B,
    Region,
    allocation,
    declaration,
    line,
    lived,
    opened,
    parts,
    today,
)

YEAR = today().year - 1  # 181 days without a 29 February; the move comes after 103 of them
BEGIN, END, MOVE = f"{YEAR}-03-01", f"{YEAR}-08-28", f"{YEAR}-06-12"
PERIOD = f"vanaf={YEAR}-01-01&totEnMet={YEAR}-12-31"


@dataclass
class Side:
    """A gemeente and the aanbieder that helps its inwoner."""

    gemeente: str
    other: str
    agb: str
    inwoner: int = 0
    toewijzing: dict[str, Any] | None = None
    declaratie: dict[str, Any] | None = None


async def lived_through(region: Region, side: Side) -> tuple[dict[str, Any], dict[str, Any]]:
    """The inwoner moves to the other gemeente; what was allocated and declared."""
    side.inwoner = await region.inwoner(
        (side.gemeente, "2010-01-01"), (side.other, MOVE), of=side.gemeente
    )
    asked = {"gemeente": side.gemeente, "aanbieder": side.agb}
    made = await region.toewijzing(side.inwoner, **asked, begindatum=BEGIN, einddatum=END)
    regels = (line(made, "START"), line(made, "EIND", 1))
    declared = await region.declare(*regels, nummer="2026001", agb=side.agb)
    side.toewijzing, side.declaratie = made, declared
    return made, declared


async def test_two_gemeenten_and_two_aanbieders_do_the_main_job_apart(
    client: httpx.AsyncClient, token: Headers
) -> None:
    region = await opened(client, token)
    sides = (Side(ENSCHEDE, HENGELO, A), Side(HENGELO, ENSCHEDE, B))
    for side in sides:
        _, declared = await lived_through(region, side)
        assert (declared["status"], declared["toegekendCenten"]) == ("afgehandeld", 482_000)
        regels = await region.regels(declared, agb=side.agb)
        assert [parts(regel) for regel in regels] == [
            [(side.gemeente, 103, 192_001), (side.other, 78, 145_399)],
            [(side.gemeente, 103, 82_286), (side.other, 78, 62_314)],
        ]
    for side in sides:
        path = f"/kosten?gemeente={side.gemeente}&{PERIOD}&groepering=aanbieder"
        costs = await region.get(path, region.financien(side.gemeente))
        their_own = {side.agb: 274_287}
        of_the_other = {A if side.agb == B else B: 207_713}
        assert {g["sleutel"]: g["bedragCenten"] for g in costs["groepen"]} == (
            their_own | of_the_other
        )
        assert (costs["bedragCenten"], costs["aantalBoekingen"]) == (482_000, 4)
    everything = await region.get(f"/kosten?{PERIOD}&groepering=gemeente", region.regio)
    assert (everything["bedragCenten"], everything["aantalBoekingen"]) == (964_000, 8)


async def test_neither_side_sees_or_changes_what_is_the_others(
    client: httpx.AsyncClient, token: Headers
) -> None:
    region = await opened(client, token)
    mine, theirs = Side(ENSCHEDE, HENGELO, A), Side(HENGELO, ENSCHEDE, B)
    for side in (mine, theirs):
        await lived_through(region, side)
    before = await seen(region, theirs)
    await intrude(region, mine, theirs)
    assert await seen(region, theirs) == before


async def seen(region: Region, side: Side) -> list[Any]:
    """All that this side can read."""
    assert side.toewijzing
    assert side.declaratie
    toegang, aanbieder = region.toegang(side.gemeente), region.aanbieder(side.agb)
    paths = (
        ("/toewijzingen", toegang),
        ("/toewijzingen", aanbieder),
        (f"/inwoners/{side.inwoner}", toegang),
        (f"/toewijzingen/{side.toewijzing['nummer']}", aanbieder),
        ("/declaraties", aanbieder),
        (f"/declaraties/{side.declaratie['id']}/regels", aanbieder),
        (f"/kosten?gemeente={side.gemeente}&{PERIOD}", region.financien(side.gemeente)),
    )
    return [await region.get(path, headers) for path, headers in paths]


async def intrude(region: Region, mine: Side, theirs: Side) -> None:
    """Everything this side might try on what belongs to that one."""
    assert theirs.toewijzing
    assert theirs.declaratie
    toegang, aanbieder = region.toegang(mine.gemeente), region.aanbieder(mine.agb)
    nummer, declaratie = theirs.toewijzing["nummer"], theirs.declaratie["id"]
    await region.get(f"/inwoners/{theirs.inwoner}", toegang, 404)
    await region.get(f"/toewijzingen/{nummer}", toegang, 404)
    await region.get(f"/toewijzingen/{nummer}", aanbieder, 404)
    await region.get(f"/declaraties/{declaratie}", aanbieder, 404)
    await region.get(f"/declaraties/{declaratie}/regels", aanbieder, 404)
    for what in ("/kosten", "/kostenregels"):
        path = f"{what}?gemeente={theirs.gemeente}&{PERIOD}"
        await region.get(path, region.financien(mine.gemeente), 403)
    page = await region.get(f"/toewijzingen?inwonerId={theirs.inwoner}", toegang)
    assert page["results"] == []
    page = await region.get("/declaraties", aanbieder)
    assert declaratie not in {made["id"] for made in page["results"]}
    moved = {"woonplaatsen": lived((theirs.gemeente, "2010-01-01"))}
    path = f"/inwoners/{theirs.inwoner}/woonplaatsen"
    await region.answer("PUT", path, toegang, moved, 404)
    body = allocation(theirs.inwoner, begindatum=f"{YEAR}-10-01", einddatum=f"{YEAR}-10-31")
    await region.post("/toewijzingen", toegang, body, 404)
    body |= {"gemeente": theirs.gemeente}
    await region.post("/toewijzingen", toegang, body, 403)
    stolen = line(theirs.toewijzing, "STEEL")
    back = line(theirs.toewijzing, "TERUG", debetCredit="credit", vorigeReferentie="START")
    assert (
        await region.judged(stolen, back, agb=mine.agb)
        == [("afgekeurd", {"toewijzing_onbekend"})] * 2
    )
    own = declaration("2026001", line(theirs.toewijzing, "START"))
    await region.post("/declaraties", aanbieder, own, 409)  # a number of one's own, used before
