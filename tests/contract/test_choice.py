# SPDX-License-Identifier: EUPL-1.2
"""Finding and comparing aanbieders: waiting times, quality figures, and no order but that asked."""

import asyncio
from typing import Any

import httpx
import pytest

from tests.contract.world import AGB, GEMEENTE, OTHER, Json, World, assert_problem

SECOND, THIRD = "99000002", "99000003"
STATED = "2026-01-15"
CIJFER = {
    "periode": "2025",
    "indicator": "Cliënttevredenheid (van 1 tot 10)",
    "waarde": "7.90",
    "bron": "Jaarverslag 2025",
}


def _wait(weken: int, profiel: str = "OB1", gemeente: str | None = None) -> Json:
    return {"profiel": profiel, "gemeente": gemeente, "weken": weken}


async def _put(world: World, path: str, body: Json, caller: Any = None) -> httpx.Response:
    headers = caller or world.regio
    return await world.client.put(f"/v1/aanbieders/{path}", json=body, headers=headers)


async def _state(world: World, agb: str, *wachttijden: Json) -> Json:
    body = {"peildatum": STATED, "wachttijden": list(wachttijden)}
    answer = await _put(world, f"{agb}/wachttijden", body)
    assert answer.status_code == 200, answer.text
    stated: Json = answer.json()
    return stated


async def _found(world: World, **query: Any) -> list[str]:
    answer = await world.read("aanbieders", **query)
    assert answer.status_code == 200, answer.text
    assert answer.json()["count"] == len(answer.json()["results"])
    return [aanbieder["agb"] for aanbieder in answer.json()["results"]]


@pytest.fixture
async def three(world: World) -> World:
    """Three aanbieders of OB1; the names run against the AGB-codes."""
    await world.put_profiel()
    await world.put_profiel("OB2")
    for agb, naam in ((AGB, "Zonnehof"), (SECOND, "beek"), (THIRD, "Akker")):
        await world.put_aanbieder(agb, naam=naam, gemeenten=[GEMEENTE, OTHER])
        await world.contract(aanbieder=agb, einddatum="2190-12-31")
    return world


async def test_an_aanbieder_states_its_own_waiting_times_and_everybody_reads_them(
    three: World,
) -> None:
    body = {"peildatum": STATED, "wachttijden": [_wait(3, gemeente=GEMEENTE), _wait(6)]}
    answer = await _put(three, f"{AGB}/wachttijden", body, three.aanbieder)
    assert answer.status_code == 200, answer.text
    expected = [_wait(6) | {"peildatum": STATED}, _wait(3, "OB1", GEMEENTE) | {"peildatum": STATED}]
    assert answer.json()["wachttijden"] == expected
    for caller in (three.toegang, three.financien, three.regio):
        read = await three.client.get(f"/v1/aanbieders/{AGB}", headers=caller)
        assert read.json() == answer.json()
    assert (await _state(three, AGB))["wachttijden"] == []


async def test_laying_down_an_aanbieder_anew_keeps_what_is_published_about_it(
    three: World,
) -> None:
    await _state(three, AGB, _wait(4))
    await _put(three, f"{AGB}/kwaliteitscijfers", {"kwaliteitscijfers": [CIJFER]})
    await three.put_aanbieder(naam="Anders")
    read = (await three.read(f"aanbieders/{AGB}")).json()
    assert read["naam"] == "Anders"
    assert [w["weken"] for w in read["wachttijden"]] == [4]
    assert read["kwaliteitscijfers"] == [CIJFER]


async def test_waiting_times_of_another_are_403_and_of_nobody_404(three: World) -> None:
    body = {"peildatum": STATED, "wachttijden": [_wait(3)]}
    answer = await _put(three, f"{SECOND}/wachttijden", body, three.aanbieder)
    assert_problem(answer, 403, "andere_aanbieder")
    assert_problem(await _put(three, "99000009/wachttijden", body), 404, "aanbieder_niet_gevonden")
    nowhere = {"peildatum": STATED, "wachttijden": [_wait(3, "NIET"), _wait(3, "OOK")]}
    problem = assert_problem(await _put(three, f"{AGB}/wachttijden", nowhere), 404)
    assert "NIET, OOK" in problem["detail"]
    assert (await three.read(f"aanbieders/{SECOND}")).json()["wachttijden"] == []


