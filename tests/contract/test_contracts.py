# SPDX-License-Identifier: EUPL-1.2
"""A raamovereenkomst from aanmelding to ontbinding, and what held on which day."""

import asyncio
from datetime import timedelta
from typing import Any

import httpx
import pytest

from tests.contract.declaring import today
from tests.contract.world import (
    AGB,
    GEMEENTE,
    OTHER,
    Json,
    World,
    assert_problem,
    overeenkomst_body,
    toewijzing_body,
)

EIS = {
    "naam": "Keurmerk",
    "omschrijving": "Heeft een geldig keurmerk.",
    "vanaf": "2025-01-01",
    "totEnMet": None,
}
AANMELDING = {
    "aanbieder": AGB,
    "naam": "De Proef",
    "profielen": ["OB1"],
    "gemeenten": [GEMEENTE],
}
MET = [{"eis": "keurmerk", "voldoet": True, "toelichting": "HKZ"}]
REDEN = "De inspectie onderzoekt."


def _besluit(besluit: str, **changes: Any) -> Json:
    return {"besluit": besluit, "datum": "2025-06-01", "getoetst": [], **changes}


class Contract:
    """The one contract of a world, and what happens to it."""

    def __init__(self, world: World, nummer: int) -> None:
        self.world = world
        self.path = f"raamovereenkomsten/{nummer}"

    async def send(self, what: str, **body: Any) -> httpx.Response:
        return await self.world.send("POST", f"{self.path}/{what}", body)

    async def do(self, what: str, **body: Any) -> Json:
        answer = await self.send(what, **body)
        assert answer.status_code == 200, answer.text
        done: Json = answer.json()
        return done

    async def on(self, dag: str, **query: Any) -> Json:
        read: Json = (await self.world.read(self.path, peildatum=dag, **query)).json()
        return read

    async def versies(self) -> list[Json]:
        found: list[Json] = (await self.world.read(f"{self.path}/versies")).json()["results"]
        return found

    async def refuses(self, what: str, code: str, status: int = 409, **body: Any) -> Json:
        """It says no, and nothing has changed."""
        before = await self.versies()
        problem = assert_problem(await self.send(what, **body), status, code)
        assert await self.versies() == before
        return problem


@pytest.fixture
async def contract(world: World) -> Contract:
    await world.basics()
    await world.put_profiel("OB2")
    found = (await world.read("raamovereenkomsten")).json()["results"]
    return Contract(world, found[0]["nummer"])


@pytest.fixture
async def demand(world: World) -> World:
    await world.put_profiel()
    await world.put_aanbieder()
    answer = await world.send("PUT", "kwaliteitseisen/keurmerk", EIS)
    assert answer.status_code == 201, answer.text
    return world


async def _apply(world: World) -> int:
    answer = await world.client.post("/v1/aanmeldingen", json=AANMELDING, headers=world.aanbieder)
    assert answer.status_code == 201, answer.text
    number: int = answer.json()["id"]
    return number


async def _allocates(contract: Contract, **changes: Any) -> tuple[int, str | None]:
    world = contract.world
    inwoner = (await world.register())["id"]
    answer = await world.client.post(
        "/v1/toewijzingen", json=toewijzing_body(inwoner, **changes), headers=world.toegang
    )
    return answer.status_code, answer.json().get("code")


async def test_an_aanbieder_applies_is_tested_and_admitted(demand: World) -> None:
    number = await _apply(demand)
    path = f"aanmeldingen/{number}/besluit"
    answer = await demand.send("POST", path, _besluit("toegelaten"))
    assert_problem(answer, 409, "eis_niet_getoetst")
    failed = [{"eis": "keurmerk", "voldoet": False}]
    answer = await demand.send("POST", path, _besluit("toegelaten", getoetst=failed))
    assert_problem(answer, 409, "eis_niet_voldaan")
    answer = await demand.send("POST", path, _besluit("toegelaten", getoetst=MET))
    assert answer.status_code == 200, answer.text
    assert answer.json()["status"] == "toegelaten"
    assert answer.json()["besluit"]["getoetst"] == [{**MET[0], "naam": "Keurmerk"}]
    assert_problem(await demand.send("POST", path, _besluit("toegelaten")), 409)
    assert (await demand.read(f"aanmeldingen/{number}")).json()["status"] == "toegelaten"
    await demand.contract()


