# SPDX-License-Identifier: EUPL-1.2
"""The OpenAPI document says what the operations do."""

import json
import os
import shutil
import subprocess
from pathlib import Path
from typing import Any

import httpx
import pytest

from app.api.app import ROUTERS, bare_api
from app.api.document import document
from app.version import VERSION
from tests.api.operations import EXAMPLE, router


@pytest.fixture(scope="module")
def openapi() -> dict[str, Any]:
    return document(bare_api([router]))


async def test_the_document_is_served_as_it_is(
    proeven: httpx.AsyncClient, openapi: dict[str, Any]
) -> None:
    answer = await proeven.get("/v1/openapi.json")
    assert answer.json() == openapi


def test_it_says_whose_api_it_is(openapi: dict[str, Any]) -> None:
    assert openapi["openapi"].startswith("3.1")
    assert openapi["info"]["version"] == VERSION
    assert openapi["info"]["contact"]["email"] == "beheer@noaber.example"
    assert openapi["info"]["license"]["identifier"] == "EUPL-1.2"
    assert [server["url"] for server in openapi["servers"]] == ["https://noaber.example/v1"]


def test_a_creating_operation_is_told_completely(openapi: dict[str, Any]) -> None:
    operation = openapi["paths"]["/proeven"]["post"]
    assert operation["security"] == [
        {"token": ["toewijzingen:schrijven"]},
        {"token": ["declaraties:schrijven"]},
    ]
    assert [(p["name"], p["in"]) for p in operation["parameters"]] == [
        ("Idempotency-Key", "header")
    ]
    assert operation["parameters"][0]["schema"]["type"] == "string"
    assert operation["requestBody"]["content"]["application/json"]["example"] == EXAMPLE
    assert set(operation["responses"]) == {
        *("201", "400", "401", "403", "404", "406", "409", "413", "415", "429", "500", "503")
    }
    created = operation["responses"]["201"]
    assert set(created["headers"]) == {"API-Version", "Location"}
    assert created["content"]["application/json"]["example"]["volgende"] is None


def test_a_list_has_links_and_plain_parameters(openapi: dict[str, Any]) -> None:
    operation = openapi["paths"]["/proeven"]["get"]
    assert operation["security"] == [{"token": []}]
    assert set(operation["responses"]["200"]["headers"]) == {"API-Version", "Link"}
    schemas = {p["name"]: p["schema"] for p in operation["parameters"]}
    assert schemas["pageSize"] | {"description": ""} == {
        "type": "integer",
        "minimum": 1,
        "maximum": 500,
        "default": 100,
        "description": "",
    }
    assert schemas["gemeente"] == {"type": "string", "pattern": "^[0-9]{4}$"}


def test_other_media_types_are_named(openapi: dict[str, Any]) -> None:
    operation = openapi["paths"]["/proeven/_meet"]["post"]
    assert set(
        operation["responses"]["201" if "201" in operation["responses"] else "200"]["content"]
    ) == {
        "text/csv",
        "application/x-ndjson",
    }


def test_every_answer_names_its_version_and_every_error_is_a_problem(
    openapi: dict[str, Any],
) -> None:
    for path in openapi["paths"].values():
        for operation in path.values():
            assert "422" not in operation["responses"]
            for status, response in operation["responses"].items():
                if status >= "4":
                    assert response == {"$ref": f"#/components/responses/{status}"}
                else:
                    assert "API-Version" in response["headers"]
    for response in openapi["components"]["responses"].values():
        assert list(response["content"]) == ["application/problem+json"]
        assert "API-Version" in response["headers"]
    assert not [name for name in openapi["components"]["schemas"] if "Validation" in name]


def test_null_is_one_of_the_types(openapi: dict[str, Any]) -> None:
    properties = openapi["components"]["schemas"]["TariefInvoer"]["properties"]
    assert properties["vanaf"] == {"type": ["string", "null"], "format": "date"}


@pytest.mark.parametrize("routers", [[router], ROUTERS], ids=["proeven", "all"])
def test_the_document_keeps_the_design_rules(tmp_path: Path, routers: Any) -> None:
    ruleset = os.environ.get("ADR_RULESET", "")
    if not (ruleset and shutil.which("npx")):
        pytest.skip("needs Node, and the ruleset in ADR_RULESET")
    file = tmp_path / "openapi.json"
    file.write_text(json.dumps(document(bare_api(routers))))
    lint = [
        "npx",
        "--yes",
        "@stoplight/spectral-cli",
        "lint",
        "-F",
        "warn",
        "-r",
        ruleset,
        str(file),
    ]
    found = subprocess.run(lint, capture_output=True, text=True, check=False)
    assert found.returncode == 0, found.stdout
