# SPDX-License-Identifier: EUPL-1.2
"""Bodies and queries that are not what they should be."""

import json

import httpx
import pytest

from tests.contract.world import (
    Json,
    World,
    aanbieder_body,
    assert_problem,
    inwoner_body,
    lijst_body,
    overeenkomst_body,
    price_lines,
    profiel_body,
    toewijzing_body,
)


async def test_unknown_fields_are_refused_at_every_depth(world: World) -> None:
    lines = [price_lines(licht=1)[0] | {"extra": 1}]
    await world.put_profiel()
    answer = await world.client.post(
        "/v1/tarieflijsten", json=lijst_body("2026-01-01", *lines), headers=world.regio
    )
    assert_problem(answer, 400)
    plan = {"soort": "maandelijks", "startaandeel": "0.70"}
    answer = await world.client.put(
        "/v1/profielen/OB2", json=profiel_body("OB2", betaalplan=plan), headers=world.regio
    )
    assert_problem(answer, 400)


async def test_field_names_are_camel_case_and_exact(world: World) -> None:
    for old in ["bsn_nummer", "geboorte_datum", "Geboortedatum"]:
        body = inwoner_body(**{old: "2015-05-05"})
        answer = await world.client.post("/v1/inwoners", json=body, headers=world.toegang)
        assert assert_problem(answer, 400)["invalidParams"][0]["name"] == old


async def test_snake_case_does_not_stand_in_for_camel_case(world: World) -> None:
    await world.put_profiel()
    lines = [{"profiel": "OB1", "intensiteit": "licht", "bedrag_centen": 100}]
    answer = await world.client.post(
        "/v1/tarieflijsten", json=lijst_body("2026-01-01", *lines), headers=world.regio
    )
    assert_problem(answer, 400)
    answer = await world.client.get("/v1/gemeenten?page_size=5", headers=world.regio)
    assert_problem(answer, 400)


READABLE = ["gemeenten", "profielen", "profielen/OB1", "tarieflijsten", "tarieven", "aanbieders"]


async def test_unknown_query_parameters_are_refused(world: World) -> None:
    await world.put_profiel()
    for path in [*READABLE, "raamovereenkomsten"]:
        query = {"vreemd": "1"} | ({"peildatum": "2026-01-01"} if path == "tarieven" else {})
        answer = await world.client.get(f"/v1/{path}", params=query, headers=world.regio)
        assert assert_problem(answer, 400)["invalidParams"][0]["name"] == "vreemd"


NO_DATES: list[object] = [
    "2026-02-30", "2025-02-29", "2026-13-01", "2026-1-1", "20260101", "01-01-2026", "", "0",
    "2026-01-01T00:00:00Z", "0000-01-01", "10000-01-01", " 2026-01-01", 1767225600, None,
    "२०२६-०१-०१", "2026-W01-1", "2026-01-01\n",
]  # fmt: skip


async def test_a_date_that_is_no_date_is_400(world: World) -> None:
    for day in NO_DATES:
        body = inwoner_body(geboortedatum=day)
        answer = await world.client.post("/v1/inwoners", json=body, headers=world.toegang)
        assert answer.status_code == 400, (day, answer.text)
        assert answer.json()["invalidParams"][0]["name"] == "geboortedatum"
        query = {"peildatum": str(day)}
        answer = await world.client.get("/v1/tarieven", params=query, headers=world.regio)
        assert answer.status_code == 400, (day, answer.text)


async def test_a_period_that_ends_before_it_begins_is_400(world: World) -> None:
    period = {"begindatum": "2026-02-01", "einddatum": "2026-01-31"}
    answer = await world.client.post(
        "/v1/raamovereenkomsten", json=overeenkomst_body(**period), headers=world.regio
    )
    assert_problem(answer, 400)
    body = toewijzing_body(1, **period)
    for path in ("/v1/toewijzingen", "/v1/toewijzingen/_prijs"):
        answer = await world.client.post(path, json=body, headers=world.toegang)
        assert_problem(answer, 400)


