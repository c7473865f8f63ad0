# SPDX-License-Identifier: EUPL-1.2
"""How every request is judged and answered, whatever it asks."""

import json
import logging
from collections.abc import AsyncIterator
from typing import Any

import httpx
import pytest

from app.api import route
from app.db.binding import NOBODY
from app.db.connection import MOST_CONNECTIONS, Pool
from app.main import create_app
from app.settings import Settings
from app.version import VERSION
from tests.api.operations import router
from tests.callers import Headers

BODY = {"naam": "een", "tarieven": [{"bedragCenten": 100}]}
JSON = {"Content-Type": "application/json"}


@pytest.fixture
def toegang(token: Headers) -> dict[str, str]:
    return token("toegang", gemeente="0153")


@pytest.fixture
def aanbieder(token: Headers) -> dict[str, str]:
    return token("aanbieder", agb="99000001")


def problem(answer: httpx.Response, status: int, code: str) -> dict[str, Any]:
    assert (answer.status_code, answer.headers["content-type"]) == (
        status,
        "application/problem+json",
    ), answer.text
    found: dict[str, Any] = answer.json()
    assert found["status"] == status
    assert found["code"] == code
    assert found["type"] == f"urn:noaber:probleem:{code}"
    assert found["instance"].startswith("urn:uuid:")
    assert found["title"]
    assert found["detail"]
    return found


def faults(answer: httpx.Response) -> list[tuple[str, str]]:
    return [(fault["name"], fault["code"]) for fault in answer.json()["invalidParams"]]


async def test_every_answer_carries_the_version_and_the_security_headers(
    proeven: httpx.AsyncClient, toegang: dict[str, str]
) -> None:
    answers = [
        await proeven.get("/v1/proeven", headers=toegang),
        await proeven.get("/v1/proeven"),
        await proeven.get("/v1/openapi.json"),
        await proeven.get("/nergens"),
        await proeven.get("/v1/storingen/x", headers=toegang),
        await proeven.get("/"),
    ]
    assert [answer.status_code for answer in answers] == [200, 401, 200, 404, 500, 200]
    for answer in answers:
        assert answer.headers["API-Version"] == VERSION
        assert answer.headers["Cache-Control"] == "no-store"
        assert "frame-ancestors 'none'" in answer.headers["Content-Security-Policy"]
        assert answer.headers["Strict-Transport-Security"]
        assert answer.headers["X-Content-Type-Options"] == "nosniff"
        assert answer.headers["X-Frame-Options"] == "DENY"
    cors = [answer.headers.get("Access-Control-Allow-Origin") for answer in answers]
    assert cors == [None, None, "*", None, None, None]


@pytest.mark.parametrize("path", ["/nergens", "/v1", "/v1/", "/v1/nergens", "/v1/proeven/"])
async def test_an_unknown_path_and_a_trailing_slash_are_404_also_without_a_token(
    proeven: httpx.AsyncClient, path: str
) -> None:
    problem(await proeven.get(path), 404, "niet_gevonden")


@pytest.mark.parametrize(
    ("method", "path", "allow"),
    [
        ("DELETE", "/v1/proeven", "GET, HEAD, POST"),
        ("OPTIONS", "/v1/proeven", "GET, HEAD, POST"),
        ("HEAD", "/v1/proeven/_meet", "GET, HEAD, POST"),
        ("PATCH", "/v1/proeven/1", "GET, HEAD"),
        ("POST", "/v1/openapi.json", "GET, HEAD"),
        ("POST", "/docs", "GET, HEAD"),
    ],
)
async def test_405_names_every_method_of_the_path(
    proeven: httpx.AsyncClient, method: str, path: str, allow: str
) -> None:
    answer = await proeven.request(method, path)
    if path.endswith("_meet"):
        # The path also reads as GET /proeven/{nummer}: HEAD is allowed, and then asks for a token.
        assert answer.status_code == 401
        return
    problem(answer, 405, "methode_niet_toegestaan")
    assert answer.headers["Allow"] == allow


