# SPDX-License-Identifier: EUPL-1.2
"""Wishes about what is declared, paid, divided anew and closed."""

from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from tests.contract.declaring import Region, credit, declaration, today
from tests.stateful.account import Toewijzing
from tests.stateful.geld import Termijn
from tests.stateful.model import Model
from tests.stateful.wishes import Act, Wish, other


@dataclass(frozen=True)
class Line:
    """One line of a declaratie: which claim, and what is wrong with it, if anything."""

    claim: int
    soort: str


@dataclass(frozen=True)
class Declare(Wish):
    """An aanbieder declares some lines, right and wrong."""

    aanbieder: str
    lines: tuple[Line, ...]

    async def act(self, model: Model, region: Region) -> Act | None:
        model.count += 1
        nummer = f"D{model.count}"
        regels = [regel for line in self.lines if (regel := self.regel(model, line))]
        if not regels:
            return None
        return declaring(region, self.aanbieder, nummer, regels)

    def regel(self, model: Model, line: Line) -> dict[str, Any] | None:
        model.count += 1
        claims = self.claims(model, line.soort)
        if not claims:
            return None
        tw, termijn = claims[line.claim % len(claims)]
        regel = {
            "referentie": f"R{model.count}",
            "toewijzingNummer": tw.nummer,
            "mijlpaal": termijn.mijlpaal,
            "begindatum": str(termijn.begin),
            "einddatum": str(termijn.eind),
            "bedragCenten": termijn.bedrag,
            "debetCredit": "debet",
        }
        match line.soort:
            case "amount":
                return regel | {"bedragCenten": termijn.bedrag + 1}
            case "reference" if model.used:
                return regel | {"referentie": sorted(r for _, r in model.used)[0]}
            case "unknown":
                return regel | {"toewijzingNummer": 999_999}
            case "credit" | "credit_again":
                named = {"referentie": termijn.door or min(termijn.gecrediteerd, default="R1")}
                return credit(regel | named, str(regel["referentie"]))
        return regel

    def claims(self, model: Model, soort: str) -> list[tuple[Toewijzing, Termijn]]:
        """The termijnen that such a line may be about: where there are any, those that fit."""
        mine = [tw for tw in model.toewijzingen.values() if tw.aanbieder == self.aanbieder]
        if soort == "anothers":
            mine = [tw for tw in model.toewijzingen.values() if tw not in mine]
        claims = [(tw, termijn) for tw in mine for termijn in tw.staand]
        if soort == "lapsed":
            claims = [(tw, t) for tw in mine for t in tw.termijnen if t.vervallen]
        if soort == "credit":
            return [(tw, t) for tw, t in claims if t.granted and t.door]
        if soort == "debet":
            ready = [(tw, t) for tw, t in claims if t.open and t.vanaf <= model.today]
            return ready or claims
        return claims


@dataclass(frozen=True)
class DeclareAgain(Wish):
    """A declaratie is sent once more, as it was or with another content."""

    declaratie: int
    changed: bool

    async def act(self, model: Model, region: Region) -> Act | None:
        if not model.sent:
            return None
        agb, nummer = list(model.sent)[self.declaratie % len(model.sent)]
        regels = model.sent[agb, nummer]
        if self.changed:
            regels = [*regels, regels[0]]
        return declaring(region, agb, nummer, regels)


def declaring(region: Region, agb: str, nummer: str, regels: list[dict[str, Any]]) -> Act:
    return Act(
        *(region.aanbieder(agb), "POST", "/declaraties", declaration(nummer, *regels)),
        lambda model, _: model.declare(agb, nummer, regels),
    )


@dataclass(frozen=True)
class Redivide(Wish):
    """Finance has settled lines divided anew."""

    gemeente: str

    async def act(self, model: Model, region: Region) -> Act | None:
        return Act(
            *(region.financien(self.gemeente), "POST", "/herverdelingen", {"reden": "Verhuisd"}),
            lambda model, _: model.redivide(self.gemeente),
        )


@dataclass(frozen=True)
class Pay(Wish):
    """Finance marks a part of a specification as paid; five quarters is too much."""

    gemeente: str
    specificatie: int
    quarters: int

    async def act(self, model: Model, region: Region) -> Act | None:
        caller = region.financien(self.gemeente)
        found = (await region.get("/betaalspecificaties?pageSize=500", caller))["results"]
        if not found:
            return None
        spec = found[self.specificatie % len(found)]
        cents = spec["bedragCenten"] * self.quarters // 4
        if not cents:
            return None
        model.count += 1
        body = {"datum": str(today()), "bedragCenten": cents, "kenmerk": f"K{model.count}"}
        path = f"/betaalspecificaties/{spec['id']}/betalingen"
        return Act(
            *(caller, "POST", path, body),
            lambda model, _: model.pay(spec["id"], spec["bedragCenten"], cents),
        )


@dataclass(frozen=True)
class Order(Wish):
    """Finance has what is open made ready for the bank."""

    gemeente: str

    async def act(self, model: Model, region: Region) -> Act | None:
        return Act(
            *(region.financien(self.gemeente), "POST", "/betaalopdrachten"),
            {"uitvoerdatum": str(today())},
            lambda model, answer: model.order(answer, self.gemeente),
        )


@dataclass(frozen=True)
class EndOrder(Wish):
    """An order to the bank was carried out, or is withdrawn."""

    opdracht: int
    paid: bool
    stranger: bool

    async def act(self, model: Model, region: Region) -> Act | None:
        if not model.orders:
            return None
        opdracht = list(model.orders)[self.opdracht % len(model.orders)]
        gemeente = model.orders[opdracht]["gemeente"]
        gemeente = other(gemeente) if self.stranger else gemeente
        what, body = ("uitvoering", {"datum": str(today())}) if self.paid else ("intrekking", None)
        path = f"/betaalopdrachten/{opdracht}/{what}"
        return Act(
            *(region.financien(gemeente), "POST", path, body),
            lambda model, _: model.end_order(opdracht, gemeente, paid=self.paid),
        )


@dataclass(frozen=True)
class Close(Wish):
    """Finance closes a month."""

    gemeente: str
    back: int

    async def act(self, model: Model, region: Region) -> Act | None:
        done = model.closed.get(self.gemeente)
        first = today().replace(day=1)
        maand = (done[-1] + timedelta(days=31)).replace(day=1) if done else first
        for _ in range(self.back):
            maand = (maand - timedelta(days=1)).replace(day=1)
        return Act(
            *(region.financien(self.gemeente), "POST", "/afsluitingen"),
            {"periode": f"{maand:%Y-%m}"},
            lambda model, _: model.close(self.gemeente, maand),
        )
