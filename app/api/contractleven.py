# SPDX-License-Identifier: EUPL-1.2
"""What happens to a raamovereenkomst: each operation adds a versie, none overwrites one."""

from datetime import date

from fastapi import Request

from app.api.clock import now, today
from app.api.models import NummerInPad
from app.api.raamovereenkomst_modellen import (
    HervattingInvoer,
    OnderaannemerInvoer,
    OntbindingInvoer,
    OpschortingInvoer,
    Raamovereenkomst,
    UitbreidingInvoer,
    UitsluitingInvoer,
    VerlengingInvoer,
)
from app.api.raamovereenkomsten import read_raamovereenkomst
from app.api.route import Router, caller, connection, operation
from app.db import catalogus
from app.db.raamovereenkomsten import (
    Gebeurtenis,
    find_dekking,
    find_onderaannemers,
    insert_gebeurtenis,
    insert_onderaannemer,
    lock_raamovereenkomst,
)
from app.domain import contractleven
from app.domain.contractleven import Onderaannemer
from app.settlement import afwikkeling

router = Router(tags=["Aanbieders en contracten"])

REGIO = ("contracten:schrijven",)
CONTRACT = "/raamovereenkomsten/{nummer:int}"


@router.post(f"{CONTRACT}/verlenging", summary="Een raamovereenkomst verlengen")
@operation(scopes=REGIO)
async def extend(
    request: Request, nummer: NummerInPad, invoer: VerlengingInvoer
) -> Raamovereenkomst:
    """Laat een contract langer lopen; als dat zo is afgesproken, alleen op resultaten."""
    db, door = connection(request), caller(request).sub
    stand = await lock_raamovereenkomst(db, nummer)
    contractleven.check_extension(stand, invoer.einddatum, invoer.resultaten)
    wat = Gebeurtenis(
        "verlengd",
        stand.einddatum,
        door,
        invoer.einddatum,
        reden=invoer.reden,
        resultaten=invoer.resultaten,
    )
    await insert_gebeurtenis(db, nummer, wat)
    return await read_raamovereenkomst(request, nummer)


@router.post(f"{CONTRACT}/uitbreiding", summary="Profielen en gemeenten toevoegen")
@operation(scopes=REGIO)
async def widen(
    request: Request, nummer: NummerInPad, invoer: UitbreidingInvoer
) -> Raamovereenkomst:
    """Voegt vanaf een dag toe; een gemeente die terugkomt, gebruikt weer alle profielen."""
    db = connection(request)
    await catalogus.find_profiel_ids(db, invoer.profielen)
    stand = await lock_raamovereenkomst(db, nummer)
    dekking = await find_dekking(db, nummer, invoer.vanaf)
    sleutels = contractleven.widen(stand, dekking, invoer.vanaf, invoer.profielen, invoer.gemeenten)
    covered = [(sleutel, invoer.vanaf, True) for sleutel in sleutels]
    wat = Gebeurtenis(
        "uitgebreid", invoer.vanaf, caller(request).sub, reden=invoer.reden, dekking=covered
    )
    await insert_gebeurtenis(db, nummer, wat)
    return await read_raamovereenkomst(request, nummer)


@router.post(f"{CONTRACT}/uitsluitingen", summary="Vastleggen wat een gemeente niet gebruikt")
@operation(scopes=REGIO)
async def exclude(
    request: Request, nummer: NummerInPad, invoer: UitsluitingInvoer
) -> Raamovereenkomst:
    """Legt namens een gemeente vast dat zij het contract of een profiel niet meer gebruikt.

    Nieuwe toewijzingen vanaf die dag worden geweigerd; lopende gaan door. Met een uitbreiding komt
    de gemeente terug.
    """
    db = connection(request)
    await catalogus.find_profiel_ids(db, [invoer.profiel] if invoer.profiel else [])
    stand = await lock_raamovereenkomst(db, nummer)
    dekking = await find_dekking(db, nummer, invoer.vanaf)
    sleutel = contractleven.exclude(stand, dekking, invoer.vanaf, invoer.gemeente, invoer.profiel)
    wat = Gebeurtenis(
        "uitgesloten",
        invoer.vanaf,
        caller(request).sub,
        reden=invoer.reden,
        dekking=[(sleutel, invoer.vanaf, False)],
    )
    await insert_gebeurtenis(db, nummer, wat)
    return await read_raamovereenkomst(request, nummer)


