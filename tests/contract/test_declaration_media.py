# SPDX-License-Identifier: EUPL-1.2
"""One declaratie in three media types: the same judgement, the same faults, the same number."""

import csv
import io
import json
from typing import Any

import httpx
import pytest

from tests.callers import Headers
from tests.contract.declaring import (
    A,
    B,
    Region,
    credit,
    declaration,
    first,
    judgement,
    last,
    line,
    opened,
    today,
)

JSON, CSV, NDJSON = "application/json", "text/csv", "application/x-ndjson"
MEDIA = (JSON, CSV, NDJSON)
NEEDED = (
    "referentie", "toewijzingNummer", "mijlpaal", "begindatum",
    "einddatum", "bedragCenten", "debetCredit",
)  # fmt: skip
COLUMNS = (*NEEDED, "vorigeReferentie")
Lines = list[dict[str, Any]]


@pytest.fixture
async def region(client: httpx.AsyncClient, token: Headers) -> Region:
    return await opened(client, token)


def as_csv(lines: Lines, columns: tuple[str, ...] = COLUMNS, newline: str = "\r\n") -> bytes:
    text = io.StringIO()
    writer = csv.DictWriter(text, columns, restval="", lineterminator=newline)
    writer.writeheader()
    writer.writerows(lines)
    return text.getvalue().encode()


def as_ndjson(lines: Lines) -> bytes:
    return "".join(json.dumps(regel) + "\n" for regel in lines).encode()


async def sent(
    region: Region, content: bytes, media: str, nummer: str, agb: str = A
) -> httpx.Response:
    headers = region.aanbieder(agb) | {"Content-Type": media}
    query = {} if media == JSON else {"declaratienummer": nummer, "dagtekening": str(today())}
    return await region.client.post(
        "/v1/declaraties", headers=headers, params=query, content=content
    )


async def declared(
    region: Region, lines: Lines, media: str, nummer: str, agb: str = A
) -> httpx.Response:
    if media == CSV:
        return await sent(region, as_csv(lines), media, nummer, agb)
    if media == NDJSON:
        return await sent(region, as_ndjson(lines), media, nummer, agb)
    body = json.dumps(declaration(nummer, *lines)).encode()
    return await sent(region, body, media, nummer, agb)


async def some(region: Region, mark: str, agb: str = A) -> Lines:
    """Lines of every kind of uitkomst, on toewijzingen of their own."""
    period = {"begindatum": first(-8), "einddatum": last(-3), "aanbieder": agb}
    made = await region.toewijzing(await region.inwoner(), **period)
    held = await region.toewijzing(await region.inwoner((None, "2010-01-01")), **period)
    right = line(made, f"{mark}1")
    return [
        right,
        line(made, f"{mark}2", bedragCenten=3),
        line(held, f"{mark}3"),
        credit(right, f"{mark}4"),
        line(made, f"{mark}5", toewijzingNummer=999_999_999),
        line(made, f"{mark}6", 1),
    ]


def assert_refused(answer: httpx.Response, *names: str) -> dict[str, Any]:
    """A 400 in which every one of these is named."""
    assert answer.status_code == 400, answer.text
    assert answer.headers["Content-Type"].startswith("application/problem+json")
    problem: dict[str, Any] = answer.json()
    told = json.dumps([problem["detail"], problem.get("invalidParams")])
    for name in names:
        assert name in told, (name, told)
    return problem


async def test_the_media_type_makes_no_difference_to_the_judgement(region: Region) -> None:
    judged = []
    for at, media in enumerate(MEDIA):
        answer = await declared(region, await some(region, f"M{at}-"), media, f"M{at}")
        assert answer.status_code == 201, answer.text
        made = answer.json()
        assert answer.headers["Location"].endswith(f"/v1/declaraties/{made['id']}")
        counts = {name: made[name] for name in made if name.startswith(("aantal", "toegekend"))}
        judged.append((counts, [judgement(regel) for regel in await region.regels(made)]))
    assert judged[0] == judged[1] == judged[2]
    assert [uitkomst for uitkomst, _ in judged[0][1]] == [
        "toegekend", "afgekeurd", "aangehouden", "afgekeurd", "afgekeurd", "toegekend",
    ]  # fmt: skip


