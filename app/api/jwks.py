# SPDX-License-Identifier: EUPL-1.2
"""The public keys that tokens are checked with: the local issuer's, or those another publishes."""

import asyncio
import json
import math
import ssl
import time
from collections.abc import Callable
from typing import Any, Protocol

import httpx
import jwt

from app.domain.errors import Unavailable

ALGORITHMS = (
    *("RS256", "RS384", "RS512", "PS256", "PS384", "PS512"),
    *("ES256", "ES384", "ES512", "EdDSA"),
)
FRESH_SECONDS = 300
STALE_SECONDS = 3600
"""So long are keys used of an issuer that cannot be reached; after that nobody gets in."""

PAUSE_SECONDS = 10
"""The issuer is not asked more often, whatever is asked of us."""

TIMEOUT_SECONDS = 5
MOST_BYTES = 256 * 1024


class Keys(Protocol):
    """The public keys of an issuer."""

    async def find(self, token: str) -> jwt.PyJWK:
        """The key a token says it is signed with. Raises jwt.PyJWTError or Unavailable."""

    def holds(self, key: jwt.PyJWK) -> bool:
        """Whether this very key is still among those last heard of."""


class LocalKeys:
    """The key of the local issuer."""

    def __init__(self, jwks: dict[str, Any]) -> None:
        self._keys = jwt.PyJWKSet.from_dict(jwks)

    async def find(self, token: str) -> jwt.PyJWK:
        return _match(self._keys.keys, _kid(token))

    def holds(self, key: jwt.PyJWK) -> bool:
        return key in self._keys.keys


class RemoteKeys:
    """The keys that an issuer publishes, fetched when needed and kept for five minutes.

    A known key is found without waiting for anything, and of many requests that need the issuer
    one asks. When it does not answer, the keys last heard of are used up to an hour.
    """

    def __init__(self, url: str, clock: Callable[[], float] = time.monotonic) -> None:
        self._url = url
        self._clock = clock
        self._trusted = ssl.create_default_context()
        self._asking = asyncio.Lock()
        self._keys: list[jwt.PyJWK] = []
        self._fetched = self._good_until = self._pause_until = -math.inf
        self._failed = False

    async def find(self, token: str) -> jwt.PyJWK:
        kid = _kid(token)
        if not self._knows(kid):
            async with self._asking:
                if not self._knows(kid) and self._clock() >= self._pause_until:
                    await self._refresh()
        if not self._is_good() or (self._failed and not self._knows(kid)):
            raise Unavailable(
                "uitgever_onbereikbaar",
                "De sleutels van de uitgever van tokens zijn niet op te halen. "
                "Probeer het zo opnieuw.",
            )
        return _match(self._keys, kid)

    def holds(self, key: jwt.PyJWK) -> bool:
        return self._is_good() and key in self._keys

    def _is_good(self) -> bool:
        return self._clock() < self._good_until

    def _knows(self, kid: str) -> bool:
        return self._is_good() and any(key.key_id == kid for key in self._keys)

    async def _refresh(self) -> None:
        try:
            async with asyncio.timeout(TIMEOUT_SECONDS):
                self._keys = _signing_keys(await self._fetch())
        except (httpx.HTTPError, jwt.PyJWTError, OSError, ValueError, RecursionError):
            self._failed = True
            now = self._clock()
            self._good_until = min(now + PAUSE_SECONDS, self._fetched + STALE_SECONDS)
        else:
            self._failed = False
            now = self._fetched = self._clock()
            self._good_until = now + FRESH_SECONDS
        self._pause_until = now + PAUSE_SECONDS

    async def _fetch(self) -> Any:
        content = b""
        async with (
            httpx.AsyncClient(verify=self._trusted) as client,
            client.stream("GET", self._url, headers={"Accept": "application/json"}) as answer,
        ):
            if answer.status_code != httpx.codes.OK:
                raise ValueError("no keys in this answer")
            async for piece in answer.aiter_bytes():
                content += piece
                if len(content) > MOST_BYTES:
                    raise ValueError("too large for a set of keys")
        return json.loads(content)


def _signing_keys(jwks: Any) -> list[jwt.PyJWK]:
    """The keys of this set that a signature may be checked with. Raises when there are none."""
    if not isinstance(jwks, dict):
        raise ValueError("not a set of keys")
    keys = [
        key
        for key in jwt.PyJWKSet.from_dict(jwks).keys
        if key.key_id and key.public_key_use in ("sig", None) and key.algorithm_name in ALGORITHMS
    ]
    if not keys:
        raise ValueError("no keys to check signatures with")
    return keys


def _kid(token: str) -> str:
    kid = jwt.get_unverified_header(token).get("kid")
    if not isinstance(kid, str):
        raise jwt.InvalidKeyError("no kid")
    return kid


def _match(keys: list[jwt.PyJWK], kid: str) -> jwt.PyJWK:
    for key in keys:
        if key.key_id == kid:
            return key
    raise jwt.InvalidKeyError("unknown kid")
