# SPDX-License-Identifier: EUPL-1.2
"""Taakopdrachten: a task for a population at a lump sum, without a toewijzing per inwoner."""

from typing import Annotated

from asyncpg import Record
from fastapi import Path, Query, Request, Response

from app.api.clock import today
from app.api.models import NummerInPad
from app.api.pages import PageQuery, page_of
from app.api.route import Router, caller, connection, operation
from app.api.taakopdracht_modellen import (
    Geboekt,
    Halfjaar,
    Taakopdracht,
    TaakopdrachtenPagina,
    TaakopdrachtInvoer,
    Verslag,
    VerslagenPagina,
    VerslagInvoer,
)
from app.db import aanbieders, catalogus, taakopdrachten
from app.db.pages import find_page
from app.domain.period import Periode
from app.domain.taak import check_report, named_profielen, reports_due
from app.pricing.taak import plan_taak

router = Router(tags=["Taakopdrachten"])

READERS = ("kosten:lezen", "toewijzingen:lezen", "contracten:schrijven")


@router.post("/taakopdrachten", status_code=201, summary="Een taakopdracht geven")
@operation(scopes=("contracten:schrijven",), creates=True)
async def create_taakopdracht(
    request: Request, response: Response, invoer: TaakopdrachtInvoer
) -> Taakopdracht:
    """Legt een opdracht met haar termijnen voorgoed vast.

    Zolang zij loopt, wordt voor de profielen die zij omvat geen toewijzing meer gegeven.
    """
    db = connection(request)
    await aanbieders.find_aanbieder(db, invoer.aanbieder)
    ids = await catalogus.find_profiel_ids(db, invoer.profielen)
    bedragen = {deel.gemeente: deel.bedrag_centen for deel in invoer.gemeenten}
    opdracht = taakopdrachten.Taakopdracht(
        aanbieder=invoer.aanbieder,
        periode=invoer.periode,
        termijnen=invoer.termijnen,
        omvat=invoer.omvat,
        omvat_niet=invoer.omvat_niet,
        bedragen=bedragen,
        plannen={
            gemeente: plan_taak(bedrag, invoer.periode, invoer.termijnen)
            for gemeente, bedrag in bedragen.items()
        },
    )
    omvat = sorted({ids[code] for code in named_profielen(invoer.omvat)})
    nummer = await taakopdrachten.insert_taakopdracht(db, opdracht, omvat, caller(request).sub)
    response.headers["Location"] = f"/v1/taakopdrachten/{nummer}"
    return _taakopdracht(await taakopdrachten.find_taakopdracht(db, None, None, nummer))


@router.post("/taakopdrachten/_boek", summary="Vervallen termijnen boeken")
@operation(scopes=("contracten:schrijven",))
async def book_termijnen(request: Request) -> Geboekt:
    """Boekt elke termijn die vandaag vervallen is en nog niet geboekt was; herhalen kan altijd."""
    return Geboekt(**await taakopdrachten.book_due(connection(request), today()))


@router.get("/taakopdrachten", summary="Taakopdrachten opvragen")
@operation(scopes=READERS)
async def list_taakopdrachten(
    request: Request, response: Response, query: Annotated[PageQuery, Query()]
) -> TaakopdrachtenPagina:
    """De opdrachten van de eigen gemeente of de eigen onderneming; de regio ziet ze alle."""
    count, rows = await find_page(
        connection(request),
        taakopdrachten.TAAKOPDRACHTEN_IN_ORDER,
        caller(request).gemeente,
        caller(request).agb,
        limit=query.page_size,
        offset=query.offset,
    )
    results = [_taakopdracht(row) for row in rows]
    return page_of(request, query, count, results, TaakopdrachtenPagina, response)


@router.get("/taakopdrachten/{nummer:int}", summary="Een taakopdracht opvragen")
@operation(scopes=READERS)
async def get_taakopdracht(request: Request, nummer: NummerInPad) -> Taakopdracht:
    """Een opdracht met haar termijnen, en over welke halfjaren nog verslag moet worden gedaan."""
    return _taakopdracht(await _found(request, nummer))


@router.post(
    "/taakopdrachten/{nummer:int}/verslagen",
    status_code=201,
    summary="Verslag doen van een taakopdracht",
)
@operation(scopes=("declaraties:schrijven",), creates=True)
async def create_verslag(
    request: Request, response: Response, nummer: NummerInPad, invoer: VerslagInvoer
) -> Verslag:
    """De aanbieder doet na elk halfjaar één keer verslag van de resultaten."""
    opdracht = await _found(request, nummer)
    check_report(_periode(opdracht), invoer.halfjaar, today())
    row = await taakopdrachten.insert_verslag(
        connection(request),
        nummer,
        invoer.halfjaar,
        invoer.aantal_inwoners,
        [resultaat.model_dump() for resultaat in invoer.resultaten],
    )
    response.headers["Location"] = f"/v1/taakopdrachten/{nummer}/verslagen/{invoer.halfjaar}"
    return Verslag(**row)


@router.get("/taakopdrachten/{nummer:int}/verslagen", summary="Verslagen opvragen")
@operation(scopes=READERS)
async def list_verslagen(
    request: Request,
    response: Response,
    nummer: NummerInPad,
    query: Annotated[PageQuery, Query()],
) -> VerslagenPagina:
    """De verslagen van een opdracht, voor wie die opdracht mag zien."""
    await _found(request, nummer)
    count, rows = await find_page(
        connection(request),
        taakopdrachten.VERSLAGEN,
        nummer,
        limit=query.page_size,
        offset=query.offset,
    )
    results = [Verslag(**row) for row in rows]
    return page_of(request, query, count, results, VerslagenPagina, response)


@router.get("/taakopdrachten/{nummer:int}/verslagen/{halfjaar}", summary="Een verslag opvragen")
@operation(scopes=READERS)
async def get_verslag(
    request: Request, nummer: NummerInPad, halfjaar: Annotated[Halfjaar, Path()]
) -> Verslag:
    """Het verslag over een halfjaar."""
    await _found(request, nummer)
    return Verslag(**await taakopdrachten.find_verslag(connection(request), nummer, halfjaar))


async def _found(request: Request, nummer: int) -> Record:
    beller = caller(request)
    return await taakopdrachten.find_taakopdracht(
        connection(request), beller.gemeente, beller.agb, nummer
    )


def _periode(row: Record) -> Periode:
    return Periode(row["begindatum"], row["einddatum"])


def _taakopdracht(row: Record) -> Taakopdracht:
    due = reports_due(_periode(row), today())
    missing = [halfjaar for halfjaar in due if halfjaar not in row["verslagen"]]
    return Taakopdracht(**row, ontbrekende_verslagen=missing)