@pytest.mark.parametrize("media", MEDIA)
async def test_a_referentie_may_be_any_word_also_one_of_another_column(
    region: Region, media: str
) -> None:
    words = ["debet", "credit", "f", "t", "start", 'a"b', "a,debet,b"]
    period = {"begindatum": first(-8), "einddatum": last(-3)}
    made = [await region.toewijzing(await region.inwoner(), **period) for _ in words]
    lines = [line(toewijzing, word) for toewijzing, word in zip(made, words, strict=True)]
    for at, (lines_at_once, told) in enumerate(((lines[:5], words[:5]), (lines[5:], words[5:]))):
        answer = await declared(region, lines_at_once, media, f"WOORD{at}")
        assert answer.status_code == 201, answer.text
        judged = await region.regels(answer.json())
        assert [regel["referentie"] for regel in judged] == told
        assert {regel["uitkomst"] for regel in judged} == {"toegekend"}


@pytest.mark.parametrize("media", MEDIA)
async def test_the_same_content_again_is_the_stored_result_in_any_media_type(
    region: Region, media: str
) -> None:
    lines = await some(region, "R")
    made = (await declared(region, lines, media, "NOGEENS1")).json()
    for again in MEDIA:
        answer = await declared(region, lines, again, "NOGEENS1")
        assert (answer.status_code, answer.json()) == (200, made), again
    shuffled = [dict(reversed(regel.items())) for regel in lines]
    assert (await declared(region, shuffled, NDJSON, "NOGEENS1")).status_code == 200
    for other in (lines[::-1], lines[:-1], [lines[0] | {"bedragCenten": 1}, *lines[1:]]):
        for again in MEDIA:
            answer = await declared(region, other, again, "NOGEENS1")
            assert answer.status_code == 409, answer.text
    assert (await region.get(f"/declaraties/{made['id']}", region.aanbieder())) == made
    theirs = await some(region, "R", B)
    assert (await declared(region, theirs, media, "NOGEENS1", B)).status_code == 201


@pytest.mark.parametrize("media", MEDIA)
async def test_a_fault_of_shape_refuses_everything_and_uses_up_no_number(
    region: Region, media: str
) -> None:
    lines = await some(region, "R")
    faults: list[tuple[str, Any]] = [
        ("begindatum", "2026-02-30"),
        ("einddatum", "31-12-2026"),
        ("mijlpaal", "eind"),
        ("debetCredit", "D"),
        ("bedragCenten", "12,50"),
        ("toewijzingNummer", "tien"),
        ("referentie", "R" * 21),
    ]
    for name, value in faults:
        wrong = [lines[0], lines[1] | {name: value}, *lines[2:]]
        problem = assert_refused(await declared(region, wrong, media, "VORM1"), name)
        assert len(problem["invalidParams"]) == 1
    assert (await region.get("/declaraties", region.aanbieder()))["count"] == 0
    answer = await declared(region, lines, media, "VORM1")
    assert answer.status_code == 201
    assert answer.json()["aantalToegekend"] == 2


