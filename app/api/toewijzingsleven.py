# SPDX-License-Identifier: EUPL-1.2
"""What happens to a toewijzing after it is given: each operation adds to its story."""

from dataclasses import replace
from datetime import date, timedelta
from typing import Annotated

from fastapi import Query, Request, Response

from app.api.clock import now, today
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
from app.db.pages import find_page
from app.db.toewijzingsleven import Gevolg, Lopend
from app.domain import toewijzingsleven as regels
from app.domain.errors import Invalid
from app.domain.period import Periode
from app.domain.toewijzing import MOST_YEARS, admit
from app.pricing.afrekening import (
    VERSCHULDIGD,
    WIJZE,
    Afrekening,
    Verschuldigd,
    last_termijn,
    settle_end,
    settle_up,
)
from app.pricing.besluit import decide
from app.pricing.prijs import price
from app.pricing.verlenging import extend
from app.settlement import afwikkeling

router = Router(tags=["Toewijzingen"])

TOEGANG = ("toewijzingen:schrijven",)
TOEWIJZING = "/toewijzingen/{nummer:int}"
ONE_DAY = timedelta(days=1)


@router.post(f"{TOEWIJZING}/beeindiging", summary="Een toewijzing beëindigen")
@operation(scopes=TOEGANG)
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
@operation(scopes=TOEGANG)
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


@router.post(
    f"{TOEWIJZING}/wijziging", status_code=201, summary="De intensiteit van een toewijzing wijzigen"
)
@operation(scopes=TOEGANG, creates=True)
async def change_intensiteit(
    request: Request, response: Response, nummer: NummerInPad, invoer: WijzigingInvoer
) -> Toewijzing:
    """Beëindigt de toewijzing de dag ervoor en geeft een nieuwe, tegen de prijs van die dag."""
    db = connection(request)
    lopend = await open_toewijzing(request, nummer)
    regels.check_change(lopend.stand, invoer.begindatum, invoer.intensiteit)
    door, slotdag = caller(request).sub, invoer.begindatum - ONE_DAY
    wat = leven.Gebeurtenis("gewijzigd", slotdag, door, invoer.afrekening, invoer.toelichting)
    await settle_toewijzing(request, lopend, wat, WIJZE[invoer.afrekening], slotdag)
    rest = Periode(invoer.begindatum, lopend.stand.periode.einddatum)
    aanvraag = lopend.asked_again(rest, invoer.intensiteit)
    feiten, prijsregels = await toewijzingen.find_facts(db, aanvraag, lopend.row["inwoner_id"])
    besluit = decide(aanvraag, feiten, prijsregels)
    nieuw = await toewijzingen.insert_toewijzing(db, besluit, lopend.dossier(door))
    await leven.follow(db, nieuw, nummer)
    response.headers["Location"] = f"/v1/toewijzingen/{nieuw}"
    return await _read(request, nieuw)


@router.post(f"{TOEWIJZING}/verlenging", summary="Een toewijzing verlengen")
@operation(scopes=TOEGANG)
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
@operation(scopes=TOEGANG)
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
@operation(scopes=TOEGANG)
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
@operation(scopes=TOEGANG)
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
@operation(scopes=("toewijzingen:lezen",))
async def list_geschiedenis(
    request: Request,
    response: Response,
    nummer: NummerInPad,
    query: Annotated[PageQuery, Query()],
) -> GeschiedenisPagina:
    """Alles wat met een toewijzing en haar termijnen gebeurde, in volgorde van tijd."""
    db, beller = connection(request), caller(request)
    await toewijzingen.find_toewijzing(db, beller.gemeente, beller.agb, nummer)
    count, rows = await find_page(
        db,
        leven.GESCHIEDENIS,
        nummer,
        beller.gemeente is not None,
        limit=query.page_size,
        offset=query.offset,
    )
    results = [
        Gebeurtenis(**{name: row[name] for name in Gebeurtenis.model_fields}) for row in rows
    ]
    return page_of(request, query, count, results, GeschiedenisPagina, response)


