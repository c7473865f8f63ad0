# SPDX-License-Identifier: EUPL-1.2
"""What a toewijzing costs, in which termijnen, and who would bear it."""

import httpx
import pytest

from tests.callers import Headers
from tests.contract.declaring import (
    DUURZAAM,
    ENSCHEDE,
    GEZIN,
    HENGELO,
    HERSTEL,
    MOVED,
    START,
    Region,
    allocation,
    opened,
    parts,
)

WMO = {"wet": "wmo", "profiel": DUURZAAM}
MONTHLY = {"profiel": GEZIN, "intensiteit": "licht"}


@pytest.fixture
async def region(client: httpx.AsyncClient, token: Headers) -> Region:
    return await opened(client, token)


async def test_mijlpalen_pay_a_share_at_the_start_and_the_rest_for_the_resultaat(
    region: Region,
) -> None:
    made = await region.toewijzing(await region.inwoner())
    whole = {"begindatum": START, "einddatum": "2026-07-31"}
    assert made["termijnen"] == [
        {"volgnummer": 1, "mijlpaal": "start", **whole, "bedragCenten": 337_400},
        {"volgnummer": 2, "mijlpaal": "resultaat", **whole, "bedragCenten": 144_600},
    ]
    # 100,001 × 0.70 = 70,000.7 and × 0.30 = 30,000.3: the last cent goes to the start
    odd = await region.toewijzing(await region.inwoner(), intensiteit="licht")
    assert [t["bedragCenten"] for t in odd["termijnen"]] == [70_001, 30_000]


async def test_maandelijks_weighs_every_month_by_its_share_of_days(region: Region) -> None:
    period = {"begindatum": "2026-01-16", "einddatum": "2026-03-10"}
    made = await region.toewijzing(await region.inwoner(), **MONTHLY, **period)
    # weights 16/31, 28/28 and 10/31 of a price of 100,000: 28,070.2, 54,386.0 and 17,543.9
    assert made["prijsCenten"] == 100_000
    assert [
        (t["volgnummer"], t["mijlpaal"], t["begindatum"], t["einddatum"], t["bedragCenten"])
        for t in made["termijnen"]
    ] == [
        (1, "voortgang", "2026-01-16", "2026-01-31", 28_070),
        (2, "voortgang", "2026-02-01", "2026-02-28", 54_386),
        (3, "voortgang", "2026-03-01", "2026-03-10", 17_544),
    ]


async def test_equal_months_give_the_odd_cents_to_the_earlier(region: Region) -> None:
    period = {"begindatum": "2026-01-01", "einddatum": "2026-03-31"}
    made = await region.toewijzing(await region.inwoner(), **MONTHLY, **period)
    assert [t["bedragCenten"] for t in made["termijnen"]] == [33_334, 33_333, 33_333]


async def test_duurzaam_costs_its_share_of_the_year(region: Region) -> None:
    for begindatum, einddatum, price in (
        ("2026-01-01", "2026-12-31", 1_000_000),
        ("2026-01-01", "2026-01-31", 83_333),  # 83,333.33
        ("2026-01-01", "2026-02-28", 166_667),  # 166,666.67, rounded once
        ("2026-02-01", "2026-02-14", 41_667),  # 14/28: 41,666.67
        ("2026-01-16", "2026-03-10", 153_226),  # 16/31 + 1 + 10/31 = 57/31: 153,225.8
        ("2026-01-01", "2027-12-31", 2_000_000),
        ("2024-02-29", "2024-02-29", 2_874),  # 1/29: 2,873.56
    ):
        period = {"begindatum": begindatum, "einddatum": einddatum}
        made = await region.toewijzing(await region.inwoner(), **WMO, **period)
        assert made["prijsCenten"] == price
        assert sum(termijn["bedragCenten"] for termijn in made["termijnen"]) == price
        months = [t["begindatum"][:7] for t in made["termijnen"]]
        assert months == sorted(set(months))


