# SPDX-License-Identifier: EUPL-1.2
"""How a price came about, step by step, in words that a person can check with pen and paper."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction
from functools import lru_cache

from app.domain.money import total
from app.domain.omvang import EENHEDEN, FREQUENTIES, Omvang
from app.domain.period import Periode
from app.pricing.besluit import Besluit
from app.pricing.betaalplan import Betaalplan, Einde, Maandelijks, Mijlpalen, Termijn
from app.pricing.gewichten import GebrokenMaand
from app.pricing.prijs import months_charged

BROKEN_MONTH_IN_WORDS: Mapping[GebrokenMaand, str] = {
    "naar_dagen": "een gebroken maand naar haar dagen",
    "eerste_niet_laatste_heel": "een gebroken eerste maand niet, de laatste maand heel",
}


@dataclass(frozen=True, slots=True)
class Stap:
    """One step: what was done, on which ground, and what came out in cents."""

    stap: str
    bron: str
    bedrag_centen: int


@dataclass(frozen=True, slots=True)
class Deel:
    """What one gemeente bears: its days of the period and its cents. None: not established."""

    gemeente: str | None
    dagen: int
    bedrag_centen: int


def undivided(besluit: Besluit, gemeente: str | None) -> Deel:
    """The whole of a price, for one gemeente."""
    return Deel(gemeente, besluit.aanvraag.periode.dagen, besluit.prijs_centen)


def explain(besluit: Besluit, verdeling: Sequence[Deel]) -> list[Stap]:
    """The steps from tarief to price, from price to termijnen, and from price to gemeenten."""
    aanvraag, tarief = besluit.aanvraag, besluit.tarief
    periode = aanvraag.periode
    totaal = total([t.gewicht for t in besluit.termijnen])
    per_eenheid = f" per {EENHEDEN[aanvraag.omvang.eenheid]}" if aanvraag.omvang else ""
    return [
        Stap(
            f"Tarief{per_eenheid} van profiel {aanvraag.profiel} {aanvraag.intensiteit} "
            f"op {periode.begindatum}",
            f"Tarieflijst {tarief.tarieflijst}, geldig vanaf {tarief.vanaf}",
            tarief.bedrag_centen,
        ),
        Stap(_price_in_words(besluit, totaal), "Eén Twentse prijs", besluit.prijs_centen),
        *_termijnen_in_words(besluit, totaal),
        *_verdeling_in_words(periode, verdeling),
    ]


def plan_in_words(betaalplan: Betaalplan) -> str:
    """How a plan pays, as it is told to those who read a price.

    >>> plan_in_words(Maandelijks("eerste_niet_laatste_heel"))
    'maandelijks, een gebroken eerste maand niet, de laatste maand heel'
    """
    match betaalplan:
        case Mijlpalen(aandelen):
            return ", ".join(f"{a.mijlpaal} {_percent(Fraction(a.aandeel))}" for a in aandelen)
        case Einde():
            return "in één keer, bij het resultaat"
        case Maandelijks(gebroken_maand):
            return f"maandelijks, {BROKEN_MONTH_IN_WORDS[gebroken_maand]}"
        case _:  # Wekelijks
            return "per week, elke week in de maand van haar zondag"


def _price_in_words(besluit: Besluit, gewicht: Fraction) -> str:
    omvang, volumes = besluit.aanvraag.omvang, besluit.volumes
    if omvang and volumes:
        return (
            f"Prijs: inspanningsgericht, dus ten hoogste {volumes.totaal} × het tarief; "
            f"{_omvang_in_words(omvang)}"
        )
    if besluit.regels.soort == "herstel":
        return "Prijs: herstel, dus het tarief zelf, wat de duur ook is"
    plan = besluit.regels.betaalplan
    if isinstance(plan, Maandelijks):  # it charges the months that it pays
        maanden, gebroken = gewicht, plan.gebroken_maand
    else:
        maanden, gebroken = months_charged(plan, besluit.aanvraag.periode), "naar_dagen"
    return (
        f"Prijs: duurzaam, dus tarief per jaar × {_decimal(maanden)} maanden"
        f" / 12; {BROKEN_MONTH_IN_WORDS[gebroken]}"
    )


def _omvang_in_words(omvang: Omvang) -> str:
    hoe_vaak = FREQUENTIES[omvang.frequentie]
    counted = f"{omvang.volume} {EENHEDEN[omvang.eenheid]} {hoe_vaak}"
    return f"{counted}, ook gebroken weken geteld" if omvang.frequentie == "2" else counted


def _termijnen_in_words(besluit: Besluit, totaal: Fraction) -> Iterator[Stap]:
    plan = besluit.regels.betaalplan
    bron = f"Betaalplan van het profiel: {plan_in_words(plan)}"
    for t in besluit.termijnen:
        yield Stap(
            f"Termijn {t.volgnummer}: {t.mijlpaal} over {t.periode.begindatum} tot en met "
            f"{t.periode.einddatum}, {_part_in_words(besluit, t, totaal)}",
            f"{bron}; declarabel vanaf {t.declarabel_vanaf}",
            t.bedrag_centen,
        )


def _part_in_words(besluit: Besluit, termijn: Termijn, totaal: Fraction) -> str:
    if besluit.volumes:
        most = besluit.volumes.maxima[termijn.volgnummer - 1]
        return f"ten hoogste {most} van {besluit.volumes.totaal}"
    return _weight_in_words(besluit.regels.betaalplan, termijn.gewicht, totaal)


@lru_cache(maxsize=4096)
def _weight_in_words(betaalplan: Betaalplan, gewicht: Fraction, totaal: Fraction) -> str:
    match betaalplan:
        case Mijlpalen() | Einde():
            return f"{_percent(gewicht)} van de prijs"
        case Maandelijks():
            return f"{_decimal(gewicht)} van {_decimal(totaal)} maanden"
        case _:  # Wekelijks
            return f"{gewicht} van {totaal} weken"


def _percent(aandeel: Fraction) -> str:
    procent = Decimal((aandeel * 100).numerator) / (aandeel * 100).denominator
    return f"{procent.normalize():f} %"


def _decimal(getal: Fraction) -> str:
    return str((Decimal(getal.numerator) / getal.denominator).quantize(Decimal("0.0001")))


def _verdeling_in_words(periode: Periode, verdeling: Sequence[Deel]) -> Iterator[Stap]:
    for deel in verdeling:
        wie = f"gemeente {deel.gemeente}" if deel.gemeente else "nog niet vastgestelde woonplaats"
        yield Stap(
            f"Deel van {wie}: {deel.dagen} van {periode.dagen} dagen",
            "Woonplaatsbeginsel, naar dagen, grootste rest",
            deel.bedrag_centen,
        )
