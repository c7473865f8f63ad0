# SPDX-License-Identifier: EUPL-1.2
"""Profielen, aanbieders and raamovereenkomsten."""

import asyncio
from typing import Any

from tests.contract.world import (
    AGB,
    GEMEENTE,
    MONTHLY,
    OTHER,
    World,
    aanbieder_body,
    assert_problem,
    overeenkomst_body,
    profiel_body,
)

TERM = "declaratietermijnMaanden"


async def test_a_profiel_is_201_when_new_and_200_when_changed(world: World) -> None:
    body = profiel_body(bekostigingReden="Zo is het afgesproken.")
    first = await world.send("PUT", "profielen/OB1", body)
    assert (first.status_code, first.json()) == (201, body)
    plan = MONTHLY | {"gebrokenMaand": "naar_dagen"}
    changed = body | profiel_body(naam="Anders", soort="duurzaam", betaalplan=plan, wetten=["wmo"])
    second = await world.send("PUT", "profielen/OB1", changed)
    assert (second.status_code, second.json()) == (200, changed)
    assert (await world.read("profielen/OB1")).json() == changed
    assert (await world.send("PUT", "profielen/OB1", changed)).status_code == 200
    assert (await world.read("profielen")).json()["results"] == [changed]
    assert_problem(await world.read("profielen/NIET"), 404)


async def test_a_profiel_is_put_under_its_own_code(world: World) -> None:
    assert (await world.send("PUT", "profielen/OB1", profiel_body("OB2"))).status_code in {400, 409}
    assert (await world.read("profielen")).json()["count"] == 0


async def test_the_share_of_the_start_comes_back_as_it_was_meant(world: World) -> None:
    for share in ("0.70", "0.7", "1", "0.5", "0.3333"):
        plan = {"soort": "mijlpalen", "startaandeel": share}
        answer = await world.send("PUT", "profielen/OB1", profiel_body(betaalplan=plan))
        if answer.is_success:
            back = answer.json()["betaalplan"]["startaandeel"]
            assert isinstance(back, str)
            assert float(back) == float(share)
        else:
            assert_problem(answer, 400)


async def test_bekend_op_is_a_moment_with_an_offset(world: World) -> None:
    for moment in ("2026-01-01", "gisteren", "2026-02-30T00:00:00Z", "2026-01-01T25:00:00Z", ""):
        answer = await world.read("tarieven", peildatum="2026-01-01", bekendOp=moment)
        assert answer.status_code == 400, (moment, answer.text)
    for moment in ("2026-01-01T00:00:00Z", "2026-01-01T00:00:00.123456Z"):
        answer = await world.read("tarieven", peildatum="2026-01-01", bekendOp=moment)
        assert answer.status_code == 200, (moment, answer.text)


async def test_an_aanbieder_is_put_and_found_by_gemeente_profiel_and_specialisatie(
    world: World,
) -> None:
    await world.put_profiel()
    await world.put_profiel("OB2")
    body = aanbieder_body(specialisaties=["Autisme", "Eetstoornis bij jeugd"])
    first = await world.send("PUT", f"aanbieders/{AGB}", body)
    assert first.status_code == 201, first.text
    assert {key: first.json()[key] for key in body} == body
    assert (await world.send("PUT", f"aanbieders/{AGB}", body)).status_code == 200
    await world.put_aanbieder("99000002", gemeenten=[OTHER], specialisaties=[])
    await world.contract(einddatum="2030-12-31")
    assert await _found(world) == [AGB, "99000002"]
    assert await _found(world, gemeente=OTHER) in (["99000002"], [AGB, "99000002"])
    assert await _found(world, gemeente=GEMEENTE) == [AGB]
    assert await _found(world, profiel="OB1") == [AGB]
    assert await _found(world, profiel="OB2") == []
    assert await _found(world, specialisatie="autisme") == [AGB]
    assert await _found(world, specialisatie="Eetstoornis bij jeugd") == [AGB]
    assert await _found(world, gemeente=GEMEENTE, profiel="OB1", specialisatie="Autisme") == [AGB]
    assert await _found(world, specialisatie="%") == []
    assert await _found(world, specialisatie="_") == []


