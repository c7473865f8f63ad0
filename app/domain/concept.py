# SPDX-License-Identifier: EUPL-1.2
"""A concept toewijzing: drafted by one, and given only when a colleague with mandate approves."""

from app.domain.errors import Conflict


def check_undecided(besluit: str | None) -> None:
    """A concept is decided on once. Raises Conflict. Bron: own. Sinds: 0.2.0."""
    if besluit is not None:
        raise Conflict("al_besloten", f"Dit concept is al {besluit}.")


def check_four_eyes(opgesteld_door: str, door: str) -> None:
    """Who drafts does not approve. Raises Conflict. Bron: own. Sinds: 0.2.0.

    >>> check_four_eyes("anna", "bert")
    """
    if opgesteld_door == door:
        raise Conflict("vier_ogen", "Wie een concept opstelt, keurt het niet goed.")


def check_price(getoond_centen: int, prijs_centen: int) -> None:
    """What is approved is the price that was shown. Raises Conflict. Bron: own. Sinds: 0.2.0.

    >>> check_price(482_000, 482_000)
    """
    if getoond_centen != prijs_centen:
        raise Conflict(
            "prijs_gewijzigd",
            f"De prijs was {getoond_centen} cent en is nu {prijs_centen} cent. Keur dit concept af "
            "en stel een nieuw op.",
        )
