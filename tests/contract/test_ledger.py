# SPDX-License-Identifier: EUPL-1.2
"""The journal, closing a month or a year, and what is still to come in."""

import asyncio
from datetime import timedelta
from typing import Any

import asyncpg
import httpx
import pytest

from app.db.connection import connected_as_owner
from tests.callers import Headers
from tests.contract.declaring import (
    AMSTERDAM,
    DUURZAAM,
    ENSCHEDE,
    HENGELO,
    HERSTEL,
    A,
    B,
    Region,
    credit,
    first,
    last,
    line,
    opened,
    past,
    today,
)
from tests.contract.world import assert_problem

Json = dict[str, Any]
ACCOUNTS: Json = {
    "crediteurenrekening": "16000",
    "verrekenrekening": "13500",
    "kosten": [
        {"wet": "jeugdwet", "rekening": "467200", "taakveld": "6.72"},
        {"wet": "jeugdwet", "profiel": HERSTEL, "rekening": "467201", "taakveld": "6.72a"},
        {"wet": "wmo", "rekening": "467100", "taakveld": "6.71"},
        {"wet": "taakopdracht", "rekening": "467900", "taakveld": "6.72b"},
    ],
}
DAYS = f"vanaf={today() - timedelta(days=1)}&totEnMet={today() + timedelta(days=1)}"


@pytest.fixture
async def region(client: httpx.AsyncClient, token: Headers) -> Region:
    return await opened(client, token)


async def booked(region: Region) -> None:
    """Two betalers, a move, a drager outside the region, two wetten and a correction."""
    moves = await region.inwoner((ENSCHEDE, "2010-01-01"), (HENGELO, first(-4)))
    one = await past(region, inwonerId=moves)
    away = await region.inwoner((HENGELO, "2010-01-01"), (AMSTERDAM, first(-4)), of=HENGELO)
    two = await past(region, inwonerId=away, gemeente=HENGELO)
    wmo = await past(region, profiel=DUURZAAM, wet="wmo")
    start = line(one, "R1")
    await region.declare(start, line(two, "R2"), line(wmo, "R3"), line(wmo, "R4", 1))
    await region.declare(credit(start, "C1"), line(one, "R5", 1), line(two, "R6", 1))
    other = await past(region, aanbieder=B)
    await region.declare(line(other, "R1"), agb=B)
    await task_booked(region)


async def task_booked(region: Region) -> Json:
    """A task of twelve instalments for two gemeenten, last year: all of them booked."""
    year = today().year - 1
    body = {
        "aanbieder": A,
        "gemeenten": [
            {"gemeente": ENSCHEDE, "bedragCenten": 1_000_001},
            {"gemeente": HENGELO, "bedragCenten": 500},
        ],
        "begindatum": f"{year}-01-01",
        "einddatum": f"{year}-12-31",
        "termijnen": 12,
        "omvat": ["Inloop in elke wijk"],
        "omvatNiet": [],
    }
    made: Json = await region.post("/taakopdrachten", region.regio, body)
    await region.post("/taakopdrachten/_boek", region.regio, None, 200)
    return made


async def set_accounts(region: Region, gemeente: str = ENSCHEDE) -> None:
    await region.answer("PUT", "/grootboek", region.financien(gemeente), ACCOUNTS, 200)


async def journal(region: Region, gemeente: str = ENSCHEDE, query: str = DAYS) -> list[Json]:
    headers = region.financien(gemeente) | {"Accept": "application/x-ndjson"}
    answer = await region.client.get(f"/v1/journaal?{query}", headers=headers)
    assert answer.status_code == 200, answer.text
    return [httpx.Response(200, text=row).json() for row in answer.text.splitlines()]


def balance(rows: list[Json], **which: Any) -> int:
    """Debit less credit of the rows that are so."""
    return sum(
        row["debetCenten"] - row["creditCenten"]
        for row in rows
        if all(row[name] == value for name, value in which.items())
    )


async def close(region: Region, periode: str, gemeente: str = ENSCHEDE) -> httpx.Response:
    return await region.client.post(
        "/v1/afsluitingen", json={"periode": periode}, headers=region.financien(gemeente)
    )


def month(months: int) -> str:
    return str(first(months))[:7]


