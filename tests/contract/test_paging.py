# SPDX-License-Identifier: EUPL-1.2
"""Pages: their count, their links and their order."""

import httpx

from tests.contract.world import (
    GEMEENTE,
    Json,
    World,
    assert_problem,
)


async def test_pages_count_link_and_keep_their_order(world: World) -> None:
    get = world.client.get
    whole = (await get("/v1/gemeenten?pageSize=500", headers=world.regio)).json()
    assert (whole["next"], whole["previous"]) == (None, None)
    assert whole["count"] == len(whole["results"]) > 300
    first = (await get("/v1/gemeenten", headers=world.regio)).json()
    assert len(first["results"]) == 100
    assert first["previous"] is None
    seen: list[Json] = []
    following: str | None = "/v1/gemeenten?pageSize=7"
    while following:
        answer = await get(following, headers=world.regio)
        page = answer.json()
        seen += page["results"]
        following = page["next"]
        assert ('rel="next"' in answer.headers["link"]) == (following is not None)
        assert ('rel="prev' in answer.headers["link"]) == (page["previous"] is not None)
        assert page["count"] == whole["count"]
    assert seen == whole["results"]


async def test_a_page_past_the_end_is_empty_or_not_there_but_no_fault_of_the_service(
    world: World,
) -> None:
    for page in (5000, 2**31, 2**63, 2**64, 10**30):
        answer = await world.client.get(f"/v1/gemeenten?page={page}", headers=world.regio)
        assert answer.status_code in {200, 400, 404}, (page, answer.text)


async def test_a_page_that_cannot_be_is_400(world: World) -> None:
    sizes = ["pageSize=0", "pageSize=501", "pageSize=", "pageSize=1e2"]
    for query in ["page=0", "page=-1", "page=x", "page=1.0", "page=", "page=+1", *sizes]:
        answer = await world.client.get(f"/v1/gemeenten?{query}", headers=world.regio)
        assert answer.status_code == 400, query


async def test_a_parameter_given_twice_is_not_guessed_at(world: World) -> None:
    answer = await world.client.get("/v1/gemeenten?page=1&page=2", headers=world.regio)
    assert_problem(answer, 400)


async def test_page_links_keep_the_filters(world: World) -> None:
    await world.put_profiel()
    await world.prices()
    answer = await world.client.get(
        "/v1/tarieven?peildatum=2026-02-01&profiel=OB1&pageSize=1", headers=world.regio
    )
    page = answer.json()
    assert page["count"] == 3
    following = httpx.URL(page["next"])
    assert following.params["peildatum"] == "2026-02-01"
    assert following.params["profiel"] == "OB1"
    assert following.params["pageSize"] == "1"
    assert following.params["page"] == "2"


async def test_the_codes_and_names_of_gemeenten_are_those_of_the_region(world: World) -> None:
    answer = await world.client.get("/v1/gemeenten?pageSize=500", headers=world.regio)
    by_code = {gemeente["code"]: gemeente for gemeente in answer.json()["results"]}
    assert by_code[GEMEENTE] == {"code": "0153", "naam": "Enschede", "samen14": True}
    assert by_code["0363"]["samen14"] is False
    assert sum(gemeente["samen14"] for gemeente in by_code.values()) == 14
