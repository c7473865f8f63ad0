# SPDX-License-Identifier: EUPL-1.2
"""A plan of a household: one family, one plan, one regisseur."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Literal

from app.domain.errors import Conflict, Fault

Elementsoort = Literal["eigen_kracht", "informele_zorg", "algemene_voorziening", "toewijzing"]
Leveringsvorm = Literal["zin", "pgb"]
Resultaatstand = Literal["bereikt", "deels_bereikt", "niet_bereikt", "loopt"]


@dataclass(frozen=True, slots=True)
class Element:
    """One element of a plan, as far as it must fit the rest of it."""

    soort: Elementsoort
    inwoner: int | None
    leveringsvorm: Leveringsvorm | None
    toewijzing: int | None
    resultaten: Sequence[int]


@dataclass(frozen=True, slots=True)
class GegevenToewijzing:
    """A toewijzing that an element names: to whom it was given, and who delivers."""

    inwoner: int
    aanbieder: str


def faults_in_element(
    element: Element, huishouden: Collection[int], resultaten: Collection[int]
) -> list[Fault]:
    """What does not fit: the fields are named as in the element.

    Help by a toewijzing has a leveringsvorm, other elements have none; what is paid by pgb stands
    outside the declaraties and names no toewijzing. An element serves results of the plan, and is
    for someone of the household or for all of it.
    Bron: Koersdocument integrale inkoop (1 gezin, 1 plan); Jeugdwet art. 8.1.1, Wmo art. 2.3.6.
    Sinds: 0.2.0.

    >>> faults_in_element(Element("eigen_kracht", None, None, None, [1]), {7}, {1})
    []
    """
    found = []
    if (element.soort == "toewijzing") != (element.leveringsvorm is not None):
        reason = "Een leveringsvorm hoort bij een toewijzing, en alleen daar."
        found.append(Fault("leveringsvorm", "leveringsvorm_past_niet", reason))
    if element.toewijzing is not None and element.leveringsvorm != "zin":
        reason = "Alleen een toewijzing in natura (zin) heeft een nummer."
        found.append(Fault("toewijzingNummer", "toewijzing_past_niet", reason))
    if element.inwoner is not None and element.inwoner not in huishouden:
        reason = "Deze inwoner hoort niet tot het huishouden van dit plan."
        found.append(Fault("inwonerId", "buiten_huishouden", reason))
    if not set(element.resultaten) <= set(resultaten):
        reason = "Een van deze resultaten staat niet in dit plan."
        found.append(Fault("resultaten", "resultaat_onbekend", reason))
    return found


def check_toewijzingen(
    toewijzingen: Mapping[int, GegevenToewijzing], huishouden: Collection[int]
) -> None:
    """The toewijzingen of a plan were given to its household. Raises Conflict, naming each other.

    Bron: Koersdocument integrale inkoop (1 gezin, 1 plan). Sinds: 0.2.0.
    """
    other = sorted(nummer for nummer, t in toewijzingen.items() if t.inwoner not in huishouden)
    if other:
        raise Conflict(
            "toewijzing_buiten_huishouden",
            f"Niet aan dit huishouden gegeven: toewijzing {', '.join(map(str, other))}.",
        )


def check_regisseur(aanbieder: str | None, leveren: Collection[str]) -> None:
    """The regisseur is never of an aanbieder that delivers to the household. Raises Conflict.

    Bron: Koersdocument integrale inkoop (1 regisseur, nooit van de aanbieder die levert).
    Sinds: 0.2.0.

    >>> check_regisseur("99000002", {"99000001"})
    """
    if aanbieder in leveren:
        raise Conflict(
            "regisseur_levert",
            f"Aanbieder {aanbieder} geeft hulp aan dit huishouden en kan het dus niet regisseren.",
        )


def check_running(afgesloten_op: date | None) -> None:
    """A plan that was closed no longer changes. Raises Conflict. Bron: own. Sinds: 0.2.0."""
    if afgesloten_op is not None:
        raise Conflict("plan_afgesloten", f"Dit plan is afgesloten op {afgesloten_op}.")


def check_version(gezien: int, versie: int) -> None:
    """Who changes or approves saw the last version. Raises Conflict. Bron: own. Sinds: 0.2.0.

    >>> check_version(2, 2)
    """
    if gezien != versie:
        raise Conflict("versie_verouderd", f"Dit plan is inmiddels bij versie {versie}.")


def check_not_approved(versie: int, goedgekeurde_versie: int | None) -> None:
    """A version is approved once. Raises Conflict. Bron: own. Sinds: 0.2.0."""
    if versie == goedgekeurde_versie:
        raise Conflict("al_goedgekeurd", f"Versie {versie} is al goedgekeurd.")


def check_evaluation(
    goedgekeurde_versie: int | None,
    moment: date | None,
    momenten: Mapping[date, bool],
    genoemd: Collection[int],
    resultaten: Collection[int],
) -> None:
    """Whether an evaluation fits the plan that was approved. Raises Conflict with the first ground.

    `momenten` says of each dated moment whether it was evaluated already; an evaluation in between
    has no moment. Bron: CRvB May 2016 (results are substantiated), Koersdocument; own.
    Sinds: 0.2.0.
    """
    if goedgekeurde_versie is None:
        raise Conflict("plan_niet_goedgekeurd", "Dit plan is nog niet goedgekeurd.")
    if moment is not None and moment not in momenten:
        raise Conflict("moment_onbekend", f"Dit plan heeft geen evaluatiemoment op {moment}.")
    if moment is not None and momenten[moment]:
        raise Conflict("al_geevalueerd", f"Het moment van {moment} is al geëvalueerd.")
    if unknown := sorted(set(genoemd) - set(resultaten)):
        names = ", ".join(map(str, unknown))
        raise Conflict("resultaat_onbekend", f"Dit plan heeft geen resultaat {names}.")
