# SPDX-License-Identifier: EUPL-1.2
"""Plannen: one family, one plan, one regisseur. Only the gemeente of the household sees them."""

from typing import Annotated

from asyncpg import Record
from fastapi import Path, Query, Request, Response

from app.api.clock import today
from app.api.evaluatie_modellen import (
    Evaluatie,
    EvaluatieInvoer,
    EvaluatiesPagina,
    evaluatie_of,
)
from app.api.models import NummerInPad
from app.api.pages import PageQuery, page_of
from app.api.plan_modellen import (
    AfsluitingInvoer,
    Plan,
    PlanGoedkeuringInvoer,
    PlanInvoer,
    PlannenPagina,
    PlannenQuery,
    PlanversiesPagina,
    PlanWijziging,
    plan_of,
    planversie_of,
)
from app.api.route import Router, caller, connection, operation
from app.db import plannen
from app.db.pages import find_page
from app.domain.plan import (
    check_evaluation,
    check_not_approved,
    check_regisseur,
    check_running,
    check_toewijzingen,
    check_version,
)

router = Router(tags=["Plannen"])

PlanId = Annotated[NummerInPad, Path(alias="id")]
READ, WRITE = ("inwoners:lezen",), ("inwoners:schrijven",)


@router.post("/plannen", status_code=201, summary="Een plan maken")
@operation(scopes=WRITE, creates=True, verwerking="plan")
async def create_plan(request: Request, response: Response, invoer: PlanInvoer) -> Plan:
    """Maakt het plan van een huishouden; ieder staat in ten hoogste één plan dat loopt."""
    versie = await _checked(request, invoer)
    gemeente = caller(request).own_gemeente
    plan_id = await plannen.insert_plan(connection(request), gemeente, versie)
    response.headers["Location"] = f"/v1/plannen/{plan_id}"
    return await get_plan(request, plan_id)


@router.get("/plannen", summary="Plannen opvragen")
@operation(scopes=READ, verwerking="plan")
async def list_plannen(
    request: Request, response: Response, query: Annotated[PlannenQuery, Query()]
) -> PlannenPagina:
    """De plannen van de eigen gemeente."""
    count, rows = await find_page(
        connection(request),
        plannen.PLANNEN_BY_CHOICE,
        caller(request).own_gemeente,
        query.inwoner_id,
        query.status,
        limit=query.page_size,
        offset=query.offset,
    )
    results = [plan_of(row) for row in rows]
    return page_of(request, query, count, results, PlannenPagina, response)


@router.get("/plannen/{id:int}", summary="Een plan opvragen")
@operation(scopes=READ, verwerking="plan")
async def get_plan(request: Request, plan_id: PlanId) -> Plan:
    """De laatste versie van een plan, met evaluatiemomenten en bereikte resultaten."""
    gemeente = caller(request).own_gemeente
    return plan_of(await plannen.find_plan(connection(request), gemeente, plan_id))


@router.put("/plannen/{id:int}", summary="Een plan wijzigen")
@operation(scopes=WRITE, verwerking="plan")
async def change_plan(request: Request, plan_id: PlanId, invoer: PlanWijziging) -> Plan:
    """Maakt de volgende versie, die weer moet worden goedgekeurd; eerdere versies blijven."""
    row = await _running(request, plan_id)
    check_version(invoer.versie, row["versie"])
    versie = await _checked(request, invoer)
    await plannen.add_version(connection(request), plan_id, versie)
    return await get_plan(request, plan_id)


@router.post("/plannen/{id:int}/goedkeuring", summary="Een plan goedkeuren")
@operation(scopes=WRITE, verwerking="plan")
async def approve_plan(request: Request, plan_id: PlanId, invoer: PlanGoedkeuringInvoer) -> Plan:
    """Legt vast dat het huishouden met de laatste versie instemt; die geldt vanaf dan."""
    db = connection(request)
    row = await _running(request, plan_id)
    check_version(invoer.versie, row["versie"])
    check_not_approved(row["versie"], row["goedgekeurde_versie"])
    inhoud = PlanInvoer.model_validate(row["inhoud"])
    await _checked(request, inhoud)
    await plannen.approve(
        db,
        plan_id,
        invoer.versie,
        caller(request).sub,
        invoer.datum,
        invoer.akkoord_van,
        inhoud.evaluatiemomenten,
    )
    return await get_plan(request, plan_id)


@router.get("/plannen/{id:int}/versies", summary="Versies van een plan opvragen")
@operation(scopes=READ, verwerking="plan")
async def list_versies(
    request: Request,
    response: Response,
    plan_id: PlanId,
    query: Annotated[PageQuery, Query()],
) -> PlanversiesPagina:
    """Elke versie die er was, met wie ermee instemde."""
    db, gemeente = connection(request), caller(request).own_gemeente
    await plannen.find_plan(db, gemeente, plan_id)
    count, rows = await find_page(
        db, plannen.VERSIES, gemeente, plan_id, limit=query.page_size, offset=query.offset
    )
    results = [planversie_of(row) for row in rows]
    return page_of(request, query, count, results, PlanversiesPagina, response)


