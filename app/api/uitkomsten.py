# SPDX-License-Identifier: EUPL-1.2
"""What came of a declaratie, as a whole and line by line. Only its own aanbieder sees it."""

from typing import Annotated, Literal

from asyncpg import Record
from fastapi import Path, Query, Request, Response

from app.api.declaratie_modellen import DECLARATIE_EXAMPLE, Declaratie, declaratie_of
from app.api.models import GemeenteCode, NummerInPad, OutputModel, example, where_it_applies
from app.api.pages import Page, PageQuery, page_example, page_of
from app.api.route import Router, caller, connection, operation
from app.db import declaraties
from app.db.pages import find_page
from app.domain.omvang import Eenheid
from app.domain.redenen import REDENEN, Reden
from app.pricing.betaalplan import Mijlpaal

router = Router(tags=["Declaraties"])

DeclaratieId = Annotated[NummerInPad, Path(alias="id")]

Uitkomst = Literal["toegekend", "afgekeurd", "aangehouden"]

EXAMPLE = {
    "regelnummer": 1,
    "referentie": "2026-000123",
    "toewijzingNummer": 1204,
    "mijlpaal": "start",
    "uitkomst": "toegekend",
    "redenen": [],
    "toegekendCenten": 216815,
    "verdeling": [
        {"gemeente": "0153", "dagen": 103, "bedragCenten": 123381},
        {"gemeente": "0141", "dagen": 78, "bedragCenten": 93434},
    ],
}


class RegelReden(OutputModel):
    """Waarom een regel is afgekeurd of aangehouden."""

    code: str
    retourcode: str | None
    omschrijving: str

    @classmethod
    def of(cls, reden: Reden) -> "RegelReden":
        """A reason as it is told."""
        return cls(code=reden.code, retourcode=reden.retourcode, omschrijving=reden.omschrijving)


class RegelDeel(OutputModel):
    """Wat een gemeente van een toegekende regel draagt."""

    gemeente: GemeenteCode
    dagen: int
    bedrag_centen: int


class RegelUitkomst(OutputModel):
    """Wat er van een regel is geworden."""

    regelnummer: int
    referentie: str
    toewijzing_nummer: int
    mijlpaal: Mijlpaal
    volume: int | None = where_it_applies()
    eenheid: Eenheid | None = where_it_applies()
    uitkomst: Uitkomst
    redenen: list[RegelReden]
    toegekend_centen: int
    verdeling: list[RegelDeel]

    model_config = example(EXAMPLE)


class RegelUitkomstenPagina(Page):
    """Een pagina regels, in de volgorde waarin zij zijn ingediend."""

    results: list[RegelUitkomst]

    model_config = page_example(EXAMPLE)


class DeclaratiesPagina(Page):
    """Een pagina declaraties, op volgorde van ontvangst."""

    results: list[Declaratie]

    model_config = page_example(DECLARATIE_EXAMPLE)


class RegelsQuery(PageQuery):
    """Desgewenst alleen de regels met een uitkomst."""

    uitkomst: Uitkomst | None = None


@router.get("/declaraties", summary="Declaraties opvragen")
@operation(scopes=("declaraties:lezen",))
async def list_declaraties(
    request: Request, response: Response, query: Annotated[PageQuery, Query()]
) -> DeclaratiesPagina:
    """De declaraties van de eigen onderneming."""
    count, rows = await find_page(
        connection(request),
        declaraties.DECLARATIES,
        caller(request).own_agb,
        limit=query.page_size,
        offset=query.offset,
    )
    results = [declaratie_of(row) for row in rows]
    return page_of(request, query, count, results, DeclaratiesPagina, response)


@router.get("/declaraties/{id:int}", summary="Een declaratie opvragen")
@operation(scopes=("declaraties:lezen",))
async def get_declaratie(request: Request, declaratie_id: DeclaratieId) -> Declaratie:
    """Hoe het met een declaratie staat, met tellingen en bedragen."""
    agb = caller(request).own_agb
    return declaratie_of(await declaraties.find_declaratie(connection(request), agb, declaratie_id))


@router.get("/declaraties/{id:int}/regels", summary="Uitkomsten per regel opvragen")
@operation(scopes=("declaraties:lezen",))
async def list_regels(
    request: Request,
    response: Response,
    declaratie_id: DeclaratieId,
    query: Annotated[RegelsQuery, Query()],
) -> RegelUitkomstenPagina:
    """De uitkomst van elke regel met alle redenen, en van toegekende regels de verdeling."""
    db, agb = connection(request), caller(request).own_agb
    await declaraties.find_declaratie(db, agb, declaratie_id)
    count, rows = await find_page(
        db,
        declaraties.REGELS,
        declaratie_id,
        agb,
        query.uitkomst,
        limit=query.page_size,
        offset=query.offset,
    )
    results = [regel_of(row) for row in rows]
    return page_of(request, query, count, results, RegelUitkomstenPagina, response)


def regel_of(row: Record) -> RegelUitkomst:
    """What came of a line, as its aanbieder reads it."""
    return RegelUitkomst(
        regelnummer=row["regelnummer"],
        referentie=row["referentie"],
        toewijzing_nummer=row["toewijzing_nummer"],
        mijlpaal=row["mijlpaal"],
        volume=row["volume"],
        eenheid=row["eenheid"],
        uitkomst=row["uitkomst"],
        redenen=[RegelReden.of(REDENEN[code]) for code in row["redenen"]],
        toegekend_centen=row["toegekend_centen"],
        verdeling=row["verdeling"],
    )
