# SPDX-License-Identifier: EUPL-1.2
"""By law every day of a life has one responsible gemeente, or says that it is not known."""

from datetime import date, timedelta
from itertools import pairwise
from random import Random
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.domain.gemeentecode import Gemeentecode
from app.domain.toewijzing import Wet
from app.domain.woongeschiedenis import Adres, Verblijf, Woongeschiedenis, faults_in
from app.domain.woonplaats import BEGINNING, FOREVER
from app.domain.woonplaatsbeginsel import (
    WETTEN,
    Centrum,
    Instelling,
    Instellingen,
    Kader,
    Toerekening,
    derive,
    tiles_of,
)
from tests.cases.read import Case, cases

GEBOREN = date(2014, 3, 9)
ONE_DAY = timedelta(days=1)
CODES = {
    "0457": Gemeentecode(None, date(2022, 3, 23), "0363"),
    "0788": Gemeentecode(None, date(2020, 12, 31)),
}


def _life(case: Case) -> Woongeschiedenis:
    return Woongeschiedenis(
        GEBOREN,
        "0153",
        [Adres(a.get("gemeente"), a["vanaf"], a["soort"]) for a in case["adressen"]],
        [
            Verblijf(v["soort"], v["begindatum"], v.get("einddatum"), v.get("aanmelding"))
            for v in case.get("verblijven", [])
        ],
        case.get("moeder"),
        case.get("werkelijk"),
    )


def _kader(case: Case) -> Kader:
    return Kader(
        CODES,
        Instellingen(
            [Instelling(i["vanaf"], i["regel"]) for i in case.get("beschermd_wonen", [])],
            [
                Centrum(c["gemeente"], c["vanaf"], c.get("centrum"))
                for c in case.get("centrumgemeenten", [])
            ],
        ),
    )


def _on(periods: list[Toerekening], dag: date) -> Toerekening:
    (found,) = [p for p in periods if p.vanaf <= dag <= p.tot_en_met]
    return found


def _holds(case: Case, wet: Wet) -> None:
    assert faults_in(_life(case)) == []
    periods = derive(_life(case), wet, _kader(case))
    for expected in case["op"]:
        grond = _on(periods, expected["dag"]).grond
        found = {"gemeente": grond.gemeente, "grondslag": grond.grondslag, "stap": grond.stap}
        told = {"gemeente": None, "stap": None} | expected
        assert found == {name: told[name] for name in found}, (expected, grond)
        assert grond.uitleg
        assert grond.artikel or expected["dag"] < GEBOREN


@pytest.mark.parametrize("case", cases("woonplaatsbeginsel", "jeugdwet"))
def test_the_jeugdwet_names_the_gemeente_of_a_day(case: Case) -> None:
    _holds(case, "jeugdwet")


@pytest.mark.parametrize("case", cases("woonplaatsbeginsel", "wmo"))
def test_the_wmo_names_the_gemeente_of_a_day(case: Case) -> None:
    _holds(case, "wmo")


@pytest.mark.parametrize("case", cases("woonplaatsbeginsel", "fouten"))
def test_what_cannot_be_is_named_all_at_once(case: Case) -> None:
    found = [f"{fault.name} {fault.code}" for fault in faults_in(_life(case))]
    assert found == case["fouten"]


def test_the_explanation_tells_step_and_days() -> None:
    leven = _life(
        {
            "adressen": [{"gemeente": "0153", "vanaf": GEBOREN, "soort": "woonadres"}],
            "verblijven": [{"soort": "pleegouder", "begindatum": date(2026, 2, 10)}],
        }
    )
    grond = _on(derive(leven, "jeugdwet", Kader()), date(2026, 3, 1)).grond
    assert (grond.artikel, grond.uitleg) == (
        "Jeugdwet art. 1.1",
        "Stap 2: verblijf sinds 2026-02-10, aaneengesloten. Het woonadres onmiddellijk daarvoor "
        "was in gemeente 0153.",
    )


GEMEENTEN = st.sampled_from(["0153", "0141", "0457", "0788"])
DAGEN = st.dates(GEBOREN, date(2030, 12, 31))
LATER = st.dates(GEBOREN - 400 * ONE_DAY, date(2032, 12, 31))


@st.composite
def adressen(draw: st.DrawFn) -> Adres:
    soort: Any = draw(st.sampled_from(["woonadres", "briefadres", "onbekend", "buitenland"]))
    gemeente = draw(GEMEENTEN) if soort in {"woonadres", "briefadres"} else None
    return Adres(gemeente, draw(DAGEN), soort)


