# SPDX-License-Identifier: EUPL-1.2
"""Consultations: a concept list that aanbieders see, and may comment on, for some days."""

from typing import Annotated, Literal

from asyncpg import Record
from fastapi import Query, Request, Response
from pydantic import Field

from app.api.clock import today
from app.api.models import (
    Datum,
    InputModel,
    OutputModel,
    Percentage,
    ProfielCode,
    Tekst,
    Tijdstip,
    example,
)
from app.api.pages import Page, PageQuery, page_example, page_of
from app.api.periode import PeriodeInvoer
from app.api.route import Router, caller, connection, operation
from app.api.tarieflijsten import TarieflijstId
from app.db import consultaties, tarieven
from app.domain.errors import Conflict
from app.domain.period import Periode
from app.domain.toewijzing import Intensiteit
from app.domain.vaststelling import Lijst, Stand, check_concept
from app.pricing.vergelijking import compare

router = Router(tags=["Tarieven"])

KOP_EXAMPLE = {
    "tarieflijst": 3,
    "naam": "Tarieven 2027",
    "vanaf": "2027-01-01",
    "begindatum": "2026-10-01",
    "einddatum": "2026-10-31",
    "toelichting": "Geïndexeerd volgens de verschilmethode. Klopt de reistijd bij OB2?",
    "status": "loopt",
    "geslotenOp": None,
    "sluitreden": None,
}
EXAMPLE = {
    **KOP_EXAMPLE,
    "tarieven": [
        {
            "profiel": "OB2",
            "intensiteit": "licht",
            "bedragCenten": 116027,
            "huidigCenten": 110544,
            "verschilCenten": 5483,
            "verschilPercentage": "4.96",
        }
    ],
}


class ConsultatieInvoer(PeriodeInvoer):
    """Van wanneer tot en met wanneer aanbieders het concept zien, en wat de regio hun vraagt."""

    toelichting: Annotated[str, Tekst(4_000, lines=True)]

    model_config = example(
        {key: EXAMPLE[key] for key in ("begindatum", "einddatum", "toelichting")}
    )


class SluitingInvoer(InputModel):
    """Waarom de consultatie eerder eindigt."""

    reden: Annotated[str, Tekst(500)]

    model_config = example({"reden": "Alle aanbieders hebben gereageerd"})


class ConsultatieKop(OutputModel):
    """Over welke lijst, en van wanneer tot en met wanneer."""

    tarieflijst: int
    naam: str
    vanaf: Datum
    begindatum: Datum
    einddatum: Datum
    toelichting: str
    status: Stand
    gesloten_op: Tijdstip | None = Field(description="Alleen als zij eerder is gesloten.")
    sluitreden: str | None

    model_config = example(KOP_EXAMPLE)


class VergelekenTarief(OutputModel):
    """Een prijs van de lijst naast de prijs die zonder de lijst op haar vanaf geldt."""

    profiel: ProfielCode
    intensiteit: Intensiteit
    bedrag_centen: int
    huidig_centen: int | None = Field(description="Leeg als er nog geen prijs is.")
    verschil_centen: int | None
    verschil_percentage: Percentage | None


class Consultatie(ConsultatieKop):
    """Een consultatie met de prijzen waar zij over gaat."""

    tarieven: list[VergelekenTarief]

    model_config = example(EXAMPLE)


class ConsultatiesPagina(Page):
    """Een pagina consultaties, op volgorde van begindatum."""

    results: list[ConsultatieKop]

    model_config = page_example(KOP_EXAMPLE)


@router.get("/consultaties", summary="Consultaties opvragen")
@operation()
async def list_consultaties(
    request: Request, response: Response, query: Annotated[PageQuery, Query()]
) -> ConsultatiesPagina:
    """Voor een aanbieder die vandaag lopen, voor de regio alle; daarnaast die over vastgestelde
    lijsten, voor iedereen."""
    rows = await consultaties.find_consultaties(connection(request))
    seen = [row for row in rows if sees(request, row, ("loopt",))]
    results = [
        ConsultatieKop.model_validate(_kop(row))
        for row in seen[query.offset : query.offset + query.page_size]
    ]
    return page_of(request, query, len(seen), results, ConsultatiesPagina, response)


