# SPDX-License-Identifier: EUPL-1.2
"""What a gemeente bears, in sums and line by line, by the contract's letter."""

import csv
import io
import json
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
    HERSTEL,
    A,
    B,
    Region,
    credit,
    first,
    last,
    line,
    opened,
    parts,
)

COLUMNS = [
    "boekingnummer", "gemeente", "betaler", "aanbieder", "toewijzingNummer", "wet", "profiel",
    "intensiteit", "mijlpaal", "begindatum", "einddatum", "dagen", "bedragCenten", "geboektOp",
    "declaratienummer", "referentie",
]  # fmt: skip
NUMBERS = ("boekingnummer", "toewijzingNummer", "dagen", "bedragCenten")
PERIOD = f"vanaf={first(-12)}&totEnMet={last(-1)}"
MOVING = ((ENSCHEDE, "2010-01-01"), (HENGELO, first(-4)))
CSV, NDJSON = "text/csv", "application/x-ndjson"


@pytest.fixture
async def region(client: httpx.AsyncClient, token: Headers) -> Region:
    return await opened(client, token)


async def kosten(region: Region, query: str = PERIOD, of: str = ENSCHEDE) -> Any:
    return await region.get(f"/kosten?gemeente={of}&{query}", region.financien(of))


def groups(answer: dict[str, Any]) -> dict[str, tuple[int, int]]:
    assert len({group["sleutel"] for group in answer["groepen"]}) == len(answer["groepen"])
    return {g["sleutel"]: (g["bedragCenten"], g["aantalBoekingen"]) for g in answer["groepen"]}


async def kostenregels(
    region: Region, of: str = ENSCHEDE, query: str = PERIOD, **headers: str
) -> httpx.Response:
    asked = region.financien(of) | {name.replace("_", "-"): text for name, text in headers.items()}
    path = f"/v1/kostenregels?gemeente={of}&{query}"
    answer = await region.client.get(path, headers=asked)
    assert answer.status_code == 200, answer.text
    return answer


def rows(answer: httpx.Response, delimiter: str = ",") -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(answer.text, newline=""), delimiter=delimiter))


def objects(answer: httpx.Response) -> list[dict[str, Any]]:
    return [json.loads(row) for row in answer.text.splitlines()]


async def booked(region: Region) -> dict[str, dict[str, Any]]:
    """A move, a year of help, a credit and another aanbieder: what each declaration gave."""
    moves = await region.inwoner(*MOVING)
    herstel = await region.toewijzing(moves, begindatum=first(-6), einddatum=last(-3))
    months = await region.toewijzing(
        await region.inwoner(),
        profiel=DUURZAAM, wet="wmo", aanbieder=B, begindatum=first(-5), einddatum=last(-4),
    )  # fmt: skip
    start = line(herstel, "R1")
    await region.declare(start, line(herstel, "R2", 1), nummer="A1")
    await region.declare(line(months, "R1"), line(months, "R2", 1), nummer="B1", agb=B)
    declaratie = await region.declare(credit(start, "C1"), nummer="A2")
    assert (await region.regels(declaratie))[0]["uitkomst"] == "toegekend"
    return {"herstel": herstel, "months": months, "credit": declaratie}


async def test_costs_are_what_the_gemeente_bears_in_every_grouping(region: Region) -> None:
    made = await booked(region)
    resultaat = made["herstel"]["termijnen"][1]["bedragCenten"]
    lines = await region.regels(await region.declare(line(made["herstel"], "R9")))
    days = {gemeente: count for gemeente, count, _ in parts(lines[0])}
    start = {gemeente: cents for gemeente, _, cents in parts(lines[0])}
    whole = objects(await kostenregels(region, Accept=NDJSON))
    shares = [r["bedragCenten"] for r in whole if r["mijlpaal"] == "resultaat"]
    assert len(shares) == 1
    # within one cent of the exact share
    assert abs(shares[0] - resultaat * days[ENSCHEDE] / sum(days.values())) < 1
    one, two = (termijn["bedragCenten"] for termijn in made["months"]["termijnen"])
    # start, its credit and start again; resultaat; two months
    herstel = (start[ENSCHEDE] + shares[0], 4)
    total = (herstel[0] + one + two, 6)
    expected: dict[str, dict[str, tuple[int, int]]] = {
        "maand": {
            str(first(-6))[:7]: herstel,
            str(first(-5))[:7]: (one, 1),
            str(first(-4))[:7]: (two, 1),
        },
        "profiel": {HERSTEL: herstel, DUURZAAM: (one + two, 2)},
        "aanbieder": {A: herstel, B: (one + two, 2)},
        "wet": {"jeugdwet": herstel, "wmo": (one + two, 2)},
    }
    for groepering, groepen in expected.items():
        answer = await kosten(region, f"{PERIOD}&groepering={groepering}")
        assert (answer["gemeente"], answer["bedragCenten"], answer["aantalBoekingen"]) == (
            ENSCHEDE,
            *total,
        )
        assert (answer["vanaf"], answer["totEnMet"]) == (str(first(-12)), str(last(-1)))
        assert groups(answer) == groepen, groepering
    bare = await kosten(region)
    assert (bare["bedragCenten"], bare["aantalBoekingen"]) == total


