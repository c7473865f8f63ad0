# SPDX-License-Identifier: EUPL-1.2
"""What is answered of a price and its parts."""

from collections.abc import Iterable
from typing import Any

from app.api.decimalen import Decimaal
from app.api.kostprijs_voorbeelden import UITKOMST
from app.api.models import OutputModel, ProfielCode, example
from app.domain.toewijzing import Intensiteit, Wet
from app.pricing.opbouw import Eenheid, Stap


class OpbouwStap(OutputModel):
    """Een deel van een prijs; alle delen samen zijn de prijs."""

    element: str
    waarde: Decimaal
    eenheid: Eenheid
    grondslag: str
    toelichting: str | None = None


class FunctieUitkomst(OutputModel):
    """Wat een uur van een functie kost, en waaruit dat bestaat."""

    naam: str
    uurtarief_centen: int
    opbouw: list[OpbouwStap]


class ProductUitkomst(OutputModel):
    """Wat een profiel in een intensiteit kost, en waaruit dat bestaat."""

    profiel: ProfielCode
    intensiteit: Intensiteit
    bedrag_centen: int
    opbouw: list[OpbouwStap]


class Kostprijs(OutputModel):
    """De uitkomst van een berekening."""

    wet: Wet
    functies: list[FunctieUitkomst]
    producten: list[ProductUitkomst]

    model_config = example(UITKOMST)


def stap_of(stap: Stap) -> OpbouwStap:
    """A part of a price as it goes over the wire."""
    return OpbouwStap(
        element=stap.element,
        waarde=stap.waarde,
        eenheid=stap.eenheid,
        grondslag=stap.grondslag,
        toelichting=stap.toelichting,
    )


def stappen_as_json(stappen: Iterable[Stap]) -> list[dict[str, Any]]:
    """Parts of a price as they are kept."""
    return [stap_of(stap).model_dump(mode="json") for stap in stappen]
