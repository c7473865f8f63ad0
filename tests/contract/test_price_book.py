# SPDX-License-Identifier: EUPL-1.2
"""The price book of a day, in each of its forms."""

import base64
import csv
import hashlib
import io
import re

import httpx
from pypdf import PdfReader

from tests.contract.world import MONTHLY, Json, World, assert_problem, price_lines

HTML, CSV, PDF = "text/html", "text/csv", "application/pdf"
NAAM = 'Zoë & <Łukasz> "thuis"'


async def _book(world: World, accept: str = "*/*", **query: str) -> httpx.Response:
    params = {"peildatum": "2027-06-01", **query}
    headers = world.regio | {"Accept": accept}
    answer = await world.client.get("/v1/prijzenboek", params=params, headers=headers)
    assert answer.status_code == 200, answer.text
    return answer


async def _two_years(world: World) -> tuple[Json, Json]:
    await world.put_profiel("OB1", naam=NAAM)
    await world.put_profiel("OB2", soort="duurzaam", betaalplan=MONTHLY, naam="=1+1")
    first = await world.prices("2026-01-01", *price_lines(licht=200_000, middel=300_000))
    lines = price_lines(licht=209_920) + price_lines("OB2", licht=1_234_567)
    return first, await world.prices("2027-01-01", *lines)


def _prices(book: httpx.Response) -> dict[tuple[str, str], Json]:
    return {(p["profiel"], p["intensiteit"]): p for p in book.json()["prijzen"]}


async def test_it_tells_what_holds_and_what_changed(world: World) -> None:
    first, second = await _two_years(world)
    book = await _book(world)
    assert book.headers["Content-Type"] == "application/json"
    assert book.json()["sinds"] == "2027-01-01"
    assert [lijst["id"] for lijst in book.json()["lijsten"]] == [first["id"], second["id"]]
    assert {lijst["besluit"] for lijst in book.json()["lijsten"]} == {"Mandaat 2026-1"}
    prices = _prices(book)
    assert prices["OB1", "licht"] == {
        "profiel": "OB1",
        "naam": NAAM,
        "intensiteit": "licht",
        "bedragCenten": 209_920,
        "eenheid": "traject",
        "vanaf": "2027-01-01",
        "tarieflijst": second["id"],
        "wijziging": "hoger",
        "vorigBedragCenten": 200_000,
        "verschilCenten": 9_920,
        "verschilPercentage": "4.96",
    }
    kept = prices["OB1", "middel"]
    assert (kept["wijziging"], kept["vorigBedragCenten"], kept["tarieflijst"]) == (
        "ongewijzigd",
        300_000,
        first["id"],
    )
    new = prices["OB2", "licht"]
    assert (new["wijziging"], new["eenheid"]) == ("nieuw", "jaar")
    assert new["vorigBedragCenten"] is new["verschilCenten"] is new["verschilPercentage"] is None


async def test_it_holds_the_prices_of_tarieven(world: World) -> None:
    await _two_years(world)
    for day in ("2025-12-31", "2026-01-01", "2026-12-31", "2027-01-01"):
        tarieven = (await world.read("tarieven", peildatum=day)).json()["results"]
        names = ("profiel", "intensiteit", "bedragCenten", "vanaf", "tarieflijst")
        book = (await _book(world, peildatum=day)).json()["prijzen"]
        assert [{name: price[name] for name in names} for price in book] == tarieven


async def test_a_correction_is_compared_with_the_day_before_and_not_with_what_it_corrects(
    world: World,
) -> None:
    _, second = await _two_years(world)
    await world.prices("2027-01-01", *price_lines(licht=190_000))
    corrected = _prices(await _book(world))["OB1", "licht"]
    assert (corrected["wijziging"], corrected["verschilCenten"]) == ("lager", -10_000)
    before = await _book(world, bekendOp=second["vastgesteldOp"])
    assert before.json()["bekendOp"] == second["vastgesteldOp"]
    assert _prices(before)["OB1", "licht"]["bedragCenten"] == 209_920


async def test_as_csv_it_is_safe_and_has_semicolons_for_the_dutch(world: World) -> None:
    _, second = await _two_years(world)
    plain = await _book(world, CSV)
    assert plain.headers["Content-Type"] == f"{CSV}; charset=utf-8; header=present"
    assert plain.headers["Content-Disposition"].endswith('"prijzenboek-2027-06-01.csv"')
    rows = list(csv.DictReader(io.StringIO(plain.text)))
    assert [row["naam"] for row in rows] == [NAAM, NAAM, "'=1+1"]
    assert rows[0] == {
        "peildatum": "2027-06-01",
        "profiel": "OB1",
        "naam": NAAM,
        "intensiteit": "licht",
        "bedragCenten": "209920",
        "eenheid": "traject",
        "vanaf": "2027-01-01",
        "tarieflijst": str(second["id"]),
        "tarieflijstNaam": "Lijst 2027-01-01",
        "besluit": "Mandaat 2026-1",
        "wijziging": "hoger",
        "vorigBedragCenten": "200000",
        "verschilCenten": "9920",
        "verschilPercentage": "4.96",
    }
    headers = world.regio | {"Accept": CSV, "Accept-Language": "nl-NL"}
    dutch = await world.client.get(
        "/v1/prijzenboek", params={"peildatum": "2027-06-01"}, headers=headers
    )
    assert list(csv.DictReader(io.StringIO(dutch.text), delimiter=";")) == rows


