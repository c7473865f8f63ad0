# SPDX-License-Identifier: EUPL-1.2
"""Closing a month or a year, and what is still to come in."""

from collections import defaultdict
from datetime import date, datetime
from typing import Annotated

from asyncpg import Record
from fastapi import Path, Query, Request, Response
from pydantic import Field

from app.api.clock import now, today
from app.api.models import (
    Datum,
    GemeenteCode,
    InputModel,
    OutputModel,
    ProfielCode,
    Tijdstip,
    example,
)
from app.api.pages import Page, QueryModel, page_example, page_of
from app.api.periode import BekendOp, ZoalsBekendQuery
from app.api.route import Router, caller, connection, operation
from app.db import afsluitingen
from app.db.pages import find_page
from app.domain.afsluiting import Soort, boekperiode, check_close, still_to_come
from app.domain.period import Periode
from app.domain.taak import Kostensoort

router = Router(tags=["Kosten"])

PeriodeNaam = Annotated[str, Field(pattern=r"^(19|20|21)[0-9]{2}(-(0[1-9]|1[0-2]))?$")]

EXAMPLE = {
    "periode": "2026-10",
    "soort": "maand",
    "kostenCenten": 123381,
    "nogTeOntvangenCenten": 548000,
    "geslotenOp": "2026-11-05T08:00:00.000000Z",
}


class PeriodeafsluitingInvoer(InputModel):
    """Een maand (2026-10) of een jaar (2026)."""

    periode: PeriodeNaam

    model_config = example({"periode": "2026-10"})


class Afsluiting(OutputModel):
    """Een afgesloten maand of jaar, met wat er toen in de boeken stond (zonder taakopdrachten)."""

    periode: str
    soort: Soort
    kosten_centen: int = Field(description="Wat de gemeente in deze boekperiode draagt.")
    nog_te_ontvangen_centen: int = Field(description="Wat aan het eind ervan nog moest komen.")
    gesloten_op: Tijdstip

    model_config = example(EXAMPLE)


class AfsluitingenPagina(Page):
    """Een pagina afsluitingen, op volgorde van einddatum."""

    results: list[Afsluiting]

    model_config = page_example(EXAMPLE)


class NogTeOntvangenQuery(QueryModel):
    """Op welke dag."""

    peildatum: Datum
    bekend_op: BekendOp = None


class NogTeOntvangenGroep(OutputModel):
    """Wat van een profiel nog moet komen; van taakopdrachten alles samen, zonder profiel."""

    wet: Kostensoort
    profiel: ProfielCode | None
    aantal_termijnen: int
    bedrag_centen: int


class NogTeOntvangen(OutputModel):
    """Geleverde hulp die nog niet geboekt is."""

    gemeente: GemeenteCode
    peildatum: Datum
    bekend_op: Tijdstip
    aantal_termijnen: int
    bedrag_centen: int
    groepen: list[NogTeOntvangenGroep]

    model_config = example(
        {
            "gemeente": "0153",
            "peildatum": "2026-12-31",
            "bekendOp": "2027-01-20T09:00:00.000000Z",
            "aantalTermijnen": 4,
            "bedragCenten": 548000,
            "groepen": [
                {
                    "wet": "wmo",
                    "profiel": "OB6",
                    "aantalTermijnen": 4,
                    "bedragCenten": 548000,
                }
            ],
        }
    )


@router.post("/afsluitingen", status_code=201, summary="Een maand of jaar afsluiten")
@operation(scopes=("betalingen:schrijven",), creates=True)
async def create_afsluiting(
    request: Request, response: Response, invoer: PeriodeafsluitingInvoer
) -> Afsluiting:
    """Sluit de boeken van de eigen gemeente; dat gaat op volgorde en niet terug.

    Wat daarna over die periode komt, gaat naar de eerste open maand, met zijn eigen dienstjaar.
    """
    db, gemeente = connection(request), caller(request).own_gemeente
    wat = boekperiode(invoer.periode)
    check_close(wat, await afsluitingen.lock_afsluitingen(db, gemeente), today())
    rows = await _to_come(request, wat.periode.einddatum, now())
    await afsluitingen.insert_afsluiting(
        db, gemeente, wat, sum(centen for _, centen in rows), caller(request).sub
    )
    response.headers["Location"] = f"/v1/afsluitingen/{wat.naam}"
    return Afsluiting(**await afsluitingen.find_afsluiting(db, gemeente, wat.naam))


@router.get("/afsluitingen", summary="Afsluitingen opvragen")
@operation(scopes=("kosten:lezen",))
async def list_afsluitingen(
    request: Request, response: Response, query: Annotated[ZoalsBekendQuery, Query()]
) -> AfsluitingenPagina:
    """De maanden en jaren die de eigen gemeente heeft afgesloten, nu of op een eerder tijdstip."""
    count, rows = await find_page(
        connection(request),
        afsluitingen.AFSLUITINGEN,
        caller(request).own_gemeente,
        query.bekend_op,
        limit=query.page_size,
        offset=query.offset,
    )
    results = [Afsluiting(**row) for row in rows]
    return page_of(request, query, count, results, AfsluitingenPagina, response)


@router.get("/afsluitingen/{periode}", summary="Een afsluiting opvragen")
@operation(scopes=("kosten:lezen",))
async def get_afsluiting(request: Request, periode: Annotated[PeriodeNaam, Path()]) -> Afsluiting:
    """Een afgesloten maand of jaar."""
    gemeente = caller(request).own_gemeente
    return Afsluiting(**await afsluitingen.find_afsluiting(connection(request), gemeente, periode))


@router.get("/nog-te-ontvangen", summary="Nog te ontvangen declaraties schatten")
@operation(scopes=("kosten:lezen",))
async def get_nog_te_ontvangen(
    request: Request, query: Annotated[NogTeOntvangenQuery, Query()]
) -> NogTeOntvangen:
    """Wat tot en met de peildatum is geleverd en niet geboekt, en de eigen gemeente gaat betalen.

    Een termijn die al declarabel is, telt helemaal mee; een lopende naar dagen.
    """
    bekend_op = query.bekend_op or now()
    sums: defaultdict[tuple[Kostensoort, str | None], list[int]] = defaultdict(lambda: [0, 0])
    for row, centen in await _to_come(request, query.peildatum, bekend_op):
        if centen:
            sums[row["wet"], row["profiel"]][0] += row["aantal"]
            sums[row["wet"], row["profiel"]][1] += centen
    groepen = [
        NogTeOntvangenGroep(wet=wet, profiel=code, aantal_termijnen=aantal, bedrag_centen=centen)
        for (wet, code), (aantal, centen) in sums.items()
    ]
    return NogTeOntvangen(
        gemeente=caller(request).own_gemeente,
        peildatum=query.peildatum,
        bekend_op=bekend_op,
        aantal_termijnen=sum(groep.aantal_termijnen for groep in groepen),
        bedrag_centen=sum(groep.bedrag_centen for groep in groepen),
        groepen=groepen,
    )


async def _to_come(
    request: Request, peildatum: date, bekend_op: datetime
) -> list[tuple[Record, int]]:
    """Open termijnen, like ones together, each with what is still to come in of all of them."""
    rows = await afsluitingen.find_open_termijnen(
        connection(request), caller(request).own_gemeente, peildatum, bekend_op
    )
    return [
        (
            row,
            row["aantal"]
            * still_to_come(
                Periode(row["begindatum"], row["einddatum"]),
                row["bedrag_centen"],
                row["declarabel_vanaf"],
                row["geboekt_centen"],
                peildatum,
            ),
        )
        for row in rows
    ]
