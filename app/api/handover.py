# SPDX-License-Identifier: EUPL-1.2
"""Tokens that only the holder of a client certificate may use (RFC 8705).

The gateway that does TLS checks that the caller holds the certificate, and hands it over in a
header: as RFC 9440 says, or as percent-encoded PEM, the form nginx knows. The header counts from
the addresses of the gateway alone; from elsewhere anybody could have written it.
"""

import base64
import binascii
import re
import ssl
from collections.abc import Mapping
from dataclasses import dataclass
from hashlib import sha256
from ipaddress import IPv4Network, IPv6Network, ip_address
from typing import Any
from urllib.parse import unquote

from starlette.requests import Request

from app.settings import Settings

THUMBPRINT = re.compile(r"[A-Za-z0-9_-]{43}")


@dataclass(frozen=True, slots=True)
class Handover:
    """In which header the gateway hands certificates over, and where the gateway is."""

    header: str | None = None
    proxies: tuple[IPv4Network | IPv6Network, ...] = ()

    @classmethod
    def of(cls, settings: Settings) -> "Handover":
        """What these settings say."""
        return cls(settings.certificate_header, settings.trusted_proxies)

    def shows(self, request: Request, thumbprint: str) -> bool:
        """Whether the caller of this request holds the certificate with this thumbprint."""
        if self.header is None or not self._comes_from_gateway(request):
            return False
        given = request.headers.getlist(self.header)
        certificate = _certificate(given[0]) if len(given) == 1 else None
        return certificate is not None and thumbprint_of(certificate) == thumbprint

    def _comes_from_gateway(self, request: Request) -> bool:
        try:
            address = ip_address(request.client.host if request.client else "")
        except ValueError:
            return False
        return any(address in network for network in self.proxies)


def thumbprint_of(certificate: bytes) -> str:
    """The SHA-256 of a certificate (DER) as a token names it."""
    return base64.urlsafe_b64encode(sha256(certificate).digest()).rstrip(b"=").decode()


def bound_to(claims: Mapping[str, Any]) -> str | None:
    """The thumbprint of the certificate to which these claims bind the token, if any.

    Raises ValueError when they bind it to something else: that is not checked here, and a bound
    token does not pass for one that is not.
    """
    if "cnf" not in claims:
        return None
    match claims["cnf"]:
        case {"x5t#S256": str(thumbprint), **others} if not others:
            if THUMBPRINT.fullmatch(thumbprint):
                return thumbprint
    raise ValueError("bound in a way that is not known here")


def _certificate(value: str) -> bytes | None:
    """The certificate (DER) in the value of a header."""
    try:
        if value.startswith(":") and value.endswith(":"):
            return base64.b64decode(value[1:-1], validate=True)
        return ssl.PEM_cert_to_DER_cert(unquote(value).strip())
    except (binascii.Error, ValueError):
        return None
