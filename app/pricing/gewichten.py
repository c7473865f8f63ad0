# SPDX-License-Identifier: EUPL-1.2
"""How heavily each calendar month of a period weighs. One weight per month, in order."""

from collections.abc import Callable, Mapping
from datetime import timedelta
from fractions import Fraction
from typing import Literal

from app.domain.period import Periode, days_in_month

GebrokenMaand = Literal["naar_dagen", "eerste_niet_laatste_heel"]

_SUNDAY = 6


def naar_dagen(periode: Periode) -> list[Fraction]:
    """Each month by its share of days, in months.

    Aanname: no national rule exists for a broken month (iStandaarden IV078); this is the default.
    Bron: own choice. Sinds: 0.1.0.

    >>> from datetime import date
    >>> naar_dagen(Periode(date(2026, 1, 1), date(2026, 2, 14)))
    [Fraction(1, 1), Fraction(1, 2)]
    """
    begin, einde = periode.begindatum, periode.einddatum
    if periode.aantal_maanden == 1:
        return [Fraction(periode.dagen, days_in_month(begin))]
    eerste = Fraction(days_in_month(begin) - begin.day + 1, days_in_month(begin))
    laatste = Fraction(einde.day, days_in_month(einde))
    return [eerste, *[Fraction(1)] * (periode.aantal_maanden - 2), laatste]


def eerste_niet_laatste_heel(periode: Periode) -> list[Fraction]:
    """A broken first month counts for nothing, the last month is whole, in months.

    Aanname: a month that is first and last at once is the last, so that help within one month is
    paid as a month, and a longer period never weighs less.
    Bron: SAP Gecertificeerde Instellingen 1.3 (the first broken month not, the last one whole);
    iStandaarden IV078 leaves it to the contract. Sinds: 0.2.0.

    >>> from datetime import date
    >>> eerste_niet_laatste_heel(Periode(date(2026, 1, 16), date(2026, 3, 10)))
    [Fraction(0, 1), Fraction(1, 1), Fraction(1, 1)]
    """
    gewichten = [Fraction(1)] * periode.aantal_maanden
    if len(gewichten) > 1 and periode.begindatum.day > 1:
        gewichten[0] = Fraction(0)
    return gewichten


def weken_naar_zondag(periode: Periode) -> list[Fraction]:
    """Each month by the weeks that belong to it, in weeks from Monday to Sunday.

    A week belongs to the month that holds its Sunday. The broken week at the end, whose Sunday
    comes after the period, belongs to the month of the last Sunday in the period.
    Aanname: without any Sunday in the period there is one broken week, in the last month.
    Bron: iStandaarden IV076, IV077. Sinds: 0.2.0.

    >>> from datetime import date
    >>> weken_naar_zondag(Periode(date(2026, 1, 26), date(2026, 3, 3)))
    [Fraction(0, 1), Fraction(4, 1), Fraction(2, 1)]
    """
    weken = [_sundays(maand) for maand in periode.maanden()]
    if periode.einddatum.weekday() != _SUNDAY:
        met_zondag = [nummer for nummer, zondagen in enumerate(weken) if zondagen]
        weken[met_zondag[-1] if met_zondag else -1] += 1
    return [Fraction(aantal) for aantal in weken]


def _sundays(periode: Periode) -> int:
    tot_zondag = timedelta(days=_SUNDAY - periode.begindatum.weekday())
    return (periode.dagen - tot_zondag.days + _SUNDAY) // 7


GEBROKEN_MAAND: Mapping[GebrokenMaand, Callable[[Periode], list[Fraction]]] = {
    "naar_dagen": naar_dagen,
    "eerste_niet_laatste_heel": eerste_niet_laatste_heel,
}
"""What a broken month counts for, by the name that a profiel chooses it by."""