async def test_a_request_is_judged_in_the_order_of_the_contract(
    proeven: httpx.AsyncClient, toegang: dict[str, str], token: Headers
) -> None:
    """Everything is wrong at once; each step mends what was refused in the one before."""
    big = b"x" * (1024 * 1024 + 1)
    wrong = {"Accept": "text/html", "Content-Type": "text/plain"}
    financien = token("financien", gemeente="0153")

    async def post(path: str, headers: dict[str, str], content: bytes = big) -> httpx.Response:
        return await proeven.post(path, headers=headers, content=content)

    problem(await post("/v1/nergens", wrong), 404, "niet_gevonden")
    problem(await post("/v1/proeven?x=1", wrong), 401, "niet_aangemeld")
    problem(await post("/v1/proeven?x=1", wrong | financien), 403, "scope_ontbreekt")
    wrong |= toegang
    problem(await post("/v1/proeven?x=1", wrong), 406, "mediatype_niet_beschikbaar")
    wrong["Accept"] = "*/*"
    problem(await post("/v1/proeven?x=1", wrong), 415, "mediatype_niet_ondersteund")
    wrong |= JSON
    problem(await post("/v1/proeven?x=1", wrong), 413, "te_groot")
    problem(await post("/v1/proeven?x=1", wrong, b"{"), 400, "ongeldige_json")
    answer = await post("/v1/proeven?x=1", wrong, b"{}")
    problem(answer, 400, "ongeldige_aanvraag")
    assert faults(answer) == [
        ("x", "onbekend_veld"),
        ("naam", "verplicht"),
        ("tarieven", "verplicht"),
    ]
    bezet = json.dumps({**BODY, "naam": "bezet"}).encode()
    problem(await post("/v1/proeven", wrong, bezet), 409, "bezet")
    assert (await post("/v1/proeven", wrong, json.dumps(BODY).encode())).json()["nummer"] == 1


@pytest.mark.parametrize(
    ("accept", "status", "chosen"),
    [
        (None, 201, "text/csv"),
        ("*/*", 201, "text/csv"),
        ("application/*", 201, "application/x-ndjson"),
        ("text/csv;q=0.2, application/x-ndjson", 201, "application/x-ndjson"),
        ("text/csv;q=0", 406, ""),
        ("Text/CSV", 201, "text/csv"),
        ("application/json", 406, ""),
        ("onzin", 406, ""),
    ],
)
async def test_the_answer_comes_in_the_media_type_the_caller_likes_best(
    proeven: httpx.AsyncClient,
    toegang: dict[str, str],
    accept: str | None,
    status: int,
    chosen: str,
) -> None:
    del proeven.headers["accept"]
    headers = toegang | {"Content-Type": "text/csv"} | ({"Accept": accept} if accept else {})
    answer = await proeven.post("/v1/proeven/_meet", headers=headers, content=b"abc")
    assert answer.status_code == status
    if status == 406:
        assert "text/csv of application/x-ndjson" in answer.json()["detail"]
    else:
        assert answer.headers["content-type"].partition(";")[0] == chosen
        assert answer.text == "text/csv,3"


@pytest.mark.parametrize(
    "headers",
    [
        {},
        {"Content-Type": "text/csv; charset=iso-8859-1"},
        {"Content-Type": "application/json"},
        {"Content-Type": "onzin"},
        {"Content-Type": "text/csv", "Content-Encoding": "deflate"},
    ],
)
async def test_a_body_in_another_form_is_415(
    proeven: httpx.AsyncClient, toegang: dict[str, str], headers: dict[str, str]
) -> None:
    answer = await proeven.post("/v1/proeven/_meet", headers=toegang | headers, content=b"abc")
    problem(answer, 415, "mediatype_niet_ondersteund")


async def test_a_body_without_a_limit_may_have_any_size(
    proeven: httpx.AsyncClient, toegang: dict[str, str]
) -> None:
    headers = toegang | {"Content-Type": "text/csv; charset=UTF-8"}
    answer = await proeven.post("/v1/proeven/_meet", headers=headers, content=b"x" * 3_000_000)
    assert answer.text == "text/csv,3000000"


async def test_a_body_that_does_not_tell_its_size_is_stopped_at_the_limit(
    proeven: httpx.AsyncClient, toegang: dict[str, str]
) -> None:
    sent = 0

    async def pieces() -> AsyncIterator[bytes]:
        nonlocal sent
        for _ in range(100):
            sent += 1
            yield b" " * 100_000

    answer = await proeven.post("/v1/proeven", headers=toegang | JSON, content=pieces())
    problem(answer, 413, "te_groot")
    assert sent == 11


@pytest.mark.parametrize(
    "content",
    [
        b"{",
        b"\xff\xfe",
        '{"naam": "é"}'.encode("latin-1"),
        '{"naam": "x"}'.encode("utf-16"),
        b'{"naam": NaN}',
        b'{"naam": -Infinity}',
        b'{"naam": 1e999}',
        b'{"naam": ' + b"9" * 5000 + b"}",
        b'{"naam": "\\ud800"}',
        b'{"\\udfff": 1}',
        b'{"naam": "a", "naam": "b"}',
        b"[" * 100_000,
        b"",
        b"null",
        b"[]",
        b'"tekst"',
        b'{"naam": "a\\u0000b", "tarieven": []}',
        b'{"\\u0000": "a"}',
    ],
)
async def test_a_broken_body_is_400_and_never_500(
    proeven: httpx.AsyncClient, toegang: dict[str, str], content: bytes
) -> None:
    answer = await proeven.post("/v1/proeven", headers=toegang | JSON, content=content)
    assert answer.status_code == 400, answer.text
    assert answer.json()["invalidParams"]


