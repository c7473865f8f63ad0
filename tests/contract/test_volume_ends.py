# SPDX-License-Identifier: EUPL-1.2
"""A toewijzing by volume that ends early, changes, lasts longer, or is taken over."""

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
    Region,
    credit,
    first,
    last,
    lived,
    past,
    refused,
)
from tests.contract.volumes import (
    HOUR,
    OUTPUT,
    PER_MONTH,
    PER_WEEK,
    PLANS,
    TOTAL_OF_40,
    effort,
    stocked_by_volume,
)
from tests.contract.world import BSN, assert_problem

NAJAAR = {"begindatum": "2025-10-07", "einddatum": "2025-12-30"}  # the example of IV077
RUNNING = {"begindatum": first(-3), "einddatum": last(3)}
ENDED = first(-6) + timedelta(days=9)
REASONS = ("volgens_plan", "client", "in_overeenstemming", "verhuizing", "overlijden", "gemeente")


@pytest.fixture
async def region(
    client: httpx.AsyncClient, token: Headers, database_url: str
) -> AsyncIterator[Region]:
    region = await stocked_by_volume(client, token)
    async with working(database_url, 1):
        yield region


def _path(made: Any, what: str = "") -> str:
    return f"/toewijzingen/{made['nummer']}{what}"


async def _end(region: Region, made: Any, einddatum: date | str, reden: str = "client") -> Any:
    body = {"einddatum": str(einddatum), "reden": reden}
    return await region.post(_path(made, "/beeindiging"), region.toegang(), body, 200)


def _periods(made: Any) -> list[tuple[str, str]]:
    return [(t["begindatum"], t["einddatum"]) for t in made["termijnen"]]


def _adds_up(made: Any) -> bool:
    due = made["verschuldigdCenten"]
    due = made["prijsCenten"] if due is None else due
    grenzen = made["volumegrenzen"]
    return sum(t["bedragCenten"] for t in made["termijnen"]) == due == grenzen[
        "totaal"
    ] * HOUR and len(grenzen["perTermijn"]) == len(made["termijnen"])


async def test_an_early_end_leaves_what_the_frequentie_gives_for_the_shorter_period(
    region: Region,
) -> None:
    made = await past(region, profiel="WEEK", omvang=PER_WEEK, **NAJAAR)
    assert await region.judged(effort(made, "R1", 12)) == [GRANTED]
    ended = await _end(region, made, "2025-11-12")
    assert ended["volumegrenzen"] == {"totaal": 18, "perTermijn": [12, 9]}
    assert _periods(ended) == [("2025-10-07", "2025-10-31"), ("2025-11-01", "2025-11-12")]
    assert ended["verschuldigdCenten"] == 18 * HOUR
    assert ended["prijsCenten"] == 39 * HOUR
    assert ended["afrekening"] == {
        "verschuldigdCenten": 18 * HOUR,
        "toegekendCenten": 12 * HOUR,
        "correctieCenten": 0,
        "declarabelCenten": 6 * HOUR,
        "termijn": None,
    }
    assert _adds_up(ended)
    assert await region.judged(
        effort(made, "R2", 1, 1),
        effort(made, "R3", 1, 2),
        effort(ended, "R4", 7, 1),
    ) == [
        refused("termijn_onbekend"),
        refused("termijn_onbekend"),
        refused("volume_totaal"),
    ]
    assert await region.judged(effort(ended, "R5", 6, 1)) == [GRANTED]
    assert await region.get(_path(made), region.aanbieder()) == ended


@pytest.mark.parametrize("plan", PLANS)
@pytest.mark.parametrize("omvang", [PER_WEEK, PER_MONTH, TOTAL_OF_40], ids=["2", "4", "6"])
async def test_every_plan_ends_and_keeps_what_was_declared(
    region: Region, plan: str, omvang: dict[str, Any]
) -> None:
    made = await past(region, profiel=plan, omvang=omvang)
    at = next(i for i, most in enumerate(made["volumegrenzen"]["perTermijn"]) if most >= 5)
    granted = effort(made, "R1", 5, at)
    assert await region.judged(granted) == [GRANTED]
    ended = await _end(region, made, ENDED)
    assert (ended["status"], ended["einddatum"]) == ("beeindigd", str(ENDED))
    assert _adds_up(ended)
    assert 5 <= ended["volumegrenzen"]["totaal"] <= made["volumegrenzen"]["totaal"]
    assert await region.judged(credit(granted, "R2"), effort(made, "R3", 5, at)) == [
        GRANTED,
        GRANTED,
    ]


async def test_of_a_total_the_reason_says_what_is_left(region: Region) -> None:
    days = (ENDED - first(-8)).days + 1, (last(-3) - first(-8)).days + 1
    share = (2 * 40 * days[0] + days[1]) // (2 * days[1])
    for reden in REASONS:
        made = await past(region, profiel="DAGEN", omvang=TOTAL_OF_40)
        ended = await _end(region, made, ENDED, reden)
        left = 40 if reden == "volgens_plan" else share
        assert (ended["volumegrenzen"]["totaal"], ended["redenEinde"]) == (left, reden)