@st.composite
def verblijven(draw: st.DrawFn) -> list[Verblijf]:
    """Stays one after the other, some of them without a day between; the last may go on."""
    stays = []
    begin = draw(DAGEN)
    for _ in range(draw(st.integers(0, 4))):
        soort: Any = draw(
            st.sampled_from(["pleegouder", "jeugdhulpaanbieder", "beschermd_wonen", "jji"])
        )
        einde = begin + ONE_DAY * draw(st.integers(0, 400))
        aanmelding = draw(st.none() | GEMEENTEN) if soort == "beschermd_wonen" else None
        stays.append(Verblijf(soort, begin, einde, aanmelding))
        begin = einde + ONE_DAY * draw(st.sampled_from([1, 1, 2, 30]))
    if draw(st.booleans()):
        stays.append(Verblijf("wlz", begin))
    return stays


levens = st.builds(
    Woongeschiedenis,
    st.just(GEBOREN),
    st.just("0153"),
    st.lists(adressen(), max_size=5, unique_by=lambda a: a.vanaf),
    verblijven(),
    st.none() | GEMEENTEN,
    st.none() | GEMEENTEN,
)
kaders = st.builds(
    lambda regel, centrum: Kader(
        CODES,
        Instellingen(
            [Instelling(regel, "woonadres_voor_verblijf")] if regel else [],
            [Centrum("0141", centrum, "0153")] if centrum else [],
        ),
    ),
    st.none() | DAGEN,
    st.none() | DAGEN,
)


@given(levens, kaders)
def test_every_day_has_one_responsible_gemeente_or_is_said_to_be_unknown(
    leven: Woongeschiedenis, kader: Kader
) -> None:
    assert faults_in(leven) == []
    for wet in WETTEN:
        periods = derive(leven, wet, kader)
        assert (periods[0].vanaf, periods[-1].tot_en_met) == (BEGINNING, FOREVER)
        for eerder, later in pairwise(periods):
            assert eerder.tot_en_met + ONE_DAY == later.vanaf
            assert eerder.grond != later.grond
        for p in periods:
            assert (p.grond.gemeente is None) == (p.grond.grondslag == "onbekend")


@given(levens, kaders, LATER)
def test_no_day_is_borne_by_a_gemeente_that_was_not_there(
    leven: Woongeschiedenis, kader: Kader, dag: date
) -> None:
    for wet in WETTEN:
        gemeente = _on(derive(leven, wet, kader), dag).grond.gemeente
        assert gemeente is None or CODES.get(gemeente, Gemeentecode()).holds_on(dag)


@given(levens, LATER)
def test_an_unbroken_stay_keeps_its_origin(leven: Woongeschiedenis, dag: date) -> None:
    """But for a gemeente that goes up in another."""
    verblijf = leven.verblijf_on(dag)
    if verblijf is None:
        return
    begin = leven.begin_of_chain(verblijf)
    periods = derive(leven, "jeugdwet", Kader())
    assert _on(periods, dag).grond == _on(periods, begin).grond


@given(levens, kaders, st.randoms(use_true_random=False))
def test_the_order_of_input_does_not_matter(
    leven: Woongeschiedenis, kader: Kader, toeval: Random
) -> None:
    adres, verblijf = list(leven.adressen), list(leven.verblijven)
    toeval.shuffle(adres)
    toeval.shuffle(verblijf)
    geschud = Woongeschiedenis(
        leven.geboortedatum,
        leven.registratie,
        adres,
        verblijf,
        leven.gemeente_moeder,
        leven.gemeente_werkelijk_verblijf,
    )
    for wet in WETTEN:
        assert derive(geschud, wet, kader) == derive(leven, wet, kader)


@given(levens, kaders, LATER)
def test_the_tiles_of_each_law_say_what_was_derived(
    leven: Woongeschiedenis, kader: Kader, dag: date
) -> None:
    per_wet = {wet: derive(leven, wet, kader) for wet in WETTEN}
    tiles = tiles_of(per_wet)
    for wet in WETTEN:
        (tile,) = [t for t in tiles if t.wet in {"beide", wet} and t.vanaf <= dag <= t.tot_en_met]
        grond = _on(per_wet[wet], dag).grond
        assert (tile.gemeente, tile.grondslag) == (grond.gemeente, grond.grondslag)
