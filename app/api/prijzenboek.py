# SPDX-License-Identifier: EUPL-1.2
"""The price book of any day, for machines, screens, spreadsheets and print."""

import asyncio
from typing import Annotated

from fastapi import Query, Request
from pydantic import Field
from starlette.responses import Response

from app.api.media import csv_delimiter
from app.api.models import Datum, OutputModel, Percentage, ProfielCode, Tijdstip, example
from app.api.pages import QueryModel
from app.api.route import JSON, Router, connection, media_type, operation
from app.db.prijzenboek import find_prijzenboek
from app.domain.toewijzing import Intensiteit
from app.exports.prijzenboek import CSV_COLUMNS, as_csv
from app.exports.prijzenboek_html import POLICY, as_html
from app.pricing import prijzenboek as boek_regels
from app.pricing.prijzenboek import Eenheid, Soortwijziging

router = Router(tags=["Tarieven"])

HTML, CSV, PDF = "text/html", "text/csv", "application/pdf"

EXAMPLE = {
    "peildatum": "2027-03-01",
    "bekendOp": "2027-03-01T08:00:00.000000Z",
    "sinds": "2027-01-01",
    "lijsten": [
        {
            "id": 3,
            "naam": "Tarieven 2027",
            "vanaf": "2027-01-01",
            "vastgesteldOp": "2026-11-12T14:05:00.000000Z",
            "besluit": "Mandaatbesluit 2026-118",
        }
    ],
    "prijzen": [
        {
            "profiel": "OB2",
            "naam": "Gedrag en ontwikkeling",
            "intensiteit": "licht",
            "bedragCenten": 209920,
            "eenheid": "traject",
            "vanaf": "2027-01-01",
            "tarieflijst": 3,
            "wijziging": "hoger",
            "vorigBedragCenten": 200000,
            "verschilCenten": 9920,
            "verschilPercentage": "4.96",
        }
    ],
}
CSV_EXAMPLE = (
    ",".join(CSV_COLUMNS) + "\n"
    "2027-03-01,OB2,Gedrag en ontwikkeling,licht,209920,traject,2027-01-01,3,Tarieven 2027,"
    "Mandaatbesluit 2026-118,hoger,200000,9920,4.96\n"
)


class PrijzenboekQuery(QueryModel):
    """Van welke dag, en desgewenst zoals op welk moment bekend."""

    peildatum: Datum
    bekend_op: Tijdstip | None = Field(
        default=None, description="Alleen lijsten die op dit moment al waren vastgesteld."
    )


class PrijzenboekLijst(OutputModel):
    """Een lijst waarvan prijzen in het boek komen."""

    id: int
    naam: str
    vanaf: Datum
    vastgesteld_op: Tijdstip
    besluit: str = Field(description="Het mandaat, of anders de besluiten van de gemeenten.")


class PrijzenboekPrijs(OutputModel):
    """Een prijs die geldt, en wat zij was voordat de laatste lijst inging."""

    profiel: ProfielCode
    naam: str
    intensiteit: Intensiteit
    bedrag_centen: int
    eenheid: Eenheid = Field(description="Waarvoor de prijs is: een heel traject, of een jaar.")
    vanaf: Datum
    tarieflijst: int
    wijziging: Soortwijziging
    vorig_bedrag_centen: int | None
    verschil_centen: int | None
    verschil_percentage: Percentage | None


class Prijzenboek(OutputModel):
    """Alles wat op een dag geldt, op volgorde van profiel en intensiteit."""

    peildatum: Datum
    bekend_op: Tijdstip
    sinds: Datum | None = Field(description="Waarop de laatste lijst inging; leeg zonder prijzen.")
    lijsten: list[PrijzenboekLijst]
    prijzen: list[PrijzenboekPrijs]

    model_config = example(EXAMPLE)


@router.get(
    "/prijzenboek",
    summary="Het prijzenboek van een dag opvragen",
    response_model=Prijzenboek,
    responses={
        200: {
            "content": {
                HTML: {"schema": {"type": "string"}},
                CSV: {"schema": {"type": "string"}, "example": CSV_EXAMPLE},
                PDF: {"schema": {"type": "string", "format": "binary"}},
            },
            "headers": {
                "Content-Disposition": {
                    "description": "Onder welke naam CSV of PDF te bewaren is (RFC 6266).",
                    "schema": {"type": "string"},
                }
            },
        }
    },
)
@operation(produces=(JSON, HTML, CSV, PDF))
async def get_prijzenboek(
    request: Request, query: Annotated[PrijzenboekQuery, Query()]
) -> Response | Prijzenboek:
    """Alle prijzen die op de peildatum gelden, en wat er veranderde toen de laatste lijst inging.

    Als JSON, als pagina, als CSV (met puntkomma’s voor wie Nederlands vraagt) of als PDF.
    """
    boek = await find_prijzenboek(connection(request), query.peildatum, query.bekend_op)
    asked = media_type(request)
    if asked == HTML:
        headers = {"Content-Security-Policy": POLICY}
        return Response(as_html(boek), media_type=HTML, headers=headers)
    if asked == CSV:
        content = as_csv(boek, csv_delimiter(request))
        return _file(content, f"{CSV}; charset=utf-8; header=present", boek, "csv")
    if asked == PDF:
        return _file(await asyncio.to_thread(_as_pdf, boek), PDF, boek, "pdf")
    return _prijzenboek(boek)


def _as_pdf(boek: boek_regels.Prijzenboek) -> bytes:
    from app.exports.prijzenboek_pdf import as_pdf  # noqa: PLC0415 (for those who print alone)

    return as_pdf(boek)


def _file(content: bytes, media: str, boek: boek_regels.Prijzenboek, extension: str) -> Response:
    name = f"prijzenboek-{boek.peildatum}.{extension}"
    headers = {"Content-Disposition": f'attachment; filename="{name}"', "Content-Type": media}
    return Response(content, headers=headers)


def _prijzenboek(boek: boek_regels.Prijzenboek) -> Prijzenboek:
    return Prijzenboek(
        peildatum=boek.peildatum,
        bekend_op=boek.bekend_op,
        sinds=boek.sinds,
        lijsten=[
            PrijzenboekLijst.model_validate(lijst, from_attributes=True) for lijst in boek.lijsten
        ],
        prijzen=[_prijs(prijs) for prijs in boek.prijzen],
    )


def _prijs(prijs: boek_regels.Boekprijs) -> PrijzenboekPrijs:
    verschil = prijs.wijziging.verschil
    return PrijzenboekPrijs(
        profiel=prijs.profiel,
        naam=prijs.naam,
        intensiteit=prijs.intensiteit,
        bedrag_centen=prijs.bedrag_centen,
        eenheid=prijs.eenheid,
        vanaf=prijs.vanaf,
        tarieflijst=prijs.tarieflijst,
        wijziging=prijs.wijziging.soort,
        vorig_bedrag_centen=prijs.vorig_bedrag_centen,
        verschil_centen=verschil and verschil.centen,
        verschil_percentage=verschil and verschil.percentage,
    )
