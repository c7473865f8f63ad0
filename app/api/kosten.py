# SPDX-License-Identifier: EUPL-1.2
"""Kosten: what a gemeente bears, in sums and line by line."""

from typing import Annotated, Literal

from fastapi import Query, Request
from starlette.responses import Response

from app.api.models import Datum, GemeenteCode, OutputModel, example
from app.api.periode import PeriodeQuery
from app.api.route import Router, caller, connection, media_type, operation
from app.api.streams import StreamedResponse
from app.db import kosten
from app.domain.errors import Forbidden

router = Router(tags=["Kosten"])

CSV, NDJSON = "text/csv", "application/x-ndjson"

CSV_EXAMPLE = (
    ",".join(kosten.COLUMNS) + "\n"
    "881,0153,0153,99000001,1204,jeugdwet,OB2,middel,start,2026-02-01,2026-07-31,103,123381,"
    "2026-08-03T07:15:00.000000Z,2026081,2026-000123\n"
)


class KostenQuery(PeriodeQuery):
    """Welke gemeente en periode, en desgewenst waarnaar gegroepeerd."""

    gemeente: GemeenteCode | None = None
    groepering: Literal["maand", "profiel", "aanbieder", "wet", "gemeente"] | None = None


class KostenregelsQuery(PeriodeQuery):
    """Welke gemeente en periode."""

    gemeente: GemeenteCode | None = None


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
        connection(request), gemeente, query.vanaf, query.tot_en_met, query.groepering
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
            "description": "De regels, op volgorde van boekingnummer.",
            "content": {
                CSV: {"schema": {"type": "string"}, "example": CSV_EXAMPLE},
                NDJSON: {"schema": {"type": "string"}},
            },
        }
    },
)
@operation(scopes=("kosten:lezen",), produces=(CSV, NDJSON), streams=True)
async def stream_kostenregels(
    request: Request, query: Annotated[KostenregelsQuery, Query()]
) -> Response:
    """Elke boeking die de gemeente draagt, rechtstreeks uit de database gestroomd."""
    gemeente = _gemeente_of(request, query.gemeente)
    assert gemeente is not None
    select = (gemeente, query.vanaf, query.tot_en_met)
    if media_type(request) == NDJSON:
        return StreamedResponse(
            request, NDJSON, lambda db, sink: kosten.stream_ndjson(db, sink, *select)
        )
    dutch = request.headers.get("accept-language", "").lower().startswith("nl")
    delimiter = ";" if dutch else ","
    return StreamedResponse(
        request,
        f"{CSV}; charset=utf-8; header=present",
        lambda db, sink: kosten.stream_csv(db, sink, *select, delimiter),
    )


def _gemeente_of(request: Request, asked: str | None) -> str | None:
    """The gemeente whose costs are meant; for the regio None means all. Raises Forbidden."""
    own = caller(request).gemeente
    if own and asked not in (None, own):
        raise Forbidden("andere_gemeente", "Kosten zijn alleen in te zien voor de eigen gemeente.")
    return own or asked
