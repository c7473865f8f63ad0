# SPDX-License-Identifier: EUPL-1.2
"""The work of the aanbieder on a toewijzing: who it is for, begun, over, or not taken on."""

from datetime import timedelta
from typing import Annotated

from fastapi import Request
from pydantic import Field

from app.api.bsn import seal_of
from app.api.clock import today
from app.api.levensstappen import as_it_is, let_happen, open_toewijzing, withdrawn
from app.api.logboek import note
from app.api.models import Datum, InputModel, NummerInPad, OutputModel, Tekst, example
from app.api.route import Router, caller, connection, operation
from app.api.toewijzing_modellen import Toewijzing, toewijzing_of
from app.db import levering, toewijzingen
from app.db.toewijzingsleven import Gebeurtenis
from app.domain.errors import Conflict
from app.domain.levering import Stopreden, check_decline, check_start, check_stop

router = Router(tags=["Toewijzingen"])

AANBIEDER = ("declaraties:schrijven",)
TOEWIJZING = "/toewijzingen/{nummer:int}"

Toelichting = Annotated[str, Tekst(2_000, lines=True)]


class StartInvoer(InputModel):
    """De eerste dag waarop hulp is gegeven."""

    begindatum: Datum

    model_config = example({"begindatum": "2026-02-09"})


class StopInvoer(InputModel):
    """De laatste dag waarop hulp is gegeven, en waarom zij stopte."""

    einddatum: Datum
    reden: Stopreden
    toelichting: Toelichting | None = None

    model_config = example(
        {"einddatum": "2026-07-17", "reden": "volgens_plan", "toelichting": None}
    )


class WeigeringInvoer(InputModel):
    """Waarom de aanbieder de hulp niet kan geven."""

    toelichting: Toelichting

    model_config = example({"toelichting": "De wachttijd is langer dan verantwoord is."})


class Client(OutputModel):
    """Voor wie de hulp is."""

    toewijzing_nummer: int
    bsn: str | None = Field(description="Null: bij de gemeente niet bekend.")
    geboortedatum: Datum

    model_config = example(
        {"toewijzingNummer": 1204, "bsn": "999900006", "geboortedatum": "2014-03-09"}
    )


@router.get(
    f"{TOEWIJZING}/client",
    summary="Opvragen voor wie een toewijzing is",
    responses={409: {"description": "De toewijzing loopt niet meer."}},
)
@operation(scopes=("clienten:lezen",), verwerking="levering")
async def get_client(request: Request, nummer: NummerInPad) -> Client:
    """Geeft de aanbieder van een lopende toewijzing BSN en geboortedatum, en legt dat vast.

    De gemeente ziet elke inzage in de geschiedenis van de toewijzing.
    """
    db, beller = connection(request), caller(request)
    row = await levering.find_client(db, nummer, beller.own_agb, today())
    if row is None:
        await toewijzingen.find_toewijzing(db, None, beller.own_agb, nummer)
        raise Conflict("toewijzing_loopt_niet", "Deze toewijzing loopt niet meer.")
    note(row["inwoner_id"], toewijzing=nummer)
    sealed = row["bsn_versleuteld"]
    return Client(
        toewijzing_nummer=row["nummer"],
        bsn=seal_of(request).open(sealed) if sealed else None,
        geboortedatum=row["geboortedatum"],
    )


@router.post(f"{TOEWIJZING}/start", summary="Het begin van de hulp melden")
@operation(scopes=AANBIEDER, verwerking="levering")
async def report_start(request: Request, nummer: NummerInPad, invoer: StartInvoer) -> Toewijzing:
    """Meldt de eerste dag waarop hulp is gegeven; dat kan één keer."""
    lopend = await open_toewijzing(request, nummer)
    check_start(lopend.stand, invoer.begindatum, today())
    wat = Gebeurtenis("gestart", invoer.begindatum, caller(request).sub)
    await let_happen(request, lopend, wat, as_it_is(lopend))
    return await _read(request, nummer)


@router.post(f"{TOEWIJZING}/stop", summary="Het einde van de hulp melden")
@operation(scopes=AANBIEDER, verwerking="levering")
async def report_stop(request: Request, nummer: NummerInPad, invoer: StopInvoer) -> Toewijzing:
    """Meldt de laatste dag waarop hulp is gegeven. De toewijzing beëindigen doet de gemeente.

    Stopt de hulp volgens plan, dan is het resultaat vanaf de dag erna declarabel.
    """
    lopend = await open_toewijzing(request, nummer)
    check_stop(lopend.stand, invoer.einddatum, today())
    wat = Gebeurtenis(
        "gestopt", invoer.einddatum, caller(request).sub, invoer.reden, invoer.toelichting
    )
    await let_happen(request, lopend, wat, as_it_is(lopend))
    if invoer.reden == "volgens_plan":
        vanaf = invoer.einddatum + timedelta(days=1)
        await levering.advance_resultaat(connection(request), nummer, vanaf)
    return await _read(request, nummer)


@router.post(f"{TOEWIJZING}/weigering", summary="Een toewijzing weigeren")
@operation(scopes=AANBIEDER, verwerking="levering")
async def decline(request: Request, nummer: NummerInPad, invoer: WeigeringInvoer) -> Toewijzing:
    """Laat weten dat de aanbieder de hulp niet geeft; de toewijzing is dan ingetrokken."""
    lopend = await open_toewijzing(request, nummer)
    check_decline(lopend.stand)
    wat = Gebeurtenis("geweigerd", today(), caller(request).sub, toelichting=invoer.toelichting)
    await let_happen(request, lopend, wat, withdrawn(lopend))
    return await _read(request, nummer)


async def _read(request: Request, nummer: int) -> Toewijzing:
    agb = caller(request).own_agb
    return toewijzing_of(await toewijzingen.find_toewijzing(connection(request), None, agb, nummer))
