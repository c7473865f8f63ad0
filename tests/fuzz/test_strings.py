# SPDX-License-Identifier: EUPL-1.2
"""Naughty strings in every field and parameter of the document: refused, or kept to the letter."""

import itertools
import os
from collections.abc import Callable, Iterator
from typing import Any
from urllib.parse import quote_from_bytes

import httpx
import pytest

from app.api.issuer import ROLLEN
from tests.callers import Headers
from tests.contract.declaring import AMSTERDAM, ENSCHEDE
from tests.contract.realm import MARK, OWN, STRANGER, Realm, realm
from tests.contract.test_matrix import OPERATIONS, Asked
from tests.fuzz.strings import IN_ADDRESS, IN_CSV, IN_JSON, ODD_TEXTS, Place, at, leaves, with_raw
from tests.fuzz.suites import SECONDS

FITTING = {200, 201, 202, 400, 403, 404, 409, 413}
"""What may be answered: done, or one of the refusals of the contract."""
READ_HEADERS = (
    *("Authorization", "Namens", "Idempotency-Key", "Accept", "Accept-Language"),
    *("Content-Type", "Content-Encoding", "Content-Length", "Host", "traceparent"),
)
SHOWS_ANOTHER = frozenset(
    {"PUT /aanbieders/{agb}/bankrekening", "PUT /gemeenten/{code}/bankrekening"}
)
"""A new account waits for a colleague; the answer shows the one that counts until then."""
IN_FULL = SECONDS in os.environ  # read at import: the tests do not see the environment

Record = Callable[[str, object], None]


@pytest.fixture
async def made(client: httpx.AsyncClient, token: Headers) -> Realm:
    return await realm(client, token)


def _headers(token: Headers, asked: Asked, gemeente: str, agb: str) -> dict[str, str]:
    """Those of the first role that may."""
    rol = next(r for r, what in ROLLEN.items() if not asked.scopes or asked.scopes & {*what.scopes})
    bound_to = ROLLEN[rol].bound_to
    codes = {"gemeente": gemeente, "agb": agb}
    return token(rol, **({bound_to: codes[bound_to]} if bound_to else {}))


def _dealt(cases: list[Any], naughty: list[str]) -> Iterator[tuple[Any, str]]:
    """Every case with every string; in a short turn with one each, and all strings in turn."""
    if IN_FULL:
        return iter(itertools.product(cases, naughty))
    return zip(cases, itertools.cycle(naughty), strict=False)


def _check(answer: httpx.Response, *shown: object) -> None:
    assert answer.status_code in FITTING, (*shown, answer.status_code, answer.text[:500])
    if answer.status_code >= 400:
        assert answer.headers["content-type"] == "application/problem+json", shown


async def test_in_every_field_of_every_body(
    made: Realm, token: Headers, record_property: Record
) -> None:
    bodies = [asked for asked in OPERATIONS.values() if asked.body is not None]
    fields = [(asked, place) for asked in bodies for place in leaves(asked.body)]
    tried = taken = 0
    for (asked, place), name in _dealt(fields, list(IN_JSON)):
        content = with_raw(made.body(asked.body), place, IN_JSON[name])
        headers = _headers(token, asked, ENSCHEDE, OWN) | {"Content-Type": "application/json"}
        path = asked.path.format(**made.params(asked.path) or {})
        answer = await made.region.client.request(
            asked.method, f"/v1{path}", content=content, headers=headers
        )
        _check(answer, asked.name, place, name)
        tried += 1
        shows_itself = answer.status_code == 201 or (answer.is_success and asked.method == "PUT")
        if shows_itself and name in ODD_TEXTS and asked.name not in SHOWS_ANOTHER:
            taken += 1
            await _kept(made, answer, place, ODD_TEXTS[name], headers)
    record_property("requests with one in a field", tried)
    record_property("texts taken and read back unchanged", taken)
    assert tried >= len(fields)


async def _kept(
    made: Realm, answer: httpx.Response, place: Place, text: str, headers: dict[str, str]
) -> None:
    """Wherever the answer shows the field, also when asked for anew, it is as it was sent."""
    told = [answer]
    if location := answer.headers.get("Location"):
        told.append(await made.region.client.get(location, headers=headers))
    for one in told:
        assert one.is_success
        try:
            found = at(one.json(), place)
        except (LookupError, TypeError):
            continue
        assert found == text.strip(), (place, text, found)


def _parameters() -> list[tuple[Asked, str]]:
    found = []
    for asked in OPERATIONS.values():
        names = [part[1:-1] for part in asked.path.split("/") if part.startswith("{")]
        found += [(asked, name) for name in (*names, *asked.parameters)]
    return found


async def test_in_every_parameter(made: Realm, token: Headers, record_property: Record) -> None:
    parameters = _parameters()
    tried = 0
    for (asked, name), naughty in _dealt(parameters, list(IN_ADDRESS)):
        raw = quote_from_bytes(IN_ADDRESS[naughty], safe="")
        params = {k: str(v) for k, v in (made.params(asked.path) or {}).items()}
        query = "&".join(f"{key}={value}" for key, value in asked.query.items() if key != name)
        if f"{{{name}}}" in asked.path:
            params[name] = raw
        else:
            query += f"&{name}={raw}"
        url = f"/v1{asked.path.format(**params)}?{query.lstrip('&')}".rstrip("?")
        answer = await made.region.client.request(
            asked.method,
            url,
            json=None if asked.body is None else made.body(asked.body),
            headers=_headers(token, asked, AMSTERDAM, STRANGER),
        )
        assert answer.status_code in {*FITTING, 405}, (asked.name, name, naughty, answer.text[:300])
        assert MARK not in answer.text, (asked.name, name, naughty)
        tried += 1
    record_property("requests with one in a parameter", tried)
    assert tried >= len(parameters)


async def test_in_every_csv(made: Realm, token: Headers, record_property: Record) -> None:
    tried = 0
    for asked in OPERATIONS.values():
        for media_type in asked.consumes - {"application/json"}:
            for name, content in IN_CSV.items():
                headers = _headers(token, asked, ENSCHEDE, OWN) | {"Content-Type": media_type}
                params = {"declaratienummer": "N1", "dagtekening": "2026-01-01"}
                answer = await made.region.client.request(
                    asked.method,
                    f"/v1{asked.path}",
                    params={k: v for k, v in params.items() if k in asked.parameters},
                    content=content,
                    headers=headers,
                )
                _check(answer, asked.name, media_type, name)
                tried += 1
    record_property("files", tried)
    assert tried >= len(IN_CSV)


async def test_in_every_header_that_is_read(
    made: Realm, token: Headers, record_property: Record
) -> None:
    tried = 0
    for asked in (OPERATIONS["GET /kostenregels"], OPERATIONS["POST /plannen"]):
        for name, naughty in itertools.product(READ_HEADERS, IN_ADDRESS):
            own = _headers(token, asked, ENSCHEDE, OWN)
            sent = {k.encode(): v.encode() for k, v in own.items()}
            headers = sent | {name.encode(): IN_ADDRESS[naughty]}
            answer = await made.region.client.request(
                asked.method,
                f"/v1{asked.path}",
                params=asked.query,
                json=None if asked.body is None else made.body(asked.body),
                headers=headers,
            )
            assert answer.status_code in {*FITTING, 401, 406, 415}, (name, naughty, answer.text)
            tried += 1
    record_property("requests with one in a header", tried)
