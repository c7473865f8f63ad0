# SPDX-License-Identifier: EUPL-1.2
"""The account that the naive model keeps: help, lines and people, in plain dicts and lists."""

from dataclasses import dataclass, field
from datetime import date
from typing import Any

from tests.naive import Deel, split
from tests.stateful import geld
from tests.stateful.geld import PLANS, Termijn

Homes = list[tuple[date, str | None]]


@dataclass(eq=False)
class Toewijzing:
    """Help that was given, and how it stands."""

    nummer: int
    gemeente: str
    aanbieder: str
    inwoner: int
    wet: str
    profiel: str
    intensiteit: str
    begin: date
    eind: date
    prijs: int
    termijnen: list[Termijn]
    spoed: bool = False
    status: str = "actief"
    verschuldigd: int | None = None
    gepland: date | None = None
    in_beoordeling: bool = False
    opgeschort: date | None = None
    hervat: date | None = None
    gestart: date | None = None
    gestopt: date | None = None
    uiterste: date | None = None

    @property
    def leeft(self) -> bool:
        return self.status in ("actief", "opgeschort")

    @property
    def staand(self) -> list[Termijn]:
        return [t for t in self.termijnen if not t.vervallen]

    def find(self, regel: dict[str, Any]) -> Termijn | None:
        named = (regel["mijlpaal"], regel["begindatum"], regel["einddatum"])
        return next(
            (t for t in self.staand if (t.mijlpaal, str(t.begin), str(t.eind)) == named), None
        )


@dataclass(eq=False)
class Regel:
    """A declared line and what came of it."""

    toewijzing: Toewijzing | None
    termijn: Termijn | None
    referentie: str
    uitkomst: str = ""
    redenen: set[str] = field(default_factory=set)


@dataclass
class Account:
    """All of it, and what follows from it by itself."""

    today: date
    tarieven: dict[str, dict[str, int]]
    toewijzingen: dict[int, Toewijzing] = field(default_factory=dict)
    homes: dict[int, Homes] = field(default_factory=dict)
    owner: dict[int, str] = field(default_factory=dict)
    bsn: dict[int, str] = field(default_factory=dict)
    declaraties: dict[tuple[str, str], list[Regel]] = field(default_factory=dict)
    sent: dict[tuple[str, str], list[dict[str, Any]]] = field(default_factory=dict)
    own: list[Regel] = field(default_factory=list)
    used: set[tuple[str, str]] = field(default_factory=set)
    stil: set[str] = field(default_factory=set)
    questions: dict[int, dict[str, Any]] = field(default_factory=dict)
    verzoeken: dict[int, dict[str, Any]] = field(default_factory=dict)
    closed: dict[str, list[date]] = field(default_factory=dict)
    paid: dict[int, int] = field(default_factory=dict)
    orders: dict[int, dict[str, Any]] = field(default_factory=dict)
    count: int = 0

    def home(self, inwoner: int, dag: date) -> str | None:
        earlier = [h for h in self.homes[inwoner] if h[0] <= dag]
        return earlier[-1][1] if earlier else None

    def admits(self, new: Toewijzing) -> bool:
        """Whether help may be given by contract, residence and what is there already."""
        if new.aanbieder in self.stil and new.begin >= self.today:
            return False
        if self.home(new.inwoner, new.begin) not in (None, new.gemeente) and not new.spoed:
            return False
        return not self.overlaps(new)

    def overlaps(self, new: Toewijzing) -> bool:
        """Whether the inwoner has the same help of the same aanbieder on some of these days."""
        return any(
            (tw.inwoner, tw.profiel, tw.aanbieder) == (new.inwoner, new.profiel, new.aanbieder)
            and tw.status != "ingetrokken"
            and tw.begin <= new.eind
            and new.begin <= tw.eind
            for tw in self.toewijzingen.values()
            if tw.nummer != new.nummer
        )

    def priced(self, nummer: int, prijs: int | None = None, **what: Any) -> Toewijzing:
        plan, soort = PLANS[what["profiel"]]
        if prijs is None:
            tarief = self.tarieven[what["profiel"]][what["intensiteit"]]
            prijs = geld.price(soort, tarief, what["begin"], what["eind"])
        return Toewijzing(
            nummer,
            prijs=prijs,
            termijnen=geld.plan(plan, prijs, what["begin"], what["eind"]),
            **what,
        )

    def causes(self, tw: Toewijzing, termijn: Termijn) -> set[str]:
        """What a line for this termijn waits for now."""
        found = set()
        if tw.aanbieder in self.stil:
            found.add("contract_opgeschort")
        if tw.in_beoordeling:
            found.add("in_beoordeling")
        if tw.opgeschort:
            found.add("toewijzing_opgeschort")
        if any(deel.gemeente is None for deel in self.divided(tw, termijn)):
            found.add("woonplaats_onbekend")
        return found

    def divided(self, tw: Toewijzing, termijn: Termijn) -> tuple[Deel, ...]:
        return split(termijn.naive, self.homes[tw.inwoner])