async def _found(world: World, **query: str) -> list[str]:
    answer = await world.read("aanbieders", **query)
    assert answer.status_code == 200, answer.text
    return [aanbieder["agb"] for aanbieder in answer.json()["results"]]


async def test_an_aanbieder_has_eight_digits_and_gemeenten_that_exist(world: World) -> None:
    for agb in ("1", "9900000a", "990000011"):
        answer = await world.send("PUT", f"aanbieders/{agb}", aanbieder_body(agb))
        assert answer.status_code in {400, 404}, answer.text
    assert (
        await world.send("PUT", f"aanbieders/{AGB}", aanbieder_body("99000002"))
    ).status_code == 400
    for gemeente in ("9999", "153", "Enschede"):
        answer = await world.send("PUT", f"aanbieders/{AGB}", aanbieder_body(gemeenten=[gemeente]))
        assert answer.status_code in {400, 404}, answer.text
    assert_problem(await world.read(f"aanbieders/{AGB}"), 404)


async def test_a_raamovereenkomst_gets_a_number_and_keeps_its_term(world: World) -> None:
    await world.put_profiel()
    await world.put_aanbieder()
    answer = await world.send(
        "POST", "raamovereenkomsten", overeenkomst_body(declaratietermijnMaanden=6)
    )
    assert answer.status_code == 201, answer.text
    made = answer.json()
    assert isinstance(made["nummer"], int | str)
    assert made["declaratietermijnMaanden"] == 6
    assert set(made["gemeenten"]) == {GEMEENTE, OTHER}
    assert (await world.read("raamovereenkomsten")).json()["results"] == [made]


async def test_a_second_raamovereenkomst_of_an_aanbieder_does_not_overlap(world: World) -> None:
    await world.put_profiel()
    await world.put_aanbieder()
    await world.put_aanbieder("99000002")
    await world.contract(begindatum="2026-01-01", einddatum="2026-12-31")
    for begin, end in [
        ("2026-12-31", "2027-12-31"),
        ("2025-01-01", "2026-01-01"),
        ("2026-06-01", "2026-06-01"),
        ("2025-01-01", "2027-01-01"),
    ]:
        body = overeenkomst_body(begindatum=begin, einddatum=end)
        assert_problem(await world.send("POST", "raamovereenkomsten", body), 409)
    await world.contract(begindatum="2027-01-01", einddatum="2027-01-01")
    await world.contract(begindatum="2025-01-01", einddatum="2025-12-31")
    await world.contract(begindatum="2026-01-01", einddatum="2026-12-31", aanbieder="99000002")
    assert (await world.read("raamovereenkomsten")).json()["count"] == 4


async def test_of_two_overlapping_raamovereenkomsten_at_once_one_is_made(world: World) -> None:
    await world.put_profiel()
    await world.put_aanbieder()
    body = overeenkomst_body()
    answers = await asyncio.gather(
        *(world.send("POST", "raamovereenkomsten", body) for _ in range(5))
    )
    assert sorted(answer.status_code for answer in answers) == [201, 409, 409, 409, 409]


async def test_a_raamovereenkomst_names_things_that_exist(world: World) -> None:
    await world.put_profiel()
    await world.put_aanbieder()
    for changes in ({"aanbieder": "99000009"}, {"profielen": ["OB1", "NIET"]}):
        body = overeenkomst_body(**changes)
        assert_problem(await world.send("POST", "raamovereenkomsten", body), 404)
    answer = await world.send("POST", "raamovereenkomsten", overeenkomst_body(gemeenten=["9999"]))
    assert answer.status_code in {400, 404}, answer.text
    terms: list[Any] = [-1, "6", 6.5, True, 10**20]
    for bad in [{"profielen": []}, {"gemeenten": []}, *({TERM: term} for term in terms)]:
        answer = await world.send("POST", "raamovereenkomsten", overeenkomst_body(**bad))
        assert answer.status_code == 400, (bad, answer.text)
    assert (await world.read("raamovereenkomsten")).json()["count"] == 0