NO_CENTS = [
    '"100"', "100.0", "100.5", "-1", "true", "null", "1e3", "1" + "0" * 30, str(2**63), "[100]",
    "{}", "1e400", "1.0", "-0.0", "01", "+1", "NaN", "Infinity", "-Infinity", "9" * 1_000_000,
]  # fmt: skip


async def test_money_is_a_whole_number_of_cents(world: World) -> None:
    await world.put_profiel()
    for amount in NO_CENTS:
        answer = await _send(world, "POST", "/v1/tarieflijsten", _lijst_text(amount))
        assert answer.status_code == 400, (amount[:50], answer.text)
    answer = await world.client.get("/v1/tarieflijsten", headers=world.regio)
    assert answer.json()["count"] == 0


NO_SHARES = [
    0.7,
    "0,70",
    "1.01",
    "-0.1",
    "abc",
    "NaN",
    "Infinity",
    "",
    1,
    None,
    "\u0660.\u0665",
    "0.7 ",
]


async def test_a_fraction_is_a_decimal_string_between_0_and_1(world: World) -> None:
    for share in NO_SHARES:
        body = profiel_body(betaalplan={"soort": "mijlpalen", "startaandeel": share})
        answer = await world.client.put("/v1/profielen/OB1", json=body, headers=world.regio)
        assert answer.status_code == 400, (share, answer.text)


async def test_json_that_is_no_object_is_400(world: World) -> None:
    texts = ["", "{", "[]", "null", '"x"', "1", "{}{}", "{'a': 1}", "[" * 100_000, '{"a":' * 5_000]
    texts += ["\ufeff{}", '{"besluit": NaN}', "9" * 1_000_000]
    for path in ("/v1/inwoners", "/v1/toewijzingen", "/v1/inwoners/_zoek"):
        for text in texts:
            answer = await _send(world, "POST", path, text, world.toegang)
            assert answer.status_code == 400, (path, text[:30], answer.text)


async def test_bytes_that_are_no_utf_8_are_400(world: World) -> None:
    for raw in (b'{"besluit": "\xff"}', b'{"besluit": "\xed\xa0\x80"}', '{"a":1}'.encode("utf-16")):
        answer = await _send(world, "POST", "/v1/tarieflijsten", raw)
        assert answer.status_code == 400, (raw, answer.text)


async def test_a_key_given_twice_is_not_guessed_at(world: World) -> None:
    text = '{"geboortedatum":"2015-05-05","geboortedatum":"2016-06-06","woonplaatsen":[]}'
    answer = await _send(world, "POST", "/v1/inwoners", text, world.toegang)
    assert answer.status_code == 400, answer.text


NAUGHTY = [
    "a\x00b", "\x00", "\ud800", "a\udc00b", "\u202eoid\u202c", "\u200f", "Ω≈ç√",
    "'; drop table x;--",
    "<script>alert(1)</script>", "{{7*7}}", "%s%n", "../../etc/passwd", "=1+1", "👩‍👩‍👧", 
    "a\r\nX: y",
    "\x1b[31m", "\x7f", "\ufffe", "\ufeff", "x" * 10_000_000, " ", "", "é", "e\u0301",
]  # fmt: skip


def _bodies(text: str) -> list[tuple[str, str, Json, str]]:
    lijst = lijst_body(naam=text)
    result = [{"resultaat": text, "onderbouwing": text}]
    return [
        ("PUT", "/v1/profielen/P1", profiel_body("P1", naam=text), "naam"),
        ("PUT", "/v1/profielen/P1", profiel_body("P1", omschrijving=text), "omschrijving"),
        ("POST", "/v1/tarieflijsten", lijst, "naam"),
        ("PUT", "/v1/aanbieders/99000001", aanbieder_body(naam=text), "naam"),
        ("PUT", "/v1/aanbieders/99000001", aanbieder_body(specialisaties=[text]), "specialisaties"),
        ("POST", "/v1/toewijzingen/_prijs", toewijzing_body(1, beoogdeResultaten=result), ""),
    ]