async def test_what_was_declared_before_stays_also_where_it_is_more_than_is_left(
    region: Region,
) -> None:
    made = await past(region, profiel="DAGEN", omvang=TOTAL_OF_40)
    assert await region.judged(effort(made, "R1", 30)) == [GRANTED]
    ended = await _end(region, made, last(-8))
    assert ended["volumegrenzen"] == {"totaal": 30, "perTermijn": [40]}
    assert _adds_up(ended)
    assert ended["afrekening"]["correctieCenten"] == 0


async def test_wanprestatie_takes_back_all_that_was_paid(region: Region) -> None:
    made = await past(region, profiel="DAGEN", omvang=TOTAL_OF_40)
    assert await region.judged(
        effort(made, "R1", 30), effort(made, "R2", 90, 1, eenheid="01", bedragCenten=9_933)
    ) == [GRANTED, GRANTED]
    ended = await _end(region, made, last(-6), "wanprestatie")
    assert ended["volumegrenzen"] == {"totaal": 0, "perTermijn": []}
    assert ended["afrekening"]["correctieCenten"] == -(30 * HOUR + 9_933)
    query = f"gemeente={ENSCHEDE}&vanaf={first(-12)}&totEnMet={last(0)}"
    assert (await region.get(f"/kosten?{query}", region.financien()))["bedragCenten"] == 0


async def test_an_end_by_the_aanbieder_waits_for_what_the_gemeente_says(region: Region) -> None:
    made = await past(region, profiel="DAGEN", omvang=TOTAL_OF_40)
    ended = await _end(region, made, last(-6), "aanbieder")
    assert (ended["isInBeoordeling"], ended["volumegrenzen"]["totaal"]) == (True, 40)
    held = effort(made, "R1", 4)
    assert await region.judged(held) == [("aangehouden", {"in_beoordeling"})]
    body = {"verschuldigd": "pro_rata", "toelichting": "Goed overgedragen."}
    reviewed = await region.post(_path(made, "/beoordeling"), region.toegang(), body, 200)
    assert not reviewed.get("isInBeoordeling", False)
    assert reviewed["volumegrenzen"]["totaal"] < 40
    assert _adds_up(reviewed)


async def test_another_intensiteit_takes_over_with_the_rest_of_a_total(region: Region) -> None:
    made = await past(region, profiel="DAGEN", omvang=TOTAL_OF_40)
    body = {"begindatum": str(first(-5)), "intensiteit": "zwaar"}
    new = await region.post(_path(made, "/wijziging"), region.toegang(), body)
    old = await region.get(_path(made), region.toegang())
    assert (old["einddatum"], new["volgtOp"]) == (str(last(-6)), made["nummer"])
    assert old["volumegrenzen"]["totaal"] + new["volumegrenzen"]["totaal"] == 40
    assert new["prijsCenten"] == new["volumegrenzen"]["totaal"] * (HOUR + 1)
    assert new["omvang"] == TOTAL_OF_40 | {"volume": new["volumegrenzen"]["totaal"]}


async def test_another_omvang_is_another_toewijzing(region: Region) -> None:
    made = await past(region, profiel="WEEK", omvang=PER_WEEK, **NAJAAR)
    five = PER_WEEK | {"volume": 5}
    body = {"begindatum": "2025-11-01", "omvang": five}
    new = await region.post(_path(made, "/wijziging"), region.toegang(), body)
    assert (new["omvang"], new["intensiteit"]) == (five, "middel")
    assert new["volumegrenzen"] == {"totaal": 50, "perTermijn": [25, 25]}
    old = await region.get(_path(made), region.aanbieder())
    assert old["volumegrenzen"] == {"totaal": 12, "perTermijn": [12]}
    story = await region.get(_path(made, "/geschiedenis"), region.toegang())
    (changed,) = (g for g in story["results"] if g["soort"] == "gewijzigd")
    assert changed["andereToewijzing"] == new["nummer"]


