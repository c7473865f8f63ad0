# SPDX-License-Identifier: EUPL-1.2
"""The shapes of the fixtures in conftest.py that are functions."""

from contextlib import AbstractAsyncContextManager
from typing import Protocol

import httpx

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
