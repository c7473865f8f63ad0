# SPDX-License-Identifier: EUPL-1.2
"""What becomes of the termijnen of an omvang when less or more of it is left, and of their caps.

Volumes are whole numbers of the eenheid of the toewijzing.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from math import ceil

from app.domain.period import Periode, last_of_month
from app.domain.toewijzingsleven import Termijnstand
from app.pricing.afrekening import Verschuldigd, stays_at_end
from app.pricing.betaalplan import (
    Einde,
    Mijlpaal,
    Mijlpalen,
    Stuk,
    Termijn,
    cut,
    termijn_of,
)
from app.pricing.verlenging import pieces_left
from app.pricing.volume import share_out, spread
from app.pricing.volumeleven import Volumestand, Volumetermijn, shortened_total, used_until


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


def settle_volume(
    stand: Volumestand,
    verschuldigd: Verschuldigd,
    geheel: Periode,
    einddatum: date,
    declaratietermijn_maanden: int,
    *,
    in_default: bool,
) -> Herindeling:
    """What becomes of an omvang for `geheel` that ends on `einddatum`.

    One that ends on the day it was to end, with all of it due, keeps its termijnen. Where the
    contract is in default nothing is paid under it any more, so that what is open lapses.
    Bron: Domeinregels §4 (early end, default). Sinds: 0.3.0.
    """
    if in_default and verschuldigd != "niets":
        totaal = used_until(stand, einddatum)
    else:
        totaal = shortened_total(stand, verschuldigd, geheel, einddatum)
    if (totaal, einddatum) == (stand.totaal, geheel.einddatum):
        return Herindeling(stand.totaal, stand.maxima)
    periode = Periode(geheel.begindatum, einddatum)
    return shorten(stand, totaal, periode, declaratietermijn_maanden)


def shorten(
    stand: Volumestand, totaal: int, periode: Periode, declaratietermijn_maanden: int
) -> Herindeling:
    """Let an omvang end with `periode`, of which this whole is left.

    What was granted stays, and what is held of the days up to the end; all else lapses, and what is
    left is cut as the plan cuts the shorter period. Where nothing is left, all lapses and what was
    granted is booked back. Bron: Domeinregels §4 (open termijnen lapse). Sinds: 0.3.0.
    """
    kept = [t for t in stand.termijnen if totaal and stays_at_end(t.termijn, periode.einddatum)]
    stukken = pieces_left([t.termijn for t in kept], stand.betaalplan, periode) if totaal else []
    if totaal <= used_until(stand, periode.einddatum):
        stukken = []
    return _cut_anew(stand, totaal, kept, stukken, periode, declaratietermijn_maanden)


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
