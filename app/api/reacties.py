# SPDX-License-Identifier: EUPL-1.2
"""Comments of aanbieders on a concept list, and the answers of the region."""

from typing import Annotated, Any, Self

from asyncpg import Record
from fastapi import Path, Query, Request, Response
from pydantic import Field, model_validator

from app.api.clock import today
from app.api.consultaties import sees
from app.api.models import (
    AgbCode,
    InputModel,
    NummerInPad,
    OutputModel,
    ProfielCode,
    Tekst,
    Tijdstip,
    example,
    refusal,
)
from app.api.pages import Page, PageQuery, page_example, page_of
from app.api.route import Router, caller, connection, operation
from app.api.tarieflijsten import TarieflijstId
from app.db import catalogus, consultaties
from app.db.pages import find_page
from app.domain.errors import Conflict, Forbidden
from app.domain.toewijzing import Intensiteit

router = Router(tags=["Tarieven"])

Volgnummer = Annotated[NummerInPad, Path(alias="volgnummer")]

EXAMPLE = {
    "volgnummer": 1,
    "aanbieder": "99000001",
    "naam": "De Es Jeugdhulp",
    "tekst": "De reistijd op het platteland is hoger dan waarmee hier is gerekend.",
    "profiel": "OB2",
    "intensiteit": "licht",
    "ontvangenOp": "2026-10-09T08:12:00.000000Z",
    "antwoord": {
        "tekst": "Wij rekenen met vijftig uur per jaar; zie de opbouw.",
        "beantwoordOp": "2026-11-02T13:40:00.000000Z",
    },
}


class ReactieInvoer(InputModel):
    """Wat een aanbieder van het concept vindt; noem geen personen."""

    tekst: Annotated[str, Tekst(4_000, lines=True)]
    profiel: ProfielCode | None = None
    intensiteit: Intensiteit | None = None

    @model_validator(mode="after")
    def _names_the_profiel(self) -> Self:
        if self.intensiteit and not self.profiel:
            raise refusal("verplicht", "Bij een intensiteit hoort een profiel.", "profiel")
        return self

    model_config = example({key: EXAMPLE[key] for key in ("tekst", "profiel", "intensiteit")})


class AntwoordInvoer(InputModel):
    """Wat de regio antwoordt."""

    tekst: Annotated[str, Tekst(4_000, lines=True)]

    model_config = example({"tekst": "Wij rekenen met vijftig uur per jaar; zie de opbouw."})


class Antwoord(OutputModel):
    """Wat de regio antwoordde."""

    tekst: str
    beantwoord_op: Tijdstip


class Reactie(OutputModel):
    """Een reactie met haar antwoord; van wie zij is, weten alleen die aanbieder en de regio."""

    volgnummer: int
    aanbieder: AgbCode | None = Field(description="Leeg voor anderen dan de regio en hemzelf.")
    naam: str | None = Field(description="De naam van de aanbieder, als die bekend is.")
    tekst: str
    profiel: ProfielCode | None
    intensiteit: Intensiteit | None
    ontvangen_op: Tijdstip
    antwoord: Antwoord | None

    model_config = example(EXAMPLE)


class ReactiesPagina(Page):
    """Een pagina reacties, op volgorde van binnenkomst."""

    results: list[Reactie]

    model_config = page_example(EXAMPLE)


