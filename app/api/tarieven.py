# SPDX-License-Identifier: EUPL-1.2
"""Tarieven: the one Twente-wide price of a profiel and intensiteit, on a day and as known then."""

from typing import Annotated

from fastapi import Query, Request, Response
from pydantic import Field

from app.api.models import Datum, OutputModel, ProfielCode, Tijdstip, example
from app.api.pages import Page, PageQuery, page_example, page_of
from app.api.route import Router, connection, operation
from app.db import tarieven
from app.db.pages import find_page
from app.domain.toewijzing import Intensiteit

router = Router(tags=["Tarieven"])

EXAMPLE = {
    "profiel": "OB2",
    "intensiteit": "licht",
    "bedragCenten": 110544,
    "vanaf": "2026-01-01",
    "tarieflijst": 2,
}


class TarievenQuery(PageQuery):
    """Op welke dag, en desgewenst voor welk profiel en zoals op welk moment bekend."""

    peildatum: Datum
    profiel: ProfielCode | None = None
    intensiteit: Intensiteit | None = None
    bekend_op: Tijdstip | None = Field(
        default=None, description="Alleen lijsten die op dit moment al waren vastgesteld."
    )


class Tarief(OutputModel):
    """De prijs die geldt, en de lijst waarvan zij komt."""

    profiel: ProfielCode
    intensiteit: Intensiteit
    bedrag_centen: int
    vanaf: Datum
    tarieflijst: int

    model_config = example(EXAMPLE)


class TarievenPagina(Page):
    """Een pagina tarieven, op volgorde van profiel en intensiteit."""

    results: list[Tarief]

    model_config = page_example(EXAMPLE)


@router.get("/tarieven", summary="Tarieven op een dag opvragen")
@operation()
async def list_tarieven(
    request: Request, response: Response, query: Annotated[TarievenQuery, Query()]
) -> TarievenPagina:
    """De prijzen die op de peildatum gelden; zij zijn voor elke gemeente gelijk."""
    count, rows = await find_page(
        connection(request),
        tarieven.TARIEVEN,
        query.peildatum,
        query.bekend_op,
        query.profiel,
        query.intensiteit,
        limit=query.page_size,
        offset=query.offset,
    )
    results = [Tarief(**row) for row in rows]
    return page_of(request, query, count, results, TarievenPagina, response)