async def test_who_is_refused_gets_no_contract_until_admitted_after_all(demand: World) -> None:
    number = await _apply(demand)
    path = f"aanmeldingen/{number}/besluit"
    answer = await demand.send("POST", path, _besluit("afgewezen"))
    assert_problem(answer, 400)
    answer = await demand.send("POST", path, _besluit("afgewezen", reden="Geen keurmerk."))
    assert answer.status_code == 200, answer.text
    answer = await demand.send("POST", "raamovereenkomsten", overeenkomst_body())
    assert_problem(answer, 409, "aanbieder_niet_toegelaten")
    again = await _apply(demand)
    path = f"aanmeldingen/{again}/besluit"
    await demand.send("POST", path, _besluit("toegelaten", getoetst=MET))
    await demand.contract()


async def test_who_is_excluded_gets_a_contract_from_the_day_after(demand: World) -> None:
    path = f"aanmeldingen/{await _apply(demand)}/besluit"
    besluit = _besluit("uitgesloten", reden="Fraude.", totEnMet="2025-12-31")
    for changes in ({"totEnMet": None}, {"totEnMet": "2025-05-31"}):
        assert_problem(await demand.send("POST", path, besluit | changes), 400)
    assert (await demand.send("POST", path, besluit)).status_code == 200
    answer = await demand.send("POST", "raamovereenkomsten", overeenkomst_body())
    assert_problem(answer, 409, "aanbieder_uitgesloten")
    await demand.contract(begindatum="2026-01-01")


async def test_an_aanbieder_applies_for_itself_and_sees_no_other(demand: World) -> None:
    number = await _apply(demand)
    assert_problem(await demand.send("POST", "aanmeldingen", AANMELDING), 409, "aanmelding_loopt")
    other = demand.token("aanbieder", agb="99000002")
    answer = await demand.client.post("/v1/aanmeldingen", json=AANMELDING, headers=other)
    assert_problem(answer, 403, "andere_aanbieder")
    answer = await demand.client.get(f"/v1/aanmeldingen/{number}", headers=other)
    assert_problem(answer, 404)
    answer = await demand.client.get("/v1/aanmeldingen", headers=other)
    assert answer.json()["results"] == []
    answer = await demand.client.get("/v1/aanmeldingen?status=ingediend", headers=demand.aanbieder)
    assert [found["id"] for found in answer.json()["results"]] == [number]
    path = f"/v1/aanmeldingen/{number}/besluit"
    besluit = _besluit("toegelaten", getoetst=MET)
    answer = await demand.client.post(path, json=besluit, headers=demand.aanbieder)
    assert_problem(answer, 403)


async def test_a_demand_holds_on_the_days_it_is_given(demand: World) -> None:
    answer = await demand.send("PUT", "kwaliteitseisen/keurmerk", EIS | {"totEnMet": "2025-05-31"})
    assert answer.status_code == 200, answer.text
    for dag, codes in (("2025-05-31", ["keurmerk"]), ("2025-06-01", [])):
        found = (await demand.read("kwaliteitseisen", peildatum=dag)).json()["results"]
        assert [eis["code"] for eis in found] == codes
    read = (await demand.read("kwaliteitseisen/keurmerk")).json()
    assert read == {"code": "keurmerk", **EIS, "totEnMet": "2025-05-31"}
    answer = await demand.send("PUT", "kwaliteitseisen/keurmerk", EIS | {"totEnMet": "2024-01-01"})
    assert_problem(answer, 400)
    path = f"aanmeldingen/{await _apply(demand)}/besluit"
    answer = await demand.send("POST", path, _besluit("toegelaten", getoetst=MET))
    assert_problem(answer, 409, "eis_geldt_niet")
    unknown = [{"eis": "onbekend", "voldoet": True}]
    answer = await demand.send("POST", path, _besluit("toegelaten", getoetst=unknown))
    assert_problem(answer, 404, "kwaliteitseis_niet_gevonden")


async def test_a_contract_is_extended_on_results_when_so_agreed(world: World) -> None:
    await world.put_profiel()
    await world.put_aanbieder()
    made = await world.contract(verlengingVereistResultaten=True)
    contract = Contract(world, made["nummer"])
    problem = await contract.refuses(
        "verlenging", "geen_verlenging", einddatum="2027-12-31", reden="Te kort."
    )
    codes = {fault["code"] for fault in problem["invalidParams"]}
    assert codes == {"geen_verlenging", "resultaten_vereist"}
    extended = await contract.do(
        "verlenging", einddatum="2029-12-31", reden="Goed.", resultaten=["Jaarbericht: 92 %"]
    )
    assert (extended["einddatum"], extended["versie"]) == ("2029-12-31", 2)
    assert (await contract.versies())[1]["resultaten"] == ["Jaarbericht: 92 %"]
    answer = await world.send(
        "POST",
        "raamovereenkomsten",
        overeenkomst_body(begindatum="2028-06-01", einddatum="2030-01-01"),
    )
    assert_problem(answer, 409, "overlappende_raamovereenkomst")


