# SPDX-License-Identifier: EUPL-1.2
"""Concepttoewijzingen: one drafts, a colleague with mandate approves, and only then it counts."""

from typing import Annotated, Literal

from asyncpg import Record
from fastapi import Path, Query, Request, Response

from app.api.logboek import note
from app.api.models import InputModel, NummerInPad, OutputModel, Tekst, Tijdstip, example
from app.api.pages import Page, PageQuery, page_example, page_of
from app.api.route import Router, caller, connection, operation
from app.api.toewijzing_advies import find_dossier
from app.api.toewijzing_modellen import INPUT_EXAMPLE, Beschikking, Toewijzing, ToewijzingInvoer
from app.api.toewijzingen import decide_toewijzing, give_toewijzing
from app.db import concepttoewijzingen
from app.db.pages import find_page
from app.domain.concept import check_four_eyes, check_price, check_undecided

router = Router(tags=["Toewijzingen"])

ConceptId = Annotated[NummerInPad, Path(alias="id")]
Conceptstatus = Literal["concept", "goedgekeurd", "afgekeurd"]

EXAMPLE = {
    "id": 12,
    "status": "concept",
    "toewijzing": INPUT_EXAMPLE,
    "prijsCenten": 309736,
    "opgesteldOp": "2026-01-20T09:30:00.000000Z",
    "beslotenOp": None,
    "mandaat": None,
    "reden": None,
    "toewijzingNummer": None,
}


class GoedkeuringInvoer(InputModel):
    """Het mandaat waaronder een collega een concept goedkeurt."""

    mandaat: Annotated[str, Tekst(200)]
    beschikking: Beschikking | None = None

    model_config = example({"mandaat": "Mandaatregister 2026, nr. 14", "beschikking": "Z26-001204"})


class AfkeuringInvoer(InputModel):
    """Waarom een concept niet wordt goedgekeurd."""

    reden: Annotated[str, Tekst(2_000, lines=True)]

    model_config = example({"reden": "De onderbouwing van het resultaat ontbreekt"})


class Concepttoewijzing(OutputModel):
    """Een toewijzing die nog door een collega moet worden goedgekeurd, of is beoordeeld."""

    id: int
    status: Conceptstatus
    toewijzing: ToewijzingInvoer
    prijs_centen: int
    opgesteld_op: Tijdstip
    besloten_op: Tijdstip | None
    mandaat: str | None
    reden: str | None
    toewijzing_nummer: int | None

    model_config = example(EXAMPLE)


class ConcepttoewijzingenPagina(Page):
    """Een pagina concepten, op volgorde van opstellen."""

    results: list[Concepttoewijzing]

    model_config = page_example(EXAMPLE)


class ConceptenQuery(PageQuery):
    """Waarop te zoeken; wat ontbreekt, doet niet mee."""

    status: Conceptstatus | None = None


@router.post("/concepttoewijzingen", status_code=201, summary="Een concepttoewijzing opstellen")
@operation(scopes=("toewijzingen:schrijven",), creates=True, verwerking="toegang")
async def create_concept(
    request: Request, response: Response, invoer: ToewijzingInvoer
) -> Concepttoewijzing:
    """Toetst en prijst zoals bij een toewijzing; die komt er pas als een collega goedkeurt."""
    db, beller = connection(request), caller(request)
    await find_dossier(db, invoer)
    besluit, _ = await decide_toewijzing(db, beller.own_gemeente, invoer)
    concept_id = await concepttoewijzingen.insert_concept(
        db,
        beller.own_gemeente,
        invoer.inwoner_id,
        invoer.model_dump(mode="json"),
        besluit.prijs_centen,
        beller.sub,
    )
    response.headers["Location"] = f"/v1/concepttoewijzingen/{concept_id}"
    return await get_concept(request, concept_id)


@router.get("/concepttoewijzingen", summary="Concepttoewijzingen opvragen")
@operation(scopes=("toewijzingen:schrijven",), verwerking="toegang")
async def list_concepten(
    request: Request, response: Response, query: Annotated[ConceptenQuery, Query()]
) -> ConcepttoewijzingenPagina:
    """De concepten van de eigen gemeente; een aanbieder ziet ze niet."""
    count, rows = await find_page(
        connection(request),
        concepttoewijzingen.CONCEPTEN_BY_CHOICE,
        caller(request).own_gemeente,
        query.status,
        limit=query.page_size,
        offset=query.offset,
    )
    results = [_concept(row) for row in rows]
    return page_of(request, query, count, results, ConcepttoewijzingenPagina, response)


@router.get("/concepttoewijzingen/{id:int}", summary="Een concepttoewijzing opvragen")
@operation(scopes=("toewijzingen:schrijven",), verwerking="toegang")
async def get_concept(request: Request, concept_id: ConceptId) -> Concepttoewijzing:
    """Een concept met wat erop is besloten."""
    gemeente = caller(request).own_gemeente
    return _concept(
        await concepttoewijzingen.find_concept(connection(request), gemeente, concept_id)
    )


@router.post(
    "/concepttoewijzingen/{id:int}/goedkeuring",
    status_code=201,
    summary="Een concepttoewijzing goedkeuren",
)
@operation(scopes=("toewijzingen:schrijven",), creates=True, verwerking="toegang")
async def approve_concept(
    request: Request, response: Response, concept_id: ConceptId, invoer: GoedkeuringInvoer
) -> Toewijzing:
    """Geeft de toewijzing, opnieuw getoetst. Wie het concept opstelde, keurt het niet goed."""
    db, beller = connection(request), caller(request)
    concept = await concepttoewijzingen.lock_concept(db, beller.own_gemeente, concept_id)
    check_undecided(concept["besluit"])
    check_four_eyes(concept["opgesteld_door"], beller.sub)
    asked = ToewijzingInvoer.model_validate(concept["invoer"])
    if invoer.beschikking:
        asked = asked.model_copy(update={"beschikking": invoer.beschikking})
    toewijzing = await give_toewijzing(db, beller, asked)
    check_price(concept["prijs_centen"], toewijzing.prijs_centen)
    await concepttoewijzingen.approve(db, concept_id, beller.sub, invoer.mandaat, toewijzing.nummer)
    response.headers["Location"] = f"/v1/toewijzingen/{toewijzing.nummer}"
    return toewijzing


@router.post("/concepttoewijzingen/{id:int}/afkeuring", summary="Een concepttoewijzing afkeuren")
@operation(scopes=("toewijzingen:schrijven",), verwerking="toegang")
async def reject_concept(
    request: Request, concept_id: ConceptId, invoer: AfkeuringInvoer
) -> Concepttoewijzing:
    """Keurt een concept af, met de reden; wie het opstelde, kan het zo ook intrekken."""
    db, beller = connection(request), caller(request)
    concept = await concepttoewijzingen.lock_concept(db, beller.own_gemeente, concept_id)
    check_undecided(concept["besluit"])
    await concepttoewijzingen.reject(db, concept_id, beller.sub, invoer.reden)
    return await get_concept(request, concept_id)


def _concept(row: Record) -> Concepttoewijzing:
    note(row["inwoner_id"])
    known = {key: row[key] for key in Concepttoewijzing.model_fields if key != "toewijzing"}
    return Concepttoewijzing(**known, toewijzing=ToewijzingInvoer.model_validate(row["invoer"]))
