# SPDX-License-Identifier: EUPL-1.2
"""Wishes about people, where they live, and the help that they are given."""

from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from tests.contract.declaring import Region, allocation, later, lived, today
from tests.contract.world import bsn
from tests.stateful.account import Homes
from tests.stateful.model import Model
from tests.stateful.wishes import Act, Wish, other

BORN = date(2010, 5, 5)
Moves = tuple[tuple[int, str | None], ...]


def homes_of(gemeente: str | None, moves: Moves) -> Homes:
    """Where somebody lived since birth, with moves so many days from today."""
    since = {BORN: gemeente} | {
        later(today(), days): code for days, code in sorted(moves, key=lambda m: m[0])
    }
    return list(since.items())


@dataclass(frozen=True)
class OfInwoner(Wish):
    """Something about one inwoner, by the own gemeente or wrongly by another."""

    inwoner: int
    stranger: bool

    def find(self, model: Model) -> tuple[int, str] | None:
        if not model.owner:
            return None
        inwoner = list(model.owner)[self.inwoner % len(model.owner)]
        gemeente = model.owner[inwoner]
        return inwoner, other(gemeente) if self.stranger else gemeente


@dataclass(frozen=True)
class Register(Wish):
    """An inwoner is written down."""

    gemeente: str
    moves: Moves

    async def act(self, model: Model, region: Region) -> Act | None:
        homes = homes_of(self.gemeente, self.moves)
        body = {"geboortedatum": str(BORN), "woonplaatsen": lived(*((g, d) for d, g in homes))}
        return Act(
            *(region.toegang(self.gemeente), "POST", "/inwoners", body),
            lambda model, answer: model.register(answer, self.gemeente, homes),
        )


@dataclass(frozen=True)
class Move(OfInwoner):
    """Where an inwoner lived is put anew: by hand, or derived by law from addresses."""

    home: str | None
    moves: Moves
    by_law: bool

    async def act(self, model: Model, region: Region) -> Act | None:
        found = self.find(model)
        if found is None:
            return None
        inwoner, gemeente = found
        homes = homes_of(self.home, self.moves)
        what, body = "woonplaatsen", {"woonplaatsen": lived(*((g, d) for d, g in homes))}
        if self.by_law:
            what, body = "woongeschiedenis", {"adressen": [address(g, d) for d, g in homes]}
        return Act(
            *(region.toegang(gemeente), "PUT", f"/inwoners/{inwoner}/{what}", body),
            lambda model, _: model.move(gemeente, inwoner, homes),
        )


def address(gemeente: str | None, vanaf: date) -> dict[str, Any]:
    soort = "woonadres" if gemeente else "onbekend"
    return {"gemeente": gemeente, "vanaf": str(vanaf), "soort": soort}


@dataclass(frozen=True)
class Period:
    """So many days from today, for so long."""

    begin: int
    length: int

    @property
    def dates(self) -> tuple[date, date]:
        begin = later(today(), self.begin)
        return begin, begin + timedelta(days=self.length)


@dataclass(frozen=True)
class Give(OfInwoner):
    """A toewijzing is given."""

    hulp: tuple[str, str]
    intensiteit: str
    aanbieder: str
    period: Period
    spoed: bool

    async def act(self, model: Model, region: Region) -> Act | None:
        found = self.find(model)
        if found is None:
            return None
        inwoner, gemeente = found
        (profiel, wet), (begin, eind) = self.hulp, self.period.dates
        what = {"profiel": profiel, "wet": wet, "intensiteit": self.intensiteit}
        what |= {"aanbieder": self.aanbieder, "gemeente": gemeente}
        body = allocation(inwoner, **what, begindatum=begin, einddatum=eind)
        body["spoed"] = {"reden": "Crisis"} if self.spoed else None
        return Act(
            *(region.toegang(gemeente), "POST", "/toewijzingen", body),
            lambda model, answer: model.give(
                answer, inwoner=inwoner, begin=begin, eind=eind, spoed=self.spoed, **what
            ),
        )


@dataclass(frozen=True)
class Ask(Wish):
    """An aanbieder asks for help for a person whom the gemeente does not know."""

    gemeente: str
    hulp: tuple[str, str]
    aanbieder: str
    period: Period
    moves: Moves

    async def act(self, model: Model, region: Region) -> Act | None:
        model.count += 1
        (profiel, wet), (begin, eind) = self.hulp, self.period.dates
        what = {"profiel": profiel, "wet": wet, "gemeente": self.gemeente}
        body = allocation(0, **what, begindatum=begin, einddatum=eind)
        del body["inwonerId"], body["aanbieder"]
        person = {"bsn": bsn(999_900_006 + 20 * model.count), "geboortedatum": str(BORN)}
        body |= {"inwoner": person, "verwijzer": "huisarts"}
        body["referentieAanbieder"] = f"V{model.count}"
        homes = homes_of(self.gemeente, self.moves)
        return Act(
            *(region.aanbieder(self.aanbieder), "POST", "/verzoeken", body),
            lambda model, answer: model.ask(answer, self.aanbieder, body, homes),
        )


@dataclass(frozen=True)
class Answer(Wish):
    """A gemeente answers a verzoek, with help or without; or another tries to."""

    verzoek: int
    grant: bool
    stranger: bool

    async def act(self, model: Model, region: Region) -> Act | None:
        if not model.verzoeken:
            return None
        verzoek = list(model.verzoeken)[self.verzoek % len(model.verzoeken)]
        asked = model.verzoeken[verzoek]
        gemeente = asked["body"]["gemeente"]
        gemeente = other(gemeente) if self.stranger else gemeente
        caller, path = region.toegang(gemeente), f"/verzoeken/{verzoek}"
        if self.grant:
            body = {"woonplaatsen": lived(*((g, d) for d, g in asked["homes"]))}
            return Act(
                *(caller, "POST", f"{path}/toewijzing", body),
                lambda model, answer: model.grant(answer, verzoek, gemeente),
            )
        return Act(
            *(caller, "POST", f"{path}/afwijzing", {"reden": "zorginhoudelijk"}),
            lambda model, _: model.decline(verzoek, gemeente),
        )
