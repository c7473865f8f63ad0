# SPDX-License-Identifier: EUPL-1.2
"""Toewijzingen: load the facts, decide in pure Python, freeze the decision as rows."""

from typing import Annotated

from fastapi import Query, Request, Response

from app.api import logboek
from app.api.callers import Caller
from app.api.models import NummerInPad
from app.api.pages import page_of
from app.api.prijs_modellen import Prijs, prijs_of
from app.api.route import Router, caller, connection, operation
from app.api.toewijzing_advies import find_dossier
from app.api.toewijzing_feed import list_changed
from app.api.toewijzing_modellen import (
    Toewijzing,
    ToewijzingenPagina,
    ToewijzingenQuery,
    ToewijzingInvoer,
    given,
    toewijzing_of,
)
from app.db import intensiteit, toewijzingen
from app.db.connection import Connection
from app.db.pages import find_page
from app.domain.errors import Forbidden
from app.domain.period import Periode
from app.domain.toewijzing import Aanvraag, Feiten
from app.pricing.besluit import Besluit, decide
from app.pricing.uitleg import undivided
from app.settlement.quote import quote_split

router = Router(tags=["Toewijzingen"])


@router.post("/toewijzingen", status_code=201, summary="Een toewijzing geven")
@operation(scopes=("toewijzingen:schrijven",), creates=True, writes_once=True, verwerking="toegang")
async def create_toewijzing(
    request: Request, response: Response, invoer: ToewijzingInvoer
) -> Toewijzing:
    """Geeft een toewijzing en legt prijs en termijnen daarvan voorgoed vast."""
    toewijzing = await give_toewijzing(connection(request), caller(request), invoer)
    response.headers["Location"] = f"/v1/toewijzingen/{toewijzing.nummer}"
    return toewijzing


@router.post("/toewijzingen/_prijs", summary="Een toewijzing doorrekenen")
@operation(scopes=("toewijzingen:schrijven",), writes_once=True)
async def quote_toewijzing(request: Request, invoer: ToewijzingInvoer) -> Prijs:
    """Rekent prijs, termijnen en verdeling uit met uitleg; er wordt niets vastgelegd."""
    db = connection(request)
    advies = await find_dossier(db, invoer)
    besluit, feiten = await decide_toewijzing(db, caller(request).own_gemeente, invoer)
    if feiten.blijft_wonen:
        verdeling = [undivided(besluit, feiten.woonplaats)]
    else:
        aanvraag = besluit.aanvraag
        verdeling = await quote_split(
            db, invoer.inwoner_id, aanvraag.wet, aanvraag.periode, besluit.termijnen
        )
    return prijs_of(besluit, verdeling, advies[1] if advies else None)


@router.get("/toewijzingen", summary="Toewijzingen opvragen")
@operation(scopes=("toewijzingen:lezen",), verwerking="toegang")
async def list_toewijzingen(
    request: Request, response: Response, query: Annotated[ToewijzingenQuery, Query()]
) -> ToewijzingenPagina:
    """De toewijzingen van de eigen gemeente, of die aan de eigen onderneming zijn gegeven."""
    if query.gewijzigd_sinds is not None:
        return await list_changed(request, query, query.gewijzigd_sinds)
    beller = caller(request)
    count, rows = await find_page(
        connection(request),
        toewijzingen.TOEWIJZINGEN_BY_CHOICE,
        beller.gemeente,
        beller.agb,
        query.inwoner_id,
        query.aanbieder,
        query.status,
        limit=query.page_size,
        offset=query.offset,
    )
    results = [toewijzing_of(row) for row in rows]
    return page_of(request, query, count, results, ToewijzingenPagina, response)


@router.get("/toewijzingen/{nummer:int}", summary="Een toewijzing opvragen")
@operation(scopes=("toewijzingen:lezen",), verwerking="toegang")
async def get_toewijzing(request: Request, nummer: NummerInPad) -> Toewijzing:
    """Een toewijzing met haar prijs en termijnen."""
    beller = caller(request)
    return toewijzing_of(
        await toewijzingen.find_toewijzing(connection(request), beller.gemeente, beller.agb, nummer)
    )


async def give_toewijzing(db: Connection, beller: Caller, invoer: ToewijzingInvoer) -> Toewijzing:
    """Decide and freeze the decision, also for whoever asked in another way.

    Raises Forbidden, Invalid, NotFound or Conflict, and then nothing was written.
    """
    advies = await find_dossier(db, invoer)
    besluit, _ = await decide_toewijzing(db, beller.own_gemeente, invoer)
    dossier = toewijzingen.Dossier(
        inwoner_id=invoer.inwoner_id,
        beoogde_resultaten=[r.model_dump() for r in invoer.beoogde_resultaten],
        verwijzer=invoer.verwijzer,
        spoed_reden=invoer.spoed.reden if invoer.spoed else None,
        door=beller.sub,
        referentie_aanbieder=invoer.referentie_aanbieder,
        handeling=logboek.handeling_now(),
    )
    if advies is None and invoer.beschikking is None:
        nummer = await toewijzingen.insert_toewijzing(db, besluit, dossier)
        return given(invoer, besluit, nummer)
    return await _insert_with_more(
        db, besluit, dossier, advies[0] if advies else None, invoer.beschikking
    )


async def _insert_with_more(
    db: Connection,
    besluit: Besluit,
    dossier: toewijzingen.Dossier,
    advies: intensiteit.Dossier | None,
    beschikking: str | None,
) -> Toewijzing:
    async with db.transaction():
        nummer = await toewijzingen.insert_toewijzing(db, besluit, dossier)
        logboek.is_written(nummer)
        if advies:
            await intensiteit.insert_advies(db, nummer, advies)
        if beschikking:
            await toewijzingen.insert_beschikking(db, nummer, beschikking)
    return toewijzing_of(
        await toewijzingen.find_toewijzing(db, besluit.aanvraag.gemeente, None, nummer)
    )


async def decide_toewijzing(
    db: Connection, gemeente: str, invoer: ToewijzingInvoer
) -> tuple[Besluit, Feiten]:
    """Load what is known and decide. Raises Forbidden, NotFound or Conflict."""
    if invoer.gemeente != gemeente:
        raise Forbidden(
            "andere_gemeente", "Een toegang geeft alleen toewijzingen van de eigen gemeente."
        )
    aanvraag = Aanvraag(
        gemeente=gemeente,
        wet=invoer.wet,
        profiel=invoer.profiel,
        intensiteit=invoer.intensiteit,
        aanbieder=invoer.aanbieder,
        periode=Periode(invoer.begindatum, invoer.einddatum),
        spoed=invoer.spoed is not None,
        omvang=invoer.omvang.asked if invoer.omvang else None,
    )
    feiten, regels = await toewijzingen.find_facts(db, aanvraag, invoer.inwoner_id)
    return decide(aanvraag, feiten, regels), feiten
