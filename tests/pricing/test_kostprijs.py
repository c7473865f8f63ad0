# SPDX-License-Identifier: EUPL-1.2
"""The real price: worked examples, the formula as it is written, and parts that add up."""

from dataclasses import fields, replace
from decimal import Decimal
from fractions import Fraction
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.domain.money import round_half_up
from app.pricing.kostprijs import (
    ELEMENTEN,
    Functie,
    needs_reason,
    net_hours,
    price_hour,
    price_product,
)
from app.pricing.opbouw import Prijs
from tests.cases.read import Case, cases

VOORBEELD = Functie(
    naam="hbo",
    maandloon_centen=375_000,
    vakantietoeslag=Decimal("0.08"),
    eindejaarsuitkering=Decimal("0.0833"),
    ort=Decimal("0.015"),
    werkgeverslasten=Decimal("0.28"),
    reis_en_opleiding_centen=150_000,
    contracturen=Decimal(1878),
    verlofuren=Decimal(234),
    ziekteuren=Decimal(104),
    scholingsuren=Decimal(40),
    overleguren=Decimal(80),
    reisuren=Decimal(50),
    overhead=Decimal("0.25"),
    verplichtingen_per_uur_centen=100,
    clientgebonden_per_uur_centen=0,
    risico=Decimal("0.03"),
    index=Decimal(1),
    toelichtingen={},
)

opslagen = st.decimals(min_value=0, max_value=3, places=4)
uren = st.decimals(min_value=0, max_value=300, places=2)
centen = st.integers(min_value=0, max_value=1_000_000)
functies = st.builds(
    Functie,
    naam=st.just("x"),
    maandloon_centen=centen,
    vakantietoeslag=opslagen,
    eindejaarsuitkering=opslagen,
    ort=opslagen,
    werkgeverslasten=opslagen,
    reis_en_opleiding_centen=centen,
    contracturen=st.decimals(min_value=1501, max_value=2000, places=2),
    verlofuren=uren,
    ziekteuren=uren,
    scholingsuren=uren,
    overleguren=uren,
    reisuren=uren,
    overhead=opslagen,
    verplichtingen_per_uur_centen=centen,
    clientgebonden_per_uur_centen=centen,
    risico=opslagen,
    index=st.decimals(min_value=Decimal("0.5"), max_value=2, places=4),
    toelichtingen=st.just({}),
)


@pytest.mark.parametrize("case", cases("kostprijs", "uurtarief"))
def test_an_hour_costs_what_its_parts_say(case: Case) -> None:
    functie = replace(VOORBEELD, **{k: _number(v) for k, v in case["functie"].items()})
    assert price_hour(functie).bedrag_centen == case["uurtarief_centen"]


@pytest.mark.parametrize("case", cases("kostprijs", "product"))
def test_a_profiel_costs_its_hours(case: Case) -> None:
    uren = {naam: Decimal(aantal) for naam, aantal in case["uren"].items()}
    prijs = price_product(uren, case["uurtarieven"])
    assert prijs.bedrag_centen == case["bedrag_centen"]
    assert _sum(prijs) == prijs.bedrag_centen


@pytest.mark.parametrize("case", cases("kostprijs", "element"))
def test_each_law_asks_for_its_elements(case: Case) -> None:
    assert needs_reason(case["wet"], case["veld"]) is case["vraagt_reden"]


def test_wmo_asks_for_six_elements_and_jeugdwet_for_four() -> None:
    assert {wet: len(elementen) for wet, elementen in ELEMENTEN.items()} == {
        "wmo": 6,
        "jeugdwet": 4,
    }
    known = {field.name for field in fields(Functie)}
    assert all(set(velden) <= known for e in ELEMENTEN.values() for velden in e.values())


@given(functies)
def test_the_price_is_that_of_the_formula(f: Functie) -> None:
    wage = (
        f.maandloon_centen * 12 * (1 + Fraction(f.vakantietoeslag + f.eindejaarsuitkering + f.ort))
    )
    direct = wage * (1 + Fraction(f.werkgeverslasten)) + f.reis_en_opleiding_centen
    lost = f.verlofuren, f.ziekteuren, f.scholingsuren, f.overleguren, f.reisuren
    hour = direct / Fraction(net_hours(f.contracturen, *lost))
    extra = f.verplichtingen_per_uur_centen + f.clientgebonden_per_uur_centen
    tarief = (hour * (1 + Fraction(f.overhead)) + extra) * (1 + Fraction(f.risico))
    assert price_hour(f).bedrag_centen == round_half_up(tarief * Fraction(f.index))


@given(functies)
def test_the_parts_of_an_hour_add_up_to_its_price(functie: Functie) -> None:
    prijs = price_hour(functie)
    assert _sum(prijs) == prijs.bedrag_centen


@given(st.dictionaries(st.sampled_from("abcde"), st.tuples(uren, centen), min_size=1))
def test_the_parts_of_a_product_add_up_to_its_price(
    uren_en_tarieven: dict[str, tuple[Decimal, int]],
) -> None:
    uren = {naam: aantal for naam, (aantal, _) in uren_en_tarieven.items()}
    tarieven = {naam: tarief for naam, (_, tarief) in uren_en_tarieven.items()}
    prijs = price_product(uren, tarieven)
    assert _sum(prijs) == prijs.bedrag_centen


def test_a_reason_stands_beside_its_element() -> None:
    functie = replace(
        VOORBEELD, overhead=Decimal(0), toelichtingen={"overhead": "Werkt vanuit huis"}
    )
    (overhead,) = [stap for stap in price_hour(functie).opbouw if stap.element == "overhead"]
    assert (overhead.waarde, overhead.toelichting) == (Decimal(0), "Werkt vanuit huis")


def _sum(prijs: Prijs) -> Decimal:
    return sum((stap.waarde for stap in prijs.opbouw), Decimal(0)) * 100


def _number(value: Any) -> Any:
    return Decimal(value) if isinstance(value, str) else value
