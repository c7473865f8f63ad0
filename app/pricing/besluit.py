# SPDX-License-Identifier: EUPL-1.2
"""The decision on a toewijzing: whether it is given, at what price, in which termijnen."""

from dataclasses import dataclass

from app.domain.toewijzing import Aanvraag, Feiten, Raamovereenkomst, Tarief, admit
from app.pricing.betaalplan import Betaalplan, Soort, Termijn, plan_termijnen
from app.pricing.prijs import price
from app.pricing.volume import Volumes, plan_volume_termijnen, plan_volumes, price_of


@dataclass(frozen=True, slots=True)
class Prijsregels:
    """What a profiel says about its price and how it is paid."""

    soort: Soort
    betaalplan: Betaalplan


@dataclass(frozen=True, slots=True)
class Besluit:
    """A toewijzing that is given: under which contract, from which tarief, price and termijnen.

    With an omvang it has volumes, and its price is the most that may come of it.
    """

    aanvraag: Aanvraag
    regels: Prijsregels
    raamovereenkomst: Raamovereenkomst
    tarief: Tarief
    prijs_centen: int
    termijnen: tuple[Termijn, ...]
    volumes: Volumes | None = None


def decide(aanvraag: Aanvraag, feiten: Feiten, regels: Prijsregels) -> Besluit:
    """Decide on a toewijzing once and for all; later prices do not touch it.

    Raises Conflict with the first ground for refusing. An omvang costs its volume at the tarief,
    whatever the soort. Bron: Koersdocument integrale inkoop (the price is that of the begindatum,
    the same for every gemeente). Sinds: 0.1.0.
    """
    contract, tarief = admit(aanvraag, feiten)
    periode, plan = aanvraag.periode, regels.betaalplan
    maanden = contract.declaratietermijn_maanden
    if aanvraag.omvang is not None:
        volumes = plan_volumes(aanvraag.omvang, plan, periode)
        prijs_centen = price_of(volumes.totaal, tarief.bedrag_centen)
        termijnen = plan_volume_termijnen(volumes, tarief.bedrag_centen, plan, periode, maanden)
    else:
        volumes = None
        prijs_centen = price(regels.soort, tarief.bedrag_centen, periode, plan)
        termijnen = plan_termijnen(plan, prijs_centen, periode, maanden)
    return Besluit(aanvraag, regels, contract, tarief, prijs_centen, tuple(termijnen), volumes)
