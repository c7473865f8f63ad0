# SPDX-License-Identifier: EUPL-1.2
"""What a toewijzing costs, and in which termijnen it is paid. Decided once, then frozen as rows."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from fractions import Fraction
from typing import Literal

from app.domain.money import divide, round_half_up
from app.domain.period import Periode, add_months, days_in_month, last_of_month

Soort = Literal["herstel", "duurzaam"]
Mijlpaal = Literal["start", "voortgang", "resultaat"]


@dataclass(frozen=True, slots=True)
class Mijlpalen:
    """Paid at the start and at the result; `startaandeel` is the share of the start, 0 to 1."""

    startaandeel: Decimal


@dataclass(frozen=True, slots=True)
class Maandelijks:
    """Paid per calendar month, each by its share of days."""


Betaalplan = Mijlpalen | Maandelijks


@dataclass(frozen=True, slots=True)
class Termijn:
    """One instalment: what may be declared once, for which days, and from when until when."""

    volgnummer: int
    mijlpaal: Mijlpaal
    periode: Periode
    bedrag_centen: int
    declarabel_vanaf: date
    declarabel_tot_en_met: date


def months_covered(periode: Periode) -> Fraction:
    """The exact number of months in a period, a broken month by its share of days.

    >>> months_covered(Periode(date(2026, 1, 1), date(2026, 2, 14)))
    Fraction(3, 2)
    """
    return sum(_month_shares(periode), Fraction(0))


def price(soort: Soort, tarief_centen: int, periode: Periode) -> int:
    """The price of a toewijzing in cents.

    Herstel: the tarief, whatever the length. Duurzaam: the tarief is per year, and
    price = tarief × Σ(days covered in the month / days of the month) / 12, rounded half up once.
    Aanname: a broken month counts by its days; no national rule exists (iStandaarden IV078).
    Bron: Koersdocument integrale inkoop (one price per profiel and intensiteit). Sinds: 0.1.0.

    >>> price("duurzaam", 1_200_000, Periode(date(2026, 1, 1), date(2026, 2, 14)))
    150000
    """
    if soort == "herstel":
        return tarief_centen
    return round_half_up(tarief_centen * months_covered(periode) / 12)


def plan_termijnen(
    betaalplan: Betaalplan, prijs_centen: int, periode: Periode, declaratietermijn_maanden: int
) -> list[Termijn]:
    """The termijnen of a toewijzing, in order; their cents add up to the price.

    Mijlpalen: start and resultaat, each over the whole period. Maandelijks: one voortgang per
    calendar month. Cents by largest remainder, ties to the earlier. Bron: iStandaarden OP264 (the
    moments of declaring are agreed per product). Sinds: 0.1.0.

    >>> plan = Mijlpalen(Decimal("0.70"))
    >>> half_jaar = Periode(date(2026, 2, 1), date(2026, 7, 31))
    >>> [t.bedrag_centen for t in plan_termijnen(plan, 482_000, half_jaar, 60)]
    [337400, 144600]
    """
    parts: list[tuple[Mijlpaal, Periode]]
    gewichten: Sequence[Fraction]
    if isinstance(betaalplan, Mijlpalen):
        parts = [("start", periode), ("resultaat", periode)]
        startaandeel = Fraction(betaalplan.startaandeel)
        gewichten = [startaandeel, 1 - startaandeel]
    else:
        parts = [("voortgang", maand) for maand in periode.maanden()]
        gewichten = _month_shares(periode)
    bedragen = divide(prijs_centen, gewichten)
    return [
        _termijn(volgnummer, *part, bedrag, declaratietermijn_maanden)
        for volgnummer, (part, bedrag) in enumerate(zip(parts, bedragen, strict=True), start=1)
    ]


def declarable_from(mijlpaal: Mijlpaal, periode: Periode) -> date:
    """The first day on which a termijn may be declared.

    Start from its begindatum, voortgang once its calendar month is over, resultaat once the
    toewijzing has ended. Bron: iStandaarden OP264. Sinds: 0.1.0.

    >>> declarable_from("voortgang", Periode(date(2026, 2, 1), date(2026, 2, 12)))
    datetime.date(2026, 3, 1)
    """
    last_day_before = {
        "start": periode.begindatum - timedelta(days=1),
        "voortgang": last_of_month(periode.einddatum),
        "resultaat": periode.einddatum,
    }
    return last_day_before[mijlpaal] + timedelta(days=1)


def _termijn(
    volgnummer: int, mijlpaal: Mijlpaal, periode: Periode, bedrag_centen: int, maanden: int
) -> Termijn:
    vanaf = declarable_from(mijlpaal, periode)
    return Termijn(volgnummer, mijlpaal, periode, bedrag_centen, vanaf, _deadline(vanaf, maanden))


def _deadline(declarabel_vanaf: date, maanden: int) -> date:
    """The last day for declaring: so many months after the end of the month it became declarable.

    Bron: iStandaarden TR335 (at most five years back, a contract may say less).
    """
    return add_months(last_of_month(declarabel_vanaf), maanden)


def _month_shares(periode: Periode) -> list[Fraction]:
    return [Fraction(m.dagen, days_in_month(m.begindatum)) for m in periode.maanden()]