async def test_the_journal_adds_up_to_the_specifications_and_those_to_the_boekingen(
    region: Region, database_url: str
) -> None:
    await booked(region)
    db = await asyncpg.connect(database_url)
    for gemeente in (ENSCHEDE, HENGELO):
        await set_accounts(region, gemeente)
        rows = await journal(region, gemeente)
        specs = (await region.get("/betaalspecificaties", region.financien(gemeente)))["results"]
        assert specs
        for spec in specs:
            mine = {"specificatie": spec["id"]}
            assert balance(rows, **mine) == 0
            assert balance(rows, soort="crediteuren", **mine) == -spec["bedragCenten"]
            lines = await region.get(
                f"/betaalspecificaties/{spec['id']}/regels", region.financien(gemeente)
            )
            assert sum(r["bedragCenten"] for r in lines["results"]) == spec["bedragCenten"]
            assert lines["count"] == spec["aantalRegels"]
        paid = await db.fetchval(
            "SELECT (SELECT sum(bedrag_centen) FROM boeking WHERE betaler = $1)"
            " + (SELECT sum(bedrag_centen) FROM taakboeking"
            "    JOIN taaktermijn USING (taakopdracht_nummer, gemeente, volgnummer)"
            "    WHERE gemeente = $1)",
            gemeente,
        )
        assert sum(spec["bedragCenten"] for spec in specs) == paid
        period = f"vanaf={first(-24)}&totEnMet={last(0)}"
        kosten = await region.get(f"/kosten?{period}", region.financien(gemeente))
        assert balance(rows, soort="kosten") == kosten["bedragCenten"]
        assert balance(rows) == 0
    await db.close()
    others = [row["tegenpartij"] for row in rows if row["soort"] == "verrekening"]
    assert set(others) == {ENSCHEDE, AMSTERDAM}


async def test_an_account_of_a_profiel_goes_before_that_of_its_wet(region: Region) -> None:
    await booked(region)
    await set_accounts(region)
    rows = [row for row in await journal(region) if row["soort"] == "kosten"]
    accounts = {(r["wet"], r["profiel"], r["grootboekrekening"], r["taakveld"]) for r in rows}
    assert accounts == {
        ("jeugdwet", HERSTEL, "467201", "6.72a"),
        ("wmo", DUURZAAM, "467100", "6.71"),
        ("taakopdracht", None, "467900", "6.72b"),
    }
    years = {row["dienstjaar"] for row in rows}
    assert years == {first(-8).year, today().year - 1}
    told = await region.get("/grootboek", region.financien())
    assert [(k["wet"], k["profiel"]) for k in told["kosten"]] == [
        ("jeugdwet", None),
        ("jeugdwet", HERSTEL),
        ("taakopdracht", None),
        ("wmo", None),
    ]


async def test_costs_without_an_account_are_all_named(region: Region) -> None:
    await booked(region)
    mine = region.financien()
    await region.get(f"/journaal?{DAYS}", mine | {"Accept": "*/*"}, 404)
    body = ACCOUNTS | {"kosten": [{**ACCOUNTS["kosten"][1], "profiel": "GEZIN"}]}
    await region.answer("PUT", "/grootboek", mine, body, 200)
    answer = await region.client.get(f"/v1/journaal?{DAYS}", headers=mine | {"Accept": "*/*"})
    problem = assert_problem(answer, 409, "grootboekrekening_ontbreekt")
    assert [f["name"] for f in problem["invalidParams"]] == [
        f"kosten.jeugdwet.{HERSTEL}",
        "kosten.taakopdracht",
        f"kosten.wmo.{DUURZAAM}",
    ]
    for changed, status in (
        ({"kosten": ACCOUNTS["kosten"] * 2}, 400),
        ({"kosten": []}, 400),
        ({"kosten": [{**ACCOUNTS["kosten"][3], "profiel": HERSTEL}]}, 400),
        ({"crediteurenrekening": "=1+1"}, 400),
        ({"kosten": [{**ACCOUNTS["kosten"][0], "taakveld": "Jeugd"}]}, 400),
        ({"kosten": [{**ACCOUNTS["kosten"][0], "profiel": "BESTAATNIET"}]}, 404),
    ):
        await region.answer("PUT", "/grootboek", mine, ACCOUNTS | changed, status)


async def test_a_late_line_goes_to_the_open_month_with_its_own_year(region: Region) -> None:
    await set_accounts(region)
    early, late = await past(region), await past(region)
    await region.declare(line(early, "R1"))
    for months in range(-8, 0):
        made = await close(region, month(months))
        assert made.status_code == 201, made.text
        assert made.json()["kostenCenten"] == (337_400 if months == -8 else 0)
    await region.declare(line(late, "R2"))
    rows = [row for row in await journal(region) if row["soort"] == "kosten"]
    assert [(r["boekperiode"], r["dienstjaar"], r["debetCenten"]) for r in rows] == [
        (month(-8), first(-8).year, 337_400),
        (month(0), first(-8).year, 337_400),
    ]
    assert balance(await journal(region)) == 0
    listed = (await region.get("/afsluitingen", region.financien()))["results"]
    assert [a["periode"] for a in listed] == [month(m) for m in range(-8, 0)]
    assert sum(a["kostenCenten"] for a in listed) == 337_400
    one = await region.get(f"/afsluitingen/{month(-8)}", region.financien())
    assert one == listed[0]
    moment = listed[2]["geslotenOp"]
    known = await region.get(f"/afsluitingen?bekendOp={moment}", region.financien())
    assert known["results"] == listed[:3]
    await region.get("/afsluitingen?bekendOp=gisteren", region.financien(), 400)
    await region.get(f"/afsluitingen/{month(-8)}", region.financien(HENGELO), 404)
    await region.get("/afsluitingen/2026-13", region.financien(), 400)
    assert (await region.get("/afsluitingen", region.financien(HENGELO)))["count"] == 0


