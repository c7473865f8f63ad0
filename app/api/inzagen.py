# SPDX-License-Identifier: EUPL-1.2
"""Who saw or changed the data of an inwoner: told to the gemeente, which tells the inwoner."""

from dataclasses import asdict
from typing import Annotated, Literal

from asyncpg import Record
from fastapi import Path, Query, Request, Response
from pydantic import Field

from app.api.callers import Rol
from app.api.logboek import note
from app.api.models import AgbCode, GemeenteCode, NummerInPad, OutputModel, Tijdstip, example
from app.api.pages import Page, PageQuery, page_example, page_of
from app.api.route import Router, caller, connection, operation
from app.db import inwoners
from app.db.logboek import INZAGEN
from app.db.pages import find_page
from app.domain.verwerking import ACTIVITEITEN, Activiteit

router = Router(tags=["Inwoners"])

EXAMPLE = {
    "traceId": "4bf92f3577b34da6a3ce929d0e0e4736",
    "verwerkingsactiviteit": {"code": "levering", **asdict(ACTIVITEITEN["levering"])},
    "operatie": "GET /toewijzingen/{nummer}/client",
    "handeling": "lezen",
    "status": "ok",
    "rol": "aanbieder",
    "gemeente": None,
    "aanbieder": "99000001",
    "door": "j.jansen",
    "begonnenOp": "2026-02-09T08:15:01.120000Z",
    "beeindigdOp": "2026-02-09T08:15:01.127000Z",
    "toewijzingNummer": 1204,
    "verzoekId": None,
}


class Verwerkingsactiviteit(OutputModel):
    """Met welk doel, en op grond van welke wet."""

    code: Activiteit
    naam: str
    doel: str
    grondslag: str


class Inzage(OutputModel):
    """Een keer dat iemand gegevens van de inwoner zag of wijzigde."""

    trace_id: str | None = Field(
        description="Van de aanvraag (W3C traceparent); null: van voordat dit werd bewaard."
    )
    verwerkingsactiviteit: Verwerkingsactiviteit
    operatie: str
    handeling: Literal["lezen", "schrijven"]
    status: Literal["ok"] = Field(
        description="Wat mislukte of geweigerd werd, liet niets zien en wijzigde niets."
    )
    rol: Rol
    gemeente: GemeenteCode | None
    aanbieder: AgbCode | None
    door: str
    begonnen_op: Tijdstip
    beeindigd_op: Tijdstip
    toewijzing_nummer: int | None
    verzoek_id: int | None

    model_config = example(EXAMPLE)


class InzagenPagina(Page):
    """Een pagina inzagen, de laatste eerst."""

    results: list[Inzage]

    model_config = page_example(EXAMPLE)


@router.get("/inwoners/{id:int}/inzagen", summary="Opvragen wie gegevens van een inwoner zag")
@operation(scopes=("inwoners:lezen",), verwerking="inzage")
async def list_inzagen(
    request: Request,
    response: Response,
    inwoner_id: Annotated[NummerInPad, Path(alias="id")],
    query: Annotated[PageQuery, Query()],
) -> InzagenPagina:
    """Wie gegevens van een inwoner zag of wijzigde, wanneer en waarvoor (NEN 7513)."""
    db, gemeente = connection(request), caller(request).own_gemeente
    await inwoners.find_inwoner(db, gemeente, inwoner_id)
    note(inwoner_id)
    count, rows = await find_page(
        db, INZAGEN, gemeente, inwoner_id, limit=query.page_size, offset=query.offset
    )
    results = [_inzage(row) for row in rows]
    return page_of(request, query, count, results, InzagenPagina, response)


def _inzage(row: Record) -> Inzage:
    code = row["activiteit"]
    same = Inzage.model_fields.keys() & dict(row).keys()
    return Inzage(
        **{name: row[name] for name in same},
        status="ok",
        verwerkingsactiviteit=Verwerkingsactiviteit(code=code, **asdict(ACTIVITEITEN[code])),
    )