@pytest.mark.parametrize("part", range(3))
async def test_naughty_text_is_refused_or_stored_unchanged(world: World, part: int) -> None:
    await world.basics()
    await world.register()
    for text in NAUGHTY[part::3]:
        for method, path, body, field in _bodies(text):
            caller = world.toegang if "_prijs" in path else world.regio
            answer = await _send(world, method, path, json.dumps(body), caller)
            shown = (path, field, text[:20], answer.text[:300])
            assert answer.status_code in {200, 201, 400, 413}, shown
            if field and answer.is_success:
                assert answer.json()[field] == body[field], shown


async def test_text_that_cannot_be_stored_is_named_and_changes_nothing(world: World) -> None:
    await world.put_profiel()
    for text in ("a\x00b", "\ud800"):
        body = json.dumps(profiel_body(naam=text))
        problem = assert_problem(await _send(world, "PUT", "/v1/profielen/OB1", body), 400)
        assert problem["invalidParams"][0]["name"] in {"naam", "body"}
    answer = await world.client.get("/v1/profielen/OB1", headers=world.regio)
    assert answer.json()["naam"] == profiel_body()["naam"]


async def test_naughty_text_where_a_code_belongs_is_400(world: World) -> None:
    await world.basics()
    for text in [*NAUGHTY[:9], "OB1\n", "0153 ", "\u0660\u0661\u0665\u0663"]:
        for body in (
            toewijzing_body(1, profiel=text),
            toewijzing_body(1, aanbieder=text),
            toewijzing_body(1, gemeente=text),
            toewijzing_body(1, wet=text),
            toewijzing_body(1) | {"inwonerId": text},
            toewijzing_body(1) | {text: 1},
        ):
            answer = await _send(world, "POST", "/v1/toewijzingen", json.dumps(body), world.toegang)
            assert answer.status_code in {400, 403, 404}, (text[:20], answer.text[:300])


async def test_naughty_text_in_paths_and_queries_is_never_500(world: World) -> None:
    for text in ("%00", "a%00b", "%ED%A0%80", "%FF", "%0A", "..", "%2e%2e", "x" * 5000, "9" * 40):
        for path in ("profielen/{}", "aanbieders/{}", "tarieflijsten/{}", "inwoners/{}"):
            caller = world.toegang if "inwoners" in path else world.regio
            answer = await world.client.get("/v1/" + path.format(text), headers=caller)
            assert answer.status_code in {200, 400, 404}, (path, text[:20], answer.text[:300])
        for query in ("aanbieders?specialisatie={}", "aanbieders?gemeente={}", "aanbieders?{}=1",
                      "tarieven?peildatum=2026-01-01&profiel={}", "gemeenten?page={}",
                      "tarieven?peildatum=2026-01-01&bekendOp={}"):  # fmt: skip
            answer = await world.client.get("/v1/" + query.format(text), headers=world.regio)
            assert answer.status_code in {200, 400, 404}, (query, text[:20], answer.text[:300])


async def test_an_id_beyond_any_integer_is_404_or_400(world: World) -> None:
    for number in (0, -1, 2**31, 2**63, 2**64, 10**400):
        for path in ("inwoners", "toewijzingen"):
            answer = await world.client.get(f"/v1/{path}/{number}", headers=world.toegang)
            assert answer.status_code in {400, 404}, (path, number, answer.text[:300])
        body = toewijzing_body(number)
        answer = await _send(world, "POST", "/v1/toewijzingen", json.dumps(body), world.toegang)
        assert answer.status_code in {400, 404}, (number, answer.text[:300])


async def _send(
    world: World, method: str, path: str, text: str | bytes, caller: dict[str, str] | None = None
) -> httpx.Response:
    headers = (caller or world.regio) | {"Content-Type": "application/json"}
    return await world.client.request(method, path, content=text, headers=headers)


def _lijst_text(amount: str) -> str:
    return (
        '{"naam":"L","vanaf":"2026-01-01","tarieven":'
        f'[{{"profiel":"OB1","intensiteit":"licht","bedragCenten":{amount}}}]}}'
    )
