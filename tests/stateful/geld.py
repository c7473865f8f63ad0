# SPDX-License-Identifier: EUPL-1.2
"""What help costs, in what pieces, and what is left of it: counted out slowly, in whole cents."""

import calendar
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from fractions import Fraction

from tests import naive
from tests.contract.declaring import DUURZAAM, GEZIN, HERSTEL

ONE_DAY = timedelta(days=1)
PLANS = {
    HERSTEL: ("mijlpalen", "herstel"),
    DUURZAAM: ("maandelijks", "duurzaam"),
    GEZIN: ("maandelijks", "herstel"),
}
"""The payment plan and the soort of each profiel of the region."""

SHARES = {"start": Fraction(7, 10), "resultaat": Fraction(3, 10)}
Piece = tuple[str, date, date, Fraction]


@dataclass(eq=False)
class Termijn:
    """An instalment, what came of it, and the references that were granted and credited."""

    mijlpaal: str
    begin: date
    eind: date
    bedrag: int
    vanaf: date
    door: str | None = None
    verdeling: tuple[naive.Deel, ...] = ()
    held: bool = False
    vervallen: bool = False
    gecrediteerd: set[str] = field(default_factory=set)

    @property
    def granted(self) -> bool:
        return bool(self.verdeling)

    @property
    def open(self) -> bool:
        return not (self.granted or self.held)

    @property
    def naive(self) -> naive.Termijn:
        return naive.Termijn(self.mijlpaal, self.begin, self.eind, self.bedrag)

    def reverse(self) -> None:
        assert self.door is not None
        self.gecrediteerd.add(self.door)
        self.door, self.verdeling = None, ()


def days(begin: date, eind: date) -> int:
    return (eind - begin).days + 1


def half_up(amount: Fraction) -> int:
    return int(amount + Fraction(1, 2))


def add_year(day: date) -> date:
    return date(day.year + 1, day.month, min(day.day, 28 if day.month == 2 else 31))


def pro_rata(prijs: int, begin: date, gepland: date, eind: date) -> int:
    """What the days up to `eind` cost of a price for the days up to `gepland`."""
    return half_up(Fraction(prijs * days(begin, eind), days(begin, gepland)))


def months(begin: date, eind: date) -> list[Piece]:
    """The calendar months of a period, each cut to it and weighing its share of days."""
    found = []
    while begin <= eind:
        length = calendar.monthrange(begin.year, begin.month)[1]
        last = min(eind, begin.replace(day=length))
        found.append(("voortgang", begin, last, Fraction(days(begin, last), length)))
        begin = last + ONE_DAY
    return found


def price(soort: str, tarief: int, begin: date, eind: date) -> int:
    if soort == "herstel":
        return tarief
    return half_up(tarief * sum((piece[3] for piece in months(begin, eind)), Fraction(0)) / 12)


def pieces(plan: str, begin: date, eind: date) -> list[Piece]:
    if plan == "maandelijks":
        return months(begin, eind)
    return [(mijlpaal, begin, eind, share) for mijlpaal, share in SHARES.items()]


def plan(plan: str, prijs: int, begin: date, eind: date) -> list[Termijn]:
    return as_termijnen(pieces(plan, begin, eind), prijs)


def as_termijnen(pieces: Sequence[Piece], cents: int) -> list[Termijn]:
    """Cents by weight; what is left over goes one by one to the largest remainders."""
    total = sum((piece[3] for piece in pieces), Fraction(0))
    exact = [cents * piece[3] / total for piece in pieces]
    whole = [int(share) for share in exact]
    by_remainder = sorted(range(len(pieces)), key=lambda at: whole[at] - exact[at])
    for at in by_remainder[: cents - sum(whole)]:
        whole[at] += 1
    found = []
    for (mijlpaal, begin, eind, _), amount in zip(pieces, whole, strict=True):
        vanaf = naive.declarable_from(naive.Termijn(mijlpaal, begin, eind, amount))
        found.append(Termijn(mijlpaal, begin, eind, amount, vanaf))
    return found


def uncovered(kept: Sequence[Termijn], begin: date) -> date:
    """The first day from here that none of these is for."""
    covered = {t.begin + timedelta(days=n) for t in kept for n in range(days(t.begin, t.eind))}
    while begin in covered:
        begin += ONE_DAY
    return begin


def extend(termijnen: list[Termijn], plan: str, prijs: int, begin: date, eind: date) -> None:
    """Open termijnen lapse; what is left of the new price is planned over what is left."""
    kept = [t for t in termijnen if not t.vervallen and not t.open]
    for termijn in termijnen:
        termijn.vervallen = termijn.vervallen or termijn.open
    rest = prijs - sum(t.bedrag for t in kept)
    if plan == "mijlpalen":
        claimed = {t.mijlpaal for t in kept}
        left = [piece for piece in pieces(plan, begin, eind) if piece[0] not in claimed]
    else:
        left = [
            (mijlpaal, uncovered(kept, first), last, weight)
            for mijlpaal, first, last, weight in months(uncovered(kept, begin), eind)
            if uncovered(kept, first) <= last
        ]
    termijnen += as_termijnen(left or [("resultaat", begin, eind, Fraction(1))], rest)


def settle(
    termijnen: list[Termijn], due: int, begin: date, eind: date, today: date
) -> tuple[Termijn | None, bool]:
    """What is kept fits in what is due, the rest is one new termijn; and whether any went back."""
    standing = [t for t in termijnen if not t.vervallen]
    kept = [t for t in standing if t.granted or (t.held and t.begin <= eind)]
    for termijn in sorted(kept, key=lambda t: (t.granted, -termijnen.index(t))):
        if sum(t.bedrag for t in kept) > due:
            kept.remove(termijn)
    reversed_ = False
    for termijn in standing:
        if termijn not in kept:
            termijn.vervallen = True
            if termijn.granted:
                termijn.reverse()
                reversed_ = True
    rest = due - sum(t.bedrag for t in kept)
    if not rest:
        return None, reversed_
    first = uncovered(kept, begin)
    first = first if first <= eind else begin
    taken = {t.mijlpaal for t in kept if t.begin == first}
    mijlpaal = next(m for m in ("resultaat", "voortgang", "start") if m not in taken)
    vanaf = today if reversed_ else max(today, eind + ONE_DAY)
    slot = Termijn(mijlpaal, first, eind, rest, vanaf)
    termijnen.append(slot)
    return slot, reversed_
