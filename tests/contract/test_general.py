# SPDX-License-Identifier: EUPL-1.2
"""The order in which a request is judged, and what every answer carries."""

import httpx

from tests.callers import Headers
from tests.contract.world import (
    Json,
    World,
    assert_problem,
    lijst_body,
    overeenkomst_body,
    profiel_body,
    toewijzing_body,
)

XML = {"Accept": "application/xml"}
TEXT = {"Content-Type": "text/plain"}
BIG = b'{"besluit": "' + b"x" * 12_000_000 + b'"}'
VASTSTELLING = "/v1/tarieflijsten/999/vaststelling"


async def test_a_path_that_is_not_there_is_404_before_anything_else(
    client: httpx.AsyncClient,
) -> None:
    for path in ("/v1/inwonerz", "/v1/inwoners/", "/v1/profielen/OB1/", "/v1/Inwoners", "/v1"):
        answer = await client.post(path, content=b"{", headers=XML | TEXT)
        assert_problem(answer, 404)


ALLOWED = {
    "/v1/inwoners": {"POST"},
    "/v1/inwoners/1": {"GET", "HEAD"},
    "/v1/inwoners/1/woonplaatsen": {"PUT"},
    "/v1/inwoners/_zoek": {"POST"},
    "/v1/gemeenten": {"GET", "HEAD"},
    "/v1/profielen": {"GET", "HEAD"},
    "/v1/profielen/OB1": {"GET", "HEAD", "PUT"},
    "/v1/tarieflijsten": {"GET", "HEAD", "POST"},
    "/v1/tarieflijsten/1": {"GET", "HEAD"},
    "/v1/tarieflijsten/1/vaststelling": {"POST"},
    "/v1/tarieven": {"GET", "HEAD"},
    "/v1/prijzenboek": {"GET", "HEAD"},
    "/v1/aanbieders": {"GET", "HEAD"},
    "/v1/aanbieders/99000001": {"GET", "HEAD", "PUT"},
    "/v1/aanbieders/_vergelijk": {"GET", "HEAD"},
    "/v1/aanbieders/99000001/wachttijden": {"PUT"},
    "/v1/aanbieders/99000001/kwaliteitscijfers": {"PUT"},
    "/v1/raamovereenkomsten": {"GET", "HEAD", "POST"},
    "/v1/zelfredzaamheidsinstrumenten": {"GET", "HEAD"},
    "/v1/zelfredzaamheidsinstrumenten/zrm": {"GET", "HEAD", "PUT"},
    "/v1/intensiteitstabellen": {"GET", "HEAD"},
    "/v1/intensiteitstabellen/zrm": {"GET", "HEAD", "PUT"},
    "/v1/intensiteitsadviezen/_bereken": {"POST"},
    "/v1/toewijzingen": {"GET", "HEAD", "POST"},
    "/v1/toewijzingen/1": {"GET", "HEAD"},
    "/v1/toewijzingen/_prijs": {"POST"},
}


async def test_405_names_all_methods_of_the_path(client: httpx.AsyncClient) -> None:
    for path, allowed in ALLOWED.items():
        answer = await client.request("DELETE", path, headers=XML | TEXT)
        assert_problem(answer, 405)
        named = {method.strip() for method in answer.headers["allow"].split(",")}
        assert named - {"OPTIONS"} == allowed, path


async def test_without_a_good_token_it_is_401_before_403_406_415_413_and_400(
    client: httpx.AsyncClient,
) -> None:
    for value in ("", "Bearer", "Bearer x.y.z", "Basic YTpi", "Bearer \x7f"):
        headers = XML | TEXT | ({"Authorization": value} if value else {})
        answer = await client.post(VASTSTELLING + "?x=1", content=BIG, headers=headers)
        assert_problem(answer, 401)
        assert answer.headers["www-authenticate"].startswith("Bearer")


