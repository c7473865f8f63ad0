# SPDX-License-Identifier: EUPL-1.2
"""A task for a population: a lump sum per gemeente, in instalments."""

from dataclasses import dataclass
from datetime import date

from app.domain.money import divide
from app.domain.period import Periode


@dataclass(frozen=True, slots=True)
class Taaktermijn:
    """One instalment, in cents: for which months, and on which day it is due."""

    volgnummer: int
    periode: Periode
    bedrag_centen: int
    vervaldatum: date


def plan_taak(bedrag_centen: int, periode: Periode, termijnen: int) -> list[Taaktermijn]:
    """Cut a lump sum in cents into instalments; they add up to it, and their months to the period.

    The calendar months of the period are shared out as evenly as they go, the amount equally by
    largest remainder; what is over goes to the earlier ones. Raises ValueError when there are more
    instalments than months, or none.
    Aanname: an instalment is due on its first day, since help of that time has to be paid for.
    Bron: Domeinregels §4 (taakgericht: lump sum in instalments per gemeente and period), §8.
    Sinds: 0.2.0.

    >>> jaar = Periode(date(2026, 1, 1), date(2026, 12, 31))
    >>> [(t.vervaldatum.month, t.bedrag_centen) for t in plan_taak(1_000, jaar, 3)]
    [(1, 334), (5, 333), (9, 333)]
    """
    maanden = periode.maanden()
    if not 1 <= termijnen <= len(maanden):
        raise ValueError("from one instalment to one for each month")
    planned: list[Taaktermijn] = []
    bedragen = divide(bedrag_centen, [1] * termijnen)
    for volgnummer, aantal in enumerate(divide(len(maanden), [1] * termijnen), 1):
        deel, maanden = maanden[:aantal], maanden[aantal:]
        hele = Periode(deel[0].begindatum, deel[-1].einddatum)
        planned.append(
            Taaktermijn(volgnummer, hele, bedragen[volgnummer - 1], vervaldatum=hele.begindatum)
        )
    return planned
