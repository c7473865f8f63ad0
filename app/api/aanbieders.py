# SPDX-License-Identifier: EUPL-1.2
"""Aanbieders: who offers help, how long one waits for it, and how to find and compare them."""

from typing import Annotated

from fastapi import Query, Request, Response

from app.api import paths
from app.api.aanbieder_modellen import (
    Aanbieder,
    AanbiederInvoer,
    AanbiedersPagina,
    AanbiedersQuery,
    KwaliteitscijfersInvoer,
    VergelekenAanbieder,
    Vergelijking,
    VergelijkingQuery,
    WachttijdenInvoer,
)
from app.api.clock import today
from app.api.models import AgbCode
from app.api.pages import page_of
from app.api.route import Router, caller, connection, operation
from app.db import aanbieders, catalogus
from app.db.pages import find_page
from app.domain.errors import Forbidden

router = Router(tags=["Aanbieders en contracten"])

AANBIEDER = f"/aanbieders/{{agb:{paths.NAAM}}}"


@router.get("/aanbieders", summary="Aanbieders zoeken")
@operation()
async def list_aanbieders(
    request: Request, response: Response, query: Annotated[AanbiedersQuery, Query()]
) -> AanbiedersPagina:
    """Zoekt op gemeente, profiel, specialisatie en wachttijd.

    De volgorde is die van AGB-code en zegt niets over voorkeur; een andere alleen op verzoek.
    """
    count, rows = await find_page(
        connection(request),
        aanbieders.AANBIEDERS_BY_CHOICE,
        query.gemeente,
        query.profiel,
        query.specialisatie,
        today(),
        query.wachttijd_tot_en_met,
        query.sorteren,
        limit=query.page_size,
        offset=query.offset,
    )
    results = [Aanbieder(**row) for row in rows]
    return page_of(request, query, count, results, AanbiedersPagina, response)


@router.get(
    "/aanbieders/_vergelijk",
    summary="Aanbieders vergelijken",
    responses={404: {"description": "Een van de aanbieders bestaat niet."}},
)
@operation()
async def compare_aanbieders(
    request: Request, query: Annotated[VergelijkingQuery, Query()]
) -> Vergelijking:
    """Zet twee tot vijf aanbieders naast elkaar, in de gevraagde volgorde en zonder oordeel."""
    rows = await aanbieders.compare(
        connection(request), query.agb, query.gemeente, query.profiel, today()
    )
    return Vergelijking(aanbieders=[VergelekenAanbieder(**row) for row in rows])


@router.get(AANBIEDER, summary="Een aanbieder opvragen")
@operation()
async def get_aanbieder(request: Request, agb: AgbCode) -> Aanbieder:
    """Een aanbieder met de gemeenten die hij bedient, zijn wachttijden en kwaliteitscijfers."""
    return Aanbieder(**await aanbieders.find_aanbieder(connection(request), agb))


@router.put(
    AANBIEDER,
    summary="Een aanbieder vastleggen",
    responses={201: {"model": Aanbieder, "description": "De aanbieder is nieuw."}},
)
@operation(scopes=("contracten:schrijven",))
async def put_aanbieder(
    request: Request, response: Response, agb: AgbCode, invoer: AanbiederInvoer
) -> Aanbieder:
    """Legt een aanbieder vast: 201 als hij nieuw is, 200 als hij er al was."""
    db = connection(request)
    is_new = await aanbieders.put_aanbieder(
        db, agb, invoer.naam, invoer.specialisaties, invoer.gemeenten
    )
    response.status_code = 201 if is_new else 200
    return Aanbieder(**await aanbieders.find_aanbieder(db, agb))


@router.put("/aanbieders/{agb}/wachttijden", summary="Wachttijden opgeven")
@operation(scopes=("declaraties:schrijven", "contracten:schrijven"))
async def put_wachttijden(request: Request, agb: AgbCode, invoer: WachttijdenInvoer) -> Aanbieder:
    """Vervangt alle wachttijden van een aanbieder; hij geeft ze zelf op, of de regio voor hem."""
    if caller(request).agb not in (None, agb):
        raise Forbidden("andere_aanbieder", "Een aanbieder geeft alleen eigen wachttijden op.")
    db = connection(request)
    ids = await catalogus.find_profiel_ids(db, [w.profiel for w in invoer.wachttijden])
    wachttijden = [
        aanbieders.Wachttijd(ids[w.profiel], w.gemeente, w.weken) for w in invoer.wachttijden
    ]
    await aanbieders.replace_wachttijden(db, agb, invoer.peildatum, wachttijden)
    return Aanbieder(**await aanbieders.find_aanbieder(db, agb))


@router.put("/aanbieders/{agb}/kwaliteitscijfers", summary="Kwaliteitscijfers vastleggen")
@operation(scopes=("contracten:schrijven",))
async def put_kwaliteitscijfers(
    request: Request, agb: AgbCode, invoer: KwaliteitscijfersInvoer
) -> Aanbieder:
    """Vervangt alle kwaliteitscijfers over een aanbieder door deze, elk met zijn bron."""
    db = connection(request)
    cijfers = [
        aanbieders.Kwaliteitscijfer(k.periode, k.indicator, k.waarde, k.bron)
        for k in invoer.kwaliteitscijfers
    ]
    await aanbieders.replace_kwaliteitscijfers(db, agb, cijfers)
    return Aanbieder(**await aanbieders.find_aanbieder(db, agb))