async def test_a_bearer_sees_what_it_bears_and_not_what_it_pays(region: Region) -> None:
    spoed = {"reden": "Crisis"}
    away = await region.inwoner((HENGELO, "2010-01-01"))
    made = await region.toewijzing(away, spoed=spoed, begindatum=first(-6), einddatum=last(-3))
    await region.declare(line(made, "R1"))
    assert (await kosten(region))["aantalBoekingen"] == 0
    assert rows(await kostenregels(region)) == []
    bears = await kosten(region, of=HENGELO)
    assert (bears["bedragCenten"], bears["aantalBoekingen"]) == (337_400, 1)
    (row,) = objects(await kostenregels(region, HENGELO, Accept=NDJSON))
    assert (row["gemeente"], row["betaler"]) == (HENGELO, ENSCHEDE)


async def test_the_region_sees_the_sums_of_all_bearers_and_no_single_one(region: Region) -> None:
    moves = await region.inwoner((ENSCHEDE, "2010-01-01"), (AMSTERDAM, first(-4)))
    made = await region.toewijzing(moves, begindatum=first(-6), einddatum=last(-3))
    lines = await region.regels(await region.declare(line(made, "R1")))
    borne = {gemeente: (cents, 1) for gemeente, _, cents in parts(lines[0])}
    assert set(borne) == {ENSCHEDE, AMSTERDAM}
    answer = await region.get(f"/kosten?{PERIOD}&groepering=gemeente", region.regio)
    assert (answer["gemeente"], answer["bedragCenten"]) == (None, 337_400)
    assert answer["aantalBoekingen"] == 2
    assert groups(answer) == borne
    for groepering in ("maand", "profiel", "aanbieder", "wet"):
        answer = await region.get(f"/kosten?{PERIOD}&groepering={groepering}", region.regio)
        assert list(groups(answer).values()) == [(337_400, 2)]
    await region.get(f"/kostenregels?{PERIOD}&gemeente={ENSCHEDE}", region.regio, 403)


async def test_another_gemeente_is_forbidden_and_a_wrong_question_is_bad_input(
    region: Region,
) -> None:
    for path in ("/kosten", "/kostenregels"):
        mine = region.financien()
        await region.get(f"{path}?gemeente={ALMELO}&{PERIOD}", mine, 403)
        await region.get(f"{path}?gemeente={ENSCHEDE}&{PERIOD}", region.toegang(), 403)
        for query in (
            "",
            f"vanaf={first(-2)}",
            f"totEnMet={first(-2)}",
            f"{PERIOD}&kleur=rood",
            "vanaf=2026-02-30&totEnMet=2026-03-01",
        ):
            await region.get(f"{path}?gemeente={ENSCHEDE}&{query}", mine, 400)
    path = f"/kosten?gemeente={ENSCHEDE}&{PERIOD}&groepering="
    await region.get(f"{path}dag", region.financien(), 400)
    await region.get(f"{path}gemeente", region.financien(), 403)
    await region.get(f"/kosten?{PERIOD}&groepering=dag", region.regio, 400)


async def test_costs_select_on_the_first_day_of_the_booked_period(region: Region) -> None:
    period = {"begindatum": first(-6), "einddatum": last(-3)}
    made = await region.toewijzing(await region.inwoner(), **period)
    await region.declare(line(made, "R1"))
    for vanaf, until, count in (
        (first(-6), first(-6), 1),
        (first(-5), last(-1), 0),
        (first(-12), last(-7), 0),
        (first(-12), first(-6), 1),
    ):
        query = f"vanaf={vanaf}&totEnMet={until}"
        assert (await kosten(region, query))["aantalBoekingen"] == count
        assert len(rows(await kostenregels(region, query=query))) == count


async def test_costs_of_nothing_are_zero(region: Region) -> None:
    answer = await kosten(region, f"{PERIOD}&groepering=maand", ALMELO)
    assert (answer["bedragCenten"], answer["aantalBoekingen"], answer["groepen"]) == (0, 0, [])
    assert (await kostenregels(region)).text.splitlines() == [",".join(COLUMNS)]
    assert (await kostenregels(region, Accept=NDJSON)).text == ""


