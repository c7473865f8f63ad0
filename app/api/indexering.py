# SPDX-License-Identifier: EUPL-1.2
"""Indexation: next year's list from this year's, by published figures."""

from datetime import date
from decimal import Decimal

from asyncpg import Record
from fastapi import Request, Response

from app.api.indexering_modellen import IndexeringInvoer
from app.api.models import MOST_CENTEN
from app.api.opbouw_modellen import stappen_as_json
from app.api.route import Router, caller, connection, operation
from app.api.tarieflijsten import Tarieflijst, tarieflijst_of
from app.db import catalogus, opbouw, tarieven
from app.db.indexering import Herkomst, insert_indexering
from app.domain.errors import Conflict
from app.pricing.indexering import METHODEN, Index, index_price
from app.pricing.opbouw import Prijs

router = Router(tags=["Tarieven"])

Prijzen = dict[tuple[str, str], Prijs]


@router.post("/tarieflijsten/_indexeer", status_code=201, summary="Een tarieflijst indexeren")
@operation(scopes=("catalogus:schrijven",), creates=True)
async def index_tarieflijst(
    request: Request, response: Response, invoer: IndexeringInvoer
) -> Tarieflijst:
    """Stelt een concept op met alle prijzen van een vastgestelde lijst, verhoogd met de index."""
    db = connection(request)
    ouder = await tarieven.find_tarieflijst(db, invoer.tarieflijst, concepts=True)
    _check_parent(ouder, invoer.vanaf)
    index = METHODEN[invoer.methode](invoer.componenten, invoer.nacalculatie)
    prijzen = _index_all(ouder, index.percentage)
    ids = await catalogus.find_profiel_ids(db, [profiel for profiel, _ in prijzen])
    rows = [
        (ids[profiel], intensiteit, prijs.bedrag_centen)
        for (profiel, intensiteit), prijs in prijzen.items()
    ]
    tarieflijst_id = await tarieven.insert_tarieflijst(
        db, invoer.naam, invoer.vanaf, caller(request).sub, rows
    )
    await insert_indexering(db, tarieflijst_id, _herkomst(invoer, index))
    await opbouw.insert_opbouw(db, tarieflijst_id, _opbouw(prijzen))
    response.headers["Location"] = f"/v1/tarieflijsten/{tarieflijst_id}"
    return tarieflijst_of(await tarieven.find_tarieflijst(db, tarieflijst_id, concepts=True))


def _check_parent(ouder: Record, vanaf: date) -> None:
    if ouder["vastgesteld_op"] is None:
        raise Conflict(
            "nog_niet_vastgesteld",
            "Deze tarieflijst is nog een concept; alleen een vastgestelde wordt geïndexeerd.",
        )
    if vanaf <= ouder["vanaf"]:
        raise Conflict(
            "vanaf_niet_later",
            f"Tarieflijst {ouder['id']} geldt vanaf {ouder['vanaf']}; de index begint daarna.",
        )


def _index_all(ouder: Record, percentage: Decimal) -> Prijzen:
    """Every price of the list; those of other lists are indexed with their own."""
    prijzen = {
        (t["profiel"], t["intensiteit"]): index_price(t["bedragCenten"], percentage)
        for t in ouder["tarieven"]
    }
    wrong = [" ".join(key) for key, p in prijzen.items() if not 1 <= p.bedrag_centen <= MOST_CENTEN]
    if wrong:
        raise Conflict(
            "prijs_buiten_bereik",
            f"Met {percentage} % wordt dit geen prijs, of een te hoge: {', '.join(wrong)}.",
        )
    return prijzen


def _herkomst(invoer: IndexeringInvoer, index: Index) -> Herkomst:
    return Herkomst(
        ouder_id=invoer.tarieflijst,
        methode=invoer.methode,
        nacalculatie=invoer.nacalculatie,
        gewicht_loon=invoer.gewichten.loon,
        gewicht_materieel=invoer.gewichten.materieel,
        loon=invoer.loon.model_dump(mode="json"),
        materieel=invoer.materieel.model_dump(mode="json"),
        percentage=index.percentage,
        stappen=stappen_as_json(index.stappen),
    )


def _opbouw(prijzen: Prijzen) -> list[dict[str, object]]:
    return [
        {
            "profiel": profiel,
            "intensiteit": intensiteit,
            "opbouw": stappen_as_json(prijs.opbouw),
        }
        for (profiel, intensiteit), prijs in prijzen.items()
    ]
