# SPDX-License-Identifier: EUPL-1.2
"""Onderlinge verrekening: what gemeenten paid for each other, with notice, bezwaar and balance."""

from typing import Annotated, Any

from asyncpg import Record
from fastapi import Path, Query, Request, Response
from pydantic import Field

from app.api.clock import today
from app.api.models import (
    Datum,
    GemeenteCode,
    InputModel,
    OutputModel,
    Tekst,
    Tijdstip,
    example,
)
from app.api.pages import Page, PageQuery, QueryModel, page_example, page_of
from app.api.periode import BekendOp
from app.api.route import Router, caller, connection, operation
from app.api.surroundings import Verleden
from app.db import verrekeningen
from app.db.pages import find_page
from app.domain.verrekening import (
    Besluit,
    Stand,
    Status,
    check_decision,
    check_notice,
    check_objection,
    check_payment,
    is_over,
    kwartaal_of,
    naam_of,
    status_of,
)

router = Router(tags=["Verrekening"])

READERS = ("kosten:lezen", "kosten:geaggregeerd")
SCHRIJVEN = ("betalingen:schrijven",)
VERREKENING = "/verrekeningen/{kwartaal}/{tegenpartij}"
KwartaalNaam = Annotated[str, Field(pattern=r"^(19|20|21)[0-9]{2}-[1-4]$")]
Kwartaal = Annotated[KwartaalNaam, Path()]
Tegenpartij = Annotated[GemeenteCode, Path()]
Bedrag = Annotated[int, Field(strict=True, ge=1, le=999_999_999_999)]

EXAMPLE: dict[str, Any] = {
    "kwartaal": "2026-3",
    "gemeente": "0153",
    "tegenpartij": "0164",
    "status": "aangezegd",
    "voorgeschotenCenten": 207713,
    "verschuldigdCenten": 7713,
    "saldoCenten": 200000,
    "betaaldCenten": 0,
    "openCenten": 200000,
    "aangezegdOp": "2026-10-05T08:00:00.000000Z",
    "bezwaar": None,
    "betalingen": [],
}
SALDO_EXAMPLE = {
    "gemeente": "0153",
    "tegenpartij": "0164",
    "saldoCenten": 412000,
    "betaaldCenten": 212000,
    "openCenten": 200000,
}


class VerrekeningenQuery(PageQuery):
    """Welk kwartaal, en met wie."""

    kwartaal: KwartaalNaam | None = None
    tegenpartij: GemeenteCode | None = None
    bekend_op: BekendOp = None


class VerrekeningQuery(QueryModel):
    """Zoals het er op een moment stond."""

    bekend_op: BekendOp = None


class SaldiQuery(PageQuery):
    """Zoals het er op een moment stond."""

    bekend_op: BekendOp = None


class BezwaarInvoer(InputModel):
    """Wat wordt betwist, en waarom; noem geen personen."""

    bedrag_centen: Bedrag
    reden: Annotated[str, Tekst(2_000, lines=True)]

    model_config = example(
        {"bedragCenten": 50000, "reden": "Van toewijzing 1204 was het verblijf hier al geëindigd."}
    )


class BezwaarbesluitInvoer(InputModel):
    """Wat op een bezwaar is besloten. Wat gegrond is, wordt hersteld met een herverdeling."""

    besluit: Besluit
    toelichting: Annotated[str, Tekst(2_000, lines=True)]

    model_config = example(
        {"besluit": "gegrond", "toelichting": "De woonplaats is hersteld; zie kwartaal 2026-4."}
    )


class VerrekenbetalingInvoer(InputModel):
    """Wat is ontvangen."""

    datum: Verleden
    bedrag_centen: Bedrag
    kenmerk: Annotated[str, Tekst(70)]

    model_config = example(
        {"datum": "2026-10-20", "bedragCenten": 200000, "kenmerk": "NL2610200007"}
    )


class Bezwaar(OutputModel):
    """Een bezwaar, en wat daarop is besloten."""

    bedrag_centen: int
    reden: str
    gemaakt_op: Tijdstip
    besluit: Besluit | None
    toelichting: str | None
    besloten_op: Tijdstip | None


class Verrekenbetaling(OutputModel):
    """Wat is ontvangen."""

    datum: Datum
    bedrag_centen: int
    kenmerk: str