async def test_what_cannot_change_is_refused_with_all_that_is_wrong(region: Region) -> None:
    made = await past(region, profiel="WEEK", omvang=PER_WEEK, **NAJAAR)
    output = await past(region, profiel=OUTPUT)
    same = {"begindatum": "2025-10-07", "intensiteit": "middel", "omvang": PER_WEEK}
    inside = {"begindatum": "2025-11-01"}
    for of, what, body, status, codes in (
        (
            made,
            "wijziging",
            same,
            409,
            ["intensiteit_gelijk", "omvang_gelijk", "buiten_toewijzing"],
        ),
        (made, "wijziging", inside, 400, ["verplicht"]),
        (
            made,
            "wijziging",
            inside | {"omvang": PER_WEEK | {"eenheid": "16"}},
            409,
            ["eenheid_ongelijk"],
        ),
        (
            output,
            "wijziging",
            {"begindatum": str(first(-5)), "omvang": PER_WEEK},
            409,
            ["omvang_niet_toegestaan"],
        ),
        (
            made,
            "beeindiging",
            {"einddatum": "2026-01-01", "reden": "client"},
            409,
            ["buiten_toewijzing"],
        ),
        (
            made,
            "verlenging",
            {"einddatum": "2025-12-30"},
            409,
            ["niet_later", "toewijzing_afgelopen"],
        ),
        (
            made,
            "voortzetting",
            {"begindatum": "2025-10-07", "gemeente": ENSCHEDE},
            409,
            ["zelfde_gemeente", "buiten_toewijzing"],
        ),
    ):
        answer = await region.client.post(
            f"/v1{_path(of, f'/{what}')}", headers=region.toegang(), json=body
        )
        faults = assert_problem(answer, status)["invalidParams"]
        assert [fault["code"] for fault in faults] == codes, (what, body)
    assert await region.get(_path(made), region.toegang()) == made


async def test_a_total_that_is_used_up_leaves_nothing_to_take_over_or_change(
    region: Region,
) -> None:
    made = await past(region, profiel="DAGEN", omvang=TOTAL_OF_40)
    assert await region.judged(effort(made, "R1", 40)) == [GRANTED]
    before = await region.get(_path(made), region.toegang())
    for what, body in {
        "wijziging": {"begindatum": str(first(-5)), "intensiteit": "zwaar"},
        "voortzetting": {"begindatum": str(first(-5)), "gemeente": HENGELO},
    }.items():
        problem = await region.post(_path(made, f"/{what}"), region.toegang(), body, 409)
        assert problem["code"] == "geen_volume"
    assert await region.get(_path(made), region.toegang()) == before


@pytest.mark.parametrize("plan", PLANS)
@pytest.mark.parametrize("omvang", [PER_WEEK, PER_MONTH, TOTAL_OF_40], ids=["2", "4", "6"])
async def test_an_extension_adds_what_the_frequentie_gives_for_the_added_time(
    region: Region, plan: str, omvang: dict[str, Any]
) -> None:
    inwoner = await region.inwoner()
    period = RUNNING | {"einddatum": last(3) - timedelta(days=9)}
    made = await region.toewijzing(inwoner, profiel=plan, omvang=omvang, **period)
    longer = await region.post(
        _path(made, "/verlenging"), region.toegang(), {"einddatum": str(last(4))}, 200
    )
    assert (longer["nummer"], longer["einddatum"]) == (made["nummer"], str(last(4)))
    assert _adds_up(longer)
    whole = await region.toewijzing(
        await region.inwoner(), profiel=plan, omvang=omvang, **(period | {"einddatum": last(4)})
    )
    assert longer["volumegrenzen"] == whole["volumegrenzen"]
    assert _periods(longer) == _periods(whole)


async def test_a_takeover_gives_the_rest_of_the_volume_and_no_more(region: Region) -> None:
    moved = str(first(-5) + timedelta(days=9))
    body = {
        "bsn": BSN,
        "geboortedatum": "2010-05-05",
        "woonplaatsen": lived((ENSCHEDE, "2010-05-05"), (HENGELO, moved)),
    }
    inwoner = (await region.post("/inwoners", region.toegang(), body))["id"]
    made = await region.toewijzing(
        inwoner, profiel="DAGEN", omvang=PER_MONTH, begindatum=first(-8), einddatum=last(-3)
    )
    assert await region.judged(effort(made, "R1", 10), effort(made, "R2", 9, 3)) == [GRANTED] * 2
    body = {"gemeente": HENGELO, "begindatum": moved}
    asked = await region.post(_path(made, "/voortzetting"), region.toegang(), body)
    path = f"/voortzettingen/{asked['id']}/aanvaarding"
    new = await region.post(path, region.toegang(HENGELO), {})
    old = await region.get(_path(made), region.toegang())
    assert (new["gemeente"], new["volgtOp"]) == (HENGELO, made["nummer"])
    assert old["volumegrenzen"]["totaal"] + new["volumegrenzen"]["totaal"] <= 60
    assert asked["overname"]["verschuldigdCenten"] == old["verschuldigdCenten"]
    assert asked["overname"]["prijsCenten"] == new["prijsCenten"]
    assert _adds_up(old)
    assert _adds_up(new)
    assert old["volumegrenzen"]["perTermijn"][:2] == [10, 9]
    assert await region.judged(effort(new, "R3", new["volumegrenzen"]["perTermijn"][0])) == [
        GRANTED
    ]


async def test_no_other_caller_ends_a_volume(region: Region) -> None:
    made = await past(region, profiel="DAGEN", omvang=TOTAL_OF_40)
    body = {"einddatum": str(last(-6)), "reden": "client"}
    await region.post(_path(made, "/beeindiging"), region.toegang(HENGELO), body, 404)
    await region.post(_path(made, "/beeindiging"), region.aanbieder(), body, 403)
    assert await region.get(_path(made), region.toegang()) == made
