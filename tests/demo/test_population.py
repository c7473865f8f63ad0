# SPDX-License-Identifier: EUPL-1.2
"""The people of the demo region, before anything is asked of a database."""

from datetime import date

import pytest

from app.demo.catalogue import AANTAL_INWONERS, PROFIELEN, SAMEN14, aanbieders_for, tarieflijst
from app.demo.population import population
from app.domain.bsn import passes_eleven_proof
from app.domain.woonplaats import Woonplaats, tile
from app.pricing.tarief import rises_with_intensity

DAYS = [date(2026, 11, 24), date(2027, 1, 1), date(2028, 2, 29), date(2027, 12, 31)]


def test_the_same_day_gives_the_same_people() -> None:
    assert population(DAYS[0]) == population(DAYS[0])


def test_everyone_has_a_test_bsn_of_their_own() -> None:
    bsns = [dossier.inwoner["bsn"] for dossier in population(DAYS[0])]
    assert len(set(bsns)) == len(bsns) == sum(AANTAL_INWONERS.values()) == 320
    assert all(passes_eleven_proof(bsn) and "999900006" <= bsn <= "999999990" for bsn in bsns)


@pytest.mark.parametrize("vandaag", DAYS)
def test_a_toewijzing_begins_where_the_inwoner_lives_or_has_spoed(vandaag: date) -> None:
    for dossier in population(vandaag):
        tiles = tile(
            [
                Woonplaats(w["gemeente"], date.fromisoformat(w["vanaf"]), w["grondslag"])
                for w in dossier.inwoner["woonplaatsen"]
            ]
        )
        for toewijzing in dossier.toewijzingen:
            begin = date.fromisoformat(toewijzing["begindatum"])
            (gemeente,) = [t.gemeente for t in tiles if t.vanaf <= begin <= t.tot_en_met]
            elsewhere = gemeente not in (None, dossier.gemeente)
            assert elsewhere == (toewijzing["spoed"] is not None)


@pytest.mark.parametrize("vandaag", DAYS)
def test_help_begins_from_last_year_on_after_birth_and_within_the_year_to_come(
    vandaag: date,
) -> None:
    for dossier in population(vandaag):
        for toewijzing in dossier.toewijzingen:
            begin = date.fromisoformat(toewijzing["begindatum"])
            assert date(vandaag.year - 1, 1, 1) <= begin <= date(vandaag.year + 1, 12, 31)
            assert dossier.inwoner["geboortedatum"] < toewijzing["begindatum"]


def test_every_profiel_can_be_had_in_every_gemeente() -> None:
    assert len(SAMEN14) == len(set(SAMEN14)) == 14
    assert all(aanbieders_for(p.code, gemeente) for p in PROFIELEN for gemeente in SAMEN14)


@pytest.mark.parametrize("verschil", [-1, 0, 1])
def test_prices_of_every_year_rise_with_the_intensity(verschil: int) -> None:
    lijst = tarieflijst(2026, verschil)
    assert lijst["vanaf"] == f"{2026 + verschil}-01-01"
    for profiel in PROFIELEN:
        prices = {
            t["intensiteit"]: t["bedragCenten"]
            for t in lijst["tarieven"]
            if t["profiel"] == profiel.code
        }
        assert len(prices) == 3
        assert rises_with_intensity(prices)


def test_prices_of_other_years_are_rounded_half_up_to_the_cent() -> None:
    licht = {v: tarieflijst(2026, v)["tarieven"][0]["bedragCenten"] for v in (-1, 0, 1)}
    assert licht == {-1: 90_307, 0: 94_070, 1: 97_362}
