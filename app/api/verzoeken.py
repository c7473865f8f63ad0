# SPDX-License-Identifier: EUPL-1.2
"""Verzoeken: an aanbieder with a statutory referral asks, and the gemeente answers in time."""

from typing import Annotated

from asyncpg import Record
from fastapi import Path, Query, Request, Response

from app.api.bsn import seal_of
from app.api.clock import today
from app.api.levensstappen import open_toewijzing
from app.api.logboek import note
from app.api.models import NummerInPad
from app.api.pages import page_of
from app.api.route import Router, caller, connection, operation
from app.api.toewijzing_modellen import Toewijzing
from app.api.toewijzingen import give_toewijzing
from app.api.toewijzingsleven import change_toewijzing, extend_toewijzing
from app.api.toewijzingsleven_modellen import ToewijzingVerlengingInvoer, WijzigingInvoer
from app.api.verzoek_antwoorden import (
    AfwijzingInvoer,
    OnderzoekInvoer,
    ToekenningInvoer,
    asked,
)
from app.api.verzoek_modellen import (
    Verzoek,
    VerzoekClient,
    VerzoekenPagina,
    VerzoekenQuery,
    VerzoekInvoer,
    WijzigingsverzoekInvoer,
    verzoek_of,
)
from app.db import aanbieders, catalogus, inwoners, toewijzingen, verzoeken
from app.db.bsn import verzegeld_of
from app.db.connection import Connection
from app.db.pages import find_page
from app.domain.errors import Conflict, Fault, Invalid
from app.domain.period import Periode
from app.domain.toewijzingsleven import check_change, check_extension
from app.domain.verzoek import (
    check_fits,
    check_not_investigated,
    check_open,
    check_reason,
    check_same_person,
)

router = Router(tags=["Verzoeken"])

VerzoekId = Annotated[NummerInPad, Path(alias="id")]


@router.post("/verzoeken", status_code=201, summary="Om een toewijzing vragen")
@operation(scopes=("declaraties:schrijven",), creates=True, verwerking="toegang")
async def create_verzoek(request: Request, response: Response, invoer: VerzoekInvoer) -> Verzoek:
    """Een aanbieder met een wettelijke verwijzing vraagt de gemeente om een toewijzing."""
    db, agb = connection(request), caller(request).own_agb
    await aanbieders.find_aanbieder(db, agb)
    ids = await catalogus.find_profiel_ids(db, [invoer.profiel])
    bsn, seal = invoer.inwoner.bsn.get_secret_value(), seal_of(request)
    verzoek = verzoeken.Verzoek(
        gemeente=invoer.gemeente,
        aanbieder=agb,
        wet=invoer.wet,
        profiel_id=ids[invoer.profiel],
        intensiteit=invoer.intensiteit,
        periode=Periode(invoer.begindatum, invoer.einddatum),
        verwijzer=invoer.verwijzer,
        referentie_aanbieder=invoer.referentie_aanbieder,
        beoogde_resultaten=[r.model_dump() for r in invoer.beoogde_resultaten],
        toelichting=invoer.toelichting,
        persoon=verzoeken.Persoon(invoer.inwoner.geboortedatum, seal.keep(bsn)),
        door=caller(request).sub,
    )
    verzoek_id = await verzoeken.insert_verzoek(db, verzoek)
    response.headers["Location"] = f"/v1/verzoeken/{verzoek_id}"
    return verzoek_of(await verzoeken.find_verzoek(db, None, agb, verzoek_id), today())