@pytest.mark.parametrize("media", MEDIA)
async def test_all_faults_of_shape_are_told_at_once_each_with_its_row(
    region: Region, media: str
) -> None:
    lines = await some(region, "R")
    lines[1] |= {"begindatum": "2026-13-01", "mijlpaal": "eind"}
    lines[3] |= {"debetCredit": "beide"}
    problem = assert_refused(
        await declared(region, lines, media, "VORM2"), "begindatum", "mijlpaal", "debetCredit"
    )
    faults = [f"{fault['name']} {fault['reason']}" for fault in problem["invalidParams"]]
    assert len(faults) == 3
    # JSON counts from 0, a file has rows
    rows = ["[1]", "[1]", "[3]"] if media == JSON else ["Rij 2", "Rij 2", "Rij 4"]
    columns = ["begindatum", "mijlpaal", "debetCredit"]
    for column, row in zip(columns, rows, strict=True):
        assert any(column in fault and row in fault for fault in faults), faults
    many = [lines[0] | {"mijlpaal": "eind"}] * 150
    answer = await declared(region, many, media, "VORM2")
    assert len(assert_refused(answer)["invalidParams"]) == 100


@pytest.mark.parametrize("media", [JSON, NDJSON])
async def test_unknown_and_missing_fields_are_faults_of_shape(region: Region, media: str) -> None:
    lines = await some(region, "R")
    unknown = [lines[0] | {"uren": 3}]
    assert_refused(await declared(region, unknown, media, "VELD1"), "uren")
    short = {name: lines[0][name] for name in ("referentie", "mijlpaal")}
    names = set(NEEDED) - set(short)
    assert_refused(await declared(region, [short], media, "VELD1"), *names)
    text = [lines[0] | {"bedragCenten": "337400"}]
    assert_refused(await declared(region, text, media, "VELD1"), "bedragCenten")


async def test_a_number_that_is_no_number_of_a_declaratie_is_refused(region: Region) -> None:
    lines = await some(region, "R")
    for nummer in ("1234567890123", "A-1", "A B", ""):
        for media in MEDIA:
            assert_refused(await declared(region, lines, media, nummer), "declaratienummer")
    answer = await declared(region, lines, CSV, "ABCdef789012")
    assert answer.status_code == 201


@pytest.mark.parametrize("media", [CSV, NDJSON])
async def test_a_file_carries_its_number_and_date_in_the_query(region: Region, media: str) -> None:
    headers = region.aanbieder() | {"Content-Type": media}
    answer = await region.client.post("/v1/declaraties", headers=headers, content=b"")
    assert_refused(answer, "declaratienummer", "dagtekening")


async def test_faults_of_the_query_and_of_the_file_are_told_at_once(region: Region) -> None:
    headers = region.aanbieder() | {"Content-Type": CSV}
    content = as_csv([(await some(region, "R"))[0] | {"mijlpaal": "eind"}])
    answer = await region.client.post("/v1/declaraties", headers=headers, content=content)
    assert_refused(answer, "declaratienummer", "dagtekening", "mijlpaal")


async def test_csv_may_be_written_in_every_way_the_rfc_allows(region: Region) -> None:
    lines = (await some(region, "R"))[:2]
    plain = as_csv(lines, NEEDED)
    header, *rest = plain.decode().split("\r\n")
    quoted = "\r\n".join(
        ",".join(f'"{cell}"' for cell in row.split(",")) for row in (header, *rest) if row
    )
    reordered = as_csv(lines, COLUMNS[::-1])
    assert (await sent(region, plain, CSV, "CSV1")).status_code == 201
    for content in (
        b"\xef\xbb\xbf" + plain,
        b"\xef\xbb\xbf" + quoted.encode(),
        plain.removesuffix(b"\r\n"),
        as_csv(lines, NEEDED, "\n"),
        quoted.encode(),
        reordered,
        as_csv(lines),
    ):
        answer = await sent(region, content, CSV, "CSV1")
        assert answer.status_code == 200, (content, answer.text)
    for charset in ("text/csv; charset=utf-8", "text/csv;header=present"):
        assert (await sent(region, plain, charset, "CSV1")).status_code == 200


async def test_a_quoted_cell_may_hold_commas_quotes_and_breaks(region: Region) -> None:
    lines = (await some(region, "R"))[:2]
    lines[0]["referentie"], lines[1]["referentie"] = 'A,"B"', "één"
    answer = await sent(region, as_csv(lines, NEEDED), CSV, "CSV2")
    assert answer.status_code == 201, answer.text
    regels = await region.regels(answer.json())
    assert [regel["referentie"] for regel in regels] == ['A,"B"', "één"]


