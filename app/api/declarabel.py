# SPDX-License-Identifier: EUPL-1.2
"""Which termijnen an aanbieder may declare on a day, and a declaratie of all of them."""

from typing import Annotated

from fastapi import Query, Request, Response
from fastapi.responses import JSONResponse
from pydantic import Field

from app.api.clock import today
from app.api.declaratie_modellen import (
    DECLARATIE_INVOER_EXAMPLE,
    MOST_JSON_LINES,
    Declaratienummer,
    Regel,
)
from app.api.models import Datum, OutputModel, example
from app.api.pages import Page, PageQuery, QueryModel, page_example, page_of
from app.api.route import Router, caller, connected, connection, is_head, media_type, operation
from app.api.streams import StreamedResponse
from app.db import levering
from app.db.pages import find_page
from app.pricing.betaalplan import Mijlpaal

router = Router(tags=["Declaraties"])

JSON, CSV = "application/json", "text/csv"
TERMIJN_EXAMPLE = {
    "toewijzingNummer": 1204,
    "volgnummer": 1,
    "mijlpaal": "start",
    "begindatum": "2026-02-01",
    "einddatum": "2026-07-31",
    "bedragCenten": 216815,
    "declarabelVanaf": "2026-02-01",
    "declarabelTotEnMet": "2031-02-28",
    "referentieAanbieder": "V-2026-0042",
}


class DeclarabeleTermijn(OutputModel):
    """Een termijn die nog niet is toegekend of aangehouden, en wanneer zij declarabel is."""

    toewijzing_nummer: int
    volgnummer: int
    mijlpaal: Mijlpaal
    begindatum: Datum
    einddatum: Datum
    bedrag_centen: int
    declarabel_vanaf: Datum
    declarabel_tot_en_met: Datum
    referentie_aanbieder: str | None

    model_config = example(TERMIJN_EXAMPLE)


class DeclarabeleTermijnenPagina(Page):
    """Een pagina termijnen, op volgorde van toewijzing en volgnummer."""

    results: list[DeclarabeleTermijn]

    model_config = page_example(TERMIJN_EXAMPLE)


class Declaratievoorstel(OutputModel):
    """De inhoud voor `POST /declaraties`; zonder regels is er niets te declareren."""

    declaratienummer: str
    dagtekening: Datum
    regels: Annotated[list[Regel], Field(max_length=MOST_JSON_LINES)]

    model_config = example(DECLARATIE_INVOER_EXAMPLE)


class TermijnenQuery(PageQuery):
    """Op welke dag de termijnen declarabel zijn."""

    declarabel_op: Datum | None = None


class VoorstelQuery(QueryModel):
    """Op welke dag, en onder welk nummer; zonder nummer kiest de service er een."""

    declarabel_op: Datum | None = None
    declaratienummer: Declaratienummer | None = None


@router.get("/termijnen", summary="Declarabele termijnen opvragen")
@operation(scopes=("declaraties:lezen",))
async def list_termijnen(
    request: Request, response: Response, query: Annotated[TermijnenQuery, Query()]
) -> DeclarabeleTermijnenPagina:
    """De termijnen van de eigen onderneming die op een dag (zonder: vandaag) declarabel zijn."""
    count, rows = await find_page(
        connection(request),
        levering.DECLARABLE,
        caller(request).own_agb,
        query.declarabel_op or today(),
        limit=query.page_size,
        offset=query.offset,
    )
    results = [DeclarabeleTermijn(**row) for row in rows]
    return page_of(request, query, count, results, DeclarabeleTermijnenPagina, response)


@router.get(
    "/termijnen/_declaratie",
    summary="Een kant-en-klare declaratie opvragen",
    response_class=Response,
    responses={
        200: {
            "description": "In JSON de inhoud voor `POST /declaraties`, met ten hoogste "
            f"{MOST_JSON_LINES} regels; in CSV alle regels, voor hetzelfde adres.",
            "model": Declaratievoorstel,
            "content": {CSV: {"schema": {"type": "string"}}},
        }
    },
)
@operation(scopes=("declaraties:lezen",), produces=(JSON, CSV), streams=True)
async def propose_declaratie(
    request: Request, query: Annotated[VoorstelQuery, Query()]
) -> Response:
    """Alles wat op een dag declarabel is, met een nieuwe referentie per regel, om in te dienen."""
    agb, dag = caller(request).own_agb, query.declarabel_op or today()
    if media_type(request) == CSV:
        return StreamedResponse(
            request,
            f"{CSV}; charset=utf-8; header=present",
            f"declaratie-{agb}-{dag}.csv",
            lambda db, sink: levering.copy_lines(db, sink, agb, dag),
        )
    if is_head(request):
        return Response(media_type=JSON)
    async with connected(request) as db:
        lines = await levering.find_lines(db, agb, dag, MOST_JSON_LINES)
        volgend = await levering.count_of_day(db, agb, today()) + 1
    nummer = query.declaratienummer or f"D{today():%y%m%d}{volgend:05}"
    regels = [
        {**line, "begindatum": str(line["begindatum"]), "einddatum": str(line["einddatum"])}
        for line in lines
    ]
    return JSONResponse({"declaratienummer": nummer, "dagtekening": str(today()), "regels": regels})
