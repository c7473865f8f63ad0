# SPDX-License-Identifier: EUPL-1.2
"""Profielen: the needs that can be allocated, with the plan by which they are paid."""

from typing import Annotated, Literal

from asyncpg import Record
from fastapi import Query, Request, Response
from pydantic import Field

from app.api.models import Aandeel, InputModel, OutputModel, ProfielCode, Tekst, example
from app.api.pages import Page, PageQuery, page_example, page_of
from app.api.route import Router, connection, operation
from app.api.surroundings import same_as_in_path
from app.db import catalogus
from app.db.pages import find_page
from app.domain.toewijzing import Wet
from app.pricing.betaalplan import Mijlpalen, Soort

router = Router(tags=["Catalogus"])

Bekostiging = Literal["inspanningsgericht", "outputgericht", "taakgericht"]

EXAMPLE = {
    "code": "OB2",
    "naam": "Gedrag en ontwikkeling",
    "omschrijving": "Hulp bij gedrag en ontwikkeling van een kind (illustratief)",
    "wetten": ["jeugdwet"],
    "soort": "herstel",
    "bekostiging": "outputgericht",
    "betaalplan": {"soort": "mijlpalen", "startaandeel": "0.70"},
}


class BetaalplanMijlpalen(InputModel):
    """Een deel bij de start en de rest bij het resultaat."""

    soort: Literal["mijlpalen"]
    startaandeel: Aandeel


class BetaalplanMaandelijks(InputModel):
    """Per kalendermaand, een gebroken maand naar dagen."""

    soort: Literal["maandelijks"]


class ProfielInvoer(InputModel):
    """Een profiel zoals de regio het vastlegt."""

    code: Annotated[ProfielCode | None, same_as_in_path("code")] = Field(
        default=None, description="Mag ontbreken; anders gelijk aan die in het pad."
    )
    naam: Annotated[str, Tekst(200)]
    omschrijving: Annotated[str, Tekst(2_000, lines=True)] = "-"
    wetten: Annotated[list[Wet], Field(min_length=1, max_length=2)]
    soort: Soort
    bekostiging: Bekostiging = "outputgericht"
    betaalplan: Annotated[BetaalplanMijlpalen | BetaalplanMaandelijks, Field(discriminator="soort")]

    model_config = example(EXAMPLE)


class Profiel(OutputModel):
    """Een ondersteuningsbehoefte die kan worden toegewezen."""

    code: ProfielCode
    naam: str
    omschrijving: str
    wetten: list[Wet]
    soort: Soort
    bekostiging: Bekostiging
    betaalplan: Annotated[BetaalplanMijlpalen | BetaalplanMaandelijks, Field(discriminator="soort")]

    model_config = example(EXAMPLE)


class ProfielenPagina(Page):
    """Een pagina profielen, op volgorde van code."""

    results: list[Profiel]

    model_config = page_example(EXAMPLE)


@router.get("/profielen", summary="Profielen opvragen")
@operation()
async def list_profielen(
    request: Request, response: Response, query: Annotated[PageQuery, Query()]
) -> ProfielenPagina:
    """Alle ondersteuningsbehoeften waarvoor een toewijzing kan worden gegeven."""
    count, rows = await find_page(
        connection(request), catalogus.PROFIELEN, limit=query.page_size, offset=query.offset
    )
    results = [_profiel(row) for row in rows]
    return page_of(request, query, count, results, ProfielenPagina, response)


@router.get("/profielen/{code}", summary="Een profiel opvragen")
@operation()
async def get_profiel(request: Request, code: ProfielCode) -> Profiel:
    """Een profiel met zijn betaalplan."""
    return _profiel(await catalogus.find_profiel(connection(request), code))


@router.put(
    "/profielen/{code}",
    summary="Een profiel vastleggen",
    responses={201: {"model": Profiel, "description": "Het profiel is nieuw."}},
)
@operation(scopes=("catalogus:schrijven",))
async def put_profiel(
    request: Request, response: Response, code: ProfielCode, invoer: ProfielInvoer
) -> Profiel:
    """Legt een profiel vast: 201 als het nieuw is, 200 als het er al was."""
    plan = invoer.betaalplan
    row = await catalogus.put_profiel(
        connection(request),
        code,
        invoer.naam,
        invoer.omschrijving,
        sorted(set(invoer.wetten)),
        invoer.soort,
        invoer.bekostiging,
        plan.startaandeel if isinstance(plan, BetaalplanMijlpalen) else None,
    )
    response.status_code = 201 if row["is_new"] else 200
    return _profiel(row)


def _profiel(row: Record) -> Profiel:
    plan = catalogus.betaalplan_of(row)
    return Profiel(
        code=row["code"],
        naam=row["naam"],
        omschrijving=row["omschrijving"],
        wetten=row["wetten"],
        soort=row["soort"],
        bekostiging=row["bekostiging"],
        betaalplan=BetaalplanMijlpalen(soort="mijlpalen", startaandeel=plan.startaandeel)
        if isinstance(plan, Mijlpalen)
        else BetaalplanMaandelijks(soort="maandelijks"),
    )
