# SPDX-License-Identifier: EUPL-1.2
"""What happens to a toewijzing after it is given: each operation adds to its story."""

from dataclasses import replace
from datetime import date, timedelta
from typing import Annotated

from fastapi import Query, Request, Response

from app.api.clock import today
from app.api.levensstappen import (
    as_it_is,
    let_happen,
    omvang_stand,
    open_toewijzing,
    replanned,
    settle_toewijzing,
    withdrawn,
)
from app.api.logboek import note
from app.api.models import NummerInPad
from app.api.pages import PageQuery, page_of
from app.api.raamovereenkomst_modellen import HervattingInvoer, OpschortingInvoer
from app.api.route import Router, caller, connection, operation
from app.api.toewijzing_modellen import Toewijzing, toewijzing_of
from app.api.toewijzingsleven_modellen import (
    BeeindigingInvoer,
    BeoordelingInvoer,
    Gebeurtenis,
    GeschiedenisPagina,
    IntrekkingInvoer,
    ToewijzingVerlengingInvoer,
    WijzigingInvoer,
)
from app.db import toewijzingen
from app.db import toewijzingsleven as leven
from app.db.geschiedenis import GESCHIEDENIS
from app.db.pages import find_page
from app.db.toewijzingsleven import Gevolg, Lopend
from app.domain import toewijzingsleven as regels
from app.domain.errors import Invalid
from app.domain.omvang import Omvang
from app.domain.period import Periode
from app.domain.toewijzing import MOST_YEARS, admit
from app.pricing.afrekening import VERSCHULDIGD, WIJZE
from app.pricing.besluit import decide
from app.pricing.prijs import price
from app.pricing.verlenging import extend
from app.pricing.volume import price_of
from app.pricing.volumeherindeling import lengthen
from app.pricing.volumeleven import grown_total, omvang_left

router = Router(tags=["Toewijzingen"])

TOEGANG = ("toewijzingen:schrijven",)
TOEWIJZING = "/toewijzingen/{nummer:int}"
ONE_DAY = timedelta(days=1)


@router.post(f"{TOEWIJZING}/beeindiging", summary="Een toewijzing beëindigen")
@operation(scopes=TOEGANG, verwerking="toegang")
async def end_toewijzing(
    request: Request, nummer: NummerInPad, invoer: BeeindigingInvoer
) -> Toewijzing:
    """Beëindigt de hulp en rekent af naar de reden.

    Open termijnen vervallen; wat nog verschuldigd is, wordt één termijn, en wat te veel is
    toegekend, wordt meteen teruggeboekt. Eindigt de aanbieder, dan wacht alles op een oordeel.
    """
    lopend = await open_toewijzing(request, nummer)
    regels.check_end(lopend.stand, invoer.einddatum)
    wat = leven.Gebeurtenis(
        "beeindigd", invoer.einddatum, caller(request).sub, invoer.reden, invoer.toelichting
    )
    verschuldigd = VERSCHULDIGD[invoer.reden]
    if verschuldigd is None:
        gevolg = replace(as_it_is(lopend), status="beeindigd", einddatum=invoer.einddatum)
        gevolg = replace(gevolg, is_in_beoordeling=True, opgeschort_vanaf=None)
        wat = replace(wat, geplande_einddatum=lopend.geplande_einddatum)
        await let_happen(request, lopend, wat, gevolg)
    else:
        await settle_toewijzing(request, lopend, wat, verschuldigd, invoer.einddatum)
    return await _read(request, nummer)


@router.post(f"{TOEWIJZING}/beoordeling", summary="Een einde door de aanbieder beoordelen")
@operation(scopes=TOEGANG, verwerking="toegang")
async def review_end(
    request: Request, nummer: NummerInPad, invoer: BeoordelingInvoer
) -> Toewijzing:
    """Bepaalt wat na een einde door de aanbieder verschuldigd is; wat wachtte, gaat door."""
    lopend = await open_toewijzing(request, nummer)
    regels.check_review(lopend.stand)
    einddatum = lopend.stand.periode.einddatum
    wat = leven.Gebeurtenis(
        "beoordeeld", einddatum, caller(request).sub, invoer.verschuldigd, invoer.toelichting
    )
    await settle_toewijzing(request, lopend, wat, invoer.verschuldigd, einddatum)
    return await _read(request, nummer)


