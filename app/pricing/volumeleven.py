# SPDX-License-Identifier: EUPL-1.2
"""How much of an omvang is left in all when a toewijzing ends early, lasts longer or moves.

Volumes are whole numbers of the eenheid of the toewijzing.
"""

from dataclasses import dataclass, replace
from datetime import date, timedelta
from fractions import Fraction
from math import ceil

from app.domain.money import round_half_up, total
from app.domain.omvang import Omvang
from app.domain.period import Periode
from app.domain.toewijzing import Wet
from app.domain.toewijzingsleven import Termijnstand
from app.domain.voortzetting import longest
from app.pricing.afrekening import Verschuldigd, stays_at_end
from app.pricing.betaalplan import (
    Betaalplan,
)
from app.pricing.volume import Volumes, none_fits, spread, total_volume


@dataclass(frozen=True, slots=True)
class Volumetermijn:
    """A termijn that stands, the most it may take, and what was taken of it.

    `gebruikt` is granted or held now, `meest` the most that ever was: minutes are parts of an hour.
    """

    termijn: Termijnstand
    maximum: int
    gebruikt: Fraction = Fraction(0)
    meest: Fraction = Fraction(0)


@dataclass(frozen=True, slots=True)
class Volumestand:
    """Where an omvang stands: how it was given, paid, capped, and what of it is taken.

    `maxima` are those of all termijnen by volgnummer, also of those that lapsed.
    """

    omvang: Omvang
    betaalplan: Betaalplan
    tarief_centen: int
    totaal: int
    maxima: tuple[int, ...]
    termijnen: tuple[Volumetermijn, ...]
    toegekend_centen: int = 0


@dataclass(frozen=True, slots=True)
class Volumeovername:
    """The whole that the old toewijzing keeps, and the period and the whole of the continuation."""

    totaal: int
    periode: Periode
    vervolg: int


def shortened_total(
    stand: Volumestand, verschuldigd: Verschuldigd, geheel: Periode, einddatum: date
) -> int:
    """The whole that is left of an omvang for `geheel` that ends on `einddatum`.

    Per day, week or month: what the frequentie gives for the shorter period. In total: all of it
    when the help was completed, else its share by days, rounded half up. Never more than it was,
    never less than what is granted or held; nothing at all when nothing is due.
    Bron: Domeinregels §4 (early end, caps per period and in total); iStandaarden IV077, OP298 (a
    volume is not lowered below what was delivered under it). The shares own. Sinds: 0.3.0.

    >>> from app.pricing.betaalplan import Wekelijks
    >>> per_week = Volumestand(Omvang(3, "04", "2"), Wekelijks(), 6_622, 39, (), ())
    >>> najaar = Periode(date(2025, 10, 7), date(2025, 12, 30))
    >>> shortened_total(per_week, "pro_rata", najaar, date(2025, 11, 12))
    18
    """
    if verschuldigd == "niets":
        return 0
    kort = Periode(geheel.begindatum, einddatum)
    if stand.omvang.frequentie != "6":
        left = total_volume(stand.omvang, stand.betaalplan, kort)
    elif verschuldigd == "volledig":
        left = stand.totaal
    else:
        left = round_half_up(Fraction(stand.totaal * kort.dagen, geheel.dagen))
    return max(min(left, stand.totaal), used_until(stand, einddatum))


def used_until(stand: Volumestand, einddatum: date) -> int:
    """What is granted, and held of the days up to the end; part of an eenheid counts as a whole.

    Bron: own. Sinds: 0.3.0.
    """
    return ceil(total([t.gebruikt for t in stand.termijnen if stays_at_end(t.termijn, einddatum)]))


def grown_total(stand: Volumestand, kort: Periode, lang: Periode) -> int:
    """The whole of an omvang that lasts longer: what its frequentie gives for the days added.

    In total it stays what it was: only the time grows. Bron: iStandaarden OP380, WMO757; own.
    Sinds: 0.3.0.

    >>> from app.pricing.betaalplan import Wekelijks
    >>> per_week = Volumestand(Omvang(3, "04", "2"), Wekelijks(), 6_622, 15, (), ())
    >>> grown_total(per_week, Periode(date(2025, 12, 1), date(2025, 12, 31)),
    ...             Periode(date(2025, 12, 1), date(2026, 1, 11)))
    18
    """
    if stand.omvang.frequentie == "6":
        return stand.totaal
    plan = stand.betaalplan
    more = total_volume(stand.omvang, plan, lang) - total_volume(stand.omvang, plan, kort)
    return stand.totaal + more


def hand_over(stand: Volumestand, geheel: Periode, begindatum: date, wet: Wet) -> Volumeovername:
    """Share an omvang between the old gemeente and the one that takes over on `begindatum`.

    The old one keeps what an end pro rata the day before would leave; the continuation gets no more
    than the rest, and no more than its frequentie gives. Raises Conflict when not one whole eenheid
    is left. Bron: Domeinregels §4 (a move never pays twice); Jeugdwet art. 2.7a. Sinds: 0.3.0.

    >>> from app.pricing.betaalplan import Maandelijks
    >>> in_total = Volumestand(Omvang(40, "04", "6"), Maandelijks(), 6_622, 40, (), ())
    >>> half_jaar = Periode(date(2026, 2, 1), date(2026, 7, 31))
    >>> found = hand_over(in_total, half_jaar, date(2026, 5, 15), "jeugdwet")
    >>> found.totaal, found.vervolg
    (23, 17)
    """
    totaal = shortened_total(stand, "pro_rata", geheel, begindatum - timedelta(days=1))
    rest = Periode(begindatum, geheel.einddatum)
    periode = Periode(begindatum, longest(wet, begindatum, geheel.einddatum))
    vervolg = stand.totaal - totaal
    if stand.omvang.frequentie == "6":
        vervolg = round_half_up(Fraction(vervolg * periode.dagen, rest.dagen))
    else:
        vervolg = min(vervolg, total_volume(stand.omvang, stand.betaalplan, periode))
    if vervolg == 0:
        raise none_fits()
    return Volumeovername(totaal, periode, vervolg)


def continued(stand: Volumestand, overname: Volumeovername) -> tuple[Omvang, Volumes]:
    """The omvang of a continuation, and what may be declared of it: no more than the rest.

    Bron: Domeinregels §4 (a move never pays twice). Sinds: 0.3.0.
    """
    omvang = _as_rest(stand.omvang, overname.vervolg)
    volumes = spread(overname.vervolg, omvang, stand.betaalplan, overname.periode)
    maxima = tuple(min(most, overname.vervolg) for most in volumes.maxima)
    return omvang, replace(volumes, maxima=maxima)


def omvang_left(
    stand: Volumestand, verschuldigd: Verschuldigd, geheel: Periode, einddatum: date
) -> Omvang:
    """The omvang that takes over where only the intensiteit changes: in total, what is left of it.

    Raises Conflict when not one whole eenheid is. Bron: own. Sinds: 0.3.0.
    """
    left = stand.totaal - shortened_total(stand, verschuldigd, geheel, einddatum)
    omvang = _as_rest(stand.omvang, left)
    if omvang.volume == 0:
        raise none_fits()
    return omvang


def _as_rest(omvang: Omvang, rest: int) -> Omvang:
    return replace(omvang, volume=rest) if omvang.frequentie == "6" else omvang