async def test_without_the_scope_it_is_403_before_406(world: World) -> None:
    headers = world.toegang | XML | TEXT
    assert_problem(await world.client.post(VASTSTELLING, content=BIG, headers=headers), 403)


async def test_an_unacceptable_answer_is_406_before_415(world: World) -> None:
    headers = world.vaststeller | XML | TEXT
    assert_problem(await world.client.post(VASTSTELLING, content=BIG, headers=headers), 406)


async def test_an_unsupported_body_is_415_before_413(world: World) -> None:
    headers = world.vaststeller | TEXT
    assert_problem(await world.client.post(VASTSTELLING, content=BIG, headers=headers), 415)


async def test_a_body_too_large_is_413_before_400(world: World) -> None:
    headers = world.vaststeller | {"Content-Type": "application/json"}
    answer = await world.client.post(VASTSTELLING + "?x=1", content=BIG, headers=headers)
    assert_problem(answer, 413)


async def test_a_bad_body_is_400_before_404(world: World) -> None:
    answer = await world.client.post(VASTSTELLING, json={"x": 1}, headers=world.vaststeller)
    assert_problem(answer, 400)


async def test_a_thing_that_is_not_there_is_404(world: World) -> None:
    answer = await world.client.post(
        VASTSTELLING, json={"besluit": "Ja"}, headers=world.vaststeller
    )
    assert_problem(answer, 404)


async def test_another_gemeente_in_the_body_is_403_before_an_unknown_inwoner_is_404(
    world: World,
) -> None:
    body = toewijzing_body(999, gemeente="0141")
    answer = await world.client.post("/v1/toewijzingen", json=body, headers=world.toegang)
    assert_problem(answer, 403)


async def test_an_unknown_profiel_in_the_body_is_404_before_409(world: World) -> None:
    await world.put_aanbieder()
    await world.put_profiel()
    await world.contract()
    body = overeenkomst_body(profielen=["OB1", "NIET"])
    answer = await world.client.post("/v1/raamovereenkomsten", json=body, headers=world.regio)
    assert_problem(answer, 404)


async def test_an_unknown_inwoner_in_the_body_is_404_before_409(world: World) -> None:
    await world.put_profiel(wetten=["wmo"])
    await world.put_aanbieder()
    body = toewijzing_body(999)
    answer = await world.client.post("/v1/toewijzingen", json=body, headers=world.toegang)
    assert_problem(answer, 404)


def _many_faults() -> list[tuple[str, str, Json, set[str]]]:
    return [
        (
            "POST",
            "/v1/inwoners",
            {"geboortedatum": "2026-02-30", "woonplaatsen": [{"gemeente": 1}], "extra": 1},
            {"geboortedatum", "woonplaatsen", "extra"},
        ),
        (
            "POST",
            "/v1/tarieflijsten",
            {"naam": 5, "tarieven": [{"profiel": "OB1", "intensiteit": "x", "bedragCenten": -1}]},
            {"naam", "vanaf", "tarieven"},
        ),
        (
            "PUT",
            "/v1/profielen/OB1",
            profiel_body(wetten=["x"], soort="x", bekostiging="x", betaalplan={"soort": "x"}),
            {"wetten", "soort", "bekostiging", "betaalplan"},
        ),
        (
            "POST",
            "/v1/raamovereenkomsten",
            {"aanbieder": "1", "begindatum": "x", "einddatum": "2026-02-30", "gemeenten": [1]},
            {"aanbieder", "begindatum", "einddatum", "gemeenten", "profielen"},
        ),
        (
            "POST",
            "/v1/toewijzingen",
            toewijzing_body(1, wet="x", intensiteit="x", beoogdeResultaten=[], verwijzer="x"),
            {"wet", "intensiteit", "beoogdeResultaten", "verwijzer"},
        ),
    ]