async def test_broken_json_says_where(proeven: httpx.AsyncClient, toegang: dict[str, str]) -> None:
    answer = await proeven.post("/v1/proeven", headers=toegang | JSON, content=b'{\n"naam": x}')
    assert "regel 2, kolom 9" in problem(answer, 400, "ongeldige_json")["detail"]


async def test_all_faults_come_at_once_by_their_name_and_without_the_value(
    proeven: httpx.AsyncClient, toegang: dict[str, str]
) -> None:
    body = {
        "naam": "  ",
        "tarieven": [
            {"bedragCenten": 100},
            {"bedragCenten": "geheim"},
            {"bedragCenten": 1.0, "vanaf": "2026-02-30"},
            {"bedragCenten": -1, "bedrag_centen": 1},
            {"bedragCenten": True, "vanaf": "1066-01-01"},
            {"bedragCenten": 100_000_000, "vanaf": 20260101},
            "geheim",
        ],
        "aandeel": 0.7,
        "gezienOp": "2026-01-01T12:00:00",
        "aanbieder": "geheim",
        "geheim" * 100: 1,
    }
    answer = await proeven.post(
        "/v1/proeven?y=1", headers=toegang | {"Idempotency-Key": ""}, json=body
    )
    problem(answer, 400, "ongeldige_aanvraag")
    assert faults(answer)[:-1] == [
        ("Idempotency-Key", "ongeldige_vorm"),
        ("y", "onbekend_veld"),
        ("naam", "te_kort"),
        ("tarieven[1].bedragCenten", "geen_geheel_getal"),
        ("tarieven[2].bedragCenten", "geen_geheel_getal"),
        ("tarieven[2].vanaf", "ongeldige_datum"),
        ("tarieven[3].bedragCenten", "te_klein"),
        ("tarieven[3].bedrag_centen", "onbekend_veld"),
        ("tarieven[4].bedragCenten", "geen_geheel_getal"),
        ("tarieven[4].vanaf", "buiten_bereik"),
        ("tarieven[5].bedragCenten", "te_groot"),
        ("tarieven[5].vanaf", "ongeldige_datum"),
        ("tarieven[6]", "geen_object"),
        ("aandeel", "ongeldig_aandeel"),
        ("gezienOp", "ongeldig_tijdstip"),
        ("aanbieder", "ongeldige_vorm"),
    ]
    reasons = [fault["reason"] for fault in answer.json()["invalidParams"]]
    assert "geheim" not in " ".join(reasons)
    assert len(answer.json()["invalidParams"][-1]["name"]) <= 201


async def test_no_more_than_a_hundred_faults_are_listed(
    proeven: httpx.AsyncClient, toegang: dict[str, str]
) -> None:
    body = {"naam": "x", "tarieven": [{}] * 150}
    answer = await proeven.post("/v1/proeven", headers=toegang, json=body)
    assert len(answer.json()["invalidParams"]) == 100
    assert "150 fouten" in answer.json()["detail"]


@pytest.mark.parametrize(
    ("query", "fault"),
    [
        ("onbekend=1", ("onbekend", "onbekend_veld")),
        ("page_size=1", ("page_size", "onbekend_veld")),
        ("page=0", ("page", "te_klein")),
        ("page=1_0", ("page", "geen_geheel_getal")),
        ("page=1.0", ("page", "geen_geheel_getal")),
        ("pageSize=501", ("pageSize", "te_groot")),
        ("page=1&page=2", ("page", "dubbel")),
        ("gemeente=0153&gemeente=0141", ("gemeente", "dubbel")),
        ("gemeente=153", ("gemeente", "ongeldige_vorm")),
        ("gemeente=0153%0A", ("gemeente", "ongeldige_vorm")),
        ("gemeente=%00", ("gemeente", "ongeldige_vorm")),
        ("gemeente=", ("gemeente", "ongeldige_vorm")),
        ("bekendOp=2026-01-01T00:00:00", ("bekendOp", "ongeldig_tijdstip")),
        ("bekendOp=2026-01-01", ("bekendOp", "ongeldig_tijdstip")),
        ("bekendOp=0001-01-01T00:00:00%2B14:00", ("bekendOp", "buiten_bereik")),
    ],
)
async def test_a_wrong_query_parameter_is_400(
    proeven: httpx.AsyncClient, toegang: dict[str, str], query: str, fault: tuple[str, str]
) -> None:
    answer = await proeven.get(f"/v1/proeven?{query}", headers=toegang)
    problem(answer, 400, "ongeldige_aanvraag")
    assert faults(answer) == [fault]


@pytest.mark.parametrize("moment", ["2026-01-01T00:00:00Z", "2026-01-01T00:00:00+01:00"])
async def test_a_moment_may_have_any_offset(
    proeven: httpx.AsyncClient, toegang: dict[str, str], moment: str
) -> None:
    answer = await proeven.get(f"/v1/proeven?bekendOp={moment}", headers=toegang)
    assert answer.status_code == 200


