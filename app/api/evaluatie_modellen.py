# SPDX-License-Identifier: EUPL-1.2
"""What is sent and told about an evaluation of a plan."""

from typing import Annotated

from asyncpg import Record
from pydantic import Field, field_validator
from pydantic_core.core_schema import ValidationInfo

from app.api.logboek import note
from app.api.models import Datum, InputModel, OutputModel, Tekst, Tijdstip, example, refusal
from app.api.pages import Page, page_example
from app.api.plan_modellen import Resultaatnummer
from app.api.surroundings import Verleden
from app.domain.plan import Resultaatstand

EVALUATIE = {
    "datum": "2026-05-04",
    "bevindingen": "Drie dagen per week naar school",
    "resultaten": [
        {"nummer": 1, "stand": "deels_bereikt", "toelichting": "Drie van de vijf dagen"}
    ],
}


class Stand(InputModel):
    """Hoe het met een resultaat staat."""

    nummer: Resultaatnummer
    stand: Resultaatstand
    toelichting: Annotated[str, Tekst(2_000, lines=True)] | None = None


class EvaluatieInvoer(InputModel):
    """Een evaluatie, op een afgesproken moment of tussendoor."""

    moment: Datum | None = Field(
        default=None, description="Het afgesproken moment; leeg bij een evaluatie tussendoor."
    )
    datum: Verleden
    bevindingen: Annotated[str, Tekst(4_000, lines=True)]
    resultaten: Annotated[list[Stand], Field(min_length=1, max_length=100)]
    volgende_evaluatie: Datum | None = None

    model_config = example({"moment": "2026-05-01", **EVALUATIE, "volgendeEvaluatie": "2026-08-01"})

    @field_validator("resultaten")
    @classmethod
    def _names_each_once(cls, resultaten: list[Stand]) -> list[Stand]:
        if len({stand.nummer for stand in resultaten}) < len(resultaten):
            raise refusal("dubbel_genoemd", "Noem elk resultaat één keer.")
        return resultaten

    @field_validator("volgende_evaluatie")
    @classmethod
    def _comes_later(cls, volgende: Datum | None, info: ValidationInfo) -> Datum | None:
        datum = info.data.get("datum")
        if volgende and datum and volgende <= datum:
            raise refusal("niet_later", "De volgende evaluatie is later dan deze.")
        return volgende


class Evaluatie(OutputModel):
    """Een evaluatie van de versie die toen was goedgekeurd."""

    volgnummer: int
    versie: int
    datum: Datum
    bevindingen: str
    resultaten: list[Stand]
    vastgelegd_op: Tijdstip

    model_config = example(
        {
            "volgnummer": 1,
            "versie": 1,
            **EVALUATIE,
            "vastgelegdOp": "2026-05-04T15:00:00.000000Z",
        }
    )


class EvaluatiesPagina(Page):
    """Een pagina evaluaties, op volgorde."""

    results: list[Evaluatie]

    model_config = page_example(
        {"volgnummer": 1, "versie": 1, **EVALUATIE, "vastgelegdOp": "2026-05-04T15:00:00.000000Z"}
    )


def evaluatie_of(row: Record) -> Evaluatie:
    """An evaluation as its gemeente reads it."""
    note(plan=row["plan_id"])
    return Evaluatie(**{key: row[key] for key in Evaluatie.model_fields})
