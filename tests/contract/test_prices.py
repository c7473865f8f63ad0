# SPDX-License-Identifier: EUPL-1.2
"""Tarieflijsten, who adopts them, and the price that holds on a day."""

import asyncio

import httpx

from tests.contract.world import (
    GEMEENTE,
    World,
    assert_problem,
    lijst_body,
    price_lines,
)


async def _adopt(world: World, lijst: int, caller: dict[str, str]) -> httpx.Response:
    path = f"/v1/tarieflijsten/{lijst}/vaststelling"
    return await world.client.post(path, json={"besluit": "Mandaat"}, headers=caller)


async def _effective(world: World, peildatum: str, **query: str) -> dict[tuple[str, str], int]:
    answer = await world.read("tarieven", peildatum=peildatum, **query)
    assert answer.status_code == 200, answer.text
    lines = answer.json()["results"]
    assert answer.json()["count"] == len(lines)
    return {(line["profiel"], line["intensiteit"]): line["bedragCenten"] for line in lines}


async def test_a_new_list_is_a_concept_without_effect(world: World) -> None:
    await world.put_profiel()
    answer = await world.send("POST", "tarieflijsten", lijst_body())
    assert answer.status_code == 201
    lijst = answer.json()
    assert lijst["status"] == "concept"
    assert {key: lijst[key] for key in lijst_body()} == lijst_body()
    assert (await world.read(f"tarieflijsten/{lijst['id']}")).json() == lijst
    assert await _effective(world, "2026-06-01") == {}


async def test_an_adopted_list_says_so_and_never_changes_again(world: World) -> None:
    await world.put_profiel()
    concept = await world.draft()
    answer = await _adopt(world, concept["id"], world.vaststeller)
    assert answer.status_code == 200, answer.text
    adopted = answer.json()
    assert adopted["status"] == "vastgesteld"
    for caller in (world.vaststeller, world.regio, world.token("regio", sub="derde")):
        assert_problem(await _adopt(world, concept["id"], caller), 409)
    assert (await world.read(f"tarieflijsten/{concept['id']}")).json() == adopted


async def test_who_drafted_does_not_adopt(world: World) -> None:
    await world.put_profiel()
    concept = await world.draft()
    assert_problem(await _adopt(world, concept["id"], world.regio), 409, "vier_ogen")
    assert (await world.read(f"tarieflijsten/{concept['id']}")).json() == concept
    assert await _effective(world, "2026-06-01") == {}


async def test_of_two_who_adopt_at_once_one_does(world: World) -> None:
    await world.put_profiel()
    lijst = (await world.draft())["id"]
    callers = [world.token("regio", sub=f"vaststeller-{number}") for number in range(5)]
    answers = await asyncio.gather(*(_adopt(world, lijst, caller) for caller in callers))
    assert sorted(answer.status_code for answer in answers) == [200, 409, 409, 409, 409]


async def test_an_adoption_needs_a_decision_and_a_list(world: World) -> None:
    await world.put_profiel()
    lijst = (await world.draft())["id"]
    path = f"/v1/tarieflijsten/{lijst}/vaststelling"
    for body in ({}, {"besluit": ""}, {"besluit": None}, {"besluit": "x", "extra": 1}):
        answer = await world.client.post(path, json=body, headers=world.vaststeller)
        assert answer.status_code == 400, (body, answer.text)
    assert_problem(await _adopt(world, 999, world.vaststeller), 404)


async def test_a_list_names_known_profielen_each_price_once(world: World) -> None:
    await world.put_profiel()
    unknown = await world.send(
        "POST", "tarieflijsten", lijst_body("2026-01-01", *price_lines("NIET"))
    )
    assert_problem(unknown, 404)
    twice = await world.send(
        "POST",
        "tarieflijsten",
        lijst_body("2026-01-01", *price_lines(licht=1), *price_lines(licht=2)),
    )
    assert twice.status_code in {400, 409}
    assert (await world.read("tarieflijsten")).json()["count"] == 0


async def test_the_price_of_a_day_is_that_of_the_latest_vanaf_whatever_was_adopted_last(
    world: World,
) -> None:
    await world.put_profiel()
    late = await world.prices("2026-03-01", *price_lines(licht=300))
    early = await world.prices("2026-01-01", *price_lines(licht=100))
    key = ("OB1", "licht")
    assert await _effective(world, "2025-12-31") == {}
    assert await _effective(world, "2026-01-01") == {key: 100}
    assert await _effective(world, "2026-02-28") == {key: 100}
    assert await _effective(world, "2026-03-01") == {key: 300}
    assert await _effective(world, "2030-01-01") == {key: 300}
    answer = await world.read("tarieven", peildatum="2026-02-28")
    assert answer.json()["results"] == [
        {
            "profiel": "OB1",
            "intensiteit": "licht",
            "bedragCenten": 100,
            "vanaf": "2026-01-01",
            "tarieflijst": early["id"],
        }
    ]
    assert late["id"] != early["id"]


async def test_at_equal_vanaf_the_list_adopted_last_wins_not_the_one_drafted_last(
    world: World,
) -> None:
    await world.put_profiel()
    first = (await world.draft("2026-01-01", *price_lines(licht=100)))["id"]
    second = (await world.draft("2026-01-01", *price_lines(licht=200)))["id"]
    await world.adopt(second)
    assert await _effective(world, "2026-01-01") == {("OB1", "licht"): 200}
    await world.adopt(first)
    assert await _effective(world, "2026-01-01") == {("OB1", "licht"): 100}


