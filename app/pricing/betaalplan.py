# SPDX-License-Identifier: EUPL-1.2
"""In which termijnen a price is paid. Decided once, then frozen as rows."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from fractions import Fraction
from functools import lru_cache
from typing import Literal

from app.domain.money import divide
from app.domain.period import Periode, add_months, last_of_month
from app.pricing.gewichten import GEBROKEN_MAAND, GebrokenMaand, weken_naar_zondag

Soort = Literal["herstel", "duurzaam"]
Mijlpaal = Literal["start", "voortgang", "resultaat"]

MIJLPALEN: tuple[Mijlpaal, ...] = ("start", "voortgang", "resultaat")
"""In the order in which they come."""


@dataclass(frozen=True, slots=True)
class Aandeel:
    """The share of the price, 0 to 1, that one mijlpaal pays."""

    mijlpaal: Mijlpaal
    aandeel: Decimal


@dataclass(frozen=True, slots=True)
class Mijlpalen:
    """Paid at the start, halfway (voortgang), at the result, or some of these, by shares.

    Raises ValueError unless each mijlpaal comes once, in order, and the shares add up to 1.
    """

    aandelen: tuple[Aandeel, ...]

    def __post_init__(self) -> None:
        genoemd = [aandeel.mijlpaal for aandeel in self.aandelen]
        if genoemd != [mijlpaal for mijlpaal in MIJLPALEN if mijlpaal in genoemd]:
            raise ValueError("each mijlpaal comes at most once, in order")
        delen = [aandeel.aandeel for aandeel in self.aandelen]
        if sum(delen) != 1 or min(delen) < 0:
            raise ValueError("the shares must add up to 1, and none may be negative")


@dataclass(frozen=True, slots=True)
class Einde:
    """Paid in one piece, for the result."""


@dataclass(frozen=True, slots=True)
class Maandelijks:
    """Paid per calendar month; `gebroken_maand` names what a broken one counts for."""

    gebroken_maand: GebrokenMaand = "naar_dagen"


@dataclass(frozen=True, slots=True)
class Wekelijks:
    """Paid per calendar month, by the weeks that belong to it."""


Betaalplan = Mijlpalen | Einde | Maandelijks | Wekelijks


@dataclass(frozen=True, slots=True)
class Stuk:
    """A piece of a price before it is cents: what for, over which days, how heavy, from when."""

    mijlpaal: Mijlpaal
    periode: Periode
    gewicht: Fraction
    declarabel_vanaf: date


@dataclass(frozen=True, slots=True)
class Termijn:
    """One instalment: what may be declared once, for which days, and from when until when.

    `gewicht` is how heavily its plan weighed it beside the others.
    """

    volgnummer: int
    mijlpaal: Mijlpaal
    periode: Periode
    bedrag_centen: int
    declarabel_vanaf: date
    declarabel_tot_en_met: date
    gewicht: Fraction


def start_en_resultaat(startaandeel: Decimal) -> Mijlpalen:
    """A share at the start and the rest for the result.

    >>> start_en_resultaat(Decimal("0.70")).aandelen[1]
    Aandeel(mijlpaal='resultaat', aandeel=Decimal('0.30'))
    """
    return Mijlpalen((Aandeel("start", startaandeel), Aandeel("resultaat", 1 - startaandeel)))


def plan_termijnen(
    betaalplan: Betaalplan, prijs_centen: int, periode: Periode, declaratietermijn_maanden: int
) -> list[Termijn]:
    """The termijnen of a toewijzing, in order; their cents add up to the price.

    Each takes its share of the weights of all pieces. Cents by largest remainder, ties to the
    earlier. Bron: iStandaarden OP264 (the moments of declaring are agreed per product).
    Sinds: 0.1.0.

    >>> half_jaar = Periode(date(2026, 2, 1), date(2026, 7, 31))
    >>> plan = start_en_resultaat(Decimal("0.70"))
    >>> [t.bedrag_centen for t in plan_termijnen(plan, 482_000, half_jaar, 60)]
    [337400, 144600]
    """
    stukken = cut(betaalplan, periode)
    bedragen = divide(prijs_centen, [stuk.gewicht for stuk in stukken])
    return as_termijnen(stukken, bedragen, declaratietermijn_maanden)


def as_termijnen(
    stukken: Sequence[Stuk], bedragen: Sequence[int], declaratietermijn_maanden: int
) -> list[Termijn]:
    """The pieces as termijnen, each with its amount in cents, in order. Sinds: 0.2.0."""
    return [
        termijn_of(volgnummer, stuk, bedrag_centen, declaratietermijn_maanden)
        for volgnummer, (stuk, bedrag_centen) in enumerate(
            zip(stukken, bedragen, strict=True), start=1
        )
    ]


def termijn_of(
    volgnummer: int, stuk: Stuk, bedrag_centen: int, declaratietermijn_maanden: int
) -> Termijn:
    """The termijn that a piece becomes once it is so many cents."""
    return Termijn(
        volgnummer,
        stuk.mijlpaal,
        stuk.periode,
        bedrag_centen,
        stuk.declarabel_vanaf,
        deadline(stuk.declarabel_vanaf, declaratietermijn_maanden),
        stuk.gewicht,
    )


@lru_cache(maxsize=4096)
def cut(betaalplan: Betaalplan, periode: Periode) -> tuple[Stuk, ...]:
    """The pieces in which a plan pays for a period, in order. Some weigh more than nothing.

    Mijlpalen: one for each share, over the whole period. Einde: one resultaat, over the whole
    period. Maandelijks and wekelijks: one voortgang per calendar month, also where it weighs
    nothing. Bron: iStandaarden OP264, IV076-IV078. Sinds: 0.2.0.

    >>> februari_tot_maart = Periode(date(2026, 2, 2), date(2026, 3, 31))
    >>> [int(stuk.gewicht) for stuk in cut(Wekelijks(), februari_tot_maart)]
    [3, 6]
    """
    match betaalplan:
        case Mijlpalen(aandelen):
            return tuple(_mijlpaal(a.mijlpaal, periode, Fraction(a.aandeel)) for a in aandelen)
        case Einde():
            return (_mijlpaal("resultaat", periode, Fraction(1)),)
        case Maandelijks(gebroken_maand):
            return _per_month(periode, GEBROKEN_MAAND[gebroken_maand](periode))
        case _:  # Wekelijks
            return _per_month(periode, weken_naar_zondag(periode))


def declarable_from(mijlpaal: Mijlpaal, periode: Periode) -> date:
    """The first day on which a termijn may be declared.

    Start from its begindatum, voortgang once its calendar month is over, resultaat once the
    toewijzing has ended. Bron: iStandaarden OP264. Sinds: 0.1.0.

    >>> declarable_from("voortgang", Periode(date(2026, 2, 1), date(2026, 2, 12)))
    datetime.date(2026, 3, 1)
    """
    match mijlpaal:
        case "start":
            return periode.begindatum
        case "voortgang":
            return last_of_month(periode.einddatum) + timedelta(days=1)
        case _:
            return periode.einddatum + timedelta(days=1)


def halfway(periode: Periode) -> date:
    """The first day after the first half of a period, its middle day counted to that half.

    From then on a voortgang that is a mijlpaal may be declared. Aanname: halfway is by days; the
    standard leaves the moment to the contract (iStandaarden OP264). Sinds: 0.2.0.

    >>> halfway(Periode(date(2026, 2, 1), date(2026, 7, 31)))
    datetime.date(2026, 5, 3)
    """
    return periode.begindatum + timedelta(days=(periode.dagen + 1) // 2)


def _mijlpaal(mijlpaal: Mijlpaal, periode: Periode, gewicht: Fraction) -> Stuk:
    is_halfway = mijlpaal == "voortgang"
    vanaf = halfway(periode) if is_halfway else declarable_from(mijlpaal, periode)
    return Stuk(mijlpaal, periode, gewicht, vanaf)


def _per_month(periode: Periode, gewichten: Sequence[Fraction]) -> tuple[Stuk, ...]:
    return tuple(
        Stuk("voortgang", maand, gewicht, declarable_from("voortgang", maand))
        for maand, gewicht in zip(periode.maanden(), gewichten, strict=True)
    )


def deadline(declarabel_vanaf: date, maanden: int) -> date:
    """The last day for declaring: so many months after the end of the month it became declarable.

    Bron: iStandaarden TR335 (at most five years back, a contract may say less).
    """
    return add_months(last_of_month(declarabel_vanaf), maanden)
