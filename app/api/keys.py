# SPDX-License-Identifier: EUPL-1.2
"""Secret keys, each for one purpose, all made from the one key of this installation."""

import base64
import hmac
import secrets

from app.keyfile import load_or_create
from app.settings import KEY_BYTES, Settings

KEY_FILE = "sleutel"


def derived_key(settings: Settings, purpose: str) -> bytes:
    """32 bytes that differ per purpose and tell nothing about each other.

    All processes on one database need the same `NOABER_SLEUTEL`; without it the key stands in
    the data folder.
    """
    return hmac.digest(_installation_key(settings), purpose.encode(), "sha256")


def has_key(settings: Settings) -> bool:
    """Whether there is a key already; asking for one would make it."""
    return settings.sleutel is not None or (settings.data / KEY_FILE).exists()


def _installation_key(settings: Settings) -> bytes:
    if settings.sleutel:
        return base64.b64decode(settings.sleutel.get_secret_value())
    return load_or_create(settings.data / KEY_FILE, lambda: secrets.token_bytes(KEY_BYTES))
