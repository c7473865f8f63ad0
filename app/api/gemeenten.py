# SPDX-License-Identifier: EUPL-1.2
"""The gemeenten of the Netherlands; the 14 of Samen14 are marked."""

from typing import Annotated

from fastapi import Query, Request, Response

from app.api.clock import today
from app.api.models import Datum, GemeenteCode, OutputModel, example, where_it_applies
from app.api.pages import Page, PageQuery, page_example, page_of
from app.api.route import Router, connection, operation
from app.db import catalogus
from app.db.pages import find_page

router = Router(tags=["Catalogus"])

EXAMPLE = {"code": "0153", "naam": "Enschede", "samen14": True}


class Gemeente(OutputModel):
    """Een gemeente met haar CBS-code, en sinds wanneer of tot wanneer die geldt."""

    code: GemeenteCode
    naam: str
    samen14: bool
    geldig_vanaf: Datum | None = where_it_applies()
    geldig_tot_en_met: Datum | None = where_it_applies()
    opvolger: GemeenteCode | None = where_it_applies()

    model_config = example(EXAMPLE)


class GemeentenPagina(Page):
    """Een pagina gemeenten, op volgorde van code."""

    results: list[Gemeente]

    model_config = page_example(EXAMPLE)


class GemeentenQuery(PageQuery):
    """Desgewenst op een andere dag dan vandaag."""

    peildatum: Datum | None = None


@router.get("/gemeenten", summary="Gemeenten opvragen")
@operation()
async def list_gemeenten(
    request: Request, response: Response, query: Annotated[GemeentenQuery, Query()]
) -> GemeentenPagina:
    """Alle gemeenten van Nederland van vandaag of een peildatum, die van Samen14 gemerkt."""
    count, rows = await find_page(
        connection(request),
        catalogus.GEMEENTEN,
        query.peildatum or today(),
        limit=query.page_size,
        offset=query.offset,
    )
    results = [Gemeente(**row) for row in rows]
    return page_of(request, query, count, results, GemeentenPagina, response)