async def test_costs_are_exported_line_by_line_in_order_of_boekingnummer(region: Region) -> None:
    made = await booked(region)
    answer = await kostenregels(region, Accept=NDJSON)
    assert answer.headers["Content-Type"].startswith(NDJSON)
    listed = objects(answer)
    assert [list(row) for row in listed] == [COLUMNS] * 5
    numbers = [row["boekingnummer"] for row in listed]
    assert numbers == sorted(set(numbers))
    by_reference = {(row["declaratienummer"], row["referentie"]): row for row in listed}
    begun, back = by_reference["A1", "R1"], by_reference["A2", "C1"]
    assert back["bedragCenten"] == -begun["bedragCenten"] < 0
    expected = {
        "gemeente": ENSCHEDE,
        "betaler": ENSCHEDE,
        "aanbieder": A,
        "toewijzingNummer": made["herstel"]["nummer"],
        "wet": "jeugdwet",
        "profiel": HERSTEL,
        "intensiteit": "middel",
        "mijlpaal": "start",
        "begindatum": str(first(-6)),
        "einddatum": str(last(-3)),
        "dagen": (first(-4) - first(-6)).days,
    }
    assert {name: begun[name] for name in expected} == expected
    assert begun["geboektOp"].endswith("Z")
    month = by_reference["B1", "R2"]
    assert (month["mijlpaal"], month["begindatum"], month["einddatum"]) == (
        "voortgang", str(first(-4)), str(last(-4)),
    )  # fmt: skip
    assert sum(row["bedragCenten"] for row in listed) == (await kosten(region))["bedragCenten"]


async def test_csv_has_the_same_lines_and_a_delimiter_by_language(region: Region) -> None:
    await booked(region)
    listed = objects(await kostenregels(region, Accept=NDJSON))
    text = [{name: str(value) for name, value in row.items()} for row in listed]
    for delimiter, headers in (
        (",", {}),
        (",", {"Accept": "*/*"}),
        (",", {"Accept": CSV, "Accept-Language": "en, nl"}),
        (";", {"Accept": CSV, "Accept-Language": "nl"}),
        (";", {"Accept": "text/*", "Accept-Language": "nl-NL,nl;q=0.9,en;q=0.8"}),
    ):
        answer = await kostenregels(region, **headers)
        assert answer.headers["Content-Type"].startswith(CSV)
        assert answer.content.startswith(delimiter.join(COLUMNS).encode())
        assert rows(answer, delimiter) == text, headers


async def test_an_export_answers_head_and_refuses_what_it_cannot_make(region: Region) -> None:
    path = f"/v1/kostenregels?gemeente={ENSCHEDE}&{PERIOD}"
    for media in (CSV, NDJSON):
        headers = region.financien() | {"Accept": media}
        head = await region.client.head(path, headers=headers)
        assert (head.status_code, head.content) == (200, b"")
        assert head.headers["Content-Type"].startswith(media)
        assert "API-Version" in head.headers
    for media in ("application/xml", "image/png", "text/csv;q=0"):
        headers = region.financien() | {"Accept": media}
        assert (await region.client.get(path, headers=headers)).status_code == 406
        assert (await region.client.head(path, headers=headers)).status_code == 406
    await region.get(path.removeprefix("/v1"), region.toegang(), 403)
    both = region.financien() | {"Accept": f"{CSV};q=0.1, {NDJSON}"}
    answer = await region.client.get(path, headers=both)
    assert answer.headers["Content-Type"].startswith(NDJSON)


async def test_text_a_spreadsheet_would_run_is_made_harmless_in_csv_only(region: Region) -> None:
    period = {"begindatum": first(-8), "einddatum": last(-3), "profiel": GEZIN}
    made = await region.toewijzing(await region.inwoner(), **period)
    dangerous = ["=1+1", "+31", "-2", "@SUM", "'a", "a=b"]
    lines = [line(made, referentie, at) for at, referentie in enumerate(dangerous)]
    declaratie = await region.declare(*lines)
    assert declaratie["aantalToegekend"] == 6
    await region.declare(credit(lines[0], "terug"))
    listed = objects(await kostenregels(region, Accept=NDJSON))
    assert sorted(row["referentie"] for row in listed) == sorted([*dangerous, "terug"])
    exported = rows(await kostenregels(region))
    by_number = {row["boekingnummer"]: row for row in exported}
    for row in listed:
        cell = by_number[str(row["boekingnummer"])]
        harmless = row["referentie"] in {"'a", "a=b", "terug"}
        assert cell["referentie"] == ("" if harmless else "'") + row["referentie"]
        assert all(cell[name] == str(row[name]) for name in NUMBERS)
    assert min(int(row["bedragCenten"]) for row in exported) < 0
    assert all(isinstance(row[name], int) for row in listed for name in NUMBERS)
