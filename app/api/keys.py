# SPDX-License-Identifier: EUPL-1.2
"""Secret keys, each for one purpose, all made from the keys of this installation.

All processes on one database need the same ones: `NOABER_SLEUTEL`, and while that is being changed
`NOABER_SLEUTEL_VORIGE`. Without them they stand in the data folder.
"""

import base64
import hmac
import os
import secrets
from contextlib import suppress

from pydantic import SecretStr

from app.domain.errors import Conflict
from app.keyfile import load_or_create, replace
from app.settings import KEY_BYTES, Settings

KEY_FILE = "sleutel"
PREVIOUS_KEY_FILE = "sleutel.vorige"


def installation_keys(settings: Settings) -> list[bytes]:
    """The key of this installation, and the one before it when that is at hand."""
    if settings.sleutel:
        previous = settings.sleutel_vorige
        return [_decoded(settings.sleutel), *([_decoded(previous)] if previous else [])]
    current = load_or_create(settings.data / KEY_FILE, _new_key)
    with suppress(FileNotFoundError):
        previous_key = (settings.data / PREVIOUS_KEY_FILE).read_bytes()
        return [current] if previous_key == current else [current, previous_key]
    return [current]


def derive(key: bytes, purpose: str) -> bytes:
    """32 bytes that differ per purpose and tell nothing about each other."""
    return hmac.digest(key, purpose.encode(), "sha256")


def derived_keys(settings: Settings, purpose: str) -> list[bytes]:
    """For one purpose, the key in use first."""
    return [derive(key, purpose) for key in installation_keys(settings)]


def has_key(settings: Settings) -> bool:
    """Whether there is a key already; asking for one would make it."""
    return settings.sleutel is not None or (settings.data / KEY_FILE).exists()


def make_next_key(settings: Settings) -> None:
    """Put a new key in the data folder, and keep the one in use beside it. Raises Conflict.

    The old one is kept before the new one takes its place: a crash between them costs nothing.
    """
    if settings.sleutel:
        raise Conflict(
            "sleutel_ingesteld",
            "De sleutel staat in NOABER_SLEUTEL. Maak een nieuwe (openssl rand -base64 32), zet "
            "die in NOABER_SLEUTEL en deze in NOABER_SLEUTEL_VORIGE.",
        )
    current, *others = installation_keys(settings)
    if others:
        raise Conflict(
            "sleutel_vorige",
            f"Naast de sleutel staat al een vorige: {settings.data / PREVIOUS_KEY_FILE}. Is zij "
            "verwijderd, bewaar haar dan bij de backups van toen, en haal haar hier weg.",
        )
    with suppress(FileNotFoundError):
        os.unlink(settings.data / PREVIOUS_KEY_FILE)  # of a time that broke off: the same key
    load_or_create(settings.data / PREVIOUS_KEY_FILE, lambda: current)
    replace(settings.data / KEY_FILE, _new_key())


def _decoded(value: SecretStr) -> bytes:
    return base64.b64decode(value.get_secret_value())


def _new_key() -> bytes:
    return secrets.token_bytes(KEY_BYTES)