async def test_half_a_cent_rounds_up(region: Region) -> None:
    await region.tarieflijst("2025-01-01", {DUURZAAM: (6, 18, 30)})
    month = {"begindatum": "2026-01-01", "einddatum": "2026-01-31"}
    prices = []
    for intensiteit in ("licht", "middel", "zwaar"):  # 0.5, 1.5 and 2.5 cents
        inwoner = await region.inwoner()
        made = await region.toewijzing(inwoner, **WMO, **month, intensiteit=intensiteit)
        prices.append(made["prijsCenten"])
    assert prices == [1, 2, 3]


async def test_the_worked_example_is_split_over_the_move_and_stored_nowhere(
    region: Region,
) -> None:
    inwoner = await region.inwoner((ENSCHEDE, "2010-01-01"), (HENGELO, MOVED))
    body = allocation(inwoner)
    priced = await region.post("/toewijzingen/_prijs", region.toegang(), body, 200)
    assert priced["prijsCenten"] == 482_000
    assert [t["bedragCenten"] for t in priced["termijnen"]] == [337_400, 144_600]
    assert [(gemeente, cents) for gemeente, _, cents in parts(priced)] == [
        (ENSCHEDE, 274_287),
        (HENGELO, 207_713),
    ]
    for stap in priced["uitleg"]:
        assert set(stap) >= {"stap", "bron", "bedragCenten"}
    assert (await region.get("/toewijzingen", region.toegang()))["count"] == 0
    await region.toewijzing(inwoner)  # and so nothing overlaps


async def test_days_without_established_residence_stand_apart_in_the_verdeling(
    region: Region,
) -> None:
    inwoner = await region.inwoner((ENSCHEDE, "2010-01-01"), (None, "2026-07-01"))
    priced = await region.post("/toewijzingen/_prijs", region.toegang(), allocation(inwoner), 200)
    by_gemeente = {gemeente: cents for gemeente, _, cents in parts(priced)}
    assert set(by_gemeente) == {ENSCHEDE, None}
    assert sum(by_gemeente.values()) == 482_000
    nobody = await region.inwoner((ENSCHEDE, "2026-03-01"))  # before the first, too
    priced = await region.post("/toewijzingen/_prijs", region.toegang(), allocation(nobody), 200)
    assert None in {gemeente for gemeente, _, _ in parts(priced)}


async def test_each_month_of_a_maandelijks_plan_is_split_on_its_own(region: Region) -> None:
    inwoner = await region.inwoner((ENSCHEDE, "2010-01-01"), (HENGELO, "2026-02-15"))
    period = {"begindatum": "2026-01-01", "einddatum": "2026-03-31"}
    priced = await region.post(
        "/toewijzingen/_prijs", region.toegang(), allocation(inwoner, **MONTHLY, **period), 200
    )
    # 33,334 | 16,667 and 16,666 (tie to the earlier) | 33,333
    assert parts(priced) == [(ENSCHEDE, 45, 50_001), (HENGELO, 45, 49_999)]


async def test_the_price_is_frozen_when_a_later_list_is_adopted(region: Region) -> None:
    inwoner = await region.inwoner()
    made = await region.toewijzing(inwoner)
    await region.tarieflijst("2026-01-01", {HERSTEL: (110_000, 500_000, 950_000)})
    path = f"/toewijzingen/{made['nummer']}"
    assert await region.get(path, region.toegang()) == made
    after = await region.toewijzing(await region.inwoner())
    assert (after["prijsCenten"], after["tarief"]["vanaf"]) == (500_000, "2026-01-01")


async def test_the_price_is_that_of_the_begindatum_whatever_comes_after(region: Region) -> None:
    await region.tarieflijst("2026-02-02", {HERSTEL: (110_000, 500_000, 950_000)})
    days = {"2026-02-01": 482_000, "2026-02-02": 500_000}
    for begindatum, price in days.items():
        made = await region.toewijzing(await region.inwoner(), begindatum=begindatum)
        assert made["prijsCenten"] == made["tarief"]["bedragCenten"] == price
    early = {"begindatum": "2009-12-31", "aanbieder": "99000005"}
    await region.contract("99000005", begindatum="2009-01-01")
    inwoner = await region.inwoner((ENSCHEDE, "2009-01-01"))
    body = allocation(inwoner, **early)
    problem = await region.post("/toewijzingen", region.toegang(), body, 409)
    assert problem["code"] == "geen_tarief"
