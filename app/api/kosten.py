# SPDX-License-Identifier: EUPL-1.2
"""Kosten: what a gemeente bears, in sums and line by line."""

from functools import partial
from typing import Annotated, Literal

from fastapi import Query, Request
from starlette.responses import Response

from app.api.media import csv_delimiter
from app.api.models import Datum, GemeenteCode, OutputModel, example
from app.api.periode import BekendOp, PeriodeQuery
from app.api.route import Router, caller, connection, media_type, operation
from app.api.streams import StreamedResponse
from app.db import kosten
from app.db.kostenregels import COLUMNS, Keuze, copy_csv
from app.domain.errors import Forbidden
from app.exports.formats import CSV, FORMATS, NDJSON, PARQUET, XLSX, file_name

router = Router(tags=["Kosten"])

BINARY = {"type": "string", "format": "binary"}

CSV_EXAMPLE = (
    ",".join(COLUMNS) + "\n"
    "881,0153,0153,99000001,1204,jeugdwet,OB2,middel,start,2026-02-01,2026-07-31,103,123381,"
    "2026-08-03T07:15:00.000000Z,2026081,2026-000123\n"
)


class KostenQuery(PeriodeQuery):
    """Welke gemeente en periode, en desgewenst waarnaar gegroepeerd."""

    gemeente: GemeenteCode | None = None
    bekend_op: BekendOp = None
    groepering: Literal["maand", "profiel", "aanbieder", "wet", "gemeente"] | None = None


class KostenregelsQuery(PeriodeQuery):
    """Welke gemeente en periode."""

    gemeente: GemeenteCode | None = None
    bekend_op: BekendOp = None


class KostenGroep(OutputModel):
    """De kosten van een groep."""

    sleutel: str
    bedrag_centen: int
    aantal_boekingen: int


class Kosten(OutputModel):
    """Wat een gemeente draagt; gemeente null: alle gemeenten samen."""

    gemeente: GemeenteCode | None
    vanaf: Datum
    tot_en_met: Datum
    bedrag_centen: int
    aantal_boekingen: int
    groepen: list[KostenGroep]

    model_config = example(
        {
            "gemeente": "0153",
            "vanaf": "2026-01-01",
            "totEnMet": "2026-12-31",
            "bedragCenten": 123381,
            "aantalBoekingen": 1,
            "groepen": [{"sleutel": "2026-02", "bedragCenten": 123381, "aantalBoekingen": 1}],
        }
    )


@router.get("/kosten", summary="Kosten optellen")
@operation(scopes=("kosten:lezen", "kosten:geaggregeerd"))
async def get_kosten(request: Request, query: Annotated[KostenQuery, Query()]) -> Kosten:
    """Telt op wat een gemeente draagt, op de begindatum van de periode van elke boeking."""
    gemeente = _gemeente_of(request, query.gemeente)
    if query.groepering == "gemeente" and caller(request).gemeente:
        raise Forbidden("alleen_regio", "Alleen de regio groepeert kosten naar gemeente.")
    groepen = await kosten.find_kosten(
        connection(request),
        gemeente,
        query.vanaf,
        query.tot_en_met,
        query.bekend_op,
        query.groepering,
    )
    return Kosten(
        gemeente=gemeente,
        vanaf=query.vanaf,
        tot_en_met=query.tot_en_met,
        bedrag_centen=sum(groep["bedrag_centen"] for groep in groepen),
        aantal_boekingen=sum(groep["aantal_boekingen"] for groep in groepen),
        groepen=[KostenGroep(**groep) for groep in groepen] if query.groepering else [],
    )


@router.get(
    "/kostenregels",
    summary="Kostenregels uitvoeren",
    response_class=Response,
    responses={
        200: {
            "description": "De regels, op volgorde van boekingnummer, van één moment. Een antwoord "
            "dat halverwege misgaat, wordt afgebroken zonder de laatste chunk.",
            "content": {
                CSV.media_type: {"schema": {"type": "string"}, "example": CSV_EXAMPLE},
                NDJSON.media_type: {"schema": {"type": "string"}},
                XLSX.media_type: {"schema": BINARY},
                PARQUET.media_type: {"schema": BINARY},
            },
            "headers": {
                "Content-Disposition": {
                    "description": "Onder welke naam het bestand te bewaren is (RFC 6266).",
                    "schema": {"type": "string"},
                }
            },
        }
    },
)
@operation(
    scopes=("kosten:lezen",),
    produces=tuple(form.media_type for form in FORMATS.values()),
    streams=True,
)
async def stream_kostenregels(
    request: Request, query: Annotated[KostenregelsQuery, Query()]
) -> Response:
    """Elke boeking die de gemeente draagt, rechtstreeks uit de database gestroomd."""
    gemeente = _gemeente_of(request, query.gemeente)
    assert gemeente is not None
    keuze = Keuze(gemeente, query.vanaf, query.tot_en_met, query.bekend_op)
    form = next(form for form in FORMATS.values() if form.media_type == media_type(request))
    content_type = form.media_type
    if form is CSV:
        content_type += "; charset=utf-8; header=present"
        form = CSV._replace(copy=partial(copy_csv, delimiter=csv_delimiter(request)))
    return StreamedResponse(
        request,
        content_type,
        file_name(keuze, form),
        lambda db, sink: form.stream(db, sink, keuze),
    )


def _gemeente_of(request: Request, asked: str | None) -> str | None:
    """The gemeente whose costs are meant; for the regio None means all. Raises Forbidden."""
    own = caller(request).gemeente
    if own and asked not in (None, own):
        raise Forbidden("andere_gemeente", "Kosten zijn alleen in te zien voor de eigen gemeente.")
    return own or asked
