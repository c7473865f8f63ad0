# SPDX-License-Identifier: EUPL-1.2
"""The takeover of a toewijzing: the old gemeente asks, the new one accepts or not."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Annotated

from asyncpg import Record
from fastapi import Path, Query, Request, Response

from app.api.levensstappen import omvang_stand, open_toewijzing, settle_toewijzing
from app.api.logboek import note
from app.api.models import NummerInPad
from app.api.pages import page_of
from app.api.route import Router, caller, connection, operation
from app.api.toewijzing_modellen import Toewijzing, toewijzing_of
from app.api.voortzetting_modellen import (
    AanvaardingInvoer,
    Voortzetting,
    VoortzettingBesluitInvoer,
    VoortzettingenPagina,
    VoortzettingenQuery,
    VoortzettingInvoer,
    voortzetting_of,
)
from app.db import omvangen, toewijzingen, voortzettingen
from app.db import toewijzingsleven as leven
from app.db.connection import Connection
from app.db.pages import find_page
from app.db.toewijzingen import Dossier
from app.db.toewijzingsleven import Lopend
from app.domain.errors import Conflict
from app.domain.omvang import Omvang
from app.domain.period import Periode
from app.domain.toewijzing import Raamovereenkomst, Tarief
from app.domain.toewijzingsleven import Soort
from app.domain.voortzetting import check_takeover
from app.pricing.besluit import Besluit
from app.pricing.betaalplan import Termijn, plan_termijnen
from app.pricing.volume import Volumes, plan_volume_termijnen, price_of
from app.pricing.volumeleven import Volumeovername, Volumestand, continued, hand_over
from app.pricing.voortzetting import take_over

router = Router(tags=["Toewijzingen"])

TOEGANG = ("toewijzingen:schrijven",)
VOORTZETTING = "/voortzettingen/{id:int}"

VoortzettingId = Annotated[NummerInPad, Path(alias="id")]


@router.post(
    "/toewijzingen/{nummer:int}/voortzetting",
    status_code=201,
    summary="Een andere gemeente vragen om over te nemen",
)
@operation(scopes=TOEGANG, creates=True, verwerking="overdracht")
async def ask_takeover(
    request: Request, response: Response, nummer: NummerInPad, invoer: VoortzettingInvoer
) -> Voortzetting:
    """Vraagt na een verhuizing de nieuwe gemeente om de hulp voort te zetten.

    Er verandert niets tot zij aanvaardt: de toewijzing loopt door.
    """
    db, beller = connection(request), caller(request)
    lopend = await open_toewijzing(request, nummer)
    _check(lopend, invoer.gemeente, invoer.begindatum)
    if lopend.stand.omvang is not None:
        _hand_over_on(lopend, await omvang_stand(request, lopend), invoer.begindatum)
    wat = leven.Gebeurtenis(
        "voortzetting_gevraagd", invoer.begindatum, beller.sub, invoer.gemeente, invoer.toelichting
    )
    await leven.insert_gebeurtenis(db, nummer, wat)
    voortzetting_id = await voortzettingen.ask(
        db,
        nummer,
        beller.own_gemeente,
        invoer.gemeente,
        invoer.begindatum,
        invoer.toelichting,
        beller.sub,
    )
    response.headers["Location"] = f"/v1/voortzettingen/{voortzetting_id}"
    return await _read(request, voortzetting_id)


@router.get("/voortzettingen", summary="Voortzettingen opvragen")
@operation(scopes=("toewijzingen:lezen",), verwerking="overdracht")
async def list_voortzettingen(
    request: Request, response: Response, query: Annotated[VoortzettingenQuery, Query()]
) -> VoortzettingenPagina:
    """Wat de eigen gemeente vroeg of wordt gevraagd; een aanbieder ziet er geen."""
    count, rows = await find_page(
        connection(request),
        voortzettingen.LIST,
        caller(request).gemeente,
        query.status,
        limit=query.page_size,
        offset=query.offset,
    )
    volumes = await omvangen.find_volumes(
        connection(request), [row["toewijzing_nummer"] for row in rows]
    )
    results = [voortzetting_of(row, volumes.get(row["toewijzing_nummer"])) for row in rows]
    return page_of(request, query, count, results, VoortzettingenPagina, response)


@router.get(VOORTZETTING, summary="Een voortzetting opvragen")
@operation(scopes=TOEGANG, verwerking="overdracht")
async def get_voortzetting(request: Request, voortzetting_id: VoortzettingId) -> Voortzetting:
    """Een vraag die de eigen gemeente stelde of kreeg."""
    return await _read(request, voortzetting_id)


@router.post(f"{VOORTZETTING}/aanvaarding", status_code=201, summary="Een voortzetting aanvaarden")
@operation(scopes=TOEGANG, creates=True, verwerking="overdracht")
async def accept_takeover(
    request: Request,
    response: Response,
    voortzetting_id: VoortzettingId,
    invoer: AanvaardingInvoer,
) -> Toewijzing:
    """Zet de hulp voort bij dezelfde aanbieder en op dezelfde voorwaarden.

    De oude toewijzing eindigt de dag ervoor, naar rato; het vervolg krijgt de rest van de prijs,
    in de jeugdhulp voor ten hoogste een jaar.
    """
    db, beller = connection(request), caller(request)
    row = await _open(db, beller.own_gemeente, voortzetting_id, asked=True)
    lopend = await open_toewijzing(request, row["toewijzing_nummer"], row["van_gemeente"])
    _check(lopend, row["gemeente"], row["begindatum"])
    vervolg = await _planned(request, lopend, row["begindatum"])
    slotdag = row["begindatum"] - timedelta(days=1)
    wat = leven.Gebeurtenis("beeindigd", slotdag, beller.sub, "verhuizing")
    await settle_toewijzing(request, lopend, wat, "pro_rata", slotdag)
    inwoner_id = await _inwoner(db, lopend, beller.own_gemeente, invoer.inwoner_id)
    dossier = lopend.dossier(beller.sub, inwoner_id)
    nummer = await _continue(db, lopend, vervolg, dossier, beller.own_gemeente)
    await voortzettingen.decide(db, voortzetting_id, "aangenomen", None, beller.sub, nummer)
    response.headers["Location"] = f"/v1/toewijzingen/{nummer}"
    return toewijzing_of(await toewijzingen.find_toewijzing(db, beller.own_gemeente, None, nummer))


@router.post(f"{VOORTZETTING}/afwijzing", summary="Een voortzetting afwijzen")
@operation(scopes=TOEGANG, verwerking="overdracht")
async def decline_takeover(
    request: Request, voortzetting_id: VoortzettingId, invoer: VoortzettingBesluitInvoer
) -> Voortzetting:
    """De gevraagde gemeente neemt niet over; de toewijzing loopt door."""
    return await _end(request, voortzetting_id, "afgewezen", invoer.toelichting)


@router.post(f"{VOORTZETTING}/intrekking", summary="Een vraag om voortzetting intrekken")
@operation(scopes=TOEGANG, verwerking="overdracht")
async def withdraw_takeover(
    request: Request, voortzetting_id: VoortzettingId, invoer: VoortzettingBesluitInvoer
) -> Voortzetting:
    """De vragende gemeente trekt haar vraag in; de toewijzing loopt door."""
    return await _end(request, voortzetting_id, "ingetrokken", invoer.toelichting)


def _check(lopend: Lopend, gemeente: str, begindatum: date) -> None:
    check_takeover(lopend.stand, lopend.row["gemeente"], gemeente, begindatum)
    if lopend.contract_is_in_default:
        raise Conflict(
            "wanprestatie", "De raamovereenkomst is ontbonden om wanprestatie of fraude."
        )


async def _open(db: Connection, gemeente: str, voortzetting_id: int, *, asked: bool) -> Record:
    """The takeover, locked, while nothing is decided on it. Raises NotFound or Conflict."""
    row = await voortzettingen.lock_voortzetting(db, gemeente, voortzetting_id, asked=asked)
    if row["besluit"] is not None:
        raise Conflict("al_besloten", f"Deze voortzetting is al {row['besluit']}.")
    note(toewijzing=row["toewijzing_nummer"])
    return row


async def _end(
    request: Request, voortzetting_id: int, besluit: str, toelichting: str
) -> Voortzetting:
    db, beller = connection(request), caller(request)
    asked = besluit == "afgewezen"
    row = await _open(db, beller.own_gemeente, voortzetting_id, asked=asked)
    await leven.lock_toewijzing(db, row["van_gemeente"], None, row["toewijzing_nummer"])
    await voortzettingen.decide(db, voortzetting_id, besluit, toelichting, beller.sub)
    soort: Soort = "voortzetting_afgewezen" if asked else "voortzetting_ingetrokken"
    wat = leven.Gebeurtenis(soort, row["begindatum"], beller.sub, row["gemeente"], toelichting)
    await leven.insert_gebeurtenis(db, row["toewijzing_nummer"], wat)
    return await _read(request, voortzetting_id)


async def _inwoner(db: Connection, lopend: Lopend, gemeente: str, eigen: int | None) -> int:
    """The inwoner of the new gemeente. Raises NotFound, or Conflict when it is another person."""
    oud = lopend.row["inwoner_id"]
    if eigen is None:
        return await voortzettingen.register_inwoner(db, oud, gemeente)
    if not await voortzettingen.is_same_inwoner(db, oud, gemeente, eigen):
        raise Conflict("andere_inwoner", "Deze inwoner is niet die van de toewijzing.")
    return eigen


@dataclass(frozen=True, slots=True)
class _Vervolg:
    """The continuation as it will be: its period, price, termijnen, and volumes if it has any."""

    periode: Periode
    prijs_centen: int
    termijnen: Sequence[Termijn]
    omvang: Omvang | None = None
    volumes: Volumes | None = None


async def _planned(request: Request, lopend: Lopend, begindatum: date) -> _Vervolg:
    """What is left for the continuation, asked before the old toewijzing ends."""
    plan, maanden = lopend.prijsregels.betaalplan, lopend.maanden
    if lopend.stand.omvang is None:
        prijs_centen, periode = lopend.row["prijs_centen"], lopend.stand.periode
        rest = take_over(prijs_centen, periode, begindatum, lopend.row["wet"])
        termijnen = plan_termijnen(plan, rest.prijs_centen, rest.periode, maanden)
        return _Vervolg(rest.periode, rest.prijs_centen, termijnen)
    stand = await omvang_stand(request, lopend)
    overname = _hand_over_on(lopend, stand, begindatum)
    omvang, volumes = continued(stand, overname)
    tarief_centen, periode = stand.tarief_centen, overname.periode
    return _Vervolg(
        periode,
        price_of(overname.vervolg, tarief_centen),
        plan_volume_termijnen(volumes, tarief_centen, plan, periode, maanden),
        omvang,
        volumes,
    )


def _hand_over_on(lopend: Lopend, stand: Volumestand, begindatum: date) -> Volumeovername:
    """How an omvang is shared when another gemeente takes over on this day. Raises Conflict."""
    return hand_over(stand, lopend.stand.periode, begindatum, lopend.row["wet"])


async def _continue(
    db: Connection, lopend: Lopend, vervolg: _Vervolg, dossier: Dossier, gemeente: str
) -> int:
    """Give the continuation under the same contract, tarief and plan; gives its nummer."""
    row = lopend.row
    besluit = Besluit(
        lopend.asked_again(vervolg.periode, gemeente=gemeente, omvang=vervolg.omvang),
        lopend.prijsregels,
        Raamovereenkomst(row["raamovereenkomst_nummer"], frozenset(), frozenset(), lopend.maanden),
        Tarief(row["tarief_centen"], row["tarief_vanaf"], row["tarieflijst_id"]),
        vervolg.prijs_centen,
        tuple(vervolg.termijnen),
        vervolg.volumes,
    )
    nummer = await toewijzingen.insert_toewijzing(db, besluit, dossier)
    await leven.follow(db, nummer, lopend.nummer)
    return nummer


async def _read(request: Request, voortzetting_id: int) -> Voortzetting:
    db, gemeente = connection(request), caller(request).own_gemeente
    row = await voortzettingen.find_voortzetting(db, gemeente, voortzetting_id)
    nummer = row["toewijzing_nummer"]
    return voortzetting_of(row, (await omvangen.find_volumes(db, [nummer])).get(nummer))
