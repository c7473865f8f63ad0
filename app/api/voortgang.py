# SPDX-License-Identifier: EUPL-1.2
"""How far a declaratie is: its status, and the way there as server-sent events."""

import asyncio
import time
from collections.abc import AsyncIterator
from contextlib import suppress
from typing import Annotated, Literal

import anyio
from asyncpg import Record
from fastapi import Path, Request
from sse_starlette import EventSourceResponse, ServerSentEvent
from starlette.responses import Response

from app.api.errors import Refused
from app.api.models import NummerInPad, OutputModel, example
from app.api.route import Router, caller, connected, is_head, operation
from app.db import declaraties
from app.db.connection import PASSING_FAULTS
from app.domain.errors import Unavailable

router = Router(tags=["Declaraties"])

EVENTS = "text/event-stream"
MOST_FOLLOWERS = 100
LOOK_EVERY_SECONDS = 0.5
HEARTBEAT_SECONDS = 15
LONGEST_SECONDS = 15 * 60
"""Then the stream ends and the client opens a new one, with a token that is still valid."""

JUDGED, BOOKED = 0.5, 0.95
"""Measured: the share of the time of a settlement after which all lines are judged, and booked."""

FINAL = frozenset({"afgehandeld", "mislukt"})
Status = Literal["ontvangen", "bezig", "afgehandeld", "mislukt"]

EXAMPLE = {
    "status": "bezig",
    "aantalRegels": 100000,
    "aantalGelezen": 100000,
    "aantalBeoordeeld": 100000,
    "aantalGeboekt": 0,
    "regelsPerSeconde": 61000,
    "secondenTeGaan": 1,
    "reden": None,
}

_followers = asyncio.Semaphore(MOST_FOLLOWERS)


class Voortgang(OutputModel):
    """Hoever een declaratie is; tempo en resterende tijd zijn een schatting tijdens het werk."""

    status: Status
    aantal_regels: int
    aantal_gelezen: int
    aantal_beoordeeld: int
    aantal_geboekt: int
    regels_per_seconde: int | None
    seconden_te_gaan: int | None
    reden: str | None

    model_config = example(EXAMPLE)


def status_of(row: Record) -> Status:
    """Where a declaratie stands, by what of it has been written down."""
    if row["afgehandeld_op"]:
        return "afgehandeld"
    if row["mislukt_op"]:
        return "mislukt"
    return "bezig" if row.get("begonnen_op") else "ontvangen"


def voortgang_of(row: Record) -> Voortgang:
    """How far a declaratie is. Takes a row of `declaraties.find_declaratie`."""
    status, regels = status_of(row), row["aantal_regels"]
    beoordeeld = geboekt = regels if status == "afgehandeld" else 0
    tempo = te_gaan = None
    if status == "bezig":
        beoordeeld, geboekt = row["aantal_beoordeeld"], row["aantal_geboekt"]
        tempo, te_gaan = _estimate(row)
    return Voortgang(
        status=status,
        aantal_regels=regels,
        aantal_gelezen=regels,
        aantal_beoordeeld=beoordeeld,
        aantal_geboekt=geboekt,
        regels_per_seconde=tempo,
        seconden_te_gaan=te_gaan,
        reden=row["mislukt_reden"],
    )


def _estimate(row: Record) -> tuple[int | None, int | None]:
    """Lines per second and seconds left, by the time that the steps so far took."""
    share = BOOKED if row["aantal_geboekt"] else JUDGED if row["aantal_beoordeeld"] else 0
    if not share:
        return None, None
    in_all = max(row["seconden_tot_stap"], 0.001) / share
    left = max(round(in_all - row["seconden_bezig"]), 0)
    return round(row["aantal_regels"] / in_all), left


@router.get(
    "/declaraties/{id:int}/voortgang",
    summary="De voortgang van een declaratie volgen",
    response_class=Response,
    responses={
        200: {
            "description": "Een gebeurtenis `voortgang` bij elke stap, tot de declaratie is "
            "afgehandeld of mislukt; dan eindigt de stroom.",
            "content": {
                EVENTS: {
                    "schema": {"type": "string"},
                    "example": 'event: voortgang\ndata: {"status":"afgehandeld", …}\n\n',
                }
            },
        }
    },
)
@operation(scopes=("declaraties:lezen",), produces=(EVENTS,), streams=True)
async def follow_voortgang(
    request: Request, declaratie_id: Annotated[NummerInPad, Path(alias="id")]
) -> Response:
    """Server-sent events met in `data` het verloop als JSON: gelezen, beoordeeld en geboekt."""
    if is_head(request):
        return Response(media_type=EVENTS)
    row = await _find(request, declaratie_id)
    if _followers.locked():
        detail = f"Er worden al {MOST_FOLLOWERS} declaraties gevolgd. Vraag de declaratie zelf op."
        raise Refused(429, "te_veel_volgers", detail)
    stopping = anyio.Event()
    return EventSourceResponse(
        _events(request, declaratie_id, row, stopping),
        ping=HEARTBEAT_SECONDS,
        sep="\n",
        shutdown_event=stopping,
        shutdown_grace_period=2 * LOOK_EVERY_SECONDS,
    )


async def _events(
    request: Request, declaratie_id: int, row: Record, stopping: anyio.Event
) -> AsyncIterator[ServerSentEvent]:
    """What changes, until there is nothing more to come or the service stops.

    Holds no connection while it waits.
    """
    deadline = time.monotonic() + LONGEST_SECONDS
    shown = None
    async with _followers:
        while time.monotonic() < deadline:
            voortgang = voortgang_of(row)
            if voortgang != shown:
                yield ServerSentEvent(voortgang.model_dump_json(), event="voortgang")
                shown = voortgang
            if voortgang.status in FINAL:
                return
            with anyio.move_on_after(LOOK_EVERY_SECONDS):
                await stopping.wait()
                return
            with suppress(Unavailable, OSError, *PASSING_FAULTS):
                row = await _find(request, declaratie_id)


async def _find(request: Request, declaratie_id: int) -> Record:
    async with connected(request) as db:
        return await declaraties.find_declaratie(db, caller(request).own_agb, declaratie_id)
