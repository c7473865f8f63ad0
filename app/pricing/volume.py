# SPDX-License-Identifier: EUPL-1.2
"""How much may be declared of an inspanningsgerichte toewijzing: in all, and per termijn.

Volumes are whole numbers of the eenheid of the toewijzing.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction
from itertools import accumulate

from app.domain.errors import Conflict
from app.domain.money import divide, round_half_up
from app.domain.omvang import Omvang
from app.domain.period import Periode
from app.pricing.betaalplan import Betaalplan, Einde, Mijlpalen, Termijn, as_termijnen, cut
from app.pricing.prijs import charged_months, months_charged

MOST_CENTEN = 999_999_999_999
"""The highest total a message can hold (iStandaarden LDT_TotaalBedrag)."""


@dataclass(frozen=True, slots=True)
class Volumes:
    """The volume in all, the part of it in each termijn, and the most each termijn may take.

    The parts add up to the whole. A termijn may take more than its part where another takes less.
    """

    totaal: int
    delen: tuple[int, ...]
    maxima: tuple[int, ...]


def plan_volumes(omvang: Omvang, betaalplan: Betaalplan, periode: Periode) -> Volumes:
    """Turn an omvang into what may be declared over a period.

    Where a plan pays per calendar month (maandelijks, wekelijks), a termijn takes what its
    frequentie allows in that month; in total: all that is left. A mijlpaal takes its share of the
    whole and what the ones before it left; einde takes all. Raises Conflict when not one whole
    eenheid fits. Bron: iStandaarden TR321, TR322, IV076, IV077; the shares own. Sinds: 0.2.0.

    >>> from datetime import date
    >>> from app.pricing.betaalplan import Wekelijks
    >>> najaar = Periode(date(2025, 10, 7), date(2025, 12, 30))
    >>> volumes = plan_volumes(Omvang(3, "04", "2"), Wekelijks(), najaar)
    >>> volumes.totaal, volumes.maxima
    (39, (12, 15, 15))
    """
    totaal = total_volume(omvang, betaalplan, periode)
    if totaal == 0:
        raise none_fits()
    return spread(totaal, omvang, betaalplan, periode)


def none_fits() -> Conflict:
    """Not one whole eenheid of an omvang fits."""
    return Conflict("geen_volume", "In deze periode past geen hele eenheid van deze omvang.")


def spread(totaal: int, omvang: Omvang, betaalplan: Betaalplan, periode: Periode) -> Volumes:
    """Spread a whole over the termijnen of a period, as `plan_volumes` does with its own.

    Where no termijn weighs anything, all weigh the same. Bron: as `plan_volumes`. Sinds: 0.3.0.

    >>> from datetime import date
    >>> from app.pricing.betaalplan import Maandelijks
    >>> spread(7, Omvang(40, "04", "6"), Maandelijks(),
    ...        Periode(date(2026, 1, 1), date(2026, 2, 28))).delen
    (4, 3)
    """
    if isinstance(betaalplan, Mijlpalen | Einde):
        shares = [stuk.gewicht for stuk in cut(betaalplan, periode)]
        delen = divide(totaal, shares)
        return Volumes(totaal, tuple(delen), tuple(accumulate(delen)))
    delen = share_out(totaal, _weights_of_months(omvang, betaalplan, periode))
    return Volumes(totaal, tuple(delen), tuple(_most_per_month(omvang, totaal, delen, periode)))


def plan_volume_termijnen(
    volumes: Volumes,
    tarief_centen: int,
    betaalplan: Betaalplan,
    periode: Periode,
    declaratietermijn_maanden: int,
) -> list[Termijn]:
    """The termijnen of an omvang that was spread over a period: each costs its part at the tarief.

    Bron: iStandaarden TR346. Sinds: 0.2.0.
    """
    bedragen = [deel * tarief_centen for deel in volumes.delen]
    return as_termijnen(cut(betaalplan, periode), bedragen, declaratietermijn_maanden)


def share_out(totaal: int, gewichten: Sequence[Fraction | int]) -> list[int]:
    """Divide a volume over weights; where none weighs anything, evenly.

    >>> share_out(3, [0, 0])
    [2, 1]
    """
    return divide(totaal, gewichten if any(gewichten) else [1] * len(gewichten))


def total_volume(omvang: Omvang, betaalplan: Betaalplan, periode: Periode) -> int:
    """The whole volume of a toewijzing.

    Per day × its days; per week × the calendar weeks it touches, broken ones too; per month × the
    months that the plan charges, rounded half up once; in total: as it stands.
    Aanname: a broken month counts as the plan says, since no national rule exists (IV078).
    Bron: iStandaarden IV077 (weeks), WMO757. Sinds: 0.2.0.

    >>> from datetime import date
    >>> from app.pricing.betaalplan import Maandelijks
    >>> periode = Periode(date(2026, 1, 1), date(2026, 2, 14))
    >>> [total_volume(Omvang(10, "04", f), Maandelijks(), periode) for f in ("1", "2", "4", "6")]
    [450, 70, 15, 10]
    """
    match omvang.frequentie:
        case "1":
            return omvang.volume * periode.dagen
        case "2":
            return omvang.volume * calendar_weeks(periode)
        case "4":
            return round_half_up(omvang.volume * months_charged(betaalplan, periode))
        case _:
            return omvang.volume


def calendar_weeks(periode: Periode) -> int:
    """How many weeks, Monday to Sunday, a period touches.

    Bron: iStandaarden IV077 (weeks, broken ones included). Sinds: 0.2.0.

    >>> from datetime import date
    >>> calendar_weeks(Periode(date(2025, 7, 31), date(2025, 8, 4)))
    2
    """
    return (periode.einddatum.toordinal() - 1) // 7 - (periode.begindatum.toordinal() - 1) // 7 + 1


def price_of(volume: int, tarief_centen: int) -> int:
    """What a volume costs in cents, exactly: the tarief is per eenheid.

    Raises Conflict where no message could hold the amount. Bron: iStandaarden TR346.
    Sinds: 0.2.0.

    >>> price_of(39, 6_622)
    258258
    """
    if volume * tarief_centen > MOST_CENTEN:
        raise Conflict("prijs_te_hoog", "Deze omvang kost meer dan een bericht kan bevatten.")
    return volume * tarief_centen


def _weights_of_months(
    omvang: Omvang, betaalplan: Betaalplan, periode: Periode
) -> Sequence[Fraction | int]:
    maanden = periode.maanden()
    match omvang.frequentie:
        case "1":
            return [maand.dagen for maand in maanden]
        case "2":
            return [calendar_weeks(maand) for maand in maanden]
        case "4":
            return charged_months(betaalplan, periode)
        case _:
            return [stuk.gewicht for stuk in cut(betaalplan, periode)]


def _most_per_month(
    omvang: Omvang, totaal: int, delen: Sequence[int], periode: Periode
) -> Sequence[int]:
    match omvang.frequentie:
        case "2":
            # A week that lies in two months counts in both: the whole still limits them together.
            return [omvang.volume * calendar_weeks(maand) for maand in periode.maanden()]
        case "6":
            return [totaal] * len(delen)
        case _:
            return delen
