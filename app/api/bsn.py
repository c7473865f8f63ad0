# SPDX-License-Identifier: EUPL-1.2
"""The burgerservicenummer as it is stored: to be found, and shown to hardly anyone."""

import base64
import hmac
from collections.abc import Sequence
from dataclasses import dataclass, field

from cryptography.fernet import Fernet, InvalidToken, MultiFernet
from starlette.requests import Request

from app.api.keys import derive, installation_keys
from app.db.bsn import VerzegeldBsn
from app.domain.errors import Unavailable
from app.settings import Settings


@dataclass(frozen=True, slots=True)
class BsnKey:
    """One key, for finding and for keeping, and what tells it apart from others."""

    kenmerk: str
    find_key: bytes = field(repr=False)
    keep_key: bytes = field(repr=False)

    @classmethod
    def of(cls, key: bytes) -> "BsnKey":
        """Made from a key of the installation."""
        kenmerk = derive(key, "sleutel kenmerk")[:6].hex()
        return cls(kenmerk, derive(key, "bsn vinden"), derive(key, "bsn bewaren"))

    def find_by(self, bsn: str) -> bytes:
        """The keyed hash (HMAC-SHA256) by which the same BSN is found again."""
        return hmac.digest(self.find_key, bsn.encode(), "sha256")

    @property
    def fernet(self) -> Fernet:
        """Encrypts and authenticates."""
        return Fernet(base64.urlsafe_b64encode(self.keep_key))


class BsnSeal:
    """Turns a BSN into what the database may hold; the keys stay outside it.

    Written is by the first key, read by all.
    """

    def __init__(self, keys: Sequence[BsnKey]) -> None:
        self.keys = tuple(keys)
        self._fernet = MultiFernet([key.fernet for key in self.keys])

    @classmethod
    def of(cls, settings: Settings) -> "BsnSeal":
        """With the keys of this installation."""
        return cls([BsnKey.of(key) for key in installation_keys(settings)])

    @property
    def kenmerken(self) -> list[str]:
        """What tells the keys apart, the one in use first."""
        return [key.kenmerk for key in self.keys]

    def find_by(self, bsn: str) -> list[bytes]:
        """The keyed hashes by which the same BSN is found again, one for each key."""
        return [key.find_by(bsn) for key in self.keys]

    def keep(self, bsn: str) -> VerzegeldBsn:
        """To be stored: found by its hashes, and encrypted and authenticated (Fernet)."""
        current, *older = self.find_by(bsn)
        sealed = self._fernet.encrypt(bsn.encode())
        return VerzegeldBsn(current, sealed, self.keys[0].kenmerk, *older)

    def made(self, sealed: bytes) -> bool:
        """Whether this was sealed with a key of this installation."""
        try:
            self._fernet.decrypt(sealed)
        except InvalidToken:
            return False
        return True

    def open(self, sealed: bytes) -> str:
        """The BSN that was sealed, for the few who may know it. Raises Unavailable."""
        try:
            return self._fernet.decrypt(sealed).decode()
        except InvalidToken:
            raise Unavailable(
                "sleutel_ontbreekt",
                "De sleutel van dit BSN is hier nog niet bekend. Probeer het straks opnieuw.",
            ) from None


def seal_of(request: Request) -> BsnSeal:
    """The seal of this service."""
    seal: BsnSeal = request.app.state.bsn_seal
    return seal