@router.post(f"{TOEWIJZING}/wijziging", status_code=201, summary="Een toewijzing wijzigen")
@operation(scopes=TOEGANG, creates=True, verwerking="toegang")
async def change_toewijzing(
    request: Request, response: Response, nummer: NummerInPad, invoer: WijzigingInvoer
) -> Toewijzing:
    """Geeft andere intensiteit of omvang, in een nieuwe toewijzing tegen de prijs van die dag.

    De oude eindigt de dag ervoor.
    """
    db = connection(request)
    lopend = await open_toewijzing(request, nummer)
    asked = invoer.omvang.asked if invoer.omvang else None
    regels.check_change(lopend.stand, invoer.begindatum, invoer.intensiteit, asked)
    omvang = asked or await _omvang_left(request, lopend, invoer)
    door, slotdag = caller(request).sub, invoer.begindatum - ONE_DAY
    wat = leven.Gebeurtenis("gewijzigd", slotdag, door, invoer.afrekening, invoer.toelichting)
    await settle_toewijzing(request, lopend, wat, WIJZE[invoer.afrekening], slotdag)
    rest = Periode(invoer.begindatum, lopend.stand.periode.einddatum)
    aanvraag = lopend.asked_again(rest, invoer.intensiteit, omvang=omvang)
    feiten, prijsregels = await toewijzingen.find_facts(db, aanvraag, lopend.row["inwoner_id"])
    besluit = decide(aanvraag, feiten, prijsregels)
    nieuw = await toewijzingen.insert_toewijzing(db, besluit, lopend.dossier(door))
    await leven.follow(db, nieuw, nummer)
    response.headers["Location"] = f"/v1/toewijzingen/{nieuw}"
    return await _read(request, nieuw)


@router.post(f"{TOEWIJZING}/verlenging", summary="Een toewijzing verlengen")
@operation(scopes=TOEGANG, verwerking="toegang")
async def extend_toewijzing(
    request: Request, nummer: NummerInPad, invoer: ToewijzingVerlengingInvoer
) -> Toewijzing:
    """Laat dezelfde hulp langer duren, onder hetzelfde nummer en tegen hetzelfde tarief."""
    lopend = await open_toewijzing(request, nummer)
    stand = lopend.stand
    if invoer.einddatum.year - stand.periode.begindatum.year > MOST_YEARS:
        raise Invalid("periode_te_lang", f"Een toewijzing duurt ten hoogste {MOST_YEARS} jaar.")
    regels.check_extension(stand, invoer.einddatum, today())
    gevolg = await _longer(request, lopend, invoer.einddatum)
    wat = leven.Gebeurtenis(
        "verlengd", invoer.einddatum, caller(request).sub, toelichting=invoer.toelichting
    )
    await let_happen(request, lopend, wat, gevolg)
    return await _read(request, nummer)


@router.post(f"{TOEWIJZING}/intrekking", summary="Een toewijzing intrekken")
@operation(scopes=TOEGANG, verwerking="toegang")
async def withdraw(request: Request, nummer: NummerInPad, invoer: IntrekkingInvoer) -> Toewijzing:
    """Trekt een toewijzing in alsof zij niet was gegeven; kan zolang niets is toegekend."""
    lopend = await open_toewijzing(request, nummer)
    regels.check_withdrawal(lopend.stand)
    wat = leven.Gebeurtenis(
        "ingetrokken",
        lopend.stand.periode.begindatum,
        caller(request).sub,
        toelichting=invoer.toelichting,
    )
    await let_happen(request, lopend, wat, withdrawn(lopend))
    return await _read(request, nummer)


@router.post(f"{TOEWIJZING}/opschorting", summary="Een toewijzing opschorten")
@operation(scopes=TOEGANG, verwerking="toegang")
async def suspend_toewijzing(
    request: Request, nummer: NummerInPad, invoer: OpschortingInvoer
) -> Toewijzing:
    """Legt een toewijzing stil: regels die vanaf die dag binnenkomen, worden aangehouden."""
    lopend = await open_toewijzing(request, nummer)
    regels.check_suspension(lopend.stand, invoer.vanaf, today())
    wat = leven.Gebeurtenis(
        "opgeschort", invoer.vanaf, caller(request).sub, toelichting=invoer.reden
    )
    gevolg = replace(as_it_is(lopend), status="opgeschort", opgeschort_vanaf=invoer.vanaf)
    await let_happen(request, lopend, wat, gevolg)
    return await _read(request, nummer)


