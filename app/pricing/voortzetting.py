# SPDX-License-Identifier: EUPL-1.2
"""What is left of a price when another gemeente takes over."""

from dataclasses import dataclass
from datetime import date, timedelta
from fractions import Fraction

from app.domain.money import round_half_up
from app.domain.period import Periode
from app.domain.toewijzing import Wet
from app.domain.voortzetting import longest
from app.pricing.afrekening import amount_due


@dataclass(frozen=True, slots=True)
class Overname:
    """What the old toewijzing comes to, and the period and price of the continuation, in cents."""

    verschuldigd_centen: int
    periode: Periode
    prijs_centen: int


def take_over(prijs_centen: int, periode: Periode, begindatum: date, wet: Wet) -> Overname:
    """Share a price between the old gemeente and the one that takes over on `begindatum`.

    The old one owes pro rata up to the day before. The continuation gets the rest, never the price
    again; where it may not last as long as was planned, it gets its days of the rest, rounded half
    up. Bron: Domeinregels §4 (a move never pays twice); Jeugdwet art. 2.7a. Sinds: 0.3.0.

    >>> half_jaar = Periode(date(2026, 2, 1), date(2026, 7, 31))
    >>> overname = take_over(482_000, half_jaar, date(2026, 5, 15), "jeugdwet")
    >>> overname.verschuldigd_centen, overname.prijs_centen
    (274287, 207713)
    """
    verschuldigd = amount_due("pro_rata", prijs_centen, periode, begindatum - timedelta(days=1))
    rest = Periode(begindatum, periode.einddatum)
    vervolg = Periode(begindatum, longest(wet, begindatum, periode.einddatum))
    over = prijs_centen - verschuldigd
    return Overname(
        verschuldigd, vervolg, round_half_up(Fraction(over * vervolg.dagen, rest.dagen))
    )
