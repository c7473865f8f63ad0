# SPDX-License-Identifier: EUPL-1.2
"""Self-reliance instruments: what is scored, and on which scale."""

from typing import Annotated

from fastapi import Query, Request, Response
from pydantic import Field, field_validator
from pydantic_core.core_schema import ValidationInfo

from app.api.models import Code, InputModel, OutputModel, Tekst, example, refusal
from app.api.pages import Page, PageQuery, page_example, page_of
from app.api.route import Router, connection, operation
from app.api.surroundings import same_as_in_path
from app.db import intensiteit
from app.db.pages import find_page

router = Router(tags=["Intensiteit"])

EXAMPLE = {
    "code": "zrm",
    "naam": "Zelfredzaamheid-Matrix (illustratief, verkort)",
    "bron": "GGD Amsterdam; hier alleen als voorbeeld",
    "onderdelen": [
        {"code": "huisvesting", "naam": "Huisvesting"},
        {"code": "huiselijke_relaties", "naam": "Huiselijke relaties"},
        {"code": "geestelijke_gezondheid", "naam": "Geestelijke gezondheid"},
    ],
    "laagste": 1,
    "hoogste": 5,
}


class Onderdeel(InputModel):
    """Waarop iemand wordt gescoord."""

    code: Code
    naam: Annotated[str, Tekst(200)]


class InstrumentInvoer(InputModel):
    """Een instrument zoals de regio het vastlegt."""

    code: Annotated[Code | None, same_as_in_path("code")] = Field(
        default=None, description="Mag ontbreken; anders gelijk aan die in het pad."
    )
    naam: Annotated[str, Tekst(200)]
    bron: Annotated[str, Tekst(500)]
    onderdelen: Annotated[list[Onderdeel], Field(min_length=1, max_length=100)]
    laagste: Annotated[int, Field(ge=-100, le=100)]
    hoogste: Annotated[int, Field(ge=-100, le=100)]

    model_config = example(EXAMPLE)

    @field_validator("onderdelen")
    @classmethod
    def _name_each_once(cls, onderdelen: list[Onderdeel]) -> list[Onderdeel]:
        if len({onderdeel.code for onderdeel in onderdelen}) < len(onderdelen):
            raise refusal("dubbel_onderdeel", "Twee onderdelen hebben dezelfde code.")
        return onderdelen

    @field_validator("hoogste")
    @classmethod
    def _is_above_the_lowest(cls, hoogste: int, info: ValidationInfo) -> int:
        if hoogste <= info.data.get("laagste", -101):
            raise refusal("schaal_omgekeerd", "De hoogste score is niet hoger dan de laagste.")
        return hoogste


class Instrument(OutputModel):
    """Een instrument om zelfredzaamheid mee te scoren."""

    code: Code
    naam: str
    bron: str
    onderdelen: list[Onderdeel]
    laagste: int
    hoogste: int

    model_config = example(EXAMPLE)


class InstrumentenPagina(Page):
    """Een pagina instrumenten, op volgorde van code."""

    results: list[Instrument]

    model_config = page_example(EXAMPLE)


@router.get("/zelfredzaamheidsinstrumenten", summary="Zelfredzaamheidsinstrumenten opvragen")
@operation()
async def list_instrumenten(
    request: Request, response: Response, query: Annotated[PageQuery, Query()]
) -> InstrumentenPagina:
    """Alle instrumenten waarmee een intensiteitsadvies kan worden gevraagd."""
    count, rows = await find_page(
        connection(request), intensiteit.INSTRUMENTEN, limit=query.page_size, offset=query.offset
    )
    results = [Instrument(**row) for row in rows]
    return page_of(request, query, count, results, InstrumentenPagina, response)


@router.get("/zelfredzaamheidsinstrumenten/{code}", summary="Een instrument opvragen")
@operation()
async def get_instrument(request: Request, code: Code) -> Instrument:
    """Een instrument met zijn onderdelen en zijn schaal."""
    return Instrument(**await intensiteit.find_instrument(connection(request), code))


@router.put(
    "/zelfredzaamheidsinstrumenten/{code}",
    summary="Een instrument vastleggen",
    responses={201: {"model": Instrument, "description": "Het instrument is nieuw."}},
)
@operation(scopes=("catalogus:schrijven",))
async def put_instrument(
    request: Request, response: Response, code: Code, invoer: InstrumentInvoer
) -> Instrument:
    """Legt een instrument vast; zodra een tabel het gebruikt, verandert zijn schaal niet meer."""
    row = await intensiteit.put_instrument(
        connection(request),
        code,
        invoer.naam,
        invoer.bron,
        [onderdeel.model_dump() for onderdeel in invoer.onderdelen],
        invoer.laagste,
        invoer.hoogste,
    )
    response.status_code = 201 if row["is_new"] else 200
    return Instrument(**row)
