# SPDX-License-Identifier: EUPL-1.2
"""The demo region, seen through the API."""

from app.api.clock import today
from app.demo.catalogue import AANBIEDERS, ALLE_PROFIELEN, SAMEN14
from app.demo.client import Json, Service

EVER = {"vanaf": "1900-01-01", "totEnMet": "2199-12-31"}


async def _declaraties(service: Service) -> list[Json]:
    return [
        declaratie
        for aanbieder in AANBIEDERS
        for declaratie in await service.aanbieder(aanbieder.agb).get_all("/declaraties")
    ]


async def _regels(service: Service, uitkomst: str) -> list[Json]:
    regels = []
    for aanbieder in AANBIEDERS:
        caller = service.aanbieder(aanbieder.agb)
        for declaratie in await caller.get_all("/declaraties"):
            path = f"/declaraties/{declaratie['id']}/regels"
            regels += await caller.get_all(path, uitkomst=uitkomst)
    return regels


async def _toewijzingen(service: Service) -> list[Json]:
    return [
        toewijzing
        for gemeente in SAMEN14
        for toewijzing in await service.toegang(gemeente).get_all("/toewijzingen")
    ]


async def test_the_one_price_of_today_is_known_for_every_profiel_and_intensiteit(
    service: Service,
) -> None:
    tarieven = await service.regio().get_all("/tarieven", peildatum=today().isoformat())
    prices = {(t["profiel"], t["intensiteit"]): t["bedragCenten"] for t in tarieven}
    assert len(prices) == 3 * len(ALLE_PROFIELEN) == 27
    assert prices["OB1", "licht"] == 94_070
    assert prices["OB8", "zwaar"] == 860_620


async def test_there_are_adopted_lists_from_last_this_and_next_new_years_day(
    service: Service,
) -> None:
    lijsten = await service.toegang("0153").get_all("/tarieflijsten")
    jaar = today().year
    assert [lijst["vanaf"] for lijst in lijsten] == [
        f"{j}-01-01" for j in (jaar - 1, jaar, jaar + 1)
    ]
    assert all(lijst["naam"].startswith("Illustratieve") for lijst in lijsten)


async def test_every_gemeente_finds_an_aanbieder_for_every_profiel(service: Service) -> None:
    regio = service.regio()
    for gemeente in SAMEN14:
        for profiel in ALLE_PROFIELEN:
            assert await regio.get_all("/aanbieders", gemeente=gemeente, profiel=profiel.code)


async def test_toewijzingen_ended_run_and_begin_under_both_laws(service: Service) -> None:
    toewijzingen, vandaag = await _toewijzingen(service), today().isoformat()
    assert len(toewijzingen) > 300
    assert {t["wet"] for t in toewijzingen} == {"jeugdwet", "wmo"}
    assert {t["profiel"] for t in toewijzingen} == {profiel.code for profiel in ALLE_PROFIELEN}
    assert any(t["einddatum"] < vandaag for t in toewijzingen)
    assert any(t["begindatum"] <= vandaag <= t["einddatum"] for t in toewijzingen)
    assert any(vandaag < t["begindatum"] for t in toewijzingen)


async def test_help_by_the_hour_is_declared_by_volume(service: Service) -> None:
    by_hour = [t for t in await _toewijzingen(service) if "omvang" in t]
    assert len({t["gemeente"] for t in by_hour}) == len(by_hour) == 3
    granted = [r for r in await _regels(service, "toegekend") if "volume" in r]
    assert len(granted) > 10
    prices = {t["nummer"]: t["tarief"]["bedragCenten"] for t in by_hour}
    for regel in granted:
        assert abs(regel["toegekendCenten"]) == regel["volume"] * prices[regel["toewijzingNummer"]]


async def test_who_moved_has_lines_that_two_gemeenten_bear(service: Service) -> None:
    verdelingen = [r["verdeling"] for r in await _regels(service, "toegekend")]
    bearers = [{deel["gemeente"] for deel in verdeling} for verdeling in verdelingen]
    assert sum(len(gemeenten) == 2 for gemeenten in bearers) > 20
    assert any(gemeenten - set(SAMEN14) for gemeenten in bearers)


async def test_some_lines_are_refused_and_some_held_each_with_its_reason(service: Service) -> None:
    refused = {r["redenen"][0]["code"] for r in await _regels(service, "afgekeurd")}
    held = {r["redenen"][0]["code"] for r in await _regels(service, "aangehouden")}
    assert refused == {"bedrag_ongelijk", "toewijzing_onbekend"}
    assert held == {"woonplaats_onbekend"}


async def test_a_credit_stands_beside_the_new_debit_of_its_termijn(service: Service) -> None:
    regels = await _regels(service, "toegekend")
    credits = [r for r in regels if r["toegekendCenten"] < 0]
    assert credits
    for credit in credits:
        again = credit["referentie"].removesuffix("c") + "d"
        (debit,) = [r for r in regels if r["referentie"] == again]
        assert debit["toegekendCenten"] == -credit["toegekendCenten"]


async def test_what_all_gemeenten_bear_is_what_all_aanbieders_were_granted(
    service: Service,
) -> None:
    granted = sum(d["toegekendCenten"] for d in await _declaraties(service))
    assert granted > 0
    kosten = await service.regio().get("/kosten", groepering="gemeente", **EVER)
    assert kosten["bedragCenten"] == granted
    assert sum(groep["bedragCenten"] for groep in kosten["groepen"]) == granted


async def test_everything_that_is_declared_is_settled(service: Service) -> None:
    declaraties = await _declaraties(service)
    assert {d["status"] for d in declaraties} == {"afgehandeld"}
    assert len({d["id"] for d in declaraties}) == len(declaraties)


async def test_every_aanbieder_says_how_long_one_waits_and_how_it_is_found(
    service: Service,
) -> None:
    for aanbieder in await service.toegang("0153").get_all("/aanbieders"):
        gecontracteerd = next(a.profielen for a in AANBIEDERS if a.agb == aanbieder["agb"])
        assert [w["profiel"] for w in aanbieder["wachttijden"]] == list(gecontracteerd)
        assert all("Illustratief" in k["bron"] for k in aanbieder["kwaliteitscijfers"])
        assert aanbieder["kwaliteitscijfers"]


async def test_the_illustrative_table_advises_on_a_profiel_of_the_region(service: Service) -> None:
    regio = service.regio()
    instrumenten = await regio.get_all("/zelfredzaamheidsinstrumenten")
    assert [instrument["code"] for instrument in instrumenten] == ["participatieladder", "zrm"]
    assert all("illustratief" in instrument["naam"] for instrument in instrumenten)
    scores = {onderdeel["code"]: 4 for onderdeel in instrumenten[1]["onderdelen"]}
    situatie = {"complexiteit": "complex", "eigenInzetGemeente": "geen", "instrument": "zrm"}
    vraag = {"profiel": "OB6", **situatie, "scores": scores}
    toegang = service.toegang("0153")
    advies = await toegang.post("/intensiteitsadviezen/_bereken", vraag, status=200)
    assert (advies["advies"], len(advies["waarom"])) == ("middel", 4)
