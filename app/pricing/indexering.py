# SPDX-License-Identifier: EUPL-1.2
"""Indexation: by how many percent prices follow wages and the prices of what is bought."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction
from typing import Literal

from app.pricing.opbouw import Bijdrage, Prijs, Stap, build_up, in_dutch, in_euros

Methode = Literal["verhouding", "verschil"]


@dataclass(frozen=True, slots=True)
class Cijfers:
    """Published figures in percent; those of the year before only where it is caught up on."""

    prognose: Decimal
    prognose_vorig: Decimal | None = None
    definitief_vorig: Decimal | None = None


@dataclass(frozen=True, slots=True)
class Component:
    """Loon or materieel: its weight in the price (a fraction) and its figures."""

    naam: str
    gewicht: Decimal
    cijfers: Cijfers


@dataclass(frozen=True, slots=True)
class Index:
    """The percentage, in two decimals, with the parts that add up to it."""

    percentage: Decimal
    stappen: tuple[Stap, ...]


def adds_up(gewichten: Sequence[Decimal]) -> bool:
    """Whether the weights of the components are the whole price.

    Bron: Contractstandaarden Jeugd, VNG (loon 90, materieel 10). Sinds: 0.2.0.

    >>> adds_up([Decimal("0.90"), Decimal("0.10")])
    True
    """
    return sum(gewichten, Decimal(0)) == 1


def by_verhouding(componenten: Sequence[Component], nacalculatie: bool) -> Index:
    """Catch-up as (1 + definitive) / (1 + prognosis) - 1, each weighted, in percent.

    The part of the prognosis and the part of the catch-up are each rounded half up to two decimals
    and then added. Bron: Contractstandaarden Jeugd, VNG, indexation 2025 on figures of 2024.
    Sinds: 0.2.0.
    """
    delen = [[_prognosis(c) for c in componenten]]
    if nacalculatie:
        delen.append([_catch_up_by_verhouding(c) for c in componenten])
    return _add(delen)


def by_verschil(componenten: Sequence[Component], nacalculatie: bool) -> Index:
    """Catch-up as definitive - prognosis, each weighted, in percent; rounded half up once.

    Bron: Contractstandaarden Jeugd, VNG, indexation 2026 on figures of 2025. Sinds: 0.2.0.
    """
    deel = [_prognosis(c) for c in componenten]
    if nacalculatie:
        deel += [_catch_up_by_verschil(c) for c in componenten]
    return _add([deel])


METHODEN: Mapping[Methode, Callable[[Sequence[Component], bool], Index]] = {
    "verhouding": by_verhouding,
    "verschil": by_verschil,
}
"""The published methods by name; a list is indexed by one of them, never by a mix."""


def index_price(bedrag_centen: int, percentage: Decimal) -> Prijs:
    """A price in cents raised by so many percent, rounded half up once.

    Bron: Contractstandaarden Jeugd, VNG. Sinds: 0.2.0.

    >>> index_price(94_070, Decimal("4.96")).bedrag_centen
    98736
    """
    oud = Fraction(bedrag_centen, 100)
    bijdragen = [
        Bijdrage("vorige_prijs", oud, "de prijs op de lijst die is geïndexeerd"),
        Bijdrage(
            "indexering",
            oud * Fraction(percentage) / 100,
            f"{in_dutch(percentage)} % van {in_euros(bedrag_centen)}",
        ),
    ]
    centen, opbouw = build_up(bijdragen, "euro")
    return Prijs(centen, opbouw)


def _prognosis(c: Component) -> Bijdrage:
    return Bijdrage(
        f"prognose_{c.naam}",
        Fraction(c.gewicht) * Fraction(c.cijfers.prognose),
        f"{in_dutch(c.gewicht)} × {in_dutch(c.cijfers.prognose)} %",
    )


def _catch_up_by_verhouding(c: Component) -> Bijdrage:
    prognose, definitief = _figures_of_the_year_before(c)
    verhouding = (100 + Fraction(definitief)) / (100 + Fraction(prognose)) - 1
    return Bijdrage(
        f"nacalculatie_{c.naam}",
        Fraction(c.gewicht) * verhouding * 100,
        f"{in_dutch(c.gewicht)} × ((100 + {in_dutch(definitief)}) / (100 + {in_dutch(prognose)})"
        " - 1)",
    )


def _catch_up_by_verschil(c: Component) -> Bijdrage:
    prognose, definitief = _figures_of_the_year_before(c)
    return Bijdrage(
        f"nacalculatie_{c.naam}",
        Fraction(c.gewicht) * Fraction(definitief - prognose),
        f"{in_dutch(c.gewicht)} × ({in_dutch(definitief)} - {in_dutch(prognose)}) %",
    )


def _figures_of_the_year_before(c: Component) -> tuple[Decimal, Decimal]:
    assert c.cijfers.prognose_vorig is not None
    assert c.cijfers.definitief_vorig is not None
    return c.cijfers.prognose_vorig, c.cijfers.definitief_vorig


def _add(delen: Sequence[Sequence[Bijdrage]]) -> Index:
    """Each part is rounded by itself; together they are the percentage."""
    gerond = [build_up(deel, "procent") for deel in delen]
    honderdsten = sum(deel for deel, _ in gerond)
    stappen = tuple(stap for _, deel in gerond for stap in deel)
    return Index(Decimal(honderdsten).scaleb(-2), stappen)
