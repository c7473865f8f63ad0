# SPDX-License-Identifier: EUPL-1.2
"""POST /declaraties/_controleer: what would become of a declaratie today, with nothing kept."""

from typing import Annotated

from asyncpg import Record
from fastapi import Query, Request

from app.api.declaratie_modellen import DeclaratieQuery
from app.api.declaraties import (
    BODY,
    CSV,
    JSON,
    NDJSON,
    Lezing,
    OvertakenError,
    keep,
    known,
    open_declaratie,
)
from app.api.models import OutputModel, example
from app.api.route import Router, caller, connection, operation
from app.api.uitkomsten import EXAMPLE as REGEL_EXAMPLE
from app.api.uitkomsten import RegelUitkomst, regel_of
from app.db import declaraties
from app.db.connection import Connection
from app.domain.period import day_in_amsterdam
from app.settlement import queue, settle

router = Router(tags=["Declaraties"])

MOST_BYTES = 1024 * 1024


class Controle(OutputModel):
    """Wat er vandaag van een declaratie zou worden; credits tellen negatief."""

    declaratienummer: str
    aantal_regels: int
    aantal_toegekend: int
    aantal_afgekeurd: int
    aantal_aangehouden: int
    ingediend_centen: int
    toegekend_centen: int
    regels: list[RegelUitkomst]

    model_config = example(
        {
            "declaratienummer": "2026081",
            "aantalRegels": 1,
            "aantalToegekend": 1,
            "aantalAfgekeurd": 0,
            "aantalAangehouden": 0,
            "ingediendCenten": 216815,
            "toegekendCenten": 216815,
            "regels": [REGEL_EXAMPLE],
        }
    )


@router.post("/declaraties/_controleer", summary="Een declaratie controleren", openapi_extra=BODY)
@operation(
    scopes=("declaraties:schrijven",),
    consumes=(JSON, CSV, NDJSON),
    writes_once=True,
    max_body=MOST_BYTES,
)
async def check_declaratie(
    request: Request, query: Annotated[DeclaratieQuery, Query()]
) -> Controle:
    """Beoordeelt ten hoogste 1.000 regels zoals bij indienen, zonder iets vast te leggen.

    Declaraties van dezelfde aanbieder die nog wachten, tellen niet mee.
    """
    db, agb = connection(request), caller(request).own_agb
    opened = await open_declaratie(request, query)
    lezing = Lezing(opened.delen, opened.dagtekening, opened.faults, most=queue.MOST_LINES_AT_ONCE)
    kop = settle.Kop(agb, opened.declaratienummer, opened.dagtekening)
    declaratie, regels = await rehearse(db, kop, lezing)
    counts = {key: declaratie[key] for key in Controle.model_fields if key != "regels"}
    return Controle(**counts, regels=[regel_of(row) for row in regels])


async def rehearse(db: Connection, kop: settle.Kop, lezing: Lezing) -> tuple[Record, list[Record]]:
    """The declaratie and its lines as they would be, by the same steps, undone afterwards.

    What was handed in before under this number is what there is. Raises Conflict when that has
    other content.
    """
    attempt = db.transaction()
    await attempt.start()
    try:
        row = await _settled(db, kop, lezing)
        regels = await db.fetch(declaraties.REGELS, row["id"], kop.aanbieder, None)
    finally:
        await attempt.rollback()
    return row, regels


async def _settled(db: Connection, kop: settle.Kop, lezing: Lezing) -> Record:
    if await settle.find_declaratie(db, kop) is None:
        try:
            row = await keep(db, kop, lezing)
            return await settle.settle(db, row["id"], day_in_amsterdam(row["ontvangen_op"]))
        except OvertakenError:
            pass
    else:
        await lezing.read()
    return await known(db, kop, lezing)