async def test_all_faults_are_named_at_once(world: World) -> None:
    for method, path, body, names in _many_faults():
        caller = world.toegang if path in {"/v1/inwoners", "/v1/toewijzingen"} else world.regio
        answer = await world.client.request(method, path + "?vreemd=1", json=body, headers=caller)
        problem = assert_problem(answer, 400)
        found = {fault["name"].split("[")[0].split(".")[0] for fault in problem["invalidParams"]}
        assert names | {"vreemd"} <= found, path


async def test_no_more_than_a_hundred_faults_are_named(world: World) -> None:
    lines = [{"profiel": "OB1", "intensiteit": "x", "bedragCenten": -1}] * 300
    body = lijst_body("2026-01-01", *lines)
    answer = await world.client.post("/v1/tarieflijsten", json=body, headers=world.regio)
    assert len(assert_problem(answer, 400)["invalidParams"]) == 100


async def test_every_answer_carries_the_version_and_the_security_headers(
    world: World,
) -> None:
    await world.put_profiel()
    get = world.client.get
    answers = [
        await get("/v1/profielen", headers=world.regio),
        await get("/v1/profielen"),
        await get("/v1/profielen/NIET", headers=world.regio),
        await get("/v1/nergens"),
        await get("/v1/openapi.json"),
        await get("/"),
        await get("/docs"),
        await world.client.delete("/v1/profielen"),
        await world.client.head("/v1/profielen", headers=world.regio),
        await world.client.post("/v1/inwoners", json={}, headers=world.toegang),
    ]
    for answer in answers:
        assert answer.headers["api-version"], answer.url
        assert answer.headers["cache-control"] == "no-store"
        assert "frame-ancestors 'none'" in answer.headers["content-security-policy"]
        assert "max-age" in answer.headers["strict-transport-security"]
        assert answer.headers["x-content-type-options"] == "nosniff"
        assert answer.headers["x-frame-options"] == "DENY"
        assert "server" not in answer.headers


async def test_only_the_document_opens_itself_to_other_origins(world: World) -> None:
    origin = {"Origin": "https://elders.example"}
    answer = await world.client.get("/v1/openapi.json", headers=origin)
    assert (answer.status_code, answer.headers["access-control-allow-origin"]) == (200, "*")
    answer = await world.client.get("/v1/profielen", headers=world.regio | origin)
    assert "access-control-allow-origin" not in answer.headers


async def test_head_works_where_get_does(world: World) -> None:
    await world.basics()
    paths = ["gemeenten", "profielen", "profielen/OB1", "tarieflijsten", "tarieflijsten/1"]
    paths += ["tarieven?peildatum=2026-01-01", "aanbieders", "aanbieders/99000001"]
    for path in [*paths, "raamovereenkomsten", "profielen/NIET", "gemeenten?x=1"]:
        asked = await world.client.get(f"/v1/{path}", headers=world.regio)
        headed = await world.client.head(f"/v1/{path}", headers=world.regio)
        assert (headed.status_code, headed.content) == (asked.status_code, b""), path
        assert headed.headers["content-type"] == asked.headers["content-type"]
        assert headed.headers.get("link") == asked.headers.get("link")
    assert (await world.client.head("/v1/profielen")).status_code == 401


async def test_accept_and_content_type_are_read_with_their_parameters(
    world: World, token: Headers
) -> None:
    for accept in ("*/*", "application/*", "text/html, application/json;q=0.1", "APPLICATION/JSON"):
        answer = await world.client.get("/v1/profielen", headers=world.regio | {"Accept": accept})
        assert answer.status_code == 200, accept
    for accept in ("text/html", "application/json;q=0"):
        answer = await world.client.get("/v1/profielen", headers=world.regio | {"Accept": accept})
        assert_problem(answer, 406)
    answer = await world.client.put(
        "/v1/profielen/OB1",
        content=httpx.Request("PUT", "http://x", json=profiel_body()).content,
        headers=world.regio | {"Content-Type": "Application/JSON; charset=utf-8"},
    )
    assert answer.status_code == 201
