# SPDX-License-Identifier: EUPL-1.2
"""Betalingen: finance says what was paid, one by one or from a file."""

import csv
import io
from collections.abc import Sequence
from typing import Annotated

from fastapi import Query, Request, Response
from pydantic import ValidationError

from app.api.betaal_modellen import (
    BETALINGEN_CSV,
    Betaling,
    BetalingenInvoer,
    BetalingenPagina,
    BetalingInvoer,
    BetalingRij,
    Vastgelegd,
)
from app.api.betaalspecificaties import READERS, SpecificatieId, partij
from app.api.media import parse_json
from app.api.pages import page_of
from app.api.periode import ZoalsBekendQuery
from app.api.reasons import MOST_FAULTS, fault_of
from app.api.route import Router, caller, connection, content_type, operation
from app.db import betaalspecificaties, betalingen
from app.db.connection import Connection
from app.db.pages import find_page
from app.domain import betaling as regels
from app.domain.errors import Conflict, Fault, Invalid

router = Router(tags=["Betalingen"])

JSON, CSV = "application/json", "text/csv"
COLUMNS = ("specificatie", "datum", "bedragCenten", "kenmerk")
WHOLE_NUMBERS = ("specificatie", "bedragCenten")
LONGEST_NUMBER = 18


@router.post(
    "/betaalspecificaties/{id:int}/betalingen",
    status_code=201,
    summary="Een betaling vastleggen",
)
@operation(scopes=("betalingen:schrijven",), creates=True)
async def create_betaling(
    request: Request, response: Response, nummer: SpecificatieId, invoer: BetalingInvoer
) -> Betaling:
    """Legt vast wat van een specificatie is betaald; meer dan er open staat kan niet."""
    db = connection(request)
    await betaalspecificaties.find_specificatie(db, partij(request), nummer)
    rij = BetalingRij.model_construct(**dict(invoer), specificatie=nummer)
    await _keep(db, caller(request).own_gemeente, [rij], [""], caller(request).sub)
    response.headers["Location"] = f"/v1/betaalspecificaties/{nummer}/betalingen"
    rows = await db.fetch(betalingen.BETALINGEN, nummer, None)
    return Betaling(**rows[-1])


@router.get("/betaalspecificaties/{id:int}/betalingen", summary="Betalingen opvragen")
@operation(scopes=READERS)
async def list_betalingen(
    request: Request,
    response: Response,
    nummer: SpecificatieId,
    query: Annotated[ZoalsBekendQuery, Query()],
) -> BetalingenPagina:
    """Wat op een specificatie is betaald."""
    db = connection(request)
    await betaalspecificaties.find_specificatie(db, partij(request), nummer)
    count, rows = await find_page(
        db,
        betalingen.BETALINGEN,
        nummer,
        query.bekend_op,
        limit=query.page_size,
        offset=query.offset,
    )
    results = [Betaling(**row) for row in rows]
    return page_of(request, query, count, results, BetalingenPagina, response)


@router.post(
    "/betalingen",
    status_code=201,
    summary="Betalingen inlezen",
    openapi_extra={
        "requestBody": {
            "required": True,
            "content": {
                JSON: {"schema": BetalingenInvoer.model_json_schema()},
                CSV: {"schema": {"type": "string"}, "example": BETALINGEN_CSV},
            },
        }
    },
)
@operation(scopes=("betalingen:schrijven",), consumes=(JSON, CSV), creates=True)
async def create_betalingen(request: Request) -> Vastgelegd:
    """Legt alle betalingen vast of geen: bij een fout worden alle fouten genoemd."""
    body = await request.body()
    value = parse_json(body) if content_type(request) == JSON else _read_csv(body)
    rijen = _validated(value).betalingen
    names = [f"betalingen[{place}]." for place in range(len(rijen))]
    await _keep(
        connection(request), caller(request).own_gemeente, rijen, names, caller(request).sub
    )
    return Vastgelegd(
        aantal_betalingen=len(rijen), bedrag_centen=sum(rij.bedrag_centen for rij in rijen)
    )


async def _keep(
    db: Connection, gemeente: str, rijen: Sequence[BetalingRij], names: Sequence[str], door: str
) -> None:
    """Keep them all. Raises Conflict with every fault, and then keeps none."""
    nieuw = [
        regels.Betaling(rij.specificatie, rij.datum, rij.bedrag_centen, rij.kenmerk)
        for rij in rijen
    ]
    standen = await betalingen.lock_standen(db, gemeente, [rij.specificatie for rij in rijen])
    faults = regels.faults_of(nieuw, standen, names)
    if faults:
        raise Conflict(
            faults[0].code,
            f"Er is niets vastgelegd. {faults[0].reason}",
            tuple(faults[:MOST_FAULTS]),
        )
    await betalingen.insert_betalingen(db, nieuw, door)


def _validated(value: object) -> BetalingenInvoer:
    try:
        return BetalingenInvoer.model_validate(value)
    except ValidationError as error:
        found = error.errors(include_url=False)
        faults = []
        for details in found[:MOST_FAULTS]:
            details["loc"] = ("body", *details["loc"])
            faults.append(fault_of(details))
        raise _invalid(f"De aanvraag bevat {len(found)} fout(en).", faults) from None


def _read_csv(body: bytes) -> dict[str, list[dict[str, object]]]:
    """The rows below a header with the field names, comma or semicolon. Raises Invalid."""
    try:
        text = body.decode("utf-8-sig")
        delimiter = ";" if ";" in text.partition("\n")[0] else ","
        rows = list(csv.reader(io.StringIO(text, newline=""), delimiter=delimiter, strict=True))
    except (UnicodeDecodeError, csv.Error):
        reason = "Dit is geen CSV in UTF-8."
        raise _invalid(reason, [Fault("body", "ongeldige_csv", reason)]) from None
    header = rows[0] if rows else []
    faults = [
        Fault(naam, "kolom_ontbreekt", f"De kolom {naam} ontbreekt in de eerste regel.")
        for naam in COLUMNS
        if naam not in header
    ]
    if set(header) - set(COLUMNS) or len(set(header)) < len(header):
        reason = f"De eerste regel noemt precies deze kolommen: {', '.join(COLUMNS)}."
        faults.append(Fault("body", "onbekende_kolom", reason))
    faults += [
        Fault(f"betalingen[{place}]", "aantal_kolommen", f"Rij {place + 1} is niet volledig.")
        for place, row in enumerate(rows[1:])
        if row and len(row) != len(header)
    ]
    if faults:
        raise _invalid("Het bestand heeft niet de juiste vorm.", faults)
    return {
        "betalingen": [
            {name: _cell(name, cell) for name, cell in zip(header, row, strict=True)}
            for row in rows[1:]
            if row
        ]
    }


def _cell(name: str, cell: str) -> object:
    digits = cell.removeprefix("-")
    is_number = digits.isascii() and digits.isdigit() and len(digits) <= LONGEST_NUMBER
    return int(cell) if name in WHOLE_NUMBERS and is_number else cell


def _invalid(detail: str, faults: Sequence[Fault]) -> Invalid:
    return Invalid("ongeldige_aanvraag", detail, tuple(faults[:MOST_FAULTS]))
