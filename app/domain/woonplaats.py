# SPDX-License-Identifier: EUPL-1.2
"""Where an inwoner lived, day by day, and which gemeente therefore bears the cost."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Literal

Grondslag = Literal["brp", "verblijf", "moeder", "werkelijk_verblijf", "onbekend"]

Geldt = Literal["beide", "jeugdwet", "wmo"]
"""For which law a tile is."""

BEGINNING = date.min
"""Stands for "since ever": the tile before the first known woonplaats begins here."""
FOREVER = date.max
"""Stands for "until further notice": the last woonplaats ends here."""


@dataclass(frozen=True, slots=True)
class Woonplaats:
    """The gemeente of residence from a day on; None when it is not established."""

    gemeente: str | None
    vanaf: date
    grondslag: Grondslag


@dataclass(frozen=True, slots=True)
class Tijdvak:
    """One tile of a life: a woonplaats with the days on which it held, both ends included.

    An inwoner has one row of tiles for both laws, or one row for each.
    """

    gemeente: str | None
    vanaf: date
    tot_en_met: date
    grondslag: Grondslag
    wet: Geldt = "beide"


def tile(woonplaatsen: Sequence[Woonplaats]) -> list[Tijdvak]:
    """Lay residences end to end, so that each day that ever was or will be has exactly one tile.

    Each entry holds until the next begins. The days before the first are not established.
    Raises ValueError when two begin on the same day. The order of input does not matter.
    """
    op_volgorde = sorted(woonplaatsen, key=lambda w: w.vanaf)
    starts = [w.vanaf for w in op_volgorde]
    if len(set(starts)) != len(starts):
        raise ValueError("two residences begin on the same day")
    before = Woonplaats(None, BEGINNING, "onbekend")
    eindes = [start - timedelta(days=1) for start in starts] + [FOREVER]
    return [
        Tijdvak(w.gemeente, w.vanaf, einde, w.grondslag)
        for w, einde in zip([before, *op_volgorde], eindes, strict=True)
    ]