async def test_all_that_is_wrong_with_waiting_times_is_named_and_nothing_changes(
    three: World,
) -> None:
    await _state(three, AGB, _wait(4))
    bad = [_wait(-1), _wait(261), _wait(3, gemeente="9999"), {"profiel": "OB1", "weken": "3"}, {}]
    answer = await _put(
        three, f"{AGB}/wachttijden", {"peildatum": "2190-01-01", "wachttijden": bad, "x": 1}
    )
    assert {fault["name"] for fault in assert_problem(answer, 400)["invalidParams"]} == {
        "peildatum",
        "wachttijden[0].weken",
        "wachttijden[1].weken",
        "wachttijden[2].gemeente",
        "wachttijden[3].weken",
        "wachttijden[4].profiel",
        "wachttijden[4].weken",
        "x",
    }
    twice = [_wait(1), _wait(2), _wait(1, gemeente=GEMEENTE)]
    answer = await _put(three, f"{AGB}/wachttijden", {"peildatum": STATED, "wachttijden": twice})
    faults = assert_problem(answer, 400)["invalidParams"]
    assert [fault["code"] for fault in faults] == ["dubbele_wachttijd"]
    assert "OB1 overal" in faults[0]["reason"]
    kept = (await three.read(f"aanbieders/{AGB}")).json()["wachttijden"]
    assert [w["weken"] for w in kept] == [4]


async def test_two_statements_at_once_leave_one_of_them_whole(three: World) -> None:
    lists = [[_wait(n), _wait(n, "OB2"), _wait(n, gemeente=OTHER)] for n in range(1, 7)]
    await asyncio.gather(*(_state(three, AGB, *wachttijden) for wachttijden in lists))
    kept = (await three.read(f"aanbieders/{AGB}")).json()["wachttijden"]
    assert len(kept) == 3
    assert len({w["weken"] for w in kept}) == 1


async def test_quality_figures_are_exact_and_come_back_as_published(three: World) -> None:
    cijfers = [CIJFER, CIJFER | {"periode": "2024", "waarde": "-0.1234"}]
    answer = await _put(three, f"{AGB}/kwaliteitscijfers", {"kwaliteitscijfers": cijfers})
    assert answer.status_code == 200, answer.text
    assert answer.json()["kwaliteitscijfers"] == [cijfers[1], cijfers[0]]
    for waarde in (7.9, "7,9", "", "NaN", "1e3", "+1", "07", "1.23456", None):
        body = {"kwaliteitscijfers": [CIJFER | {"waarde": waarde}]}
        answer = await _put(three, f"{AGB}/kwaliteitscijfers", body)
        assert answer.status_code == 400, (waarde, answer.text)
    answer = await _put(three, f"{AGB}/kwaliteitscijfers", {"kwaliteitscijfers": [CIJFER, CIJFER]})
    faults = assert_problem(answer, 400)["invalidParams"]
    assert [fault["code"] for fault in faults] == ["dubbel_kwaliteitscijfer"]
    answer = await _put(three, "99000009/kwaliteitscijfers", {"kwaliteitscijfers": []})
    assert_problem(answer, 404)
    kept = (await three.read(f"aanbieders/{AGB}")).json()["kwaliteitscijfers"]
    assert kept == [cijfers[1], cijfers[0]]


async def test_who_can_help_within_some_weeks_is_found(three: World) -> None:
    await _state(three, AGB, _wait(8), _wait(2, gemeente=OTHER))
    await _state(three, SECOND, _wait(4), _wait(9, gemeente=OTHER), _wait(1, "OB2"))
    within = "wachttijdTotEnMet"
    assert await _found(three) == [AGB, SECOND, THIRD]
    assert await _found(three, **{within: 260}) == [AGB, SECOND]
    assert await _found(three, **{within: 1}) == [SECOND]
    assert await _found(three, profiel="OB1", **{within: 1}) == []
    assert await _found(three, profiel="OB1", **{within: 4}) == [AGB, SECOND]
    assert await _found(three, profiel="OB1", gemeente=GEMEENTE, **{within: 4}) == [SECOND]
    assert await _found(three, profiel="OB1", gemeente=OTHER, **{within: 4}) == [AGB]
    for weeks in ("-1", "261", "1.5", "", "x"):
        assert_problem(await three.read("aanbieders", **{within: weeks}), 400)