@router.post(
    "/tarieflijsten/{id:int}/consultatie",
    status_code=201,
    summary="Een concept aan aanbieders voorleggen",
)
@operation(scopes=("catalogus:schrijven",), creates=True)
async def open_consultatie(
    request: Request, response: Response, tarieflijst_id: TarieflijstId, invoer: ConsultatieInvoer
) -> Consultatie:
    """Laat elke aanbieder het concept van begindatum tot en met einddatum zien en erop reageren.

    Een lijst kent één consultatie. Data in het verleden mogen: dan is zij elders gehouden.
    """
    db = connection(request)
    lijst = await tarieven.lock_tarieflijst(db, tarieflijst_id)
    check_concept(Lijst(lijst["opgesteld_door"], lijst["vastgesteld_op"] is not None))
    periode = Periode(invoer.begindatum, invoer.einddatum)
    await consultaties.insert_consultatie(
        db, tarieflijst_id, periode, invoer.toelichting, caller(request).sub
    )
    response.headers["Location"] = f"/v1/tarieflijsten/{tarieflijst_id}/consultatie"
    return await _consultatie(request, await consultaties.find_consultatie(db, tarieflijst_id))


@router.get("/tarieflijsten/{id:int}/consultatie", summary="Een consultatie opvragen")
@operation()
async def get_consultatie(request: Request, tarieflijst_id: TarieflijstId) -> Consultatie:
    """Het concept zoals het voorligt, met het verschil met de prijzen die er zonder zouden gelden.

    Een aanbieder ziet het zolang de consultatie loopt, de regio altijd; na vaststelling iedereen.
    """
    row = await consultaties.find_consultatie(connection(request), tarieflijst_id)
    if not sees(request, row, ("loopt",)):
        raise consultaties.no_consultation(tarieflijst_id)
    return await _consultatie(request, row)


@router.post("/tarieflijsten/{id:int}/consultatie/_sluit", summary="Een consultatie eerder sluiten")
@operation(scopes=("catalogus:schrijven",))
async def close_consultatie(
    request: Request, tarieflijst_id: TarieflijstId, invoer: SluitingInvoer
) -> Consultatie:
    """Beëindigt een geplande of lopende consultatie; de reden blijft erbij staan."""
    db = connection(request)
    await tarieven.lock_tarieflijst(db, tarieflijst_id)
    row = await consultaties.find_consultatie(db, tarieflijst_id, lock=True)
    if consultaties.consultatie_of(row).stand(today()) == "gesloten":
        raise Conflict("consultatie_gesloten", "Deze consultatie is al voorbij.")
    await consultaties.close_consultatie(db, tarieflijst_id, caller(request).sub, invoer.reden)
    return await _consultatie(request, await consultaties.find_consultatie(db, tarieflijst_id))


def sees(request: Request, row: Record, states: tuple[Literal["loopt", "gesloten"], ...]) -> bool:
    """Whether the caller may see a consultation; an aanbieder of a concept in these states only."""
    rol = caller(request).rol
    if rol == "regio" or row["vastgesteld_op"] is not None:
        return True
    return rol == "aanbieder" and consultaties.consultatie_of(row).stand(today()) in states


def _kop(row: Record) -> dict[str, object]:
    names = ("naam", "vanaf", "begindatum", "einddatum", "toelichting", "gesloten_op", "sluitreden")
    status = consultaties.consultatie_of(row).stand(today())
    return {name: row[name] for name in ("tarieflijst", *names)} | {"status": status}


async def _consultatie(request: Request, row: Record) -> Consultatie:
    prices = await consultaties.find_compared(connection(request), row["tarieflijst"])
    return Consultatie.model_validate({**_kop(row), "tarieven": [_compared(p) for p in prices]})


def _compared(row: Record) -> VergelekenTarief:
    oud = row["huidig_centen"]
    verschil = None if oud is None else compare(oud, row["bedrag_centen"])
    return VergelekenTarief(
        **row,
        verschil_centen=verschil and verschil.centen,
        verschil_percentage=verschil and verschil.percentage,
    )
