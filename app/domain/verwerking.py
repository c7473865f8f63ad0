# SPDX-License-Identifier: EUPL-1.2
"""For what purpose data of people are handled: the register of verwerkingsactiviteiten, as data."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal

Activiteit = Literal[
    "toegang", "woonplaats", "plan", "levering", "overdracht", "controle", "inzage"
]


@dataclass(frozen=True, slots=True)
class Verwerkingsactiviteit:
    """What is done with data of people, why, and which law allows it (AVG art. 6 and 30)."""

    naam: str
    doel: str
    grondslag: str


ACTIVITEITEN: Mapping[Activiteit, Verwerkingsactiviteit] = {
    "toegang": Verwerkingsactiviteit(
        "Toegang tot hulp en ondersteuning",
        "Beoordelen of en welke hulp nodig is, en die toewijzen, wijzigen en beëindigen",
        "Jeugdwet art. 2.3 en 7.4.0; Wmo 2015 art. 2.3.5 en 5.1.1",
    ),
    "woonplaats": Verwerkingsactiviteit(
        "Vaststellen van de verantwoordelijke gemeente",
        "Vaststellen welke gemeente verantwoordelijk is, en wie de kosten draagt",
        "Jeugdwet art. 1.1 en 7.4.0; Wmo 2015 art. 1.2.1 en 5.1.1",
    ),
    "plan": Verwerkingsactiviteit(
        "Eén gezin, één plan, één regisseur",
        "De hulp aan een huishouden op elkaar afstemmen en evalueren",
        "Jeugdwet art. 2.1, onder f, en 7.4.0; Wmo 2015 art. 2.3.2 en 5.1.1",
    ),
    "levering": Verwerkingsactiviteit(
        "Aanvragen en uitvoeren van hulp door de aanbieder",
        "Hulp aanvragen, geven, en het begin en einde ervan melden",
        "Jeugdwet art. 7.2.1 en 7.3.8; Wmo 2015 art. 5.1.2",
    ),
    "overdracht": Verwerkingsactiviteit(
        "Overname bij verhuizing",
        "Hulp na een verhuizing laten doorlopen onder een andere gemeente",
        "Jeugdwet art. 2.7a en 7.4.0; Wmo 2015 art. 5.1.1",
    ),
    "controle": Verwerkingsactiviteit(
        "Controle op rechtmatigheid",
        "Nagaan of wat is betaald, is toegewezen en geleverd",
        "Gemeentewet art. 213; Jeugdwet art. 7.4.0; Wmo 2015 art. 5.1.1",
    ),
    "inzage": Verwerkingsactiviteit(
        "Verantwoording aan de inwoner",
        "Zeggen wie de gegevens van een inwoner zag of wijzigde",
        "AVG art. 5, tweede lid, en 15; NEN 7513",
    ),
}
"""Each operation on people names one of these."""
