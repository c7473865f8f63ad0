# SPDX-License-Identifier: EUPL-1.2
"""Wishes about what happens to a toewijzing, and to the contract that it is given under."""

from abc import abstractmethod
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from tests.contract.declaring import Region, later, today
from tests.stateful.account import Toewijzing
from tests.stateful.model import Model
from tests.stateful.wishes import AANBIEDERS, NOTE, Act, Caller, Wish, other

TWELFTHS = 12
Expected = Callable[[Model, Any], bool]


@dataclass(frozen=True)
class OfToewijzing(Wish):
    """Something about one toewijzing, on a day so many twelfths through its period."""

    toewijzing: int
    twelfths: int
    stranger: bool

    async def act(self, model: Model, region: Region) -> Act | None:
        if not model.toewijzingen:
            return None
        tw = list(model.toewijzingen.values())[self.toewijzing % len(model.toewijzingen)]
        length = (tw.eind - tw.begin).days
        dag = tw.begin + timedelta(days=self.twelfths * length // TWELFTHS)
        if self.twelfths > TWELFTHS:
            dag = later(tw.eind, 20 * (self.twelfths - TWELFTHS))
        who = other(tw.gemeente) if self.stranger else tw.gemeente
        what, body, expected = self.ask(tw, dag, who)
        path = f"/toewijzingen/{tw.nummer}/{what}"
        return Act(self.caller(tw, region, who), "POST", path, body, expected)

    def caller(self, tw: Toewijzing, region: Region, who: str) -> Caller:
        return region.toegang(who)

    @abstractmethod
    def ask(self, tw: Toewijzing, dag: date, who: str) -> tuple[str, Any, Expected]:
        """What is asked of it, with which body, and what must come of that."""


@dataclass(frozen=True)
class End(OfToewijzing):
    """Help ends, for one of all reasons."""

    reden: str

    def ask(self, tw: Toewijzing, dag: date, who: str) -> Any:
        body = {"einddatum": str(dag), "reden": self.reden}
        return "beeindiging", body, lambda m, _: m.end(who, tw.nummer, dag, self.reden)


@dataclass(frozen=True)
class Review(OfToewijzing):
    """An end by the aanbieder is judged."""

    verschuldigd: str

    def ask(self, tw: Toewijzing, dag: date, who: str) -> Any:
        body = {"verschuldigd": self.verschuldigd, **NOTE}
        return "beoordeling", body, lambda m, _: m.review(who, tw.nummer, self.verschuldigd)


@dataclass(frozen=True)
class Change(OfToewijzing):
    """Another intensiteit takes over."""

    intensiteit: str
    wijze: str

    def ask(self, tw: Toewijzing, dag: date, who: str) -> Any:
        body = {"intensiteit": self.intensiteit, "afrekening": self.wijze, "begindatum": str(dag)}
        return (
            *("wijziging", body),
            lambda m, a: m.change(a, who, tw.nummer, dag, self.intensiteit, self.wijze),
        )


@dataclass(frozen=True)
class Extend(OfToewijzing):
    """Help lasts longer."""

    def ask(self, tw: Toewijzing, dag: date, who: str) -> Any:
        return "verlenging", {"einddatum": str(dag)}, lambda m, _: m.extend(who, tw.nummer, dag)


@dataclass(frozen=True)
class Hold(OfToewijzing):
    """A toewijzing is put on hold from today."""

    def ask(self, tw: Toewijzing, dag: date, who: str) -> Any:
        body = {"vanaf": str(today()), "reden": "Onderzoek."}
        return "opschorting", body, lambda m, _: m.hold(who, tw.nummer, today())


@dataclass(frozen=True)
class Resume(OfToewijzing):
    """A toewijzing goes on."""

    def ask(self, tw: Toewijzing, dag: date, who: str) -> Any:
        return "hervatting", {}, lambda m, _: m.resume(who, tw.nummer)


@dataclass(frozen=True)
class Withdraw(OfToewijzing):
    """A toewijzing is taken back as if never given."""

    def ask(self, tw: Toewijzing, dag: date, who: str) -> Any:
        return "intrekking", NOTE, lambda m, _: m.withdraw(who, tw.nummer)


@dataclass(frozen=True)
class AskTakeover(OfToewijzing):
    """The other gemeente is asked to go on with help from a day on."""

    def ask(self, tw: Toewijzing, dag: date, who: str) -> Any:
        naar = other(tw.gemeente)
        body = {"gemeente": naar, "begindatum": str(dag)}
        return "voortzetting", body, lambda m, a: m.ask_takeover(a, who, tw.nummer, naar, dag)


@dataclass(frozen=True)
class Report(OfToewijzing):
    """The aanbieder says that help began, is over, or is not taken on; or another's says so."""

    what: str

    def caller(self, tw: Toewijzing, region: Region, who: str) -> Caller:
        return region.aanbieder(self.agb(tw))

    def agb(self, tw: Toewijzing) -> str:
        return next(agb for agb in AANBIEDERS if (agb != tw.aanbieder) == self.stranger)

    def ask(self, tw: Toewijzing, dag: date, who: str) -> Any:
        agb = self.agb(tw)
        if self.what == "start":
            return "start", {"begindatum": str(dag)}, lambda m, _: m.start(agb, tw.nummer, dag)
        if self.what == "stop":
            body = {"einddatum": str(dag), "reden": "client"}
            return "stop", body, lambda m, _: m.stop(agb, tw.nummer, dag)
        return "weigering", NOTE, lambda m, _: m.refuse(agb, tw.nummer)


@dataclass(frozen=True)
class AnswerTakeover(Wish):
    """A continuation is accepted or declined by who is asked, or withdrawn by who asks."""

    vraag: int
    what: str
    stranger: bool

    async def act(self, model: Model, region: Region) -> Act | None:
        if not model.questions:
            return None
        vraag = list(model.questions)[self.vraag % len(model.questions)]
        side = "van" if self.what == "intrekking" else "naar"
        gemeente = model.questions[vraag][side]
        gemeente = other(gemeente) if self.stranger else gemeente
        path = f"/voortzettingen/{vraag}/{self.what}"
        if self.what == "aanvaarding":
            return Act(
                *(region.toegang(gemeente), "POST", path, {}),
                lambda m, a: m.accept_takeover(a, vraag, gemeente),
            )
        return Act(
            *(region.toegang(gemeente), "POST", path, NOTE),
            lambda m, _: m.end_question(vraag, gemeente, side),
        )


@dataclass(frozen=True)
class Contract(Wish):
    """The region puts a raamovereenkomst on hold, or lets it go on."""

    aanbieder: str
    hold: bool

    async def act(self, model: Model, region: Region) -> Act | None:
        path = f"/raamovereenkomsten/{AANBIEDERS.index(self.aanbieder) + 1}"
        if self.hold:
            body = {"vanaf": str(today()), "reden": "Onderzoek."}
            return Act(
                *(region.regio, "POST", f"{path}/opschorting", body),
                lambda model, _: model.hold_contract(self.aanbieder),
            )
        return Act(
            *(region.regio, "POST", f"{path}/hervatting", {}),
            lambda model, _: model.resume_contract(self.aanbieder),
        )