@router.post(f"{TOEWIJZING}/hervatting", summary="Een toewijzing hervatten")
@operation(scopes=TOEGANG, verwerking="toegang")
async def resume_toewijzing(
    request: Request, nummer: NummerInPad, invoer: HervattingInvoer
) -> Toewijzing:
    """Laat een opgeschorte toewijzing doorgaan; wat was aangehouden, wordt opnieuw beoordeeld."""
    lopend = await open_toewijzing(request, nummer)
    vanaf = invoer.vanaf or today()
    regels.check_resumption(lopend.stand, vanaf, today())
    wat = leven.Gebeurtenis("hervat", vanaf, caller(request).sub, toelichting=invoer.reden)
    gevolg = replace(as_it_is(lopend), status="actief", opgeschort_vanaf=None)
    await let_happen(request, lopend, wat, gevolg)
    return await _read(request, nummer)


@router.get(f"{TOEWIJZING}/geschiedenis", summary="De geschiedenis van een toewijzing opvragen")
@operation(scopes=("toewijzingen:lezen",), verwerking="toegang")
async def list_geschiedenis(
    request: Request,
    response: Response,
    nummer: NummerInPad,
    query: Annotated[PageQuery, Query()],
) -> GeschiedenisPagina:
    """Alles wat met een toewijzing en haar termijnen gebeurde, in volgorde van tijd."""
    db, beller = connection(request), caller(request)
    row = await toewijzingen.find_toewijzing(db, beller.gemeente, beller.agb, nummer)
    note(row["inwoner_id"], toewijzing=nummer)
    count, rows = await find_page(
        db,
        GESCHIEDENIS,
        nummer,
        beller.gemeente is not None,
        limit=query.page_size,
        offset=query.offset,
    )
    results = [
        Gebeurtenis(**{name: row[name] for name in Gebeurtenis.model_fields}) for row in rows
    ]
    return page_of(request, query, count, results, GeschiedenisPagina, response)


async def _longer(request: Request, lopend: Lopend, einddatum: date) -> Gevolg:
    """What an extension changes; the days that come with it are asked for as new help is."""
    stand, row = lopend.stand, lopend.row
    extra = lopend.asked_again(Periode(stand.periode.einddatum + ONE_DAY, einddatum))
    feiten, prijsregels = await toewijzingen.find_facts(
        connection(request), extra, row["inwoner_id"]
    )
    admit(extra, feiten)
    langer = Periode(stand.periode.begindatum, einddatum)
    if stand.omvang is not None:
        return await _longer_by_volume(request, lopend, langer)
    plan = prijsregels.betaalplan
    # What comes with the days that come with it: a continuation has only a rest of a price.
    kort_centen, lang_centen = (
        price(prijsregels.soort, row["tarief_centen"], periode, plan)
        for periode in (stand.periode, langer)
    )
    prijs_centen = row["prijs_centen"] + lang_centen - kort_centen
    herziening = extend(
        stand.termijnen, plan, prijs_centen, langer, lopend.maanden, lopend.laatste_termijn + 1
    )
    return replace(
        as_it_is(lopend),
        einddatum=einddatum,
        prijs_centen=prijs_centen,
        vervallen=herziening.vervallen,
        nieuw=herziening.nieuw,
    )


async def _longer_by_volume(request: Request, lopend: Lopend, langer: Periode) -> Gevolg:
    volumes = await omvang_stand(request, lopend)
    totaal = grown_total(volumes, lopend.stand.periode, langer)
    gevolg = replace(
        as_it_is(lopend),
        einddatum=langer.einddatum,
        prijs_centen=price_of(totaal, volumes.tarief_centen),
    )
    return replanned(gevolg, lengthen(volumes, totaal, langer, lopend.maanden))


async def _omvang_left(request: Request, lopend: Lopend, invoer: WijzigingInvoer) -> Omvang | None:
    """The omvang of a toewijzing that takes over, when none is asked: what is left in total."""
    if lopend.stand.omvang is None:
        return None
    volumes = await omvang_stand(request, lopend)
    slotdag = invoer.begindatum - ONE_DAY
    return omvang_left(volumes, WIJZE[invoer.afrekening], lopend.stand.periode, slotdag)


async def _read(request: Request, nummer: int) -> Toewijzing:
    gemeente = caller(request).own_gemeente
    return toewijzing_of(
        await toewijzingen.find_toewijzing(connection(request), gemeente, None, nummer)
    )
