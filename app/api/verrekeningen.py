# SPDX-License-Identifier: EUPL-1.2
"""Onderlinge verrekening: what gemeenten paid for each other, with notice, bezwaar and balance."""

from typing import Annotated

from fastapi import Path, Query, Request, Response

from app.api.clock import today
from app.api.models import GemeenteCode
from app.api.pages import page_of
from app.api.periode import BekendOpQuery, ZoalsBekendQuery
from app.api.route import Router, caller, connection, operation
from app.api.verrekening_modellen import (
    BezwaarbesluitInvoer,
    BezwaarInvoer,
    KwartaalNaam,
    SaldiPagina,
    Saldo,
    VerrekenbetalingInvoer,
    Verrekening,
    VerrekeningenPagina,
    VerrekeningenQuery,
    stand_of,
    verrekening_of,
)
from app.db import verrekeningen
from app.db.pages import find_page
from app.domain.period import first_of_quarter
from app.domain.verrekening import (
    check_decision,
    check_notice,
    check_objection,
    check_payment,
    is_over,
    kwartaal_of,
)

router = Router(tags=["Verrekening"])

READERS = ("kosten:lezen", "kosten:geaggregeerd")
SCHRIJVEN = ("betalingen:schrijven",)
VERREKENING = "/verrekeningen/{kwartaal}/{tegenpartij}"
Kwartaal = Annotated[KwartaalNaam, Path()]
Tegenpartij = Annotated[GemeenteCode, Path()]


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
    results = [verrekening_of(row) for row in rows]
    return page_of(request, query, count, results, VerrekeningenPagina, response)


@router.get("/verrekeningen/_saldo", summary="Saldi tussen gemeenten opvragen")
@operation(scopes=READERS)
async def list_saldi(
    request: Request, response: Response, query: Annotated[ZoalsBekendQuery, Query()]
) -> SaldiPagina:
    """Over alle kwartalen die voorbij zijn: wat te ontvangen was, ontvangen is en open staat."""
    count, rows = await find_page(
        connection(request),
        verrekeningen.SALDI,
        caller(request).gemeente,
        None,
        query.bekend_op,
        first_of_quarter(today()),
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
    query: Annotated[BekendOpQuery, Query()],
) -> Verrekening:
    """Hoe de eigen gemeente in een kwartaal met een andere staat."""
    row = await verrekeningen.find_verrekening(
        connection(request),
        caller(request).own_gemeente,
        tegenpartij,
        kwartaal_of(kwartaal),
        query.bekend_op,
    )
    return verrekening_of(row)


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
    check_notice(stand_of(row), today())
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
    check_objection(stand_of(row), invoer.bedrag_centen, today())
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
    check_decision(stand_of(row))
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
    check_payment(stand_of(row), *betaling)
    await verrekeningen.insert_betaling(
        db, gemeente, tegenpartij, dag, betaling, caller(request).sub
    )
    response.headers["Location"] = f"/v1/verrekeningen/{kwartaal}/{tegenpartij}"
    return await _read(request, kwartaal, tegenpartij)


async def _read(request: Request, kwartaal: str, tegenpartij: str) -> Verrekening:
    row = await verrekeningen.find_verrekening(
        connection(request), caller(request).own_gemeente, tegenpartij, kwartaal_of(kwartaal)
    )
    return verrekening_of(row)
