# SPDX-License-Identifier: EUPL-1.2
"""Tokens as an attacker or another issuer makes them, and an issuer that publishes its keys."""

import json
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, HTTPServer
from typing import Any

import httpx
import jwt
from cryptography.hazmat.primitives.asymmetric import rsa
from jwt.algorithms import RSAAlgorithm

from app.api.issuer import AUDIENCE, ISSUER

Forge = Callable[..., str]
DROP = ...  # in a set of changes: leave this out


def forge(
    key: Any, algorithm: str, headers: dict[str, Any], changes: dict[str, Any], payload: bytes = b""
) -> str:
    """A token like that of toegang 0153, but for what is said otherwise."""
    now = int(time.time())
    claims = {
        "iss": ISSUER,
        "aud": AUDIENCE,
        "sub": "iemand",
        "iat": now,
        "exp": now + 600,
        "scope": "inwoners:lezen",
        "gemeente": "0153",
    } | changes
    kept = {name: value for name, value in claims.items() if value is not DROP}
    head = {"typ": "at+jwt"} | headers
    kept_head = {name: value for name, value in head.items() if value is not DROP}
    content = payload or json.dumps(kept).encode()
    return jwt.PyJWS().encode(content, key, algorithm, headers=kept_head)


async def answer_to(
    client: httpx.AsyncClient, token: str, headers: dict[str, str] | None = None
) -> httpx.Response:
    """What the bearer of this token gets."""
    given = {"Authorization": f"Bearer {token}"} | (headers or {})
    return await client.get("/v1/proeven/1", headers=given)


class Issuer:
    """Someone else's issuer: publishes its keys on a port of this machine."""

    def __init__(self) -> None:
        self.key = rsa.generate_private_key(65537, 2048)
        self.status = 200
        self.asked = 0
        self.publish(k1=self.key)
        issuer = self

        class Handler(BaseHTTPRequestHandler):
            def do_GET(self) -> None:
                issuer.asked += 1
                self.send_response(issuer.status)
                self.send_header("Location", "/elders")
                self.end_headers()
                self.wfile.write(issuer.answer)

            def log_message(self, *args: object) -> None:
                """Silent."""

        self.server = HTTPServer(("127.0.0.1", 0), Handler)
        self.url = f"http://127.0.0.1:{self.server.server_port}/jwks"

    def publish(self, **keys: rsa.RSAPrivateKey) -> None:
        """Publish these keys from now on, and no others."""
        jwks = [
            {**RSAAlgorithm.to_jwk(key.public_key(), as_dict=True), "kid": kid}
            for kid, key in keys.items()
        ]
        self.answer = json.dumps({"keys": jwks}).encode()


@contextmanager
def publishing() -> Iterator[Issuer]:
    """An issuer that answers meanwhile."""
    issuer = Issuer()
    thread = threading.Thread(target=issuer.server.serve_forever, args=(0.01,))
    thread.start()
    yield issuer
    issuer.server.shutdown()
    thread.join()
    issuer.server.server_close()