async def test_closing_twice_or_out_of_order_or_too_early_changes_nothing(region: Region) -> None:
    assert (await close(region, month(-3))).status_code == 201
    for periode, codes in (
        (month(-3), ["al_afgesloten"]),
        (month(-4), ["al_afgesloten"]),
        (month(-1), ["niet_op_volgorde"]),
        (month(0), ["niet_op_volgorde", "periode_loopt"]),
    ):
        problem = assert_problem(await close(region, periode), 409, codes[0])
        assert [f["code"] for f in problem["invalidParams"]] == codes, periode
    year = assert_problem(await close(region, str(today().year)), 409)
    assert {"periode_loopt", "maand_open"} <= {f["code"] for f in year["invalidParams"]}
    for periode in ("2026-00", "2026-1", "26", "2026-13", ""):
        assert_problem(await close(region, periode), 400)
    assert (await region.get("/afsluitingen", region.financien()))["count"] == 1
    assert (await close(region, month(-1), HENGELO)).status_code == 201


async def test_a_year_closes_when_its_months_have(region: Region) -> None:
    year = today().year - 1
    refused = assert_problem(await close(region, str(year)), 409, "maand_open")
    assert len(refused["invalidParams"]) == 12
    for maand in (11, 12):
        assert (await close(region, f"{year}-{maand}")).status_code == 201
    made = await close(region, str(year))
    assert (made.status_code, made.json()["soort"]) == (201, "jaar")
    assert made.headers["Location"] == f"/v1/afsluitingen/{year}"
    assert_problem(await close(region, str(year)), 409, "al_afgesloten")


async def test_two_who_close_at_once_close_once(region: Region) -> None:
    answers = await asyncio.gather(*(close(region, month(-1)) for _ in range(3)))
    assert sorted(answer.status_code for answer in answers) == [201, 409, 409]


async def test_what_is_booked_while_a_month_closes_is_in_it_or_after_it(
    region: Region, database_url: str
) -> None:
    """Whoever books waits for the closing, and books later than it."""
    await set_accounts(region)
    made = await past(region)
    async with connected_as_owner(database_url) as db:
        transaction = db.transaction()
        await transaction.start()
        await db.execute("LOCK TABLE boeking IN SHARE MODE")
        declaring = asyncio.create_task(region.declare(line(made, "R1")))
        await asyncio.sleep(0.5)
        closed_op = await db.fetchval("SELECT clock_timestamp()")
        await transaction.commit()
        await declaring
        assert await db.fetchval("SELECT min(geboekt_op) FROM boeking") > closed_op


async def test_what_is_still_to_come_counts_what_was_delivered(region: Region) -> None:
    herstel = await past(region)
    months = await past(region, profiel=DUURZAAM, wet="wmo")
    path = f"/nog-te-ontvangen?peildatum={last(-3)}"
    mine = region.financien()
    told = await region.get(path, mine)
    whole = months["prijsCenten"] + herstel["prijsCenten"]
    assert (told["bedragCenten"], told["aantalTermijnen"]) == (whole, 2 + 6)
    await region.declare(line(herstel, "R1"), line(months, "M1"))
    left = await region.get(path, mine)
    first_month = months["termijnen"][0]["bedragCenten"]
    assert left["bedragCenten"] == whole - 337_400 - first_month
    assert {(g["wet"], g["profiel"]): g["aantalTermijnen"] for g in left["groepen"]} == {
        ("jeugdwet", HERSTEL): 1,
        ("wmo", DUURZAAM): 5,
    }
    before = await region.get(f"{path}&bekendOp={told['bekendOp']}", mine)
    assert before["bedragCenten"] == whole
    earlier = await region.get(f"/nog-te-ontvangen?peildatum={last(-9)}", mine)
    assert (earlier["bedragCenten"], earlier["groepen"]) == (0, [])
    assert (await region.get(path, region.financien(HENGELO)))["bedragCenten"] == 0
    await region.get("/nog-te-ontvangen", mine, 400)
    closed = (await close(region, month(-3))).json()
    assert closed["nogTeOntvangenCenten"] == left["bedragCenten"]


