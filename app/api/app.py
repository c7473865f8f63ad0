# SPDX-License-Identifier: EUPL-1.2
"""The API of one major version: its routers, its error handlers and its document."""

import asyncio
import json
from collections.abc import Sequence
from functools import cache

from fastapi import FastAPI
from fastapi.telemetry import TelemetryConfig
from starlette.requests import Request
from starlette.responses import Response

from app.api import (
    aanbieders,
    aanmeldingen,
    afsluitingen,
    antwoorden,
    bankrekeningen,
    betaalopdrachten,
    betaalspecificaties,
    betalingen,
    budgetten,
    concepttoewijzingen,
    consultaties,
    contractleven,
    controle,
    declarabel,
    declaraties,
    effect,
    gemeenten,
    herverdelingen,
    indexering,
    intensiteitsadviezen,
    intensiteitstabellen,
    inwoners,
    inzagen,
    journaal,
    kosten,
    kostprijs,
    kwaliteitseisen,
    levering,
    plannen,
    prijzenboek,
    profielen,
    raamovereenkomsten,
    reacties,
    regeluitleg,
    steekproef,
    taakopdrachten,
    tarieflijsten,
    tarieven,
    toewijzingen,
    toewijzingsleven,
    uitkomsten,
    vaststelling,
    verrekeningen,
    verzoeken,
    voortgang,
    voortzettingen,
    werkvoorraad,
    woongeschiedenis,
    woonplaatsinstellingen,
    zelfredzaamheid,
)
from app.api.bsn import BsnSeal
from app.api.callers import open_gate
from app.api.directory import Directory
from app.api.document import document
from app.api.errors import handlers
from app.api.keys import derived_keys
from app.api.pace import Pace, Places
from app.api.route import MOST_UPLOADS, Router
from app.api.streams import MOST_STREAMS
from app.db.connection import MOST_CONNECTIONS
from app.settings import Settings
from app.version import VERSION

NO_TELEMETRY: TelemetryConfig = {
    "tracing": False,
    "metrics": False,
    "logs": False,
    "operation_spans": False,
    "auto_configure": False,
}
"""What FastAPI would tell when the environment asks: paths, queries and texts of exceptions."""

ROUTERS: Sequence[Router] = (
    gemeenten.router,
    woonplaatsinstellingen.router,
    profielen.router,
    tarieflijsten.router,
    consultaties.router,
    reacties.router,
    vaststelling.router,
    effect.router,
    tarieven.router,
    prijzenboek.router,
    kostprijs.router,
    indexering.router,
    aanbieders.router,
    kwaliteitseisen.router,
    aanmeldingen.router,
    raamovereenkomsten.router,
    contractleven.router,
    zelfredzaamheid.router,
    intensiteitstabellen.router,
    intensiteitsadviezen.router,
    inwoners.router,
    verzoeken.router,
    plannen.router,
    woongeschiedenis.router,
    inzagen.router,
    werkvoorraad.router,
    toewijzingen.router,
    concepttoewijzingen.router,
    toewijzingsleven.router,
    levering.router,
    voortzettingen.router,
    taakopdrachten.router,
    declarabel.router,
    declaraties.router,
    controle.router,
    antwoorden.router,
    uitkomsten.router,
    regeluitleg.router,
    steekproef.router,
    voortgang.router,
    betaalspecificaties.router,
    betalingen.router,
    betaalopdrachten.router,
    bankrekeningen.router,
    kosten.router,
    journaal.router,
    afsluitingen.router,
    verrekeningen.router,
    herverdelingen.router,
    budgetten.router,
)
"""Every resource, in the order of the document."""


def create_api(settings: Settings, routers: Sequence[Router] = ROUTERS) -> FastAPI:
    """The app below /v1. Whoever serves it puts the connection pool in its `state.pool`."""
    api = bare_api(routers)
    api.state.gate = open_gate(settings)
    api.state.bsn_seal = BsnSeal.of(settings)
    api.state.pace = Pace(settings.requests_per_minute)
    api.state.uploads = Places(MOST_UPLOADS, MOST_UPLOADS // 2)
    api.state.streams = Places(MOST_STREAMS, MOST_STREAMS // 2)
    api.state.turns = asyncio.Semaphore(MOST_CONNECTIONS)
    api.state.idempotency_secrets = derived_keys(settings, "idempotentie")

    @cache
    def content() -> bytes:
        return json.dumps(document(api), ensure_ascii=False).encode()

    async def openapi(request: Request) -> Response:
        # Making it takes far longer than all the rest of the app, and few ever ask for it.
        headers = {"Access-Control-Allow-Origin": "*"}
        return Response(
            await asyncio.to_thread(content), headers=headers, media_type="application/json"
        )

    api.add_route("/openapi.json", openapi, include_in_schema=False)
    return api


def bare_api(routers: Sequence[Router] = ROUTERS) -> FastAPI:
    """The operations alone: enough for `document(bare_api())`, without keys or a data folder."""
    api = FastAPI(
        title="Noaber",
        version=VERSION,
        openapi_url=None,
        redirect_slashes=False,
        root_path_in_servers=False,
        separate_input_output_schemas=False,
        exception_handlers=handlers(),
        telemetry=NO_TELEMETRY,
    )
    # include_router would look each request up router by router, and twice: that costs more than
    # reading it.
    api.router = Directory(route for router in routers for route in router.operations)
    return api
