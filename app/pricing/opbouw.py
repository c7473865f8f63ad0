# SPDX-License-Identifier: EUPL-1.2
"""What a price is made of: parts that a person can add up again with pen and paper."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction
from typing import Literal

from app.domain.money import round_half_up

Eenheid = Literal["euro", "euro_per_uur", "procent"]

DECIMALEN = 6
"""How fine the parts are shown; the last part, `afronding`, makes them add up."""


@dataclass(frozen=True, slots=True)
class Bijdrage:
    """What one element adds, exactly, on which ground; `toelichting` is the reason given for it."""

    element: str
    bedrag: Fraction
    grondslag: str
    toelichting: str | None = None


@dataclass(frozen=True, slots=True)
class Stap:
    """One part as it is shown: `waarde` in `eenheid`, cut to so many decimals."""

    element: str
    waarde: Decimal
    eenheid: Eenheid
    grondslag: str
    toelichting: str | None = None


@dataclass(frozen=True, slots=True)
class Prijs:
    """A price in cents, with the parts that add up to it."""

    bedrag_centen: int
    opbouw: tuple[Stap, ...]


def build_up(
    bijdragen: Sequence[Bijdrage], eenheid: Eenheid, decimalen: int = DECIMALEN
) -> tuple[int, tuple[Stap, ...]]:
    """Add up and round half up once, to hundredths; gives those and the parts that add up to them.

    The contributions are in whole units (euro, percent). Each part is the difference between two
    running totals, rounded half up to `decimalen`, so that what is cut off nowhere gets lost.
    Bron: our choice of how to show it. Sinds: 0.2.0.

    >>> derde = Bijdrage("derde", Fraction(1, 3), "1 / 3")
    >>> honderdsten, stappen = build_up([derde, derde], "euro", decimalen=4)
    >>> honderdsten, [str(stap.waarde) for stap in stappen]
    (67, ['0.3333', '0.3334', '0.0033'])
    """
    honderdsten = round_half_up(sum((b.bedrag for b in bijdragen), Fraction(0)) * 100)
    afronding = Bijdrage("afronding", Fraction(0), "op twee decimalen, een half naar boven")
    totalen = [*_running_totals(bijdragen, decimalen), honderdsten * 10 ** (decimalen - 2)]
    stappen = []
    vorige = 0
    for bijdrage, totaal in zip([*bijdragen, afronding], totalen, strict=True):
        waarde = Decimal(totaal - vorige).scaleb(-decimalen)
        stappen.append(
            Stap(bijdrage.element, waarde, eenheid, bijdrage.grondslag, bijdrage.toelichting)
        )
        vorige = totaal
    return honderdsten, tuple(stappen)


def _running_totals(bijdragen: Iterable[Bijdrage], decimalen: int) -> Iterable[int]:
    totaal = Fraction(0)
    for bijdrage in bijdragen:
        totaal += bijdrage.bedrag
        yield round_half_up(totaal * 10**decimalen)


def in_dutch(waarde: Decimal) -> str:
    """A number as a Dutch reader writes it, without zeros at the end.

    >>> in_dutch(Decimal("1370.50")), in_dutch(Decimal("8.00"))
    ('1370,5', '8')
    """
    geheel, _, decimalen = f"{waarde:f}".partition(".")
    decimalen = decimalen.rstrip("0")
    return f"{geheel},{decimalen}" if decimalen else geheel


def in_euros(centen: int) -> str:
    """An amount in cents as a Dutch reader writes it.

    >>> in_euros(6622)
    '€ 66,22'
    """
    return f"€ {centen // 100},{centen % 100:02}"