async def test_what_held_on_a_day_can_be_asked_and_what_was_known_then(contract: Contract) -> None:
    known = (await contract.versies())[0]["geregistreerdOp"]
    await contract.do("uitbreiding", vanaf="2026-04-01", profielen=["OB2"], gemeenten=["0164"])
    before, after = await contract.on("2026-03-31"), await contract.on("2026-04-01")
    assert (before["profielen"], after["profielen"]) == (["OB1"], ["OB1", "OB2"])
    assert (before["gemeenten"], after["gemeenten"]) == (
        [OTHER, GEMEENTE],
        [OTHER, GEMEENTE, "0164"],
    )
    then = await contract.on("2026-04-01", bekendOp=known)
    assert (then["profielen"], then["versie"]) == (["OB1"], 1)
    problem = await contract.refuses(
        "uitbreiding", "al_gecontracteerd", vanaf="2026-05-01", profielen=["OB1"], gemeenten=[OTHER]
    )
    assert len(problem["invalidParams"]) == 2
    await contract.refuses("uitbreiding", "buiten_looptijd", vanaf="2031-01-01", profielen=["OB1"])
    await contract.refuses("uitbreiding", "ongeldige_aanvraag", 400, vanaf="2026-05-01")
    await contract.refuses(
        "uitbreiding", "profiel_niet_gevonden", 404, vanaf="2026-05-01", profielen=["NIET"]
    )


async def test_a_gemeente_may_leave_out_a_profiel_or_all_and_come_back(contract: Contract) -> None:
    out: Json = {"gemeente": GEMEENTE, "vanaf": "2026-02-01", "reden": "Eigen team."}
    await contract.do("uitsluitingen", profiel="OB1", **out)
    stand = await contract.on("2026-02-01")
    assert stand["uitsluitingen"] == [
        {"gemeente": GEMEENTE, "profiel": "OB1", "vanaf": "2026-02-01"}
    ]
    assert (await _allocates(contract, begindatum="2026-01-31"))[0] == 201
    refused = await _allocates(contract, begindatum="2026-02-01")
    assert refused == (409, "profiel_niet_gecontracteerd")
    offers = {"gemeente": GEMEENTE, "profiel": "OB1"}
    assert (await contract.world.read("aanbieders", **offers)).json()["results"] == []
    await contract.refuses("uitsluitingen", "profiel_niet_gecontracteerd", profiel="OB1", **out)
    await contract.do("uitsluitingen", **out)
    refused = await _allocates(contract, begindatum="2026-02-01")
    assert refused == (409, "gemeente_niet_gecontracteerd")
    await contract.do("uitbreiding", vanaf="2026-03-01", gemeenten=[GEMEENTE])
    assert (await _allocates(contract, begindatum="2026-03-01"))[0] == 201
    assert len((await contract.world.read("aanbieders", **offers)).json()["results"]) == 1


async def test_onderaannemers_work_one_layer_deep_and_with_consent(contract: Contract) -> None:
    berk: Json = {
        "naam": "De Berk",
        "agb": "99000077",
        "zzp": False,
        "toestemmingDatum": "2025-03-01",
    }
    await contract.refuses(
        "onderaannemers", "ongeldige_aanvraag", 400, **(berk | {"toestemmingDatum": None})
    )
    await contract.refuses("onderaannemers", "ongeldige_aanvraag", 400, **berk, vanaf="2025-02-01")
    await contract.do("onderaannemers", **berk)
    problem = await contract.refuses(
        "onderaannemers", "onderaannemer_van_onderaannemer", **berk, opdrachtgever="99000055"
    )
    assert [fault["code"] for fault in problem["invalidParams"]] == [
        "onderaannemer_van_onderaannemer",
        "onderaannemer_bekend",
    ]
    await contract.refuses("onderaannemers", "eigen_onderaannemer", naam="Zelf", agb=AGB, zzp=True)
    await contract.do("onderaannemers", naam="Jansen", zzp=True, opdrachtgever=AGB)
    path = f"/v1/{contract.path}/onderaannemers"
    found = await contract.world.client.get(path, headers=contract.world.aanbieder)
    assert [one["naam"] for one in found.json()["results"]] == ["De Berk", "Jansen"]
    other = contract.world.token("aanbieder", agb="99000002")
    for part in ("onderaannemers", "versies"):
        path = f"/v1/{contract.path}/{part}"
        assert_problem(await contract.world.client.get(path, headers=other), 404)