async def test_bekend_op_shows_what_was_known_before(world: World) -> None:
    await world.put_profiel()
    first = await world.prices("2026-01-01", *price_lines(licht=100))
    await asyncio.sleep(0.01)
    second = await world.prices("2025-01-01", *price_lines(licht=50, middel=110))
    await asyncio.sleep(0.01)
    await world.prices("2026-01-01", *price_lines(licht=80))
    before, between = first["vastgesteldOp"], second["vastgesteldOp"]
    licht, middel = ("OB1", "licht"), ("OB1", "middel")
    known = {"2000-01-01T00:00:00Z": {}, before: {licht: 100}, between: {licht: 100, middel: 110}}
    for moment, expected in known.items():
        assert await _effective(world, "2026-06-01", bekendOp=moment) == expected, moment
    assert await _effective(world, "2026-06-01") == {licht: 80, middel: 110}
    assert await _effective(world, "2025-06-01") == {licht: 50, middel: 110}
    assert await _effective(world, "2026-06-01", bekendOp="2000-01-01T02:00:00+02:00") == {}


async def test_a_partial_list_replaces_its_own_prices_only(world: World) -> None:
    await world.put_profiel()
    await world.put_profiel("OB2")
    await world.prices("2026-01-01", *price_lines(), *price_lines("OB2", licht=7))
    await world.prices("2026-02-01", *price_lines(middel=150_000))
    assert await _effective(world, "2026-02-01") == {
        ("OB1", "licht"): 100_000,
        ("OB1", "middel"): 150_000,
        ("OB1", "zwaar"): 300_000,
        ("OB2", "licht"): 7,
    }
    assert await _effective(world, "2026-02-01", profiel="OB2") == {("OB2", "licht"): 7}
    only = await _effective(world, "2026-02-01", profiel="OB1", intensiteit="zwaar")
    assert only == {("OB1", "zwaar"): 300_000}


async def test_a_list_whose_own_prices_are_out_of_order_is_not_adopted(world: World) -> None:
    await world.put_profiel()
    for prices in ({"licht": 2, "middel": 1}, {"licht": 2, "zwaar": 2}, {"middel": 3, "zwaar": 1}):
        lijst = (await world.draft("2026-01-01", *price_lines(**prices)))["id"]
        refused = await _adopt(world, lijst, world.vaststeller)
        assert_problem(refused, 409, "volgorde_intensiteiten")
        assert (await world.read(f"tarieflijsten/{lijst}")).json()["status"] == "concept"
    assert await _effective(world, "2026-06-01") == {}


async def test_the_order_is_checked_on_effective_prices_not_on_the_list_alone(
    world: World,
) -> None:
    await world.put_profiel()
    await world.prices("2026-01-01")
    for prices in ({"middel": 300_000}, {"licht": 200_000}, {"zwaar": 150_000}):
        lijst = (await world.draft("2026-02-01", *price_lines(**prices)))["id"]
        refused = await _adopt(world, lijst, world.vaststeller)
        assert_problem(refused, 409, "volgorde_intensiteiten")


async def test_a_list_in_the_past_is_checked_on_every_later_day_on_which_it_works(
    world: World,
) -> None:
    """From March on the new licht meets a lower middel, that the list itself does not see."""
    await world.put_profiel()
    await world.prices("2026-01-01", *price_lines(licht=100, middel=200))
    await world.prices("2026-03-01", *price_lines(middel=150))
    lijst = (await world.draft("2026-02-01", *price_lines(licht=180)))["id"]
    assert_problem(await _adopt(world, lijst, world.vaststeller), 409, "volgorde_intensiteiten")
    assert (await _effective(world, "2026-04-01"))["OB1", "licht"] == 100


async def test_a_list_in_the_past_is_not_checked_where_a_later_one_works(world: World) -> None:
    await world.put_profiel()
    await world.prices("2026-01-01", *price_lines(licht=100, middel=200))
    await world.prices("2026-03-01", *price_lines(licht=100, middel=150))
    lijst = (await world.draft("2026-02-01", *price_lines(licht=180)))["id"]
    answer = await _adopt(world, lijst, world.vaststeller)
    assert answer.status_code == 200, answer.text


async def test_a_later_list_may_set_right_what_an_equal_one_set_wrong(world: World) -> None:
    """At equal vanaf the last adopted wins, so its prices are the effective ones to check."""
    await world.put_profiel()
    await world.prices("2026-01-01", *price_lines(licht=100, middel=200))
    await world.prices("2026-01-01", *price_lines(licht=300, middel=400))
    assert await _effective(world, "2026-01-01") == {("OB1", "licht"): 300, ("OB1", "middel"): 400}


async def test_two_lists_that_only_together_break_the_order_are_not_both_adopted(
    world: World,
) -> None:
    await world.put_profiel()
    await world.prices("2026-01-01", *price_lines(licht=100, middel=200))
    dear = (await world.draft("2026-02-01", *price_lines(licht=180)))["id"]
    cheap = (await world.draft("2026-02-01", *price_lines(middel=150)))["id"]
    answers = await asyncio.gather(
        *(_adopt(world, lijst, world.vaststeller) for lijst in (dear, cheap))
    )
    assert sorted(answer.status_code for answer in answers) == [200, 409]
    effective = await _effective(world, "2026-03-01")
    assert effective["OB1", "licht"] < effective["OB1", "middel"]


async def test_there_is_one_price_for_all_gemeenten(world: World) -> None:
    answer = await world.read("tarieven", peildatum="2026-01-01", gemeente=GEMEENTE)
    assert assert_problem(answer, 400)["invalidParams"][0]["name"] == "gemeente"
    assert_problem(await world.read("tarieven"), 400)
    assert_problem(await world.read("tarieven", peildatum="2026-01-01", intensiteit="x"), 400)