@router.post("/tarieflijsten/{id:int}/reacties", status_code=201, summary="Op een concept reageren")
@operation(creates=True)
async def create_reactie(
    request: Request, response: Response, tarieflijst_id: TarieflijstId, invoer: ReactieInvoer
) -> Reactie:
    """Een aanbieder reageert zolang de consultatie loopt, zo vaak als nodig."""
    agb = caller(request).agb
    if agb is None:
        raise Forbidden("alleen_aanbieders", "Alleen een aanbieder reageert op een concept.")
    db = connection(request)
    consultatie = await consultaties.find_consultatie(db, tarieflijst_id, lock=True)
    if not sees(request, consultatie, ("loopt", "gesloten")):
        raise consultaties.no_consultation(tarieflijst_id)
    profielen = await catalogus.find_profiel_ids(db, [invoer.profiel] if invoer.profiel else [])
    if consultaties.consultatie_of(consultatie).stand(today()) != "loopt":
        raise Conflict("consultatie_gesloten", "De consultatie over deze tarieflijst is voorbij.")
    volgnummer = await consultaties.insert_reactie(
        db,
        tarieflijst_id,
        agb,
        invoer.tekst,
        profielen.get(invoer.profiel or ""),
        invoer.intensiteit,
    )
    response.headers["Location"] = f"/v1/tarieflijsten/{tarieflijst_id}/reacties/{volgnummer}"
    return _reactie(request, await consultaties.find_reactie(db, tarieflijst_id, volgnummer))


@router.get("/tarieflijsten/{id:int}/reacties", summary="Reacties op een concept opvragen")
@operation()
async def list_reacties(
    request: Request,
    response: Response,
    tarieflijst_id: TarieflijstId,
    query: Annotated[PageQuery, Query()],
) -> ReactiesPagina:
    """De regio ziet alle reacties, een aanbieder de zijne; na vaststelling ziet iedereen ze alle.

    Van wie een reactie is, blijft ook dan onder ons, zoals bij een nota van inlichtingen: zo
    spreekt een aanbieder vrij over zijn kosten.
    """
    count, rows = await find_page(
        connection(request),
        consultaties.REACTIES,
        tarieflijst_id,
        await _whose(request, tarieflijst_id),
        None,
        limit=query.page_size,
        offset=query.offset,
    )
    results = [_reactie(request, row) for row in rows]
    return page_of(request, query, count, results, ReactiesPagina, response)


@router.get("/tarieflijsten/{id:int}/reacties/{volgnummer:int}", summary="Een reactie opvragen")
@operation()
async def get_reactie(
    request: Request, tarieflijst_id: TarieflijstId, volgnummer: Volgnummer
) -> Reactie:
    """Een reactie met haar antwoord."""
    db = connection(request)
    whose = await _whose(request, tarieflijst_id)
    return _reactie(request, await consultaties.find_reactie(db, tarieflijst_id, volgnummer, whose))


@router.post(
    "/tarieflijsten/{id:int}/reacties/{volgnummer:int}/antwoord",
    summary="Een reactie beantwoorden",
)
@operation(scopes=("catalogus:schrijven",))
async def answer_reactie(
    request: Request, tarieflijst_id: TarieflijstId, volgnummer: Volgnummer, invoer: AntwoordInvoer
) -> Reactie:
    """De regio antwoordt één keer; daarna staan reactie en antwoord vast."""
    db = connection(request)
    await consultaties.find_reactie(db, tarieflijst_id, volgnummer)
    if not await consultaties.answer_reactie(
        db, tarieflijst_id, volgnummer, caller(request).sub, invoer.tekst
    ):
        raise Conflict("al_beantwoord", "Deze reactie is al beantwoord.")
    return _reactie(request, await consultaties.find_reactie(db, tarieflijst_id, volgnummer))


async def _whose(request: Request, tarieflijst_id: int) -> str | None:
    """Whose comments the caller may see; None means all. Raises NotFound."""
    row = await consultaties.find_consultatie(connection(request), tarieflijst_id)
    if not sees(request, row, ("loopt", "gesloten")):
        raise consultaties.no_consultation(tarieflijst_id)
    return caller(request).agb if row["vastgesteld_op"] is None else None


def _reactie(request: Request, row: Record) -> Reactie:
    values: dict[str, Any] = dict(row)
    tekst, moment = values.pop("antwoord"), values.pop("beantwoord_op")
    antwoord = None if tekst is None else Antwoord(tekst=tekst, beantwoord_op=moment)
    if caller(request).rol != "regio" and caller(request).agb != row["aanbieder"]:
        values |= {"aanbieder": None, "naam": None}
    return Reactie(**values, antwoord=antwoord)
