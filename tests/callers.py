# SPDX-License-Identifier: EUPL-1.2
"""The shapes of the fixtures in conftest.py that are functions, and how callers get tokens."""

from contextlib import AbstractAsyncContextManager
from pathlib import Path
from typing import Protocol

import httpx

from app.api.issuer import make_token
from app.settings import Settings


class Headers(Protocol):
    """The headers of a caller with this role and binding."""

    def __call__(
        self, rol: str, gemeente: str | None = None, agb: str | None = None, sub: str | None = None
    ) -> dict[str, str]: ...


class OpenClient(Protocol):
    """A client of a service of its own, on the database of the test."""

    def __call__(
        self, changed: Settings = ...
    ) -> AbstractAsyncContextManager[httpx.AsyncClient]: ...


def signed_by(data: Path) -> Headers:
    """Headers with tokens of the local issuer of this data folder."""

    def headers(
        rol: str, gemeente: str | None = None, agb: str | None = None, sub: str | None = None
    ) -> dict[str, str]:
        return {"Authorization": f"Bearer {make_token(data, rol, gemeente, agb, sub)}"}

    return headers