async def settle_toewijzing(
    request: Request,
    lopend: Lopend,
    wat: leven.Gebeurtenis,
    verschuldigd: Verschuldigd,
    einddatum: date,
) -> Afrekening:
    """End a toewijzing on this day with its afrekening, and book back what is too much at once."""
    db = connection(request)
    afrekening = _afrekening(lopend, verschuldigd, einddatum)
    slot = last_termijn(afrekening, lopend.laatste_termijn + 1, today(), lopend.maanden)
    gevolg = replace(
        as_it_is(lopend),
        status="beeindigd",
        einddatum=einddatum,
        verschuldigd_centen=afrekening.verschuldigd_centen,
        opgeschort_vanaf=None,
        is_in_beoordeling=False,
        vervallen=afrekening.vervallen,
        nieuw=[slot] if slot else [],
    )
    wat = replace(
        wat,
        geplande_einddatum=lopend.geplande_einddatum,
        afrekening=_told(afrekening, slot.volgnummer if slot else None),
    )
    gebeurtenis = await leven.insert_gebeurtenis(db, lopend.nummer, wat)
    await leven.change(db, lopend.nummer, gebeurtenis, gevolg)
    if afrekening.terug:
        booked = [*afrekening.terug, *(t.volgnummer for t in gevolg.nieuw)]
        await afwikkeling.correct(db, lopend.nummer, lopend.aanbieder, gebeurtenis, booked, now())
    await afwikkeling.judge_again_of(db, lopend.nummer, lopend.aanbieder)
    return afrekening


def _afrekening(lopend: Lopend, verschuldigd: Verschuldigd, einddatum: date) -> Afrekening:
    stand = lopend.stand
    if lopend.contract_is_in_default and verschuldigd != "niets":
        # Nothing is paid under it any more, and what should go back went back then.
        geleverd = Periode(stand.periode.begindatum, einddatum)
        return settle_up(stand.termijnen, regels.granted(stand.termijnen), geleverd)
    geheel = Periode(stand.periode.begindatum, lopend.geplande_einddatum)
    return settle_end(stand.termijnen, verschuldigd, lopend.row["prijs_centen"], geheel, einddatum)


def _told(afrekening: Afrekening, termijn: int | None) -> dict[str, int | None]:
    slot = afrekening.slottermijn
    return {
        "verschuldigdCenten": afrekening.verschuldigd_centen,
        "toegekendCenten": afrekening.toegekend_centen,
        "correctieCenten": afrekening.correctie_centen,
        "declarabelCenten": slot.bedrag_centen if slot and not afrekening.terug else 0,
        "termijn": termijn,
    }


async def _longer(request: Request, lopend: Lopend, einddatum: date) -> Gevolg:
    """What an extension changes; the days that come with it are asked for as new help is."""
    stand, row = lopend.stand, lopend.row
    extra = lopend.asked_again(Periode(stand.periode.einddatum + ONE_DAY, einddatum))
    feiten, prijsregels = await toewijzingen.find_facts(
        connection(request), extra, row["inwoner_id"]
    )
    admit(extra, feiten)
    langer = Periode(stand.periode.begindatum, einddatum)
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


def withdrawn(lopend: Lopend) -> Gevolg:
    """How a toewijzing stands that might as well not have been given: nothing is due."""
    return replace(
        as_it_is(lopend),
        status="ingetrokken",
        verschuldigd_centen=0,
        opgeschort_vanaf=None,
        vervallen=[t.volgnummer for t in lopend.stand.termijnen],
    )


def as_it_is(lopend: Lopend) -> Gevolg:
    """How a toewijzing stands when nothing follows."""
    row = lopend.row
    return Gevolg(
        status=row["status"],
        einddatum=row["einddatum"],
        prijs_centen=row["prijs_centen"],
        verschuldigd_centen=row["verschuldigd_centen"],
        is_in_beoordeling=row["is_in_beoordeling"],
        opgeschort_vanaf=row["opgeschort_vanaf"],
    )


async def let_happen(
    request: Request, lopend: Lopend, wat: leven.Gebeurtenis, gevolg: Gevolg
) -> None:
    """Write down what happens with what follows, and have what was held for it judged again."""
    db = connection(request)
    gebeurtenis = await leven.insert_gebeurtenis(db, lopend.nummer, wat)
    await leven.change(db, lopend.nummer, gebeurtenis, gevolg)
    await afwikkeling.judge_again_of(db, lopend.nummer, lopend.aanbieder)


async def open_toewijzing(request: Request, nummer: int, of: str | None = None) -> Lopend:
    """A toewijzing of the caller, locked, and nothing being settled for its aanbieder.

    `of` is the gemeente whose it is, where another takes over from it.
    """
    db, beller = connection(request), caller(request)
    row = await leven.lock_toewijzing(db, of or beller.gemeente, beller.agb, nummer)
    await afwikkeling.settle_first(db, row["aanbieder"])
    return await leven.find_stand(db, row)


async def _read(request: Request, nummer: int) -> Toewijzing:
    gemeente = caller(request).own_gemeente
    return toewijzing_of(
        await toewijzingen.find_toewijzing(connection(request), gemeente, None, nummer)
    )