class Verrekening(OutputModel):
    """Hoe twee gemeenten in een kwartaal staan, gezien vanuit de eerste."""

    kwartaal: str
    gemeente: GemeenteCode
    tegenpartij: GemeenteCode
    status: Status
    voorgeschoten_centen: int = Field(description="Wat de gemeente voor de tegenpartij betaalde.")
    verschuldigd_centen: int = Field(description="Wat de tegenpartij voor de gemeente betaalde.")
    saldo_centen: int = Field(description="Te ontvangen; onder nul te betalen.")
    betaald_centen: int
    open_centen: int
    aangezegd_op: Tijdstip | None
    bezwaar: Bezwaar | None
    betalingen: list[Verrekenbetaling]

    model_config = example(EXAMPLE)


class VerrekeningenPagina(Page):
    """Een pagina verrekeningen, op volgorde van kwartaal en gemeenten."""

    results: list[Verrekening]

    model_config = page_example(EXAMPLE)


class Saldo(OutputModel):
    """Hoe twee gemeenten staan over alle kwartalen die voorbij zijn."""

    gemeente: GemeenteCode
    tegenpartij: GemeenteCode
    saldo_centen: int
    betaald_centen: int
    open_centen: int

    model_config = example(SALDO_EXAMPLE)


class SaldiPagina(Page):
    """Een pagina saldi, op volgorde van gemeenten."""

    results: list[Saldo]

    model_config = page_example(SALDO_EXAMPLE)


@router.get("/verrekeningen", summary="Verrekeningen opvragen")
@operation(scopes=READERS)
async def list_verrekeningen(
    request: Request, response: Response, query: Annotated[VerrekeningenQuery, Query()]
) -> VerrekeningenPagina:
    """Per kwartaal van boeken en per gemeente: wat voor elkaar is betaald, tot op de cent.

    De regio ziet elk paar van beide kanten; alles samen is nul. De regels erachter staan in de
    kostenregels van wie ze draagt, bij de betaler.
    """
    count, rows = await find_page(
        connection(request),
        verrekeningen.VERREKENINGEN,
        caller(request).gemeente,
        query.tegenpartij,
        query.bekend_op,
        kwartaal_of(query.kwartaal) if query.kwartaal else None,
        limit=query.page_size,
        offset=query.offset,
    )
    results = [_verrekening(row) for row in rows]
    return page_of(request, query, count, results, VerrekeningenPagina, response)