@router.post(
    "/toewijzingen/{nummer:int}/verzoeken",
    status_code=201,
    summary="Om een wijziging of verlenging vragen",
)
@operation(scopes=("declaraties:schrijven",), creates=True, verwerking="toegang")
async def create_wijzigingsverzoek(
    request: Request, response: Response, nummer: NummerInPad, invoer: WijzigingsverzoekInvoer
) -> Verzoek:
    """De aanbieder van een toewijzing vraagt om andere of langere hulp.

    Wat de gemeente toch zou moeten weigeren, wordt meteen geweigerd.
    """
    db, beller = connection(request), caller(request)
    stand = (await open_toewijzing(request, nummer)).stand
    if invoer.begindatum and invoer.intensiteit:
        check_change(stand, invoer.begindatum, invoer.intensiteit)
    if invoer.einddatum:
        check_extension(stand, invoer.einddatum, today())
    asked_for = verzoeken.Wijzigingsverzoek(**dict(invoer), door=beller.sub)
    verzoek_id = await verzoeken.insert_change(db, nummer, asked_for)
    response.headers["Location"] = f"/v1/verzoeken/{verzoek_id}"
    return verzoek_of(await verzoeken.find_verzoek(db, None, beller.agb, verzoek_id), today())


@router.get("/verzoeken", summary="Verzoeken opvragen")
@operation(scopes=("toewijzingen:lezen",), verwerking="toegang")
async def list_verzoeken(
    request: Request, response: Response, query: Annotated[VerzoekenQuery, Query()]
) -> VerzoekenPagina:
    """De verzoeken aan de eigen gemeente, of die van de eigen onderneming."""
    beller = caller(request)
    count, rows = await find_page(
        connection(request),
        verzoeken.VERZOEKEN_BY_CHOICE,
        beller.gemeente,
        beller.agb,
        query.status,
        query.gemeente,
        query.aanbieder,
        limit=query.page_size,
        offset=query.offset,
    )
    results = [verzoek_of(row, today()) for row in rows]
    return page_of(request, query, count, results, VerzoekenPagina, response)


@router.get("/verzoeken/{id:int}", summary="Een verzoek opvragen")
@operation(scopes=("toewijzingen:lezen",), verwerking="toegang")
async def get_verzoek(request: Request, verzoek_id: VerzoekId) -> Verzoek:
    """Een verzoek met zijn termijnen en antwoord."""
    beller = caller(request)
    return verzoek_of(
        await verzoeken.find_verzoek(connection(request), beller.gemeente, beller.agb, verzoek_id),
        today(),
    )


@router.get("/verzoeken/{id:int}/client", summary="Opvragen over wie een verzoek gaat")
@operation(scopes=("toewijzingen:schrijven",), verwerking="toegang")
async def get_client(request: Request, verzoek_id: VerzoekId) -> VerzoekClient:
    """BSN en geboortedatum, alleen voor de gemeente die nog moet antwoorden.

    Wie dit leest, en wanneer, wordt bewaard.
    """
    gemeente = caller(request).own_gemeente
    row = await verzoeken.find_person(connection(request), gemeente, verzoek_id)
    note(verzoek=verzoek_id)
    return VerzoekClient(
        bsn=seal_of(request).open(row["bsn_versleuteld"]), geboortedatum=row["geboortedatum"]
    )


@router.post("/verzoeken/{id:int}/toewijzing", status_code=201, summary="Een verzoek toewijzen")
@operation(scopes=("toewijzingen:schrijven",), creates=True, verwerking="toegang")
async def grant_verzoek(
    request: Request,
    response: Response,
    verzoek_id: VerzoekId,
    invoer: ToekenningInvoer | None = None,
) -> Toewijzing:
    """Geeft de gevraagde toewijzing, wijziging of verlenging, getoetst zoals elke andere."""
    db, beller = connection(request), caller(request)
    toekenning = invoer or ToekenningInvoer()
    verzoek = await verzoeken.lock_verzoek(db, beller.own_gemeente, verzoek_id)
    check_open(verzoek["status"])
    check_fits(verzoek["soort"], toekenning.added)
    if verzoek["soort"] == "toewijzing":
        inwoner_id = await _find_or_register(db, verzoek, toekenning)
        toewijzing = await give_toewijzing(db, beller, asked(verzoek, inwoner_id, toekenning))
    else:
        toewijzing = await _change(request, response, verzoek, toekenning)
    await verzoeken.grant(db, verzoek_id, beller.sub, toewijzing.inwoner_id, toewijzing.nummer)
    response.headers["Location"] = f"/v1/toewijzingen/{toewijzing.nummer}"
    return toewijzing


