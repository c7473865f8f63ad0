# SPDX-License-Identifier: EUPL-1.2
"""What an indexation is asked by, and what of it stays with the list."""

from typing import Annotated

from pydantic import Field, field_validator
from pydantic_core.core_schema import ValidationInfo

from app.api.decimalen import Decimaal, Procent
from app.api.models import (
    Aandeel,
    Datum,
    InputModel,
    Nummer,
    OutputModel,
    Tekst,
    example,
    refusal,
    refuse_all,
)
from app.api.opbouw_modellen import OpbouwStap
from app.pricing.indexering import Cijfers, Component, Methode, adds_up

FIGURES = {
    "gewichten": {"loon": "0.90", "materieel": "0.10"},
    "loon": {"prognoseVorig": "4.94", "definitiefVorig": "6.00", "prognose": "4.18"},
    "materieel": {"prognoseVorig": "2.51", "definitiefVorig": "3.10", "prognose": "1.82"},
    "nacalculatie": True,
}
INPUT_EXAMPLE = {
    "tarieflijst": 2,
    "naam": "Tarieven 2027",
    "vanaf": "2027-01-01",
    "methode": "verschil",
    **FIGURES,
}
EXAMPLE = {
    "tarieflijst": 2,
    "percentage": "4.96",
    "methode": "verschil",
    **FIGURES,
    "stappen": [
        {
            "element": element,
            "waarde": waarde,
            "eenheid": "procent",
            "grondslag": grondslag,
            "toelichting": None,
        }
        for element, waarde, grondslag in (
            ("prognose_loon", "3.762", "0,9 × 4,18 %"),
            ("prognose_materieel", "0.182", "0,1 × 1,82 %"),
            ("nacalculatie_loon", "0.954", "0,9 × (6 - 4,94) %"),
            ("nacalculatie_materieel", "0.059", "0,1 × (3,1 - 2,51) %"),
            ("afronding", "0.003", "op twee decimalen, een half naar boven"),
        )
    ],
}


class Gewichten(InputModel):
    """Het aandeel van loon en van materieel in de prijs; samen 1."""

    loon: Aandeel
    materieel: Aandeel

    @field_validator("materieel")
    @classmethod
    def _add_up(cls, materieel: Aandeel, info: ValidationInfo) -> Aandeel:
        if "loon" in info.data and not adds_up([info.data["loon"], materieel]):
            raise refusal("gewichten_niet_1", "De gewichten van loon en materieel zijn samen 1.")
        return materieel


class Indexcijfers(InputModel):
    """Gepubliceerde cijfers in procenten; die van het vorige jaar alleen bij nacalculatie."""

    prognose_vorig: Procent | None = None
    definitief_vorig: Procent | None = None
    prognose: Procent


class IndexeringInvoer(InputModel):
    """Welke lijst wordt geïndexeerd, en waarmee."""

    tarieflijst: Nummer
    naam: Annotated[str, Tekst(200)]
    vanaf: Datum
    methode: Methode
    gewichten: Gewichten
    nacalculatie: Annotated[
        bool, Field(description="Onwaar in het eerste jaar na een aanbesteding: alleen prognose.")
    ]
    loon: Indexcijfers
    materieel: Indexcijfers

    model_config = example(INPUT_EXAMPLE)

    @field_validator("loon", "materieel")
    @classmethod
    def _can_be_caught_up_on(cls, cijfers: Indexcijfers, info: ValidationInfo) -> Indexcijfers:
        if info.data.get("nacalculatie"):
            refuse_all(
                ((naam,), "verplicht", "Dit veld is verplicht bij nacalculatie.")
                for naam, cijfer in (
                    ("prognoseVorig", cijfers.prognose_vorig),
                    ("definitiefVorig", cijfers.definitief_vorig),
                )
                if cijfer is None
            )
        return cijfers

    @property
    def componenten(self) -> list[Component]:
        """As `pricing` knows them."""
        return [
            Component("loon", self.gewichten.loon, _cijfers(self.loon)),
            Component("materieel", self.gewichten.materieel, _cijfers(self.materieel)),
        ]


class Indexering(OutputModel):
    """Hoe de prijzen van een lijst volgen uit die van een eerdere."""

    tarieflijst: Annotated[int, Field(description="De lijst die is geïndexeerd.")]
    percentage: Decimaal
    methode: Methode
    gewichten: Gewichten
    loon: Indexcijfers
    materieel: Indexcijfers
    nacalculatie: bool
    stappen: list[OpbouwStap]

    model_config = example(EXAMPLE)


def _cijfers(invoer: Indexcijfers) -> Cijfers:
    return Cijfers(invoer.prognose, invoer.prognose_vorig, invoer.definitief_vorig)
