# SPDX-License-Identifier: EUPL-1.2
"""The decision on a toewijzing: whether it is given, at what price, in which termijnen."""

from dataclasses import dataclass

from app.domain.toewijzing import Aanvraag, Feiten, Raamovereenkomst, Tarief, admit
from app.pricing.betaalplan import Betaalplan, Soort, Termijn, plan_termijnen
from app.pricing.prijs import price


@dataclass(frozen=True, slots=True)
class Prijsregels:
    """What a profiel says about its price and how it is paid."""

    soort: Soort
    betaalplan: Betaalplan


@dataclass(frozen=True, slots=True)
class Besluit:
    """A toewijzing that is given: under which contract, from which tarief, price and termijnen."""

    aanvraag: Aanvraag
    regels: Prijsregels
    raamovereenkomst: Raamovereenkomst
    tarief: Tarief
    prijs_centen: int
    termijnen: tuple[Termijn, ...]


def decide(aanvraag: Aanvraag, feiten: Feiten, regels: Prijsregels) -> Besluit:
    """Decide on a toewijzing once and for all; later prices do not touch it.

    Raises Conflict with the first ground for refusing. Bron: Koersdocument integrale inkoop (the
    price is that of the begindatum, the same for every gemeente). Sinds: 0.1.0.
    """
    raamovereenkomst, tarief = admit(aanvraag, feiten)
    prijs_centen = price(regels.soort, tarief.bedrag_centen, aanvraag.periode, regels.betaalplan)
    termijnen = plan_termijnen(
        regels.betaalplan,
        prijs_centen,
        aanvraag.periode,
        raamovereenkomst.declaratietermijn_maanden,
    )
    return Besluit(aanvraag, regels, raamovereenkomst, tarief, prijs_centen, tuple(termijnen))