async def test_csv_names_every_missing_and_every_unknown_column(region: Region) -> None:
    lines = await some(region, "R")
    some_columns = ("referentie", "mijlpaal")
    cut = [{name: regel[name] for name in some_columns} for regel in lines]
    missing = set(NEEDED) - set(some_columns)
    assert_refused(await sent(region, as_csv(cut, some_columns), CSV, "CSV3"), *missing)
    extra = [regel | {"uren": 3, "product": "x"} for regel in lines]
    columns = (*COLUMNS, "uren", "product")  # the ninth and the tenth
    assert_refused(await sent(region, as_csv(extra, columns), CSV, "CSV3"), "9", "10")


async def test_csv_with_another_delimiter_encoding_or_an_open_quote_is_refused(
    region: Region,
) -> None:
    lines = (await some(region, "R"))[:2]
    good = as_csv(lines, NEEDED)
    assert_refused(await sent(region, good.replace(b",", b";"), CSV, "CSV4"), *NEEDED)
    lines[1]["referentie"] = "één"
    latin = as_csv(lines, NEEDED).decode().encode("latin-1")
    rows = good.split(b"\r\n")
    for content in (
        latin,
        good.decode().encode("utf-16"),
        b"\r\n".join([*rows[:2], b'"' + rows[2], b""]),
        b"\r\n".join([*rows[:2], rows[2] + b",x", b""]),
        b"\r\n".join([*rows[:2], rows[2].rsplit(b",", 1)[0], b""]),
        good.replace(b"debet\r\n", b'debet"x"\r\n', 1) + b'"',
        b"",
    ):
        assert_refused(await sent(region, content, CSV, "CSV4"))
    assert (await sent(region, good, CSV, "CSV4")).status_code == 201


async def test_csv_twice_the_same_column_is_refused(region: Region) -> None:
    lines = (await some(region, "R"))[:1]
    header, row, *_ = as_csv(lines, NEEDED).decode().split("\r\n")
    content = f"{header},referentie\r\n{row},ANDERS\r\n".encode()
    assert_refused(await sent(region, content, CSV, "CSV5"), "referentie")


async def test_ndjson_that_is_no_json_is_refused_with_its_row(region: Region) -> None:
    good = as_ndjson(await some(region, "R"))
    first_row, rest = good.split(b"\n", 1)
    for bad in (b"{", b"[1]", b"12", b'"x"', b"\xff"):
        answer = await sent(region, first_row + b"\n" + bad + b"\n" + rest, NDJSON, "ND1")
        assert "2" in json.dumps(assert_refused(answer)["invalidParams"])
    assert (await sent(region, good.rstrip(b"\n"), NDJSON, "ND1")).status_code == 201


async def test_json_beyond_ten_thousand_lines_is_too_large_and_csv_is_not(region: Region) -> None:
    regel = (await some(region, "R"))[0] | {"toewijzingNummer": 999_999_999}
    lines = [regel | {"referentie": f"L{at}"} for at in range(10_001)]
    answer = await declared(region, lines, JSON, "GROOT1")
    assert answer.status_code == 413
    assert "text/csv" in answer.json()["detail"]
    assert "application/x-ndjson" in answer.json()["detail"]
    for fits, media, nummer in ((lines[:-1], JSON, "GROOT1"), (lines, CSV, "GROOT2")):
        answer = await declared(region, fits, media, nummer)
        assert answer.status_code in {201, 202}


async def test_another_media_type_is_not_understood(region: Region) -> None:
    headers = region.aanbieder() | {"Content-Type": "application/xml"}
    answer = await region.client.post("/v1/declaraties", headers=headers, content=b"<x/>")
    assert answer.status_code == 415
