# SPDX-License-Identifier: EUPL-1.2
"""What is to be paid and what was: specifications, payments, and the order to the bank."""

import asyncio
import csv
import io
from datetime import UTC, datetime, timedelta
from importlib.resources import files
from typing import Any
from xml.etree import ElementTree

import asyncpg
import httpx
import pytest
import xmlschema

from app.db.connection import connected_as_owner, open_pool
from app.settlement.queue import settle_in_background
from tests.callers import Headers
from tests.contract.declaring import (
    DUURZAAM,
    ENSCHEDE,
    HENGELO,
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

IBAN_GEMEENTE, IBAN_A, IBAN_B = "NL61BNGH0285000000", "NL44RABO0123456789", "NL02ABNA0123456789"
PAIN = "{urn:iso:std:iso:20022:tech:xsd:pain.001.001.09}"
Json = dict[str, Any]


@pytest.fixture
async def region(client: httpx.AsyncClient, token: Headers) -> Region:
    return await opened(client, token)


async def specificaties(region: Region, query: str = "", of: str = ENSCHEDE) -> list[Json]:
    found: list[Json] = (await region.get(f"/betaalspecificaties{query}", region.financien(of)))[
        "results"
    ]
    return found


async def specified(region: Region, agb: str = A, **changed: Any) -> Json:
    """The specificatie of one granted start."""
    made = await past(region, aanbieder=agb, **changed)
    await region.declare(line(made, f"S{region.count}"), agb=agb)
    return (await specificaties(region))[-1]


def pays(specificatie: Json, centen: int | None = None, kenmerk: str = "K1") -> Json:
    return {
        "datum": str(today()),
        "bedragCenten": specificatie["openCenten"] if centen is None else centen,
        "kenmerk": kenmerk,
    }


async def send(region: Region, path: str, body: Any, gemeente: str = ENSCHEDE) -> httpx.Response:
    return await region.client.post(f"/v1/{path}", json=body, headers=region.financien(gemeente))


def colleague(region: Region) -> dict[str, str]:
    return region.token("regio", sub="een ander")


async def accounts(region: Region) -> None:
    for agb, iban in ((A, IBAN_A), (B, IBAN_B)):
        body = {"iban": iban, "tenaamstelling": f"Zorg & Co {agb}"}
        path = f"/aanbieders/{agb}/bankrekening"
        await region.answer("PUT", path, region.regio, body, 200)
        await region.post(f"{path}/goedkeuring", colleague(region), {"iban": iban}, 200)
    body = {"iban": "nl61 bngh 0285 0000 00", "tenaamstelling": "Gemeente Énschede"}
    path = f"/gemeenten/{ENSCHEDE}/bankrekening"
    made = await region.answer("PUT", path, region.financien(), body, 200)
    assert (made["iban"], made["status"]) == (IBAN_GEMEENTE, "wacht_op_goedkeuring")
    other = region.token("financien", gemeente=ENSCHEDE, sub="een ander")
    agreed = await region.post(f"{path}/goedkeuring", other, {"iban": IBAN_GEMEENTE}, 200)
    assert (agreed["iban"], agreed["status"]) == (IBAN_GEMEENTE, "geldig")


async def order(region: Region, **body: Any) -> Json:
    made: Json = await region.post(
        "/betaalopdrachten", region.financien(), {"uitvoerdatum": str(today()), **body}
    )
    return made


async def test_a_declaratie_is_specified_per_betaler(region: Region) -> None:
    ours = await past(region)
    theirs = await past(region, gemeente=HENGELO, inwonerId=await region.inwoner(of=HENGELO))
    start = line(ours, "R1")
    declaratie = await region.declare(start, line(ours, "R2", 1), line(theirs, "R3"), nummer="A1")
    [spec] = await specificaties(region)
    expected = {
        "declaratie": declaratie["id"],
        "declaratienummer": "A1",
        "aanbieder": A,
        "betaler": ENSCHEDE,
        "aantalRegels": 2,
        "debetCenten": 482_000,
        "creditCenten": 0,
        "bedragCenten": 482_000,
        "openCenten": 482_000,
        "vervaldatum": str(today() + timedelta(days=30)),
        "status": "open",
        "voldaanOp": None,
    }
    assert {name: spec[name] for name in expected} == expected
    [other] = await specificaties(region, of=HENGELO)
    assert (other["betaler"], other["bedragCenten"]) == (HENGELO, 337_400)
    own = (await region.get("/betaalspecificaties", region.aanbieder()))["results"]
    assert own == [spec, other]
    assert (await region.get("/betaalspecificaties", region.aanbieder(B)))["count"] == 0
    for query, expected_ids in (
        (f"?aanbieder={A}", [spec["id"]]),
        (f"?aanbieder={B}", []),
        (f"?betaler={HENGELO}", []),
        (f"?declaratie={declaratie['id']}&status=open", [spec["id"]]),
        (
            f"?vervaltVanaf={spec['vervaldatum']}&vervaltTotEnMet={spec['vervaldatum']}",
            [spec["id"]],
        ),
        (f"?vervaltTotEnMet={today()}", []),
    ):
        assert [found["id"] for found in await specificaties(region, query)] == expected_ids, query
    path = f"/betaalspecificaties/{spec['id']}"
    assert await region.get(path, region.financien()) == spec
    lines = (await region.get(f"{path}/regels", region.financien()))["results"]
    assert [(r["referentie"], r["bedragCenten"]) for r in lines] == [
        ("R1", 337_400),
        ("R2", 144_600),
    ]
    answer = await region.client.get(
        f"/v1{path}/regels", headers=region.aanbieder() | {"Accept": "text/csv"}
    )
    rows = list(csv.DictReader(io.StringIO(answer.text)))
    assert [list(row) for row in rows] == [list(lines[0])] * 2
    told = [{k: "" if v is None else str(v) for k, v in r.items()} for r in lines]
    assert rows == told
    for stranger in (region.financien(HENGELO), region.aanbieder(B)):
        for sub in ("", "/regels", "/betalingen"):
            await region.get(f"{path}{sub}", stranger, 404)


async def test_a_declaratie_of_nothing_granted_has_no_specification(region: Region) -> None:
    made = await past(region)
    await region.declare(line(made, "R1", bedragCenten=1))
    assert await specificaties(region) == []


async def test_a_credit_is_a_correction_and_may_outweigh_the_rest(region: Region) -> None:
    made = await past(region)
    start = line(made, "R1")
    await region.declare(start)
    await region.declare(credit(start, "C1"), line(made, "R2", 1))
    _, spec = await specificaties(region)
    assert (spec["debetCenten"], spec["creditCenten"]) == (144_600, -337_400)
    assert (spec["bedragCenten"], spec["openCenten"]) == (-192_800, -192_800)


async def test_the_term_is_that_of_the_contract(region: Region) -> None:
    agb = "99000003"
    await region.contract(agb, betaaltermijnDagen=14)
    spec = await specified(region, agb)
    assert spec["vervaldatum"] == str(today() + timedelta(days=14))
    contracts = await region.get(f"/raamovereenkomsten?aanbieder={agb}", region.regio)
    assert contracts["results"][0]["betaaltermijnDagen"] == 14
    body: Json = {"aanbieder": "99000004", "profielen": [DUURZAAM], "gemeenten": [ENSCHEDE]}
    for days in (0, 61):
        body |= {"begindatum": "2026-01-01", "einddatum": "2026-12-31", "betaaltermijnDagen": days}
        await region.post("/raamovereenkomsten", region.regio, body, 400)


async def test_what_is_released_or_reversed_later_is_a_specification_of_its_own(
    region: Region, database_url: str
) -> None:
    (contract,) = (await region.get(f"/raamovereenkomsten?aanbieder={A}", region.regio))["results"]
    path = f"/raamovereenkomsten/{contract['nummer']}"
    made = await past(region)
    await region.declare(line(made, "R1"), nummer="A1")
    hold = {"vanaf": str(today()), "reden": "Onderzoek"}
    await region.post(f"{path}/opschorting", region.regio, hold, 200)
    held = await region.declare(line(made, "R2", 1), nummer="A2")
    assert len(await specificaties(region)) == 1
    await region.post(f"{path}/hervatting", region.regio, {}, 200)
    async with await open_pool(database_url) as pool:
        await settle_in_background(pool, held["id"], A)
        _, released = await specificaties(region)
        assert (released["declaratienummer"], released["bedragCenten"]) == ("A2", 144_600)
        body = {"datum": str(today()), "grond": "fraude", "reden": "Besluit"}
        await region.post(f"{path}/ontbinding", region.regio, body, 200)
        await settle_in_background(pool, held["id"] + 1, A)
    reversed_ = (await specificaties(region))[-1]
    assert (reversed_["bedragCenten"], reversed_["aantalRegels"]) == (-482_000, 2)
    lines = await region.get(f"/betaalspecificaties/{reversed_['id']}/regels", region.aanbieder())
    assert [r["vorigeReferentie"] for r in lines["results"]] == ["R1", "R2"]


async def test_paying_in_parts_and_never_more_than_is_open(region: Region) -> None:
    spec = await specified(region)
    path = f"betaalspecificaties/{spec['id']}/betalingen"
    made = await send(region, path, pays(spec, 100_000))
    assert made.status_code == 201, made.text
    assert made.json()["bedragCenten"] == 100_000
    [part] = await specificaties(region, "?status=deels_voldaan")
    assert part["openCenten"] == 237_400
    for body, code in (
        (pays(spec, 237_401, "K2"), "meer_dan_open"),
        (pays(spec, -1, "K2"), "meer_dan_open"),
        (pays(spec, 1, "K1"), "betaling_bekend"),
        ({**pays(spec, 1, "K2"), "datum": str(today() - timedelta(days=1))}, "voor_specificatie"),
    ):
        problem = assert_problem(await send(region, path, body), 409, code)
        assert problem["invalidParams"][0]["code"] == code
    tomorrow = {"datum": str(today() + timedelta(days=1))}
    for changed in ({"bedragCenten": 0}, {"bedragCenten": "1"}, {"kenmerk": ""}, tomorrow):
        assert_problem(await send(region, path, pays(spec) | changed), 400)
    assert_problem(await send(region, path, pays(spec), HENGELO), 404)
    await send(region, path, pays(part, kenmerk="K2"))
    [paid] = await specificaties(region, "?status=voldaan")
    assert (paid["openCenten"], paid["voldaanOp"]) == (0, str(today()))
    assert_problem(await send(region, path, pays(spec, 1, "K3")), 409, "meer_dan_open")
    listed = await region.get(f"/{path}", region.aanbieder())
    assert [b["bedragCenten"] for b in listed["results"]] == [100_000, 237_400]


async def test_two_payments_at_once_do_not_pay_twice(region: Region) -> None:
    spec = await specified(region)
    path = f"betaalspecificaties/{spec['id']}/betalingen"
    answers = await asyncio.gather(
        *(send(region, path, pays(spec, kenmerk=f"K{n}")) for n in range(4))
    )
    assert sorted(answer.status_code for answer in answers) == [201, 409, 409, 409]


async def test_a_file_of_payments_is_kept_whole_or_not_at_all(region: Region) -> None:
    one, two = await specified(region), await specified(region)
    theirs = await specified(region, gemeente=ENSCHEDE)
    header = "specificatie;datum;bedragCenten;kenmerk\n"
    day = today()
    wrong = (
        f"{one['id']};{day};337400;K1\n{two['id']};{day};400000;K1\n"
        f"{one['id']};{day};1;K2\n999999;{day};1;K2\n"
    )
    csv_headers = region.financien() | {"Content-Type": "text/csv"}

    async def upload(text: str) -> httpx.Response:
        return await region.client.post(
            "/v1/betalingen", content=text.encode(), headers=csv_headers
        )

    problem = assert_problem(await upload(header + wrong), 409, "meer_dan_open")
    assert [(f["name"], f["code"]) for f in problem["invalidParams"]] == [
        ("betalingen[1].bedragCenten", "meer_dan_open"),
        ("betalingen[2].bedragCenten", "meer_dan_open"),
        ("betalingen[3].specificatie", "betaalspecificatie_niet_gevonden"),
    ]
    assert len(await specificaties(region, "?status=open")) == 3
    right = f"{one['id']};{day};337400;K1\n{two['id']};{day};1;K1\n"
    made = await upload("\ufeff" + header + right)
    assert (made.status_code, made.json()["aantalBetalingen"]) == (201, 2)
    assert_problem(await upload(header + right), 409)
    for text, codes in (
        ("", {"kolom_ontbreekt"}),
        ("specificatie;datum;bedragCenten\n", {"kolom_ontbreekt"}),
        (header[:-1] + ";kleur\n", {"onbekende_kolom"}),
        (header + "1;2\n", {"aantal_kolommen"}),
        (header, {"te_weinig"}),
        (header + f"x;2026-02-30;;{'k' * 71}\n", {
            *("geen_geheel_getal", "ongeldige_datum", "te_lang")
        }),
    ):  # fmt: skip
        problem = assert_problem(await upload(text), 400)
        assert {f["code"] for f in problem["invalidParams"]} == codes, text
    body = {"betalingen": [{"specificatie": theirs["id"], **pays(theirs)}]}
    assert_problem(await send(region, "betalingen", body, HENGELO), 409)
    assert (await send(region, "betalingen", body)).status_code == 201


async def test_an_order_nets_per_aanbieder_and_the_file_is_valid(region: Region) -> None:
    await accounts(region)
    made = await past(region)
    start = line(made, "R1")
    await region.declare(start)
    await region.declare(credit(start, "C1"), line(made, "R2", 1))  # -192,800
    await specified(region, B)
    opdracht = await order(region)
    assert {o["aanbieder"]: o["bedragCenten"] for o in opdracht["overboekingen"]} == {
        A: 337_400 - 192_800,
        B: 337_400,
    }
    assert opdracht["bedragCenten"] == sum(o["bedragCenten"] for o in opdracht["overboekingen"])
    assert len(opdracht["delen"]) == 3
    path = f"/v1/betaalopdrachten/{opdracht['id']}"
    headers = region.financien() | {"Accept": "application/xml"}
    answer = await region.client.get(path, headers=headers)
    assert answer.headers["Content-Type"].startswith("application/xml")
    schema = files("sepaxml") / "schemas" / "pain.001.001.09.xsd"
    xmlschema.XMLSchema(str(schema)).validate(answer.text)
    root = ElementTree.fromstring(answer.text)
    assert [e.text for e in root.iter(f"{PAIN}IBAN")] == [IBAN_GEMEENTE, IBAN_A, IBAN_B]
    assert [e.text for e in root.iter(f"{PAIN}InstdAmt")] == ["1446.00", "3374.00"]
    assert {e.text for e in root.iter(f"{PAIN}CtrlSum")} == {"4820.00"}
    assert (await region.client.get(path, headers=headers)).text == answer.text
    again = await send(region, "betaalopdrachten", {"uitvoerdatum": str(today())})
    assert_problem(again, 409, "niets_te_betalen")
    spec = opdracht["delen"][0]["specificatie"]
    refused = await send(region, f"betaalspecificaties/{spec}/betalingen", pays({"openCenten": 1}))
    assert_problem(refused, 409, "in_betaalopdracht")
    done = await send(region, f"{path[4:]}/uitvoering", {"datum": str(today())})
    assert (done.status_code, done.json()["status"]) == (200, "uitgevoerd")
    assert len(await specificaties(region, "?status=voldaan")) == 3
    for sub, body in (("uitvoering", {"datum": str(today())}), ("intrekking", None)):
        assert_problem(await send(region, f"{path[4:]}/{sub}", body), 409, "opdracht_afgelopen")


async def test_an_order_pays_what_its_own_gemeente_owes_and_is_nobody_elses(
    region: Region,
) -> None:
    await accounts(region)
    inwoner = await region.inwoner((HENGELO, "2010-01-01"), of=HENGELO)
    theirs = await past(region, gemeente=HENGELO, inwonerId=inwoner)
    await region.declare(line(theirs, "R1"))
    own = await specified(region)
    opdracht = await order(region)
    assert [deel["specificatie"] for deel in opdracht["delen"]] == [own["id"]]
    path = f"betaalopdrachten/{opdracht['id']}"
    other = region.financien(HENGELO)
    for accept in ("application/json", "application/xml"):
        answer = await region.client.get(f"/v1/{path}", headers=other | {"Accept": accept})
        assert_problem(answer, 404)
    for sub, body in (("uitvoering", {"datum": str(today())}), ("intrekking", None)):
        assert_problem(await send(region, f"{path}/{sub}", body, HENGELO), 404)
    assert (await region.get(f"/{path}", region.financien()))["status"] == "open"
    [free] = await specificaties(region, of=HENGELO)
    assert (free["betaalopdracht"], free["openCenten"]) == (None, 337_400)


async def test_what_an_aanbieder_owes_waits_for_the_next(region: Region) -> None:
    await accounts(region)
    made = await past(region)
    start, result = line(made, "R1"), line(made, "R2", 1)
    await region.declare(start)
    await order(region)
    opdracht = (await region.get("/betaalopdrachten", region.financien()))["results"][0]
    await send(region, f"betaalopdrachten/{opdracht['id']}/uitvoering", {"datum": str(today())})
    await region.declare(credit(start, "C1"))
    nothing = await send(region, "betaalopdrachten", {"uitvoerdatum": str(today())})
    assert_problem(nothing, 409, "niets_te_betalen")
    await region.declare(result)
    netted = await order(region)
    assert (netted["overboekingen"], netted["bedragCenten"]) == ([], 0)
    assert [deel["bedragCenten"] for deel in netted["delen"]] == [-144_600, 144_600]
    path = f"/v1/betaalopdrachten/{netted['id']}"
    xml = region.financien() | {"Accept": "application/xml"}
    assert_problem(await region.client.get(path, headers=xml), 404, "geen_bestand")
    await send(region, f"betaalopdrachten/{netted['id']}/uitvoering", {"datum": str(today())})
    [owed] = await specificaties(region, "?status=deels_voldaan")
    assert owed["openCenten"] == -192_800


async def test_an_order_that_is_withdrawn_sets_its_specifications_free(region: Region) -> None:
    await accounts(region)
    spec = await specified(region)
    one = await order(region)
    assert (await specificaties(region))[0]["betaalopdracht"] == one["id"]
    back = await send(region, f"betaalopdrachten/{one['id']}/intrekking", None)
    assert (back.status_code, back.json()["status"]) == (200, "ingetrokken")
    [free] = await specificaties(region)
    assert (free["betaalopdracht"], free["openCenten"]) == (None, spec["openCenten"])
    two = await order(region)
    assert two["delen"] == one["delen"]


async def test_an_order_names_every_account_that_is_missing(region: Region) -> None:
    await specified(region)
    await specified(region, B)
    body = {"uitvoerdatum": str(today())}
    problem = assert_problem(
        await send(region, "betaalopdrachten", body), 409, "bankrekening_ontbreekt"
    )
    assert [f["name"] for f in problem["invalidParams"]] == [
        f"gemeenten.{ENSCHEDE}",
        f"aanbieders.{A}",
        f"aanbieders.{B}",
    ]
    assert (await region.get("/betaalopdrachten", region.financien()))["count"] == 0
    yesterday = {"uitvoerdatum": str(today() - timedelta(days=1))}
    assert_problem(await send(region, "betaalopdrachten", yesterday), 400)
    await accounts(region)
    early = {**body, "vervaltTotEnMet": str(today() + timedelta(days=29))}
    assert_problem(await send(region, "betaalopdrachten", early), 409, "niets_te_betalen")
    opdracht = await order(region)
    stranger = region.financien(HENGELO)
    await region.get(f"/betaalopdrachten/{opdracht['id']}", stranger, 404)
    for sub, sent in (("uitvoering", {"datum": str(today())}), ("intrekking", None)):
        answer = await send(region, f"betaalopdrachten/{opdracht['id']}/{sub}", sent, HENGELO)
        assert_problem(answer, 404)


async def test_an_account_is_whose_it_is(region: Region) -> None:
    await accounts(region)
    path = f"/aanbieders/{A}/bankrekening"
    for reader in (region.regio, region.financien(), region.aanbieder()):
        assert (await region.get(path, reader))["iban"] == IBAN_A
    await region.get(path, region.aanbieder(B), 404)
    await region.get("/aanbieders/99000099/bankrekening", region.regio, 404)
    body = {"iban": "NL61BNGH0285000001", "tenaamstelling": "x"}
    for target, who in (
        (path, region.regio),
        (f"/gemeenten/{ENSCHEDE}/bankrekening", region.financien()),
    ):
        answer = await region.client.put(f"/v1{target}", json=body, headers=who)
        problem = assert_problem(answer, 400)
        assert problem["invalidParams"][0]["code"] == "ongeldig_iban"
        assert body["iban"] not in answer.text
    good = {"iban": IBAN_B, "tenaamstelling": "Nieuw"}
    await region.answer("PUT", path, region.aanbieder(), good, 403)
    await region.answer("PUT", "/aanbieders/99000099/bankrekening", region.regio, good, 404)
    other = f"/gemeenten/{HENGELO}/bankrekening"
    await region.answer("PUT", other, region.financien(), good, 403)
    await region.get(other, region.financien(), 403)
    changed = await region.answer("PUT", path, region.regio, good, 200)
    assert (changed["iban"], changed["status"]) == (IBAN_A, "geldig")
    assert (changed["voorstel"]["iban"], changed["voorstel"]["tenaamstelling"]) == (IBAN_B, "Nieuw")


async def test_a_changed_account_counts_once_somebody_else_agrees(region: Region) -> None:
    await accounts(region)
    await specified(region)
    path = f"/aanbieders/{A}/bankrekening"
    changed = {"iban": IBAN_B, "tenaamstelling": "Nieuw"}
    await region.answer("PUT", path, region.regio, changed, 200)
    first = await order(region)
    assert [o["iban"] for o in first["overboekingen"]] == [IBAN_A]
    await send(region, f"betaalopdrachten/{first['id']}/intrekking", None)
    approval = f"{path}/goedkeuring"
    same = {"iban": IBAN_B}
    for who, body, codes in (
        (region.regio, same, ["vier_ogen"]),
        (region.regio, {"iban": IBAN_GEMEENTE}, ["vier_ogen", "bankrekening_veranderd"]),
        (colleague(region), {"iban": IBAN_GEMEENTE}, ["bankrekening_veranderd"]),
    ):
        answer = await region.client.post(f"/v1{approval}", json=body, headers=who)
        problem = assert_problem(answer, 409, codes[0])
        assert [fault["code"] for fault in problem["invalidParams"]] == codes
    await region.post(approval, region.aanbieder(B), same, 404)
    await region.post(approval, region.financien(), same, 403)
    agreed = await region.post(approval, region.aanbieder(), same, 200)
    assert (agreed["iban"], agreed["status"], agreed["voorstel"]) == (IBAN_B, "geldig", None)
    answer = await region.client.post(f"/v1{approval}", json=same, headers=colleague(region))
    assert_problem(answer, 409, "niets_goed_te_keuren")
    assert [o["iban"] for o in (await order(region))["overboekingen"]] == [IBAN_B]


async def test_an_order_says_which_account_waits_and_pays_nobody(region: Region) -> None:
    await specified(region)
    body = {"iban": IBAN_A, "tenaamstelling": "Zorg"}
    await region.answer("PUT", f"/aanbieders/{A}/bankrekening", region.regio, body, 200)
    answer = await send(region, "betaalopdrachten", {"uitvoerdatum": str(today())})
    problem = assert_problem(answer, 409, "bankrekening_ontbreekt")
    told = [(fault["name"], fault["code"]) for fault in problem["invalidParams"]]
    assert told == [
        (f"gemeenten.{ENSCHEDE}", "bankrekening_ontbreekt"),
        (f"aanbieders.{A}", "bankrekening_wacht"),
    ]


async def test_the_database_lets_nobody_agree_to_an_own_account_or_change_it(
    region: Region, database_url: str
) -> None:
    body = {"iban": IBAN_A, "tenaamstelling": "Zorg"}
    await region.answer("PUT", f"/aanbieders/{A}/bankrekening", region.regio, body, 200)
    async with connected_as_owner(database_url) as db:
        with pytest.raises(asyncpg.CheckViolationError):
            await db.execute(
                "UPDATE bankrekening SET goedgekeurd_op = now(), goedgekeurd_door = vastgelegd_door"
            )
        for refused in (
            "UPDATE bankrekening SET iban = 'NL02ABNA0123456789'",
            "DELETE FROM bankrekening",
            "TRUNCATE bankrekening",
        ):
            with pytest.raises(asyncpg.RestrictViolationError):
                await db.execute(refused)


async def test_orders_can_be_asked_for_as_they_stood(region: Region) -> None:
    await accounts(region)
    await specified(region)
    before = await _moment()
    made = await order(region)
    open_then = await _moment()
    paid = {"datum": str(today())}
    await region.post(f"/betaalopdrachten/{made['id']}/uitvoering", region.financien(), paid, 200)

    async def stood(moment: str) -> list[tuple[str, bool]]:
        page = await region.get(f"/betaalopdrachten?bekendOp={moment}", region.financien())
        return [(o["status"], o["uitgevoerdOp"] is not None) for o in page["results"]]

    assert await stood(before) == []
    assert await stood(open_then) == [("open", False)]
    assert await stood(await _moment()) == [("uitgevoerd", True)]


async def _moment() -> str:
    await asyncio.sleep(0.01)
    found = datetime.now(UTC).isoformat().replace("+00:00", "Z")
    await asyncio.sleep(0.01)
    return found


async def test_the_share_paid_on_time(region: Region) -> None:
    query = f"?vanaf={today()}&totEnMet={today() + timedelta(days=60)}"
    path = f"/betaalspecificaties/_betaaltijd{query}"
    none = await region.get(path, region.financien())
    assert (none["aantal"], none["aandeelOpTijd"]) == (0, None)
    spec, _ = await specified(region), await specified(region)
    await send(region, f"betaalspecificaties/{spec['id']}/betalingen", pays(spec))
    for reader in (region.financien(), region.aanbieder()):
        told = await region.get(path, reader)
        assert (told["aantal"], told["aantalOpTijd"], told["aandeelOpTijd"]) == (1, 1, "1.0000")
        assert told["bedragOpTijdCenten"] == spec["bedragCenten"]
    assert (await region.get(path, region.financien(HENGELO)))["aantal"] == 0
    await region.get(f"/betaalspecificaties/_betaaltijd?vanaf={today()}", region.financien(), 400)


async def test_as_it_stood_on_a_moment(region: Region) -> None:
    spec = await specified(region)
    booked = spec["geboektOp"]
    await send(region, f"betaalspecificaties/{spec['id']}/betalingen", pays(spec))
    [then] = await specificaties(region, f"?bekendOp={booked}")
    assert (then["status"], then["openCenten"]) == ("open", spec["bedragCenten"])
    before = "2020-01-01T00:00:00Z"
    assert await specificaties(region, f"?bekendOp={before}") == []
    path = f"/betaalspecificaties/{spec['id']}?bekendOp={before}"
    await region.get(path, region.financien(), 404)
    period = f"vanaf={first(-12)}&totEnMet={last(0)}"
    for moment, centen in ((before, 0), (booked, spec["bedragCenten"])):
        answer = await region.get(f"/kosten?{period}&bekendOp={moment}", region.financien())
        assert answer["bedragCenten"] == centen
        answer = await region.get(f"/kosten?{period}&bekendOp={moment}", region.regio)
        assert answer["bedragCenten"] == centen
        lines = await region.client.get(
            f"/v1/kostenregels?{period}&bekendOp={moment}", headers=region.financien()
        )
        assert len(lines.text.splitlines()) == (2 if centen else 1)
