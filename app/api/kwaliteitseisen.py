# SPDX-License-Identifier: EUPL-1.2
"""Kwaliteitseisen: the short set of demands that an aanmelding is held against; they are data."""

from typing import Annotated

from fastapi import Query, Request, Response
from pydantic import Field, field_validator
from pydantic_core.core_schema import ValidationInfo

from app.api.models import Code, Datum, InputModel, OutputModel, Tekst, example, refusal
from app.api.pages import Page, PageQuery, page_example, page_of
from app.api.route import Router, connection, operation
from app.db import aanmeldingen
from app.db.pages import find_page

router = Router(tags=["Aanbieders en contracten"])

EXAMPLE = {
    "code": "keurmerk",
    "naam": "Kwaliteitskeurmerk",
    "omschrijving": "Heeft een geldig keurmerk voor de hulp die wordt aangeboden.",
    "vanaf": "2026-01-01",
    "totEnMet": None,
}


class KwaliteitseisInvoer(InputModel):
    """Een eis waaraan een aanbieder voldoet om te worden toegelaten."""

    naam: Annotated[str, Tekst(200)]
    omschrijving: Annotated[str, Tekst(2_000, lines=True)]
    vanaf: Annotated[Datum, Field(description="De eerste dag waarop de eis geldt.")]
    tot_en_met: Annotated[
        Datum | None, Field(description="De laatste dag waarop de eis geldt, als die er is.")
    ] = None

    model_config = example({key: value for key, value in EXAMPLE.items() if key != "code"})

    @field_validator("tot_en_met")
    @classmethod
    def _ends_after_it_begins(cls, value: Datum | None, info: ValidationInfo) -> Datum | None:
        vanaf = info.data.get("vanaf")
        if vanaf and value and value < vanaf:
            raise refusal("eind_voor_begin", "De datum totEnMet ligt voor vanaf.")
        return value


class Kwaliteitseis(OutputModel):
    """Een eis waaraan een aanbieder voldoet om te worden toegelaten."""

    code: Code
    naam: str
    omschrijving: str
    vanaf: Datum
    tot_en_met: Datum | None

    model_config = example(EXAMPLE)


class KwaliteitseisenPagina(Page):
    """Een pagina kwaliteitseisen, op volgorde van code."""

    results: list[Kwaliteitseis]

    model_config = page_example(EXAMPLE)


class KwaliteitseisenQuery(PageQuery):
    """Desgewenst alleen die op een dag gelden."""

    peildatum: Datum | None = None


@router.get("/kwaliteitseisen", summary="Kwaliteitseisen opvragen")
@operation()
async def list_kwaliteitseisen(
    request: Request, response: Response, query: Annotated[KwaliteitseisenQuery, Query()]
) -> KwaliteitseisenPagina:
    """Waaraan een aanbieder voldoet om te worden toegelaten: alles, of wat op een dag geldt."""
    count, rows = await find_page(
        connection(request),
        aanmeldingen.KWALITEITSEISEN,
        query.peildatum,
        limit=query.page_size,
        offset=query.offset,
    )
    results = [Kwaliteitseis(**row) for row in rows]
    return page_of(request, query, count, results, KwaliteitseisenPagina, response)


@router.get("/kwaliteitseisen/{code}", summary="Een kwaliteitseis opvragen")
@operation()
async def get_kwaliteitseis(request: Request, code: Code) -> Kwaliteitseis:
    """Een eis waaraan een aanbieder voldoet om te worden toegelaten."""
    return Kwaliteitseis(**await aanmeldingen.find_kwaliteitseis(connection(request), code))


@router.put(
    "/kwaliteitseisen/{code}",
    summary="Een kwaliteitseis vastleggen",
    responses={201: {"model": Kwaliteitseis, "description": "De kwaliteitseis is nieuw."}},
)
@operation(scopes=("contracten:schrijven",))
async def put_kwaliteitseis(
    request: Request, response: Response, code: Code, invoer: KwaliteitseisInvoer
) -> Kwaliteitseis:
    """Legt een eis vast; 201 als hij nieuw is. Wat al is getoetst, blijft staan zoals het was."""
    row = await aanmeldingen.put_kwaliteitseis(
        connection(request), code, invoer.naam, invoer.omschrijving, invoer.vanaf, invoer.tot_en_met
    )
    response.status_code = 201 if row["is_new"] else 200
    return Kwaliteitseis(**{key: row[key] for key in Kwaliteitseis.model_fields})
