# SPDX-License-Identifier: EUPL-1.2
"""What bad input brought to light, each tried again in the plainest way."""

from typing import Any

import pytest

from app.api.app import ROUTERS, bare_api
from app.api.document import document
from tests.callers import Headers
from tests.contract.world import AGB, World, assert_problem


@pytest.fixture(scope="module")
def openapi() -> dict[str, Any]:
    return document(bare_api(ROUTERS))


@pytest.fixture
def world(client: Any, token: Headers) -> World:
    return World(client, token)


async def test_nothing_to_declare_is_a_declaratie_without_lines_and_the_document_allows_it(
    world: World, openapi: dict[str, Any]
) -> None:
    answer = await world.client.get("/v1/termijnen/_declaratie", headers=world.aanbieder)
    assert (answer.status_code, answer.json()["regels"]) == (200, [])
    regels = openapi["components"]["schemas"]["Declaratievoorstel"]["properties"]["regels"]
    assert "minItems" not in regels


async def test_what_a_comparison_does_not_find_is_404_and_the_document_says_so(
    world: World, openapi: dict[str, Any]
) -> None:
    path = f"/v1/aanbieders/_vergelijk?agb={AGB}&agb=99000002"
    assert_problem(await world.client.get(path, headers=world.regio), 404)
    assert "404" in openapi["paths"]["/aanbieders/_vergelijk"]["get"]["responses"]


@pytest.mark.parametrize("path", ["/journaal", "/toewijzingen/{nummer}/client"])
def test_what_may_stand_in_the_way_of_a_read_is_in_the_document(
    openapi: dict[str, Any], path: str
) -> None:
    responses = openapi["paths"][path]["get"]["responses"]
    assert responses["409"] == {"$ref": "#/components/responses/409"}