async def test_as_a_page_it_is_escaped_and_loads_its_own_style_alone(world: World) -> None:
    await _two_years(world)
    page = await _book(world, HTML)
    assert page.headers["Content-Type"] == "text/html; charset=utf-8"
    assert '<html lang="nl">' in page.text
    assert "Zoë &amp; &lt;Łukasz&gt; &quot;thuis&quot;" in page.text
    assert "<Łukasz>" not in page.text
    for text in ("1 juni 2027", "€ 2.099,20", "€ +99,20", "+4,96 %", "€ 12.345,67", "nieuw"):
        assert text in page.text, text
    style = re.findall(r"<style>(.*?)</style>", page.text, re.DOTALL)
    digest = base64.b64encode(hashlib.sha256(style[0].encode()).digest()).decode()
    policy = page.headers["Content-Security-Policy"]
    assert policy.startswith(f"default-src 'none'; style-src 'sha256-{digest}'")
    assert "unsafe" not in policy


def _text(answer: httpx.Response) -> list[str]:
    assert answer.headers["Content-Type"] == PDF
    return [page.extract_text() for page in PdfReader(io.BytesIO(answer.content)).pages]


async def test_in_print_it_shows_the_same_with_numbered_pages(world: World) -> None:
    await _two_years(world)
    answer = await _book(world, PDF)
    assert answer.headers["Content-Disposition"].endswith('"prijzenboek-2027-06-01.pdf"')
    (text,) = _text(answer)
    for part in (
        "Prijzenboek van 1 juni 2027",
        "€ 2.099,20",
        "€ +99,20",
        "+4,96 %",
        "Zoë & <Łukasz>",
        "Mandaat 2026-1",
        "blad 1 van 1",
    ):
        assert part in text, (part, text)


async def test_a_long_book_repeats_its_heads_on_every_page(world: World) -> None:
    codes = [f"P{number:02}" for number in range(40)]
    for code in codes:
        await world.put_profiel(code)
    await world.prices("2026-01-01", *(line for code in codes for line in price_lines(code)))
    pages = _text(await _book(world, PDF))
    assert len(pages) > 2
    for number, page in enumerate(pages, 1):
        assert f"blad {number} van {len(pages)}" in page
        assert "Naam" in page
    assert sum(page.count("€ 1.000,00") for page in pages) == len(codes)


async def test_the_decisions_of_gemeenten_stand_where_there_is_no_mandate(world: World) -> None:
    await world.put_profiel()
    lijst = (await world.draft())["id"]
    gemeenten = (await world.read("gemeenten", pageSize=500)).json()["results"]
    codes = [gemeente["code"] for gemeente in gemeenten if gemeente["samen14"]]
    besluiten = [
        {"gemeente": code, "datum": "2025-11-04", "kenmerk": f"B-{code}"} for code in codes
    ]
    path = f"/v1/tarieflijsten/{lijst}/vaststelling"
    body = {"besluiten": besluiten}
    answer = await world.client.post(path, json=body, headers=world.vaststeller)
    assert answer.status_code == 200, answer.text
    (shown,) = (await _book(world)).json()["lijsten"]
    assert shown["besluit"] == "; ".join(f"{code} 2025-11-04 B-{code}" for code in sorted(codes))
    (printed,) = _text(await _book(world, PDF))
    assert all(f"B-{code}" in printed for code in codes)


async def test_a_day_without_prices_says_so(world: World) -> None:
    empty = await _book(world)
    assert (empty.json()["sinds"], empty.json()["prijzen"]) == (None, [])
    assert "geldt nog geen prijs" in (await _book(world, HTML)).text
    assert "geldt nog geen prijs" in _text(await _book(world, PDF))[0].replace("\n", " ")
    assert len((await _book(world, CSV)).text.splitlines()) == 1


async def test_a_concept_is_not_in_the_book(world: World) -> None:
    await world.put_profiel()
    await world.draft("2026-01-01")
    assert (await _book(world)).json()["prijzen"] == []


async def test_bad_questions_are_refused(world: World) -> None:
    for query, names in (
        ({}, {"peildatum"}),
        ({"peildatum": "2026-02-30", "bekendOp": "gisteren"}, {"peildatum", "bekendOp"}),
        ({"peildatum": "2026-01-01", "profiel": "OB1"}, {"profiel"}),
    ):
        for accept in ("application/json", PDF):
            headers = world.regio | {"Accept": accept}
            answer = await world.client.get("/v1/prijzenboek", params=query, headers=headers)
            problem = assert_problem(answer, 400)
            assert {fault["name"] for fault in problem["invalidParams"]} == names


async def test_another_media_type_is_refused_and_a_head_has_no_body(world: World) -> None:
    path = "/v1/prijzenboek?peildatum=2026-01-01"
    for media in ("application/json", HTML, CSV, PDF):
        head = await world.client.head(path, headers=world.regio | {"Accept": media})
        assert (head.status_code, head.content) == (200, b"")
        assert head.headers["Content-Type"].startswith(media)
    answer = await world.client.get(path, headers=world.regio | {"Accept": "image/png"})
    assert_problem(answer, 406, "mediatype_niet_beschikbaar")