@router.get("/verrekeningen/_saldo", summary="Saldi tussen gemeenten opvragen")
@operation(scopes=READERS)
async def list_saldi(
    request: Request, response: Response, query: Annotated[SaldiQuery, Query()]
) -> SaldiPagina:
    """Over alle kwartalen die voorbij zijn: wat te ontvangen was, ontvangen is en open staat."""
    loopt = today().replace(day=1, month=(today().month - 1) // 3 * 3 + 1)
    count, rows = await find_page(
        connection(request),
        verrekeningen.SALDI,
        caller(request).gemeente,
        None,
        query.bekend_op,
        loopt,
        limit=query.page_size,
        offset=query.offset,
    )
    results = [Saldo(**row) for row in rows]
    return page_of(request, query, count, results, SaldiPagina, response)


@router.get(VERREKENING, summary="Een verrekening opvragen")
@operation(scopes=("kosten:lezen",))
async def get_verrekening(
    request: Request,
    kwartaal: Kwartaal,
    tegenpartij: Tegenpartij,
    query: Annotated[VerrekeningQuery, Query()],
) -> Verrekening:
    """Hoe de eigen gemeente in een kwartaal met een andere staat."""
    row = await verrekeningen.find_verrekening(
        connection(request),
        caller(request).own_gemeente,
        tegenpartij,
        kwartaal_of(kwartaal),
        query.bekend_op,
    )
    return _verrekening(row)


@router.post(f"{VERREKENING}/aanzegging", summary="Een verrekening aanzeggen")
@operation(scopes=SCHRIJVEN)
async def create_aanzegging(
    request: Request, kwartaal: Kwartaal, tegenpartij: Tegenpartij
) -> Verrekening:
    """Zegt de tegenpartij aan wat zij over een kwartaal dat voorbij is moet betalen."""
    db, gemeente, dag = connection(request), caller(request).own_gemeente, kwartaal_of(kwartaal)
    if is_over(dag, today()):
        await verrekeningen.lock_books(db)
    row = await verrekeningen.lock_verrekening(db, gemeente, tegenpartij, dag)
    check_notice(_stand(row), today())
    await verrekeningen.give_notice(
        db, gemeente, tegenpartij, dag, row["saldo_centen"], caller(request).sub
    )
    return await _read(request, kwartaal, tegenpartij)


@router.post(f"{VERREKENING}/bezwaar", summary="Bezwaar maken tegen een verrekening")
@operation(scopes=SCHRIJVEN)
async def create_bezwaar(
    request: Request, kwartaal: Kwartaal, tegenpartij: Tegenpartij, invoer: BezwaarInvoer
) -> Verrekening:
    """Wie moet betalen, maakt binnen zes weken na de aanzegging bezwaar."""
    db, gemeente, dag = connection(request), caller(request).own_gemeente, kwartaal_of(kwartaal)
    row = await verrekeningen.lock_verrekening(db, gemeente, tegenpartij, dag)
    check_objection(_stand(row), invoer.bedrag_centen, today())
    await verrekeningen.insert_bezwaar(
        db, gemeente, tegenpartij, dag, caller(request).sub, invoer.reden, invoer.bedrag_centen
    )
    return await _read(request, kwartaal, tegenpartij)


@router.post(f"{VERREKENING}/besluit", summary="Op een bezwaar besluiten")
@operation(scopes=SCHRIJVEN)
async def create_besluit(
    request: Request, kwartaal: Kwartaal, tegenpartij: Tegenpartij, invoer: BezwaarbesluitInvoer
) -> Verrekening:
    """Wie moet ontvangen, besluit één keer. Het saldo verandert er niet door."""
    db, gemeente, dag = connection(request), caller(request).own_gemeente, kwartaal_of(kwartaal)
    row = await verrekeningen.lock_verrekening(db, gemeente, tegenpartij, dag)
    check_decision(_stand(row))
    await verrekeningen.insert_besluit(
        db, gemeente, tegenpartij, dag, caller(request).sub, invoer.besluit, invoer.toelichting
    )
    return await _read(request, kwartaal, tegenpartij)


@router.post(
    f"{VERREKENING}/betalingen", status_code=201, summary="Een ontvangst op een verrekening"
)
@operation(scopes=SCHRIJVEN, creates=True)
async def create_verrekenbetaling(
    request: Request,
    response: Response,
    kwartaal: Kwartaal,
    tegenpartij: Tegenpartij,
    invoer: VerrekenbetalingInvoer,
) -> Verrekening:
    """Wie moest ontvangen, legt vast wat is ontvangen; ook wat met een ander kwartaal wegvalt."""
    db, gemeente, dag = connection(request), caller(request).own_gemeente, kwartaal_of(kwartaal)
    row = await verrekeningen.lock_verrekening(db, gemeente, tegenpartij, dag)
    betaling = (invoer.datum, invoer.bedrag_centen, invoer.kenmerk)
    check_payment(_stand(row), *betaling)
    await verrekeningen.insert_betaling(
        db, gemeente, tegenpartij, dag, betaling, caller(request).sub
    )
    response.headers["Location"] = f"/v1/verrekeningen/{kwartaal}/{tegenpartij}"
    return await _read(request, kwartaal, tegenpartij)


async def _read(request: Request, kwartaal: str, tegenpartij: str) -> Verrekening:
    row = await verrekeningen.find_verrekening(
        connection(request), caller(request).own_gemeente, tegenpartij, kwartaal_of(kwartaal)
    )
    return _verrekening(row)


def _stand(row: Record) -> Stand:
    return Stand(
        kwartaal=row["kwartaal"],
        saldo_centen=row["saldo_centen"],
        betaald_centen=row["betaald_centen"],
        aangezegd=row["aangezegd"],
        heeft_bezwaar=row["bezwaar_op"] is not None,
        besluit=row["besluit"],
        kenmerken=frozenset(betaling["kenmerk"] for betaling in row["betalingen"]),
    )


def _verrekening(row: Record) -> Verrekening:
    stand = _stand(row)
    bezwaar = (
        Bezwaar(
            bedrag_centen=row["bezwaar_centen"],
            reden=row["bezwaar_reden"],
            gemaakt_op=row["bezwaar_op"],
            besluit=row["besluit"],
            toelichting=row["besluit_toelichting"] if row["besluit"] else None,
            besloten_op=row["besloten_op"],
        )
        if row["bezwaar_op"]
        else None
    )
    return Verrekening(
        kwartaal=naam_of(row["kwartaal"]),
        gemeente=row["gemeente"],
        tegenpartij=row["tegenpartij"],
        status=status_of(stand, today()),
        voorgeschoten_centen=row["voorgeschoten_centen"],
        verschuldigd_centen=row["verschuldigd_centen"],
        saldo_centen=stand.saldo_centen,
        betaald_centen=stand.betaald_centen,
        open_centen=stand.open_centen,
        aangezegd_op=row["aangezegd_op"],
        bezwaar=bezwaar,
        betalingen=row["betalingen"],
    )