async def test_an_operation_without_parameters_refuses_them_too(
    proeven: httpx.AsyncClient, toegang: dict[str, str]
) -> None:
    answer = await proeven.get("/v1/proeven/1?x=1", headers=toegang)
    assert faults(answer) == [("x", "onbekend_veld")]
    answer = await proeven.get("/v1/proeven/0?x=1&x=2", headers=toegang)
    assert faults(answer) == [("x", "onbekend_veld"), ("nummer", "te_klein")]


async def test_head_gives_the_headers_of_get_and_no_content(
    proeven: httpx.AsyncClient, toegang: dict[str, str]
) -> None:
    get = await proeven.get("/v1/proeven", headers=toegang)
    head = await proeven.head("/v1/proeven", headers=toegang)
    assert (head.status_code, head.content) == (200, b"")
    assert head.headers == get.headers
    assert (await proeven.head("/v1/proeven")).status_code == 401
    assert (await proeven.head("/")).status_code == 200
    spared = await proeven.head("/v1/proeven/1/stroom", headers=toegang)
    assert (spared.status_code, spared.headers["content-length"]) == (200, "0")


async def test_a_streaming_operation_takes_the_pool_itself(
    proeven: httpx.AsyncClient, toegang: dict[str, str]
) -> None:
    assert (await proeven.get("/v1/proeven/1/stroom", headers=toegang)).text == "7"


async def test_a_failed_operation_leaves_nothing_behind(
    proeven: httpx.AsyncClient, toegang: dict[str, str]
) -> None:
    for _ in range(2):
        answer = await proeven.post("/v1/proeven", headers=toegang, json={**BODY, "naam": "bezet"})
        problem(answer, 409, "bezet")
    answer = await proeven.post("/v1/proeven", headers=toegang, json=BODY)
    assert answer.json()["nummer"] == 1
    assert answer.headers["Location"] == "/v1/proeven/1"


@pytest.mark.parametrize("soort", ["sql", "anders"])
async def test_what_is_unexpected_is_500_and_keeps_its_secret_also_in_the_log(
    proeven: httpx.AsyncClient,
    toegang: dict[str, str],
    caplog: pytest.LogCaptureFixture,
    soort: str,
) -> None:
    caplog.set_level(logging.DEBUG)
    answer = await proeven.get(f"/v1/storingen/{soort}", headers=toegang)
    found = problem(answer, 500, "interne_fout")
    assert "geheim" not in answer.text + caplog.text
    noted = [record for record in caplog.records if record.name == "noaber"]
    assert [found["instance"].removeprefix("urn:uuid:") in r.getMessage() for r in noted] == [True]


async def test_two_that_were_in_each_others_way_may_try_again(
    proeven: httpx.AsyncClient, toegang: dict[str, str]
) -> None:
    answer = await proeven.get("/v1/storingen/botsing", headers=toegang)
    problem(answer, 503, "tijdelijk_niet_beschikbaar")
    assert int(answer.headers["Retry-After"]) > 0


async def test_when_no_connection_is_free_the_caller_is_asked_to_wait(
    settings: Settings, database_url: str, toegang: dict[str, str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(route, "ACQUIRE_TIMEOUT_SECONDS", 0.05)
    app = create_app(settings, database_url, [router])
    transport = httpx.ASGITransport(app)
    async with (
        app.router.lifespan_context(app),
        httpx.AsyncClient(transport=transport, base_url="http://noaber.test") as client,
    ):
        pool: Pool = app.state.pool
        taken = [await pool.take(NOBODY) for _ in range(MOST_CONNECTIONS)]
        answer = await client.get("/v1/proeven", headers=toegang)
        problem(answer, 503, "tijdelijk_niet_beschikbaar")
        assert int(answer.headers["Retry-After"]) > 0
        for connection in taken:
            await pool.connections.release(connection)
        assert (await client.get("/v1/proeven", headers=toegang)).status_code == 200


async def test_a_connection_that_is_lost_is_503_and_the_next_request_gets_a_new_one(
    proeven: httpx.AsyncClient, toegang: dict[str, str]
) -> None:
    answer = await proeven.get("/v1/storingen/verbroken", headers=toegang)
    problem(answer, 503, "tijdelijk_niet_beschikbaar")
    assert (await proeven.get("/v1/proeven", headers=toegang)).status_code == 200


async def test_a_strange_host_header_breaks_nothing(
    proeven: httpx.AsyncClient, toegang: dict[str, str]
) -> None:
    for host in ("[", "a b", '">;'):
        answer = await proeven.get("/v1/proeven", headers=toegang | {"Host": host})
        assert answer.status_code == 200, host
