# SPDX-License-Identifier: EUPL-1.2
"""What an auditor asks: a sample that anyone can draw again, and the path of each line in it."""

import csv
import io
from datetime import datetime
from typing import Annotated

from asyncpg import Record
from fastapi import Path, Query, Request
from pydantic import Field
from starlette.responses import Response

from app.api.clock import now
from app.api.logboek import note
from app.api.media import csv_delimiter
from app.api.models import (
    AgbCode,
    Cijfers,
    Datum,
    GemeenteCode,
    NummerInPad,
    OutputModel,
    Tekst,
    Tijdstip,
    example,
)
from app.api.periode import PeriodeQuery
from app.api.route import JSON, Router, caller, connection, media_type, operation
from app.api.spoor_modellen import Spoor
from app.api.uitkomsten import DeclaratieId, RegelReden
from app.db import steekproef
from app.domain.redenen import REDENEN
from app.domain.steekproef import draw
from app.domain.toewijzing import Wet

router = Router(tags=["Controle"])

CSV = "text/csv"
AUDITOR = ("controle:lezen",)

TREKKING = {
    "trekking": 1,
    "cent": 83412,
    "boekingnummer": 881,
    "betaler": "0153",
    "aanbieder": "99000001",
    "toewijzingNummer": 1204,
    "termijn": 1,
    "wet": "jeugdwet",
    "begindatum": "2026-02-01",
    "einddatum": "2026-07-31",
    "bedragCenten": 123381,
    "geboektOp": "2026-08-03T07:15:00.000000Z",
    "declaratieId": 57,
    "regelnummer": 1,
}


class SteekproefQuery(PeriodeQuery):
    """Waaruit wordt getrokken, hoe vaak, en het zaad dat de trekking herhaalbaar maakt."""

    omvang: Annotated[int, Cijfers(1, 1_000)]
    zaad: Annotated[str, Tekst(100)]
    bekend_op: Tijdstip | None = None


class Trekking(OutputModel):
    """Een boeking die is getrokken; een grote kan vaker getrokken zijn."""

    trekking: int
    cent: int = Field(description="De plaats van de getrokken cent, alle boekingen op volgorde.")
    boekingnummer: int
    betaler: GemeenteCode
    aanbieder: AgbCode
    toewijzing_nummer: int
    termijn: int
    wet: Wet
    begindatum: Datum
    einddatum: Datum
    bedrag_centen: int
    geboekt_op: Tijdstip
    declaratie_id: int
    regelnummer: int


class Steekproef(OutputModel):
    """Een steekproef naar geld, met alles wat nodig is om haar nog eens te trekken."""

    gemeente: GemeenteCode
    vanaf: Datum
    tot_en_met: Datum
    omvang: int
    zaad: str
    bekend_op: Tijdstip
    aantal_boekingen: int
    bedrag_centen: int
    trekkingen: list[Trekking]

    model_config = example(
        {
            "gemeente": "0153",
            "vanaf": "2026-01-01",
            "totEnMet": "2026-12-31",
            "omvang": 1,
            "zaad": "accountant 2026",
            "bekendOp": "2027-02-01T00:00:00.000000Z",
            "aantalBoekingen": 812,
            "bedragCenten": 100250000,
            "trekkingen": [TREKKING],
        }
    )


@router.get(
    "/steekproef",
    summary="Een steekproef trekken",
    response_model=Steekproef,
    responses={200: {"content": {CSV: {"schema": {"type": "string"}}}}},
)
@operation(scopes=AUDITOR, produces=(JSON, CSV), verwerking="controle")
async def draw_steekproef(
    request: Request, query: Annotated[SteekproefQuery, Query()]
) -> Steekproef | Response:
    """Trekt boekingen van de gemeente naar geld: elke cent heeft dezelfde kans.

    Hetzelfde zaad en dezelfde `bekendOp` geven dezelfde steekproef, ook na latere boekingen.
    """
    bekend_op = query.bekend_op or now()
    found = await _draw(request, query, bekend_op)
    return _file(request, found) if media_type(request) == CSV else found


@router.get(
    "/declaraties/{id:int}/regels/{regelnummer:int}/spoor",
    summary="Het spoor van een regel opvragen",
)
@operation(scopes=AUDITOR, verwerking="controle")
async def get_spoor(
    request: Request, declaratie_id: DeclaratieId, regelnummer: Annotated[NummerInPad, Path()]
) -> Spoor:
    """Van beschikking tot betaling, voor de gemeente die betaalt of draagt."""
    row = await steekproef.find_path(
        connection(request), caller(request).own_gemeente, declaratie_id, regelnummer
    )
    note(toewijzing=row["toewijzing_nummer"])
    same = {key: row[key] for key in Spoor.model_fields.keys() & dict(row).keys() - {"redenen"}}
    return Spoor(
        **same,
        debet_credit="credit" if row["credit"] else "debet",
        redenen=[RegelReden.of(REDENEN[code]) for code in row["redenen"]],
    )


async def _draw(request: Request, query: SteekproefQuery, bekend_op: datetime) -> Steekproef:
    db, gemeente = connection(request), caller(request).own_gemeente
    wat = (gemeente, query.vanaf, query.tot_en_met, bekend_op)
    total = await steekproef.find_total(db, *wat)
    centen = draw(total["bedrag_centen"], query.omvang, query.zaad)
    rows = await steekproef.find_drawn(db, *wat, centen)
    return Steekproef(
        gemeente=gemeente,
        vanaf=query.vanaf,
        tot_en_met=query.tot_en_met,
        omvang=query.omvang,
        zaad=query.zaad,
        bekend_op=bekend_op,
        **total,
        trekkingen=[_trekking(row) for row in rows],
    )


def _trekking(row: Record) -> Trekking:
    note(toewijzing=row["toewijzing_nummer"])
    return Trekking(**row)


def _file(request: Request, found: Steekproef) -> Response:
    """The sample as a file; its name says how to draw it again, as far as a name can."""
    buffer = io.StringIO(newline="")
    names = list(TREKKING)
    writer = csv.DictWriter(buffer, names, delimiter=csv_delimiter(request), lineterminator="\n")
    writer.writeheader()
    for trekking in found.trekkingen:
        writer.writerow(trekking.model_dump(mode="json"))
    name = f"steekproef-{found.gemeente}-{found.vanaf}-{found.tot_en_met}-{found.omvang}.csv"
    return Response(
        buffer.getvalue(),
        media_type=f"{CSV}; charset=utf-8; header=present",
        headers={"Content-Disposition": f'attachment; filename="{name}"'},
    )
