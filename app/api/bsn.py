# SPDX-License-Identifier: EUPL-1.2
"""The burgerservicenummer as it is stored: to be found, and shown to hardly anyone."""

import base64
import hmac
from dataclasses import dataclass, field

from cryptography.fernet import Fernet, InvalidToken
from starlette.requests import Request

from app.api.keys import derived_key
from app.settings import Settings


@dataclass(frozen=True)
class BsnSeal:
    """Turns a BSN into what the database may hold; the keys stay outside it."""

    find_key: bytes = field(repr=False)
    keep_key: bytes = field(repr=False)

    @classmethod
    def of(cls, settings: Settings) -> "BsnSeal":
        """With the keys of this installation."""
        return cls(derived_key(settings, "bsn vinden"), derived_key(settings, "bsn bewaren"))

    def find_by(self, bsn: str) -> bytes:
        """The keyed hash (HMAC-SHA256) by which the same BSN is found again."""
        return hmac.digest(self.find_key, bsn.encode(), "sha256")

    def seal(self, bsn: str) -> bytes:
        """The BSN encrypted and authenticated (Fernet)."""
        return self._fernet.encrypt(bsn.encode())

    def made(self, sealed: bytes) -> bool:
        """Whether this was sealed with the key of this installation."""
        try:
            self._fernet.decrypt(sealed)
        except InvalidToken:
            return False
        return True

    def open(self, sealed: bytes) -> str:
        """The BSN that was sealed, for the few who may know it."""
        return self._fernet.decrypt(sealed).decode()

    @property
    def _fernet(self) -> Fernet:
        return Fernet(base64.urlsafe_b64encode(self.keep_key))


def seal_of(request: Request) -> BsnSeal:
    """The seal of this service."""
    seal: BsnSeal = request.app.state.bsn_seal
    return seal
