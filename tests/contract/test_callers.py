# SPDX-License-Identifier: EUPL-1.2
"""Every role may do what its scopes say, and nothing else."""

import pytest

from tests.callers import Headers
from tests.contract.world import AGB, GEMEENTE, World, assert_problem, toewijzing_body

ROLES: dict[str, dict[str, str]] = {
    "toegang": {"gemeente": GEMEENTE},
    "aanbieder": {"agb": AGB},
    "financien": {"gemeente": GEMEENTE},
    "regio": {},
}
PERIOD = "vanaf=2026-01-01&totEnMet=2026-12-31"
OPERATIONS: list[tuple[str, str, set[str]]] = [
    ("GET", "gemeenten", set(ROLES)),
    ("GET", "profielen", set(ROLES)),
    ("GET", "profielen/OB1", set(ROLES)),
    ("GET", "tarieven?peildatum=2026-01-01", set(ROLES)),
    ("GET", "prijzenboek?peildatum=2026-01-01", set(ROLES)),
    ("GET", "tarieflijsten", set(ROLES)),
    ("GET", "tarieflijsten/1", set(ROLES)),
    ("GET", "aanbieders", set(ROLES)),
    ("GET", "aanbieders/99000001", set(ROLES)),
    ("GET", "raamovereenkomsten", set(ROLES)),
    ("PUT", "profielen/OB1", {"regio"}),
    ("POST", "tarieflijsten", {"regio"}),
    ("POST", "tarieflijsten/1/vaststelling", {"regio"}),
    ("PUT", "aanbieders/99000001", {"regio"}),
    ("GET", "aanbieders/_vergelijk?agb=99000001&agb=99000002", set(ROLES)),
    ("PUT", "aanbieders/99000001/wachttijden", {"aanbieder", "regio"}),
    ("PUT", "aanbieders/99000001/kwaliteitscijfers", {"regio"}),
    ("POST", "raamovereenkomsten", {"regio"}),
    ("GET", "zelfredzaamheidsinstrumenten", set(ROLES)),
    ("GET", "intensiteitstabellen", set(ROLES)),
    ("PUT", "zelfredzaamheidsinstrumenten/zrm", {"regio"}),
    ("PUT", "intensiteitstabellen/zrm", {"regio"}),
    ("POST", "intensiteitsadviezen/_bereken", {"toegang", "regio"}),
    ("POST", "inwoners", {"toegang"}),
    ("GET", "inwoners/1", {"toegang"}),
    ("PUT", "inwoners/1/woonplaatsen", {"toegang"}),
    ("POST", "inwoners/_zoek", {"toegang"}),
    ("POST", "toewijzingen", {"toegang"}),
    ("POST", "toewijzingen/_prijs", {"toegang"}),
    ("GET", "toewijzingen", {"toegang", "aanbieder"}),
    ("GET", "toewijzingen/1", {"toegang", "aanbieder"}),
    ("POST", "declaraties", {"aanbieder"}),
    ("GET", "declaraties/1", {"aanbieder"}),
    ("GET", "declaraties/1/regels", {"aanbieder"}),
    ("GET", f"kosten?gemeente={GEMEENTE}&{PERIOD}", {"financien", "regio"}),
    ("GET", f"kosten?{PERIOD}", {"financien", "regio"}),
    ("GET", "betaalspecificaties", {"aanbieder", "financien"}),
    ("GET", "betaalspecificaties/1", {"aanbieder", "financien"}),
    ("GET", "betaalspecificaties/1/regels", {"aanbieder", "financien"}),
    ("GET", "betaalspecificaties/1/betalingen", {"aanbieder", "financien"}),
    ("GET", f"betaalspecificaties/_betaaltijd?{PERIOD}", {"aanbieder", "financien"}),
    ("POST", "betaalspecificaties/1/betalingen", {"financien"}),
    ("POST", "betalingen", {"financien"}),
    ("GET", "betaalopdrachten", {"financien"}),
    ("GET", "betaalopdrachten/1", {"financien"}),
    ("POST", "betaalopdrachten", {"financien"}),
    ("POST", "betaalopdrachten/1/uitvoering", {"financien"}),
    ("GET", "aanbieders/99000001/bankrekening", {"aanbieder", "financien", "regio"}),
    ("PUT", "aanbieders/99000001/bankrekening", {"regio"}),
    ("POST", "aanbieders/99000001/bankrekening/goedkeuring", {"aanbieder", "regio"}),
    ("POST", f"gemeenten/{GEMEENTE}/bankrekening/goedkeuring", {"financien"}),
    ("GET", f"gemeenten/{GEMEENTE}/bankrekening", {"financien"}),
    ("PUT", f"gemeenten/{GEMEENTE}/bankrekening", {"financien"}),
    ("GET", "grootboek", {"financien"}),
    ("PUT", "grootboek", {"financien"}),
    ("GET", f"journaal?{PERIOD}", {"financien"}),
    ("GET", "afsluitingen", {"financien"}),
    ("GET", "afsluitingen/2026-01", {"financien"}),
    ("POST", "afsluitingen", {"financien"}),
    ("GET", "verrekeningen", {"financien", "regio"}),
    ("GET", "verrekeningen/_saldo", {"financien", "regio"}),
    ("GET", "verrekeningen/2026-1/0141", {"financien"}),
    ("POST", "verrekeningen/2026-1/0141/bezwaar", {"financien"}),
    ("POST", "verrekeningen/2026-1/0141/besluit", {"financien"}),
    ("POST", "verrekeningen/2026-1/0141/betalingen", {"financien"}),
    ("GET", "nog-te-ontvangen?peildatum=2026-01-01", {"financien"}),
    ("GET", f"kostenregels?gemeente={GEMEENTE}&{PERIOD}", {"financien"}),
]

