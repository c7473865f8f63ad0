# SPDX-License-Identifier: EUPL-1.2
"""What a toewijzing costs. Decided once, when it is given."""

from fractions import Fraction
from functools import lru_cache

from app.domain.money import round_half_up, total
from app.domain.period import Periode
from app.pricing.betaalplan import Betaalplan, Maandelijks, Soort
from app.pricing.gewichten import GEBROKEN_MAAND, naar_dagen


def charged_months(betaalplan: Betaalplan, periode: Periode) -> list[Fraction]:
    """How much of each calendar month of a period is charged under a plan, in order.

    A monthly plan charges what it pays: where the first broken month is not paid, it costs nothing.
    Any other plan only says when is paid, and a broken month costs its share of days.
    Aanname: weeks divide a price per year and do not make it, so that a calendar year of 53 weeks
    costs the tarief too. Bron: own choice; iStandaarden IV078 leaves it open. Sinds: 0.2.0.

    >>> from datetime import date
    >>> periode = Periode(date(2026, 1, 16), date(2026, 2, 28))
    >>> charged_months(Maandelijks("eerste_niet_laatste_heel"), periode)
    [Fraction(0, 1), Fraction(1, 1)]
    >>> charged_months(Maandelijks("naar_dagen"), periode)
    [Fraction(16, 31), Fraction(1, 1)]
    """
    gewichten = (
        GEBROKEN_MAAND[betaalplan.gebroken_maand]
        if isinstance(betaalplan, Maandelijks)
        else naar_dagen
    )
    return gewichten(periode)


@lru_cache(maxsize=4096)
def months_charged(betaalplan: Betaalplan, periode: Periode) -> Fraction:
    """The exact number of months that a period costs under a plan. Sinds: 0.2.0.

    >>> from datetime import date
    >>> months_charged(Maandelijks(), Periode(date(2026, 1, 16), date(2026, 2, 28)))
    Fraction(47, 31)
    """
    return total(charged_months(betaalplan, periode))


def price(soort: Soort, tarief_centen: int, periode: Periode, betaalplan: Betaalplan) -> int:
    """The price of a toewijzing in cents.

    Herstel: the tarief, whatever the length. Duurzaam: the tarief is per year, and
    price = tarief × months charged / 12, rounded half up once.
    Bron: Koersdocument integrale inkoop (one price per profiel and intensiteit). Sinds: 0.1.0.

    >>> from datetime import date
    >>> periode = Periode(date(2026, 1, 1), date(2026, 2, 14))
    >>> price("duurzaam", 1_200_000, periode, Maandelijks())
    150000
    """
    if soort == "herstel":
        return tarief_centen
    return round_half_up(tarief_centen * months_charged(betaalplan, periode) / 12)