@router.post("/verzoeken/{id:int}/onderzoek", summary="Een verzoek onderzoeken")
@operation(scopes=("toewijzingen:schrijven",), verwerking="toegang")
async def investigate_verzoek(
    request: Request, verzoek_id: VerzoekId, invoer: OnderzoekInvoer | None = None
) -> Verzoek:
    """Meldt dat het verzoek in onderzoek is: het antwoord volgt dan binnen acht weken."""
    db, beller = connection(request), caller(request)
    verzoek = await verzoeken.lock_verzoek(db, beller.own_gemeente, verzoek_id)
    check_not_investigated(verzoek["status"])
    toelichting = invoer.toelichting if invoer else None
    await verzoeken.investigate(db, verzoek_id, beller.sub, toelichting)
    return await get_verzoek(request, verzoek_id)


@router.post("/verzoeken/{id:int}/afwijzing", summary="Een verzoek afwijzen")
@operation(scopes=("toewijzingen:schrijven",), verwerking="toegang")
async def refuse_verzoek(
    request: Request, verzoek_id: VerzoekId, invoer: AfwijzingInvoer
) -> Verzoek:
    """Wijst het verzoek af, en noemt de gemeente die wel verantwoordelijk is."""
    db, beller = connection(request), caller(request)
    _check_elsewhere(invoer.verantwoordelijke_gemeente, beller.own_gemeente)
    verzoek = await verzoeken.lock_verzoek(db, beller.own_gemeente, verzoek_id)
    check_open(verzoek["status"])
    check_reason(verzoek["wet"], invoer.reden)
    await verzoeken.refuse(
        db,
        verzoek_id,
        beller.sub,
        invoer.reden,
        invoer.verantwoordelijke_gemeente,
        invoer.toelichting,
    )
    return await get_verzoek(request, verzoek_id)


async def _change(
    request: Request, response: Response, verzoek: Record, toekenning: ToekenningInvoer
) -> Toewijzing:
    """Do what the toegang itself would have done on its own. Raises NotFound or Conflict."""
    nummer, toelichting = verzoek["betreft_toewijzing"], verzoek["toelichting"]
    if verzoek["soort"] == "verlenging":
        verlenging = ToewijzingVerlengingInvoer(
            einddatum=verzoek["einddatum"], toelichting=toelichting
        )
        return await extend_toewijzing(request, nummer, verlenging)
    wijziging = WijzigingInvoer(
        intensiteit=verzoek["intensiteit"],
        begindatum=verzoek["begindatum"],
        afrekening=toekenning.afrekening or "pro_rata",
        toelichting=toelichting,
    )
    toewijzing = await change_toewijzing(request, response, nummer, wijziging)
    if toekenning.beschikking:
        await toewijzingen.insert_beschikking(
            connection(request), toewijzing.nummer, toekenning.beschikking
        )
        return toewijzing.model_copy(update={"beschikking": toekenning.beschikking})
    return toewijzing


async def _find_or_register(db: Connection, verzoek: Record, toekenning: ToekenningInvoer) -> int:
    """The inwoner who is asked for. Raises Conflict when what is told does not fit who we know."""
    known: int | None = verzoek["bekende_inwoner"]
    if known is None:
        return await inwoners.insert_inwoner(
            db,
            verzoek["gemeente"],
            verzoek["geboortedatum"],
            verzegeld_of(verzoek),
            toekenning.tijdvakken(),
        )
    if toekenning.woonplaatsen:
        raise Conflict(
            "inwoner_bekend",
            "De gemeente kent deze inwoner al. Wijzig diens woonplaatsen bij de inwoner zelf.",
        )
    check_same_person(verzoek["bekende_geboortedatum"], verzoek["geboortedatum"])
    return known


def _check_elsewhere(verantwoordelijk: str | None, eigen: str) -> None:
    if verantwoordelijk == eigen:
        fault = Fault("verantwoordelijkeGemeente", "eigen_gemeente", "Dit is de eigen gemeente.")
        raise Invalid(fault.code, fault.reason, (fault,))