@router.post("/plannen/{id:int}/evaluaties", status_code=201, summary="Een plan evalueren")
@operation(scopes=WRITE, creates=True, verwerking="plan")
async def evaluate_plan(
    request: Request, response: Response, plan_id: PlanId, invoer: EvaluatieInvoer
) -> Evaluatie:
    """Legt vast hoe het met de resultaten staat; zo nodig met een volgend moment."""
    db = connection(request)
    row = await _running(request, plan_id)
    goedgekeurd = row["goedgekeurde_versie"]
    inhoud = await plannen.find_content(db, plan_id, goedgekeurd) if goedgekeurd else None
    resultaten = PlanInvoer.model_validate(inhoud).resultaten if inhoud else []
    check_evaluation(
        goedgekeurd,
        invoer.moment,
        plannen.moments_of(row),
        [stand.nummer for stand in invoer.resultaten],
        [resultaat.nummer for resultaat in resultaten],
    )
    evaluatie = plannen.Evaluatie(
        versie=goedgekeurd,
        datum=invoer.datum,
        bevindingen=invoer.bevindingen,
        resultaten=[stand.model_dump() for stand in invoer.resultaten],
        moment=invoer.moment,
        volgende=invoer.volgende_evaluatie,
        door=caller(request).sub,
    )
    made = evaluatie_of(await plannen.evaluate(db, plan_id, evaluatie))
    response.headers["Location"] = f"/v1/plannen/{plan_id}/evaluaties/{made.volgnummer}"
    return made


@router.get("/plannen/{id:int}/evaluaties", summary="Evaluaties van een plan opvragen")
@operation(scopes=READ, verwerking="plan")
async def list_evaluaties(
    request: Request,
    response: Response,
    plan_id: PlanId,
    query: Annotated[PageQuery, Query()],
) -> EvaluatiesPagina:
    """De evaluaties op volgorde."""
    db, gemeente = connection(request), caller(request).own_gemeente
    await plannen.find_plan(db, gemeente, plan_id)
    count, rows = await find_page(
        db, plannen.EVALUATIES, gemeente, plan_id, limit=query.page_size, offset=query.offset
    )
    results = [evaluatie_of(row) for row in rows]
    return page_of(request, query, count, results, EvaluatiesPagina, response)


@router.get("/plannen/{id:int}/evaluaties/{volgnummer:int}", summary="Een evaluatie opvragen")
@operation(scopes=READ, verwerking="plan")
async def get_evaluatie(
    request: Request, plan_id: PlanId, volgnummer: Annotated[NummerInPad, Path()]
) -> Evaluatie:
    """Een evaluatie van een plan."""
    db, gemeente = connection(request), caller(request).own_gemeente
    return evaluatie_of(await plannen.find_evaluatie(db, gemeente, plan_id, volgnummer))


@router.post("/plannen/{id:int}/afsluiting", summary="Een plan afsluiten")
@operation(scopes=WRITE, verwerking="plan")
async def close_plan(request: Request, plan_id: PlanId, invoer: AfsluitingInvoer) -> Plan:
    """Sluit het plan; wie erin stond, kan daarna in een ander plan staan."""
    await _running(request, plan_id)
    await plannen.close(
        connection(request), plan_id, invoer.datum, invoer.reden, caller(request).sub
    )
    return await get_plan(request, plan_id)


async def _running(request: Request, plan_id: int) -> Record:
    """A plan that runs; nobody changes it meanwhile. Raises NotFound or Conflict."""
    gemeente = caller(request).own_gemeente
    row = await plannen.lock_plan(connection(request), gemeente, plan_id)
    check_running(row["afgesloten_op"])
    return row


async def _checked(request: Request, invoer: PlanInvoer) -> plannen.Versie:
    """A version that fits its household and who delivers to it. Raises NotFound or Conflict."""
    db, beller = connection(request), caller(request)
    await plannen.lock_household(db, beller.own_gemeente, invoer.huishouden)
    toewijzingen = await plannen.find_toewijzingen(db, beller.own_gemeente, invoer.toewijzingen)
    check_toewijzingen(toewijzingen, invoer.huishouden)
    leveren = await plannen.find_delivering(db, invoer.huishouden, today())
    leveren |= {toewijzing.aanbieder for toewijzing in toewijzingen.values()}
    check_regisseur(invoer.regisseur.aanbieder, leveren)
    return plannen.Versie(
        inhoud=PlanInvoer.model_dump(invoer, mode="json", exclude={"versie"}),
        huishouden=invoer.huishouden,
        regisseur_aanbieder=invoer.regisseur.aanbieder,
        door=beller.sub,
    )
