# SPDX-License-Identifier: EUPL-1.2
"""The world of the contract tests, on an empty database."""

import httpx
import pytest

from tests.callers import Headers
from tests.contract.world import World


@pytest.fixture
def world(client: httpx.AsyncClient, token: Headers) -> World:
    return World(client, token)
