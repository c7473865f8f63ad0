# SPDX-License-Identifier: EUPL-1.2
"""Residence by law: from addresses and stays to the gemeente that is responsible, and why."""

from datetime import date
from typing import Annotated

from asyncpg import Record
from fastapi import Path, Query, Request, Response

from app.api.clock import today
from app.api.logboek import note
from app.api.models import NummerInPad
from app.api.pages import PageQuery, page_of
from app.api.route import Router, caller, connection, operation
from app.api.woongeschiedenis_modellen import (
    BekendQuery,
    Tijdruimte,
    Verantwoordelijk,
    WoongeschiedenisInvoer,
    WoongeschiedenisUitvoer,
    WoonopgavenPagina,
    WoonplaatsOpDag,
    WoonplaatsQuery,
    derived,
    opgave_of,
    verantwoordelijk_of,
)
from app.db import inwoners, woonplaatsinstellingen
from app.db.pages import find_page
from app.domain.errors import Invalid, NotFound
from app.domain.woongeschiedenis import Woongeschiedenis, faults_in
from app.domain.woonplaatsbeginsel import WETTEN, Kader, derive, tiles_of
from app.settlement import queue

router = Router(tags=["Inwoners"])

InwonerId = Annotated[NummerInPad, Path(alias="id")]

INWONER = "/inwoners/{id:int}"


@router.put(f"{INWONER}/woongeschiedenis", summary="Woongeschiedenis vervangen")
@operation(scopes=("inwoners:schrijven",), verwerking="woonplaats")
async def put_woongeschiedenis(
    request: Request, inwoner_id: InwonerId, invoer: WoongeschiedenisInvoer
) -> WoongeschiedenisUitvoer:
    """Leidt per wet af wie vanaf wanneer verantwoordelijk is, in plaats van de woonplaatsen.

    Wat is geboekt, verandert niet (zie /herverdelingen/_geraakt); regels die op een woonplaats
    wachtten, worden vanzelf opnieuw beoordeeld.
    """
    db, gemeente = connection(request), caller(request).own_gemeente
    leven = await _life(request, inwoner_id, invoer)
    kader = Kader(request.app.state.codes, await woonplaatsinstellingen.find_instellingen(db))
    per_wet = {wet: derive(leven, wet, kader) for wet in WETTEN}
    afleiding = Verantwoordelijk(jeugdwet=derived(per_wet["jeugdwet"]), wmo=derived(per_wet["wmo"]))
    opgave = inwoners.Opgave(
        "woongeschiedenis",
        invoer.model_dump(mode="json"),
        caller(request).sub,
        afleiding.model_dump(mode="json"),
    )
    await inwoners.replace_woonplaatsen(db, inwoner_id, opgave, tiles_of(per_wet))
    await queue.defer_release(db, inwoner_id)
    row = await inwoners.find_opgave(db, gemeente, inwoner_id)
    note(inwoner_id)
    return _woongeschiedenis(row)


@router.get(f"{INWONER}/woongeschiedenis", summary="Woongeschiedenis opvragen")
@operation(scopes=("inwoners:lezen",), verwerking="woonplaats")
async def get_woongeschiedenis(
    request: Request, inwoner_id: InwonerId, query: Annotated[BekendQuery, Query()]
) -> WoongeschiedenisUitvoer:
    """De woongeschiedenis die geldt, of die op een eerder tijdstip gold."""
    row = await inwoners.find_opgave(
        connection(request), caller(request).own_gemeente, inwoner_id, query.bekend_op
    )
    note(inwoner_id)
    if row["soort"] != "woongeschiedenis":
        raise NotFound(
            "geen_woongeschiedenis", "De woonplaatsen van deze inwoner zijn met de hand vastgelegd."
        )
    return _woongeschiedenis(row)


@router.get(f"{INWONER}/woonplaats", summary="De verantwoordelijke gemeente opvragen")
@operation(scopes=("inwoners:lezen",), verwerking="woonplaats")
async def get_woonplaats(
    request: Request, inwoner_id: InwonerId, query: Annotated[WoonplaatsQuery, Query()]
) -> WoonplaatsOpDag:
    """Welke gemeente op een dag verantwoordelijk is, op welke grond, en waarom."""
    row = await inwoners.find_opgave(
        connection(request), caller(request).own_gemeente, inwoner_id, query.bekend_op
    )
    note(inwoner_id)
    peildatum = query.peildatum or today()
    periods = getattr(verantwoordelijk_of(row), query.wet)
    return WoonplaatsOpDag(
        wet=query.wet,
        peildatum=peildatum,
        bron=row["soort"],
        geregistreerd_op=row["geregistreerd_op"],
        geregistreerd_door=row["geregistreerd_door"],
        **_on(periods, peildatum).model_dump(by_alias=False),
    )


@router.get(f"{INWONER}/woonopgaven", summary="Opgaven van woonplaats opvragen")
@operation(scopes=("inwoners:lezen",), verwerking="woonplaats")
async def list_woonopgaven(
    request: Request,
    response: Response,
    inwoner_id: InwonerId,
    query: Annotated[PageQuery, Query()],
) -> WoonopgavenPagina:
    """Alles wat over de woonplaats is vastgelegd, met de hand of als geschiedenis, in volgorde."""
    db, gemeente = connection(request), caller(request).own_gemeente
    await inwoners.find_inwoner(db, gemeente, inwoner_id)
    note(inwoner_id)
    count, rows = await find_page(
        db,
        inwoners.OPGAVEN,
        gemeente,
        inwoner_id,
        None,
        limit=query.page_size,
        offset=query.offset,
    )
    results = [opgave_of(row) for row in rows]
    return page_of(request, query, count, results, WoonopgavenPagina, response)


def _woongeschiedenis(row: Record) -> WoongeschiedenisUitvoer:
    return WoongeschiedenisUitvoer(
        **row["invoer"],
        verantwoordelijk=row["afleiding"],
        geregistreerd_op=row["geregistreerd_op"],
        geregistreerd_door=row["geregistreerd_door"],
    )


async def _life(
    request: Request, inwoner_id: int, invoer: WoongeschiedenisInvoer
) -> Woongeschiedenis:
    """The life of an inwoner that is locked. Raises Invalid, with all faults, and then NotFound."""
    gemeente = caller(request).own_gemeente
    try:
        born = await inwoners.lock_inwoner(connection(request), gemeente, inwoner_id)
    except NotFound:
        _check(invoer.leven(date.min, gemeente))
        raise
    leven = invoer.leven(born, gemeente)
    _check(leven)
    return leven


def _check(leven: Woongeschiedenis) -> None:
    if faults := faults_in(leven):
        raise Invalid(
            "woongeschiedenis_past_niet", "Deze woongeschiedenis kan niet.", tuple(faults[:100])
        )


def _on(periods: list[Tijdruimte], dag: date) -> Tijdruimte:
    """The period in which a day lies: each day lies in one."""
    return next(p for p in periods if p.tot_en_met is None or dag <= p.tot_en_met)
