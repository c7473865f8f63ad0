# SPDX-License-Identifier: EUPL-1.2
"""Betaalspecificaties: what a betaler owes an aanbieder for a declaratie, and what was paid."""

from decimal import ROUND_HALF_UP, Decimal
from typing import Annotated

from fastapi import Path, Query, Request, Response

from app.api.betaal_modellen import (
    Betaalspecificatie,
    BetaalspecificatiesPagina,
    Betaaltijd,
    BetaaltijdQuery,
    SpecificatieNummer,
    Specificatieregel,
    SpecificatieregelsPagina,
    SpecificatiesQuery,
)
from app.api.clock import today
from app.api.media import csv_delimiter
from app.api.pages import PageQuery, page_of
from app.api.periode import BekendOpQuery
from app.api.route import Router, caller, connected, connection, media_type, operation
from app.api.streams import StreamedResponse
from app.db import betaalspecificaties as specificaties
from app.db.betaalspecificaties import REGEL_COLUMNS, Partij
from app.db.pages import find_page

router = Router(tags=["Betalingen"])

READERS = ("kosten:lezen", "declaraties:lezen")
JSON, CSV = "application/json", "text/csv"
CSV_EXAMPLE = (
    ",".join(REGEL_COLUMNS)
    + "\n1,2026-000123,,1204,jeugdwet,OB2,start,2026-02-01,2026-07-31,debet,337400\n"
)

SpecificatieId = Annotated[SpecificatieNummer, Path(alias="id")]


@router.get("/betaalspecificaties", summary="Betaalspecificaties opvragen")
@operation(scopes=READERS)
async def list_betaalspecificaties(
    request: Request, response: Response, query: Annotated[SpecificatiesQuery, Query()]
) -> BetaalspecificatiesPagina:
    """Wat de eigen gemeente moet betalen, of wat de eigen onderneming krijgt.

    Een specificatie hoort bij een declaratie of taakopdracht en een betaler. Regels die later
    worden vrijgegeven, komen op een volgende.
    """
    count, rows = await find_page(
        connection(request),
        specificaties.SPECIFICATIES,
        *partij(request),
        query.bekend_op,
        query.status,
        query.aanbieder,
        query.betaler,
        query.declaratie,
        query.vervalt_vanaf,
        query.vervalt_tot_en_met,
        limit=query.page_size,
        offset=query.offset,
    )
    results = [Betaalspecificatie(**row) for row in rows]
    return page_of(request, query, count, results, BetaalspecificatiesPagina, response)


@router.get("/betaalspecificaties/_betaaltijd", summary="Hoeveel op tijd is betaald")
@operation(scopes=READERS)
async def get_betaaltijd(
    request: Request, query: Annotated[BetaaltijdQuery, Query()]
) -> Betaaltijd:
    """Van wat in deze dagen moest worden betaald: het deel dat uiterlijk op de vervaldatum was.

    Wat nog niet vervallen en nog niet voldaan is, telt niet mee.
    """
    row = await specificaties.find_betaaltijd(
        connection(request),
        partij(request),
        query.vanaf,
        query.tot_en_met,
        today(),
        query.bekend_op,
    )
    return Betaaltijd(
        **row,
        vanaf=query.vanaf,
        tot_en_met=query.tot_en_met,
        aandeel_op_tijd=_share(row["aantal_op_tijd"], row["aantal"]),
    )


@router.get("/betaalspecificaties/{id:int}", summary="Een betaalspecificatie opvragen")
@operation(scopes=READERS)
async def get_betaalspecificatie(
    request: Request,
    nummer: SpecificatieId,
    query: Annotated[BekendOpQuery, Query()],
) -> Betaalspecificatie:
    """Een betaalspecificatie met wat ervan is betaald."""
    row = await specificaties.find_specificatie(
        connection(request), partij(request), nummer, query.bekend_op
    )
    return Betaalspecificatie(**row)


@router.get(
    "/betaalspecificaties/{id:int}/regels",
    summary="De regels van een betaalspecificatie opvragen",
    response_model=SpecificatieregelsPagina,
    responses={200: {"content": {CSV: {"schema": {"type": "string"}, "example": CSV_EXAMPLE}}}},
)
@operation(scopes=READERS, produces=(JSON, CSV), streams=True)
async def list_specificatieregels(
    request: Request,
    response: Response,
    nummer: SpecificatieId,
    query: Annotated[PageQuery, Query()],
) -> SpecificatieregelsPagina | Response:
    """De regels tellen op tot het bedrag; als CSV komen zij alle tegelijk."""
    async with connected(request) as db:
        await specificaties.find_specificatie(db, partij(request), nummer)
        if media_type(request) == JSON:
            count, rows = await find_page(
                db,
                specificaties.REGELS,
                nummer,
                limit=query.page_size,
                offset=query.offset,
            )
            results = [Specificatieregel(**row) for row in rows]
            return page_of(request, query, count, results, SpecificatieregelsPagina, response)
    delimiter = csv_delimiter(request)
    return StreamedResponse(
        request,
        f"{CSV}; charset=utf-8; header=present",
        f"betaalspecificatie-{nummer}.csv",
        lambda db, sink: specificaties.copy_regels(db, sink, nummer, delimiter),
    )


def partij(request: Request) -> Partij:
    """The gemeente or aanbieder that the caller is bound to."""
    return Partij(caller(request).gemeente, caller(request).agb)


def _share(deel: int, geheel: int) -> str | None:
    if not geheel:
        return None
    return str((Decimal(deel) / geheel).quantize(Decimal("0.0001"), ROUND_HALF_UP))
