# SPDX-License-Identifier: EUPL-1.2
"""Who is responsible for beschermd wonen: set by the region, dated, since the law may change."""

from typing import Annotated

from fastapi import Request
from pydantic import Field, field_validator

from app.api.models import Datum, InputModel, OutputModel, Tijdstip, example, refusal
from app.api.route import Router, caller, connection, operation
from app.api.surroundings import BekendeGemeente
from app.db import woonplaatsinstellingen
from app.domain.woonplaatsbeginsel import BeschermdWonen

router = Router(tags=["Catalogus"])

EXAMPLE = {
    "beschermdWonen": [{"vanaf": "2015-01-01", "regel": "gemeente_van_aanmelding"}],
    "centrumgemeenten": [
        {"gemeente": "0141", "vanaf": "2015-01-01", "centrumgemeente": "0153"},
        {"gemeente": "0141", "vanaf": "2028-01-01", "centrumgemeente": None},
    ],
}


class BeschermdWonenVanaf(InputModel):
    """Wie verantwoordelijk is voor beschermd wonen dat op of na een dag begint."""

    vanaf: Datum
    regel: BeschermdWonen


class CentrumgemeenteVanaf(InputModel):
    """Welke gemeente het vanaf een dag voor een andere uitvoert; null: zij zelf weer."""

    gemeente: BekendeGemeente
    vanaf: Datum
    centrumgemeente: BekendeGemeente | None


class InstellingenInvoer(InputModel):
    """De regels voor beschermd wonen, elk vanaf een dag."""

    beschermd_wonen: Annotated[list[BeschermdWonenVanaf], Field(max_length=100)]
    centrumgemeenten: Annotated[list[CentrumgemeenteVanaf], Field(max_length=1_000)]

    model_config = example(EXAMPLE)

    @field_validator("beschermd_wonen")
    @classmethod
    def _one_rule_a_day(cls, value: list[BeschermdWonenVanaf]) -> list[BeschermdWonenVanaf]:
        if len({rule.vanaf for rule in value}) < len(value):
            raise refusal("dubbele_vanaf", "Twee regels beginnen op dezelfde dag.")
        return value

    @field_validator("centrumgemeenten")
    @classmethod
    def _one_centrumgemeente_a_day(
        cls, value: list[CentrumgemeenteVanaf]
    ) -> list[CentrumgemeenteVanaf]:
        if len({(centrum.gemeente, centrum.vanaf) for centrum in value}) < len(value):
            raise refusal("dubbele_vanaf", "Noem elke gemeente één keer per dag.")
        return value


class WoonplaatsInstellingen(OutputModel):
    """De regels voor beschermd wonen; versie 0: er is niets ingesteld en de wet geldt."""

    versie: int
    beschermd_wonen: list[BeschermdWonenVanaf]
    centrumgemeenten: list[CentrumgemeenteVanaf]
    vastgelegd_op: Tijdstip | None
    vastgelegd_door: str | None

    model_config = example(
        {
            "versie": 1,
            **EXAMPLE,
            "vastgelegdOp": "2026-06-01T09:30:00.000000Z",
            "vastgelegdDoor": "regio",
        }
    )


@router.get("/woonplaatsinstellingen", summary="Instellingen voor beschermd wonen opvragen")
@operation()
async def get_instellingen(request: Request) -> WoonplaatsInstellingen:
    """Wie verantwoordelijk is voor beschermd wonen, en welke centrumgemeente het uitvoert."""
    row = await woonplaatsinstellingen.find_row(connection(request))
    if row is None:
        return WoonplaatsInstellingen(
            versie=0,
            beschermd_wonen=[],
            centrumgemeenten=[],
            vastgelegd_op=None,
            vastgelegd_door=None,
        )
    return WoonplaatsInstellingen(**row)


@router.put("/woonplaatsinstellingen", summary="Instellingen voor beschermd wonen vervangen")
@operation(scopes=("catalogus:schrijven",))
async def put_instellingen(request: Request, invoer: InstellingenInvoer) -> WoonplaatsInstellingen:
    """Legt een nieuwe versie vast.

    Zij telt voor elke woongeschiedenis die daarna wordt vastgelegd; eerdere blijven zoals zij zijn
    afgeleid.
    """
    asked = invoer.model_dump(mode="json")
    row = await woonplaatsinstellingen.insert_instellingen(
        connection(request),
        asked["beschermdWonen"],
        asked["centrumgemeenten"],
        caller(request).sub,
    )
    return WoonplaatsInstellingen(**row)