async def test_the_journal_as_it_stood_on_a_moment(region: Region) -> None:
    await set_accounts(region)
    one, two = await past(region), await past(region)
    await region.declare(line(one, "R1"))
    moment = (await region.get("/betaalspecificaties", region.financien()))["results"][0]
    await region.declare(line(two, "R2"))
    assert len(await journal(region)) == 4
    assert len(await journal(region, query=f"{DAYS}&bekendOp={moment['geboektOp']}")) == 2
    yesterday = today() - timedelta(days=1)
    assert await journal(region, query=f"vanaf={yesterday}&totEnMet={yesterday}") == []
    headers = region.financien() | {"Accept": "text/csv", "Accept-Language": "nl"}
    answer = await region.client.get(f"/v1/journaal?{DAYS}", headers=headers)
    assert answer.text.splitlines()[0].startswith("boekdatum;boekperiode;dienstjaar;soort")
    assert A in answer.text


async def test_a_task_is_specified_paid_and_told_as_a_declaratie_is(region: Region) -> None:
    await set_accounts(region)
    made = await task_booked(region)
    mine = region.financien()
    (spec,) = (await region.get("/betaalspecificaties", mine))["results"]
    assert (spec["taakopdracht"], spec["declaratie"]) == (made["nummer"], None)
    assert (spec["bedragCenten"], spec["aantalRegels"]) == (1_000_001, 12)
    assert spec["vervaldatum"] == str(today() + timedelta(days=30))
    lines = await region.get(f"/betaalspecificaties/{spec['id']}/regels", mine)
    assert sum(r["bedragCenten"] for r in lines["results"]) == 1_000_001
    assert {(r["mijlpaal"], r["wet"], r["toewijzingNummer"]) for r in lines["results"]} == {
        ("taak", None, None)
    }
    path = f"/v1/betaalspecificaties/{spec['id']}/regels"
    told = await region.client.get(path, headers=mine | {"Accept": "text/csv"})
    assert len(told.text.splitlines()) == 1 + 12
    assert await region.get(f"/betaalspecificaties/{spec['id']}", region.aanbieder()) == spec
    await region.get(f"/betaalspecificaties/{spec['id']}", region.financien(HENGELO), 404)
    await region.get(f"/betaalspecificaties/{spec['id']}", region.aanbieder(B), 404)
    rows = await journal(region)
    assert {row["taakopdracht"] for row in rows} == {made["nummer"]}
    assert {row["declaratienummer"] for row in rows} == {None}
    assert balance(rows) == 0
    assert balance(rows, soort="crediteuren") == -1_000_001
    assert len([row for row in rows if row["soort"] == "kosten"]) == 12
    paid = {"datum": str(today()), "bedragCenten": 1_000_001, "kenmerk": "NL1"}
    await region.post(f"/betaalspecificaties/{spec['id']}/betalingen", mine, paid)
    (spec,) = (await region.get("/betaalspecificaties", mine))["results"]
    assert spec["status"] == "voldaan"


async def test_an_instalment_that_is_not_booked_yet_is_still_to_come_in(region: Region) -> None:
    year = today().year - 1
    mine = region.financien()
    await task_booked(region)
    path = f"/nog-te-ontvangen?peildatum={year}-12-31"
    assert (await region.get(path, mine))["groepen"] == []
    body = {"termijnen": 1, "begindatum": f"{year + 2}-01-01", "einddatum": f"{year + 2}-12-31"}
    task = {
        "aanbieder": A,
        "gemeenten": [{"gemeente": ENSCHEDE, "bedragCenten": 700}],
        "omvat": ["Inloop daarna"],
        "omvatNiet": [],
    }
    await region.post("/taakopdrachten", region.regio, task | body)
    later = await region.get(f"/nog-te-ontvangen?peildatum={year + 2}-01-01", mine)
    assert later["groepen"] == [
        {"wet": "taakopdracht", "profiel": None, "aantalTermijnen": 1, "bedragCenten": 700}
    ]


async def test_a_task_booked_after_a_month_was_closed_is_in_the_first_open_one(
    region: Region,
) -> None:
    await set_accounts(region)
    year = today().year - 1
    for at in range(1, 13):
        assert (await close(region, f"{year}-{at:02}")).status_code == 201
    await task_booked(region)
    rows = [row for row in await journal(region) if row["soort"] == "kosten"]
    assert {(row["boekperiode"], row["dienstjaar"]) for row in rows} == {(f"{year + 1}-01", year)}
    assert balance(rows) == 1_000_001
