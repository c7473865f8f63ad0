# SPDX-License-Identifier: EUPL-1.2
"""Who is let in, and as whom."""

import hmac
import json
import time
from pathlib import Path
from typing import Any

import httpx
import jwt
import pytest
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import ec, rsa
from jwt.algorithms import ECAlgorithm
from jwt.utils import base64url_decode, base64url_encode
from starlette.requests import Request

from app.api.callers import Caller, Gate
from app.api.errors import Refused
from app.api.issuer import AUDIENCE, ISSUER, KEY_FILE, ROLLEN, make_token, public_jwks
from tests.api.forging import DROP, Forge, answer_to
from tests.api.test_manners import problem


async def test_a_token_that_is_in_order_gets_in(proeven: httpx.AsyncClient, forge: Forge) -> None:
    for token in (
        forge(),
        forge(headers={"typ": "application/AT+JWT"}),
        forge(aud=["iets anders", AUDIENCE]),
        forge(exp=int(time.time()) - 5),
        forge(scope="iets:anders inwoners:lezen"),
        forge(gemeente=["0153"]),
    ):
        answer = await answer_to(proeven, token)
        assert answer.status_code == 200, answer.text


async def test_without_a_token_the_answer_asks_for_one(proeven: httpx.AsyncClient) -> None:
    for headers in ({}, {"Authorization": "Basic eDp5"}, {"Authorization": "Bearer "}):
        answer = await proeven.get("/v1/proeven", headers=headers)
        problem(answer, 401, "niet_aangemeld")
        assert answer.headers["WWW-Authenticate"] == "Bearer"
    twice = [("Authorization", "Bearer x"), ("Authorization", "Bearer y")]
    assert (await proeven.get("/v1/proeven", headers=twice)).status_code == 401


@pytest.mark.parametrize(
    "changes",
    [
        {"exp": DROP},
        {"iss": DROP},
        {"aud": DROP},
        {"sub": DROP},
        {"exp": 1},
        {"exp": "straks"},
        {"exp": float("nan")},
        {"nbf": 2**35},
        {"iss": "urn:een-ander"},
        {"iss": [ISSUER]},
        {"iat": 2**35},
        {"nbf": "straks"},
        {"aud": "urn:een-ander"},
        {"sub": ""},
        {"sub": 7},
        {"sub": "a\x00b"},
        {"sub": "x" * 256},
        {"scope": ["inwoners:lezen"]},
        {"scope": None},
        {"scope": {"inwoners:lezen": True}},
        {"gemeente": 153},
        {"gemeente": None},
        {"gemeente": []},
        {"gemeente": [None]},
        {"gemeente": ["0153", 141]},
        {"gemeente": ["0153", "14"]},
        {"gemeente": [["0153"]]},
        {"gemeente": ["0153"], "agb": ["99000001"]},
        {"gemeente": "153"},
        {"gemeente": "0153\n"},
        {"gemeente": "٠١٥٣"},
        {"gemeente": "0153' OR '1'='1"},
        {"gemeente": DROP, "agb": "9900000"},
        {"agb": "99000001"},
        {"headers": {"typ": "JWT"}},
        {"headers": {"typ": None}},
        {"headers": {"typ": DROP}},
        {"headers": {"kid": "een andere"}},
        {"headers": {"kid": DROP}},
        {"headers": {"crit": ["onbekend"], "onbekend": 1}},
        {"headers": {"jku": "https://aanvaller.example/jwks", "kid": "van de aanvaller"}},
    ],
    ids=repr,
)
async def test_a_token_that_is_not_in_order_is_401_and_repeats_nothing(
    proeven: httpx.AsyncClient, forge: Forge, changes: dict[str, Any]
) -> None:
    answer = await answer_to(proeven, forge(**changes))
    found = problem(answer, 401, "niet_aangemeld")
    assert answer.headers["WWW-Authenticate"] == 'Bearer error="invalid_token"'
    assert found["detail"] == "Het token is niet geldig."


async def test_a_token_with_another_signature_is_401(
    proeven: httpx.AsyncClient, forge: Forge, data: Path
) -> None:
    stranger = ec.generate_private_key(ec.SECP256R1())
    own = serialization.load_pem_private_key((data / KEY_FILE).read_bytes(), None)
    public = own.public_key().public_bytes(
        serialization.Encoding.PEM, serialization.PublicFormat.SubjectPublicKeyInfo
    )
    confused = forge(key="x" * 32, algorithm="HS256").rpartition(".")[0]
    signed = base64url_encode(hmac.digest(public, confused.encode(), "sha256")).decode()
    head, payload, signature = forge().split(".")
    other_payload = forge(gemeente="0141").split(".")[1]
    for token in (
        forge(key=stranger),
        forge(key=stranger, headers={"jwk": json.loads(ECAlgorithm.to_jwk(stranger.public_key()))}),
        forge(key=None, algorithm="none"),
        f"{confused}.{signed}",
        forge(key=rsa.generate_private_key(65537, 2048), algorithm="RS256"),
        f"{head}.{payload}.",
        f"{head}.{payload}",
        f"{head}.{other_payload}.{signature}",
        f"{head}.{payload}.{signature[:-4]}AAAA",
        "a.b.c",
        "...",
        "x" * 5000,
        forge(ballast="x" * 6000),
    ):
        problem(await answer_to(proeven, token), 401, "niet_aangemeld")


