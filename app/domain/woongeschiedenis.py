# SPDX-License-Identifier: EUPL-1.2
"""What is known of where a person lived: addresses in the BRP, and stays away from home."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Literal

from app.domain.errors import Fault

ONE_DAY = timedelta(days=1)

Adressoort = Literal["woonadres", "briefadres", "onbekend", "buitenland"]
Verblijfsoort = Literal[
    "jeugdhulpaanbieder", "pleegouder", "opvang", "beschermd_wonen", "wlz", "jji"
]
WITH_GEMEENTE: frozenset[Adressoort] = frozenset({"woonadres", "briefadres"})


@dataclass(frozen=True, slots=True)
class Adres:
    """An address as the BRP has it, until the next begins. `onbekend`: the BRP has none to go by.

    An address with the note of art. 2.26 Wet BRP (does not live there) is `onbekend`.
    """

    gemeente: str | None
    vanaf: date
    soort: Adressoort


@dataclass(frozen=True, slots=True)
class Verblijf:
    """A stay away from home, both ends included; without an end it goes on.

    `gemeente_aanmelding` is the gemeente turned to for beschermd wonen.
    """

    soort: Verblijfsoort
    begindatum: date
    einddatum: date | None = None
    gemeente_aanmelding: str | None = None

    @property
    def laatste_dag(self) -> date:
        """The last day, or the last there is."""
        return self.einddatum or date.max


@dataclass(frozen=True, slots=True)
class Woongeschiedenis:
    """All that decides about residence. `registratie` is the gemeente that keeps it."""

    geboortedatum: date
    registratie: str
    adressen: Sequence[Adres]
    verblijven: Sequence[Verblijf]
    gemeente_moeder: str | None = None
    gemeente_werkelijk_verblijf: str | None = None

    def adres_on(self, dag: date) -> Adres | None:
        """The address on a day. Without any address at all: one that is not known, from birth."""
        if not self.adressen:
            return (
                Adres(None, self.geboortedatum, "onbekend") if dag >= self.geboortedatum else None
            )
        earlier = [adres for adres in self.adressen if adres.vanaf <= dag]
        return max(earlier, key=lambda adres: adres.vanaf, default=None)

    def verblijf_on(self, dag: date) -> Verblijf | None:
        """The stay in which a day lies."""
        for verblijf in self.verblijven:
            if verblijf.begindatum <= dag <= verblijf.laatste_dag:
                return verblijf
        return None

    def begin_of_chain(self, verblijf: Verblijf) -> date:
        """The first day of the unbroken row of stays that this one belongs to.

        Bron: Jeugdwet art. 1.1 (woonplaats, stay), explained for a row of stays by rigg.nl.

        >>> eerst = Verblijf("pleegouder", date(2026, 1, 1), date(2026, 3, 31))
        >>> daarna = Verblijf("jeugdhulpaanbieder", date(2026, 4, 1))
        >>> leven = Woongeschiedenis(date(2015, 1, 1), "0153", [], [eerst, daarna])
        >>> leven.begin_of_chain(daarna)
        datetime.date(2026, 1, 1)
        """
        begin = verblijf.begindatum
        while earlier := self.verblijf_on(begin - ONE_DAY):
            begin = earlier.begindatum
        return begin


def faults_in(leven: Woongeschiedenis) -> list[Fault]:
    """All that cannot be: before birth, two addresses on a day, stays that overlap or run back."""
    return [*_faults_in_adressen(leven), *_faults_in_verblijven(leven)]


def _faults_in_adressen(leven: Woongeschiedenis) -> Iterator[Fault]:
    seen: set[date] = set()
    for i, adres in enumerate(leven.adressen):
        if adres.vanaf < leven.geboortedatum:
            yield _before_birth(f"adressen[{i}].vanaf")
        if adres.vanaf in seen:
            reason = "Op deze dag begint al een ander adres."
            yield Fault(f"adressen[{i}].vanaf", "dubbele_vanaf", reason)
        seen.add(adres.vanaf)


def _faults_in_verblijven(leven: Woongeschiedenis) -> Iterator[Fault]:
    for i, verblijf in enumerate(leven.verblijven):
        if verblijf.begindatum < leven.geboortedatum:
            yield _before_birth(f"verblijven[{i}].begindatum")
        if verblijf.laatste_dag < verblijf.begindatum:
            reason = "De einddatum ligt voor de begindatum."
            yield Fault(f"verblijven[{i}].einddatum", "eind_voor_begin", reason)
    yield from _overlaps(leven.verblijven)


def _overlaps(verblijven: Sequence[Verblijf]) -> Iterator[Fault]:
    longest: Verblijf | None = None
    for i, verblijf in sorted(enumerate(verblijven), key=lambda pair: pair[1].begindatum):
        if longest and verblijf.begindatum <= longest.laatste_dag:
            reason = f"Dit verblijf overlapt dat van {longest.begindatum}."
            yield Fault(f"verblijven[{i}].begindatum", "overlappend_verblijf", reason)
        if longest is None or verblijf.laatste_dag > longest.laatste_dag:
            longest = verblijf


def _before_birth(name: str) -> Fault:
    return Fault(name, "voor_geboorte", "Dit ligt voor de geboorte.")
