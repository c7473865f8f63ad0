# SPDX-License-Identifier: EUPL-1.2
"""Who calls: the bearer token checked (RFC 9068), and what it lets its bearer do."""

import re
import time
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from hashlib import sha256
from typing import Any, Literal, NamedTuple

import jwt
from cachetools import TLRUCache
from jwt.utils import base64url_decode
from starlette.requests import Request

from app.api import issuer
from app.api.errors import Refused
from app.api.handover import Handover, bound_to
from app.api.jwks import ALGORITHMS, Keys, LocalKeys, RemoteKeys
from app.api.media import parse_json
from app.db.binding import Binding
from app.domain.errors import Invalid
from app.settings import Settings

TOKEN_TYPES = ("at+jwt", "application/at+jwt")
LEEWAY_SECONDS = 10
LONGEST_TOKEN = 8192
LONGEST_SUB = 255
REMEMBERED_SECONDS = 60
MOST_REMEMBERED = 10_000
NO_HANDOVER = Handover()
NAMENS = "Namens"
"""The header that says for which of several a request is."""

GEMEENTE = re.compile(r"[0-9]{4}")
AGB = re.compile(r"[0-9]{8}")

BINDINGS: Mapping[str, tuple[Literal["gemeente", "agb"] | None, ...]] = {
    "inwoners:lezen": ("gemeente",),
    "inwoners:schrijven": ("gemeente",),
    "toewijzingen:lezen": ("gemeente", "agb"),
    "toewijzingen:schrijven": ("gemeente",),
    "clienten:lezen": ("agb",),
    "declaraties:lezen": ("agb",),
    "declaraties:schrijven": ("agb",),
    "kosten:lezen": ("gemeente",),
    "betalingen:schrijven": ("gemeente",),
    "budgetten:lezen": ("gemeente",),
    "budgetten:schrijven": ("gemeente",),
    "catalogus:schrijven": (None,),
    "contracten:schrijven": (None,),
    "kosten:geaggregeerd": (None,),
    "controle:lezen": ("gemeente",),
}
"""To what a caller is bound for a scope to count; None is the region, which is bound to nothing."""

Rol = Literal["toegang", "aanbieder", "financien", "regio", "auditor"]


@dataclass(frozen=True, slots=True)
class Caller:
    """The bearer of a token that was found in order.

    A token may be bound to several gemeenten or aanbieders; each request is for one of them.
    """

    sub: str
    scopes: frozenset[str]
    gemeente: str | None = None
    agb: str | None = None
    identity: str = field(init=False)
    """What sets this caller apart from the others: its role with its binding."""
    binding: Binding = field(init=False)
    """What the database holds it to."""

    def __post_init__(self) -> None:
        bound_to = self.gemeente or self.agb or self.sub
        object.__setattr__(self, "identity", f"{self.rol} {bound_to}")
        binding = Binding(self.gemeente or "", self.agb or "", self.rol, self.identity)
        object.__setattr__(self, "binding", binding)

    @property
    def rol(self) -> Rol:
        """The role that this binding and these scopes amount to."""
        if self.agb:
            return "aanbieder"
        if not self.gemeente:
            return "regio"
        if "controle:lezen" in self.scopes:
            return "auditor"
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

    def may(self, scope: str) -> bool:
        """Whether the token holds this scope and is bound to what the scope asks for."""
        binding = "agb" if self.agb else "gemeente" if self.gemeente else None
        return scope in self.scopes and binding in BINDINGS.get(scope, ())


class _Admitted(NamedTuple):
    """What a token was found to say, and what that rests on."""

    caller: Caller
    others: tuple[Caller, ...]
    key: jwt.PyJWK
    exp: int
    bound_to: str | None


