# SPDX-License-Identifier: EUPL-1.2
"""Raamovereenkomsten: for which profielen and gemeenten an aanbieder has a contract, and when."""

from typing import Annotated

from fastapi import Query, Request, Response
from pydantic import Field

from app.api.clock import today
from app.api.models import AgbCode, Datum, NummerInPad, Tijdstip
from app.api.pages import PageQuery, QueryModel, page_of
from app.api.raamovereenkomst_modellen import (
    Onderaannemer,
    OnderaannemersPagina,
    Raamovereenkomst,
    RaamovereenkomstenPagina,
    RaamovereenkomstInvoer,
    Versie,
    VersiesPagina,
)
from app.api.route import Router, caller, connection, operation
from app.db import aanbieders, aanmeldingen, catalogus, raamovereenkomsten
from app.db.pages import find_page
from app.domain.aanmelding import check_admitted
from app.domain.contractleven import check_bonus_malus
from app.domain.period import Periode

router = Router(tags=["Aanbieders en contracten"])

PARTIES = (
    *("contracten:schrijven", "declaraties:lezen"),
    *("toewijzingen:lezen", "kosten:lezen"),
)
"""Regio and gemeenten, and of the aanbieders the one whose contract it is."""


class RaamovereenkomstenQuery(PageQuery):
    """Desgewenst alleen die van een aanbieder."""

    aanbieder: AgbCode | None = None


class PeilQuery(QueryModel):
    """Op welke dag, en zoals bekend op welk tijdstip."""

    peildatum: Datum | None = Field(
        default=None,
        description="Zonder: vandaag, of de dag die daar het dichtst bij ligt in de looptijd.",
    )
    bekend_op: Tijdstip | None = Field(
        default=None, description="Laat weg wat na dit tijdstip is vastgelegd."
    )


@router.post("/raamovereenkomsten", status_code=201, summary="Een raamovereenkomst vastleggen")
@operation(scopes=("contracten:schrijven",), creates=True)
async def create_raamovereenkomst(
    request: Request, response: Response, invoer: RaamovereenkomstInvoer
) -> Raamovereenkomst:
    """Legt een contract vast; een aanbieder heeft er op elk moment ten hoogste één.

    Instappen kan op elke dag. Wie het laatst is afgewezen of nog is uitgesloten, krijgt er geen
    (409); een aanmelding is niet verplicht.
    """
    db = connection(request)
    await aanbieders.find_aanbieder(db, invoer.aanbieder)
    ids = await catalogus.find_profiel_ids(db, invoer.profielen)
    await raamovereenkomsten.lock_aanbieder(db, invoer.aanbieder)
    check_bonus_malus(invoer.bonus_malus)
    toelating = await aanmeldingen.find_toelating(db, invoer.aanbieder)
    check_admitted(toelating, invoer.begindatum)
    nummer = await raamovereenkomsten.insert_raamovereenkomst(
        db,
        invoer.aanbieder,
        Periode(invoer.begindatum, invoer.einddatum),
        raamovereenkomsten.Voorwaarden(
            invoer.declaratietermijn_maanden,
            invoer.betaaltermijn_dagen,
            invoer.verlenging_vereist_resultaten,
        ),
        sorted(ids),
        sorted(set(invoer.gemeenten)),
        door=caller(request).sub,
    )
    response.headers["Location"] = f"/v1/raamovereenkomsten/{nummer}"
    return await read_raamovereenkomst(request, nummer)


@router.get("/raamovereenkomsten", summary="Raamovereenkomsten opvragen")
@operation()
async def list_raamovereenkomsten(
    request: Request, response: Response, query: Annotated[RaamovereenkomstenQuery, Query()]
) -> RaamovereenkomstenPagina:
    """Alle contracten, of die van een aanbieder, zoals zij nu staan."""
    count, rows = await find_page(
        connection(request),
        raamovereenkomsten.RAAMOVEREENKOMSTEN,
        query.aanbieder,
        None,
        None,
        None,
        today(),
        limit=query.page_size,
        offset=query.offset,
    )
    results = [Raamovereenkomst(**row) for row in rows]
    return page_of(request, query, count, results, RaamovereenkomstenPagina, response)


@router.get("/raamovereenkomsten/{nummer:int}", summary="Een raamovereenkomst opvragen")
@operation()
async def get_raamovereenkomst(
    request: Request, nummer: NummerInPad, query: Annotated[PeilQuery, Query()]
) -> Raamovereenkomst:
    """Een contract zoals het op een dag staat, ook zoals dat op een eerder tijdstip bekend was."""
    row = await raamovereenkomsten.find_raamovereenkomst(
        connection(request), nummer, today(), query.peildatum, query.bekend_op
    )
    return Raamovereenkomst(**row)


@router.get("/raamovereenkomsten/{nummer:int}/versies", summary="Versies opvragen")
@operation(scopes=PARTIES)
async def list_versies(
    request: Request,
    response: Response,
    nummer: NummerInPad,
    query: Annotated[PageQuery, Query()],
) -> VersiesPagina:
    """Wat er met een contract gebeurde, in volgorde; een aanbieder ziet alleen zijn eigen."""
    await _check_party(request, nummer)
    count, rows = await find_page(
        connection(request),
        raamovereenkomsten.VERSIES,
        nummer,
        limit=query.page_size,
        offset=query.offset,
    )
    results = [Versie(**row) for row in rows]
    return page_of(request, query, count, results, VersiesPagina, response)


@router.get("/raamovereenkomsten/{nummer:int}/onderaannemers", summary="Onderaannemers opvragen")
@operation(scopes=PARTIES)
async def list_onderaannemers(
    request: Request,
    response: Response,
    nummer: NummerInPad,
    query: Annotated[PageQuery, Query()],
) -> OnderaannemersPagina:
    """Wie onder een contract werkt voor de aanbieder; een aanbieder ziet alleen zijn eigen."""
    await _check_party(request, nummer)
    count, rows = await find_page(
        connection(request),
        raamovereenkomsten.ONDERAANNEMERS,
        nummer,
        limit=query.page_size,
        offset=query.offset,
    )
    results = [Onderaannemer(**row) for row in rows]
    return page_of(request, query, count, results, OnderaannemersPagina, response)


async def read_raamovereenkomst(request: Request, nummer: int) -> Raamovereenkomst:
    """A contract as it stands now."""
    row = await raamovereenkomsten.find_raamovereenkomst(connection(request), nummer, today())
    return Raamovereenkomst(**row)


async def _check_party(request: Request, nummer: int) -> None:
    await raamovereenkomsten.find_party(connection(request), nummer, caller(request).agb)
