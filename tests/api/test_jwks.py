# SPDX-License-Identifier: EUPL-1.2
"""The keys of an issuer elsewhere: fetched seldom, changed in time, missed for an hour at most."""

import asyncio
import base64
import hmac
import json
from typing import Any

import httpx
import jwt
import pytest
from cryptography.hazmat.primitives.asymmetric import rsa
from jwt.algorithms import RSAAlgorithm
from jwt.utils import base64url_encode

from app.api.callers import Caller, Gate
from app.api.errors import Refused
from app.api.jwks import FRESH_SECONDS, MOST_BYTES, PAUSE_SECONDS, STALE_SECONDS, RemoteKeys
from app.domain.errors import Unavailable
from app.settings import Settings
from tests.api.forging import Forge, Issuer, answer_to, forge
from tests.api.test_callers import asking
from tests.api.test_manners import problem
from tests.callers import OpenClient

NAME, AUDIENCE = "https://uitgever.example", "noaber"


class Clock:
    """The time, as the test has it."""

    def __init__(self) -> None:
        self.now = 1000.0

    def __call__(self) -> float:
        return self.now


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def gate(issuer: Issuer, clock: Clock) -> Gate:
    return Gate(RemoteKeys(issuer.url, clock), NAME, AUDIENCE)


def signed(key: Any, kid: str = "k1", algorithm: str = "RS256", **changes: Any) -> str:
    return forge(key, algorithm, {"kid": kid}, {"iss": NAME, "aud": AUDIENCE} | changes)


async def admitted(gate: Gate, token: str) -> Caller:
    return await gate.admit(asking(token))


async def refused(gate: Gate, token: str) -> bool:
    try:
        await admitted(gate, token)
    except Refused as error:
        return error.status == 401
    return False


def outside(settings: Settings, url: str) -> Settings:
    return settings.model_copy(update={"issuer": NAME, "audience": AUDIENCE, "jwks_url": url})


async def test_a_configured_issuer_is_asked_for_its_keys_once(
    settings: Settings, open_proeven: OpenClient, issuer: Issuer, forge: Forge
) -> None:
    good, unknown, local = signed(issuer.key), signed(issuer.key, "k2"), forge()
    async with open_proeven(outside(settings, issuer.url)) as client:
        found = [await answer_to(client, token) for token in (good, good, unknown, local)]
    assert [answer.status_code for answer in found] == [200, 200, 401, 401]
    assert issuer.asked == 1


@pytest.mark.parametrize(
    "content",
    [
        None,
        b"geen json",
        b"[]",
        b'{"keys": []}',
        b'{"keys": 1}',
        b"[" * 100_000,
        b" " * (MOST_BYTES + 1),
        json.dumps({"keys": [{"kty": "oct", "k": "c2xldXRlbA", "kid": "k1"}]}).encode(),
    ],
    ids=lambda content: repr(content)[:20],
)
async def test_keys_that_cannot_be_had_are_503(
    settings: Settings, open_proeven: OpenClient, issuer: Issuer, content: bytes | None
) -> None:
    url = "http://127.0.0.1:9/jwks" if content is None else issuer.url
    issuer.answer = content or b""
    async with open_proeven(outside(settings, url)) as client:
        for _ in range(2):
            answer = await answer_to(client, signed(issuer.key))
            problem(answer, 503, "uitgever_onbereikbaar")
            assert int(answer.headers["Retry-After"]) > 0
    assert issuer.asked <= 1


@pytest.mark.parametrize("status", [301, 302, 404, 500])
async def test_keys_are_taken_from_a_plain_answer_alone(
    gate: Gate, issuer: Issuer, status: int
) -> None:
    issuer.status = status
    with pytest.raises(Unavailable):
        await admitted(gate, signed(issuer.key))
    assert issuer.asked == 1


async def test_many_requests_at_once_ask_the_issuer_once(gate: Gate, issuer: Issuer) -> None:
    tokens = [signed(issuer.key, sub=f"iemand {number}") for number in range(20)]
    await asyncio.gather(*(admitted(gate, token) for token in tokens))
    assert issuer.asked == 1


async def test_a_new_key_is_found_when_a_token_names_it(
    gate: Gate, issuer: Issuer, clock: Clock
) -> None:
    await admitted(gate, signed(issuer.key))
    new = rsa.generate_private_key(65537, 2048)
    issuer.publish(k1=issuer.key, k2=new)
    clock.now += PAUSE_SECONDS
    await admitted(gate, signed(new, "k2"))
    assert issuer.asked == 2