NOT_THERE = (
    *("declaraties/1", "_vergelijk", "betaalspecificaties/1", "betaalopdrachten/1"),
    *("bankrekening", "grootboek", "journaal", "afsluitingen/", "verrekeningen/2"),
)
"""What may be asked for and does not exist."""


@pytest.mark.parametrize("role", ROLES)
async def test_a_role_does_what_its_scopes_say_and_nothing_else(
    world: World, token: Headers, role: str
) -> None:
    await world.basics()
    await world.allocate((await world.register())["id"])
    caller = token(role, **ROLES[role])
    for method, path, allowed in OPERATIONS:
        body = None if method == "GET" else {"vreemd": 1}
        answer = await world.client.request(method, f"/v1/{path}", json=body, headers=caller)
        shown = (role, method, path, answer.status_code, answer.text[:300])
        if role not in allowed:
            assert answer.status_code == 403, shown
        elif body:
            assert answer.status_code == 400, shown
        else:
            missing = {404} if any(name in path for name in NOT_THERE) else set()
            assert answer.status_code in {200} | missing, shown


async def test_no_catalogue_is_read_without_a_token(world: World) -> None:
    for method, path, _ in OPERATIONS:
        answer = await world.client.request(method, f"/v1/{path}")
        problem = assert_problem(answer, 401)
        assert problem["code"]
        assert "bearer" in answer.headers["www-authenticate"].lower()


async def test_concept_lists_are_seen_by_regio_alone(world: World, token: Headers) -> None:
    await world.put_profiel()
    adopted = (await world.prices())["id"]
    concept = (await world.draft("2026-02-01"))["id"]
    for role, binding in ROLES.items():
        caller = token(role, **binding)
        answer = await world.client.get("/v1/tarieflijsten", headers=caller)
        page = answer.json()
        expected = {adopted, concept} if role == "regio" else {adopted}
        assert {lijst["id"] for lijst in page["results"]} == expected
        assert page["count"] == len(expected)
        answer = await world.client.get(f"/v1/tarieflijsten/{concept}", headers=caller)
        assert answer.status_code == (200 if role == "regio" else 404), (role, answer.text)


async def test_a_toewijzing_is_for_the_gemeente_that_gives_it_and_the_aanbieder_that_gets_it(
    world: World, token: Headers
) -> None:
    await world.basics()
    nummer = (await world.allocate((await world.register())["id"]))["nummer"]
    strangers = [world.other_toegang, token("aanbieder", agb="99000002")]
    for caller in strangers:
        answer = await world.client.get(f"/v1/toewijzingen/{nummer}", headers=caller)
        assert_problem(answer, 404)
        listed = await world.client.get("/v1/toewijzingen", headers=caller)
        assert (listed.status_code, listed.json()["count"]) == (200, 0)
    for caller in (world.toegang, world.aanbieder):
        answer = await world.client.get(f"/v1/toewijzingen/{nummer}", headers=caller)
        assert answer.json()["nummer"] == nummer
        listed = await world.client.get("/v1/toewijzingen", headers=caller)
        assert [item["nummer"] for item in listed.json()["results"]] == [nummer]


async def test_another_gemeente_gives_no_toewijzing_to_ones_inwoner(world: World) -> None:
    await world.basics()
    inwoner = (await world.register())["id"]
    body = toewijzing_body(inwoner, gemeente="0141")
    for path in ("/v1/toewijzingen", "/v1/toewijzingen/_prijs"):
        theirs = await world.client.post(path, json=body, headers=world.other_toegang)
        assert_problem(theirs, 404)
        mine = await world.client.post(path, json=body, headers=world.toegang)
        assert_problem(mine, 403)


async def test_a_caller_bound_to_an_unknown_gemeente_or_agb_is_let_in(
    world: World, token: Headers
) -> None:
    for caller in (token("toegang", gemeente="9999"), token("aanbieder", agb="12345678")):
        answer = await world.client.get("/v1/toewijzingen", headers=caller)
        assert (answer.status_code, answer.json()["count"]) == (200, 0)
    stranger = token("toegang", gemeente="9999")
    answer = await world.client.post(
        "/v1/inwoners", json={"geboortedatum": "2015-05-05", "woonplaatsen": []}, headers=stranger
    )
    assert answer.status_code < 500, answer.text


async def test_costs_are_for_ones_own_gemeente(world: World, token: Headers) -> None:
    for path in ("kosten", "kostenregels"):
        query = f"/v1/{path}?gemeente=0141&{PERIOD}"
        assert_problem(await world.client.get(query, headers=world.financien), 403)
    answer = await world.client.get(f"/v1/kosten?{PERIOD}", headers=world.regio)
    assert answer.status_code == 200, answer.text
    assert answer.json()["gemeente"] is None


async def test_a_token_without_its_scheme_or_with_two_headers_is_401(world: World) -> None:
    bare = world.regio["Authorization"].removeprefix("Bearer ")
    for value in (bare, f"Basic {bare}", f"Bearer {bare}x", f"Bearer {bare} {bare}"):
        answer = await world.client.get("/v1/gemeenten", headers={"Authorization": value})
        assert_problem(answer, 401)
    small = {"Authorization": f"bearer {bare}"}
    assert (await world.client.get("/v1/gemeenten", headers=small)).status_code == 200
