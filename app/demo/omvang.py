# SPDX-License-Identifier: EUPL-1.2
"""How large the demo can be made: a village, the region, the nation.

A gemeente registers who asks for help and nobody else, so that only cliënten are counted here: of
the 630,000 inwoners of Twente 35,000.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from math import log
from random import Random
from typing import Literal

from app.demo.catalogue import (
    AANBIEDERS,
    AANTAL_INWONERS,
    BUITEN_TWENTE,
    SAMEN14,
    TUBBERGEN,
    Aanbieder,
)
from app.domain.money import divide

Omvang = Literal["dorp", "twente", "nederland"]

CLIENTEN: dict[Omvang, int] = {"dorp": 300, "twente": 35_000, "nederland": 1_300_000}
DORP = TUBBERGEN

GEMEENTEN_PER_REGIO = 7
AGBS_PER_REGIO = 100

DUIZENDEN_PER_EENHEID = 2
"""What one inwoner of the demo region stands for, in thousands who live there."""

GROTE_GEMEENTEN = {
    "0363": 935,
    "0599": 670,
    "0518": 565,
    "0344": 375,
    "0772": 247,
    "0014": 244,
    "0855": 230,
    "0034": 230,
    "0758": 188,
    "0268": 188,
}
"""The ten largest, from Amsterdam to Nijmegen, in thousands of inwoners about 2025, rounded."""

DOORSNEE_DUIZENDEN, SPREIDING = 36, 0.55
"""Of the other gemeenten the size is drawn: half of them is below, few are far above."""


@dataclass(frozen=True, slots=True)
class Regio:
    """Gemeenten that contract together: how many cliënten each registers, and who helps them."""

    clienten: Mapping[str, int]
    aanbieders: tuple[Aanbieder, ...]
    gemeenten: tuple[str, ...]
    elders: tuple[str, ...]


def regios(omvang: Omvang, gemeenten: Sequence[str]) -> list[Regio]:
    """The regions of a demo of this size; `gemeenten` are the codes of all there are."""
    aantal = CLIENTEN[omvang]
    if omvang == "dorp":
        return [Regio({DORP: aantal}, AANBIEDERS, SAMEN14, BUITEN_TWENTE)]
    if omvang == "twente":
        return [Regio(_shared_out(aantal, AANTAL_INWONERS), AANBIEDERS, SAMEN14, BUITEN_TWENTE)]
    clienten = _shared_out(aantal, _duizenden(gemeenten))
    return [
        Regio(
            {gemeente: clienten[gemeente] for gemeente in leden},
            aanbieders,
            leden,
            tuple(g for g in gemeenten if g not in leden),
        )
        for leden, aanbieders in _landelijk(gemeenten)
    ]


def _landelijk(
    gemeenten: Sequence[str],
) -> Iterator[tuple[tuple[str, ...], tuple[Aanbieder, ...]]]:
    """Twente as it is, and elsewhere aanbieders like those of Twente for every few others."""
    yield SAMEN14, AANBIEDERS
    andere = [gemeente for gemeente in gemeenten if gemeente not in SAMEN14]
    starts = range(0, len(andere), GEMEENTEN_PER_REGIO)
    for nummer, start in enumerate(starts, start=1):
        leden = tuple(andere[start : start + GEMEENTEN_PER_REGIO])
        yield leden, tuple(_like(aanbieder, nummer, leden) for aanbieder in AANBIEDERS)


def _like(aanbieder: Aanbieder, regio: int, gemeenten: tuple[str, ...]) -> Aanbieder:
    return replace(
        aanbieder,
        agb=str(int(aanbieder.agb) + regio * AGBS_PER_REGIO),
        naam=f"{aanbieder.naam} (regio {regio})",
        gemeenten=gemeenten,
    )


def _shared_out(aantal: int, gewichten: Mapping[str, int]) -> dict[str, int]:
    return dict(zip(gewichten, divide(aantal, list(gewichten.values())), strict=True))


def _duizenden(gemeenten: Sequence[str]) -> dict[str, int]:
    """Roughly how many thousands live where; the same whatever the seed of the demo."""
    rng = Random("gemeenten")
    drawn = {g: round(rng.lognormvariate(log(DOORSNEE_DUIZENDEN), SPREIDING)) for g in gemeenten}
    twente = {g: aantal * DUIZENDEN_PER_EENHEID for g, aantal in AANTAL_INWONERS.items()}
    return {**drawn, **GROTE_GEMEENTEN, **twente}