async def test_a_token_that_says_something_twice_is_401(
    proeven: httpx.AsyncClient, forge: Forge
) -> None:
    claims = base64url_decode(forge().split(".")[1]).decode()
    for twice in ('"gemeente": "0141"', '"gemeente": "0153"', '"scope": "inwoners:lezen"'):
        token = forge(payload=f"{{{twice}, {claims[1:]}".encode())
        problem(await answer_to(proeven, token), 401, "niet_aangemeld")


@pytest.mark.parametrize(
    "changes",
    [{"scope": DROP}, {"scope": "inwoners:schrijven"}, {"gemeente": DROP}],
    ids=repr,
)
async def test_a_scope_that_is_missing_or_not_bound_is_403(
    proeven: httpx.AsyncClient, forge: Forge, changes: dict[str, Any]
) -> None:
    answer = await answer_to(proeven, forge(**changes))
    problem(answer, 403, "scope_ontbreekt")
    assert 'error="insufficient_scope"' in answer.headers["WWW-Authenticate"]
    assert 'scope="inwoners:lezen"' in answer.headers["WWW-Authenticate"]


def test_each_role_may_do_what_its_scopes_say() -> None:
    bindings: dict[str, dict[str, str]] = {
        "toegang": {"gemeente": "0153"},
        "aanbieder": {"agb": "99000001"},
        "financien": {"gemeente": "0153"},
        "auditor": {"gemeente": "0153"},
        "regio": {},
    }
    for name, rol in ROLLEN.items():
        caller = Caller("x", frozenset(rol.scopes), **bindings[name])
        assert caller.rol == name
        assert all(caller.may(scope) for scope in rol.scopes)


def test_a_scope_without_its_binding_is_worth_nothing() -> None:
    every = frozenset(scope for rol in ROLLEN.values() for scope in rol.scopes)
    unbound = {scope for scope in every if Caller("x", every).may(scope)}
    assert unbound == set(ROLLEN["regio"].scopes)
    by_agb = {scope for scope in every if Caller("x", every, agb="99000001").may(scope)}
    assert by_agb == set(ROLLEN["aanbieder"].scopes)
    by_gemeente = {scope for scope in every if Caller("x", every, gemeente="0153").may(scope)}
    municipal = ("toegang", "financien", "auditor")
    assert by_gemeente == {scope for rol in municipal for scope in ROLLEN[rol].scopes}


def test_an_auditor_has_no_scope_that_changes_anything() -> None:
    assert all(scope.endswith(":lezen") for scope in ROLLEN["auditor"].scopes)


class Published:
    """An issuer's keys, of which the test says what they are; tells how often they were asked."""

    def __init__(self, data: Path) -> None:
        self.asked = 0
        self.publish(data)

    def publish(self, data: Path) -> None:
        """Publish the key of this folder, heard of anew."""
        self.keys = [jwt.PyJWK(key) for key in public_jwks(data)["keys"]]

    async def find(self, _token: str) -> jwt.PyJWK:
        self.asked += 1
        return self.keys[0]

    def holds(self, key: jwt.PyJWK) -> bool:
        return key in self.keys


def asking(token: str) -> Request:
    """A request with this token."""
    header = (b"authorization", f"Bearer {token}".encode())
    return Request({"type": "http", "headers": [header]})


async def test_a_token_is_checked_once_while_its_key_is_published(data: Path, forge: Forge) -> None:
    token = forge()
    keys = Published(data)
    gate = Gate(keys, ISSUER, AUDIENCE)
    assert await gate.admit(asking(token)) == await gate.admit(asking(token))
    assert keys.asked == 1
    keys.publish(data)
    await gate.admit(asking(token))
    assert keys.asked == 2


async def test_a_remembered_token_is_refused_once_its_key_is_withdrawn(
    data: Path, tmp_path: Path, forge: Forge
) -> None:
    token = forge()
    keys = Published(data)
    gate = Gate(keys, ISSUER, AUDIENCE)
    await gate.admit(asking(token))
    make_token(tmp_path, "regio")  # makes another key there
    keys.publish(tmp_path)
    with pytest.raises(Refused):
        await gate.admit(asking(token))


async def test_a_token_is_not_remembered_past_its_end(data: Path, forge: Forge) -> None:
    keys = Published(data)
    gate = Gate(keys, ISSUER, AUDIENCE)
    token = forge(exp=int(time.time()) - 5)  # let in for the sake of clocks that differ
    await gate.admit(asking(token))
    await gate.admit(asking(token))
    assert keys.asked == 2
