# SPDX-License-Identifier: EUPL-1.2
"""What may still be declared of an omvang when a toewijzing ends early, lasts longer or moves.

Volumes are whole numbers of the eenheid of the toewijzing.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, timedelta
from fractions import Fraction
from math import ceil

from app.domain.money import round_half_up, total
from app.domain.omvang import Omvang
from app.domain.period import Periode, last_of_month
from app.domain.toewijzing import Wet
from app.domain.toewijzingsleven import Termijnstand
from app.domain.voortzetting import longest
from app.pricing.afrekening import Verschuldigd
from app.pricing.betaalplan import (
    Betaalplan,
    Einde,
    Mijlpaal,
    Mijlpalen,
    Stuk,
    Termijn,
    cut,
    termijn_of,
)
from app.pricing.verlenging import pieces_left
from app.pricing.volume import Volumes, none_fits, share_out, spread, total_volume


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
class Herindeling:
    """The whole anew, the termijnen that lapse, those that come, and what those that stay come to.

    `terug` are those of the lapsed that are booked back; `bedragen` has cents by volgnummer.
    """

    totaal: int
    maxima: tuple[int, ...]
    vervallen: tuple[int, ...] = ()
    terug: tuple[int, ...] = ()
    nieuw: tuple[Termijn, ...] = ()
    bedragen: Mapping[int, int] = field(default_factory=dict)


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
    return ceil(total([t.gebruikt for t in stand.termijnen if _stays(t.termijn, einddatum)]))


def shorten(
    stand: Volumestand, totaal: int, periode: Periode, declaratietermijn_maanden: int
) -> Herindeling:
    """Let an omvang end with `periode`, of which this whole is left.

    What was granted stays, and what is held of the days up to the end; all else lapses, and what is
    left is cut as the plan cuts the shorter period. Where nothing is left, all lapses and what was
    granted is booked back. Bron: Domeinregels §4 (open termijnen lapse). Sinds: 0.3.0.
    """
    kept = [t for t in stand.termijnen if totaal and _stays(t.termijn, periode.einddatum)]
    stukken = pieces_left([t.termijn for t in kept], stand.betaalplan, periode) if totaal else []
    if totaal <= used_until(stand, periode.einddatum):
        stukken = []
    return _cut_anew(stand, totaal, kept, stukken, periode, declaratietermijn_maanden)


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


def lengthen(
    stand: Volumestand, totaal: int, periode: Periode, declaratietermijn_maanden: int
) -> Herindeling:
    """Let an omvang last for `periode`, with this whole.

    What was granted or is held stays; what is left is cut as the plan cuts the longer period.
    Bron: iStandaarden OP380; the plan own. Sinds: 0.3.0.
    """
    kept = [t for t in stand.termijnen if t.termijn.stand != "open"]
    plan = stand.betaalplan
    stukken = pieces_left([t.termijn for t in kept], plan, periode) or cut(Einde(), periode)
    return _cut_anew(stand, totaal, kept, stukken, periode, declaratietermijn_maanden)


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


def _stays(termijn: Termijnstand, einddatum: date) -> bool:
    if termijn.stand == "aangehouden":
        return termijn.periode.begindatum <= einddatum
    return termijn.stand == "toegekend"


def _cut_anew(
    stand: Volumestand,
    totaal: int,
    kept: Sequence[Volumetermijn],
    stukken: Sequence[Stuk],
    periode: Periode,
    declaratietermijn_maanden: int,
) -> Herindeling:
    ruimte = _room(stand, totaal, periode)
    maxima = _of_new(stand, totaal, kept, stukken, ruimte)
    taken = [ceil(t.gebruikt) for t in kept]
    planned = [ruimte.get(_key(stand, stuk), (0, 0))[0] for stuk in stukken]
    delen = _parts(totaal, taken, [*map(min, planned, maxima)])
    first = len(stand.maxima) + 1
    nieuw = tuple(
        termijn_of(volgnummer, stuk, deel * stand.tarief_centen, declaratietermijn_maanden)
        for volgnummer, (stuk, deel) in enumerate(
            zip(stukken, delen[len(kept) :], strict=True), start=first
        )
    )
    gone = [t.termijn for t in stand.termijnen if t not in kept]
    return Herindeling(
        totaal,
        (*_maxima_of_old(stand, kept, ruimte, periode), *maxima),
        tuple(t.volgnummer for t in gone),
        tuple(t.volgnummer for t in gone if t.stand == "toegekend"),
        nieuw,
        {
            t.termijn.volgnummer: deel * stand.tarief_centen
            for t, deel in zip(kept, delen, strict=False)
        },
    )


Sleutel = date | Mijlpaal
"""A termijn is found again by its calendar month, or by its mijlpaal where the plan has those."""


def _key(stand: Volumestand, piece: Stuk | Termijnstand) -> Sleutel:
    if isinstance(stand.betaalplan, Mijlpalen | Einde):
        return piece.mijlpaal
    return last_of_month(piece.periode.begindatum)


def _room(stand: Volumestand, totaal: int, periode: Periode) -> dict[Sleutel, tuple[int, int]]:
    """By termijn, the part of the whole and the most that a plan of this period gives it."""
    volumes = spread(totaal, stand.omvang, stand.betaalplan, periode)
    return {
        _key(stand, stuk): (deel, min(most, totaal))
        for stuk, deel, most in zip(
            cut(stand.betaalplan, periode), volumes.delen, volumes.maxima, strict=True
        )
    }


def _parts(totaal: int, taken: Sequence[int], gewichten: Sequence[int]) -> list[int]:
    """The parts of the termijnen that stay, what is taken of them, then of the new: the rest."""
    rest = totaal - sum(taken)
    if not gewichten:
        return share_out(totaal, taken) if taken else []
    if rest < 0:
        return [*share_out(totaal, taken), *(0 for _ in gewichten)]
    return [*taken, *share_out(rest, gewichten)]


def _maxima_of_old(
    stand: Volumestand,
    kept: Sequence[Volumetermijn],
    ruimte: Mapping[Sleutel, tuple[int, int]],
    periode: Periode,
) -> list[int]:
    """A termijn that stays but does not end before the period does, takes no more than is left."""
    maxima = list(stand.maxima)
    for t in kept:
        if t.termijn.periode.einddatum > periode.einddatum:
            _, most = ruimte.get(_key(stand, t.termijn), (0, 0))
            maxima[t.termijn.volgnummer - 1] = max(ceil(t.meest), min(t.maximum, most))
    return maxima


def _of_new(
    stand: Volumestand,
    totaal: int,
    kept: Sequence[Volumetermijn],
    stukken: Sequence[Stuk],
    ruimte: Mapping[Sleutel, tuple[int, int]],
) -> list[int]:
    """In a month of which a part is claimed, what that part may take is not given again."""
    if stand.omvang.frequentie == "6" and not isinstance(stand.betaalplan, Mijlpalen | Einde):
        return [totaal for _ in stukken]
    claimed: dict[Sleutel, int] = {}
    for t in kept:
        key = _key(stand, t.termijn)
        claimed[key] = claimed.get(key, 0) + t.maximum
    return [
        max(0, ruimte.get(_key(stand, s), (0, totaal))[1] - claimed.get(_key(stand, s), 0))
        for s in stukken
    ]