async def test_only_who_asks_for_an_order_gets_another_than_by_agb(three: World) -> None:
    await _state(three, SECOND, _wait(9), _wait(1, gemeente=OTHER))
    await _state(three, THIRD, _wait(4))
    assert await _found(three) == [AGB, SECOND, THIRD]
    assert await _found(three, sorteren="naam") == [THIRD, SECOND, AGB]
    assert await _found(three, sorteren="wachttijd", gemeente=GEMEENTE) == [THIRD, SECOND, AGB]
    assert await _found(three, sorteren="wachttijd", gemeente=OTHER) == [SECOND, THIRD, AGB]
    assert_problem(await three.read("aanbieders", sorteren="beste"), 400)


async def _compare(world: World, *agbs: str, **query: str) -> httpx.Response:
    params = {"agb": list(agbs), **query}
    return await world.client.get("/v1/aanbieders/_vergelijk", params=params, headers=world.toegang)


async def test_a_comparison_stands_in_the_order_asked(three: World) -> None:
    await _state(three, AGB, _wait(8), _wait(2, gemeente=OTHER), _wait(5, "OB2"))
    await _put(three, f"{AGB}/kwaliteitscijfers", {"kwaliteitscijfers": [CIJFER]})
    answer = await _compare(three, THIRD, AGB, SECOND)
    assert answer.status_code == 200, answer.text
    compared = answer.json()["aanbieders"]
    assert [a["agb"] for a in compared] == [THIRD, AGB, SECOND]
    assert compared[1] == {
        "agb": AGB,
        "naam": "Zonnehof",
        "specialisaties": ["autisme"],
        "gemeenten": [OTHER, GEMEENTE],
        "profielen": ["OB1"],
        "wachttijden": [
            {**_wait(8), "peildatum": STATED},
            {**_wait(2, gemeente=OTHER), "peildatum": STATED},
            {**_wait(5, "OB2"), "peildatum": STATED},
        ],
        "kwaliteitscijfers": [CIJFER],
    }


async def test_a_comparison_shows_what_counts_for_the_gemeente_and_profiel_asked_for(
    three: World,
) -> None:
    await three.put_aanbieder("99000004")
    await three.contract(aanbieder="99000004", gemeenten=[OTHER], einddatum="2190-12-31")
    await three.put_aanbieder("99000005")
    await three.contract(aanbieder="99000005", begindatum="2020-01-01", einddatum="2020-12-31")
    await _state(three, AGB, _wait(8), _wait(2, gemeente=OTHER), _wait(5, "OB2"))
    everyone = (AGB, "99000004", "99000005")
    answer = await _compare(three, *everyone, gemeente=GEMEENTE, profiel="OB1")
    compared = answer.json()["aanbieders"]
    assert [a["profielen"] for a in compared] == [["OB1"], [], []]
    assert [w["weken"] for w in compared[0]["wachttijden"]] == [8]
    answer = await _compare(three, *everyone, gemeente=OTHER)
    compared = answer.json()["aanbieders"]
    assert [a["profielen"] for a in compared] == [["OB1"], ["OB1"], []]
    assert [w["weken"] for w in compared[0]["wachttijden"]] == [2, 5]


async def test_two_to_five_that_exist_are_compared_each_once(three: World) -> None:
    problem = assert_problem(await _compare(three, AGB, "99000008", "99000009"), 404)
    assert [fault["name"] for fault in problem["invalidParams"]] == ["agb[1]", "agb[2]"]
    assert "99000008" in problem["detail"]
    assert "99000009" in problem["detail"]
    six = [f"9900000{n}" for n in range(1, 7)]
    wrong = {(): "agb", (AGB,): "agb", (AGB, AGB): "agb", tuple(six): "agb", (AGB, "1"): "agb[1]"}
    for agbs, name in wrong.items():
        problem = assert_problem(await _compare(three, *agbs), 400)
        assert [fault["name"] for fault in problem["invalidParams"]] == [name], agbs
        assert "maar één keer voorkomen" not in problem["invalidParams"][0]["reason"], agbs
    problem = assert_problem(await _compare(three, AGB, gemeente="x", sorteren="naam"), 400)
    names = {fault["name"] for fault in problem["invalidParams"]}
    assert names == {"agb", "gemeente", "sorteren"}


async def test_a_comparison_is_read_only(three: World) -> None:
    answer = await three.client.put("/v1/aanbieders/_vergelijk", json={}, headers=three.regio)
    assert_problem(answer, 405)
    assert answer.headers["allow"] == "GET, HEAD"