class Gate:
    """Lets a request in as its caller.

    What a token says is remembered for a minute under its hash, but never past its `exp`, and not
    once the key it was signed with is withdrawn or fetched anew.
    """

    def __init__(
        self, keys: Keys, name: str, audience: str, handover: Handover = NO_HANDOVER
    ) -> None:
        self._keys = keys
        self._issuer = name
        self._audience = audience
        self._handover = handover
        self._remembered: TLRUCache[bytes, _Admitted] = TLRUCache(
            MOST_REMEMBERED, _remembered_until, time.time
        )

    async def admit(self, request: Request) -> Caller:
        """The caller of this request. Raises Refused (401), or Unavailable."""
        token = _bearer(request)
        digest = sha256(token.encode()).digest()
        admitted = self._remembered.get(digest)
        if admitted is None or not self._keys.holds(admitted.key):
            admitted = await self._check_anew(token)
            self._remembered[digest] = admitted
        if admitted.bound_to and not self._handover.shows(request, admitted.bound_to):
            raise _invalid_token()
        return _acting_for(admitted, request)

    async def _check_anew(self, token: str) -> _Admitted:
        try:
            return await self._check(token)
        except (jwt.PyJWTError, Invalid, ValueError, RecursionError):
            raise _invalid_token() from None

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
        for part in token.split(".")[:2]:
            parse_json(base64url_decode(part))  # a name that stands twice is read in two ways
        claims: dict[str, Any] = decoded["payload"]
        caller, *others = _callers(claims)
        return _Admitted(caller, tuple(others), key, int(claims["exp"]), bound_to(claims))


def open_gate(settings: Settings) -> Gate:
    """The gate for the issuer of these settings."""
    handover = Handover.of(settings)
    if settings.issuer and settings.audience and settings.jwks_url:
        return Gate(RemoteKeys(settings.jwks_url), settings.issuer, settings.audience, handover)
    jwks = issuer.public_jwks(settings.data)
    return Gate(LocalKeys(jwks), issuer.ISSUER, issuer.AUDIENCE, handover)


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
    if len(token) > LONGEST_TOKEN:
        raise _invalid_token()
    return token.strip()


def _acting_for(admitted: _Admitted, request: Request) -> Caller:
    """The one that this request is for, of those the token is bound to. Raises Refused."""
    given = request.headers.getlist(NAMENS)
    if not given and not admitted.others:
        return admitted.caller
    callers = {c.gemeente or c.agb: c for c in (admitted.caller, *admitted.others)}
    chosen = callers.get(given[0].strip()) if len(given) == 1 else None
    if chosen is None:
        code = "namens_niet_toegestaan" if given else "namens_ontbreekt"
        known = ", ".join(code for code in callers if code) or "niemand"
        raise Refused(403, code, f"Noem in de header {NAMENS} één van: {known}.", {})
    return chosen


def _callers(claims: Mapping[str, Any]) -> list[Caller]:
    """The callers these claims describe, at least one. Raises ValueError when they do not fit."""
    sub, scope = claims["sub"], claims.get("scope", "")
    if not isinstance(scope, str):
        raise ValueError("scope must be a string")
    if not (0 < len(sub) <= LONGEST_SUB and sub.isprintable()):
        raise ValueError("sub must be short and printable")
    gemeenten = _bindings(claims, "gemeente", GEMEENTE)
    aanbieders = _bindings(claims, "agb", AGB)
    if gemeenten and aanbieders:
        raise ValueError("bound to two kinds")
    unbound = Caller(sub, frozenset(scope.split()))
    bound = [replace(unbound, gemeente=code) for code in gemeenten]
    return bound + [replace(unbound, agb=code) for code in aanbieders] or [unbound]


def _bindings(claims: Mapping[str, Any], name: str, shape: re.Pattern[str]) -> list[str]:
    """What a claim binds to: one code, or a list of codes."""
    if name not in claims:
        return []
    value = claims[name]
    codes = value if isinstance(value, list) and value else [value]
    if not all(isinstance(code, str) and shape.fullmatch(code) for code in codes):
        raise ValueError(f"malformed {name}")
    return list(dict.fromkeys(codes))


def _invalid_token() -> Refused:
    return _unauthorized("Het token is niet geldig.", ' error="invalid_token"')


def _unauthorized(detail: str, error: str = "") -> Refused:
    return Refused(401, "niet_aangemeld", detail, {"WWW-Authenticate": f"Bearer{error}"})
