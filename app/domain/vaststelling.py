# SPDX-License-Identifier: EUPL-1.2
"""How a tarieflijst comes to count: the consultation before it, and who has to have decided."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Literal

from app.domain.errors import Conflict
from app.domain.period import Periode

Stand = Literal["gepland", "loopt", "gesloten"]


@dataclass(frozen=True, slots=True)
class Consultatie:
    """The days on which aanbieders see a concept and may comment, unless it was closed before."""

    periode: Periode
    is_gesloten: bool = False

    def stand(self, dag: date) -> Stand:
        """How the consultation stands on a day; both ends of its period belong to it.

        Bron: Koersdocument integrale inkoop (aanbieders are consulted on the prices); the window
        is our own. Sinds: 0.2.0.

        >>> maart = Consultatie(Periode(date(2026, 3, 1), date(2026, 3, 31)))
        >>> [maart.stand(date(2026, maand, 1)) for maand in (2, 3, 4)]
        ['gepland', 'loopt', 'gesloten']
        """
        if self.is_gesloten or dag > self.periode.einddatum:
            return "gesloten"
        return "gepland" if dag < self.periode.begindatum else "loopt"


@dataclass(frozen=True, slots=True)
class Gemeentebesluit:
    """What one gemeente decided: when, and under which reference it is kept there."""

    gemeente: str
    datum: date
    kenmerk: str


@dataclass(frozen=True, slots=True)
class Lijst:
    """What decides whether a tarieflijst can be vastgesteld."""

    opgesteld_door: str
    is_vastgesteld: bool
    consultatie: Consultatie | None = None
    onbeantwoord: int = 0


def check_concept(lijst: Lijst) -> None:
    """What is vastgesteld no longer changes. Raises Conflict. Sinds: 0.1.0."""
    if lijst.is_vastgesteld:
        raise Conflict(
            "al_vastgesteld",
            "Deze tarieflijst is al vastgesteld. Stel voor een wijziging een nieuwe op.",
        )


def check_adoption(lijst: Lijst, door: str, vandaag: date) -> None:
    """Whether this person may adopt the list today. Raises Conflict with the first ground against.

    Someone other than who drafted it, after the consultation, with every comment answered.
    Bron: Koersdocument integrale inkoop (consultation); the order and four eyes are our own.
    Sinds: 0.2.0.
    """
    check_concept(lijst)
    if lijst.opgesteld_door == door:
        raise Conflict(
            "vier_ogen",
            "Wie een tarieflijst opstelt, stelt haar niet vast. Laat een ander dat doen.",
        )
    consultatie = lijst.consultatie
    if consultatie and consultatie.stand(vandaag) != "gesloten":
        raise Conflict(
            "consultatie_loopt",
            "De consultatie over deze tarieflijst is niet voorbij: zij duurt tot en met "
            f"{consultatie.periode.einddatum}.",
        )
    if lijst.onbeantwoord:
        raise Conflict(
            "reacties_onbeantwoord",
            f"Beantwoord eerst elke reactie op deze tarieflijst; het zijn er nog "
            f"{lijst.onbeantwoord}.",
        )


def new_decisions(
    bekend: Mapping[str, Gemeentebesluit], gegeven: Sequence[Gemeentebesluit]
) -> list[Gemeentebesluit]:
    """The decisions that are not kept yet. Raises Conflict when one differs from what is kept.

    Sinds: 0.2.0.

    >>> besluit = Gemeentebesluit("0153", date(2026, 11, 3), "B-12")
    >>> new_decisions({"0153": besluit}, [besluit])
    []
    """
    anders = [b.gemeente for b in gegeven if bekend.get(b.gemeente, b) != b]
    if anders:
        raise Conflict(
            "besluit_bekend",
            f"Van deze gemeenten is al een ander besluit vastgelegd: {', '.join(anders)}.",
        )
    return [besluit for besluit in gegeven if besluit.gemeente not in bekend]


def check_complete(deelnemers: Mapping[str, str], besloten: Sequence[str]) -> None:
    """Every gemeente taking part (code and name) has decided. Raises Conflict, naming the others.

    Bron: Werken aan Transformatie, Samen14 2016 (prepared regionally, decided locally).
    Sinds: 0.2.0.

    >>> check_complete({"0141": "Almelo"}, ["0141"])
    """
    open_gebleven = sorted(deelnemers.keys() - set(besloten))
    if open_gebleven:
        namen = ", ".join(f"{code} {deelnemers[code]}" for code in open_gebleven)
        raise Conflict("besluiten_onvolledig", f"Deze gemeenten hebben nog niet besloten: {namen}.")
