# SPDX-License-Identifier: EUPL-1.2
"""The answer to a declaratie as a file: each line as it was sent, and what came of it."""

from fastapi import Request, Response

from app.api.route import Router, caller, connected, operation
from app.api.streams import StreamedResponse
from app.api.uitkomsten import DeclaratieId
from app.db import declaraties
from app.domain.errors import Conflict

router = Router(tags=["Declaraties"])

CSV = "text/csv"
EXAMPLE = (
    "referentie,toewijzingNummer,mijlpaal,begindatum,einddatum,bedragCenten,debetCredit,"
    "vorigeReferentie,uitkomst,redenen,retourcodes,toegekendCenten\n"
    "2026-000123,1204,start,2026-02-01,2026-07-31,216815,debet,,afgekeurd,te_vroeg,9319,0\n"
)


@router.get(
    "/declaraties/{id:int}/antwoord",
    summary="Het antwoord op een declaratie als bestand",
    response_class=Response,
    responses={
        200: {
            "description": "Elke regel zoals ingediend, met uitkomst, redenen en bedrag.",
            "content": {CSV: {"schema": {"type": "string"}, "example": EXAMPLE}},
        }
    },
)
@operation(scopes=("declaraties:lezen",), produces=(CSV,), streams=True)
async def stream_antwoord(request: Request, declaratie_id: DeclaratieId) -> Response:
    """Alle regels van een afgehandelde declaratie, in de volgorde waarin zij zijn ingediend."""
    agb = caller(request).own_agb
    async with connected(request) as db:
        row = await declaraties.find_declaratie(db, agb, declaratie_id)
    if row["afgehandeld_op"] is None:
        raise Conflict("niet_afgehandeld", "Deze declaratie is nog niet afgehandeld.")
    return StreamedResponse(
        request,
        f"{CSV}; charset=utf-8; header=present",
        f"antwoord-{row['declaratienummer']}.csv",
        lambda db, sink: declaraties.copy_antwoord(db, sink, declaratie_id, agb),
    )
