# SPDX-License-Identifier: EUPL-1.2
"""Herverdelingen: settled lines divided anew after a residence changed, for the gemeente that pays.

Whoever keeps residences or costs may see what is affected; the finance of the gemeente books. It
does so under `budgetten:schrijven`, the one scope by which it writes anything here.
"""

from collections.abc import Sequence
from typing import Annotated, Any

from asyncpg import Record
from fastapi import Path, Query, Request, Response

from app.api.herverdeling_modellen import (
    Geraakt,
    GeraaktPagina,
    GeraaktQuery,
    HerverdelingenPagina,
    HerverdelingInvoer,
    HerverdelingMetRegels,
    Keuzeinvoer,
    Proefherverdeling,
    differences,
)
from app.api.logboek import note
from app.api.models import NummerInPad
from app.api.pages import PageQuery, page_of
from app.api.route import Router, caller, connection, operation
from app.db import herverdelingen, inwoners
from app.db.pages import find_page
from app.domain.errors import Conflict
from app.settlement import herverdeling
from app.settlement.herverdeling import Keuze

router = Router(tags=["Kosten"])

READERS = ("kosten:lezen", "inwoners:lezen")

HerverdelingId = Annotated[NummerInPad, Path(alias="id")]


@router.get("/herverdelingen/_geraakt", summary="Geraakte regels opvragen")
@operation(scopes=READERS, verwerking="woonplaats")
async def list_affected(
    request: Request, response: Response, query: Annotated[GeraaktQuery, Query()]
) -> GeraaktPagina:
    """De afgerekende regels waarvan de verdeling niet meer past bij de woonplaats van nu."""
    count, rows = await find_page(
        connection(request),
        herverdeling.FIND,
        caller(request).own_gemeente,
        query.inwoner_id,
        None,
        limit=query.page_size,
        offset=query.offset,
    )
    results = [_geraakt(row) for row in rows]
    return page_of(request, query, count, results, GeraaktPagina, response)


@router.post("/herverdelingen/_bereken", summary="Een herverdeling doorrekenen")
@operation(scopes=READERS, verwerking="woonplaats")
async def rehearse(request: Request, invoer: Keuzeinvoer) -> Proefherverdeling:
    """Rekent uit wat een herverdeling zou boeken; er wordt niets vastgelegd.

    Met het kenmerk kan precies dit worden geboekt, of niets als er intussen iets is veranderd.
    """
    keuze = await _choice(request, invoer)
    rows = await herverdeling.find_affected(connection(request), keuze)
    return Proefherverdeling(
        kenmerk=herverdeling.kenmerk_of(rows),
        aantal_regels=sum(row["herverdeelbaar"] for row in rows),
        verschillen=differences(_divisible(rows)),
        regels=[_geraakt(row) for row in rows],
    )


@router.post("/herverdelingen", status_code=201, summary="Een herverdeling boeken")
@operation(scopes=("budgetten:schrijven",), creates=True, verwerking="woonplaats")
async def create_herverdeling(
    request: Request, response: Response, invoer: HerverdelingInvoer
) -> HerverdelingMetRegels:
    """Boekt geraakte regels in één keer terug en opnieuw; de aanbieder merkt er niets van.

    Wat een dag zonder vastgestelde woonplaats heeft, blijft staan. Is er niets te herverdelen, dan
    wordt er niets geboekt (409).
    """
    db, gemeente = connection(request), caller(request).own_gemeente
    keuze, rows = await herverdeling.lock_affected(db, await _choice(request, invoer))
    if not _divisible(rows):
        raise Conflict(
            "niets_te_herverdelen", "De verdeling van elke regel past, of kan nog niet passen."
        )
    if invoer.kenmerk not in (None, herverdeling.kenmerk_of(rows)):
        raise Conflict(
            "herverdeling_veranderd",
            "Sinds de proef is er iets veranderd. Reken opnieuw door met _bereken.",
        )
    made = await herverdeling.book(db, keuze, invoer.reden, caller(request).sub)
    response.headers["Location"] = f"/v1/herverdelingen/{made}"
    return _told(await herverdelingen.find_herverdeling(db, gemeente, made))


@router.get("/herverdelingen", summary="Herverdelingen opvragen")
@operation(scopes=READERS, verwerking="woonplaats")
async def list_herverdelingen(
    request: Request, response: Response, query: Annotated[PageQuery, Query()]
) -> HerverdelingenPagina:
    """De herverdelingen van regels die de eigen gemeente betaalt."""
    count, rows = await find_page(
        connection(request),
        herverdelingen.HERVERDELINGEN,
        caller(request).own_gemeente,
        limit=query.page_size,
        offset=query.offset,
    )
    return page_of(
        request, query, count, [dict(row) for row in rows], HerverdelingenPagina, response
    )


@router.get("/herverdelingen/{id:int}", summary="Een herverdeling opvragen")
@operation(scopes=READERS, verwerking="woonplaats")
async def get_herverdeling(
    request: Request, herverdeling_id: HerverdelingId
) -> HerverdelingMetRegels:
    """Een herverdeling met elke regel, zoals die was en zoals die werd."""
    return _told(
        await herverdelingen.find_herverdeling(
            connection(request), caller(request).own_gemeente, herverdeling_id
        )
    )


async def _choice(request: Request, invoer: Keuzeinvoer) -> Keuze:
    """Whose lines are meant. Raises NotFound for what is not this gemeente's."""
    db, gemeente = connection(request), caller(request).own_gemeente
    if invoer.inwoner_id is not None:
        await inwoners.find_inwoner(db, gemeente, invoer.inwoner_id)
    if invoer.toewijzingen is not None:
        await herverdelingen.check_toewijzingen(db, gemeente, invoer.toewijzingen)
    return Keuze(gemeente, invoer.inwoner_id, invoer.toewijzingen)


def _divisible(rows: Sequence[Record]) -> list[dict[str, Any]]:
    return [dict(row) for row in rows if row["herverdeelbaar"]]


def _geraakt(row: Record) -> Geraakt:
    note(toewijzing=row["toewijzing_nummer"])
    return Geraakt(**row)


def _told(row: Record) -> HerverdelingMetRegels:
    for regel in row["regels"]:
        note(toewijzing=regel["toewijzingNummer"])
    return HerverdelingMetRegels.model_validate({**row, "verschillen": differences(row["regels"])})
