# SPDX-License-Identifier: EUPL-1.2
"""A token that is bound to a certificate is of use to its holder alone (RFC 8705)."""

import base64
import ssl
from collections.abc import AsyncIterator
from datetime import UTC, datetime
from ipaddress import ip_network
from typing import Any
from urllib.parse import quote

import httpx
import pytest
from cryptography import x509
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.serialization import Encoding

from app.api.handover import thumbprint_of
from app.settings import Settings
from tests.api.forging import Forge, answer_to
from tests.api.test_manners import problem
from tests.callers import OpenClient

HEADER = "Client-Cert"


def certificate() -> bytes:
    """Of somebody, in DER."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, "aanbieder")])
    builder = x509.CertificateBuilder(name, name, key.public_key(), x509.random_serial_number())
    builder = builder.not_valid_before(datetime(2026, 1, 1, tzinfo=UTC))
    builder = builder.not_valid_after(datetime(2027, 1, 1, tzinfo=UTC))
    return builder.sign(key, SHA256()).public_bytes(Encoding.DER)


OWN, OTHER = certificate(), certificate()
BOUND = {"cnf": {"x5t#S256": thumbprint_of(OWN)}}


def handed_over(certificate: bytes) -> str:
    return f":{base64.b64encode(certificate).decode()}:"


def behind(settings: Settings, network: str) -> Settings:
    update = {"certificate_header": HEADER, "trusted_proxies": (ip_network(network),)}
    return settings.model_copy(update=update)


@pytest.fixture
async def gateway(settings: Settings, open_proeven: OpenClient) -> AsyncIterator[httpx.AsyncClient]:
    """A caller behind a gateway that hands certificates over."""
    async with open_proeven(behind(settings, "127.0.0.0/8")) as client:
        yield client


async def test_the_holder_of_the_certificate_gets_in(
    gateway: httpx.AsyncClient, forge: Forge
) -> None:
    token = forge(**BOUND)
    nginx = quote(ssl.DER_cert_to_PEM_cert(OWN))
    for value in (handed_over(OWN), handed_over(OWN), nginx):
        assert (await answer_to(gateway, token, {HEADER: value})).status_code == 200


async def test_a_token_that_is_not_bound_is_a_bearer_token(
    gateway: httpx.AsyncClient, forge: Forge
) -> None:
    assert (await answer_to(gateway, forge())).status_code == 200
    assert (await answer_to(gateway, forge(), {HEADER: handed_over(OTHER)})).status_code == 200


@pytest.mark.parametrize(
    "value",
    [None, "", "::", ":geen base64:", "onzin", "%00", handed_over(OTHER), handed_over(OWN)[:-1]],
)
async def test_without_its_certificate_a_bound_token_is_401_also_when_it_was_let_in_before(
    gateway: httpx.AsyncClient, forge: Forge, value: str | None
) -> None:
    token = forge(**BOUND)
    assert (await answer_to(gateway, token, {HEADER: handed_over(OWN)})).status_code == 200
    headers = {} if value is None else {HEADER: value}
    answer = await answer_to(gateway, token, headers)
    problem(answer, 401, "niet_aangemeld")
    assert answer.headers["WWW-Authenticate"] == 'Bearer error="invalid_token"'


async def test_two_certificates_are_none(gateway: httpx.AsyncClient, forge: Forge) -> None:
    given = [("Authorization", f"Bearer {forge(**BOUND)}")]
    given += [(HEADER, handed_over(OWN)), (HEADER, handed_over(OWN))]
    problem(await gateway.get("/v1/proeven/1", headers=given), 401, "niet_aangemeld")


async def test_a_header_that_does_not_come_from_the_gateway_counts_for_nothing(
    settings: Settings, open_proeven: OpenClient, forge: Forge
) -> None:
    for elsewhere in (settings, behind(settings, "192.0.2.0/24")):
        async with open_proeven(elsewhere) as client:
            answer = await answer_to(client, forge(**BOUND), {HEADER: handed_over(OWN)})
            problem(answer, 401, "niet_aangemeld")


@pytest.mark.parametrize(
    "cnf",
    [
        None,
        "x",
        {},
        {"jkt": "0ZcOCORZNYy-DWpqq30jZyJGHTN0d2HglBV3uiguA4I"},
        {**BOUND["cnf"], "jkt": "0ZcOCORZNYy-DWpqq30jZyJGHTN0d2HglBV3uiguA4I"},
        {"x5t#S256": [thumbprint_of(OWN)]},
        {"x5t#S256": thumbprint_of(OWN) + "="},
    ],
)
async def test_a_token_bound_in_a_way_that_is_not_checked_is_401(
    gateway: httpx.AsyncClient, forge: Forge, cnf: Any
) -> None:
    answer = await answer_to(gateway, forge(cnf=cnf), {HEADER: handed_over(OWN)})
    problem(answer, 401, "niet_aangemeld")
