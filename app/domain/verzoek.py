# SPDX-License-Identifier: EUPL-1.2
"""A verzoek of an aanbieder, and the answers a gemeente may give to it."""

from collections.abc import Collection, Mapping
from datetime import date
from typing import Literal

from app.domain.errors import Conflict, Fault
from app.domain.toewijzing import Wet

Verzoeksoort = Literal["toewijzing", "wijziging", "verlenging"]
Verzoekstatus = Literal["ontvangen", "in_onderzoek", "toegewezen", "afgewezen"]
Afwijzingsreden = Literal[
    "nieuwe_aanvraag_nodig",
    "past_niet_binnen_budget",
    "geen_contract",
    "past_niet_binnen_contract",
    "andere_gemeente",
    "stapeling",
    "zorginhoudelijk",
    "woonplaatsbeginsel",
    "leeftijdsgrens",
]

REDENCODES: Mapping[Afwijzingsreden, str] = {
    "nieuwe_aanvraag_nodig": "1",
    "past_niet_binnen_budget": "2",
    "geen_contract": "3",
    "past_niet_binnen_contract": "4",
    "andere_gemeente": "5",
    "stapeling": "6",
    "zorginhoudelijk": "7",
    "woonplaatsbeginsel": "8",
    "leeftijdsgrens": "9",
}
"""The code of each reason in the standard. Bron: iStandaarden WJ759."""

ELSEWHERE: frozenset[Afwijzingsreden] = frozenset({"andere_gemeente", "woonplaatsbeginsel"})
"""The reasons that may name the gemeente that is responsible instead."""

ADDED: Mapping[Verzoeksoort, frozenset[str]] = {
    "toewijzing": frozenset(
        {"woonplaatsen", "spoed", "beschikking", "intensiteitsadvies", "afwijkingsreden"}
    ),
    "wijziging": frozenset({"afrekening", "beschikking"}),
    "verlenging": frozenset(),
}
"""What a gemeente may add when it grants a verzoek of this kind."""


def check_fits(soort: Verzoeksoort, added: Collection[str]) -> None:
    """What a gemeente adds belongs to what was asked. Raises Conflict, naming each that does not.

    Bron: own. Sinds: 0.2.0.

    >>> check_fits("wijziging", {"afrekening"})
    """
    wrong = sorted(set(added) - ADDED[soort])
    if wrong:
        reason = f"Dit hoort niet bij een verzoek om een {soort}."
        faults = tuple(Fault(name, "past_niet_bij_verzoek", reason) for name in wrong)
        raise Conflict("past_niet_bij_verzoek", reason, faults)


def check_open(status: Verzoekstatus) -> None:
    """A verzoek is answered once. Raises Conflict. Bron: own. Sinds: 0.2.0."""
    if status in ("toegewezen", "afgewezen"):
        raise Conflict("verzoek_beantwoord", f"Dit verzoek is al {status}.")


def check_not_investigated(status: Verzoekstatus) -> None:
    """Looking into a verzoek is said once, and only before the answer. Raises Conflict.

    Bron: iStandaarden OP346. Sinds: 0.2.0.
    """
    check_open(status)
    if status == "in_onderzoek":
        raise Conflict("al_in_onderzoek", "Van dit verzoek is al gemeld dat het in onderzoek is.")


def check_reason(wet: Wet, reden: Afwijzingsreden) -> None:
    """The residence principle of the Jeugdwet is no reason under the Wmo. Raises Conflict.

    Bron: iStandaarden WJ759 (8: alleen Jw). Sinds: 0.2.0.

    >>> check_reason("jeugdwet", "woonplaatsbeginsel")
    """
    if reden == "woonplaatsbeginsel" and wet != "jeugdwet":
        raise Conflict(
            "alleen_jeugdwet",
            "Het woonplaatsbeginsel is alleen in de Jeugdwet een reden. Gebruik andere_gemeente.",
        )


def check_same_person(known: date, given: date) -> None:
    """One BSN is one person: the dates of birth agree. Raises Conflict.

    Bron: own. Sinds: 0.2.0.
    """
    if known != given:
        raise Conflict(
            "geboortedatum_wijkt_af",
            "De geboortedatum in het verzoek is niet die van de inwoner met dit BSN.",
        )
