# SPDX-License-Identifier: EUPL-1.2
"""Raamovereenkomsten: for which profielen and gemeenten an aanbieder has a contract, and when."""

from typing import Annotated

from fastapi import Query, Request, Response
from pydantic import Field

from app.api.models import (
    AgbCode,
    Datum,
    GemeenteCode,
    NummerInPad,
    OutputModel,
    ProfielCode,
    example,
)
from app.api.pages import Page, PageQuery, page_example, page_of
from app.api.periode import PeriodeInvoer
from app.api.route import Router, connection, operation
from app.api.surroundings import BekendeGemeente
from app.db import aanbieders, catalogus, contracten
from app.db.pages import find_page

router = Router(tags=["Aanbieders en contracten"])

EXAMPLE = {
    "nummer": 12,
    "aanbieder": "99000001",
    "profielen": ["OB1", "OB2"],
    "gemeenten": ["0141", "0153"],
    "begindatum": "2026-01-01",
    "einddatum": "2028-12-31",
    "declaratietermijnMaanden": 60,
}


class RaamovereenkomstInvoer(PeriodeInvoer):
    """Een nieuw contract met een aanbieder."""

    aanbieder: AgbCode
    profielen: Annotated[list[ProfielCode], Field(min_length=1, max_length=1_000)]
    gemeenten: Annotated[list[BekendeGemeente], Field(min_length=1, max_length=500)]
    declaratietermijn_maanden: Annotated[int, Field(ge=0, le=120)] = 60

    model_config = example({key: value for key, value in EXAMPLE.items() if key != "nummer"})


class Raamovereenkomst(OutputModel):
    """Een contract: welke profielen, voor welke gemeenten, wanneer."""

    nummer: int
    aanbieder: AgbCode
    profielen: list[ProfielCode]
    gemeenten: list[GemeenteCode]
    begindatum: Datum
    einddatum: Datum
    declaratietermijn_maanden: int

    model_config = example(EXAMPLE)


class RaamovereenkomstenPagina(Page):
    """Een pagina raamovereenkomsten, op volgorde van nummer."""

    results: list[Raamovereenkomst]

    model_config = page_example(EXAMPLE)


class RaamovereenkomstenQuery(PageQuery):
    """Desgewenst alleen die van een aanbieder."""

    aanbieder: AgbCode | None = None


@router.post("/raamovereenkomsten", status_code=201, summary="Een raamovereenkomst vastleggen")
@operation(scopes=("contracten:schrijven",), creates=True)
async def create_raamovereenkomst(
    request: Request, response: Response, invoer: RaamovereenkomstInvoer
) -> Raamovereenkomst:
    """Legt een contract vast; een aanbieder heeft er op elk moment ten hoogste één."""
    db = connection(request)
    await aanbieders.find_aanbieder(db, invoer.aanbieder)
    ids = await catalogus.find_profiel_ids(db, invoer.profielen)
    nummer = await contracten.insert_raamovereenkomst(
        db,
        invoer.aanbieder,
        invoer.begindatum,
        invoer.einddatum,
        invoer.declaratietermijn_maanden,
        sorted(ids.values()),
        sorted(set(invoer.gemeenten)),
    )
    response.headers["Location"] = f"/v1/raamovereenkomsten/{nummer}"
    return Raamovereenkomst(**await contracten.find_raamovereenkomst(db, nummer))


@router.get("/raamovereenkomsten", summary="Raamovereenkomsten opvragen")
@operation()
async def list_raamovereenkomsten(
    request: Request, response: Response, query: Annotated[RaamovereenkomstenQuery, Query()]
) -> RaamovereenkomstenPagina:
    """Alle contracten, of die van een aanbieder."""
    count, rows = await find_page(
        connection(request),
        contracten.RAAMOVEREENKOMSTEN,
        query.aanbieder,
        None,
        limit=query.page_size,
        offset=query.offset,
    )
    results = [Raamovereenkomst(**row) for row in rows]
    return page_of(request, query, count, results, RaamovereenkomstenPagina, response)


@router.get("/raamovereenkomsten/{nummer:int}", summary="Een raamovereenkomst opvragen")
@operation()
async def get_raamovereenkomst(request: Request, nummer: NummerInPad) -> Raamovereenkomst:
    """Een contract met wat het omvat."""
    return Raamovereenkomst(**await contracten.find_raamovereenkomst(connection(request), nummer))
