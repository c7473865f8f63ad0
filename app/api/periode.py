# SPDX-License-Identifier: EUPL-1.2
"""Bodies and queries that hold a period."""

from typing import Annotated

from pydantic import Field, field_validator
from pydantic_core.core_schema import ValidationInfo

from app.api.models import Datum, InputModel, Tijdstip, refusal
from app.api.pages import PageQuery, QueryModel

BekendOp = Annotated[
    Tijdstip | None, Field(description="Zoals het er op dat moment in de boeken stond.")
]


class PeriodeInvoer(InputModel):
    """Van begindatum tot en met einddatum."""

    begindatum: Datum
    einddatum: Datum

    @field_validator("einddatum")
    @classmethod
    def _ends_after_it_begins(cls, einddatum: Datum, info: ValidationInfo) -> Datum:
        begindatum = info.data.get("begindatum")
        if begindatum and einddatum < begindatum:
            raise refusal("eind_voor_begin", "De einddatum ligt voor de begindatum.")
        return einddatum


class PeriodeQuery(QueryModel):
    """Van vanaf tot en met totEnMet."""

    vanaf: Datum
    tot_en_met: Datum

    @field_validator("tot_en_met")
    @classmethod
    def _ends_after_it_begins(cls, tot_en_met: Datum, info: ValidationInfo) -> Datum:
        vanaf = info.data.get("vanaf")
        if vanaf and tot_en_met < vanaf:
            raise refusal("eind_voor_begin", "De datum totEnMet ligt voor vanaf.")
        return tot_en_met


class BekendOpQuery(QueryModel):
    """Zoals het er op een moment stond."""

    bekend_op: BekendOp = None


class ZoalsBekendQuery(PageQuery):
    """Een pagina, zoals het er op een moment stond."""

    bekend_op: BekendOp = None
