# SPDX-License-Identifier: EUPL-1.2
"""Who calls: the bearer token checked (RFC 9068), and what it lets its bearer do."""

import re
import time
from collections.abc import Mapping
from dataclasses import dataclass
from hashlib import sha256
from typing import Any, Literal, NamedTuple, Protocol

import jwt
from cachetools import TLRUCache
from starlette.concurrency import run_in_threadpool
from starlette.requests import Request

from app.api import issuer
from app.api.errors import Refused
from app.domain.errors import Unavailable
from app.settings import Settings

ALGORITHMS = (
    *("RS256", "RS384", "RS512", "PS256", "PS384", "PS512"),
    *("ES256", "ES384", "ES512", "EdDSA"),
)
TOKEN_TYPES = ("at+jwt", "application/at+jwt")
LEEWAY_SECONDS = 10
JWKS_TIMEOUT_SECONDS = 5
LONGEST_SUB = 255
REMEMBERED_SECONDS = 60
MOST_REMEMBERED = 10_000

GEMEENTE = re.compile(r"[0-9]{4}")
AGB = re.compile(r"[0-9]{8}")

BINDINGS: Mapping[str, tuple[Literal["gemeente", "agb"] | None, ...]] = {
    "inwoners:lezen": ("gemeente",),
    "inwoners:schrijven": ("gemeente",),
    "toewijzingen:lezen": ("gemeente", "agb"),
    "toewijzingen:schrijven": ("gemeente",),
    "declaraties:lezen": ("agb",),
    "declaraties:schrijven": ("agb",),
    "kosten:lezen": ("gemeente",),
    "budgetten:lezen": ("gemeente",),
    "budgetten:schrijven": ("gemeente",),
    "catalogus:schrijven": (None,),
    "contracten:schrijven": (None,),
    "kosten:geaggregeerd": (None,),
}
"""To what a caller is bound for a scope to count; None is the region, which is bound to nothing."""

Rol = Literal["toegang", "aanbieder", "financien", "regio"]


@dataclass(frozen=True, slots=True)
class Caller:
    """The bearer of a token that was found in order."""

    sub: str
    scopes: frozenset[str]
    gemeente: str | None = None
    agb: str | None = None

    @property
    def rol(self) -> Rol:
        """The role that this binding and these scopes amount to."""
        if self.agb:
            return "aanbieder"
        if not self.gemeente:
            return "regio"
        allocates = any(scope.startswith("toewijzingen:") for scope in self.scopes)
        return "financien" if "kosten:lezen" in self.scopes and not allocates else "toegang"

    @property
    def own_gemeente(self) -> str:
        """The gemeente of a caller whose operation asks for that binding."""
        assert self.gemeente is not None
        return self.gemeente

    @property
    def own_agb(self) -> str:
        """The AGB-code of a caller whose operation asks for that binding."""
        assert self.agb is not None
        return self.agb

    @property
    def identity(self) -> str:
        """What sets this caller apart from the others: its role with its binding."""
        return f"{self.rol} {self.gemeente or self.agb or self.sub}"

    def may(self, scope: str) -> bool:
        """Whether the token holds this scope and is bound to what the scope asks for."""
        binding = "agb" if self.agb else "gemeente" if self.gemeente else None
        return scope in self.scopes and binding in BINDINGS.get(scope, ())


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
        kid = jwt.get_unverified_header(token).get("kid")
        for key in self._keys.keys:
            if key.key_id == kid:
                return key
        raise jwt.InvalidKeyError("unknown kid")

    def holds(self, key: jwt.PyJWK) -> bool:
        return key in self._keys.keys


class RemoteKeys:
    """The keys that an issuer publishes, fetched when needed and kept for five minutes.

    A known key is found without waiting for anything. After a failed fetch the next one is put
    off for a moment, so that an issuer that is down does not hold up one request after another.
    """

    def __init__(self, url: str) -> None:
        self._client = jwt.PyJWKClient(url, timeout=JWKS_TIMEOUT_SECONDS)
        self._down_until = 0.0

    async def find(self, token: str) -> jwt.PyJWK:
        kid = jwt.get_unverified_header(token).get("kid")
        if not isinstance(kid, str):
            raise jwt.InvalidKeyError("no kid")
        key = self._known(kid)
        return key if key else await run_in_threadpool(self._fetch, kid)

    def holds(self, key: jwt.PyJWK) -> bool:
        return key in self._cached()

    def _known(self, kid: str) -> jwt.PyJWK | None:
        keys = [key for key in self._cached() if key.public_key_use != "enc"]
        return self._client.match_kid(keys, kid)

    def _cached(self) -> list[jwt.PyJWK]:
        cached = self._client.jwk_set_cache.get() if self._client.jwk_set_cache else None
        return cached.keys if cached else []

    def _fetch(self, kid: str) -> jwt.PyJWK:
        if time.monotonic() < self._down_until:
            raise _issuer_unreachable()
        try:
            self._client.get_signing_keys()
        except (jwt.PyJWTError, OSError, ValueError) as error:
            raise self._down() from error
        try:
            return self._client.get_signing_key(kid)
        except (jwt.PyJWKClientConnectionError, OSError, ValueError) as error:
            raise self._down() from error

    def _down(self) -> Unavailable:
        self._down_until = time.monotonic() + JWKS_TIMEOUT_SECONDS
        return _issuer_unreachable()


