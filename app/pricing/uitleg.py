# SPDX-License-Identifier: EUPL-1.2
"""How a price came about, step by step, in words that a person can check with pen and paper."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from decimal import Decimal

from app.domain.period import Periode
from app.pricing.besluit import Besluit
from app.pricing.betaalplan import Soort, Termijn, months_covered


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


def explain(besluit: Besluit, verdeling: Sequence[Deel]) -> list[Stap]:
    """The steps from tarief to price, from price to termijnen, and from price to gemeenten."""
    aanvraag, tarief = besluit.aanvraag, besluit.tarief
    periode = aanvraag.periode
    return [
        Stap(
            f"Tarief van profiel {aanvraag.profiel} {aanvraag.intensiteit} op {periode.begindatum}",
            f"Tarieflijst {tarief.tarieflijst}, geldig vanaf {tarief.vanaf}",
            tarief.bedrag_centen,
        ),
        Stap(_price_in_words(besluit.soort, periode), "Eén Twentse prijs", besluit.prijs_centen),
        *_termijnen_in_words(besluit.termijnen),
        *_verdeling_in_words(periode, verdeling),
    ]


def _price_in_words(soort: Soort, periode: Periode) -> str:
    if soort == "herstel":
        return "Prijs: herstel, dus het tarief zelf, wat de duur ook is"
    maanden = months_covered(periode)
    afgerond = (Decimal(maanden.numerator) / maanden.denominator).quantize(Decimal("0.0001"))
    return f"Prijs: duurzaam, dus tarief per jaar × {afgerond} maanden / 12"


def _termijnen_in_words(termijnen: Sequence[Termijn]) -> Iterator[Stap]:
    for t in termijnen:
        yield Stap(
            f"Termijn {t.volgnummer}: {t.mijlpaal} over {t.periode.begindatum} tot en met "
            f"{t.periode.einddatum}",
            f"Betaalplan van het profiel; declarabel vanaf {t.declarabel_vanaf}",
            t.bedrag_centen,
        )


def _verdeling_in_words(periode: Periode, verdeling: Sequence[Deel]) -> Iterator[Stap]:
    for deel in verdeling:
        wie = f"gemeente {deel.gemeente}" if deel.gemeente else "nog niet vastgestelde woonplaats"
        yield Stap(
            f"Deel van {wie}: {deel.dagen} van {periode.dagen} dagen",
            "Woonplaatsbeginsel, naar dagen, grootste rest",
            deel.bedrag_centen,
        )