async def test_made_up_key_ids_do_not_make_us_pester_the_issuer(
    gate: Gate, issuer: Issuer, clock: Clock
) -> None:
    for number in range(50):
        clock.now += PAUSE_SECONDS / 25
        assert await refused(gate, signed(issuer.key, f"verzonnen {number}"))
    assert issuer.asked <= 3


async def test_a_withdrawn_key_is_refused_within_five_minutes_also_for_a_remembered_token(
    gate: Gate, issuer: Issuer, clock: Clock
) -> None:
    token = signed(issuer.key)
    await admitted(gate, token)
    issuer.publish(k2=rsa.generate_private_key(65537, 2048))
    clock.now += FRESH_SECONDS - 1
    await admitted(gate, token)
    clock.now += 1
    assert await refused(gate, token)


async def test_a_key_that_took_the_name_of_another_does_not_let_its_tokens_in(
    gate: Gate, issuer: Issuer, clock: Clock
) -> None:
    token = signed(issuer.key)
    await admitted(gate, token)
    issuer.publish(k1=rsa.generate_private_key(65537, 2048))
    clock.now += FRESH_SECONDS
    assert await refused(gate, token)


async def test_an_issuer_that_is_down_is_missed_for_an_hour_and_then_nobody_gets_in(
    gate: Gate, issuer: Issuer, clock: Clock
) -> None:
    token = signed(issuer.key)
    await admitted(gate, token)
    issuer.status = 503
    clock.now += FRESH_SECONDS
    for _ in range(3):
        await admitted(gate, token)
    assert issuer.asked == 2
    with pytest.raises(Unavailable):
        await admitted(gate, signed(issuer.key, "k2"))
    clock.now += STALE_SECONDS - FRESH_SECONDS - 1
    await admitted(gate, token)
    clock.now += 1
    with pytest.raises(Unavailable):
        await admitted(gate, token)
    issuer.status = 200
    clock.now += PAUSE_SECONDS
    await admitted(gate, token)


async def test_the_public_key_as_a_shared_secret_signs_nothing(gate: Gate, issuer: Issuer) -> None:
    (published,) = json.loads(issuer.answer)["keys"]
    modulus = base64.urlsafe_b64decode(published["n"] + "==")
    unsigned = signed("x" * 32, algorithm="HS256").rpartition(".")[0]
    for secret in (modulus, json.dumps(published).encode(), published["n"].encode()):
        signature = base64url_encode(hmac.digest(secret, unsigned.encode(), "sha256")).decode()
        assert await refused(gate, f"{unsigned}.{signature}")


async def test_a_key_for_encryption_or_with_too_few_bits_signs_nothing(
    gate: Gate, issuer: Issuer
) -> None:
    short = rsa.generate_private_key(65537, 1024)
    other = rsa.generate_private_key(65537, 2048)
    keys = {
        "k1": {**RSAAlgorithm.to_jwk(issuer.key.public_key(), as_dict=True), "use": "sig"},
        "kort": RSAAlgorithm.to_jwk(short.public_key(), as_dict=True),
        "enc": {**RSAAlgorithm.to_jwk(other.public_key(), as_dict=True), "use": "enc"},
    }
    issuer.answer = json.dumps(
        {"keys": [{**key, "kid": kid} for kid, key in keys.items()]}
    ).encode()
    await admitted(gate, signed(issuer.key))
    with pytest.warns(jwt.InsecureKeyLengthWarning):
        weak = signed(short, "kort")
    assert await refused(gate, weak)
    assert await refused(gate, signed(other, "enc"))


async def test_the_algorithm_of_a_key_is_the_issuers_to_choose(gate: Gate, issuer: Issuer) -> None:
    key = {**RSAAlgorithm.to_jwk(issuer.key.public_key(), as_dict=True), "alg": "PS256"}
    issuer.answer = json.dumps({"keys": [{**key, "kid": "k1"}]}).encode()
    await admitted(gate, signed(issuer.key, algorithm="PS256"))
    assert await refused(gate, signed(issuer.key, algorithm="RS256"))


async def test_the_local_issuer_counts_for_nothing_beside_a_configured_one(
    settings: Settings, open_proeven: OpenClient, issuer: Issuer, forge: Forge
) -> None:
    async with open_proeven(outside(settings, issuer.url)) as client:
        for token in (forge(), forge(iss=NAME, aud=AUDIENCE)):
            answer: httpx.Response = await answer_to(client, token)
            problem(answer, 401, "niet_aangemeld")
