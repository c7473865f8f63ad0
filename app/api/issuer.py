# SPDX-License-Identifier: EUPL-1.2
"""The local issuer: signs tokens with a key in the data folder, for those who have no other."""

import json
import re
import time
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal
from uuid import uuid4

import jwt
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from jwt.algorithms import ECAlgorithm
from jwt.utils import base64url_encode

from app.keyfile import load_or_create

ISSUER = "urn:noaber:lokale-uitgever"
AUDIENCE = "urn:noaber:api"
ALGORITHM = "ES256"
LIFETIME_SECONDS = 8 * 60 * 60
KEY_FILE = "uitgever.pem"


@dataclass(frozen=True)
class Rol:
    """What a caller may do, and to whom it is bound."""

    bound_to: Literal["gemeente", "agb"] | None
    scopes: tuple[str, ...]


ROLLEN = {
    "toegang": Rol(
        "gemeente",
        ("inwoners:lezen", "inwoners:schrijven", "toewijzingen:lezen", "toewijzingen:schrijven"),
    ),
    "aanbieder": Rol(
        "agb",
        ("toewijzingen:lezen", "clienten:lezen", "declaraties:lezen", "declaraties:schrijven"),
    ),
    "financien": Rol(
        "gemeente",
        ("kosten:lezen", "budgetten:lezen", "budgetten:schrijven", "betalingen:schrijven"),
    ),
    "auditor": Rol(
        "gemeente",
        (
            *("inwoners:lezen", "toewijzingen:lezen", "kosten:lezen", "budgetten:lezen"),
            "controle:lezen",
        ),
    ),
    "regio": Rol(None, ("catalogus:schrijven", "contracten:schrijven", "kosten:geaggregeerd")),
}
_SHAPES = {
    "gemeente": (re.compile(r"[0-9]{4}"), "vier cijfers, zoals 0153"),
    "agb": (re.compile(r"[0-9]{8}"), "acht cijfers, zoals 99000001"),
}


class TokenError(ValueError):
    """No token can be made of this; the text says in Dutch why."""


def make_token(
    data: Path,
    rol: str,
    gemeente: str | None = None,
    agb: str | None = None,
    sub: str | None = None,
) -> str:
    """A signed access token (RFC 9068) for this role, valid for eight hours. Raises TokenError.

    Bound to several where commas stand between the codes.
    """
    binding = _binding(rol, gemeente, agb)
    now = int(time.time())
    key = _key(data)
    claims = {
        "iss": ISSUER,
        "aud": AUDIENCE,
        "sub": sub or "-".join((rol, *(code for codes in binding.values() for code in codes))),
        "client_id": f"noaber-{rol}",
        "iat": now,
        "exp": now + LIFETIME_SECONDS,
        "jti": str(uuid4()),
        "scope": " ".join(ROLLEN[rol].scopes),
        **{name: codes if len(codes) > 1 else codes[0] for name, codes in binding.items()},
    }
    headers = {"typ": "at+jwt", "kid": _public_jwk(key)["kid"]}
    return jwt.encode(claims, key, algorithm=ALGORITHM, headers=headers)


def public_jwks(data: Path) -> dict[str, Any]:
    """The key set to check these tokens with."""
    return {"keys": [_public_jwk(_key(data))]}


def _binding(rol: str, gemeente: str | None, agb: str | None) -> dict[str, list[str]]:
    if rol not in ROLLEN:
        raise TokenError(f"Onbekende rol {rol}: kies uit {', '.join(ROLLEN)}.")
    bound_to = ROLLEN[rol].bound_to
    given = {
        name: value.split(",") for name, value in (("gemeente", gemeente), ("agb", agb)) if value
    }
    for name in given:
        if name != bound_to:
            raise TokenError(f"De rol {rol} gaat niet samen met --{name}.")
    if bound_to is None:
        return {}
    shape, example = _SHAPES[bound_to]
    if bound_to not in given:
        raise TokenError(f"De rol {rol} vraagt om --{bound_to} ({example}).")
    if not all(shape.fullmatch(code) for code in given[bound_to]):
        raise TokenError(f"--{bound_to} bestaat uit {example}.")
    return given


def _key(data: Path) -> ec.EllipticCurvePrivateKey:
    path = data / KEY_FILE
    try:
        key = serialization.load_pem_private_key(load_or_create(path, _new_key), None)
    except (OSError, ValueError) as error:
        raise TokenError(f"De sleutel in {path} is niet te lezen ({error}).") from error
    if not isinstance(key, ec.EllipticCurvePrivateKey):
        raise TokenError(f"De sleutel in {path} is niet van deze uitgever; verwijder het bestand.")
    return key


def _new_key() -> bytes:
    return ec.generate_private_key(ec.SECP256R1()).private_bytes(
        serialization.Encoding.PEM,
        serialization.PrivateFormat.PKCS8,
        serialization.NoEncryption(),
    )


def _public_jwk(key: ec.EllipticCurvePrivateKey) -> dict[str, Any]:
    """The public half, named by its thumbprint (RFC 7638)."""
    jwk = ECAlgorithm.to_jwk(key.public_key(), as_dict=True)
    essence = {name: jwk[name] for name in ("crv", "kty", "x", "y")}
    digest = hashes.Hash(hashes.SHA256())
    digest.update(json.dumps(essence, separators=(",", ":"), sort_keys=True).encode())
    kid = base64url_encode(digest.finalize()).decode()
    return {**essence, "kid": kid, "alg": ALGORITHM, "use": "sig"}