class _Admitted(NamedTuple):
    """What a token was found to say, and what that rests on."""

    caller: Caller
    key: jwt.PyJWK
    exp: int


class Gate:
    """Lets a request in as its caller.

    What a token says is remembered for a minute under its hash, but never past its `exp`, and not
    once the key it was signed with is withdrawn or fetched anew.
    """

    def __init__(self, keys: Keys, name: str, audience: str) -> None:
        self._keys = keys
        self._issuer = name
        self._audience = audience
        self._remembered: TLRUCache[bytes, _Admitted] = TLRUCache(
            MOST_REMEMBERED, _remembered_until, time.time
        )

    async def admit(self, request: Request) -> Caller:
        """The caller of this request. Raises Refused (401), or Unavailable."""
        token = _bearer(request)
        digest = sha256(token.encode()).digest()
        earlier = self._remembered.get(digest)
        if earlier and self._keys.holds(earlier.key):
            return earlier.caller
        try:
            admitted = await self._check(token)
        except (jwt.PyJWTError, ValueError, RecursionError):
            raise _unauthorized("Het token is niet geldig.", ' error="invalid_token"') from None
        self._remembered[digest] = admitted
        return admitted.caller

    async def _check(self, token: str) -> _Admitted:
        key = await self._keys.find(token)
        decoded = jwt.decode_complete(
            token,
            key,
            algorithms=ALGORITHMS,
            issuer=self._issuer,
            audience=self._audience,
            leeway=LEEWAY_SECONDS,
            options={"require": ["exp", "iss", "aud", "sub"], "enforce_minimum_key_length": True},
        )
        if str(decoded["header"].get("typ")).lower() not in TOKEN_TYPES:
            raise jwt.InvalidTokenError("not an access token")
        claims: dict[str, Any] = decoded["payload"]
        return _Admitted(_caller(claims), key, int(claims["exp"]))


def open_gate(settings: Settings) -> Gate:
    """The gate for the issuer of these settings."""
    if settings.issuer and settings.audience and settings.jwks_url:
        return Gate(RemoteKeys(settings.jwks_url), settings.issuer, settings.audience)
    jwks = issuer.public_jwks(settings.data)
    return Gate(LocalKeys(jwks), issuer.ISSUER, issuer.AUDIENCE)


def require(caller: Caller, scopes: tuple[str, ...]) -> None:
    """Any one of these scopes will do; none asked for means that any token will. Raises Refused."""
    if scopes and not any(caller.may(scope) for scope in scopes):
        raise Refused(
            403,
            "scope_ontbreekt",
            f"Het token geeft geen recht op {' of '.join(scopes)}.",
            {"WWW-Authenticate": f'Bearer error="insufficient_scope", scope="{" ".join(scopes)}"'},
        )


def _remembered_until(_digest: bytes, admitted: _Admitted, now: float) -> float:
    return min(now + REMEMBERED_SECONDS, admitted.exp)


def _bearer(request: Request) -> str:
    given = request.headers.getlist("authorization")
    scheme, _, token = given[0].partition(" ") if len(given) == 1 else ("", "", "")
    if scheme.lower() != "bearer" or not token.strip():
        raise _unauthorized("Stuur een token mee: Authorization: Bearer <token>.")
    return token.strip()


def _caller(claims: Mapping[str, Any]) -> Caller:
    """The caller these claims describe. Raises ValueError when they do not fit."""
    sub, scope = claims["sub"], claims.get("scope", "")
    if not isinstance(scope, str):
        raise ValueError("scope must be a string")
    if not (0 < len(sub) <= LONGEST_SUB and sub.isprintable()):
        raise ValueError("sub must be short and printable")
    gemeente = _binding(claims, "gemeente", GEMEENTE)
    agb = _binding(claims, "agb", AGB)
    if gemeente and agb:
        raise ValueError("bound to two")
    return Caller(sub, frozenset(scope.split()), gemeente, agb)


def _binding(claims: Mapping[str, Any], name: str, shape: re.Pattern[str]) -> str | None:
    if name not in claims:
        return None
    value = claims[name]
    if not (isinstance(value, str) and shape.fullmatch(value)):
        raise ValueError(f"malformed {name}")
    return value


def _unauthorized(detail: str, error: str = "") -> Refused:
    return Refused(401, "niet_aangemeld", detail, {"WWW-Authenticate": f"Bearer{error}"})


def _issuer_unreachable() -> Unavailable:
    return Unavailable(
        "uitgever_onbereikbaar",
        "De sleutels van de uitgever van tokens zijn niet op te halen. Probeer het zo opnieuw.",
    )
