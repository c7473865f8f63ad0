# SPDX-License-Identifier: EUPL-1.2
"""Lists are handed out page by page."""

import httpx

from tests.callers import Headers

URL = "http://noaber.test/v1/proeven"


async def test_the_pages_together_are_the_list(proeven: httpx.AsyncClient, token: Headers) -> None:
    headers = token("regio")
    seen: list[int] = []
    url: str | None = f"{URL}?pageSize=2"
    while url:
        page = (await proeven.get(url, headers=headers)).json()
        assert page["count"] == 5
        seen += [proef["nummer"] for proef in page["results"]]
        url = page["next"]
    assert seen == [1, 2, 3, 4, 5]


async def test_a_page_links_to_its_neighbours_with_the_same_filter(
    proeven: httpx.AsyncClient, token: Headers
) -> None:
    query = "gemeente=0153&pageSize=2&page=2"
    answer = await proeven.get(f"/v1/proeven?{query}", headers=token("regio"))
    assert answer.json()["next"] == f"{URL}?gemeente=0153&pageSize=2&page=3"
    assert answer.json()["previous"] == f"{URL}?gemeente=0153&pageSize=2&page=1"
    assert {rel: link["url"] for rel, link in answer.links.items()} == {
        "first": f"{URL}?gemeente=0153&pageSize=2&page=1",
        "prev": f"{URL}?gemeente=0153&pageSize=2&page=1",
        "next": f"{URL}?gemeente=0153&pageSize=2&page=3",
        "last": f"{URL}?gemeente=0153&pageSize=2&page=3",
    }


async def test_beyond_the_last_page_there_is_nothing_but_a_way_back(
    proeven: httpx.AsyncClient, token: Headers
) -> None:
    answer = (await proeven.get("/v1/proeven?page=9", headers=token("regio"))).json()
    assert answer == {"count": 5, "next": None, "previous": f"{URL}?page=1", "results": []}