async def test_a_contract_on_hold_takes_no_new_toewijzingen_until_it_goes_on(
    contract: Contract,
) -> None:
    await contract.refuses("hervatting", "niet_opgeschort")
    await contract.refuses("opschorting", "te_vroeg", vanaf="2024-12-31", reden=REDEN)
    held = await contract.do("opschorting", vanaf="2026-03-01", reden=REDEN)
    assert held["status"] == "opgeschort"
    await contract.refuses("opschorting", "al_opgeschort", vanaf="2026-04-01", reden=REDEN)
    refused = await _allocates(contract, begindatum="2026-03-01")
    assert refused == (409, "raamovereenkomst_opgeschort")
    assert (await _allocates(contract, begindatum="2026-02-28"))[0] == 201
    assert (await contract.world.read("aanbieders", profiel="OB1")).json()["results"] == []
    tomorrow = str(today() + timedelta(days=1))
    await contract.refuses("hervatting", "te_laat", vanaf=tomorrow)
    await contract.refuses("hervatting", "te_vroeg", vanaf="2026-02-28")
    assert (await contract.do("hervatting", vanaf="2026-04-01"))["status"] == "actief"
    stands = [
        (await contract.on(dag))["status"] for dag in ("2026-02-28", "2026-03-31", "2026-04-01")
    ]
    assert stands == ["actief", "opgeschort", "actief"]
    assert (await _allocates(contract, begindatum="2026-04-01"))[0] == 201


async def test_a_contract_is_dissolved_for_good_and_another_may_follow(contract: Contract) -> None:
    wat: Json = {"grond": "wanprestatie", "reden": "De hulp bleef uit."}
    await contract.refuses("ontbinding", "te_vroeg", datum="2024-12-31", **wat)
    tomorrow = str(today() + timedelta(days=1))
    await contract.refuses("ontbinding", "ongeldige_aanvraag", 400, datum=tomorrow, **wat)
    done = await contract.do("ontbinding", datum="2026-03-01", **wat)
    assert (done["status"], done["ontbondenPer"]) == ("actief", "2026-03-01")
    assert (await contract.on("2026-03-01"))["status"] == "ontbonden"
    assert await _allocates(contract, begindatum="2026-03-01") == (409, "geen_raamovereenkomst")
    await contract.refuses("ontbinding", "al_ontbonden", datum="2026-03-02", **wat)
    await contract.refuses("opschorting", "al_ontbonden", vanaf="2026-03-02", reden=REDEN)
    await contract.refuses("verlenging", "al_ontbonden", einddatum="2030-01-01", reden="Nee.")
    await contract.world.contract(begindatum="2026-03-01")


async def test_bonus_and_malus_are_a_switch_that_is_off(world: World) -> None:
    await world.put_profiel()
    await world.put_aanbieder()
    assert (await world.contract())["bonusMalus"] is False
    body = overeenkomst_body(bonusMalus=True, begindatum="2030-01-01", einddatum="2030-12-31")
    answer = await world.send("POST", "raamovereenkomsten", body)
    assert_problem(answer, 409, "bonus_malus_zonder_regel")


async def test_of_two_holds_at_once_one_holds(contract: Contract) -> None:
    answers = await asyncio.gather(
        *(contract.send("opschorting", vanaf="2026-03-01", reden=REDEN) for _ in range(4))
    )
    assert sorted(answer.status_code for answer in answers) == [200, 409, 409, 409]
    assert [versie["soort"] for versie in await contract.versies()] == ["gesloten", "opgeschort"]


@pytest.mark.parametrize(
    "what",
    [
        *("verlenging", "uitbreiding", "uitsluitingen", "onderaannemers"),
        *("opschorting", "hervatting", "ontbinding"),
    ],
)
async def test_only_the_regio_lets_something_happen_to_a_contract(
    contract: Contract, what: str
) -> None:
    path = f"/v1/{contract.path}/{what}"
    for headers in (contract.world.aanbieder, contract.world.toegang, contract.world.financien):
        assert_problem(await contract.world.client.post(path, json={}, headers=headers), 403)
    if what != "hervatting":
        await contract.refuses(what, "ongeldige_aanvraag", 400)
