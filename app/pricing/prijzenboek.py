# SPDX-License-Identifier: EUPL-1.2
"""The price book of a day: every price in force, and what changed when the last list began."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Literal

from app.domain.toewijzing import Intensiteit
from app.pricing.betaalplan import Soort
from app.pricing.vergelijking import Verschil, compare

Soortwijziging = Literal["nieuw", "hoger", "lager", "ongewijzigd"]
Eenheid = Literal["traject", "jaar"]

EENHEDEN: dict[Soort, Eenheid] = {"herstel": "traject", "duurzaam": "jaar"}
"""What a tarief is the price of."""


@dataclass(frozen=True, slots=True)
class Wijziging:
    """What became of a price; without a verschil where there was no price before."""

    soort: Soortwijziging
    verschil: Verschil | None


@dataclass(frozen=True, slots=True)
class Boekprijs:
    """A price in force, in cents, and the one before the last list began."""

    profiel: str
    naam: str
    intensiteit: Intensiteit
    eenheid: Eenheid
    bedrag_centen: int
    vanaf: date
    tarieflijst: int
    vorig_bedrag_centen: int | None
    wijziging: Wijziging


@dataclass(frozen=True, slots=True)
class Boeklijst:
    """A list that prices of the book come from, and in words what it was decided by."""

    id: int
    naam: str
    vanaf: date
    vastgesteld_op: datetime
    besluit: str


@dataclass(frozen=True, slots=True)
class Prijzenboek:
    """What holds on a day, as known at a moment; empty where no list is in force."""

    peildatum: date
    bekend_op: datetime
    lijsten: Sequence[Boeklijst]
    prijzen: Sequence[Boekprijs]

    @property
    def sinds(self) -> date | None:
        """The day from which the book reads as it does: that of the last list to begin."""
        return max((prijs.vanaf for prijs in self.prijzen), default=None)


def change(vorig_centen: int | None, centen: int) -> Wijziging:
    """What became of a price in cents, by the price of the day before the last list began.

    A price holds until a later list names it, so that none is ever dropped.
    Bron: none, own choice. Sinds: 0.2.0.

    >>> change(200_000, 209_920)
    Wijziging(soort='hoger', verschil=Verschil(centen=9920, percentage=Decimal('4.96')))
    >>> change(None, 209_920)
    Wijziging(soort='nieuw', verschil=None)
    """
    if vorig_centen is None:
        return Wijziging("nieuw", None)
    verschil = compare(vorig_centen, centen)
    if not verschil.centen:
        return Wijziging("ongewijzigd", verschil)
    return Wijziging("hoger" if verschil.centen > 0 else "lager", verschil)
