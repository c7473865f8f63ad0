# SPDX-License-Identifier: EUPL-1.2
"""The pages a person sees, without anything from elsewhere."""

import re

import httpx
import pytest


@pytest.mark.parametrize("path", ["/", "/docs"])
async def test_a_page_is_dutch_and_loads_only_from_here(
    client: httpx.AsyncClient, path: str
) -> None:
    answer = await client.get(path)
    assert answer.headers["content-type"] == "text/html; charset=utf-8"
    assert '<html lang="nl">' in answer.text
    assert "<style" not in answer.text
    assert not re.search(r"<script(?![^>]* src=)|\son\w+=|style=", answer.text)
    links = re.findall(r'(?:href|src)="([^"]+)"', answer.text)
    assert links
    for link in links:
        assert link == "data:," or (await client.get(link)).status_code == 200, link


async def test_no_page_may_run_a_script_written_in_it(client: httpx.AsyncClient) -> None:
    for path in ("/", "/docs"):
        policy = (await client.get(path)).headers["Content-Security-Policy"]
        scripts = next(part for part in policy.split("; ") if part.startswith("script-src"))
        assert scripts == "script-src 'self'"
        assert policy.startswith("default-src 'none'")


async def test_the_start_page_tells_how_to_get_a_token(client: httpx.AsyncClient) -> None:
    text = (await client.get("/")).text
    assert "noaber token --rol toegang --gemeente 0153" in text
    assert 'href="/docs"' in text
    assert 'href="/v1/openapi.json"' in text


async def test_the_documentation_asks_this_very_service(client: httpx.AsyncClient) -> None:
    script = await client.get("/static/docs.js")
    assert script.headers["content-type"].startswith("text/javascript")
    assert "window.location.origin" in script.text
    assert "SwaggerUIBundle" in (await client.get("/static/swagger-ui.js")).text
