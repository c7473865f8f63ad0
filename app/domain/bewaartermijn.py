# SPDX-License-Identifier: EUPL-1.2
"""How long data of people are kept, as data: by which law, and from what they are counted."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal

Soort = Literal["jeugdwet", "wmo", "plan", "financieel", "zonder_hulp", "logboek"]
Reden = Literal[
    "verzoek_open",
    "concept_open",
    "voortzetting_gevraagd",
    "plan_loopt",
    "opgeschort_of_in_beoordeling",
    "declaratie_in_behandeling",
    "regel_aangehouden",
    "niet_betaald",
]


@dataclass(frozen=True, slots=True)
class Bewaartermijn:
    """So many years, counted from `vanaf`."""

    jaren: int
    vanaf: str
    bron: str


BEWAARTERMIJNEN: Mapping[Soort, Bewaartermijn] = {
    "jeugdwet": Bewaartermijn(
        20, "de laatste dag van de hulp, of wat daarna gebeurde", "Jeugdwet art. 7.3.8, derde lid"
    ),
    "wmo": Bewaartermijn(
        15, "de laatste dag van de hulp, of wat daarna gebeurde", "Wmo 2015 art. 5.3.4"
    ),
    "plan": Bewaartermijn(
        20, "het afsluiten van het plan", "als het langste van beide wetten (aanname)"
    ),
    "financieel": Bewaartermijn(
        7, "het einde van het jaar van de boeking", "AWR art. 52, vierde lid"
    ),
    "zonder_hulp": Bewaartermijn(5, "de registratie", "AVG art. 5, eerste lid, onder e (aanname)"),
    "logboek": Bewaartermijn(5, "de handeling", "NEN 7513 (aanname)"),
}
"""A dossier goes when the last of the terms that hold for it is over."""

REDENEN: Mapping[Reden, str] = {
    "verzoek_open": "een verzoek wacht op antwoord",
    "concept_open": "een concepttoewijzing wacht op een besluit",
    "voortzetting_gevraagd": "een overname is gevraagd",
    "plan_loopt": "een plan loopt nog",
    "opgeschort_of_in_beoordeling": "een toewijzing is opgeschort of in beoordeling",
    "declaratie_in_behandeling": "een declaratie is nog niet afgehandeld",
    "regel_aangehouden": "een gedeclareerde regel is aangehouden",
    "niet_betaald": "een betaalspecificatie is nog niet betaald",
}
"""What holds up the wiping of a dossier of which the terms are over."""
