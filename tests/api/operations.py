# SPDX-License-Identifier: EUPL-1.2
"""A few operations that do nothing of the trade, to see how every operation is handled."""

import asyncio
from typing import Annotated, Any

from fastapi import Query, Request, Response
from pydantic import ConfigDict, Field

from app.api.models import (
    Aandeel,
    AgbCode,
    Centen,
    Datum,
    GemeenteCode,
    InputModel,
    NummerInPad,
    OutputModel,
    Tekst,
    Tijdstip,
)
from app.api.pages import Page, PageQuery, page_of
from app.api.route import (
    Router,
    caller,
    connection,
    content_type,
    is_head,
    media_type,
    operation,
    pool,
)
from app.domain.errors import Conflict

router = Router(tags=["Proeven"])

EXAMPLE: dict[str, Any] = {"naam": "Een proef", "tarieven": [{"bedragCenten": 100, "vanaf": None}]}


class TariefInvoer(InputModel):
    """Een bedrag."""

    bedrag_centen: Centen
    vanaf: Datum | None = None


class ProefInvoer(InputModel):
    """Een proef."""

    naam: Annotated[str, Tekst(20)]
    tarieven: Annotated[list[TariefInvoer], Field(max_length=200)]
    aandeel: Aandeel | None = None
    gezien_op: Tijdstip | None = None
    aanbieder: AgbCode | None = None

    model_config = ConfigDict(json_schema_extra={"examples": [EXAMPLE]})


class Proef(OutputModel):
    """Een uitgevoerde proef."""

    nummer: int
    naam: str
    volgende: Datum | None

    model_config = ConfigDict(
        json_schema_extra={"examples": [{"nummer": 1, "naam": "x", "volgende": None}]}
    )


class ProevenPagina(Page):
    """Een pagina proeven."""

    results: list[Proef]


class ProevenQuery(PageQuery):
    """Welke proeven."""

    gemeente: GemeenteCode | None = None
    bekend_op: Tijdstip | None = None


@router.get("/proeven", summary="Proeven opvragen")
@operation()
async def list_proeven(
    request: Request, response: Response, query: Annotated[ProevenQuery, Query()]
) -> ProevenPagina:
    """Vijf proeven."""
    proeven = [Proef(nummer=n, naam=f"proef {n}", volgende=None) for n in range(1, 6)]
    page = proeven[query.offset : query.offset + query.page_size]
    return page_of(request, query, len(proeven), page, ProevenPagina, response)


@router.post("/proeven", status_code=201, summary="Een proef doen")
@operation(scopes=("toewijzingen:schrijven", "declaraties:schrijven"), creates=True)
async def create_proef(request: Request, response: Response, invoer: ProefInvoer) -> Proef:
    """Elke proef krijgt het volgende nummer; de naam "bezet" wordt geweigerd."""
    db = connection(request)
    await db.execute("INSERT INTO proef (naam) VALUES ($1)", invoer.naam)
    if invoer.naam == "bezet":
        raise Conflict("bezet", "Deze naam is bezet.")
    if invoer.naam == "traag":
        await asyncio.sleep(0.2)
    nummer = await db.fetchval("SELECT count(*) FROM proef")
    response.headers["Location"] = f"/v1/proeven/{nummer}"
    return Proef(nummer=nummer, naam=invoer.naam, volgende=None)


@router.get("/proeven/{nummer}", summary="Een proef opvragen")
@operation(scopes=("inwoners:lezen",))
async def get_proef(request: Request, nummer: NummerInPad) -> Proef:
    """Een proef."""
    return Proef(nummer=nummer, naam=caller(request).rol, volgende=None)


@router.post("/proeven/_meet", summary="Een bestand meten")
@operation(
    consumes=("text/csv", "application/x-ndjson"),
    produces=("text/csv", "application/x-ndjson"),
    creates=True,
    max_body=None,
)
async def measure(request: Request) -> Response:
    """De grootte van wat werd gestuurd."""
    size = sum([len(chunk) async for chunk in request.stream()])
    return Response(f"{content_type(request)},{size}", 201, media_type=media_type(request))


@router.get("/proeven/{nummer}/stroom", summary="Een stroom volgen")
@operation(produces=("text/csv",), streams=True)
async def stream(request: Request, nummer: NummerInPad) -> Response:
    """Zonder transactie."""
    if is_head(request):
        return Response(media_type="text/csv")
    async with pool(request).lent(caller(request).binding) as db:
        return Response(str(await db.fetchval("SELECT 7")), media_type="text/csv")


@router.get("/storingen/{soort}", summary="Een storing veroorzaken")
@operation()
async def fail(request: Request, soort: str) -> dict[str, Any]:
    """Gaat mis op de gevraagde manier."""
    db = connection(request)
    if soort == "sql":
        await db.execute("INSERT INTO proef (naam) VALUES ('geheim'), ('geheim')")
        await db.execute("CREATE TEMP TABLE eigen AS SELECT naam FROM proef")
        await db.execute("CREATE UNIQUE INDEX ux_geheim ON eigen (naam)")
    if soort == "verbroken":
        await db.execute("SELECT pg_terminate_backend(pg_backend_pid())")
    if soort == "botsing":
        await db.execute("DO $$ BEGIN RAISE SQLSTATE '40001'; END $$")
    raise RuntimeError("geheim: 999900006")
