# SPDX-License-Identifier: EUPL-1.2
"""Aanbieders: who offers help, in which gemeenten, with which specialisations."""

from typing import Annotated

from fastapi import Query, Request, Response
from pydantic import Field

from app.api.clock import today
from app.api.models import (
    AgbCode,
    GemeenteCode,
    InputModel,
    OutputModel,
    ProfielCode,
    Tekst,
    example,
)
from app.api.pages import Page, PageQuery, page_example, page_of
from app.api.route import Router, connection, operation
from app.api.surroundings import BekendeGemeente, same_as_in_path
from app.db import contracten
from app.db.pages import find_page

router = Router(tags=["Aanbieders en contracten"])

EXAMPLE = {
    "agb": "99000001",
    "naam": "De Es Jeugdhulp",
    "specialisaties": ["gezinsbegeleiding", "video-hometraining"],
    "gemeenten": ["0141", "0153"],
}


class AanbiederInvoer(InputModel):
    """Een aanbieder zoals de regio hem vastlegt."""

    agb: Annotated[AgbCode | None, same_as_in_path("agb")] = Field(
        default=None, description="Mag ontbreken; anders gelijk aan die in het pad."
    )
    naam: Annotated[str, Tekst(200)]
    specialisaties: Annotated[list[Annotated[str, Tekst(100)]], Field(max_length=100)] = Field(
        default=[]
    )
    gemeenten: Annotated[list[BekendeGemeente], Field(max_length=500)]

    model_config = example(EXAMPLE)


class Aanbieder(OutputModel):
    """Een aanbieder met de gemeenten die hij bedient."""

    agb: AgbCode
    naam: str
    specialisaties: list[str]
    gemeenten: list[GemeenteCode]

    model_config = example(EXAMPLE)


class AanbiedersPagina(Page):
    """Een pagina aanbieders, op volgorde van AGB-code."""

    results: list[Aanbieder]

    model_config = page_example(EXAMPLE)


class AanbiedersQuery(PageQuery):
    """Waarop te zoeken; wat ontbreekt, doet niet mee."""

    gemeente: GemeenteCode | None = None
    profiel: ProfielCode | None = Field(
        default=None, description="Alleen aanbieders met een raamovereenkomst voor dit profiel."
    )
    specialisatie: Annotated[str, Tekst(100)] | None = None


@router.get("/aanbieders", summary="Aanbieders zoeken")
@operation()
async def list_aanbieders(
    request: Request, response: Response, query: Annotated[AanbiedersQuery, Query()]
) -> AanbiedersPagina:
    """Zoekt op gemeente, profiel en specialisatie; de volgorde zegt niets over voorkeur."""
    count, rows = await find_page(
        connection(request),
        contracten.AANBIEDERS_BY_CHOICE,
        query.gemeente,
        query.profiel,
        query.specialisatie,
        today(),
        limit=query.page_size,
        offset=query.offset,
    )
    results = [Aanbieder(**row) for row in rows]
    return page_of(request, query, count, results, AanbiedersPagina, response)


@router.get("/aanbieders/{agb}", summary="Een aanbieder opvragen")
@operation()
async def get_aanbieder(request: Request, agb: AgbCode) -> Aanbieder:
    """Een aanbieder met de gemeenten die hij bedient."""
    return Aanbieder(**await contracten.find_aanbieder(connection(request), agb))


@router.put(
    "/aanbieders/{agb}",
    summary="Een aanbieder vastleggen",
    responses={201: {"model": Aanbieder, "description": "De aanbieder is nieuw."}},
)
@operation(scopes=("contracten:schrijven",))
async def put_aanbieder(
    request: Request, response: Response, agb: AgbCode, invoer: AanbiederInvoer
) -> Aanbieder:
    """Legt een aanbieder vast: 201 als hij nieuw is, 200 als hij er al was."""
    db = connection(request)
    is_new = await contracten.put_aanbieder(
        db, agb, invoer.naam, invoer.specialisaties, invoer.gemeenten
    )
    response.status_code = 201 if is_new else 200
    return Aanbieder(**await contracten.find_aanbieder(db, agb))