@router.post(f"{CONTRACT}/onderaannemers", summary="Een onderaannemer vastleggen")
@operation(scopes=REGIO)
async def engage(
    request: Request, nummer: NummerInPad, invoer: OnderaannemerInvoer
) -> Raamovereenkomst:
    """Legt vast wie onder het contract werkt voor de aanbieder: één laag diep, met toestemming."""
    db = connection(request)
    stand = await lock_raamovereenkomst(db, nummer)
    others = [
        Onderaannemer(row["naam"], row["agb"], row["zzp"], None)
        for row in await find_onderaannemers(db, nummer)
    ]
    wie = Onderaannemer(invoer.naam, invoer.agb, invoer.zzp, invoer.opdrachtgever)
    contractleven.check_onderaannemer(stand, wie, others)
    vanaf = invoer.vanaf or invoer.toestemming_datum or today()
    versie = await insert_gebeurtenis(
        db, nummer, Gebeurtenis("onderaannemer", vanaf, caller(request).sub)
    )
    await insert_onderaannemer(db, nummer, versie, wie, invoer.toestemming_datum)
    return await read_raamovereenkomst(request, nummer)


@router.post(f"{CONTRACT}/opschorting", summary="Een raamovereenkomst opschorten")
@operation(scopes=REGIO)
async def suspend(
    request: Request, nummer: NummerInPad, invoer: OpschortingInvoer
) -> Raamovereenkomst:
    """Legt een contract stil: nieuwe toewijzingen worden geweigerd, regels aangehouden."""
    db = connection(request)
    contractleven.check_suspension(await lock_raamovereenkomst(db, nummer), invoer.vanaf)
    wat = Gebeurtenis("opgeschort", invoer.vanaf, caller(request).sub, reden=invoer.reden)
    await insert_gebeurtenis(db, nummer, wat)
    return await read_raamovereenkomst(request, nummer)


@router.post(f"{CONTRACT}/hervatting", summary="Een raamovereenkomst hervatten")
@operation(scopes=REGIO)
async def resume(
    request: Request, nummer: NummerInPad, invoer: HervattingInvoer
) -> Raamovereenkomst:
    """Laat een opgeschort contract weer doorgaan.

    Wat was aangehouden, wordt vanzelf opnieuw beoordeeld, in de volgorde van indienen.
    """
    db = connection(request)
    stand = await lock_raamovereenkomst(db, nummer)
    vanaf: date = contractleven.resumption(stand, invoer.vanaf, today())
    await afwikkeling.settle_first(db, stand.aanbieder)
    wat = Gebeurtenis("hervat", vanaf, caller(request).sub, reden=invoer.reden)
    await insert_gebeurtenis(db, nummer, wat)
    await afwikkeling.judge_again(db, nummer, stand.aanbieder)
    return await read_raamovereenkomst(request, nummer)


@router.post(f"{CONTRACT}/ontbinding", summary="Een raamovereenkomst ontbinden")
@operation(scopes=REGIO)
async def dissolve(
    request: Request, nummer: NummerInPad, invoer: OntbindingInvoer
) -> Raamovereenkomst:
    """Beëindigt een contract voortijdig en voorgoed; vanaf die dag is er geen contract meer.

    Bij wanprestatie en fraude vervalt wat nog niet is betaald, en wordt vanzelf teruggeboekt wat
    vanaf die dag is betaald. Bij een andere grond eindigt een opschorting.
    """
    db = connection(request)
    stand = await lock_raamovereenkomst(db, nummer)
    contractleven.check_dissolution(stand, invoer.datum)
    await afwikkeling.settle_first(db, stand.aanbieder)
    wat = Gebeurtenis(
        "ontbonden",
        invoer.datum,
        caller(request).sub,
        grond=invoer.grond,
        reden=invoer.reden,
    )
    await insert_gebeurtenis(db, nummer, wat)
    await afwikkeling.judge_again(db, nummer, stand.aanbieder)
    if invoer.grond in contractleven.IN_DEFAULT:
        await afwikkeling.reverse(db, nummer, stand.aanbieder, invoer.datum, now())
    return await read_raamovereenkomst(request, nummer)
