# SPDX-License-Identifier: EUPL-1.2
"""Budgets: what a gemeente set aside for a year. To hold costs against, never to refuse help by."""

from collections import Counter
from typing import Annotated

from fastapi import Path, Request, Response
from pydantic import Field, field_validator

from app.api.models import Cijfers, GemeenteCode, InputModel, OutputModel, example, refusal
from app.api.route import Router, caller, connection, operation
from app.api.surroundings import same_as_in_path
from app.db import budgetten
from app.domain.errors import Forbidden
from app.domain.toewijzing import Wet

router = Router(tags=["Kosten"])

Jaar = Annotated[int, Cijfers(2000, 2199), Path()]
BudgetCenten = Annotated[int, Field(strict=True, ge=0, le=99_999_999_999_999)]

EXAMPLE = {
    "gemeente": "0153",
    "jaar": 2027,
    "onderdelen": [
        {"wet": "jeugdwet", "bedragCenten": 4_812_500_000},
        {"wet": "wmo", "bedragCenten": 3_107_000_000},
    ],
}


class BudgetOnderdeelInvoer(InputModel):
    """Wat voor een wet is uitgetrokken."""

    wet: Wet
    bedrag_centen: BudgetCenten


class BudgetInvoer(InputModel):
    """Het hele budget van een jaar; het vervangt wat er stond."""

    gemeente: GemeenteCode | None = Field(
        default=None, description="Mag ontbreken; anders de gemeente van het token."
    )
    jaar: Annotated[int | None, Field(strict=True), same_as_in_path("jaar")] = Field(
        default=None, description="Mag ontbreken; anders gelijk aan dat in het pad."
    )
    onderdelen: Annotated[list[BudgetOnderdeelInvoer], Field(min_length=1, max_length=100)]

    @field_validator("onderdelen")
    @classmethod
    def _each_wet_once(cls, onderdelen: list[BudgetOnderdeelInvoer]) -> list[BudgetOnderdeelInvoer]:
        times = Counter(onderdeel.wet for onderdeel in onderdelen)
        double = ", ".join(wet for wet, count in times.items() if count > 1)
        if double:
            raise refusal("dubbele_wet", f"Deze wetten staan er meer dan één keer: {double}.")
        return onderdelen

    model_config = example(EXAMPLE)


class BudgetOnderdeel(OutputModel):
    """Wat voor een wet is uitgetrokken."""

    wet: Wet
    bedrag_centen: int


class Budget(OutputModel):
    """Het budget van een gemeente in een jaar."""

    gemeente: GemeenteCode
    jaar: int
    onderdelen: list[BudgetOnderdeel]

    model_config = example(EXAMPLE)


@router.get("/budgetten/{jaar}", summary="Het budget van een jaar opvragen")
@operation(scopes=("budgetten:lezen",))
async def get_budget(request: Request, jaar: Jaar) -> Budget:
    """Wat de eigen gemeente voor een jaar heeft uitgetrokken."""
    return await _budget(request, jaar)


@router.put(
    "/budgetten/{jaar}",
    summary="Het budget van een jaar vastleggen",
    responses={201: {"model": Budget, "description": "Er was voor dit jaar nog geen budget."}},
)
@operation(scopes=("budgetten:schrijven",))
async def put_budget(
    request: Request, response: Response, jaar: Jaar, invoer: BudgetInvoer
) -> Budget:
    """Legt het budget van de eigen gemeente vast: 201 als het er nog niet was, anders 200.

    Een budget is open: dat het op is, is nooit een grond om hulp te weigeren.
    """
    own = caller(request).own_gemeente
    if invoer.gemeente not in (None, own):
        raise Forbidden("andere_gemeente", "Een budget is alleen van de eigen gemeente.")
    is_new = await budgetten.put_budget(
        connection(request),
        own,
        jaar,
        caller(request).sub,
        {onderdeel.wet: onderdeel.bedrag_centen for onderdeel in invoer.onderdelen},
    )
    response.status_code = 201 if is_new else 200
    return await _budget(request, jaar)


async def _budget(request: Request, jaar: int) -> Budget:
    own = caller(request).own_gemeente
    found = await budgetten.find_budget(connection(request), own, jaar)
    onderdelen = [BudgetOnderdeel(wet=wet, bedrag_centen=centen) for wet, centen in found.items()]
    return Budget(gemeente=own, jaar=jaar, onderdelen=onderdelen)
