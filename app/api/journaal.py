# SPDX-License-Identifier: EUPL-1.2
"""The accounts of a gemeente, and the journal for its financial administration."""

from collections import Counter
from functools import partial
from typing import Annotated

from asyncpg import Record
from fastapi import Query, Request
from pydantic import Field, field_validator
from pydantic_core.core_schema import ValidationInfo
from starlette.responses import Response

from app.api.media import csv_delimiter
from app.api.models import (
    GemeenteCode,
    InputModel,
    OutputModel,
    ProfielCode,
    Tijdstip,
    example,
    refusal,
)
from app.api.periode import BekendOp, PeriodeQuery
from app.api.reasons import MOST_FAULTS
from app.api.route import Router, caller, connected, connection, is_head, media_type, operation
from app.api.streams import StreamedResponse
from app.db import catalogus, journaal
from app.db.journaal import COLUMNS, Keuze, Kostenrekening
from app.domain.errors import Conflict, Fault
from app.domain.taak import Kostensoort

router = Router(tags=["Kosten"])

CSV, NDJSON = "text/csv", "application/x-ndjson"
Rekening = Annotated[str, Field(pattern=r"^[A-Za-z0-9][A-Za-z0-9.-]{0,19}$")]
Taakveld = Annotated[
    str,
    Field(pattern=r"^[0-9]\.[0-9]{1,3}[a-z]?$", description="Zoals in de Iv3, bijvoorbeeld 6.72."),
]

REKENINGEN = {
    "crediteurenrekening": "16000",
    "verrekenrekening": "13500",
    "kosten": [
        {"wet": "jeugdwet", "profiel": None, "rekening": "467200", "taakveld": "6.72"},
        {"wet": "wmo", "profiel": "OB6", "rekening": "467100", "taakveld": "6.71"},
    ],
}
CSV_EXAMPLE = (
    ",".join(COLUMNS) + "\n"
    "2026-08-03,2026-08,2026,kosten,31,2026081,99000001,,jeugdwet,OB2,467200,6.72,192001,0,\n"
    "2026-08-03,2026-08,,verrekening,31,2026081,99000001,0164,,,13500,,145399,0,\n"
    "2026-08-03,2026-08,,crediteuren,31,2026081,99000001,,,,16000,,0,337400,\n"
)


class KostenrekeningInvoer(InputModel):
    """De rekening en het taakveld van een profiel; zonder profiel van al het andere in de wet.

    Taakopdrachten hebben samen een rekening, zonder profiel.
    """

    wet: Kostensoort
    profiel: ProfielCode | None = None
    rekening: Rekening
    taakveld: Taakveld

    @field_validator("profiel")
    @classmethod
    def _a_task_has_none(cls, profiel: str | None, info: ValidationInfo) -> str | None:
        if profiel is not None and info.data.get("wet") == "taakopdracht":
            raise refusal("moet_leeg", "Een taakopdracht heeft geen profiel.")
        return profiel


class GrootboekInvoer(InputModel):
    """De rekeningen van de gemeente; zij vervangen wat er stond."""

    crediteurenrekening: Rekening
    verrekenrekening: Rekening
    kosten: Annotated[list[KostenrekeningInvoer], Field(min_length=1, max_length=2_000)]

    model_config = example(REKENINGEN)

    @field_validator("kosten")
    @classmethod
    def _once_each(cls, kosten: list[KostenrekeningInvoer]) -> list[KostenrekeningInvoer]:
        times = Counter((rekening.wet, rekening.profiel) for rekening in kosten)
        if max(times.values()) > 1:
            raise refusal("dubbel_genoemd", "Noem elke wet met elk profiel één keer.")
        return kosten


class Kostenrekeningen(OutputModel):
    """De rekening en het taakveld van een profiel, of van al het andere in een wet."""

    wet: Kostensoort
    profiel: ProfielCode | None
    rekening: str
    taakveld: str


class Grootboek(OutputModel):
    """De rekeningen waarop het journaal boekt."""

    gemeente: GemeenteCode
    crediteurenrekening: str
    verrekenrekening: str
    kosten: list[Kostenrekeningen]
    vastgelegd_op: Tijdstip

    model_config = example(
        {"gemeente": "0153", **REKENINGEN, "vastgelegdOp": "2026-01-05T08:00:00.000000Z"}
    )


