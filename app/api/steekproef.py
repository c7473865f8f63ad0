# SPDX-License-Identifier: EUPL-1.2
"""What an auditor asks: a sample that anyone can draw again, and the path of each line in it."""

import csv
import io
from datetime import datetime
from typing import Annotated, Literal

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
    ProfielCode,
    Tekst,
    Tijdstip,
    example,
)
from app.api.periode import PeriodeQuery
from app.api.route import JSON, Router, caller, connection, media_type, operation
from app.api.uitkomsten import DeclaratieId, RegelReden, Uitkomst
from app.db import steekproef
from app.domain.redenen import REDENEN
from app.domain.steekproef import draw
from app.domain.toewijzing import Intensiteit, Wet

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


class SpoorBoeking(OutputModel):
    """Een boeking van een regel."""

    boekingnummer: int
    gemeente: GemeenteCode
    dagen: int
    bedrag_centen: int
    geboekt_op: Tijdstip


class SpoorOpdracht(OutputModel):
    """Een betaalopdracht waarin een specificatie stond of staat."""

    id: int
    uitvoerdatum: Datum
    bedrag_centen: int = Field(description="Wat daarin van de specificatie wordt betaald.")
    status: Literal["open", "uitgevoerd", "ingetrokken"]


class SpoorBetaling(OutputModel):
    """Wat op een dag van een specificatie is betaald of verrekend."""

    datum: Datum
    bedrag_centen: int
    kenmerk: str
    betaalopdracht: int | None


class SpoorSpecificatie(OutputModel):
    """De betaalspecificatie van de declaratie waarin de regel staat, en wat ervan is betaald."""

    id: int
    bedrag_centen: int
    open_centen: int
    vervaldatum: Datum
    betaalopdrachten: list[SpoorOpdracht]
    betalingen: list[SpoorBetaling]


class Spoor(OutputModel):
    """Van beschikking tot betaling: alles waaraan een regel hangt."""

    beschikking: str | None
    mandaat: str | None
    verzoek_id: int | None
    toewijzing_nummer: int
    betaler: GemeenteCode
    aanbieder: AgbCode
    raamovereenkomst_nummer: int
    wet: Wet
    profiel: ProfielCode
    intensiteit: Intensiteit
    begindatum: Datum
    einddatum: Datum
    aangemaakt_op: Tijdstip
    tarieflijst_id: int
    lijstnaam: str
    vastgesteld_op: Tijdstip
    besluit: str | None
    tarief_centen: int
    prijs_centen: int
    mijlpaal: str
    termijn_begindatum: Datum
    termijn_einddatum: Datum
    declaratie_id: int
    declaratienummer: str
    dagtekening: Datum
    ontvangen_op: Tijdstip
    regelnummer: int
    referentie: str
    debet_credit: Literal["debet", "credit"]
    ingediend_centen: int
    uitkomst: Uitkomst
    redenen: list[RegelReden]
    afgehandeld_op: Tijdstip
    boekingen: list[SpoorBoeking]
    betaalspecificaties: list[SpoorSpecificatie] = Field(
        description="Alleen voor de gemeente die betaalt."
    )

    model_config = example(
        {
            "beschikking": "Z26-001204",
            "mandaat": None,
            "verzoekId": None,
            "toewijzingNummer": 1204,
            "betaler": "0153",
            "aanbieder": "99000001",
            "raamovereenkomstNummer": 3,
            "wet": "jeugdwet",
            "profiel": "OB2",
            "intensiteit": "middel",
            "begindatum": "2026-02-01",
            "einddatum": "2026-07-31",
            "aangemaaktOp": "2026-01-20T09:30:00.000000Z",
            "tarieflijstId": 2,
            "lijstnaam": "Tarieven 2026",
            "vastgesteldOp": "2025-11-20T12:00:00.000000Z",
            "besluit": "Mandaat 2025-3",
            "tariefCenten": 309736,
            "prijsCenten": 309736,
            "mijlpaal": "start",
            "termijnBegindatum": "2026-02-01",
            "termijnEinddatum": "2026-07-31",
            "declaratieId": 57,
            "declaratienummer": "2026081",
            "dagtekening": "2026-08-03",
            "ontvangenOp": "2026-08-03T07:15:00.000000Z",
            "regelnummer": 1,
            "referentie": "2026-000123",
            "debetCredit": "debet",
            "ingediendCenten": 216815,
            "uitkomst": "toegekend",
            "redenen": [],
            "afgehandeldOp": "2026-08-03T07:15:00.120000Z",
            "boekingen": [
                {
                    "boekingnummer": 881,
                    "gemeente": "0153",
                    "dagen": 181,
                    "bedragCenten": 216815,
                    "geboektOp": "2026-08-03T07:15:00.100000Z",
                }
            ],
            "betaalspecificaties": [
                {
                    "id": 31,
                    "bedragCenten": 216815,
                    "openCenten": 0,
                    "vervaldatum": "2026-09-02",
                    "betaalopdrachten": [
                        {
                            "id": 8,
                            "uitvoerdatum": "2026-08-28",
                            "bedragCenten": 216815,
                            "status": "uitgevoerd",
                        }
                    ],
                    "betalingen": [
                        {
                            "datum": "2026-08-28",
                            "bedragCenten": 216815,
                            "kenmerk": "betaalopdracht 8",
                            "betaalopdracht": 8,
                        }
                    ],
                }
            ],
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
