# SPDX-License-Identifier: EUPL-1.2
"""What is still due when a toewijzing ends early, and what takes the place of open termijnen."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from fractions import Fraction
from typing import Literal

from app.domain.money import round_half_up
from app.domain.period import Periode
from app.domain.toewijzingsleven import Afrekenwijze, Reden, Termijnstand, granted
from app.pricing.betaalplan import Mijlpaal, Termijn, deadline

Verschuldigd = Literal["volledig", "pro_rata", "niets"]

VERSCHULDIGD: Mapping[Reden, Verschuldigd | None] = {
    "volgens_plan": "volledig",
    "client": "pro_rata",
    "in_overeenstemming": "pro_rata",
    "verhuizing": "pro_rata",
    "overlijden": "pro_rata",
    "aanbieder": None,
    "gemeente": "pro_rata",
    "wanprestatie": "niets",
}
"""What part of the price is due, by the reason of the end; None waits for a review.

Bron: Domeinregels §4 (early end); `gemeente` is our own choice. Sinds: 0.3.0.
"""

WIJZE: Mapping[Afrekenwijze, Verschuldigd] = {
    "pro_rata": "pro_rata",
    "volledig_crediteren": "niets",
}
"""The same where another intensiteit takes over. Bron: Domeinregels §4 (op-/afschalen)."""

# Which mijlpaal an afrekening takes: the first that no kept termijn of the same begin has.
_BY_PREFERENCE: tuple[Mijlpaal, ...] = ("resultaat", "voortgang", "start")


@dataclass(frozen=True, slots=True)
class Slottermijn:
    """The one termijn that takes the place of those that lapse."""

    mijlpaal: Mijlpaal
    periode: Periode
    bedrag_centen: int


@dataclass(frozen=True, slots=True)
class Afrekening:
    """What an end comes to, in cents: due, granted before it, and what follows for the termijnen.

    `vervallen` holds the volgnummers that lapse, `terug` those of them that are booked back.
    """

    verschuldigd_centen: int
    toegekend_centen: int
    vervallen: tuple[int, ...] = ()
    terug: tuple[int, ...] = ()
    slottermijn: Slottermijn | None = None

    @property
    def correctie_centen(self) -> int:
        """What is booked back on balance, as a negative amount; 0 when nothing is."""
        return min(0, self.verschuldigd_centen - self.toegekend_centen)


def amount_due(
    verschuldigd: Verschuldigd, prijs_centen: int, periode: Periode, einddatum: date
) -> int:
    """What is due of a price, in cents, when help for `periode` ended on `einddatum`.

    Pro rata: price × days up to the end / days of the whole period, rounded half up once.
    Bron: Domeinregels §4 (early end). Sinds: 0.3.0.

    >>> half_jaar = Periode(date(2026, 2, 1), date(2026, 7, 31))
    >>> amount_due("pro_rata", 482_000, half_jaar, date(2026, 5, 14))
    274287
    """
    if verschuldigd == "volledig":
        return prijs_centen
    if verschuldigd == "niets":
        return 0
    geleverd = Periode(periode.begindatum, einddatum)
    return round_half_up(Fraction(prijs_centen * geleverd.dagen, periode.dagen))


def settle_end(
    termijnen: Sequence[Termijnstand],
    verschuldigd: Verschuldigd,
    prijs_centen: int,
    periode: Periode,
    einddatum: date,
) -> Afrekening:
    """The afrekening of a toewijzing for `periode` that ends on `einddatum`.

    One that ends on the day it was to end, with its whole price due, keeps its termijnen.
    Bron: Domeinregels §4 (early end). Sinds: 0.3.0.
    """
    due = amount_due(verschuldigd, prijs_centen, periode, einddatum)
    if due == prijs_centen and einddatum == periode.einddatum:
        return Afrekening(due, granted(termijnen))
    return settle_up(termijnen, due, Periode(periode.begindatum, einddatum))


def settle_up(
    termijnen: Sequence[Termijnstand], verschuldigd_centen: int, geleverd: Periode
) -> Afrekening:
    """What becomes of the termijnen when this much is due for help up to the end of `geleverd`.

    Open ones lapse. Of what was held, and then of what was granted, as much goes as does not fit
    in what is due, the latest first. What is left over of the amount due is one new termijn.
    Bron: Domeinregels §4 (open termijnen lapse, an afrekening takes their place). Sinds: 0.3.0.

    >>> half_jaar = Periode(date(2026, 2, 1), date(2026, 7, 31))
    >>> start = Termijnstand(1, "start", half_jaar, 337_400, "toegekend")
    >>> slot = settle_up([start], 274_287, Periode(date(2026, 2, 1), date(2026, 5, 14)))
    >>> slot.terug, slot.slottermijn.bedrag_centen, slot.correctie_centen
    ((1,), 274287, -63113)
    """
    kept = _kept(termijnen, verschuldigd_centen, geleverd.einddatum)
    gone = [t for t in termijnen if t not in kept]
    return Afrekening(
        verschuldigd_centen,
        granted(termijnen),
        tuple(t.volgnummer for t in gone),
        tuple(t.volgnummer for t in gone if t.stand == "toegekend"),
        _rest(kept, verschuldigd_centen, geleverd),
    )


def last_termijn(
    afrekening: Afrekening, volgnummer: int, today: date, declaratietermijn_maanden: int
) -> Termijn | None:
    """The termijn that an afrekening adds, if any, as it can be declared.

    From the day after the end, but never from a day in the past: until now it was not there. One
    that follows on what is booked back is granted at once. Bron: own. Sinds: 0.3.0.
    """
    slot = afrekening.slottermijn
    if slot is None:
        return None
    vanaf = today if afrekening.terug else max(today, slot.periode.einddatum + timedelta(days=1))
    return Termijn(
        volgnummer,
        slot.mijlpaal,
        slot.periode,
        slot.bedrag_centen,
        vanaf,
        deadline(vanaf, declaratietermijn_maanden),
        Fraction(1),
    )


def stays_at_end(termijn: Termijnstand, einddatum: date) -> bool:
    """Whether a termijn may stay when help ends: it is granted, or held and of days up to the end.

    Bron: Domeinregels §4 (open termijnen lapse). Sinds: 0.3.0.
    """
    if termijn.stand == "aangehouden":
        return termijn.periode.begindatum <= einddatum
    return termijn.stand == "toegekend"


def first_uncovered(termijnen: Sequence[Termijnstand], begindatum: date) -> date:
    """The first day from `begindatum` on that none of these termijnen is for."""
    dag = begindatum
    for termijn in sorted(termijnen, key=lambda t: t.periode.begindatum):
        if termijn.periode.begindatum <= dag <= termijn.periode.einddatum:
            dag = termijn.periode.einddatum + timedelta(days=1)
    return dag


def _kept(
    termijnen: Sequence[Termijnstand], verschuldigd_centen: int, einddatum: date
) -> list[Termijnstand]:
    kept = [t for t in termijnen if stays_at_end(t, einddatum)]
    by_preference = sorted(kept, key=lambda t: (t.stand == "toegekend", -t.volgnummer))
    for termijn in by_preference:
        if sum(t.bedrag_centen for t in kept) <= verschuldigd_centen:
            break
        kept.remove(termijn)
    return kept


def _rest(
    kept: Sequence[Termijnstand], verschuldigd_centen: int, geleverd: Periode
) -> Slottermijn | None:
    rest = verschuldigd_centen - sum(t.bedrag_centen for t in kept)
    if rest == 0:
        return None
    begin = first_uncovered(kept, geleverd.begindatum)
    if begin > geleverd.einddatum:
        begin = geleverd.begindatum
    taken = {t.mijlpaal for t in kept if t.periode.begindatum == begin}
    mijlpaal = next(m for m in _BY_PREFERENCE if m not in taken)
    return Slottermijn(mijlpaal, Periode(begin, geleverd.einddatum), rest)