class JournaalQuery(PeriodeQuery):
    """Wat op deze dagen is geboekt."""

    bekend_op: BekendOp = None


@router.get("/grootboek", summary="De grootboekrekeningen opvragen")
@operation(scopes=("kosten:lezen",))
async def get_grootboek(request: Request) -> Grootboek:
    """De rekeningen van de eigen gemeente."""
    gemeente = caller(request).own_gemeente
    return Grootboek(**await journaal.find_grootboek(connection(request), gemeente))


@router.put("/grootboek", summary="De grootboekrekeningen vastleggen")
@operation(scopes=("betalingen:schrijven",))
async def put_grootboek(request: Request, invoer: GrootboekInvoer) -> Grootboek:
    """Op welke rekening en welk taakveld de eigen gemeente kosten boekt, per wet of profiel."""
    db, gemeente = connection(request), caller(request).own_gemeente
    named = sorted({rekening.profiel for rekening in invoer.kosten if rekening.profiel})
    codes = await catalogus.find_profiel_ids(db, named)
    kosten = [
        Kostenrekening(r.wet, codes[r.profiel] if r.profiel else None, r.rekening, r.taakveld)
        for r in invoer.kosten
    ]
    await journaal.put_grootboek(
        db,
        gemeente,
        invoer.crediteurenrekening,
        invoer.verrekenrekening,
        kosten,
        caller(request).sub,
    )
    return Grootboek(**await journaal.find_grootboek(db, gemeente))


@router.get(
    "/journaal",
    summary="Het journaal uitvoeren",
    response_class=Response,
    responses={
        200: {
            "description": "Per betaalspecificatie in evenwicht, op volgorde van boeken.",
            "content": {
                CSV: {"schema": {"type": "string"}, "example": CSV_EXAMPLE},
                NDJSON: {"schema": {"type": "string"}},
            },
        },
        409: {"description": "Niet alle kosten hebben een grootboekrekening."},
    },
)
@operation(scopes=("kosten:lezen",), produces=(CSV, NDJSON), streams=True)
async def stream_journaal(request: Request, query: Annotated[JournaalQuery, Query()]) -> Response:
    """Wat de eigen gemeente boekt: kosten die zij draagt, schulden aan aanbieders, verrekening.

    Wat over een afgesloten maand komt, staat in de eerste open boekperiode met zijn eigen
    dienstjaar. Wat zij voor een ander betaalt of een ander voor haar, staat op de verrekenrekening.
    """
    gemeente = caller(request).own_gemeente
    keuze = Keuze(gemeente, query.vanaf, query.tot_en_met, query.bekend_op)
    async with connected(request) as db:
        await journaal.find_grootboek(db, gemeente)
        if not is_head(request):
            _check_accounts(await journaal.find_missing(db, keuze))
    name = f"journaal-{gemeente}-{query.vanaf}-{query.tot_en_met}"
    if media_type(request) == NDJSON:
        source = partial(journaal.copy_ndjson, keuze=keuze)
        return StreamedResponse(request, NDJSON, f"{name}.ndjson", source)
    source = partial(journaal.copy_csv, keuze=keuze, delimiter=csv_delimiter(request))
    return StreamedResponse(request, f"{CSV}; charset=utf-8; header=present", f"{name}.csv", source)


def _check_accounts(missing: list[Record]) -> None:
    """Raises Conflict, naming each wet and profiel whose costs have no account."""
    if missing:
        reason = "Voor deze kosten is geen grootboekrekening vastgelegd."
        raise Conflict(
            "grootboekrekening_ontbreekt",
            "Niet alle kosten hebben een grootboekrekening. Leg die eerst vast.",
            tuple(
                Fault(
                    ".".join(filter(None, ("kosten", row["wet"], row["profiel"]))),
                    "grootboekrekening_ontbreekt",
                    reason,
                )
                for row in missing[:MOST_FAULTS]
            ),
        )
